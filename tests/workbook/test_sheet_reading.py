"""A sheet that is read in stretches has the cells it has when it is read as one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from unittest.mock import patch
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from ccgrade_xl.errors import FileFault
from ccgrade_xl.spreadsheet import opening
from ccgrade_xl.workbook import sheet_reading, stretches
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import column_letters
from ccgrade_xl.workbook.grid import Grid, read_grids
from ccgrade_xl.workbook.package import Package, package_of
from tests.workbook.rich_books import rich_book, with_parts

NAME, SHEET = "客户数据", "xl/worksheets/sheet1.xml"
BOOK = rich_book(1, macros=False)
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'

Rows = dict[int, dict[int, str]]


def book_of(rows: bytes, prefix: bytes = b"", behind: bytes | None = None) -> Package:
    """A book whose first sheet has these rows, and `behind` them a merged area."""
    bound = b"xmlns:" + prefix[:-1] + MAIN[5:] if prefix else MAIN
    if behind is None:
        behind = b'<%bmergeCells><%bmergeCell ref="A1:B2"/></%bmergeCells>' % (prefix, prefix, prefix)
    sheet = b"<%bworksheet %b><%bsheetData>%b</%bsheetData>%b</%bworksheet>"
    fields = (prefix, bound, prefix, rows, prefix, behind, prefix)
    return package_of(with_parts(BOOK, **{SHEET.replace("/", "__"): sheet % fields}), "书.xlsx")


def row_xml(number: int, cells: dict[int, str], prefix: bytes = b"", told: bool = True) -> bytes:
    """One row; where its number is not told its cells do not say where they stand either."""
    inner = b"".join(
        b'<%bc%b t="str"><%bv>%b</%bv></%bc>'
        % (prefix, b' r="%b%d"' % (column_letters(column).encode(), number) if told else b"",
           prefix, text.encode(), prefix, prefix)
        for column, text in sorted(cells.items())
    )  # fmt: skip
    return b"<%brow%b>%b</%brow>" % (prefix, b' r="%d"' % number if told else b"", inner, prefix)


def in_stretches(package: Package, *, head: int = 2, stretch: int = 40, cores: int = 4) -> Grid:
    """Read a sheet in as many stretches as can be made of it."""
    with (
        patch.object(sheet_reading, "HEAD", head),
        patch.object(stretches, "STRETCH", stretch),
        patch("os.cpu_count", lambda: cores),
    ):
        return read_grids(package, [NAME])[NAME]


@contextmanager
def given_to_calamine() -> Iterator[list[bytes]]:
    """Yield a list which takes up every workbook that calamine is given to read."""
    books: list[bytes] = []

    class Listening:
        """Calamine's reader, overheard."""

        @staticmethod
        def from_filelike(file: BytesIO) -> CalamineWorkbook:
            books.append(file.getvalue())
            return CalamineWorkbook.from_filelike(file)

    with patch.object(opening, "CalamineWorkbook", Listening):
        yield books


def shown(rows: list[list[CellValue]]) -> Rows:
    """The cells that hold anything, by row and column."""
    cells = {
        number: {column: str(value) for column, value in enumerate(row, 1) if value is not None}
        for number, row in enumerate(rows, 1)
    }
    return {number: row for number, row in cells.items() if row}


@given(
    st.dictionaries(
        st.integers(1, 40), st.dictionaries(st.integers(1, 30), st.text("甲乙ab", min_size=1)), max_size=20
    ),
    st.sampled_from([b"", b"x:"]),
    st.integers(1, 5),
    st.integers(1, 30),
)
@example({3: {1: "头"}, 30: {29: "尾"}}, b"", 4, 2)
@example({1: {5: "宽"}, 20: {2: "a"}, 21: {2: "b"}, 22: {2: "c"}}, b"", 2, 1)
def test_every_cell_stands_where_it_stands_however_the_sheet_is_cut(
    rows: Rows, prefix: bytes, cores: int, head: int
) -> None:
    package = book_of(
        b"".join(row_xml(number, cells, prefix) for number, cells in sorted(rows.items())), prefix
    )
    grid = in_stretches(package, head=head, cores=cores)
    assert shown(grid.rows) == {number: cells for number, cells in rows.items() if cells}
    assert [str(area) for area in grid.merged] == ["A1:B2"]
    assert len({len(row) for row in grid.rows}) <= 1


def test_a_long_sheet_is_read_in_stretches_and_a_short_one_at_once() -> None:
    package = book_of(b"".join(row_xml(number, {1: "某公司"}) for number in range(1, 200)))
    with given_to_calamine() as books:
        in_stretches(package, stretch=1_000)
        assert len(books) > 4
        books.clear()
        in_stretches(package, stretch=stretches.STRETCH)
        assert len(books) == 1


@pytest.mark.parametrize(
    ("behind", "areas"),
    [
        (b"", []),
        (b"<mergeCells/>", []),
        (b'<mergeCells count="0"></mergeCells>', []),
        (b'<autoFilter ref="A1:B9"/><mergeCells><mergeCell ref="A1:B2"/></mergeCells>', ["A1:B2"]),
        (b'<mergeCells count="2"><mergeCell ref="C1:C3"/><mergeCell ref="A1:B2"/></mergeCells><pageMargins/>', ["C1:C3", "A1:B2"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_merged_areas_are_found_wherever_a_sheet_tells_them(
    behind: bytes, areas: list[str], prefix: bytes
) -> None:
    behind = re.sub(rb"(</?)", rb"\1" + prefix, behind)
    package = book_of(
        b"".join(row_xml(number, {1: "某公司"}, prefix) for number in range(1, 90)), prefix, behind
    )
    assert [str(area) for area in in_stretches(package).merged] == areas
    assert len(in_stretches(package).rows) == 89


def test_merged_areas_under_another_prefix_than_the_rows_are_found_too() -> None:
    behind = b'<y:mergeCells xmlns:y="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><y:mergeCell ref="A1:B2"/></y:mergeCells>'
    package = book_of(b"".join(row_xml(number, {1: "某公司"}) for number in range(1, 90)), b"", behind)
    assert [str(area) for area in in_stretches(package).merged] == ["A1:B2"]


def test_no_row_stands_before_the_merged_areas_of_what_calamine_is_given() -> None:
    package = book_of(b"".join(row_xml(number, {1: "某公司"}) for number in range(1, 90)))
    with given_to_calamine() as books:
        in_stretches(package)
    assert len(books) > 1
    for book in books:
        with ZipFile(BytesIO(book)) as given:
            part = given.read(SHEET)
            assert [name for name in given.namelist() if "worksheets/sheet" in name] == [SHEET]
        assert part.index(b"</mergeCells>") < part.index(b"<row")
        assert part.count(b"<mergeCells>") == 1


@pytest.mark.parametrize(
    "order",
    [[*range(100, 0, -1)], [*range(1, 50), *range(80, 101), *range(50, 80)]],
    ids=["backwards", "swapped"],
)
def test_rows_out_of_their_order_are_read_as_well(order: list[int]) -> None:
    package = book_of(b"".join(row_xml(number, {1: f"第{number}"}) for number in order))
    assert shown(in_stretches(package).rows) == {number: {1: f"第{number}"} for number in range(1, 101)}


def test_a_row_that_does_not_tell_its_number_stays_with_the_one_before() -> None:
    told = {1, 2, 3, 60}
    rows = (row_xml(number, {1: f"第{number}"}, told=number in told) for number in range(1, 101))
    assert shown(in_stretches(book_of(b"".join(rows))).rows) == {
        number: {1: f"第{number}"} for number in range(1, 101)
    }


def test_a_cell_that_stands_in_another_row_than_its_row_is_found_there() -> None:
    rows = [row_xml(number, {1: f"第{number}"}) for number in range(1, 101)]
    rows[9] = rows[9].replace(b"A10", b"B90")
    found = shown(in_stretches(book_of(b"".join(rows))).rows)
    assert found[90] == {1: "第90", 2: "第10"}
    assert 10 not in found


def test_a_stretch_that_cannot_be_read_is_told_as_a_damaged_file() -> None:
    rows = [row_xml(number, {1: f"第{number}"}) for number in range(1, 101)]
    rows[70] = rows[70].replace(b'r="A71"', b'r="1A"')
    with pytest.raises(FileFault, match="书"):
        in_stretches(book_of(b"".join(rows)))


def test_an_empty_sheet_has_no_cells() -> None:
    assert in_stretches(book_of(b"")).rows == []
