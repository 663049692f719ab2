"""差异化策略: overrides and objections, from the sheet into the ledger and onto the grades."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from attrs import evolve, field, frozen

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
from ccgrade_xl.errors import CcgradeError, CellFault, NotUnderstood
from ccgrade_xl.pages.customers import customer_numbers
from ccgrade_xl.pages.decision_records import (
    Remembered,
    objection_row,
    override_row,
    remembered,
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
class Decisions:
    """Both tables as they are read: every row's decision, or the sentence that says what it lacks (None: blank).

    `remembered` are what only the ledger knows and what still holds; `faults` says why it could not be asked.
    """

    overridden: tuple[Overridden | str | None, ...]
    objected: tuple[Objected | str | None, ...]
    remembered: Remembered = field(factory=Remembered)
    faults: tuple[str, ...] = ()

    @property
    def overrides(self) -> tuple[Overridden, ...]:
        """The overrides that are complete; the last row of one customer and subject holds."""
        complete = [each for each in self.overridden if isinstance(each, Overridden)]
        complete += self.remembered.overrides
        return tuple({(each.customer, each.subject): each for each in complete}.values())

    @property
    def objections(self) -> tuple[Objected, ...]:
        """The objections that are complete."""
        complete = [each for each in self.objected if isinstance(each, Objected)]
        return (*complete, *self.remembered.objections)

    def in_force(self, as_of: dt.date) -> int:
        """Return how many customers have an override in force."""
        return len({each.customer for each in self.overrides if each.state(as_of) == "有效"})


def read_decisions(book: Book, customers: Table, as_of: dt.date) -> Decisions:
    """Read overrides and objections, and what only the ledger knows of them; new objections get their number."""
    known = {number for number in customer_numbers(customers) if number}
    overridden = [_read(row, known, _override) for row in _rows(book, OVERRIDE_LIST)]
    rows = _rows(book, OBJECTION_LIST)
    taken = [boundary.text_of(row["异议编号"]) for row in rows]
    objected: list[Objected | str | None] = []
    for row in rows:
        each = _read(row, known, _objection)
        if isinstance(each, Objected) and not each.number:
            each = evolve(each, number=next_number(each.customer, each.received, taken))
            taken.append(each.number)
        objected.append(each)
    found = Decisions(tuple(overridden), tuple(objected))
    try:
        found = evolve(found, remembered=remembered(book, found.overrides, taken, known, as_of))
    except CcgradeError as fault:
        found = evolve(found, faults=(f"人工调整和异议没有对照台账：{fault}",))
    return evolve(found, objected=tuple(_dated(each, found.remembered.answered, as_of) for each in objected))


def _dated(
    each: Objected | str | None, answered: Mapping[tuple[str, str], dt.date], as_of: dt.date
) -> Objected | str | None:
    """Give an answer without a day the one it was recorded under, or else this one."""
    if not isinstance(each, Objected) or not each.answer or each.answered is not None:
        return each
    return evolve(each, answered=answered.get((each.number, each.answer), as_of))


def remarked(
    decisions: Decisions, table: Table, remarks: Sequence[CellValue], as_of: dt.date
) -> list[CellValue]:
    """Return the 说明 of a table's customers with what people decided behind each."""
    added = remarks_by_customer(decisions.overrides, decisions.objections, as_of)
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
        (OVERRIDE_LIST, [override_row(each) for each in decisions.remembered.overrides]),
        (OBJECTION_LIST, [objection_row(each) for each in decisions.remembered.objections]),
    )
    for declared, rows in held:
        if rows:
            standing = declared.records(book.read_table(declared.name))
            book.replace_rows(declared.name, declared.rows([*standing, *rows]))
    return any(rows for _, rows in held)


def record_decisions(book: Book, decisions: Decisions, customers: Table, at: dt.datetime | None) -> int:
    """Write new and changed decisions into the ledger; return how many it took."""
    if not decisions.overrides and not decisions.objections:
        return 0
    return write_records(book, decisions.overrides, decisions.objections, _by_number(customers), at)


def decision_columns(decisions: Decisions, customers: Table, as_of: dt.date) -> dict[str, Cells]:
    """Return the columns that ccgrade fills in, by table."""
    found = _by_number(customers) if decisions.overridden or decisions.objected else {}
    overrides = [_override_cells(each, found, as_of) for each in decisions.overridden]
    objections = [_objection_cells(each, found, as_of) for each in decisions.objected]
    return {
        OVERRIDE_LIST.name: _columns(("客户名称", "计算结果", "情况"), overrides),
        OBJECTION_LIST.name: _columns(("异议编号", "客户名称", "当前等级", "答复期限", "情况"), objections),
    }


def write_answer_days(book: Book, decisions: Decisions) -> None:
    """Put the day of each answer on the sheet where none stands, so that it stays that day."""
    days = [row["答复日期"] for row in _rows(book, OBJECTION_LIST)]
    dated = [
        each.answered if isinstance(each, Objected) and boundary.is_blank(day) else day
        for each, day in zip(decisions.objected, days, strict=True)
    ]
    if dated != days:
        book.write_columns(OBJECTION_LIST.name, {"答复日期": dated})


def decision_rows_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return both tables' rows as they stand, for 撤销本次评级."""
    names = [declared.name for declared in (OVERRIDE_LIST, OBJECTION_LIST)]
    return {name: book.read_table(name).rows for name in names if name in book.table_names()}


def _override_cells(
    each: Overridden | str | None, found: Mapping[str, Row], as_of: dt.date
) -> list[CellValue]:
    if not isinstance(each, Overridden):
        return [None, None, each]
    row = found[each.customer]
    return [row.get("客户名称"), row.get(each.subject), each.state(as_of)]


def _objection_cells(
    each: Objected | str | None, found: Mapping[str, Row], as_of: dt.date
) -> list[CellValue]:
    if not isinstance(each, Objected):
        return [None, None, None, None, each]
    row, due = found[each.customer], each.due()
    grade = " ".join(filter(None, (boundary.text_of(row.get(name)) for name in SUBJECTS)))
    return [each.number, row.get("客户名称"), grade or None, due, each.state(as_of, due)]


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


def _read(row: Row, known: set[str], read: Callable[[Row], T]) -> T | str | None:
    """Return what a row decides, the sentence that says what it lacks, or None where nothing was entered."""
    if all(boundary.is_blank(cell) for cell in row.values()):
        return None
    try:
        number = _text(row, "客户编号")
        if number not in known:
            raise NotUnderstood(f"“客户数据”里没有客户编号 {number}，请核对")
        return read(row)
    except CcgradeError as fault:
        return str(fault)


def _override(row: Row) -> Overridden:
    subject, decided = _text(row, "项目"), _text(row, "调整为")
    if subject not in SUBJECTS:
        raise NotUnderstood(f"项目应为{'或'.join(SUBJECTS)}，不是 {shown(subject)}")
    if decided not in SUBJECTS[subject]:
        raise NotUnderstood(f"{subject}没有 {shown(decided)}，应为{'、'.join(SUBJECTS[subject])}之一")
    expires = _day(row, "有效期至")
    if expires is None:
        raise NotUnderstood("缺有效期至，请填写")
    withdrawn = plain(boundary.text_of(row["撤销"])) == "是"
    return Overridden(
        _text(row, "客户编号"), subject, decided, _text(row, "原因"), _text(row, "批准人"), expires, withdrawn
    )


def _objection(row: Row) -> Objected:
    answer = boundary.text_of(row["处理结果"])
    if answer and answer not in ANSWERS:
        raise NotUnderstood(f"处理结果应为{'、'.join(ANSWERS)}之一，不是 {shown(answer)}")
    received = _day(row, "收到日期")
    if received is None:
        raise NotUnderstood("缺收到日期，请填写")
    return Objected(
        number=boundary.text_of(row["异议编号"]),
        customer=_text(row, "客户编号"),
        received=received,
        subject=_text(row, "异议内容"),
        extension_approver=boundary.text_of(row["延期批准人"]),
        answer=answer,
        answered=_day(row, "答复日期") if answer else None,
        explanation=boundary.text_of(row["答复说明"]),
    )


def _text(row: Row, header: str) -> str:
    text = boundary.text_of(row[header])
    if not text:
        raise NotUnderstood(f"缺{header}，请填写")
    return text


def _day(row: Row, header: str) -> dt.date | None:
    try:
        return boundary.read_date(row[header])
    except CellFault as fault:
        raise NotUnderstood(f"{header}：{fault}") from None


def _by_number(customers: Table) -> dict[str, Row]:
    rows = (dict(zip(customers.headers, cells, strict=True)) for cells in customers.rows)
    return dict(zip(customer_numbers(customers), rows, strict=True))
