"""Rows of a sheet are walked in their order, and passed over only where nothing can be missed by it."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import FileFault
from ccgrade_xl.workbook.sheet_xml import Row, SheetXml, rows, rows_at, split_sheet

OPENINGS = ('<row r="{}">', '<row r="{}" spans="1:3">', '<row spans="1:3" r="{}">', "<row r='{}'>", "<row>")


def sheet_of(*inside: str, prefix: str = "") -> SheetXml:
    body = "".join(inside)
    if prefix:
        body = re.sub("<(/?)", rf"<\\1{prefix}:", body)
        data = f"<{prefix}:worksheet><{prefix}:sheetData>{body}</{prefix}:sheetData></{prefix}:worksheet>"
    else:
        data = f"<worksheet><sheetData>{body}</sheetData></worksheet>"
    return split_sheet(data.encode(), "簿.xlsx")


def plain_row(number: int) -> str:
    return f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>'


def wanted_of(sheet: SheetXml, wanted: list[int]) -> list[Row]:
    """Return, of all rows, those that stand where the wanted ones stand or would."""
    every = list(rows(sheet))
    places = {bisect_left([row.number for row in every], number) for number in wanted}
    return [every[place] for place in sorted(places) if place < len(every)]


NUMBERS = st.lists(st.integers(1, 60), unique=True, max_size=40).map(sorted)


@given(NUMBERS, NUMBERS, st.sampled_from(["", "x"]))
def test_of_a_sheet_in_order_the_wanted_rows_come_as_walking_finds_them(
    standing: list[int], wanted: list[int], prefix: str
) -> None:
    sheet = sheet_of(*map(plain_row, standing), prefix=prefix)
    came = list(rows_at(sheet, wanted))
    assert [row for row in came if row in wanted_of(sheet, wanted)] == wanted_of(sheet, wanted)
    if len(wanted) < len(standing) // 2:
        assert came == wanted_of(sheet, wanted)
    else:
        assert came == list(rows(sheet))


@given(
    st.lists(
        st.tuples(st.sampled_from(OPENINGS), st.sampled_from(["/>", "></row>", "></row>", "></row>"])),
        min_size=5,
        max_size=30,
    ),
    st.sets(st.integers(1, 70), max_size=2).map(sorted),
)
def test_however_rows_are_written_none_of_the_wanted_ones_is_missed(
    written: list[tuple[str, str]], wanted: list[int]
) -> None:
    made = [opening.format(2 * at)[:-1] + end for at, (opening, end) in enumerate(written, 1)]
    sheet = sheet_of(*made)
    came = list(rows_at(sheet, wanted))
    assert all(row in came for row in wanted_of(sheet, wanted))
    assert all(one.number < other.number for one, other in pairwise(came))


@pytest.mark.parametrize(
    "inside",
    [
        [plain_row(3), plain_row(2), plain_row(4), plain_row(5)],
        [plain_row(1), plain_row(1), plain_row(2), plain_row(3)],
        [plain_row(1), plain_row(2), plain_row(3), plain_row(1_048_577)],
        [plain_row(1), plain_row(2), plain_row(3), '<row r="4"><c r="A4"/>'],
    ],
    ids=["out of order", "twice", "beyond the sheet", "without an end"],
)
def test_a_sheet_whose_rows_make_no_sense_is_refused(inside: list[str]) -> None:
    sheet = sheet_of(*inside)
    for walk in (rows(sheet), rows_at(sheet, [5])):
        with pytest.raises(FileFault):
            list(walk)


def test_rows_before_the_wanted_one_are_not_looked_into() -> None:
    sheet = sheet_of(*map(plain_row, range(1, 10)))
    assert [row.number for row in rows_at(sheet, [7])] == [7]
    assert [row.number for row in rows_at(sheet, [10])] == []


@pytest.mark.parametrize("marks", [0, 3, 999, 1000, 1001, 3000])
def test_a_comment_is_no_row_however_many_exclamation_marks_stand_before_it(marks: int) -> None:
    shouted = '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "!" * marks + "</t></is></c></row>"
    sheet = sheet_of(shouted, '<!-- <row r="2"></row> -->', plain_row(3))
    assert [row.number for row in rows(sheet)] == [1, 3]
