"""流程手册: the processes under way get their last day and their state, and their place in the ledger.

What the manager entered is recorded; what the ledger holds open and the sheet does not (the workbook of a new month)
comes back. Days follow the limits that stand on the sheet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from ccgrade_xl import boundary
from ccgrade_xl.casework.cases import Case, CaseState, case_number, case_state
from ccgrade_xl.casework.processes import Manual, default_manual, manual_of
from ccgrade_xl.errors import CcgradeError, NotUnderstood
from ccgrade_xl.list_cells import day_entered
from ccgrade_xl.pages.customers import customer_numbers
from ccgrade_xl.pages.ledger import has_ledger, must_be_installed, reading, writing
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.processes import CASE_LIST, STEP_LIST, WITHDRAWN

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Entry, RunningCase

Row = Mapping[str, CellValue]


def read_manual(book: Book) -> Manual:
    """Return the manual as it stands in table 流程步骤; the shipped one where a book has no such table."""
    if STEP_LIST.name not in book.table_names():
        return default_manual()
    rows = STEP_LIST.records(book.read_table(STEP_LIST.name))
    return manual_of([{header: boundary.text_of(cell) for header, cell in row.items()} for row in rows])


@define
class SheetCase:
    """A row of 在办流程: what was entered, how it stands or what it lacks, and its last record in the ledger."""

    row: Row
    state: CaseState | str
    entry: Entry[RunningCase] | None = None

    @property
    def number(self) -> str:
        """The number it has in the ledger; "" where it has none yet."""
        return self.entry.record.number if self.entry else boundary.text_of(self.row.get("编号"))

    @property
    def is_withdrawn(self) -> bool:
        """Whether it should not have been entered."""
        return boundary.text_of(self.row.get("撤销")) == WITHDRAWN


@define
class CaseList:
    """在办流程 as it is to stand, and sentences on what did not reach the ledger."""

    listed: list[SheetCase]
    recorded: int = 0
    said: list[str] = field(factory=list)


def read_cases(book: Book, customers: Table, as_of: dt.date) -> CaseList:
    """Read the processes under way: those of the sheet, then those that only the ledger holds open."""
    if CASE_LIST.name not in book.table_names():
        return CaseList([])
    manual = read_manual(book)
    rows = CASE_LIST.records(book.read_table(CASE_LIST.name))
    found = CaseList(
        [
            SheetCase(row, _state(row, manual, as_of))
            for row in rows
            if any(not boundary.is_blank(row[header]) for header in CASE_LIST.entered)
        ]
    )
    try:
        known = _known(book)
    except CcgradeError as fault:
        found.said.append(f"在办流程没有对照台账：{fault}")
        known = []
    _join(found, known, manual, as_of)
    _find_customers(found, {number for number in customer_numbers(customers) if number})
    return found


def record_cases(book: Book, cases: CaseList, at: dt.datetime | None = None) -> None:
    """Write what is new or changed into the ledger; a ledger that cannot be written keeps nobody from the rest."""
    try:
        if cases.listed:
            must_be_installed()
            cases.recorded = _write(book, cases.listed, at)
        cases.listed = [each for each in cases.listed if not each.is_withdrawn]
    except CcgradeError as fault:
        cases.said.append(f"在办流程没有记入台账：{fault}")


def write_cases(book: Book, customers: Table, cases: CaseList) -> list[str]:
    """Write the list onto the sheet; return a sentence for each row that wants attention."""
    if CASE_LIST.name not in book.table_names():
        return []
    table = book.read_table(CASE_LIST.name)
    names = _names(customers) if cases.listed else {}
    rows = CASE_LIST.rows([_shown(each, names) for each in cases.listed])
    if rows != [list(row) for row in table.rows]:
        book.replace_rows(CASE_LIST.name, rows)
    attention = []
    for at, each in enumerate(cases.listed, table.first_row):
        what = f"{boundary.text_of(each.row['流程'])}·{boundary.text_of(each.row['步骤'])}"
        place = f"{CASE_LIST.sheet}第 {at} 行 {what}"
        if isinstance(each.state, str):
            attention.append(f"{place}：{each.state}")
        elif each.state.is_late:
            attention.append(f"{place}：{each.state.state}（{each.state.due} 到期）。")
    return [*cases.said, *attention]


def case_rows_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return the rows of 在办流程 as they stand, for 撤销本次评级."""
    return (
        {CASE_LIST.name: book.read_table(CASE_LIST.name).rows} if CASE_LIST.name in book.table_names() else {}
    )


def _shown(each: SheetCase, names: Mapping[str, CellValue]) -> Row:
    row: dict[str, CellValue] = {header: each.row.get(header) for header in CASE_LIST.entered}
    row["客户名称"] = names.get(boundary.text_of(row["客户编号"]))
    row["编号"] = each.number or None
    if each.entry is not None:
        row |= {"登记人": each.entry.person, "登记日期": each.entry.at.astimezone().date()}
    if isinstance(each.state, str):
        return {**row, "情况": each.state}
    state = each.state
    return {**row, "岗位": state.owner, "时限": state.limit, "到期日": state.due, "情况": state.state}


def _state(row: Row, manual: Manual, as_of: dt.date) -> CaseState | str:
    """Return how a row's case stands, or the sentence that says what it lacks."""
    try:
        start = day_entered(row, "开始日期")
        if start is None:
            raise NotUnderstood("缺开始日期，请填写。")
        extended = bool(boundary.text_of(row["延期批准人"]))
        process, step = boundary.text_of(row["流程"]), boundary.text_of(row["步骤"])
        return case_state(Case(process, step, start, extended, day_entered(row, "办结日期")), manual, as_of)
    except CcgradeError as fault:
        return str(fault)


def _find_customers(found: CaseList, numbers: set[str]) -> None:
    """Say so where a row names a customer that the book does not have, unless it is registered for that customer."""
    for each in found.listed:
        number = boundary.text_of(each.row["客户编号"])
        if not number or number in numbers or (each.entry and each.entry.record.customer == number):
            continue
        meant = sorted(known for known in numbers if known.lstrip("0") == number.lstrip("0"))
        hint = f"是不是 {meant[0]}？" if meant else ""
        each.state = f"“客户数据”里没有客户编号 {number}，没有登记，{hint or '请核对。'}"


def _names(customers: Table) -> dict[str, CellValue]:
    if "客户编号" not in customers.headers or "客户名称" not in customers.headers:
        return {}
    numbers = (boundary.text_of(cell) for cell in customers.column("客户编号"))
    return dict(zip(numbers, customers.column("客户名称"), strict=True))


# --- the ledger ----------------------------------------------------------------------------------------------


def _known(book: Book) -> list[Entry[RunningCase]]:
    if not has_ledger(book):
        return []
    from ccgrade_xl.casework.ledger import RunningCase  # noqa: PLC0415 - a book without a ledger needs no database

    with reading(book) as view:
        return view.current(RunningCase)


def _join(found: CaseList, known: Sequence[Entry[RunningCase]], manual: Manual, as_of: dt.date) -> None:
    """Find each row's record, by its number or by what it is about, and list what only the ledger holds open."""
    if not known:
        return
    by_number = {entry.record.number: entry for entry in known}
    by_subject = {_subject(entry.record): entry for entry in known if entry.record.is_open}
    taken: set[str] = set()
    for each in found.listed:
        each.entry = by_number.get(each.number)
        taken.add(each.number)
    for each in found.listed:
        record = _record(each)
        if each.entry is None and record is not None:
            entry = by_subject.get(_subject(record))
            if entry is not None and entry.record.number not in taken:
                each.entry = entry
                taken.add(entry.record.number)
    for entry in known:
        if entry.record.is_open and entry.record.number not in taken:
            row = _row(entry.record)
            found.listed.append(SheetCase(row, _state(row, manual, as_of), entry))


def _subject(record: RunningCase) -> tuple[str, str, str, dt.date]:
    return record.process, record.step, record.customer, record.start


def _record(each: SheetCase) -> RunningCase | None:
    """Return a row as the ledger keeps it; its last record where the row cannot be read, or was never registered.

    A row that is withdrawn before it was ever registered leaves no trace.
    """
    from ccgrade_xl.casework.ledger import RunningCase  # noqa: PLC0415

    row, state = each.row, each.state
    if isinstance(state, str) or (each.is_withdrawn and each.entry is None):
        return each.entry.record if each.entry else None
    start = day_entered(row, "开始日期")
    assert start is not None  # noqa: S101 - `_state` has read it
    return RunningCase(
        number=each.number,
        customer=boundary.text_of(row["客户编号"]),
        process=boundary.text_of(row["流程"]),
        step=boundary.text_of(row["步骤"]),
        owner=state.owner,
        start=start,
        due=state.due,
        extension_approver=boundary.text_of(row["延期批准人"]),
        done=day_entered(row, "办结日期"),
        note=boundary.text_of(row["备注"]),
        withdrawn=each.is_withdrawn,
    )


def _row(record: RunningCase) -> Row:
    """Return a record as what was entered on the sheet."""
    return {
        "流程": record.process, "步骤": record.step, "客户编号": record.customer or None, "开始日期": record.start,
        "延期批准人": record.extension_approver or None, "办结日期": record.done, "备注": record.note or None,
        "撤销": WITHDRAWN if record.withdrawn else None, "编号": record.number,
    }  # fmt: skip


def _write(book: Book, cases: Sequence[SheetCase], at: dt.datetime | None) -> int:
    """Append the records of new and changed cases, and return how many.

    A new one gets its number in the same moment, so that nobody else can take it.
    """
    from ccgrade_xl.casework.ledger import RunningCase  # noqa: PLC0415

    made = [(each, _record(each)) for each in cases]
    fresh = [
        (each, record) for each, record in made if record and record != (each.entry and each.entry.record)
    ]
    if not fresh:
        return 0
    with writing(book, at) as pen:
        taken = {entry.record.number for entry in pen.current(RunningCase)}
        records = []
        for _, record in fresh:
            records.append(
                record if record.number else evolve(record, number=case_number(record.start, taken))
            )
            taken.add(records[-1].number)
        for (each, _), entry in zip(fresh, pen.append_all(records), strict=True):
            each.entry = entry
    return len(fresh)
