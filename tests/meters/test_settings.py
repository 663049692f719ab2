"""Settings as Python, TOML and workbook tables say the same; what is wrong is told all at once."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ccgrade_xl.errors import FileFault, RuleFaults
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.checks import CHECK, CHECKS
from ccgrade_xl.meters.settings import (
    DEFAULT,
    Settings,
    _milder,
    parse_settings,
    settings_from_tables,
    settings_tables,
    settings_text,
)
from tests.meters.series import DAYS, at, fleet, registry, works


@st.composite
def some_settings(draw):
    switched = {check.code: False for check in CHECKS if draw(st.booleans())}
    values = {}
    for check in CHECKS:
        for row in check.thresholds:
            if draw(st.booleans()):
                value = draw(st.floats(row.least, row.most, allow_nan=False))
                if value != row.default:
                    values[check.code, row.name] = value
    settings = Settings(switched, values)
    assume(not list(_milder(settings)))
    return settings


@given(some_settings())
def test_text_and_tables_give_the_settings_back(settings):
    assert parse_settings(settings_text(settings)) == settings
    assert settings_from_tables(settings_tables(settings)) == settings


def test_defaults_are_the_published_thresholds():
    assert DEFAULT.value(CHECK["通讯中断"], "hourly_hours") == 24
    assert DEFAULT.value(CHECK["突增/突降"], "fall_share") == 0.6
    assert DEFAULT.value(CHECK["持续小流量"], "high_days") == 30
    assert DEFAULT.value(CHECK["电池欠压"], "medium_pct") == 10


def test_every_fault_is_told_at_once():
    with pytest.raises(RuleFaults) as told:
        parse_settings("[rollback]\non = 1\ndigits = -3\nodd = 2\n[nothing]\n[spike]\nshare = '2'\n")
    assert len(told.value.faults) == 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[battery]\nlow_pct = 5\n", "电池欠压：“中级别电量”10 比“低级别电量”5 还宽，应不大于它，请改正。"),
        ("[clock_offset]\nmedium_minutes = 3\n", "“中级别偏差”3 比“低级别偏差”5 还宽，应不小于它"),
        ("[balance]\nhigh_days = 9\n", "“高级别天数”9 比“中级别天数”7 还宽，应不大于它"),
    ],
)
def test_a_graver_level_is_not_reached_before_a_lighter_one(text, told):
    with pytest.raises(RuleFaults, match=told) as raised:
        parse_settings(text, "异常规则文件“s.toml”")
    assert str(raised.value).startswith("异常规则文件“s.toml”有 1 处问题：\n")


def test_a_text_that_is_no_toml_is_refused():
    with pytest.raises(FileFault, match="TOML"):
        parse_settings("[rollback\n")


def test_faults_of_the_tables_name_table_and_row():
    tables = {
        "异常项": (("异常", "启用"), [("倒走", "也许"), ("不存在", "是")]),
        "异常阈值": (("异常", "参数", "取值"), [("倒走", "允许回退", "很多"), ("倒走", "别的", 1)]),
    }
    with pytest.raises(RuleFaults) as told:
        settings_from_tables(tables)
    assert [fault.split("：")[0] for fault in told.value.faults] == [
        "异常项 第 1 行", "异常项 第 2 行", "异常阈值 第 1 行", "异常阈值 第 2 行",
    ]  # fmt: skip


def test_keys_and_codes_are_unique_and_thresholds_have_unit_and_source():
    assert len({check.key for check in CHECKS}) == len({check.code for check in CHECKS}) == len(CHECKS) == 25
    for check in CHECKS:
        assert len({row.label for row in check.thresholds}) == len(check.thresholds)
        assert all(row.source and row.least <= row.default <= row.most for row in check.thresholds)


def test_a_check_that_is_off_finds_nothing_and_a_threshold_moves_the_boundary():
    frame = works()
    frame = fleet({"A": frame[(frame.time <= at(30, 9)) | (frame.time >= at(31, 9))]})
    known = registry({"A": {}})
    assert list(scan(frame, known, as_of=at(DAYS, 0)).code) == ["通讯中断"]
    off = scan(frame, known, Settings({"通讯中断": False}), as_of=at(DAYS, 0))
    assert "通讯中断" not in list(off.code)
    assert str(off.attrs["report"].checks[0]) == "通讯中断：未启用。"
    longer = scan(frame, known, Settings({}, {("通讯中断", "hourly_hours"): 25.0}), as_of=at(DAYS, 0))
    assert "通讯中断" not in list(longer.code)


def test_every_threshold_a_manager_can_edit_is_asked_for_by_a_scan(monkeypatch):
    asked, value = set(), Settings.value

    def asking(self, check, name):
        asked.add((check.code, name))
        return value(self, check, name)

    monkeypatch.setattr(Settings, "value", asking)
    scan(fleet({"1": works(days=20)}), registry({"1": {}, "2": {}}), as_of=at(20, 0))
    assert asked == {(check.code, row.name) for check in CHECKS for row in check.thresholds}
