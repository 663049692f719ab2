"""The buttons of 评级台账 on both databases: the address stands in the settings cell of the sheet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, verify
from ccgrade_xl.commands import adjust_sample, close_month_in, correct_month_in, run_command, show_ledger
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.names import LEDGER_PERSON, LEDGER_PLACE
from ccgrade_xl.workbook.template import new_book
from tests.test_commands import CUSTOMERS

AT = dt.datetime(2026, 6, 2, 1, tzinfo=dt.UTC)


@pytest.fixture
def book(tmp_path: Path, place: Path | str) -> ClosedFileBook:
    path = tmp_path / "簿.xlsm"
    new_book(path)
    Ledger.create(place)
    opened = ClosedFileBook(path)
    names = [column.name for column in CUSTOMER_COLUMNS]
    opened.replace_rows(CUSTOMER_TABLE, [[customer.get(name) for name in names] for customer in CUSTOMERS])
    opened.write_block(LEDGER_PLACE, [[str(place)]])
    opened.write_block(LEDGER_PERSON, [["张三"]])
    opened.commit()
    return opened


def test_closing_adjusting_correcting_and_showing(book: ClosedFileBook, place: Path | str) -> None:
    for month in (4, 5):
        close_month_in(book, f"2026-0{month}", dt.date(2026, month, 28), reviewer="李四", at=AT)
    assert adjust_sample(book, "王五", at=AT).data["approved"]
    correct_month_in(book, "2026-04", ["0001"], reason="漏录", approver="王五", at=AT)
    assert show_ledger(book, at=AT).data["months"] == ["2026-04", "2026-05"]
    found = verify(Ledger.open(place))
    assert (found.fault, found.frozen_grades) == ("", 7)


def test_a_database_that_is_gone_is_told_without_its_password(book: ClosedFileBook) -> None:
    book.write_block(LEDGER_PLACE, [["postgresql+psycopg://wang:geheim@127.0.0.1:1/db"]])
    said = run_command("close", book).message
    assert "连不上评级台账" in said
    assert "geheim" not in said
