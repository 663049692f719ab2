"""The registry as it is kept: headers, defaults, words; and business hours as hours of the week."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import FileFault, NotUnderstood
from ccgrade_xl.meters.business_hours import OPEN_ALL_DAY, of_gas_day, open_hours, spells
from ccgrade_xl.meters.registry_reading import joined, read_registry
from ccgrade_xl.meters.scanning import registry_frame


def test_chinese_headers_words_and_defaults():
    frame = pd.DataFrame(
        {
            "表号": ["0017"],
            "客户号": ["A"],
            "最大流量(m³/h)": ["１00"],
            "压力类型": ["表压"],
            "客户状态": ["报停"],
        }
    )
    meter = read_registry(frame).meters.iloc[0]
    assert (meter.meter_id, meter.customer_id, meter.qmax_m3h, meter.pressure_kind, meter.status) == (
        "0017",
        "A",
        100,
        "gauge",
        "暂停",
    )
    table = joined(read_registry(frame), ["0017", "0018"], 0)
    assert list(table.out_of_use) == [True, False]
    assert list(table.base_temperature_k) == [293.15, 293.15]
    assert table.atmosphere.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pd.DataFrame({"表号": ["1"]}), "缺少“客户编号”列"),
        (pd.DataFrame({"表号": ["1", "1"], "客户编号": ["A", "B"]}), "表号“1”出现了两次"),
    ],
)
def test_what_cannot_be_a_registry_is_refused(frame, told):
    with pytest.raises(FileFault, match=told):
        read_registry(frame)


def test_a_cell_that_cannot_be_read_is_named_and_counts_as_blank():
    frame = pd.DataFrame(
        {
            "表号": ["1"],
            "客户编号": ["A"],
            "qmax_m3h": ["大"],
            "business_hours": ["白天"],
            "pressure_kind": ["?"],
        }
    )
    registry = read_registry(frame)
    assert [fault.split("：")[0] for fault in registry.faults] == [
        "表具档案第 2 行“最大流量”", "表具档案第 2 行“压力类型”", "表具档案第 2 行“营业时间”",
    ]  # fmt: skip
    assert pd.isna(registry.meters.qmax_m3h[0])


def one(**cells: object) -> pd.DataFrame:
    return pd.DataFrame({"表号": ["1"], "客户编号": ["A"], **{name: [cell] for name, cell in cells.items()}})


@pytest.mark.parametrize(
    ("header", "cell", "name", "value"),
    [
        ("设定压力(MPa)", "0.010", "pressure_set_kpa", 10.0),
        ("设定压力(MPa)", 0.01, "pressure_set_kpa", 10.0),
        ("设定压力MPa", 0.01, "pressure_set_kpa", 10.0),
        ("设定压力（表压）", 10.0, "pressure_set_kpa", 10.0),
        ("设定压力(MPa)", "10 kPa", "pressure_set_kpa", 10.0),
        ("设定压力", "0.01MPa", "pressure_set_kpa", 10.0),
        ("供气压力（bar）", 0.1, "pressure_set_kpa", 10.0),
        ("最大流量(Qmax)", 65, "qmax_m3h", 65.0),
        ("最大流量", "65 m³/h", "qmax_m3h", 65.0),
        ("最大流量", "65 m3/h", "qmax_m3h", 65.0),
        ("脉冲当量(L)", 10, "pulse_m3", 0.01),
        ("脉冲当量(L)", "0.01 m³", "pulse_m3", 0.01),
        ("上传间隔(小时)", 1, "interval_minutes", 60.0),
        ("上传间隔", "30分钟", "interval_minutes", 30.0),
        ("基准温度(℃)", 20, "base_temperature_k", 293.15),
        ("基准温度", "20℃", "base_temperature_k", 293.15),
        ("气日起点", "8:00", "gas_day_start_hour", 8.0),
        ("气日起点", "6点", "gas_day_start_hour", 6.0),
        ("读数位数", "7位", "register_digits", 7.0),
    ],
)
def test_units_of_headers_and_cells_are_converted(header, cell, name, value):
    registry = read_registry(one(**{header: cell}))
    assert registry.meters[name][0] == pytest.approx(value)
    assert registry.faults == ()


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (" 0017\t", "0017"),
        ("0017\u3000", "0017"),
        ('="0017"', "0017"),
        ("17.0", "17"),
        (17.0, "17"),
        (17, "17"),
        ("'0017", "0017"),
    ],
)
def test_a_decorated_meter_number_is_read(cell, number):
    frame = pd.DataFrame({"表号": [cell], "客户编号": ["A"]})
    assert read_registry(frame).meters.meter_id[0] == number


@pytest.mark.parametrize("cell", ["1.23E+11", 1.2345678901234568e16])
def test_a_meter_number_that_lost_its_digits_is_no_meter(cell):
    found = read_registry(pd.DataFrame({"表号": [cell, "2"], "客户编号": ["A", "B"]}))
    assert list(found.meters.meter_id) == ["2"]
    assert "数位已丢失" in found.faults[0]


def test_a_registry_below_a_title_names_the_rows_of_its_file(tmp_path):
    lines = ["表具档案,,", "导出人,张三,", "表号,客户编号,最大流量", "1,A,65", "2,B,大", "3,C,1,5"]
    (tmp_path / "r.csv").write_text("\n".join(lines), encoding="gb18030")
    found = read_registry(registry_frame(tmp_path / "r.csv"))
    assert list(found.meters.meter_id) == ["1", "2"]
    assert found.faults == (
        "文件“r.csv”第 6 行的格数比表头多（第 6 行有 4 格，表头 3 格），没有读入。请核对这些行，数字里的逗号要去掉或加引号。",
        "表具档案第 5 行“最大流量”：“大”不是数字，按没有填处理。",
    )


def test_a_unit_of_a_header_that_cannot_be_converted_is_told():
    registry = read_registry(one(**{"设定压力(米水柱高)": 10}))
    assert registry.faults == (
        "表具档案的表头“设定压力(米水柱高)”的单位不能换算成 kPa，已按原数读入，请核对。",
    )
    assert registry.meters.pressure_set_kpa[0] == 10.0


@pytest.mark.parametrize(
    ("header", "cell", "told"),
    [
        ("最大流量", 0, "“0”不在 0.001–100000 m³/h之间"),
        ("最大流量", -5.0, "“-5”不在"),
        ("最小流量", 0, "“0”不在"),
        ("设定压力", 0, "“0”不在 0.001–20000 kPa之间"),
        ("上传间隔", 0, "“0”不在"),
        ("基准压力", 0, "“0”不在 50–200 kPa之间"),
        ("基准温度", 20, "“20”不在 250–330 K之间"),
        ("读数位数", 0, "“0”不在 1–15 位之间"),
        ("脉冲当量", 0, "“0”不在"),
        ("气日起点", -1, "“-1”不在 0–23 时之间"),
        ("气日起点", 25, "“25”不在 0–23 时之间"),
        ("气日起点", 8.5, "“8.5”不是整数"),
    ],
)
def test_what_no_meter_can_have_counts_as_blank_and_is_told(header, cell, told):
    registry = read_registry(one(营业时间="1-5 08:00-18:00", **{header: cell}))
    (fault,) = registry.faults
    assert fault.startswith(f"表具档案第 2 行“{header}”：{told}")
    assert fault.endswith("按没有填处理。")
    joined(registry, ["1"], 0)


def test_bounds_the_wrong_way_round_count_as_blank_and_are_told():
    registry = read_registry(one(最低温度=60, 最高温度=-20, 最小流量=100, 最大流量=5))
    assert registry.faults == (
        "表具档案第 2 行：最小流量 100 大于最大流量 5，两项都按没有填处理。",
        "表具档案第 2 行：最低温度 60 大于最高温度 -20，两项都按没有填处理。",
    )
    assert registry.meters[["qmin_m3h", "qmax_m3h"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("text", "monday", "saturday", "sunday"),
    [
        ("1-5 08:00-18:00", [(8, 18)], [], []),
        ("08:00-18:00", [(8, 18)], [(8, 18)], [(8, 18)]),
        ("1-5 08:00-12:00,13:30-18:00", [(8, 12), (13, 18)], [], []),
        ("1-6 08:00-12:00;1-6 13:00-18:00", [(8, 12), (13, 18)], [(8, 12), (13, 18)], []),
        ("1-5 08:00-12:00;13:00-17:00;6 09:00-10:00", [(8, 12), (13, 17)], [(9, 10)], []),
        ("10:00-22:00", [(10, 22)], [(10, 22)], [(10, 22)]),
        ("11:00-14:00;17:00-21:00", *[[(11, 14), (17, 21)]] * 3),
        ("20:00-23:59", [(20, 24)], [(20, 24)], [(20, 24)]),
        ("11:00-14:00 17:00-21:00", *[[(11, 14), (17, 21)]] * 3),
        ("每天 8:00-18:00", [(8, 18)], [(8, 18)], [(8, 18)]),
        ("每天8-18点", [(8, 18)], [(8, 18)], [(8, 18)]),
        ("工作日 8:00-18:00，周末 9:00-12:00", [(8, 18)], [(9, 12)], [(9, 12)]),
        ("周一、三、五 8:00-18:00", [(8, 18)], [], []),
        ("1，6，7 8:00-18:00", [(8, 18)], [(8, 18)], [(8, 18)]),
        ("星期一二六 8点-18点", [(8, 18)], [(8, 18)], []),
        ("周一到周五：上午8点半到下午5点30分", [(8, 18)], [], []),
        ("1 - 5 8 : 00 - 18 : 00", [(8, 18)], [], []),
        ("08:00:00-18:00:00", [(8, 18)], [(8, 18)], [(8, 18)]),
        ("全天", [(0, 24)], [(0, 24)], [(0, 24)]),
        ("1-5 24小时", [(0, 24)], [], []),
        ("18:00-次日2:00", *[[(0, 2), (18, 24)]] * 3),
        ("6 18:00-次日2:00", [], [(18, 24)], [(0, 2)]),
        ("08:30-08:10", [(0, 24)], [(0, 24)], [(0, 24)]),
        ("周日至周一 9:00-10:00", [(9, 10)], [], [(9, 10)]),
        ("6 9:00-12:00", [], [(9, 12)], []),
        ("周一至周六 08:00-18:00；日 09:00-12:00", [(8, 18)], [(8, 18)], [(9, 12)]),
        ("1-7 22:00-06:00", [(0, 6), (22, 24)], [(0, 6), (22, 24)], [(0, 6), (22, 24)]),
        ("6-7 00:00-24:00", [], [(0, 24)], [(0, 24)]),
        ("1-5 ８：30—17：30", [(8, 18)], [], []),
    ],
)
def test_business_hours(text, monday, saturday, sunday):
    masks = open_hours(text)
    assert [spells(masks[day]) for day in (0, 5, 6)] == [monday, saturday, sunday]


@pytest.mark.parametrize(
    "text",
    [
        "白天",
        "1-8 08:00-18:00",
        "1-5 08:00",
        "25:00-26:00",
        "1-5 08:61-18:00",
        "8-18",
        "8:00-18:00 节假日休息",
        "8 8:00-18:00",
        "8:00-次日10:00",
        "1-5 8:00-18:00;6 9:00",
    ],
)
def test_business_hours_that_cannot_be_read(text):
    with pytest.raises(NotUnderstood, match="请写成 1-5 08:00-18:00 这样"):
        open_hours(text)


MINUTE = st.integers(0, 24 * 60 - 1)


@given(MINUTE, MINUTE, st.lists(st.integers(0, 6), unique=True, max_size=7))
def test_every_spell_opens_the_hours_of_its_minutes(begin, end, days):
    """Against every single minute of it."""
    opened = set()
    for day in days or range(7):
        at = begin
        while True:
            opened.add((day * 1440 + at) // 60 % 168)
            at += 1
            if (at - end) % 1440 == 0:
                break
    told = "".join(f"{day + 1}," for day in days)
    text = f"{told} {begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"
    masks = open_hours(text)
    assert {day * 24 + hour for day in range(7) for hour in range(24) if masks[day] >> hour & 1} == opened


def test_hours_of_a_gas_day_that_begins_at_six():
    masks = of_gas_day(open_hours("1 08:00-10:00;2 02:00-03:00"), 6)
    assert spells(masks[0]) == [(2, 4), (20, 21)]
    assert of_gas_day((OPEN_ALL_DAY,) * 7, 8) == (OPEN_ALL_DAY,) * 7
