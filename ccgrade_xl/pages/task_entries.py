"""What the manager entered on the list of tasks: what was done or skipped, and what is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from typing import TypeAlias

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.errors import CellFault, NotUnderstood
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.lists import StandingRows
from ccgrade_xl.workbook.tasks import DONE, OPEN, SKIPPED, TASK_LIST

Row: TypeAlias = Mapping[str, CellValue]
Key: TypeAlias = tuple[str, str]
"""Customer number and kind of task."""


@frozen
class Closed:
    """A task that the manager has marked: when and how it ended."""

    row: Row
    on: dt.date
    state: str

    @property
    def detail(self) -> str:
        """What the task had said."""
        return boundary.text_of(self.row["内容"])


def key_of(row: Row) -> Key:
    """Return what tells a task from another."""
    number, name = TASK_LIST.key_of(row)
    return number, name


def closed_in(standing: StandingRows, as_of: dt.date) -> tuple[dict[Key, Closed], list[str]]:
    """Return the tasks that are marked as done or skipped, and sentences on marks nobody understands.

    Raises `NotUnderstood` for a day that is none.
    """
    closed, notes = {}, []
    states = boundary.texts_of(standing.column("状态"))
    ends = boundary.texts_of(standing.column("办结日期"))
    for at, (state, end) in enumerate(zip(states, ends, strict=True)):
        if state in {DONE, SKIPPED}:
            row = standing.record(at)
            closed[key_of(row)] = Closed(row, day_in(row, "办结日期") or as_of, state)
        elif state not in {"", OPEN}:
            number, name = standing.keys[at]
            notes.append(f"客户 {number} 的“{name}”：状态“{state}”不认识，请选{OPEN}、{DONE}或{SKIPPED}。")
        elif end:
            number, name = standing.keys[at]
            notes.append(f"客户 {number} 的“{name}”填了办结日期，状态还是{OPEN}；办完请选“{DONE}”。")
    return closed, notes


def days_of(standing: StandingRows, closed: Container[Key]) -> dict[Key, dt.date]:
    """Return the last days of the tasks that are not closed."""
    days: dict[Key, dt.date] = {}
    for at, ((number, name), cell) in enumerate(zip(standing.keys, standing.column("到期日"), strict=True)):
        day = cell.date() if type(cell) is dt.datetime else day_in(standing.record(at), "到期日")
        if day is not None and (number, name) not in closed:
            days[number, name] = day
    return days


def day_in(row: Row, header: str) -> dt.date | None:
    """Return the day in a row's cell; raises `NotUnderstood` naming task and header."""
    try:
        return boundary.read_date(row[header])
    except CellFault as fault:
        number, name = key_of(row)
        raise NotUnderstood(f"表格“{TASK_LIST.name}”里客户 {number} 的“{name}”：{header}{fault}") from None
