"""A closed workbook keeps the Book protocol, and nothing on disk changes before commit."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
import xlsxwriter
from attrs import asdict, evolve

from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.book_patch import BookEdit, PatchedBook, patched_book
from ccgrade_xl.workbook.cells import column_letters
from ccgrade_xl.workbook.grid import Grid, read_grids
from ccgrade_xl.workbook.layout import COLUMN, CUSTOMER_TABLE, INPUT_COLUMNS, RESULT_COLUMNS
from ccgrade_xl.workbook.package import Package
from ccgrade_xl.workbook.sheet_edit import SheetEdit
from tests.addin.validator import validation_errors
from tests.workbook.rich_books import NAMES, customer, parts, raw_record, rich_book

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
TEMPLATE = Path(__file__).parents[2] / "workbook_template.xlsm"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "评级.xlsm"
    file.write_bytes(rich_book(3))
    return file


def full_row(number: int) -> list[Any]:
    return [*customer(number), *[None] * len(RESULT_COLUMNS)]


def bare_file(tmp_path: Path, *rows: list[Any], name: str = "台账.xlsx") -> Path:
    path = tmp_path / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@", "border": 1})
        for down, row in enumerate(rows):
            for right, value in enumerate(row):
                sheet.write(down, right, value, bold if down == 1 else text)
    return path


def test_it_is_a_book(path: Path) -> None:
    book: Book = ClosedFileBook(path)
    assert book.location == str(path)
    assert list(book.table_names()) == [CUSTOMER_TABLE]
    assert book.selected_customer() is None


def test_a_table_is_read_with_its_place_and_types(path: Path) -> None:
    table = ClosedFileBook(path).read_table(CUSTOMER_TABLE)
    assert (table.headers, table.sheet, table.first_row, table.first_column) == (NAMES, "客户数据", 2, 1)
    assert table.column("客户编号") == ["00000001", "00000002", "00000003"]
    assert table.column("开户日期")[0] == dt.datetime(2020, 1, 2)
    assert table.column("月均用气量") == [1001.0, 1002.0, 1003.0]
    assert table.column("星级") == [None] * 3


def test_nothing_on_disk_changes_before_commit(path: Path) -> None:
    before = path.read_bytes()
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"X": [5.0, 4.0, 3.0]})
    book.replace_rows(CUSTOMER_TABLE, [full_row(9)])
    book.write_block("概览_块", [[1.0, 2.0, 3.0]])
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_what_was_written_is_what_is_read_before_and_after_commit(path: Path) -> None:
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, [full_row(number) for number in range(1, 31)])
    book.write_columns(
        CUSTOMER_TABLE, {"X": [float(number) for number in range(30)], "星级": ["五星级"] * 30}
    )
    book.write_block("概览_块", [["甲", 1.0], ["乙", 2.0]])
    book.write_block("规则版本", [["R-1"]])
    before = book.read_table(CUSTOMER_TABLE)
    assert book.read_name("规则版本") == "R-1"
    book.commit()
    for now in (book, ClosedFileBook(path)):
        assert now.read_table(CUSTOMER_TABLE) == before
        assert now.read_name("规则版本") == "R-1"
        assert now.read_name("概览_块") == "甲"


def test_a_table_that_is_expected_is_read_once_beside_everything_else(path: Path) -> None:
    readers: list[str] = []

    def reading(*asked: Any) -> dict[str, Grid]:
        readers.append(threading.current_thread().name)
        return read_grids(*asked)

    book, other = ClosedFileBook(path), ClosedFileBook(path)
    with patch("ccgrade_xl.hosts.closed_file.read_grids", reading):
        for _ in range(2):
            book.expect(CUSTOMER_TABLE, "没有这张表")
        assert book.read_table(CUSTOMER_TABLE) == book.read_table(CUSTOMER_TABLE)
    assert len(readers) == 1
    assert readers[0] != threading.current_thread().name
    assert book.read_table(CUSTOMER_TABLE) == other.read_table(CUSTOMER_TABLE)
    book.write_columns(CUSTOMER_TABLE, {"客户名称": ["看过"]})
    book.commit()
    book.expect(CUSTOMER_TABLE)
    assert book.read_table(CUSTOMER_TABLE).column("客户名称")[0] == "看过"


def test_what_is_wrong_with_a_table_that_is_expected_is_said_to_who_reads_it(path: Path) -> None:
    book = ClosedFileBook(path)
    with patch("ccgrade_xl.hosts.closed_file.read_grids", side_effect=FileFault("太大")):
        book.expect(CUSTOMER_TABLE)
        assert list(book.table_names()) == [CUSTOMER_TABLE]
        with pytest.raises(FileFault, match="太大"):
            book.read_table(CUSTOMER_TABLE)


def test_a_column_shorter_than_the_table_is_empty_below(path: Path) -> None:
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"X": [5.0, 4.0, 3.0]})
    book.write_columns(CUSTOMER_TABLE, {"X": [1.0]})
    book.commit()
    assert ClosedFileBook(path).read_table(CUSTOMER_TABLE).column("X") == [1.0, None, None]


def test_a_named_block_is_read_as_it_was_written(path: Path) -> None:
    book = ClosedFileBook(path)
    assert (book.has_name("概览_块"), book.has_name("没有")) == (True, False)
    block = [["甲", 1.0, None], [None, 2.0, None], [None, None, None]]
    book.write_block("概览_块", block[:2])
    assert book.read_block("概览_块") == block
    book.commit()
    assert ClosedFileBook(path).read_block("概览_块") == block


def test_a_table_replaced_twice_holds_the_second_rows_only(path: Path) -> None:
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, [full_row(number) for number in range(1, 31)])
    book.replace_rows(CUSTOMER_TABLE, [full_row(7), full_row(8)])
    book.commit()
    sheet = openpyxl.load_workbook(path, keep_vba=True)["客户数据"]
    assert sheet.tables[CUSTOMER_TABLE].ref == "A1:AN3"
    assert [cell.value for cell in sheet["A"]][:3] == ["客户编号", "00000007", "00000008"]
    assert all(cell.value is None for cell in sheet["A"][3:])


def test_a_table_without_rows_is_read_emptied_and_filled_again(path: Path) -> None:
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, [])
    book.write_columns(CUSTOMER_TABLE, {"X": []})
    book.commit()
    again = ClosedFileBook(path)
    assert again.read_table(CUSTOMER_TABLE).rows == []
    again.replace_rows(CUSTOMER_TABLE, [full_row(1), full_row(2)])
    again.commit()
    assert len(ClosedFileBook(path).read_table(CUSTOMER_TABLE).rows) == 2


def test_only_the_touched_parts_of_the_template_change(tmp_path: Path) -> None:
    path = tmp_path / "评级.xlsm"
    shutil.copy(TEMPLATE, path)
    before = path.read_bytes()
    book = ClosedFileBook(path)
    width = len(book.read_table(CUSTOMER_TABLE).headers)
    book.replace_rows(
        CUSTOMER_TABLE, [(full_row(number) + [None] * width)[:width] for number in range(1, 51)]
    )
    book.write_columns(CUSTOMER_TABLE, {"星级": ["五星级"] * 50, "评级日期": [dt.date(2024, 1, 5)] * 50})
    book.commit()
    after = path.read_bytes()
    old, new = parts(before), parts(after)
    assert list(old) == list(new)
    differing = {name for name in old if old[name] != new[name]}
    assert len([name for name in differing if "/worksheets/" in name]) == 1
    assert len([name for name in differing if "/tables/" in name]) == 1
    assert {name.rsplit("/", 1)[0] for name in differing} <= {"xl/worksheets", "xl/tables", "xl"}
    assert "xl/vbaProject.bin" not in differing
    for name in old.keys() - differing:
        assert raw_record(before, name) == raw_record(after, name)


@pytest.mark.package_gate
@pytest.mark.parametrize("source", ["template", "plain"])
def test_the_open_xml_validator_finds_no_fault_in_what_was_written(tmp_path: Path, source: str) -> None:
    path = tmp_path / "评级.xlsm"
    if source == "template":
        shutil.copy(TEMPLATE, path)
    else:
        path = bare_file(tmp_path, ["台账"], ["户号", "月均用气量(万m³)"], ["001", 1.5], ["002", 2.5])
    book = ClosedFileBook(path)
    width = len(book.read_table(CUSTOMER_TABLE).headers)
    if source == "template":
        rows = [(full_row(number) + [None] * width)[:width] for number in range(1, 31)]
        book.replace_rows(CUSTOMER_TABLE, rows)
    results = {column.name: ["=文字"] * 2 for column in RESULT_COLUMNS}
    book.write_columns(CUSTOMER_TABLE, results | {"评级日期": [dt.date(2024, 1, 5)] * 2})
    book.commit()
    assert validation_errors(path) == []


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (lambda book: book.read_table("没有"), "没有表格“没有”"),
        (lambda book: book.write_columns(CUSTOMER_TABLE, {"X": [1.0] * 4}), "有 3 行，但“X”列要写 4 行"),
        (lambda book: book.write_columns(CUSTOMER_TABLE, {"别的": [1.0] * 3}), "缺少“别的”列"),
        (lambda book: book.replace_rows(CUSTOMER_TABLE, [["1"]]), "有 40 列"),
        (lambda book: book.write_block("概览_块", [[1.0] * 4]), "放不下 1 行 × 4 列"),
        (lambda book: book.write_block("没有", [[1.0]]), "没有名称“没有”"),
        (lambda book: book.activate("没有"), "没有工作表“没有”"),
    ],
)
def test_what_the_book_lacks_is_named(path: Path, write: Any, says: str) -> None:
    before = path.read_bytes()
    with pytest.raises(BookFault, match=says):
        write(ClosedFileBook(path))
    assert path.read_bytes() == before


def test_another_destination_leaves_the_file_as_it_is(path: Path, tmp_path: Path) -> None:
    before, out = path.read_bytes(), tmp_path / "结果.xlsm"
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"X": [1.0, 2.0, 3.0]})
    book.commit(out)
    assert path.read_bytes() == before
    assert book.location == str(out)
    assert ClosedFileBook(out).read_table(CUSTOMER_TABLE).column("X") == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("name", ["结果.xlsx", "结果.csv", "结果"])
def test_another_file_type_is_refused(path: Path, tmp_path: Path, name: str) -> None:
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"X": [1.0, 2.0, 3.0]})
    with pytest.raises(FileFault, match="扩展名"):
        book.commit(tmp_path / name)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("lock", ["~$评级.xlsm", ".~lock.评级.xlsm#"])
def test_an_open_workbook_is_not_written_and_can_be_once_closed(path: Path, lock: str) -> None:
    book, before = ClosedFileBook(path), path.read_bytes()
    book.replace_rows(CUSTOMER_TABLE, [full_row(number) for number in range(1, 6)])
    (path.parent / lock).touch()
    with pytest.raises(FileFault, match="正在被打开"):
        book.commit()
    assert path.read_bytes() == before
    (path.parent / lock).unlink()
    book.commit()
    assert len(ClosedFileBook(path).read_table(CUSTOMER_TABLE).rows) == 5


def test_a_workbook_that_was_changed_meanwhile_is_not_written_over(path: Path) -> None:
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"X": [1.0, 2.0, 3.0]})
    path.write_bytes(rich_book(4))
    with pytest.raises(FileFault, match="被别的程序改动过"):
        book.commit()
    assert len(ClosedFileBook(path).read_table(CUSTOMER_TABLE).rows) == 4


def nothing_written(package: Package, edit: BookEdit) -> PatchedBook:
    return patched_book(package, BookEdit({name: SheetEdit(name) for name in edit.sheets}))


class Torn(PatchedBook):
    def packed(self) -> bytes:
        return self.package.content


def torn_while_written(package: Package, edit: BookEdit) -> PatchedBook:
    return Torn(**asdict(patched_book(package, edit), recurse=False))


def not_even_xml(package: Package, edit: BookEdit) -> PatchedBook:
    patched = patched_book(package, edit)
    sheets = {
        name: evolve(each, excerpt=each.excerpt.replace(b"</v>", b"<v>", 1))
        for name, each in patched.sheets.items()
    }
    return evolve(patched, sheets=sheets)


@pytest.mark.parametrize(
    ("patched", "said"),
    [(nothing_written, "检查没有通过"), (torn_while_written, "读回的不同"), (not_even_xml, "已损坏")],
)
def test_the_copy_is_checked_before_it_takes_the_place(
    path: Path, monkeypatch: pytest.MonkeyPatch, patched: Any, said: str
) -> None:
    before = path.read_bytes()
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"X": [1.0, 2.0, 3.0]})
    monkeypatch.setattr("ccgrade_xl.hosts.closed_file.patched_book", patched)
    with pytest.raises(FileFault, match=said):
        book.commit()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_commit_without_edits_writes_nothing(path: Path) -> None:
    stamp = path.stat()
    ClosedFileBook(path).commit()
    assert path.stat() == stamp or os.name == "nt"


def test_callbacks_carry_progress_messages_and_answers(path: Path) -> None:
    said: list[Any] = []
    book = ClosedFileBook(
        path,
        on_status=lambda text, share: said.append((text, share)),
        on_tell=said.append,
        on_ask=lambda question: question == "好吗？",
        on_choose_files=lambda title: [Path(title)],
        is_cancelled=lambda: True,
    )
    book.status("评级", 0.5)
    book.tell("完成")
    assert said == [("评级", 0.5), "完成"]
    assert (book.ask("好吗？"), book.ask("不？"), book.cancelled()) == (True, False, True)
    assert book.choose_files("a.csv") == [Path("a.csv")]
    silent = ClosedFileBook(path)
    assert (silent.ask("？"), silent.cancelled(), list(silent.choose_files("选"))) == (True, False, [])


def test_customers_without_an_excel_table_are_graded_where_they_stand(tmp_path: Path) -> None:
    path = bare_file(
        tmp_path,
        ["某某公司客户台账"],
        ["户号", "备注", "月均用气量(万m³)"],
        ["001", "甲", 1.5],
        ["002", "乙", 0.2],
        ["合计", None, 1.7],
    )
    book = ClosedFileBook(path)
    table = book.read_table(CUSTOMER_TABLE)
    assert (table.headers, table.first_row, table.sheet) == (("客户编号", "备注", "月均用气量"), 3, "台账")
    assert table.rows == [["001", "甲", 15_000.0], ["002", "乙", 2_000.0]]
    results = {column.name: [None, None] for column in RESULT_COLUMNS}
    results |= {"星级": ["五星级", "一星级"], "完整度": [0.5, 1.0], "评级日期": [dt.date(2024, 1, 5)] * 2}
    book.write_columns(CUSTOMER_TABLE, results)
    book.commit()
    sheet = openpyxl.load_workbook(path)["台账"]
    headers = [cell.value for cell in sheet[2]]
    assert headers == ["户号", "备注", "月均用气量(万m³)", *(column.name for column in RESULT_COLUMNS)]
    at = {name: place for place, name in enumerate(headers, 1)}
    assert [sheet.cell(row, at["星级"]).value for row in (3, 4, 5)] == ["五星级", "一星级", None]
    assert sheet.cell(2, at["星级"]).font.bold
    assert sheet.cell(3, at["完整度"]).number_format == COLUMN["完整度"].number_format
    assert sheet.cell(3, at["评级日期"]).value == dt.datetime(2024, 1, 5)
    assert sheet.column_dimensions[column_letters(at["说明"])].width == COLUMN["说明"].width
    assert sheet["C3"].value == 1.5
    assert ClosedFileBook(path).read_table(CUSTOMER_TABLE).column("星级") == ["五星级", "一星级"]


def test_writing_a_converted_column_writes_in_the_files_own_unit(tmp_path: Path) -> None:
    path = bare_file(tmp_path, ["台账"], ["户号", "月均用气量(万m³)"], ["001", 1.5])
    book = ClosedFileBook(path)
    book.write_columns(CUSTOMER_TABLE, {"月均用气量": [25_000.0]})
    book.commit()
    assert openpyxl.load_workbook(path)["台账"]["B3"].value == 2.5


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["a", "b"], ["1", "2"]], "也没有找到客户表的表头"),
        ([["台账"], ["户号", "户名", "户号"], ["1", "2", "3"]], "出现了两次"),
        ([["台账"], ["户名", "地址"], ["1", "2"]], "没有“客户编号”列"),
    ],
)
def test_a_file_without_customers_ends_in_one_sentence(
    tmp_path: Path, rows: list[list[Any]], says: str
) -> None:
    path = bare_file(tmp_path, *rows)
    with pytest.raises(BookFault, match=says) as fault:
        ClosedFileBook(path).read_table(CUSTOMER_TABLE)
    assert "台账.xlsx" in str(fault.value)


def test_two_sheets_of_customers_are_not_guessed_between(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name in ("一月", "二月"):
            book.add_worksheet(name).write_row(0, 0, [column.name for column in INPUT_COLUMNS])
    (tmp_path / "两.xlsx").write_bytes(buffer.getvalue())
    with pytest.raises(BookFault, match="“一月”、“二月”都像客户表"):
        ClosedFileBook(tmp_path / "两.xlsx").read_table(CUSTOMER_TABLE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.xlsx", b""),
        ("合同.xlsx", b"%PDF-1.7"),
        ("旧.xls", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("断.xlsm", rich_book(1)[:900]),
    ],
)
def test_nonsense_is_refused_and_left_as_it_is(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileFault, match=name):
        ClosedFileBook(tmp_path / name)
    assert (tmp_path / name).read_bytes() == content
