"""A sheet that memory would not hold is refused before it is read, in whatever way its cells say where they stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import FileFault
from ccgrade_xl.spreadsheet import extent
from ccgrade_xl.spreadsheet.archive import open_archive
from ccgrade_xl.spreadsheet.extent import refuse_giant, refuse_giant_sheets
from ccgrade_xl.spreadsheet.opening import opened
from ccgrade_xl.workbook.cells import column_letters
from tests.workbook.rich_books import rich_book, with_parts

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BOOK = rich_book(1, macros=False, table=False)
NAME = "客户数据"


def sheet(rows: bytes) -> bytes:
    return b'<worksheet xmlns="%b" xmlns:x="%b"><sheetData>%b</sheetData></worksheet>' % (MAIN, MAIN, rows)


FAR = {
    "a row and a column far away": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "letters beyond the last column": b'<row r="3"><c r="XFE3"><v>1</v></c></row>',
    "four letters": b'<row r="3"><c r="ZZZZ3"><v>1</v></c></row>',
    "five letters": b'<row r="1000"><c r="AAAAA1000"><v>1</v></c></row>',
    "a row of its own": b'<row r="3"><c r="XFD1048576"><v>1</v></c></row>',
    "a row of its own, few columns away": b'<row r="3"><c r="GR1048576"><v>1</v></c></row>',
    "leading zeros": b'<row r="00003"><c r="XFD01048576"><v>1</v></c></row>',
    "another prefix": b'<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "another prefix for the cell": b'<row r="3"><x:c r="XFD1048576"><v>1</v></x:c></row>',
    "no row": b'<c r="XFD1048576"><v>1</v></c>',
    "a sign that ends a tag, in an attribute": b'<row r="3"><c s=">" r="XFD1048576"><v>1</v></c></row>',
    "the same in the row": b'<row s=">" r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "no blank before the address": b'<row r="3"><c s="1"r="XFD1048576"><v>1</v></c></row>',
    "apostrophes": b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "small letters": b'<row r="3"><c r="xfd1048576"><v>1</v></c></row>',
    "a comment around the end": b'<!-- </sheetData> --><row r="3"><c r="XFD1048576"><v>1</v></c></row>',
    "an earlier list under another prefix": b'</sheetData><sheetData><row r="1"/>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_cell_far_away_is_refused_however_it_is_written(rows: bytes, encoding: str) -> None:
    data = sheet(rows)
    if rows == FAR["an earlier list under another prefix"]:
        far = b'<x:sheetData><row r="9"><c r="XFD1048576"><v>1</v></c></row></x:sheetData><sheetData>'
        data = data.replace(b"<sheetData>", far, 1)
    with pytest.raises(FileFault, match=r"没有这个位置|超过了能处理的大小|已损坏"):
        refuse_giant("工作表“书”", data.decode().encode(encoding), b"")


CELL = st.tuples(
    st.sampled_from(["", "x:"]),
    st.sampled_from(['r="{0}"', "r='{0}'", 's="1" r="{0}"', 's=">" r="{0}"', 'r = "{0}"', "", 'xr="A1"']),
    st.integers(1, 60),
    st.integers(1, 60),
    st.sampled_from([str, str.lower]),
    st.sampled_from(["", "0"]),
)
ROW = st.tuples(
    st.sampled_from(["", "x:"]),
    st.sampled_from(['r="{0}"', "r='{0}'", 's=">" r="{0}"', ""]),
    st.integers(1, 60),
    st.lists(CELL, max_size=3),
)


@given(st.lists(ROW, max_size=4), st.integers(20, 3_600), st.booleans())
def test_what_is_not_refused_is_no_larger_than_calamine_finds_it(
    rows: list[Any], limit: int, prefixed: bool
) -> None:
    told = []
    for prefix, attribute, number, cells in rows:
        inner = ""
        for own, written, row, column, case, zero in cells:
            address = written.format(f"{case(column_letters(column))}{zero}{row}")
            inner += f"<{own}c {address}><{own}v>1</{own}v></{own}c>"
        told.append(f"<{prefix}row {attribute.format(number)}>{inner}</{prefix}row>")
    data = sheet("".join(told).encode())
    if prefixed:
        data = re.sub(rb"<(/?)(worksheet|sheetData)", rb"<\1x:\2", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extent, "CELL_LIMIT", limit)
        try:
            refuse_giant("表", data, b"")
        except FileFault:
            return
    with opened(with_parts(BOOK, **{"xl__worksheets__sheet1.xml": data}), "书") as book:
        last = book.get_sheet_by_name(NAME).end or (0, 0)
    assert (last[0] + 1) * (last[1] + 1) <= limit


@pytest.mark.parametrize("prefix", [b"", b"x:"])
@pytest.mark.parametrize("bottom", [9, 10, 999, 20_001])
def test_an_ordinary_long_sheet_is_told_at_a_glance(bottom: int, prefix: bytes) -> None:
    letters = [column_letters(column).encode() for column in range(1, 37)]
    data = sheet(
        b"".join(
            b'<row r="%d" spans="1:36">' % row
            + b"".join(b'<c r="%b%d" s="3"><v>1</v></c>' % (letter, row) for letter in letters)
            + b"</row>"
            for row in range(1, bottom + 1)
        )
    )
    data = re.sub(rb"<(/?)(?=[a-z])", rb"<\1" + prefix, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extent, "_Reader", None)
        refuse_giant("表", data, b"")


def test_texts_under_a_prefix_are_counted_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extent, "SHEET_TEXT_LIMIT", 100_000)
    texts = b"<x:sst><x:si><x:t>a</x:t></x:si><x:si><x:t>%b</x:t></x:si></x:sst>" % (b"x" * 30_000)
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>1</v></c></row>' % (at, at) for at in range(1, 9))
    with pytest.raises(FileFault, match="文字展开后"):
        refuse_giant("表", sheet(cells), texts)


def test_a_sheet_is_looked_at_under_whatever_name_its_part_has() -> None:
    far = sheet(FAR["a row of its own"])
    named = BOOK.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet1.bin")
    for content in (BOOK, named):
        part = "xl/worksheets/sheet1.xml" if content is BOOK else "xl/worksheets/sheet1.bin"
        archive = open_archive(with_parts(content, **{part.replace("/", "__"): far}), "书.xlsx")
        with pytest.raises(FileFault, match=re.escape(part)):
            refuse_giant_sheets(archive)
