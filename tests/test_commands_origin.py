"""来源批注: each cell of a customer says where it came from, nobody else's notes are touched, and it can be taken back."""

from __future__ import annotations

import datetime as dt
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from ccgrade_xl.cli import ATTENTION, DONE, NOTHING_DONE, main
from ccgrade_xl.commands import (
    import_customers,
    note_origins,
    note_selected,
    origin_of,
    run_command,
    take_origins_away,
    undo_last,
)
from ccgrade_xl.errors import BookFault, CcgradeError
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.template import new_book

LIST = "户号,户名,付款方式,逾期次数\n0010001,=一厂,柜台,0\n0010002,二厂,现金,1\n"
AT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
INPUTS = {column.name for column in INPUT_COLUMNS if column.name != "客户编号"}


class Desk(ClosedFileBook):
    """A closed file whose user stands on the second customer, and answers as told."""

    stands_on: str | None = "0010002"
    answer = True

    def selected_customer(self) -> str | None:
        return self.stands_on

    def ask(self, question: str) -> bool:
        assert "已有" in question
        return self.answer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    source = tmp_path / "营业收费_2026-10.csv"
    source.write_text(LIST, encoding="utf-8")
    new_book(tmp_path / "簿.xlsm")
    book = ClosedFileBook(tmp_path / "簿.xlsm")
    import_customers(book, [source])
    book.commit()
    return tmp_path / "簿.xlsm"


@pytest.fixture
def book(path: Path) -> Desk:
    return Desk(path)


def seen(path: Path) -> Mapping[str, tuple[str, str]]:
    """Author and text of every note of 客户数据 by cell, as openpyxl reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl names what it would lose if it wrote the file
        sheet = openpyxl.load_workbook(path, keep_vba=True)["客户数据"]
    return {
        cell.coordinate: (cell.comment.author, cell.comment.text)
        for row in sheet.iter_rows() for cell in row if cell.comment is not None
    }  # fmt: skip


def test_every_input_column_of_the_selected_customer_says_where_it_came_from(book: Desk, path: Path) -> None:
    outcome = note_selected(book, at=AT)
    book.commit()
    assert (
        outcome.message == f"已给客户 0010002 的 {len(INPUTS)} 项资料写好来源批注，鼠标停在单元格上就会显示。"
    )
    assert set(book.read_notes("客户", 1)) == INPUTS
    assert book.read_notes("客户", 0) == {}
    lines = origin_of(book, "0010002").data["origins"]
    assert book.read_notes("客户", 1)["缴费方式"] == (
        f"ccgrade 来源批注（2026-11-02）\n客户 0010002 的“缴费方式”：\n{lines['缴费方式']}"
    )
    assert "文件“营业收费_2026-10.csv”第 3 行" in lines["缴费方式"]
    found = seen(path)
    assert {author for author, _ in found.values()} == {"ccgrade"}
    assert {text for _, text in found.values()} == set(book.read_notes("客户", 1).values())
    assert {reference[-1] for reference in found} == {"4"}


def test_without_a_selected_customer_the_button_says_what_to_do(book: Desk) -> None:
    book.stands_on = None
    with pytest.raises(BookFault, match="点选一户客户"):
        note_selected(book)


def test_a_second_press_refreshes_or_takes_away(book: Desk) -> None:
    note_selected(book, at=AT)
    book.write_columns("客户", {"缴费方式": ["柜台", "银行代扣"]})
    note_selected(book, at=AT + dt.timedelta(days=1))
    assert "导入后手工改过" in book.read_notes("客户", 1)["缴费方式"]
    assert all("2026-11-03" in text for text in book.read_notes("客户", 1).values())
    book.answer = False
    assert note_selected(book).message == f"已取走客户 0010002 的 {len(INPUTS)} 条来源批注。"
    assert book.read_notes("客户", 1) == {}
    assert take_origins_away(book, "0010002").message.startswith("客户 0010002 上没有来源批注")


def test_notes_of_others_stay_and_are_named(book: Desk) -> None:
    book.write_notes("客户", 1, {"缴费方式": "王经理：现金改转账，待办", "客户编号": "重点"})
    outcome = note_selected(book, at=AT)
    assert outcome.attention == ["“缴费方式”（Q4）上已有别人写的批注，没有改动。"]
    assert outcome.data["left"] == ["缴费方式"]
    assert book.read_notes("客户", 1)["缴费方式"] == "王经理：现金改转账，待办"
    book.answer = False
    note_selected(book)
    assert book.read_notes("客户", 1) == {"缴费方式": "王经理：现金改转账，待办", "客户编号": "重点"}


def test_undo_takes_the_notes_away_and_brings_the_earlier_ones_back(path: Path) -> None:
    book = Desk(path)
    run_command("origin", book)
    first = dict(book.read_notes("客户", 1))
    run_command("undo", Desk(path))
    assert Desk(path).read_notes("客户", 1) == {}
    run_command("origin", Desk(path))
    again = Desk(path)
    again.answer = False
    run_command("origin", again)
    assert Desk(path).read_notes("客户", 1) == {}
    back = Desk(path)
    assert undo_last(back).message == "已撤销“来源批注”，恢复到之前的内容。"
    assert back.read_notes("客户", 1) == first
    with pytest.raises(CcgradeError, match="没有可以撤销的操作"):
        undo_last(back)


def test_undo_leaves_what_somebody_wrote_since_and_finds_the_customer_where_it_is_now(book: Desk) -> None:
    note_selected(book, at=AT)
    book.write_notes("客户", 1, {"地址": "我的话"})
    undo_last(book)
    assert book.read_notes("客户", 1) == {"地址": "我的话"}
    note_selected(book, at=AT)
    first, second = book.read_table("客户").rows
    book.replace_rows("客户", [second, first])
    book.write_notes("客户", 0, {"班组": "ccgrade 来源批注（旧）"})
    undo_last(book)
    assert book.read_notes("客户", 0) == {}


def test_only_columns_that_are_imported_have_an_origin(book: Desk) -> None:
    for ask in (note_origins, take_origins_away):
        with pytest.raises(BookFault, match="“星级”不是导入的列"):
            ask(book, "0010001", ["星级"])
        with pytest.raises(BookFault, match="没有客户编号 9"):
            ask(book, "9")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run `ccgrade` with these arguments; the answer is its exit code."""

    def ran(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["ccgrade", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return ran


def test_the_command_line_writes_the_notes_into_the_file_and_takes_them_away(
    run: Callable[..., int], path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = path.read_bytes()
    assert run("origin", path, "0010001", "缴费方式", "逾期次数") == DONE
    assert "“柜台”，营业收费" in capsys.readouterr().out
    assert path.read_bytes() == before
    assert run("origin", path, "0010001", "缴费方式", "逾期次数", "--comment") == DONE
    assert set(ClosedFileBook(path).read_notes("客户", 0)) == {"缴费方式", "逾期次数"}
    assert run("origin", path, "0010001", "逾期次数", "--no-comment", "-o", tmp_path / "另存.xlsm") == DONE
    assert set(ClosedFileBook(path).read_notes("客户", 0)) == {"缴费方式", "逾期次数"}
    assert set(ClosedFileBook(tmp_path / "另存.xlsm").read_notes("客户", 0)) == {"缴费方式"}
    capsys.readouterr()
    assert run("origin", path, "0010001", "-o", tmp_path / "又存.xlsm") == NOTHING_DONE
    assert "--comment" in capsys.readouterr().err


def test_a_note_that_is_left_alone_makes_the_command_line_ask_for_attention(
    run: Callable[..., int], path: Path
) -> None:
    book = ClosedFileBook(path)
    book.write_notes("客户", 0, {"缴费方式": "别删"})
    book.commit()
    assert run("origin", path, "0010001", "--comment") == ATTENTION
