"""Cells gathered by column come out row by row, and a column as XML says of each cell what that cell alone would say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.workbook.cells import column_xml
from ccgrade_xl.workbook.sheet_edit import SheetEdit

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 2**53 + 1, 0.0, -0.0, 1.0, 2.0**53, 0.1]),
    st.sampled_from(["", "1", " a ", "是", "=A1", "#N/A"]),
    st.sampled_from([dt.date(2026, 1, 5), dt.datetime(2026, 1, 5), CellError.NA]),
)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 6)), max_size=40))
def test_rows_hold_the_columns_written_in_them_left_to_right(cells: list[tuple[int, int]]) -> None:
    edit = SheetEdit("表")
    for row, column in cells:
        edit.put(row, column, 1.0)
    found = edit.columns_by_row()
    assert list(found) == sorted({row for row, _ in cells})
    assert {(row, column) for row, columns in found.items() for column in columns} == set(cells)
    assert all(list(columns) == sorted(set(columns)) for columns in found.values())


@given(st.dictionaries(st.integers(1, 20), VALUES))
def test_a_column_says_of_each_cell_what_it_says_of_that_cell_alone(cells: dict[int, Any]) -> None:
    assert column_xml(b"C", cells) == {
        row: column_xml(b"C", {row: value})[row] for row, value in cells.items()
    }


@pytest.mark.parametrize("bad", [float("inf"), "长" * 40_000, dt.datetime(1800, 1, 1)])
def test_the_first_cell_that_cannot_be_written_is_named(bad: Any) -> None:
    with pytest.raises(BookFault, match="1800-01-01" if isinstance(bad, dt.date) else "C5"):
        column_xml(b"C", {3: "好", 5: bad, 4: bad, 9: bad})
