"""`ccgrade ledger …` on a workbook, a ledger file and a PostgreSQL address: looked at, checked, backed up, restored."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.ledger import beside
from ccgrade_xl.cli import ATTENTION, DONE, NOTHING_DONE
from ccgrade_xl.commands import close_month_in, settle_decisions
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.decisions import OVERRIDE_LIST
from ccgrade_xl.workbook.names import LEDGER_PERSON
from tests.pages.books import graded_book
from tests.test_cli import Runner, run

__all__ = ["run"]

AT = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with March closed and an override recorded."""
    opened = graded_book(tmp_path / "三月.xlsm", as_of=dt.date(2026, 3, 31))
    opened.write_block(LEDGER_PERSON, [["张三"]])
    override: dict[str, Any] = {
        "客户编号": "0002", "项目": "星级", "调整为": "四星级", "原因": "担保", "批准人": "王组长",
        "有效期至": dt.date(2026, 12, 31),
    }  # fmt: skip
    opened.replace_rows(OVERRIDE_LIST.name, OVERRIDE_LIST.rows([override]))
    settle_decisions(opened, dt.date(2026, 4, 1), AT)
    close_month_in(opened, "2026-03", reviewer="李四", at=AT)
    opened.commit()
    return tmp_path / "三月.xlsm"


def test_the_months_a_month_and_a_customer_are_shown(run: Runner, book: Path) -> None:
    [month] = run("ledger", "show", book, "--json").data
    assert (month["月份"], month["经办人"], month["户数"]) == ("2026-03", "张三", 4)
    stars = {
        row["客户编号"]: row["星级"]
        for row in run("ledger", "show", book, "--month", "2026-03", "--json").data
    }
    assert stars == {"0001": "五星级", "0002": "三星级", "0003": "", "0004": "待定"}
    [line] = run("ledger", "show", beside(book), "--customer", "0001", "--json").data
    assert line["星级"] == "五星级"


def test_every_record_is_listed_with_who_when_and_what(run: Runner, book: Path) -> None:
    rows = run("ledger", "show", book, "--records", "全部", "--json").data
    assert [row["编号"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["经手人"] for row in rows} == {"张三"}
    assert {"人工调整", "月结", "月结步骤", "评分规则"} <= {row["类别"] for row in rows}
    [override] = run("ledger", "show", book, "--records", "人工调整", "--json").data
    assert override["内容"] == "星级由 三星级 调整为 四星级，至 2026-12-31，担保，批准人 王组长"
    assert override["时间"] == f"{AT.astimezone():%Y-%m-%d %H:%M}"
    mine = run("ledger", "show", book, "--records", "全部", "--customer", "0002", "--json").data
    assert [row["类别"] for row in mine] == ["人工调整"]
    months = run("ledger", "show", book, "--records", "全部", "--month", "2026年3月", "--json").data
    assert "月结" in {row["类别"] for row in months}
    assert "人工调整" in run("ledger", "show", book, "--records", "全部").out


def test_checking_ticks_the_step_of_the_month_that_is_graded(run: Runner, book: Path) -> None:
    run("check", book, "--as-of", "2026-04-30")
    steps = run("ledger", "show", book, "--records", "月结步骤", "--month", "2026-04", "--json").data
    assert [step["内容"].partition("，")[0] for step in steps] == ["检查"]
    assert run("ledger", "verify", book).code == DONE


def test_a_correction_names_the_options_that_are_missing(run: Runner, book: Path) -> None:
    lacking = run("close", book, "--correct", "0001")
    assert (lacking.code, lacking.err) == (NOTHING_DONE, "缺少选项 --month、--reason、--approver。\n")
    why = ("--reason", "漏了逾期", "--approver", "王五")
    assert "缺少选项 --month。" in run("close", book, "--correct", "0001", *why).err
    assert run("close", book, "--correct", "0001", "--month", "2026-03", *why).code == DONE


def test_a_kind_of_record_there_is_not_is_refused_with_those_there_are(run: Runner, book: Path) -> None:
    refused = run("ledger", "show", book, "--records", "小道消息")
    assert refused.code == NOTHING_DONE
    assert "可以写：全部、评分规则、月结步骤" in refused.err
    assert "在办流程、抄表异常" in refused.err


def test_a_ledger_is_backed_up_and_comes_back(run: Runner, book: Path, tmp_path: Path) -> None:
    assert run("ledger", "verify", book).code == DONE
    assert "已备份到" in run("ledger", "backup", book, "备份.sqlite").out
    before = run("ledger", "show", book, "--records", "全部", "--json").data
    beside(book).write_bytes(b"")
    assert run("ledger", "show", book).code == NOTHING_DONE
    refused = run("ledger", "restore", "备份.sqlite", book)
    assert (refused.code, "已经存在，没有覆盖；要换下它请加 --replace" in refused.err) == (NOTHING_DONE, True)
    assert run("ledger", "restore", "备份.sqlite", book, "--replace").code == DONE
    assert run("ledger", "show", book, "--records", "全部", "--json").data == before
    assert (tmp_path / f"{beside(book).name}.换下").read_bytes() == b""


def test_a_changed_record_shows(run: Runner, book: Path) -> None:
    import sqlite3

    with sqlite3.connect(beside(book)) as ledger:
        for event in ("update", "delete"):
            ledger.execute(f"DROP TRIGGER ccgrade_record_no_{event}")
        ledger.execute("UPDATE ccgrade_record SET person = '李四' WHERE number = 1")
    ledger.close()
    found = run("ledger", "verify", book)
    assert found.code == ATTENTION
    assert "被改动过" in found.out


def test_the_sheet_shows_the_last_records_of_all_and_of_one_customer(book: Path) -> None:
    from ccgrade_xl.commands import show_ledger
    from ccgrade_xl.workbook.ledger_sheet import RECORDS, SHOWN_CUSTOMER

    opened = ClosedFileBook(book)
    show_ledger(opened, at=AT)
    rows = [row for row in opened.read_block(RECORDS.name) if row[0] is not None]
    assert {"月结", "人工调整"} <= {row[3] for row in rows}
    assert {row[2] for row in rows} == {"张三"}
    opened.write_block(SHOWN_CUSTOMER, [["0002"]])
    show_ledger(opened, at=AT)
    [row] = [row for row in opened.read_block(RECORDS.name) if row[0] is not None]
    assert (row[1], row[3]) == ("0002", "人工调整")
    assert str(row[4]).startswith("星级由 三星级")
