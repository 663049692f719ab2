"""差异化策略: overrides and objections, from the sheet into the ledger and onto the grades."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.decisions import (
    ANSWERS,
    OPEN,
    SUBJECTS,
    Objected,
    Overridden,
    annotated,
    next_number,
    remarks_by_customer,
    too_many,
)
from ccgrade_xl.errors import CcgradeError, CellFault, NotUnderstood
from ccgrade_xl.pages.ledger import has_ledger, reading, writing
from ccgrade_xl.rules.wording import plain, shown
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.decisions import OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier
from ccgrade_xl.workbook.lists import SheetList

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Objection, Override, Record

Row = Mapping[str, CellValue]
Cells = dict[str, list[CellValue]]
T = TypeVar("T")


@frozen
class Decisions:
    """Both tables as they are read: every row's decision, or the sentence that says what it lacks (None: blank)."""

    overridden: tuple[Overridden | str | None, ...]
    objected: tuple[Objected | str | None, ...]

    @property
    def overrides(self) -> tuple[Overridden, ...]:
        """The overrides that are complete; the last row of one customer and subject holds."""
        complete = [each for each in self.overridden if isinstance(each, Overridden)]
        return tuple({(each.customer, each.subject): each for each in complete}.values())

    @property
    def objections(self) -> tuple[Objected, ...]:
        """The objections that are complete."""
        return tuple(each for each in self.objected if isinstance(each, Objected))

    def in_force(self, as_of: dt.date) -> int:
        """Return how many customers have an override in force."""
        return len({each.customer for each in self.overrides if each.state(as_of) == "有效"})


def read_decisions(book: Book, customers: Table, as_of: dt.date) -> Decisions:
    """Read overrides and objections; new objections get their number."""
    known = {number for number in _numbers(customers) if number}
    overridden = [_read(row, known, _override) for row in _rows(book, OVERRIDE_LIST)]
    rows = _rows(book, OBJECTION_LIST)
    taken = [boundary.text_of(row["异议编号"]) for row in rows]
    objected: list[Objected | str | None] = []
    for row in rows:
        each = _read(row, known, lambda row: _objection(row, as_of))
        if isinstance(each, Objected) and not each.number:
            each = evolve(each, number=next_number(each.customer, each.received, taken))
            taken.append(each.number)
        objected.append(each)
    return Decisions(tuple(overridden), tuple(objected))


def remarked(book: Book, table: Table, remarks: Sequence[CellValue], as_of: dt.date) -> list[CellValue]:
    """Return the 说明 of a table's customers with what people decided behind each."""
    decisions = read_decisions(book, table, as_of)
    added = remarks_by_customer(decisions.overrides, decisions.objections, as_of)
    return [
        annotated(boundary.text_of(remark), added.get(number, "")) or None
        for number, remark in zip(_numbers(table), remarks, strict=True)
    ]


def override_warnings(book: Book, table: Table, graded: int, as_of: dt.date) -> list[str]:
    """Return the warning where too many grades are decided by people."""
    warning = too_many(read_decisions(book, table, as_of).in_force(as_of), graded)
    return [warning] if warning else []


def record_decisions(book: Book, decisions: Decisions, customers: Table, at: dt.datetime | None) -> int:
    """Write new and changed decisions into the ledger; return how many it took."""
    wanted = [
        *(_override_record(each, customers) for each in decisions.overrides),
        *(_objection_record(each) for each in decisions.objections),
    ]
    standing = _standing(book) if wanted else {}
    fresh = [record for record in wanted if standing.get((record.kind, record.key)) != record]
    if fresh:
        with writing(book, at) as pen:
            pen.append_all(fresh)
    return len(fresh)


def decision_columns(decisions: Decisions, customers: Table, as_of: dt.date) -> dict[str, Cells]:
    """Return the columns that ccgrade fills in, by table."""
    records = (dict(zip(customers.headers, cells, strict=True)) for cells in customers.rows)
    found = dict(zip(_numbers(customers), records, strict=True))
    overrides = [_override_cells(each, found, as_of) for each in decisions.overridden]
    objections = [_objection_cells(each, found, as_of) for each in decisions.objected]
    return {
        OVERRIDE_LIST.name: _columns(("客户名称", "计算结果", "情况"), overrides),
        OBJECTION_LIST.name: _columns(("异议编号", "客户名称", "当前等级", "答复期限", "情况"), objections),
    }


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


def _objection(row: Row, as_of: dt.date) -> Objected:
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
        answered=(_day(row, "答复日期") or as_of) if answer else None,
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


def _numbers(customers: Table) -> list[str]:
    if "客户编号" not in customers.headers:
        return [""] * len(customers.rows)
    return [_number(cell) for cell in customers.column("客户编号")]


def _number(cell: CellValue) -> str:
    try:
        return identifier(cell) or ""
    except UnusableIdentifier:
        return ""


# --- the ledger ----------------------------------------------------------------------------------------------


def _standing(book: Book) -> dict[tuple[str, str], Record]:
    if not has_ledger(book):
        return {}
    from ccgrade_xl.casework.ledger import Objection, Override  # noqa: PLC0415 - only a ledger needs a database

    with reading(book) as view:
        overrides = [entry.record for entry in view.current(Override)]
        objections = [entry.record for entry in view.current(Objection)]
    standing: list[Record] = [*overrides, *objections]
    return {(record.kind, record.key): record for record in standing}


def _override_record(each: Overridden, customers: Table) -> Override:
    from ccgrade_xl.casework.ledger import Override  # noqa: PLC0415

    at = _numbers(customers).index(each.customer)
    computed = customers.column(each.subject)[at] if each.subject in customers.headers else None
    return Override(
        customer=each.customer,
        subject=each.subject,
        computed=boundary.text_of(computed),
        decided=each.decided,
        reason=each.reason,
        approver=each.approver,
        expires=each.expires,
        withdrawn=each.withdrawn,
    )


def _objection_record(each: Objected) -> Objection:
    from ccgrade_xl.casework.ledger import Objection  # noqa: PLC0415

    return Objection(
        customer=each.customer,
        number=each.number,
        received=each.received,
        due=each.due(),
        subject=each.subject,
        state=each.answer or OPEN,
        extension_approver=each.extension_approver,
        answer=each.explanation,
        answered=each.answered,
    )
