"""A sheet too large to hold is refused before it is read, however its cells say where they stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError, FileFault
from ccgrade_xl.spreadsheet import extent
from ccgrade_xl.workbook import grid
from ccgrade_xl.workbook.cells import COLUMNS, ROWS, Area, column_letters
from ccgrade_xl.workbook.grid import read_grids
from ccgrade_xl.workbook.package import package_of
from tests.workbook.rich_books import parts, rich_book, with_parts

SHEET = "xl/worksheets/sheet1.xml"
BOOK = rich_book(1, macros=False)


def with_cell(cell: bytes) -> bytes:
    """The book with one more cell in its first row."""
    sheet = parts(BOOK)[SHEET].replace(b"</row>", cell + b"</row>", 1)
    return with_parts(BOOK, **{"xl__worksheets__sheet1.xml": sheet})


@given(st.integers(41, COLUMNS), st.integers(41, COLUMNS))
def test_a_cell_beyond_the_limit_is_seen_and_one_within_is_not(column: int, limit: int) -> None:
    content = with_cell(b'<c r="%b1"><v>1</v></c>' % column_letters(column).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extent, "CELL_LIMIT", 2 * limit)
        if column <= limit:
            assert read_grids(package_of(content, "书"), ["客户数据"])["客户数据"].value(1, column) == 1
        else:
            with pytest.raises(FileFault, match=f"第 {column} 列"):
                read_grids(package_of(content, "书"), ["客户数据"])


@pytest.mark.parametrize(
    "cell", [b'<c s="1" r="XFD1"><v>1</v></c>', b'<c r="xfd1"><v>1</v></c>', b"<c ><v>1</v></c>" * 8_000]
)
def test_a_cell_that_hides_where_it_stands_is_found_all_the_same(cell: bytes, monkeypatch: Any) -> None:
    monkeypatch.setattr(extent, "CELL_LIMIT", 10_000)
    with pytest.raises(FileFault, match=re.compile("列，超过")):
        read_grids(package_of(with_cell(cell), "书"), ["客户数据"])


def test_a_row_that_hides_where_it_stands_is_found_all_the_same(monkeypatch: Any) -> None:
    sheet = parts(BOOK)[SHEET].replace(
        b"</sheetData>", b'<row s="1" r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(FileFault, match="第 1048576 行"):
        read_grids(package_of(with_parts(BOOK, **{"xl__worksheets__sheet1.xml": sheet}), "书"), ["客户数据"])


@given(st.integers(1, 12))
def test_as_far_down_as_asked_for_the_cells_are_those_of_the_whole_sheet(bottom: int) -> None:
    package = package_of(rich_book(9, macros=False), "书")
    whole, upper = (read_grids(package, ["客户数据"], down)["客户数据"] for down in (ROWS, bottom))
    area = Area(1, 1, bottom, 41)
    assert upper.height == min(bottom, whole.height)
    assert upper.block(area) == whole.block(area)
    assert [upper.value(bottom, column) for column in range(1, 42)] == whole.block(area)[-1]


def test_what_is_too_far_away_hurts_nobody_who_does_not_ask_for_it(monkeypatch: Any) -> None:
    monkeypatch.setattr(extent, "CELL_LIMIT", 10_000)
    far = parts(BOOK)[SHEET].replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    package = package_of(with_parts(BOOK, **{"xl__worksheets__sheet1.xml": far}), "书")
    assert read_grids(package, ["客户数据"], 2)["客户数据"].value(2, 1) == "00000001"
    with pytest.raises(FileFault, match="第 1048576 行"):
        read_grids(package, ["客户数据"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b"<f>A1*2</f>", CellError.CALC),
        (b"<f>A1*2</f><v></v>", CellError.CALC),
        (b"<f>A1*2</f><v/>", CellError.CALC),
        (b'<f t="shared" si="0"/>', CellError.CALC),
        (b'<f t="shared" ref="AP1:AP2" si="0">A1*2</f><v />', CellError.CALC),
        (b"<f>A1*2</f><v>0</v>", 0.0),
        (b"<f>A1&lt;2</f><v>7</v>", 7.0),
        (b"<v></v>", None),
    ],
)
def test_a_formula_of_which_the_file_holds_no_result_is_no_blank(cell: bytes, value: object) -> None:
    content = with_cell(b'<c r="AP1">%b</c>' % cell)
    assert read_grids(package_of(content, "书"), ["客户数据"])["客户数据"].value(1, 42) == value


def test_a_formula_without_a_result_is_found_under_any_prefix() -> None:
    data = b'<x:row r="1"><x:c s="3" r="B1">\n<x:f>A1</x:f>\n<x:v/>\n</x:c><x:c r="C1"><x:f>A1</x:f><x:v>1</x:v></x:c></x:row>'
    assert list(grid._errors(data)) == [(Area.parse("B1"), CellError.CALC)]


def test_a_formula_whose_result_is_an_empty_text_is_a_blank() -> None:
    content = with_cell(b'<c r="AP1" t="str"><f>""</f><v></v></c>')
    assert read_grids(package_of(content, "书"), ["客户数据"])["客户数据"].value(1, 42) is None
