"""What would change is written; what stands as it is to be is not, whatever block it stands in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.differing import changed_parts, differing, is_same, neighbours, part_of


@pytest.mark.parametrize(
    ("value", "stood", "same"),
    [
        ("甲", "甲", True),
        ("甲", "乙", False),
        (1.0, 1.0, True),
        (1, 1.0, True),
        (1.0, "1", False),
        ("", None, True),
        (None, None, True),
        (0.0, None, False),
        (False, None, False),
        (True, 1.0, False),
        (1.0, True, False),
        (True, True, True),
        (dt.date(2026, 1, 31), dt.datetime(2026, 1, 31), True),
        (dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 12), False),
        (dt.date(2026, 1, 31), 46053.0, False),
        ("#N/A", CellError.NA, False),
        (CellError.NA, CellError.NA, True),
    ],
)
def test_two_values_are_one_where_a_cell_would_hold_them_alike(value: Any, stood: Any, same: bool) -> None:
    assert is_same(value, stood) is same
    assert is_same(stood, value) is same


def test_the_places_that_differ_are_told_as_far_as_both_reach() -> None:
    assert differing(["甲", 1, None, 4.0], ["甲", 1.0, ""]) == []
    assert differing(["乙", 1, 0.0], ["甲", 1.0, "", 5.0]) == [0, 2]


def test_places_side_by_side_are_told_as_runs() -> None:
    assert list(neighbours([0, 1, 2, 5, 7, 8])) == [(0, 2), (5, 5), (7, 8)]
    assert list(neighbours([])) == []


STOOD = [["甲", 1.0, "旧", 9.0] for _ in range(9)]


def rows_with(*changed: tuple[int, int]) -> list[list[Any]]:
    return [
        [None if (row, column) in changed else STOOD[row][column] for column in range(4)] for row in range(9)
    ]


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        ([], []),
        ([(row, 2) for row in range(9)], ["C1:C9"]),
        ([(2, 1), (2, 2), (3, 1), (3, 2)], ["B3:C4"]),
        ([(0, 0), (8, 3)], ["A1", "D9"]),
        ([(0, 1), (4, 1), (0, 2), (4, 2)], ["B1:C1", "B5:C5"]),
        ([(0, 1), (4, 1), (8, 1)], ["B1:B9"]),
        ([(0, 0), (0, 2)], ["A1", "C1"]),
    ],
)
def test_columns_that_change_in_the_same_rows_are_one_part_and_many_runs_of_rows_are_one(
    changed: list[tuple[int, int]], parts: list[str]
) -> None:
    assert [str(part) for part in changed_parts(rows_with(*changed), STOOD, 2)] == parts


CELLS = st.sampled_from(
    [None, "", "甲", 1.0, 1, True, dt.date(2026, 1, 31), dt.datetime(2026, 1, 31), CellError.NA]
)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[list[list[Any]], list[list[Any]]]:
    width, height = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    block = st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=height, max_size=height)
    return draw(block), draw(block)


@given(blocks(), st.integers(1, 3))
def test_writing_the_parts_alone_makes_the_block_what_it_is_to_be(
    block: tuple[list[list[Any]], list[list[Any]]], most_runs: int
) -> None:
    rows, standing = block
    written = [list(line) for line in standing]
    parts = changed_parts(rows, standing, most_runs)
    for part in parts:
        for row, line in enumerate(part_of(rows, part), part.top - 1):
            written[row][part.left - 1 : part.right] = line
    assert all(
        is_same(*pair) for lines in zip(written, rows, strict=True) for pair in zip(*lines, strict=True)
    )
    assert not any(one.meets(other) for one in parts for other in parts if one is not other)
    columns = {column for part in parts for column in range(part.left, part.right + 1)}
    assert columns == {
        at + 1
        for at in range(len(rows[0]))
        if not all(is_same(a[at], b[at]) for a, b in zip(rows, standing, strict=True))
    }


def test_a_part_as_wide_as_its_block_is_the_rows_themselves() -> None:
    assert part_of(STOOD, Area(2, 1, 3, 4)) == STOOD[1:3]
    assert part_of(STOOD, Area(2, 2, 2, 3)) == [[1.0, "旧"]]
