"""A hostile or broken file ends in one sentence that names it; a sound one shows its parts."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.spreadsheet import archive as archive_module
from ccgrade_xl.spreadsheet.archive import open_archive
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.grid import read_grids
from ccgrade_xl.workbook.package import Package, open_package, package_of
from tests.workbook.rich_books import NAMES, parts, rich_book, with_parts

SHEET = "xl__worksheets__sheet1.xml"
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def bare_sheet(inner: bytes) -> bytes:
    return b"<worksheet " + MAIN + b"><sheetData>" + inner + b"</sheetData></worksheet>"


def encrypted_workbook(tmp_path: Path) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(rich_book(1, macros=False))).encrypt("密码", out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.xlsx", b"", "是空的"),
        ("合同.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "其实是 PDF"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧的 .xls 格式"),
        ("说明.xlsx", "户号,名称".encode(), "不是 Excel 工作簿"),
        ("断.xlsx", b"PK\3\4" + bytes(40), "已损坏"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_name(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileFault, match=says) as fault:
        open_package(path)
    assert name in str(fault.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="找不到文件"):
        open_package(tmp_path / "没有.xlsx")
    with pytest.raises(FileFault, match="是文件夹"):
        open_package(tmp_path)


def test_a_password_protected_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match="设有打开密码"):
        package_of(encrypted_workbook(tmp_path), "密.xlsx")


def test_any_cut_of_a_workbook_is_refused() -> None:
    whole = rich_book(2)
    for end in range(0, len(whole) - 1, len(whole) // 40):
        with pytest.raises(FileFault):
            package_of(whole[:end] or b"P", "断.xlsx")


def test_a_flipped_byte_in_a_part_is_found() -> None:
    whole = bytearray(rich_book(2))
    whole[200] ^= 0xFF
    with pytest.raises(FileFault, match="已损坏"):
        package_of(bytes(whole), "坏.xlsx")


def test_a_zip_bomb_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", bytes(60_000_000))
    with pytest.raises(FileFault, match="展开后大得不正常"):
        open_archive(bomb.getvalue(), "弹.xlsx")


def test_a_part_larger_than_it_declares_is_refused() -> None:
    name, data = b"a.xml", bytes(50_000_000)
    packed = zlib.compress(data)[2:-4]
    crc = zlib.crc32(data[:10])
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(packed), 10, len(name), 0)
    record = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(packed), 10, len(name), 0, 0, 0, 0, 0, 0
    )
    start = len(local) + len(name) + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(record) + len(name), start, 0)
    with pytest.raises(FileFault, match="已损坏"):
        open_archive(local + name + packed + record + name + end, "谎.xlsx")


def test_parts_that_share_their_bytes_are_refused() -> None:
    whole = rich_book(1)
    at = whole.index(b"PK\1\2")
    second = whole.index(b"PK\1\2", at + 4)
    shared = bytearray(whole)
    shared[second + 42 : second + 46] = whole[at + 42 : at + 46]
    with pytest.raises(FileFault):
        open_archive(bytes(shared), "叠.xlsx")


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "ENTRY_LIMIT", 3)
    with pytest.raises(FileFault, match="大得不正常"):
        open_archive(rich_book(1), "多.xlsx")


def test_an_encrypted_zip_entry_is_refused() -> None:
    whole = bytearray(rich_book(1))
    at = whole.index(b"PK\1\2")
    whole[at + 8] |= 1
    with pytest.raises(FileFault, match="加了密码"):
        open_archive(bytes(whole), "密.zip")


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    + bare_sheet(b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>')
)


@pytest.mark.parametrize(
    "sheet",
    [
        BILLION_LAUGHS,
        BILLION_LAUGHS.decode().encode("utf-16"),
        b"<!-- x --><!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + bare_sheet(b""),
    ],
)
def test_a_dtd_is_refused_before_any_parser_sees_it(sheet: bytes) -> None:
    with pytest.raises(FileFault, match="DTD"):
        package_of(with_parts(rich_book(1), **{SHEET: sheet}), "笑.xlsx")


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c><v>1</v></c></row><row r="1048576"><c t="n" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576">' + b"<c><v>1</v></c>" * 60 + b"</row>",
    ],
)
def test_a_value_in_the_far_corner_is_refused_before_the_block_is_made(row: bytes) -> None:
    package = package_of(with_parts(rich_book(1), **{SHEET: bare_sheet(row)}), "远.xlsx")
    with pytest.raises(FileFault, match="超过了能处理的大小"):
        read_grids(package, ["客户数据"])


def test_a_sheet_with_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccgrade_xl.spreadsheet.extent.CELL_LIMIT", 8)
    with pytest.raises(FileFault, match="8 个以上的单元格"):
        read_grids(package_of(rich_book(9), "多.xlsx"), ["客户数据"])


def test_a_style_without_a_value_in_the_far_corner_does_no_harm() -> None:
    row = b'<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    package = package_of(with_parts(rich_book(1), **{SHEET: bare_sheet(row)}), "远.xlsx")
    assert read_grids(package, ["客户数据"])["客户数据"].rows == [[7.0]]


def with_shared_texts(cell: bytes, *texts: bytes) -> Package:
    """Return a book whose sheet has a cell in each of eight rows, `%d` in it for the row, beside shared texts."""
    strings = b"<sst " + MAIN + b">" + b"".join(b"<si><t>%b</t></si>" % text for text in texts) + b"</sst>"
    rows = b"".join(b'<row r="%d">%b</row>' % (at, cell.replace(b"%d", b"%d" % at)) for at in range(1, 9))
    swapped = with_parts(rich_book(1), **{SHEET: bare_sheet(rows), "xl__sharedStrings.xml": strings})
    return package_of(swapped, "文.xlsx")


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A%d" t="s"><v>0</v></c>',
        b"<c r='A%d' t='s'><v>0</v></c>",
        b'<c r="A%d" t = "s" ><v>0</v></c>',
        b'<c r="A%d" t="s"><f/><v>0</v></c>',
        b'<c r="A%d" t="s"><v >0</v></c>',
        b'<c r="A%d" t="s">\n<v>0</v></c>',
    ],
)
def test_a_long_shared_text_used_everywhere_is_refused_however_its_cells_are_written(
    cell: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccgrade_xl.spreadsheet.extent.SHEET_TEXT_LIMIT", 100_000)
    with pytest.raises(FileFault, match="文字展开后"):
        read_grids(with_shared_texts(cell, b"x" * 30_000), ["客户数据"])


def test_a_long_shared_text_beside_short_ones_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccgrade_xl.spreadsheet.extent.SHEET_TEXT_LIMIT", 100_000)
    package = with_shared_texts(b'<c r="A%d" t="s"><v>1</v></c>', b"x" * 30_000, b"ab")
    assert read_grids(package, ["客户数据"])["客户数据"].rows == [["ab"]] * 8


def test_sheets_tables_and_names_are_found() -> None:
    package = package_of(rich_book(3), "书.xlsm")
    assert [sheet.name for sheet in package.sheets] == ["客户数据", "分级 概览"]
    (table,) = package.tables
    assert (table.name, table.sheet, table.headers) == ("客户", "客户数据", NAMES)
    assert table.body == Area(2, 1, 4, len(NAMES))
    assert package.name_area("规则版本") == ("分级 概览", Area(10, 1, 10, 1))
    with pytest.raises(BookFault, match="没有名称“没有”"):
        package.name_area("没有")


def test_parts_are_found_through_relationships_not_by_their_paths() -> None:
    moved = io.BytesIO()
    with zipfile.ZipFile(moved, "w") as book:
        for name, data in parts(rich_book(2)).items():
            place = name.replace("xl/worksheets/sheet1.xml", "xl/elsewhere/a.xml")
            place = place.replace("xl/worksheets/_rels/sheet1.xml.rels", "xl/elsewhere/_rels/a.xml.rels")
            book.writestr(place, data.replace(b"worksheets/sheet1.xml", b"elsewhere/a.xml"))
    package = package_of(moved.getvalue(), "挪.xlsx")
    assert [table.name for table in package.tables] == ["客户"]
    assert read_grids(package, ["客户数据"])["客户数据"].value(2, 1) == "00000001"


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_what_openpyxl_reads_is_what_we_read() -> None:
    def extra(_: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, other: object) -> None:
        sheet.write_formula("AZ2", "=NA()", None, "#N/A")
        sheet.write_string("AZ3", "#N/A")
        sheet.write_boolean("AZ4", True)

    content = rich_book(4, extra=extra)
    grid = read_grids(package_of(content, "书.xlsm"), ["客户数据"])["客户数据"]
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["客户数据"]
    for row in sheet.iter_rows():
        for cell in row:
            ours = grid.value(cell.row, cell.column)
            assert getattr(ours, "value", ours) == cell.value
    assert grid.value(2, 52) != grid.value(3, 52) == "#N/A"
