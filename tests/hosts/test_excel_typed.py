"""What Excel would take for something other than the text it is."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError
from ccgrade_xl.hosts.excel_typed import depends_on_format, is_read_as_typed, typed
from ccgrade_xl.workbook.book import CellValue
from tests.hosts.windows.fake_excel.model import Cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+8", "-5", "@SUM", "'引号", "#N/A", "000123", "1e5", "3-5", "10%", "%5", "￥5", "(5)", " 5", "５",
        "2026年1月", "二〇二六年一月", "上午10时", "TRUE", "false", "Jan 5", "march 2026", "1/2",
    ],
)  # fmt: skip
def test_what_excel_may_take_for_something_else_is_marked(text: str) -> None:
    assert is_read_as_typed(text)


@pytest.mark.parametrize(
    "text",
    [
        "五星级",
        "一级",
        "待定",
        "缴纳 45/100（逾期3次）；未知：预收",
        "R-3fa9c1d2",
        "机关单位",
        "A-12",
        "不参评：销户",
    ],
)
def test_our_own_texts_need_no_mark(text: str) -> None:
    assert not is_read_as_typed(text)


@given(st.text(min_size=1, max_size=20))
def test_a_marked_text_stays_as_it_is(text: str) -> None:
    cell = Cell()
    cell.enter(f"'{text}" if is_read_as_typed(text) else text)
    assert (cell.value, cell.formula, cell.number_format) == (text, "", "General")


@given(st.none() | st.text(max_size=20), st.sampled_from(["General", "@", "yyyy-mm-dd", "0.00"]))
def test_what_depends_on_no_format_is_the_same_under_each(text: str | None, number_format: str) -> None:
    if not depends_on_format(text):
        cell = Cell(number_format=number_format)
        cell.enter(typed(text, raw=False, from_1904=False))
        assert (cell.value, cell.formula, cell.number_format) == (text or None, "", number_format)


@pytest.mark.parametrize("value", [0.0, True, dt.date(2026, 1, 1), CellError.NA, "000123", "=1+1"])
def test_what_a_text_cell_would_keep_otherwise_depends_on_its_format(value: CellValue) -> None:
    assert depends_on_format(value)
