"""Which column is which, in which unit: by its words, by what was said of it, and the sentence where neither tells."""

from __future__ import annotations

import pytest

from ccgrade_xl.errors import FileFault, NotUnderstood
from ccgrade_xl.meters.headers import IGNORED, Header, UnknownHeaders, map_headers, meaning
from ccgrade_xl.meters.readings import READING_COLUMNS
from ccgrade_xl.meters.units import UNITS

BASE = ["表号", "时间", "标况累计"]


def column(header: str, name: str, **said: str):
    return map_headers([*BASE, header], "文件", said).columns[name]


@pytest.mark.parametrize(
    ("header", "name", "value", "ours"),
    [
        ("工况累计", "actual_m3", 12.0, 12.0),
        ("工况累计(L)", "actual_m3", 12_000.0, 12.0),
        ("工况累计量【升】", "actual_m3", 12_000.0, 12.0),
        ("工况总量（万m³）", "actual_m3", 1.2, 12_000.0),
        ("表底数/m3", "actual_m3", 12.0, 12.0),
        ("vm_l", "actual_m3", 12_000.0, 12.0),
        ("压力(MPa)", "pressure_kpa", 0.02, 20.0),
        ("介质压力MPa", "pressure_kpa", 0.02, 20.0),
        ("压力（单位：bar）", "pressure_kpa", 0.2, 20.0),
        ("pressure_mbar", "pressure_kpa", 200.0, 20.0),
        ("表前压力(kgf/cm²)", "pressure_kpa", 1.0, 98.0665),
        ("压力(Pa)", "pressure_kpa", 20_000.0, 20.0),
        ("绝对压力(kPa)", "pressure_kpa", 121.325, 20.0),
        ("绝对压力", "pressure_kpa", 121.325, 20.0),
        ("绝压MPa", "pressure_kpa", 0.121325, 20.0),
        ("介质温度(K)", "temperature_c", 288.15, 15.0),
        ("温度（℉）", "temperature_c", 59.0, 15.0),
        ("temp_c", "temperature_c", 15.0, 15.0),
        ("工况瞬时流量(L/min)", "actual_flow", 1000.0, 60.0),
        ("标况流量 Nm³/h", "standard_flow", 7.0, 7.0),
        ("余额(分)", "balance", 1250.0, 12.5),
        ("余额（万元）", "balance", 1.25, 12_500.0),
    ],
)
def test_a_header_tells_its_column_and_its_unit(header, name, value, ours):
    found = column(header, name)
    assert found.header == header
    assert value * found.factor + found.addend == pytest.approx(ours)


@pytest.mark.parametrize(
    ("said", "value", "ours"),
    [
        ("压力", 20.0, 20.0),
        ("pressure_kpa", 20.0, 20.0),
        ("压力（MPa）", 0.02, 20.0),
        ("pressure (bar)", 0.2, 20.0),
        ("介质压力 mbar", 200.0, 20.0),
        ("绝对压力（bar）", 1.21325, 20.0),
    ],
)
def test_what_was_said_of_a_header_counts_with_its_unit(said, value, ours):
    found = column("CH7", "pressure_kpa", CH7=said)
    assert value * found.factor + found.addend == pytest.approx(ours)


def test_a_unit_that_was_said_goes_before_the_one_in_the_header():
    headers = [*BASE, "P(Pa)"]
    assert map_headers(headers, "", {"P（pa）": "压力"}).columns["pressure_kpa"].factor == 0.001
    assert map_headers(headers, "", {"p(PA)": "压力（bar）"}).columns["pressure_kpa"].factor == 100.0


def test_what_was_said_goes_before_names_and_leaves_them_free():
    told = {"读数": "标况累计", "标况累计": IGNORED}
    found = map_headers(["表号", "时间", "标况累计", "读数", "其他"], "", told)
    assert found.columns["standard_m3"].header == "读数"
    assert found.headers[2:] == (Header("标况累计", IGNORED), Header("读数", "standard_m3"), Header("其他"))
    assert "actual_m3" not in found.columns


def test_a_unit_nobody_can_turn_into_ours_is_read_as_it_is_and_told():
    found = map_headers([*BASE, "压力(米水柱高)"], "文件“a”")
    assert found.columns["pressure_kpa"].factor == 1.0
    assert found.remarks == ("文件“a”：表头“压力(米水柱高)”的单位不能换算成 kPa，已按原数读入，请核对。",)


def test_a_pressure_said_to_be_absolute_stays_so_when_it_is_written_down():
    assert str(meaning("绝压 MPa")) == "绝对压力（MPa）"
    assert meaning(str(meaning("绝压 MPa"))) == meaning("绝压 MPa")
    assert not meaning("压力").absolute


def test_headers_that_tell_nothing_are_all_named_with_what_is_missing():
    with pytest.raises(UnknownHeaders) as told:
        map_headers(["设备", "何时", "温度", "F1"], "文件夹“r”")
    assert str(told.value) == (
        "文件夹“r”的表头里找不到“表号、时间、工况累计 或 标况累计”列。找到的列：“设备”、“何时”、“温度”、“F1”。"
        "请改正表头，或说明哪一列是哪一列（表头对照）。"
    )
    assert told.value.lacking == ("表号", "时间", "工况累计 或 标况累计")
    assert told.value.headers[2] == Header("温度", "temperature_c")


def test_hundreds_of_headers_do_not_fill_the_screen():
    with pytest.raises(UnknownHeaders, match="等 500 列") as told:
        map_headers([f"列{at}" for at in range(500)], "")
    assert len(str(told.value)) < 1000


def test_two_headers_said_to_be_one_column_are_named():
    with pytest.raises(FileFault, match="把“甲”和“乙”都对应到“表号”"):
        map_headers(["甲", "乙", "时间", "标况累计"], "文件", {"甲": "表号", "乙": "meter_id"})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("瓦斯", "没有“瓦斯”这个列，可以写 表号、"),
        ("压力（吨）", "单位“吨”不认识，可以写 kPa、MPa"),
        ("表号（L）", "没有单位"),
    ],
)
def test_what_cannot_be_said_is_told_with_what_can(said, told):
    with pytest.raises(NotUnderstood, match=told):
        meaning(said)


def test_every_column_can_be_said_in_each_of_its_units_and_is_written_so_again():
    for each in READING_COLUMNS:
        assert str(meaning(each.name)) == each.header
        for unit in UNITS.get(each.unit, ()):
            said = meaning(f"{each.header}（{unit.name}）")
            assert (said.column, said.unit) == (each.name, unit)
            assert meaning(str(said)) == said
    assert meaning(f" {IGNORED} ") is None
