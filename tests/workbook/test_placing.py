"""Values find their place in a table or a named range, or one sentence says why they do not fit."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.placing import (
    check_lengths,
    check_sheet_room,
    check_widths,
    check_writable,
    column_at,
    column_runs,
    data_rows,
    filled_block,
    table_rows,
)

HEADERS = ["甲", "乙", "丙", "丁", "戊"]


def test_neighbouring_columns_are_written_together() -> None:
    runs = list(column_runs("表", HEADERS, 2, {"戊": [5.0], "乙": [2.0, 2.5], "甲": [1.0]}))
    assert [(run.first, run.headers, list(run.rows)) for run in runs] == [
        (0, ("甲", "乙"), [(1.0, 2.0), (None, 2.5)]),
        (4, ("戊",), [(5.0,), (None,)]),
    ]


@given(st.sets(st.sampled_from(HEADERS), min_size=1), st.integers(0, 4), st.integers(0, 4))
def test_every_cell_of_every_column_has_one_place(chosen: set[str], height: int, short: int) -> None:
    columns = {header: [f"{header}{row}" for row in range(max(height - short, 0))] for header in chosen}
    placed = {
        (row, run.first + at): value
        for run in column_runs("表", HEADERS, height, columns)
        for row, line in enumerate(run.rows)
        for at, value in enumerate(line)
    }
    expected = {
        (row, HEADERS.index(header)): columns[header][row] if row < len(columns[header]) else None
        for header in chosen
        for row in range(height)
    }
    assert placed == expected


def test_a_block_is_padded_to_its_range() -> None:
    assert filled_block("名", 2, 3, [[1.0]]) == [[1.0, None, None], [None, None, None]]


@pytest.mark.parametrize(
    ("rows", "kept"),
    [([[None, None]], []), ([], []), ([[None, 1.0]], [[None, 1.0]]), ([[None], [None]], [[None], [None]])],
)
def test_one_blank_row_is_no_row(rows: list[list[Any]], kept: list[list[Any]]) -> None:
    assert data_rows(rows) == kept


def test_a_table_without_rows_keeps_a_blank_one() -> None:
    assert table_rows([], 2) == [[None, None]]
    assert table_rows([[1.0, 2.0]], 2) == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("check", "says"),
    [
        (lambda: column_at("表", HEADERS, "己"), "“表”表里没有“己”列"),
        (lambda: check_lengths("表", 1, {"甲": [1.0, 2.0]}), "有 1 行，但“甲”列要写 2 行"),
        (lambda: check_widths("表", 2, [[1.0, 2.0], [1.0]]), "第 2 行有 1 列"),
        (lambda: check_sheet_room("表", 3, 1_048_575), "从第 3 行起最多 1048574 行"),
        (lambda: filled_block("名", 1, 2, [[1.0], [2.0]]), "是 1 行 × 2 列，放不下 2 行 × 1 列"),
        (lambda: check_writable([["长" * 32_768]]), "有 32768 个字"),
        (lambda: check_writable([[float("nan")]]), "不是有限的数"),
        (lambda: check_writable([[dt.date(1899, 1, 1)]]), "早于 Excel"),
    ],
)
def test_what_does_not_fit_is_a_sentence(check: Any, says: str) -> None:
    with pytest.raises(BookFault, match=says):
        check()
