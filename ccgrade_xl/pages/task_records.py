"""Tasks in the ledger: what was done, and what a month left open for the next one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ccgrade_xl import boundary
from ccgrade_xl.casework.carried import packed, unpacked
from ccgrade_xl.casework.tasks import ACTIONS, Done
from ccgrade_xl.errors import CellFault
from ccgrade_xl.pages.ledger import has_ledger, reading, writing
from ccgrade_xl.pages.task_entries import Closed, Key, Row, closed_in, day_in, days_of, key_of
from ccgrade_xl.workbook.book import Book, Table
from ccgrade_xl.workbook.tasks import TASK_LIST

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Task


def remembered_tasks(book: Book) -> tuple[dict[Key, Done], dict[Key, dt.date]]:
    """Return what was last done, and the days of what the last month left open, from the ledger where there is one."""
    if not has_ledger(book):
        return {}, {}
    from ccgrade_xl.casework.ledger import Task, TasksCarried  # noqa: PLC0415 - only a ledger needs a database

    with reading(book) as view:
        entries = view.current(Task)
        carried = view.entries(TasksCarried, last=1)
    done = {
        (entry.record.customer, entry.record.action): Done(entry.record.done_on, entry.record.detail)
        for entry in entries
        if entry.record.done_on is not None
    }
    days = {key: day for entry in carried for key, day in unpacked(entry.record.open).items()}
    for entry in entries:
        if carried and entry.number > carried[0].number:
            days.pop((entry.record.customer, entry.record.action), None)
    return done, days


def keep_for_later(book: Book, month: str, as_of: dt.date, at: dt.datetime | None = None) -> None:
    """Write into the ledger what the list says at the close of a month: what was done, and what is still open.

    What was done on a day nobody wrote down was done on `as_of`, and the sheet says so from then on.
    """
    if TASK_LIST.name not in book.table_names():
        return
    from ccgrade_xl.casework.ledger import TasksCarried  # noqa: PLC0415

    table = book.read_table(TASK_LIST.name)
    standing = TASK_LIST.standing(table)
    closed, _ = closed_in(standing, as_of)
    record_tasks(book, closed, at)
    _write_days(book, table, closed)
    days = days_of(standing, closed)
    late = sum(day < as_of for day in days.values())
    carried = TasksCarried(month=month, tasks=len(days), late=late, open=packed(days))
    with writing(book, at) as pen:
        before = [entry.record for entry in pen.entries(TasksCarried, last=1)]
        if carried not in before and (days or before):
            pen.append(carried)


def _write_days(book: Book, table: Table, closed: Mapping[Key, Closed]) -> None:
    rows = [dict(zip(table.headers, cells, strict=True)) for cells in table.rows]
    ended = [closed.get(key_of(row)) for row in rows]
    if any(each and boundary.is_blank(row["办结日期"]) for each, row in zip(ended, rows, strict=True)):
        days = [each.on if each else row["办结日期"] for each, row in zip(ended, rows, strict=True)]
        book.write_columns(TASK_LIST.name, {"办结日期": days})


def record_tasks(book: Book, closed: Mapping[Key, Closed], at: dt.datetime | None) -> int:
    """Write what was done or skipped into the ledger; what stands there already is not written twice."""
    if not closed:
        return 0
    from ccgrade_xl.casework.ledger import Task  # noqa: PLC0415

    with writing(book, at) as pen:
        standing = {entry.record.key: entry.record for entry in pen.current(Task)}
        records = [_task(key, each) for key, each in closed.items()]
        fresh = [record for record in records if standing.get(record.key) != record]
        pen.append_all(fresh)
    return len(fresh)


def _task(key: Key, closed: Closed) -> Task:
    from ccgrade_xl.casework.ledger import Task  # noqa: PLC0415

    number, name = key
    row = closed.row
    return Task(
        customer=number,
        number=f"{number}|{name}",
        aspect=ACTIONS.get(name, ""),  # type: ignore[call-overload]
        action=name,
        owner=boundary.text_of(row["责任人"]),
        due=day_in(row, "到期日") or closed.on,
        state=closed.state,
        amount=_amount(row),
        done_on=closed.on,
        result=boundary.text_of(row["结果"]),
        detail=closed.detail,
    )


def _amount(row: Row) -> float | None:
    """Return the yuan of a task; None where they are blank or cannot be read."""
    try:
        amount = boundary.read_money(row["金额"])
    except CellFault:
        return None
    return None if math.isnan(amount) else amount
