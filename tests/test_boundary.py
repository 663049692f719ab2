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
from ccgrade_xl.errors import CellError, NotUnderstood, OutOfRange, PassedThrough
from ccgrade_xl.rules.blank_words import UNKNOWN
from ccgrade_xl.rules.wording import plain


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12.5, 12.5), (7, 7.0), (np.float64(3), 3.0), ("12.5", 12.5), (" 12 ", 12.0), ("１２３", 123.0), ("1,234", 1234.0),
        ("12，345.5", 12345.5), ("1 234", 1234.0), ("1\u00a0234", 1234.0), ("3000元", 3000.0), ("￥3,000.50", 3000.5),
        ("1200 m³", 1200.0), ("1200 m3/月", 1200.0), ("1200立方米", 1200.0), ("15天", 15.0), ("2次", 2.0), ("6个月", 6.0),
        ("1.2万", 12000.0), ("5e3", 5000.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(cell, number):
    assert boundary.read_number(cell) == number


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
    "reader", [boundary.read_number, boundary.read_text, boundary.read_date, boundary.read_status]
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
    assert "#N/A" in (customers.notes.text_at(3) or "")


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


@given(st.text() | st.text("未知nulaNUL待补 \u115f\u3164\u200b（/-", max_size=9))
@example("\u115f\u115f\u115f未知")
@example("深圳市某某餐饮有限公司")
@example(" #N/A")
@example("#N/A")
def test_a_text_shows_itself_unless_it_says_that_nothing_is_known(text):
    if text in {error.value for error in CellError}:
        assert boundary.text_of(text) == text
    else:
        assert boundary.text_of(text) == ("" if plain(text) in UNKNOWN else text.strip())


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
