"""What stands on the sheets at the close of a month and must outlive it goes into the ledger, button pressed or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.pages.alarm_states import record_states, sheet_states
from ccgrade_xl.pages.cases import read_cases, record_cases, write_cases
from ccgrade_xl.pages.decisions import read_decisions, record_decisions, write_answer_days
from ccgrade_xl.pages.task_records import keep_for_later
from ccgrade_xl.workbook.book import Book, Table


def outlive_month(
    book: Book, customers: Table, month: str, today: dt.date, at: dt.datetime | None
) -> list[str]:
    """Record tasks, cases under way, decisions and alarm states as they stand; return what could not be recorded."""
    parts: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("任务", lambda: _tasks(book, month, today, at)),
        ("在办流程", lambda: _cases(book, customers, today, at)),
        ("人工调整和异议", lambda: _decisions(book, customers, today, at)),
        ("抄表异常", lambda: record_states(book, sheet_states(book), at)),
    )
    said = []
    for name, keep in parts:
        try:
            said += keep()
        except CcgradeError as fault:
            said.append(f"{name}没有记入台账：{fault}")
    return said


def _tasks(book: Book, month: str, today: dt.date, at: dt.datetime | None) -> list[str]:
    keep_for_later(book, month, today, at)
    return []


def _cases(book: Book, customers: Table, today: dt.date, at: dt.datetime | None) -> list[str]:
    cases = read_cases(book, customers, today)
    record_cases(book, cases, at)
    write_cases(book, customers, cases)
    return cases.said


def _decisions(book: Book, customers: Table, today: dt.date, at: dt.datetime | None) -> list[str]:
    decisions = read_decisions(book, customers, today)
    record_decisions(book, decisions, customers, at)
    write_answer_days(book, decisions)
    return [*decisions.faults]
