"""Reading cells generously, and saying what cannot be read."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ccgrade_xl import boundary
from ccgrade_xl.errors import CellError, NotUnderstood, OtherUnit, OutOfRange, PassedThrough


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12.5, 12.5), (7, 7.0), (np.float64(3), 3.0), ("12.5", 12.5), (" 12 ", 12.0), ("１２３", 123.0), ("1,234", 1234.0),
        ("12，345.5", 12345.5), ("1 234", 1234.0), ("1\u00a0234", 1234.0), ("1.2万", 12000.0), ("5e3", 5000.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(cell, number):
    assert boundary.read_number(cell) == number


@pytest.mark.parametrize(
    ("cell", "unit", "number"),
    [
        ("3000元", "元", 3000.0), ("￥3,000.50", "元", 3000.5), ("1200 m³", "m³/月", 1200.0), ("1200 m3/月", "m³/月", 1200.0),
        ("1200立方米", "m³/月", 1200.0), ("1.2万方", "m³/月", 12000.0), ("15天", "天", 15.0), ("2次", "次", 2.0),
        ("6个月", "月", 6.0), ("6", "月", 6.0),
    ],
)  # fmt: skip
def test_the_places_own_unit_may_stand_behind_a_number(cell, unit, number):
    assert boundary.read_number(cell, unit) == number


@pytest.mark.parametrize(
    ("cell", "unit"), [("500 m³/日", "m³/月"), ("120000 m³/年", "m³/月"), ("60天", "月"), ("3个月", "天")]
)
def test_another_unit_is_refused_with_the_one_that_is_expected(cell, unit):
    with pytest.raises(OtherUnit, match=f"{cell}.*单位看不懂，请填写数字，单位是 {unit}。"):
        boundary.read_number(cell, unit)


def test_no_unit_is_taken_where_none_is_known():
    with pytest.raises(OtherUnit, match="不带单位"):
        boundary.read_number("5天")


@pytest.mark.parametrize(("cell", "whole"), [(None, None), ("", None), (3.0, 3), ("6个月", 6), ("0", 0)])
def test_a_whole_number_is_read_whole(cell, whole):
    assert boundary.read_whole(cell, "月") == whole


@pytest.mark.parametrize("cell", [0.5, "1.5", "1.5个月"])
def test_a_fraction_is_refused_where_a_whole_number_belongs(cell):
    with pytest.raises(OutOfRange, match="不是整数"):
        boundary.read_whole(cell, "月")


@pytest.mark.parametrize(
    "cell", [None, "", "  ", "\u3000", "\u00a0", math.nan, "-", "—", "/", "未知", "不详"]
)
def test_a_cell_that_says_nothing_is_a_blank(cell):
    assert math.isnan(boundary.read_number(cell))
    assert boundary.read_text(cell) is None
    assert boundary.read_date(cell) is None


@pytest.mark.parametrize(
    "cell", ["abc", "12abc", "1,23", "一百", "1.2.3", True, dt.date(2026, 1, 1), "12 34 5x"]
)
def test_what_is_no_number_is_not_understood(cell):
    with pytest.raises(NotUnderstood, match="数字"):
        boundary.read_number(cell)


@pytest.mark.parametrize("cell", [-1, "-1", -0.001, "－５", math.inf, -math.inf])
def test_a_number_below_zero_or_without_end_is_out_of_range(cell):
    with pytest.raises(OutOfRange):
        boundary.read_number(cell)


def test_money_may_be_below_zero():
    assert boundary.read_money("-1,200.50元") == -1200.5


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ("#N/A", CellError.NA), ("#DIV/0!", CellError.DIV0), (CellError.REF, CellError.REF), (-2146826246, CellError.NA),
        (-2146826273, CellError.VALUE), (-2146826252, CellError.NUM), ("#NAME?", CellError.NAME),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "reader",
    [boundary.read_number, boundary.read_text, boundary.read_date, boundary.read_month, boundary.read_status],
)
def test_an_error_passes_through_every_reader(reader, cell, error):
    with pytest.raises(PassedThrough) as caught:
        reader(cell)
    assert caught.value.error is error


@pytest.mark.parametrize(
    "cell",
    [dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 13, 30), 46027, 46027.5, "2026-01-05", "2026/1/5", "2026.1.5",
     "２０２６年１月５日", "20260105", 20260105.0, "2026-01-05 08:00:00", pd.Timestamp(2026, 1, 5), np.datetime64("2026-01-05")],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_notation(cell):
    assert boundary.read_date(cell) == dt.date(2026, 1, 5)


@pytest.mark.parametrize("cell", ["2026-13-05", "2026-02-30", "明天", "5/1", 12.0])
def test_what_is_no_date_is_not_understood(cell):
    with pytest.raises(NotUnderstood, match="日期"):
        boundary.read_date(cell)


@pytest.mark.parametrize(
    "cell",
    ["2026-03", "2026-3", "2026/03", "202603", "２０２６年３月", "2026.3", " 2026年03月 ", 202603, 202603.0, dt.date(2026, 3, 9),
     dt.datetime(2026, 3, 31, 23), "2026-03-31", 46082.0, "46082", 20260309.0, np.datetime64("2026-03-05")],
)  # fmt: skip
def test_a_month_is_read_as_people_write_it_and_from_any_date_in_it(cell):
    assert boundary.read_month_text(cell) == "2026-03"
    assert boundary.read_month(cell) == 2026 * 12 + 2


@pytest.mark.parametrize("cell", ["2026", "2026-00", "2026-13", "202613", "三月", "0000-01", 2026.0, True])
def test_what_is_no_month_is_not_understood(cell):
    with pytest.raises(NotUnderstood, match="不是看得懂的月份"):
        boundary.read_month_text(cell)


@pytest.mark.parametrize("cell", [None, "", " ", "-", float("nan")])
def test_no_month_is_a_blank(cell):
    assert boundary.read_month_text(cell) is None


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("在用", "在用"),
        ("正常", "在用"),
        (" 销 户", "销户"),
        ("已拆表", "拆表"),
        ("报停", "暂停"),
        ("别的", "别的"),
    ],
)
def test_a_status_is_read_by_its_synonyms(cell, status):
    assert boundary.read_status(cell) == status


@pytest.mark.parametrize(("cell", "veto"), [("无", None), ("否", None), ("窃气", "窃气"), (None, None)])
def test_no_veto_is_a_blank(cell, veto):
    assert boundary.read_veto(cell) == veto


def test_a_number_in_a_text_column_reads_as_its_digits():
    assert boundary.read_text(100023.0) == "100023"
    assert boundary.read_text(1.5) == "1.5"


def test_a_cell_that_cannot_be_read_is_unknown_and_noted():
    customers = boundary.customers_from(
        {"月均用气量": ["abc", 5.0, -3.0, "#N/A"], "逾期次数": ["x", 1.0, 2.0, None]}, 4
    )
    assert customers.usage.tolist()[1] == 5.0
    assert np.isnan(customers.usage[[0, 2, 3]]).all()
    assert customers.notes.text_at(0) == "月均用气量“abc”看不懂，按未知处理；逾期次数“x”看不懂，按未知处理"
    assert customers.notes.text_at(1) is None
    assert "不小于 0" in (customers.notes.text_at(2) or "")
    assert customers.notes.text_at(3) == "月均用气量是错误值 #N/A，按未知处理"


def test_a_cell_in_another_unit_is_unknown_and_the_note_names_the_unit():
    customers = boundary.customers_from(
        {"月均用气量": ["500 m³/日", "1.2万方"], "在用月数": ["60天", "12个月"]}, 2
    )
    assert np.isnan([customers.usage[0], customers.months[0]]).all()
    assert (customers.usage[1], customers.months[1]) == (12000, 12)
    assert customers.notes.text_at(0) == (
        "月均用气量“500 m³/日”看不懂，按未知处理，应为数字（m³/月）；在用月数“60天”看不懂，按未知处理，应为数字（月）"
    )
    assert customers.notes.text_at(1) is None


def test_an_array_of_numbers_is_taken_as_it_is():
    usage = np.array([1.0, np.nan, 3.0])
    assert boundary.customers_from({"月均用气量": usage}, 3).usage is usage
    below = boundary.customers_from({"月均用气量": np.array([1.0, -1.0])}, 2)
    assert np.isnan(below.usage[1])


def test_a_column_that_is_absent_is_unknown_throughout():
    customers = boundary.customers_from({}, 2)
    assert np.isnan(customers.late).all()
    assert np.isnat(customers.veto_date).all()
    assert customers.options["nature"].codes.tolist() == [-1, -1]


def test_a_long_value_is_cut_short_in_a_sentence():
    assert boundary.shown("长" * 50) == f"“{'长' * 30}…”"


NOT_KNOWN = [
    "", " ", "\u3000", "\u115f\u3164", "-", "—", "－", "--", "——", "/", "／", "未知", " 未 知 ", "未\u200b知", "不详", "待补", "空",
    "N/A", "n/a", "Ｎ／Ａ", "NULL", "null", "None", "nan", "NaN",
]  # fmt: skip
KNOWN = [
    "深圳市某某餐饮有限公司", "未知数", "空气", "待补充", "无", "0", "---", "-/-", "a-b", "nullify", "N/A 公司", "不详细", "#NAME",
    " #N/A", "none.",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_KNOWN)
def test_a_word_for_not_known_shows_nothing(text):
    assert boundary.text_of(text) == ""
    assert boundary.is_blank(text)
    assert boundary.read_text(text) is None


@pytest.mark.parametrize("text", KNOWN)
def test_any_other_text_shows_itself(text):
    assert boundary.text_of(text) == text.strip()
    assert not boundary.is_blank(text)


@pytest.mark.parametrize("error", CellError)
def test_an_error_shows_its_text(error):
    assert boundary.text_of(error) == boundary.text_of(error.value) == error.value


@given(st.text() | st.text("未知nulaNUL待补 \u115f\u3164\u200b（/-", max_size=9))
@example("\u115f\u115f\u115f未知")
@example(" #N/A")
def test_what_a_text_shows_is_the_text_or_nothing_and_shows_itself_again(text):
    shown = boundary.text_of(text)
    assert shown in ("", text, text.strip())
    assert (shown == "") is boundary.is_blank(text)
    assert shown.startswith("#") or boundary.text_of(shown) == shown == (boundary.read_text(text) or "")


@given(st.text(st.characters(categories=["L"]), min_size=5))
def test_a_long_text_of_letters_shows_itself(text):
    assert boundary.text_of(text) == text or boundary.is_blank(text)


@given(
    st.lists(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.sampled_from(["甲", " 甲", "1", "#N/A", "未知", CellError.NA, 1.0, 0.0])
    )
)
@example([True, 1.0, "1", False, 0.0, None])
def test_a_columns_texts_are_those_of_its_cells(cells):
    assert boundary.texts_of(iter(cells)) == [boundary.text_of(cell) for cell in cells]
