"""Any list a manager has is read with nothing lost, or refused with one sentence."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from ccgrade_xl.errors import CellError, FileFault
from ccgrade_xl.workbook import sources
from ccgrade_xl.workbook.sources import read_source
from tests.workbook.rich_books import rich_book

LIST = "客户编号,客户名称,月均用气量\n0001,城东酒店,1200\n0002,㐂寿司,300\n"


def read(tmp_path: Path, content: bytes, name: str = "清单.csv") -> list[list[object]]:
    (tmp_path / name).write_bytes(content)
    return [list(row) for row in read_source(tmp_path / name)[0].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_encoding_and_delimiter_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    content = LIST.replace(",", delimiter).encode(encoding)
    assert read(tmp_path, content) == [
        ["客户编号", "客户名称", "月均用气量"], ["0001", "城东酒店", "1200"], ["0002", "㐂寿司", "300"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1,"有,逗号",3', ["1", "有,逗号", "3"]),
        ('1,"两\n行",3', ["1", "两\n行", "3"]),
        ('1,"说""好""",3', ["1", '说"好"', "3"]),
        ("=1+1,+2,@x", ["=1+1", "+2", "@x"]),
        ("000,-0,1e5", ["000", "-0", "1e5"]),
        ("1,2", ["1", "2"]),
        ("1,2,3,4", ["1", "2", "3", "4"]),
        ("1,,3", ["1", None, "3"]),
    ],
)
def test_a_cell_of_a_csv_stays_the_text_it_is(tmp_path: Path, line: str, cells: list[object]) -> None:
    assert read(tmp_path, f"a,b,c\n{line}\n".encode())[1] == cells


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "是空的"),
        (b"  \n\n", "没有内容"),
        (b"a,b\n\xff\xff\xff,1\n", "编码认不出来"),
        (b"a,b\n1\0\0\0,2", "编码认不出来"),
        (b"%PDF-1.4 ...", "其实是 PDF"),
        (b"a,b\n" + b'1,"' + b"x" * 200_000 + b'"', "读不下去"),
    ],
)
def test_what_is_not_a_list_is_refused_with_its_name(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(FileFault, match=says) as fault:
        read(tmp_path, content)
    assert "清单.csv" in str(fault.value)


def test_a_full_sheet_of_rows_is_read_and_one_more_page_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "编号,名称\n" + "1,甲\n" * 1_048_575
    assert len(read(tmp_path, rows.encode())) == 1_048_576
    with pytest.raises(FileFault, match="超过工作表的上限"):
        read(tmp_path, (rows + "1,甲\n" * 60).encode())


def test_repeated_texts_are_held_once(tmp_path: Path) -> None:
    rows = read(tmp_path, ("民营企业,无隐患\n" * 1000).encode())
    assert len({id(row[0]) for row in rows}) == 1


def test_of_a_workbook_of_ours_the_customers_alone_are_read_with_their_types(tmp_path: Path) -> None:
    path = tmp_path / "书.xlsm"
    path.write_bytes(rich_book(2))
    (read,) = read_source(path)
    assert read.sheet == "客户数据"
    assert read.rows[1][0] == "00000001"
    assert read.rows[1][8] == 1001.0


def test_every_sheet_of_another_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "书.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("一月", "二月"):
            book.add_worksheet(name).write(0, 0, name)
    assert [(read.sheet, read.rows) for read in read_source(path)] == [
        ("一月", [["一月"]]),
        ("二月", [["二月"]]),
    ]


def test_merged_cells_show_their_value_in_each_cell(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "客户台账")
        sheet.merge_range("A2:A4", "一班")
        sheet.write("C4", 1)
    rows = read(tmp_path, buffer.getvalue(), "并.xlsx")
    assert rows == [["客户台账"] * 3, ["一班", None, None], ["一班", None, None], ["一班", None, 1.0]]


@pytest.mark.parametrize(
    ("name", "says"), [("密.xlsx", "打开密码"), ("表.xlsb", ".xlsb 格式"), ("表.ods", "ODS 格式")]
)
def test_formats_we_do_not_read_name_the_remedy(tmp_path: Path, name: str, says: str) -> None:
    path = tmp_path / name
    if name.startswith("密"):
        with path.open("wb") as out:
            OOXMLFile(io.BytesIO(rich_book(1, macros=False))).encrypt("密码", out)
    else:
        with zipfile.ZipFile(path, "w") as book:
            book.writestr(
                "mimetype", "application/vnd.oasis.opendocument.spreadsheet" if name == "表.ods" else ""
            )
            book.writestr("xl/workbook.bin", b"")
    with pytest.raises(FileFault, match=says):
        read_source(path)


def test_the_limit_on_cells_holds_for_wide_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "CELL_LIMIT", 100)
    with pytest.raises(FileFault):
        read(tmp_path, ("," * 200 + "\n").encode())


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_it_crash(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "随机.csv"
    path.write_bytes(content)
    try:
        tables = read_source(path)
    except FileFault:
        return
    assert tables[0].file == path.name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_longer_than_any_list_has_is_refused_and_many_short_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, end: str
) -> None:
    monkeypatch.setattr(sources, "LINE_LIMIT", 100)
    path = tmp_path / "长.csv"
    lines = ["客户编号,客户名称"] + [f"{number},甲" for number in range(100)]
    path.write_bytes(end.join(lines).encode(encoding))
    assert len(read_source(path)[0].rows) == 101
    for at in (1, 50, 100):
        longer = [*lines[:at], f"1,{'甲' * 100}", *lines[at:]]
        path.write_bytes(end.join(longer).encode(encoding))
        with pytest.raises(FileFault, match="里有一行超过"):
            read_source(path)


@pytest.mark.libreoffice
def test_an_xls_of_libreoffice_is_read_as_the_xlsx_it_came_from(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("没有安装 LibreOffice")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["客户编号", "客户名称", "月均用气量", "开户日期", "有效", "备注"])
    for at in range(3000):
        note = f"第 {at} 户" * (at % 40) or None
        sheet.append(
            [f"{at:06}", f"客户{at}", at / 4, dt.date(2020, 1, 1) + dt.timedelta(at), at % 2 == 0, note]
        )
    sheet.append(["合计", None, "=SUM(C2:C3001)", None, None, "=1/0"])
    other = book.create_sheet("另一页")
    other.append(["户号", "名称"])
    other.append([17, "甲"])
    other.merge_cells("A4:B5")
    other["A4"] = "合并"
    book.save(tmp_path / "源.xlsx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for kind in ("xls", "xlsx"):
        folder = tmp_path / kind
        command = [soffice, profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
        subprocess.run([*command, str(tmp_path / "源.xlsx")], check=True, capture_output=True, timeout=120)
    old, new = (read_source(tmp_path / kind / f"源.{kind}") for kind in ("xls", "xlsx"))
    assert [table.sheet for table in old] == [table.sheet for table in new]
    for before, after in zip(old, new, strict=True):
        assert [list(row) for row in before.rows] == [list(row) for row in after.rows]
    assert old[0].rows[-1][2:] == [sum(at / 4 for at in range(3000)), None, None, CellError.DIV0]
