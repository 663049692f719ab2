"""The cell functions of the remote meters: known results looked up, and what is shown where there is nothing to look up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import call
from ccgrade_xl.meters import conversion
from ccgrade_xl.meters.store import keep_results
from tests.meters.kept import LEFT, LONE, RIGHT, SILENT, STRAY, found

NA, VALUE, NUM = CellError.NA, CellError.VALUE, CellError.NUM
LOOK_UPS = {
    "CCG_ALARMS": ("甲",),
    "CCG_ALARM_COUNT": ("甲",),
    "CCG_METER_USAGE": ("甲", "2026-06"),
    "CCG_DAILY_USAGE": ("甲", "2026-06-01", "2026-06-30"),
    "CCG_FORECAST": ("甲", 28.0),
}


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "empty"))


@pytest.fixture(scope="module", autouse=True)
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCGRADE_HOME", str(tmp_path_factory.mktemp("scanned")))
        keep_results(found())
        yield


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("CCG_ALARM_COUNT", ("甲",), 2.0), ("CCG_ALARM_COUNT", (LONE,), 2.0), ("CCG_ALARM_COUNT", (117.0,), 2.0),
        ("CCG_ALARM_COUNT", ("117",), 2.0), ("CCG_ALARM_COUNT", (STRAY,), 0.0), ("CCG_ALARM_COUNT", (f" {SILENT}",), 1.0),
        ("CCG_ALARM_COUNT", ("甲", "2026-06-01"), 1.0), ("CCG_ALARM_COUNT", ("甲", None, "2026-05-31"), 1.0),
        ("CCG_ALARM_COUNT", ("乙", None, None, "中"), 1.0), ("CCG_ALARM_COUNT", ("乙", None, None, "高"), 0.0),
        ("CCG_METER_USAGE", ("甲", "2026-06"), 300.0), ("CCG_METER_USAGE", ("乙", "2026年5月"), 1550.0),
        ("CCG_METER_USAGE", (LEFT, 202606.0), 600.0), ("CCG_METER_USAGE", (RIGHT, 46180.0), 900.0),
        ("CCG_FORECAST", ("甲", 7.0), 70.0), ("CCG_FORECAST", ("乙", 90.0), 4500.0),
        ("CCG_PTZ", (100.0, 0.0, 20.0), 100.0), ("CCG_PTZ", (100.0, 101.325, 20.0, "绝压"), 100.0),
        ("CCG_PTZ", (100.0, 101.325, 20.0, False), 100.0), ("CCG_PTZ", (100.0, 0.0, 20.0, True), 100.0),
    ],
)  # fmt: skip
def test_a_known_result_is_looked_up(name, arguments, result):
    assert call(name, arguments) == pytest.approx(result)


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        *((name, ("不存在", *arguments[1:]), NA) for name, arguments in LOOK_UPS.items()),
        *((name, (None, *arguments[1:]), NA) for name, arguments in LOOK_UPS.items()),
        *((name, ("#REF!", *arguments[1:]), CellError.REF) for name, arguments in LOOK_UPS.items()),
        ("CCG_METER_USAGE", ("丙", "2026-06"), NA), ("CCG_METER_USAGE", ("甲", "2026-07"), NA),
        ("CCG_METER_USAGE", ("甲", None), NA), ("CCG_METER_USAGE", ("甲", "上月"), VALUE),
        ("CCG_ALARM_COUNT", ("甲", "昨天"), VALUE), ("CCG_ALARM_COUNT", ("甲", None, None, "紧急"), VALUE),
        ("CCG_ALARMS", ("甲", None, None, "紧急"), VALUE), ("CCG_ALARMS", ((("甲",), ("乙",)),), VALUE),
        ("CCG_DAILY_USAGE", ("甲", "2026-06-30", "2026-06-01"), NUM), ("CCG_DAILY_USAGE", ("甲", None, "2026-06-01"), NA),
        ("CCG_DAILY_USAGE", ("甲", "2020-01-01", "2020-01-02"), NA),
        ("CCG_FORECAST", ("甲", 0.0), NUM), ("CCG_FORECAST", ("甲", 366.0), NUM), ("CCG_FORECAST", ("甲", 1.5), NUM),
        ("CCG_FORECAST", ("甲", None), NA), ("CCG_FORECAST", ("甲", "很多"), VALUE),
        ("CCG_PTZ", (100.0, None, 20.0), NA), ("CCG_PTZ", (-1.0, 0.0, 20.0), NUM), ("CCG_PTZ", (1.0, -200.0, 20.0), NUM),
        ("CCG_PTZ", (1.0, 0.0, 20.0, "大气压"), VALUE), ("CCG_PTZ", (1.0, 0.0, 20.0, 0.0), VALUE),
        ("CCG_PTZ", (1.0, 0.0, 20.0, None, 20.0), NUM),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_up_shows_its_error(name, arguments, error):
    assert call(name, arguments) is error


def test_alarms_spill_under_their_headers_and_texts_stay_texts():
    block = call("CCG_ALARMS", ("甲", "2026-06-01"))
    assert block == (
        ("表号", "告警", "级别", "首次时间", "末次时间", "依据", "涉及气量"),
        (LONE, "倒走", "高", "2026-06-10 08:00", "2026-06-10 09:00", "=1+1 读数倒退。", 5.0),
    )
    assert call("CCG_ALARMS", (SILENT,))[1][-1] == ""
    assert len(call("CCG_ALARMS", (STRAY,))) == 1


def test_daily_usage_spills_one_row_a_day():
    block = call("CCG_DAILY_USAGE", ("甲", "2026-05-09", "2026-05-11"))
    assert block == (
        ("日期", "用气量", "估算"),
        ("2026-05-09", 10.0, 3.0),
        ("2026-05-10", "", ""),
        ("2026-05-11", 10.0, 3.0),
    )


def test_a_range_is_looked_up_cell_by_cell():
    numbers = (("甲",), ("不存在",), (None,), ("乙",), ("#DIV/0!",))
    assert call("CCG_ALARM_COUNT", (numbers,)) == ((2.0,), (NA,), (NA,), (2.0,), (CellError.DIV0,))
    assert call("CCG_METER_USAGE", (numbers, "2026-05")) == (
        (300.0,),
        (NA,),
        (NA,),
        (1550.0,),
        (CellError.DIV0,),
    )
    assert call("CCG_METER_USAGE", ("甲", (("2026-05", "2026-06", "x"),))) == ((300.0, 300.0, VALUE),)
    assert call("CCG_PTZ", ((1.0, 2.0), 0.0, 20.0)) == ((1.0, 2.0),)


def test_the_month_is_the_sum_of_the_days_and_the_customer_of_its_meters():
    days = call("CCG_DAILY_USAGE", ("乙", "2026-06-01", "2026-06-30"))
    months = [call("CCG_METER_USAGE", (number, "2026-06")) for number in ("乙", LEFT, RIGHT)]
    assert sum(row[1] for row in days[1:]) == months[0] == months[1] + months[2]


@pytest.mark.parametrize("name", LOOK_UPS)
def test_without_a_scan_there_is_nothing_and_check_says_so(empty_home, name):
    assert call(name, LOOK_UPS[name]) is NA
    assert "还没有远程抄表的扫描结果" in call("CCG_CHECK", (name, *LOOK_UPS[name]))


def test_check_says_why_nothing_is_found():
    assert "没有表号或客户编号 “不存在”" in call("CCG_CHECK", ("CCG_ALARM_COUNT", "不存在"))
    assert "没有表号或客户编号 “不存在”" in call("CCG_CHECK", ("CCG_ALARMS", "不存在"))
    assert "最多预测 365 天" in call("CCG_CHECK", ("CCG_FORECAST", "甲", 999.0))
    assert call("CCG_CHECK", ("CCG_ALARMS", "甲")) == ""


def test_a_low_pressure_needs_no_gas_library_and_a_high_one_names_it(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyaga8", None)
    conversion._factor.cache_clear()
    assert call("CCG_PTZ", (100.0, 49.0, 20.0)) == pytest.approx(100 * 150.325 / 101.325)
    assert call("CCG_PTZ", (100.0, 400.0, 20.0)) is NA
    assert 'pip install "ccgrade[meters]"' in call("CCG_CHECK", ("CCG_PTZ", 100.0, 400.0, 20.0))


@pytest.mark.parametrize(("kpa", "off"), [(100, 0.002), (400, 0.008), (800, 0.016)])
def test_real_gas_takes_less_room_than_ideal_by_the_published_share(kpa, off):
    ideal = (kpa + 101.325) / 101.325 * 293.15 / 288.15
    assert call("CCG_PTZ", (1.0, float(kpa), 15.0)) / ideal - 1 == pytest.approx(off, abs=0.4 * off)
