"""差异化策略: overrides and objections, from the sheet into the ledger and onto the grades."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from attrs import evolve, frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.decisions import (
    ANSWERS,
    SUBJECTS,
    Objected,
    Overridden,
    annotated,
    next_number,
    remarks_by_customer,
    too_many,
)
from ccgrade_xl.errors import CcgradeError, NotUnderstood
from ccgrade_xl.list_cells import day_entered
from ccgrade_xl.pages.customers import customer_numbers
from ccgrade_xl.pages.decision_records import (
    Recorded,
    objection_row,
    override_row,
    recorded,
    write_records,
)
from ccgrade_xl.rules.wording import plain, shown
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.decisions import OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.lists import SheetList

Row = Mapping[str, CellValue]
Cells = dict[str, list[CellValue]]
T = TypeVar("T")


@frozen
class Entry(Generic[T]):
    """A row of either table: its cells, what it decides, and the sentence that says what is wrong with it or lacking.

    A row with a fault keeps what the ledger holds of it, or what can be understood; a blank one has neither.
    """

    cells: Row
    decided: T | None = None
    fault: str = ""


@frozen
class Decisions:
    """Both tables as they are read, row by row, and what only the ledger knows and what still holds of both.

    `faults` says why the ledger could not be asked.
    """

    overridden: tuple[Entry[Overridden], ...]
    objected: tuple[Entry[Objected], ...]
    remembered_overrides: tuple[Overridden, ...] = ()
    remembered_objections: tuple[Objected, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def overrides(self) -> tuple[Overridden, ...]:
        """The overrides there are; the last row of one customer and subject holds."""
        standing = [entry.decided for entry in self.overridden if entry.decided is not None]
        standing += self.remembered_overrides
        return tuple({(each.customer, each.subject): each for each in standing}.values())

    @property
    def objections(self) -> tuple[Objected, ...]:
        """The objections there are."""
        standing = [entry.decided for entry in self.objected if entry.decided is not None]
        return (*standing, *self.remembered_objections)

    def in_force(self, as_of: dt.date) -> int:
        """Return how many customers have an override in force."""
        return len({each.customer for each in self.overrides if each.state(as_of) == "有效"})


def read_decisions(book: Book, customers: Table, as_of: dt.date) -> Decisions:
    """Read overrides and objections, and what only the ledger knows of them; new objections get their number."""
    known = {number for number in customer_numbers(customers) if number}
    faults: tuple[str, ...] = ()
    try:
        held = recorded(book, known)
    except CcgradeError as fault:
        held, faults = Recorded(), (f"人工调整和异议没有对照台账：{fault}",)
    overridden = _overridden(_rows(book, OVERRIDE_LIST), known, held)
    objected = _objected(_rows(book, OBJECTION_LIST), known, held, as_of)
    found = Decisions(overridden, objected, faults=faults)
    here = {(each.customer, each.subject) for each in found.overrides}
    numbers = {each.number for each in found.objections}
    return evolve(
        found,
        remembered_overrides=tuple(
            each for key, each in held.overrides.items() if key not in here and each.state(as_of) == "有效"
        ),
        remembered_objections=tuple(
            each for number, each in held.objections.items() if number not in numbers and not each.answer
        ),
    )


def _overridden(rows: Sequence[Row], known: set[str], held: Recorded) -> tuple[Entry[Overridden], ...]:
    """Read the rows of 人工调整; the ledger's decision stands in for a faulty row unless another row has decided that."""
    entries = [_read(row, known, _override) for row in rows]
    here = {(each.decided.customer, each.decided.subject) for each in entries if each.decided}
    keys = [(boundary.text_of(row["客户编号"]), boundary.text_of(row["项目"])) for row in rows]
    return tuple(
        entry if key in here else _kept(entry, held.overrides.get(key))
        for key, entry in zip(keys, entries, strict=True)
    )


def _objected(
    rows: Sequence[Row], known: set[str], held: Recorded, as_of: dt.date
) -> tuple[Entry[Objected], ...]:
    """Read the rows of 异议, number the new ones, and give an answer without a day the day it has or this one."""
    taken = [boundary.text_of(row["异议编号"]) for row in rows]
    entries = []
    for row, number in zip(rows, list(taken), strict=True):
        entry = _kept(_read(row, known, _objection), held.objections.get(number))
        each = entry.decided
        if each is not None and not each.number:
            each = evolve(each, number=_number(each, held, taken))
            taken.append(each.number)
        if each is not None and each.answer and each.answered is None:
            before = held.objections.get(each.number)
            is_same = before is not None and before.answer == each.answer
            each = evolve(each, answered=(before.answered if before and is_same else None) or as_of)
        entries.append(evolve(entry, decided=each))
    return tuple(entries)


def _number(new: Objected, held: Recorded, taken: Sequence[str]) -> str:
    """Return the number the ledger has already given to this very objection, or one that nobody has."""
    said = (new.customer, new.received, new.subject)
    for number, each in held.objections.items():
        if (each.customer, each.received, each.subject) == said and number not in taken:
            return number
    return next_number(new.customer, new.received, [*taken, *held.objections])


def _kept(entry: Entry[T], recorded: T | None) -> Entry[T]:
    """Let a row with a fault decide what the ledger holds of it, where it holds anything."""
    return evolve(entry, decided=recorded) if entry.fault and recorded is not None else entry


def decided_by_number(decisions: Decisions, as_of: dt.date) -> dict[str, str]:
    """Return what people decided of each customer that is in force or waits, as it stands in 说明."""
    return remarks_by_customer(decisions.overrides, decisions.objections, as_of)


def remarked(
    decisions: Decisions, table: Table, remarks: Sequence[CellValue], as_of: dt.date
) -> list[CellValue]:
    """Return the 说明 of a table's customers with what people decided before each."""
    added = decided_by_number(decisions, as_of)
    return [
        annotated(remark, added.get(number, "")) or None
        for number, remark in zip(customer_numbers(table), boundary.texts_of(remarks), strict=True)
    ]


def override_warnings(decisions: Decisions, graded: int, as_of: dt.date) -> list[str]:
    """Return the warning where too many grades are decided by people, and why the ledger could not be asked."""
    warning = too_many(decisions.in_force(as_of), graded)
    return [*([warning] if warning else []), *decisions.faults]


def bring_back(book: Book, decisions: Decisions) -> bool:
    """Put what only the ledger knows onto the sheet, below what stands there; return whether there was any."""
    held: tuple[tuple[SheetList, Sequence[Row]], ...] = (
        (OVERRIDE_LIST, [override_row(each) for each in decisions.remembered_overrides]),
        (OBJECTION_LIST, [objection_row(each) for each in decisions.remembered_objections]),
    )
    for declared, rows in held:
        if rows:
            standing = declared.records(book.read_table(declared.name))
            book.replace_rows(declared.name, declared.rows([*standing, *rows]))
    return any(rows for _, rows in held)


def must_be_usable(declared: SheetList, row: Row, customers: Table) -> None:
    """Raise `NotUnderstood` for a row that could not be registered on either table, saying why."""
    known, cells = (
        {number for number in customer_numbers(customers) if number},
        dict.fromkeys(declared.headers),
    )
    read: Callable[[Row], tuple[object, str]] = _override if declared is OVERRIDE_LIST else _objection
    if fault := _read({**cells, **row}, known, read).fault:
        raise NotUnderstood(f"没有登记：{fault}。")


def record_decisions(book: Book, decisions: Decisions, customers: Table, at: dt.datetime | None) -> int:
    """Write new and changed decisions into the ledger; return how many it took."""
    if not decisions.overrides and not decisions.objections:
        return 0
    return write_records(book, decisions.overrides, decisions.objections, _by_number(customers), at)


def decision_columns(decisions: Decisions, customers: Table, as_of: dt.date) -> dict[str, Cells]:
    """Return the columns that ccgrade fills in, by table; of a row that decides nothing what stands there stays."""
    found = _by_number(customers) if decisions.overridden or decisions.objected else {}
    overrides = [_override_cells(entry, found, as_of) for entry in decisions.overridden]
    objections = [_objection_cells(entry, found, as_of) for entry in decisions.objected]
    return {
        OVERRIDE_LIST.name: _columns(_OVERRIDE_FILLED, overrides),
        OBJECTION_LIST.name: _columns(_OBJECTION_FILLED, objections),
    }


_OVERRIDE_FILLED = ("客户名称", "计算结果", "情况")
_OBJECTION_FILLED = ("异议编号", "客户名称", "当前等级", "答复期限", "情况")


def write_answer_days(book: Book, decisions: Decisions) -> None:
    """Put the day of each answer on the sheet where none stands, so that it stays that day."""
    days = [entry.cells["答复日期"] for entry in decisions.objected]
    dated = [
        entry.decided.answered if entry.decided and not entry.fault and boundary.is_blank(day) else day
        for entry, day in zip(decisions.objected, days, strict=True)
    ]
    if dated != days:
        book.write_columns(OBJECTION_LIST.name, {"答复日期": dated})


def decision_rows_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return both tables' rows as they stand, for 撤销本次评级."""
    names = [declared.name for declared in (OVERRIDE_LIST, OBJECTION_LIST)]
    return {name: book.read_table(name).rows for name in names if name in book.table_names()}


def _override_cells(entry: Entry[Overridden], found: Mapping[str, Row], as_of: dt.date) -> list[CellValue]:
    each = entry.decided
    if each is None:
        return _standing(entry, _OVERRIDE_FILLED)
    row = found[each.customer]
    return [row.get("客户名称"), row.get(each.subject), entry.fault or each.state(as_of)]


def _objection_cells(entry: Entry[Objected], found: Mapping[str, Row], as_of: dt.date) -> list[CellValue]:
    each = entry.decided
    if each is None:
        return _standing(entry, _OBJECTION_FILLED)
    row, due = found[each.customer], each.due()
    grade = " ".join(filter(None, (boundary.text_of(row.get(name)) for name in SUBJECTS)))
    return [each.number, row.get("客户名称"), grade or None, due, entry.fault or each.state(as_of, due)]


def _standing(entry: Entry[T], filled: Sequence[str]) -> list[CellValue]:
    return [*(entry.cells[header] for header in filled[:-1]), entry.fault or None]


def _columns(headers: Sequence[str], rows: Sequence[Sequence[CellValue]]) -> Cells:
    return {header: [row[at] for row in rows] for at, header in enumerate(headers)}


# --- one row -------------------------------------------------------------------------------------------------


def _rows(book: Book, declared: SheetList) -> list[Row]:
    """Return every row of a table, blank ones too, so that columns written back meet their rows."""
    if declared.name not in book.table_names():
        return []
    table = book.read_table(declared.name)
    declared.records(table)  # names the columns that are missing
    return [dict(zip(table.headers, cells, strict=True)) for cells in table.rows]


def _read(row: Row, known: set[str], read: Callable[[Row], tuple[T, str]]) -> Entry[T]:
    """Return what a row decides, or what it lacks."""
    if all(boundary.is_blank(cell) for cell in row.values()):
        return Entry(row)
    try:
        number = _text(row, "客户编号")
        if number not in known:
            raise NotUnderstood(f"“客户数据”里没有客户编号 {number}，请核对")
        return Entry(row, *read(row))
    except CcgradeError as fault:
        return Entry(row, fault=str(fault))


def _override(row: Row) -> tuple[Overridden, str]:
    subject, decided = _text(row, "项目"), _text(row, "调整为")
    if subject not in SUBJECTS:
        raise NotUnderstood(f"项目应为{'或'.join(SUBJECTS)}，不是 {shown(subject)}")
    if decided not in SUBJECTS[subject]:
        raise NotUnderstood(f"{subject}没有 {shown(decided)}，应为{'、'.join(SUBJECTS[subject])}之一")
    expires = day_entered(row, "有效期至")
    if expires is None:
        raise NotUnderstood("缺有效期至，请填写")
    withdrawn = plain(boundary.text_of(row["撤销"])) == "是"
    return Overridden(
        _text(row, "客户编号"), subject, decided, _text(row, "原因"), _text(row, "批准人"), expires, withdrawn
    ), ""


def _objection(row: Row) -> tuple[Objected, str]:
    """Read an objection; one whose answer is not understood has been made all the same, and waits for it."""
    received = day_entered(row, "收到日期")
    if received is None:
        raise NotUnderstood("缺收到日期，请填写")
    made = Objected(
        number=boundary.text_of(row["异议编号"]),
        customer=_text(row, "客户编号"),
        received=received,
        subject=_text(row, "异议内容"),
        extension_approver=boundary.text_of(row["延期批准人"]),
        explanation=boundary.text_of(row["答复说明"]),
    )
    answer = boundary.text_of(row["处理结果"])
    if answer and answer not in ANSWERS:
        return made, f"处理结果应为{'、'.join(ANSWERS)}之一，不是 {shown(answer)}"
    try:
        return evolve(made, answer=answer, answered=day_entered(row, "答复日期") if answer else None), ""
    except NotUnderstood as fault:
        return made, str(fault)


def _text(row: Row, header: str) -> str:
    text = boundary.text_of(row[header])
    if not text:
        raise NotUnderstood(f"缺{header}，请填写")
    return text


def _by_number(customers: Table) -> dict[str, Row]:
    rows = (dict(zip(customers.headers, cells, strict=True)) for cells in customers.rows)
    return dict(zip(customer_numbers(customers), rows, strict=True))
