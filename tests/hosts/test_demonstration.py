"""`ccgrade demo`: every sheet of the workbook has something to show, and nothing that is somebody's own is touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, Objection, Override, verify
from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts import demonstration
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.demonstrated_months import LEDGER
from ccgrade_xl.workbook import ledger_sheet
from ccgrade_xl.workbook.decisions import LETTER, OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.overview import TREND
from ccgrade_xl.workbook.team import COMPARISON, PEOPLE
from ccgrade_xl.workbook.verification import VERIFICATION

AS_OF = dt.date(2026, 11, 3)
MONTHS = ["2026-08", "2026-09", "2026-10"]


def nothing(_text: str, _share: float | None = None) -> None:
    """Tell nobody how far it is."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> ClosedFileBook:
    return ClosedFileBook(demonstration.run(tmp_path_factory.mktemp("演示"), AS_OF, nothing).book)


def test_three_months_are_closed_and_their_ledger_is_sound(book: ClosedFileBook) -> None:
    ledger = Ledger.open(book.path.with_name(LEDGER))
    with ledger.reading() as view:
        assert view.months() == MONTHS
        assert all(each.at.date() <= AS_OF for each in view.entries(Override))
        assert len(view.current(Override)) == len(view.current(Objection)) == 1
    assert verify(ledger).fault == ""
    assert [row[0] for row in book.read_block(ledger_sheet.HISTORY.name) if row[0]] == MONTHS
    assert [row[0] for row in book.read_block(TREND.name) if row[0]] == MONTHS


def test_customers_rise_and_fall_from_month_to_month(book: ClosedFileBook) -> None:
    rows = ledger_sheet.MONTH_LIST.records(book.read_table(ledger_sheet.MONTH_LIST.name))
    assert {"升", "降", "不变"} <= {row["变动"] for row in rows}


@pytest.mark.parametrize(
    "declared", [VERIFICATION, PEOPLE, COMPARISON, OVERRIDE_LIST, OBJECTION_LIST], ids=lambda each: each.name
)
def test_every_list_has_rows(book: ClosedFileBook, declared) -> None:
    assert declared.records(book.read_table(declared.name))


@pytest.mark.parametrize("table", ["任务", "试题", "异常", "用气月报", "预测"])
def test_every_other_list_has_rows(book: ClosedFileBook, table: str) -> None:
    assert any(any(row) for row in book.read_table(table).rows)


def test_the_letter_answers_the_objection_and_tells_nothing_that_is_not_there(book: ClosedFileBook) -> None:
    letter = [str(row[0]) for row in book.read_block(LETTER) if row[0]]
    assert letter[0] == "关于客户分级评定异议的答复"
    assert not any(line.endswith("无") for line in letter)


def test_who_runs_it_again_gets_the_same_and_keeps_a_ledger_of_his_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("CCGRADE_HOME", str(home))
    own = tmp_path / "评级台账.sqlite"
    own.write_bytes(b"mine")
    first = demonstration.run(tmp_path, AS_OF, nothing)
    once = first.book.read_bytes()
    again = demonstration.run(tmp_path, AS_OF, nothing)
    assert again.worked == first.worked
    assert len(again.book.read_bytes()) == pytest.approx(len(once), rel=0.01)
    assert own.read_bytes() == b"mine"
    assert list(home.iterdir()) == []


def test_without_a_database_the_months_are_left_out_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccgrade_xl.pages.ledger.find_spec", lambda _name: None)
    shown = demonstration.run(tmp_path, AS_OF, nothing)
    assert shown.worked.message.startswith("月结、台账和任务没有演示：")
    assert shown.pages == ("分级概览", "客户数据", "远程抄表")
    assert not (tmp_path / LEDGER).exists()
    assert shown.graded.data["graded"] == 549


def test_without_what_a_scan_needs_nobody_is_sent_to_the_meters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ccgrade_xl.commands.meters.find_spec", lambda _name: None)
    shown = demonstration.run(tmp_path, AS_OF, nothing)
    assert shown.metered.message.startswith("远程抄表没有演示：")
    assert shown.pages == ("分级概览", "客户数据", "评级台账", "差异化策略")


def test_the_objection_is_about_something_the_customer_did(book: ClosedFileBook) -> None:
    (objection,) = OBJECTION_LIST.records(book.read_table(OBJECTION_LIST.name))
    customers = book.read_table("客户")
    late = dict(zip(customers.column("客户编号"), customers.column("逾期次数"), strict=True))
    assert "逾期一次" in str(objection["异议内容"])
    assert late[objection["客户编号"]] == 1


def test_a_file_is_no_folder_for_it_and_stays(tmp_path: Path) -> None:
    file = tmp_path / "簿.xlsm"
    file.write_bytes(b"mine")
    with pytest.raises(FileFault, match="它是一个文件，或者不能建立。请换一个文件夹再试"):
        demonstration.run(file, AS_OF, nothing)
    assert file.read_bytes() == b"mine"


def test_a_ledger_that_cannot_be_begun_anew_is_named(tmp_path: Path) -> None:
    (tmp_path / LEDGER / "inside").mkdir(parents=True)
    with pytest.raises(FileFault, match=f"{LEDGER}”删不掉"):
        demonstration.run(tmp_path, AS_OF, nothing)
