"""A closed table is written where it changes, and nowhere else; what a cell holds afterwards never depends on that."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.book_patch import BookEdit, patched_book
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.package import package_of
from ccgrade_xl.workbook.sheet_edit import Pattern
from tests.workbook.rich_books import NAMES, parts, rich_book, with_parts

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
SHEET = "xl/worksheets/sheet1.xml"
CELL = re.compile(rb'<c r="([A-Z]+\d+)".*?(?:/>|</c>)')


def cells(path: Path) -> dict[bytes, bytes]:
    return {found[1]: found[0] for found in CELL.finditer(parts(path.read_bytes())[SHEET])}


def file(folder: Path, content: bytes) -> Path:
    path = folder / "评级.xlsm"
    path.write_bytes(content)
    return path


def test_only_cells_that_change_are_written_again(tmp_path: Path) -> None:
    path = file(tmp_path, rich_book(5))
    before = cells(path)
    book = ClosedFileBook(path)
    names = book.read_table(CUSTOMER_TABLE).column("客户名称")
    names[2] = "改名了"
    book.write_columns(CUSTOMER_TABLE, {"客户名称": names})
    book.commit()
    after = cells(path)
    assert {at for at in after if after[at] != before.get(at)} == {b"B4"}


def test_the_rows_a_table_has_already_leave_the_file_as_it_is(tmp_path: Path) -> None:
    path = file(tmp_path, rich_book(5))
    book = ClosedFileBook(path)
    sheet = parts(path.read_bytes())[SHEET]
    book.replace_rows(CUSTOMER_TABLE, book.read_table(CUSTOMER_TABLE).rows)
    book.commit()
    assert parts(path.read_bytes())[SHEET] == sheet


def test_who_has_read_a_table_keeps_what_was_read(tmp_path: Path) -> None:
    book = ClosedFileBook(file(tmp_path, rich_book(3)))
    before = book.read_table(CUSTOMER_TABLE)
    names = before.column("客户名称")
    book.write_columns(CUSTOMER_TABLE, {"客户名称": ["改名了"] * 3})
    between = book.read_table(CUSTOMER_TABLE)
    book.replace_rows(CUSTOMER_TABLE, [])
    assert before.column("客户名称") == names
    assert between.column("客户名称") == ["改名了"] * 3
    assert book.read_table(CUSTOMER_TABLE).rows == []


def resized(path: Path, rows: int) -> bytes:
    """Give the customers' table its first rows, or the first of those of a larger one; return the sheet."""
    book = ClosedFileBook(path)
    standing = list(book.read_table(CUSTOMER_TABLE).rows)
    more = [[f"{number:08d}", "新户", *standing[0][2:]] for number in range(len(standing) + 1, rows + 1)]
    book.replace_rows(CUSTOMER_TABLE, [*standing[:rows], *more])
    book.commit()
    return parts(path.read_bytes())[SHEET]


def rows_that_stand(sheet: bytes) -> set[int]:
    return {int(number) for number in re.findall(rb'<row r="(\d+)"', sheet)}


def test_what_a_shorter_table_leaves_is_no_cell_and_no_row_any_more(tmp_path: Path) -> None:
    path = file(tmp_path, rich_book(5))
    assert rows_that_stand(resized(path, 2)) == {1, 2, 3}
    assert {int(at[-1:]) for at in cells(path)} == {1, 2, 3}


def test_a_table_that_was_shorter_for_a_while_looks_as_if_it_never_was(tmp_path: Path) -> None:
    path = file(tmp_path, rich_book(5))
    grown = resized(path, 9)
    shorter = resized(path, 5)
    assert rows_that_stand(shorter) == set(range(1, 7))
    assert resized(path, 9) == grown


def test_what_stands_beside_a_table_and_how_a_row_looks_outlive_a_shorter_table(tmp_path: Path) -> None:
    def beside(book: Any, sheet: Any, _: Any) -> None:
        sheet.write("AR4", "旁边")
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_row(5, 39.75)

    path = file(tmp_path, rich_book(5, extra=beside))
    resized(path, 2)
    sheet = openpyxl.load_workbook(path, keep_vba=True)["客户数据"]
    assert sheet["AR4"].value == "旁边"
    assert sheet.row_dimensions[5].hidden
    assert sheet.row_dimensions[6].height == 39.75
    assert {at for at in cells(path) if int(at[-1:]) > 3} == {b"AR4"}


def test_what_is_written_where_a_table_has_been_stands(tmp_path: Path) -> None:
    def named(book: Any, *_: Any) -> None:
        book.define_name("下面", "=客户数据!$B$6:$C$6")

    path = file(tmp_path, rich_book(5, extra=named))
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, book.read_table(CUSTOMER_TABLE).rows[:2])
    book.write_block("下面", [["还在", None]])
    book.commit()
    assert {at for at in cells(path) if int(at[-1:]) > 3} == {b"B6"}
    assert ClosedFileBook(path).read_name("下面") == "还在"


def test_a_formula_gives_way_to_the_value_it_shows(tmp_path: Path) -> None:
    def formulas(_: Any, sheet: Any, __: Any) -> None:
        sheet.write_formula("B3", '="甲"&"公司"', None, "甲公司")

    path = file(tmp_path, rich_book(5, extra=formulas))
    book = ClosedFileBook(path)
    names = book.read_table(CUSTOMER_TABLE).column("客户名称")
    assert names[1] == "甲公司"
    book.write_columns(CUSTOMER_TABLE, {"客户名称": names})
    book.commit()
    sheet = openpyxl.load_workbook(path, keep_vba=True)["客户数据"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("甲公司", "s")


@pytest.mark.parametrize("at", ["AR1", "AR3"])
def test_a_formula_beside_the_table_keeps_no_cell_from_being_left_alone(tmp_path: Path, at: str) -> None:
    def formulas(_: Any, sheet: Any, __: Any) -> None:
        sheet.write_formula(at, "=1+1", None, 2)

    path = file(tmp_path, rich_book(5, extra=formulas))
    before = cells(path)
    book = ClosedFileBook(path)
    book.write_columns(
        CUSTOMER_TABLE, {"客户名称": book.read_table(CUSTOMER_TABLE).column("客户名称"), "X": [1.0] * 5}
    )
    book.commit()
    after = cells(path)
    assert {at[:1] for at in after if after[at] != before.get(at)} == {b"X"}


@pytest.mark.parametrize("whole", [True, False], ids=["rows", "columns"])
def test_a_day_reads_alike_before_and_after_it_is_written(tmp_path: Path, whole: bool) -> None:
    path = file(tmp_path, rich_book(5))
    book = ClosedFileBook(path)
    days = [dt.date(2026, 1, day) for day in range(1, 6)]
    if whole:
        book.replace_rows(
            CUSTOMER_TABLE,
            [[*row[:-1], day] for row, day in zip(book.read_table(CUSTOMER_TABLE).rows, days, strict=True)],
        )
    else:
        book.write_columns(CUSTOMER_TABLE, {book.read_table(CUSTOMER_TABLE).headers[-1]: days})
    before = [row[-1] for row in book.read_table(CUSTOMER_TABLE).rows]
    book.commit()
    assert before == [row[-1] for row in ClosedFileBook(path).read_table(CUSTOMER_TABLE).rows]
    assert {type(value) for value in before} == {dt.datetime}


VALUES = st.one_of(
    st.none(),
    st.floats(0, 1e6),
    st.sampled_from(["甲", "", " 前后 ", "a&<b"]),
    st.dates(dt.date(1990, 1, 1)),
)
"""What is written; a day shows in whatever cell it comes to stand."""


@given(
    st.dictionaries(st.tuples(st.integers(2, 9), st.integers(1, len(NAMES) + 3)), VALUES, max_size=60),
    st.integers(2, 9),
    st.integers(2, 9),
)
def test_rows_of_a_known_shape_are_written_as_if_cell_by_cell(
    written: dict[tuple[int, int], Any], pattern: int, bottom: int
) -> None:
    """Attributes in another order hide the shape: every row is walked, and the cells must be the same."""

    def patched(content: bytes) -> Any:
        package = package_of(content, "书.xlsx")
        edit = BookEdit()
        body = package.tables[0].body
        edit.sheet("客户数据").patterns.append(Pattern(body, pattern))
        for (row, column), value in written.items():
            edit.sheet("客户数据").put(row, column, value)
        edit.resized[CUSTOMER_TABLE] = bottom
        return openpyxl.load_workbook(io.BytesIO(patched_book(package, edit).packed()))["客户数据"]

    usual, walked = patched(USUAL), patched(TURNED)
    assert usual.dimensions == walked.dimensions
    for row in usual.iter_rows():
        for cell in row:
            other = walked[cell.coordinate]
            assert (cell.value, cell.number_format, cell.fill.fgColor.rgb) == (
                other.value,
                other.number_format,
                other.fill.fgColor.rgb,
            )


USUAL = rich_book(5, macros=False)
TURNED = with_parts(
    USUAL,
    **{
        "xl__worksheets__sheet1.xml": re.sub(
            rb'<c r="([A-Z]+\d+)" s="(\d+)"', rb'<c s="\2" r="\1"', parts(USUAL)[SHEET]
        )
    },
)
