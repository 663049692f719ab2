"""Overrides and objections in the ledger: what is recorded of them, and what outlives the month's workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.decisions import OPEN, Objected, Overridden
from ccgrade_xl.pages.ledger import has_ledger, must_be_installed, reading, writing
from ccgrade_xl.workbook.book import Book, CellValue

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Objection, Override, Record

Row = Mapping[str, CellValue]


@frozen
class Recorded:
    """What the ledger holds last of each override, by customer and subject, and of each objection, by number."""

    overrides: Mapping[tuple[str, str], Overridden] = field(factory=dict)
    objections: Mapping[str, Objected] = field(factory=dict)


def recorded(book: Book, customers: Collection[str]) -> Recorded:
    """Return what the ledger holds of these customers; nothing where the book has no ledger."""
    if not has_ledger(book):
        return Recorded()
    must_be_installed()
    from ccgrade_xl.casework.ledger import Objection, Override  # noqa: PLC0415 - only a ledger needs a database

    with reading(book) as view:
        decided = [_overridden(entry.record) for entry in view.current(Override)]
        asked = [_objected(entry.record) for entry in view.current(Objection)]
    return Recorded(
        {(each.customer, each.subject): each for each in decided if each.customer in customers},
        {each.number: each for each in asked if each.customer in customers},
    )


def write_records(
    book: Book,
    overrides: Sequence[Overridden],
    objections: Sequence[Objected],
    customers: Mapping[str, Row],
    at: dt.datetime | None,
) -> int:
    """Write new and changed decisions into the ledger; return how many it took. `customers` are their rows by number."""
    wanted: list[Record] = [
        *(_override_record(each, customers) for each in overrides),
        *(_objection_record(each) for each in objections),
    ]
    standing = _standing(book) if wanted else {}
    fresh = [record for record in wanted if standing.get((record.kind, record.key)) != record]
    if fresh:
        with writing(book, at) as pen:
            pen.append_all(fresh)
    return len(fresh)


def override_row(each: Overridden) -> Row:
    """Return an override as it is entered on the sheet."""
    return {
        "客户编号": each.customer, "项目": each.subject, "调整为": each.decided, "原因": each.reason,
        "批准人": each.approver, "有效期至": each.expires,
    }  # fmt: skip


def objection_row(each: Objected) -> Row:
    """Return an objection that waits for an answer as it is entered on the sheet."""
    return {
        "客户编号": each.customer, "收到日期": each.received, "异议内容": each.subject,
        "延期批准人": each.extension_approver or None, "异议编号": each.number,
    }  # fmt: skip


def _standing(book: Book) -> dict[tuple[str, str], Record]:
    if not has_ledger(book):
        return {}
    from ccgrade_xl.casework.ledger import Objection, Override  # noqa: PLC0415 - only a ledger needs a database

    with reading(book) as view:
        overrides = [entry.record for entry in view.current(Override)]
        objections = [entry.record for entry in view.current(Objection)]
    standing: list[Record] = [*overrides, *objections]
    return {(record.kind, record.key): record for record in standing}


def _override_record(each: Overridden, customers: Mapping[str, Row]) -> Override:
    from ccgrade_xl.casework.ledger import Override  # noqa: PLC0415

    return Override(
        customer=each.customer,
        subject=each.subject,
        computed=boundary.text_of(customers.get(each.customer, {}).get(each.subject)),
        decided=each.decided,
        reason=each.reason,
        approver=each.approver,
        expires=each.expires,
        withdrawn=each.withdrawn,
    )


def _overridden(record: Override) -> Overridden:
    return Overridden(
        record.customer,
        record.subject,
        record.decided,
        record.reason,
        record.approver,
        record.expires,
        record.withdrawn,
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


def _objected(record: Objection) -> Objected:
    return Objected(
        number=record.number,
        customer=record.customer,
        received=record.received,
        subject=record.subject,
        extension_approver=record.extension_approver,
        answer="" if record.state == OPEN else record.state,
        answered=record.answered,
        explanation=record.answer,
    )
