"""How far each alarm has been dealt with, in the ledger: owner, due date, state, result, false alarm or not.

A state is recorded when somebody or something changed it; that a scan saw the alarm once more changes nothing. The
workbook of a new month takes over what it does not have itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from ccgrade_xl import boundary
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.list_cells import day_in
from ccgrade_xl.pages.alarm_list import Cells, Row, judged_false
from ccgrade_xl.pages.ledger import has_ledger, must_be_installed, reading, writing
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.meter_lists import ALARMS, ARCHIVE, OPEN

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import AlarmState

_SIGNS = ("结果", "误报", "备注")


def sheet_states(book: Book) -> list[Cells]:
    """Return the alarms as they stand on the sheet, those done with too; none for a book without the lists."""
    lists = [declared for declared in (ALARMS, ARCHIVE) if declared.name in book.table_names()]
    return [row for declared in lists for row in declared.records(book.read_table(declared.name))]


def remembered_states(
    book: Book, standing: Iterable[Row], name: Callable[[str, str], str]
) -> tuple[list[Cells], list[str]]:
    """Return the alarms that the ledger knows and the sheet does not, as rows; and a sentence where it cannot be read.

    `name` gives a customer's name by customer and meter number.
    """
    try:
        known = _known(book)
    except CcgradeError as fault:
        return [], [f"异常清单没有对照台账：{fault}"]
    shown: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in standing:
        meter, code, first = ALARMS.key_of(row)
        shown[meter, code].append((first, str(row.get("最后") or first)))
    rows = []
    for state in reversed(known):
        spans = shown[state.meter, state.code]
        if not any(first <= state.last_seen and state.first_seen <= last for first, last in spans):
            rows.append({**_row(state), "客户名称": name(state.customer, state.meter) or None})
            spans.append((state.first_seen, state.last_seen))
    return rows, []


def record_states(book: Book, rows: Sequence[Row], at: dt.datetime | None = None) -> list[str]:
    """Write the states that changed into the ledger; return a sentence where that was not possible.

    A ledger is made for them once somebody has said something of an alarm.
    """
    if not rows or not (has_ledger(book) or any(map(_is_touched, rows))):
        return []
    try:
        must_be_installed()
        standing = {state.key: state for state in _known(book)}
        fresh = [state for state in map(_state, rows) if not _is_known(state, standing.get(state.key))]
        if fresh:
            with writing(book, at) as pen:
                pen.append_all(fresh)
    except CcgradeError as fault:
        return [f"异常的处理情况没有记入台账：{fault}"]
    return []


def _known(book: Book) -> list[AlarmState]:
    """Return the last state of each alarm the ledger knows, in the order they were recorded."""
    if not has_ledger(book):
        return []
    must_be_installed()
    from ccgrade_xl.casework.ledger import AlarmState  # noqa: PLC0415 - only a book with a ledger waits for it

    with reading(book) as view:
        return [entry.record for entry in view.current(AlarmState)]


def _is_touched(row: Row) -> bool:
    return boundary.text_of(row.get("状态")) not in ("", OPEN) or any(
        not boundary.is_blank(row.get(header)) for header in _SIGNS
    )


def _is_known(state: AlarmState, before: AlarmState | None) -> bool:
    """Return whether the ledger says the same of an alarm; what the last scan saw of it may differ."""
    if before is None:
        return False
    seen = {name: getattr(before, name) for name in ("customer", "last_seen", "evidence", "stake")}
    return evolve(state, **seen) == before


def _state(row: Row) -> AlarmState:
    from ccgrade_xl.casework.ledger import AlarmState  # noqa: PLC0415

    stake = row.get("涉及气量")
    return AlarmState(
        customer=boundary.text_of(row.get("客户编号")),
        meter=boundary.text_of(row.get("表号")),
        code=boundary.text_of(row.get("异常")),
        severity=boundary.text_of(row.get("级别")),
        first_seen=boundary.text_of(row.get("开始")),
        last_seen=boundary.text_of(row.get("最后")),
        state=boundary.text_of(row.get("状态")),
        owner=boundary.text_of(row.get("责任人")),
        due=day_in(row.get("期限")),
        result=boundary.text_of(row.get("结果")),
        false_alarm=judged_false(row),
        found=day_in(row.get("发现日期")),
        confirmed=boundary.text_of(row.get("误报")) == "否",
        place=boundary.text_of(row.get("去向")),
        note=boundary.text_of(row.get("备注")),
        evidence=boundary.text_of(row.get("依据")),
        stake=float(stake) if isinstance(stake, int | float) else None,
    )


def _row(state: AlarmState) -> Cells:
    """Return a state as a row of the lists; one that has left the list says where it went."""
    return dict.fromkeys(ARCHIVE.headers) | {
        "去向": state.place or None, "级别": state.severity, "异常": state.code, "表号": state.meter,
        "客户编号": state.customer or None, "开始": state.first_seen, "最后": state.last_seen,
        "涉及气量": state.stake, "依据": state.evidence or None, "责任人": state.owner or None, "期限": state.due,
        "状态": state.state or None, "结果": state.result or None,
        "误报": "是" if state.false_alarm else "否" if state.confirmed else None,
        "备注": state.note or None, "发现日期": state.found,
    }  # fmt: skip
