"""The half year, step by step: import, verify, grade, override, object, adjust, change the rules, close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from ccgrade_xl.casework.months import last_day
from ccgrade_xl.commands import (
    adjust_sample,
    check_customers,
    close_month_in,
    grade_customers,
    import_customers,
)
from ccgrade_xl.commands.decisions import register_objection, register_override
from ccgrade_xl.commands.verification import verify_customers
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.names import LEDGER_PERSON
from ccgrade_xl.workbook.template import new_book
from ccgrade_xl.workbook.verification import VERIFICATION
from tests.casework.half_year.company import MONTHS, business_file, finance_file, moment

Opened = Callable[[], AbstractContextManager[Book]]
"""Opens the workbook; what is written stands once it is left."""

Said = dict[str, dict[str, Outcome]]
"""What was said of each month's close and sample."""


def play_closed(path: Path) -> Said:
    """Play the half year on a closed file that is made for it; the departments' files come beside it."""
    new_book(path)

    @contextmanager
    def opened() -> Iterator[ClosedFileBook]:
        book = ClosedFileBook(path)
        yield book
        book.commit()

    return play(opened, path.parent)


def play(opened: Opened, folder: Path) -> Said:
    """Play the half year; return what was said of each month's close and sample."""
    with opened() as book:
        book.write_block(LEDGER_PERSON, [["张三"]])
    return {month: _month(opened, folder, month) for month in MONTHS}


def spoken(said: Said) -> dict[str, dict[str, Any]]:
    """Return the sentences and counts that were said, as JSON holds them."""
    return {
        month: {step: [each.message, dict(each.data)] for step, each in steps.items()}
        for month, steps in said.items()
    }


def _month(opened: Opened, folder: Path, month: str) -> dict[str, Outcome]:
    end, said = last_day(month), {}
    files = [business_file(folder, month), finance_file(folder, month)]
    with opened() as book:
        import_customers(book, files, at=moment(month, 3, 1))
        check_customers(book, at=moment(month, 4, 1))
    if month == MONTHS[3]:
        with opened() as book:
            _change_rules(book)
    with opened() as book:
        grade_customers(book, as_of=end, at=moment(month, 5, 1))
    with opened() as book:
        _verify(book, end, moment(month, 5, 2))
    with opened() as book:
        _decide(book, month)
    if month != MONTHS[0]:
        with opened() as book:
            said["adjust"] = adjust_sample(book, "王组长", at=moment(month, 6, 1))
    with opened() as book:
        grade_customers(book, as_of=end, at=moment(month, 7, 1))
    with opened() as book:
        said["close"] = close_month_in(book, month, reviewer="王组长", at=moment(month, 8, 1))
    return said


def _change_rules(book: Book) -> None:
    """Raise the bound of 三级 from 10,000 to 12,000 m³ a month."""
    table = book.read_table("用气量分档")
    rows = [list(row) for row in table.rows]
    at = table.headers.index("下限")
    for row in rows:
        row[at] = 12_000.0 if row[at] == 10_000 else row[at]
    book.replace_rows("用气量分档", rows)


def _verify(book: Book, day: dt.date, at: dt.datetime) -> None:
    """List what is to be verified, confirm the first entry, and take it back."""
    verify_customers(book, as_of=day, at=at)
    table = book.read_table(VERIFICATION.name)
    rows = [list(row) for row in table.rows]
    if rows:
        rows[0][table.headers.index("核实结果")] = "属实"
        rows[0][table.headers.index("核实人")] = "赵六"
        book.replace_rows(VERIFICATION.name, rows)
        verify_customers(book, as_of=day, at=at)


def _decide(book: Book, month: str) -> None:
    """Object to a grade and decide another by people in the third month; answer in the fourth."""
    day = moment(month, 6, 1)
    if month == MONTHS[2]:
        register_override(book, {
            "客户编号": "0003", "项目": "星级", "调整为": "四星级", "原因": "重点保供", "批准人": "王组长",
            "有效期至": dt.date(2026, 12, 31),
        }, day.date(), day)  # fmt: skip
        objection = {"收到日期": day.date(), "异议内容": "逾期次数不对"}
        register_objection(book, "0004", objection, as_of=day.date(), at=day)
    if month == MONTHS[3]:
        answer = {"处理结果": "维持", "答复日期": day.date(), "答复说明": "经核对无误"}
        register_objection(book, "0004", answer, as_of=day.date(), at=day)
