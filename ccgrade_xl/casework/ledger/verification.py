"""Does the ledger still say what was written into it? Every record and every frozen grade, hash by hash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from attrs import frozen

from ccgrade_xl.casework.ledger import schema
from ccgrade_xl.casework.ledger.chain import START, Head, frozen_hash, frozen_start, record_hash
from ccgrade_xl.casework.ledger.frozen import FROZEN_COLUMNS
from ccgrade_xl.casework.ledger.records import GradesCorrected, MonthFrozen, Sealed
from ccgrade_xl.casework.ledger.schema import FROZEN, RECORD
from ccgrade_xl.casework.ledger.store import Ledger
from ccgrade_xl.casework.ledger.views import View
from ccgrade_xl.errors import LedgerFault


@frozen
class Verification:
    """How much was checked, the ledger's head, and the first fault as a sentence; "" where all is sound."""

    records: int
    frozen_grades: int
    head: Head
    fault: str = ""


def verify(ledger: Ledger, since: Head | None = None) -> Verification:
    """Check the whole ledger against its hashes; `since` is a head seen before, which must still stand in it."""
    records = grades = 0
    head = Head()
    try:
        with ledger.reading() as view:
            for head in _records(view, since or Head()):
                records = head.number
            for count in _frozen(view):
                grades += count
            _guards(view)
            _pages(view)
    except LedgerFault as fault:
        return Verification(records, grades, head, str(fault))
    return Verification(records, grades, head)


def _records(view: View, since: Head) -> Iterator[Head]:
    """Yield the head after each sound record; raise at the first that is not, and where `since` is gone."""
    before, number = START, 0
    with view.streamed(sa.select(RECORD).order_by(RECORD.c.number)) as rows:
        for row in rows.mappings():
            number += 1
            if row["number"] != number:
                raise LedgerFault(
                    f"第 {number} 条记录不见了（后面是第 {row['number']} 条），有人删除过台账里的记录。"
                )
            who = f"第 {number} 条记录（{row['at'][:10]} {row['person']}）"
            if row["previous"] != before:
                raise LedgerFault(f"{who}与前一条接不上，前面有记录被删除、插入或调换过。")
            if row["hash"] != record_hash(dict(row), before):
                raise LedgerFault(f"{who}的内容与写入时不同，被改动过。")
            before = row["hash"]
            if number == since.number and before != since.hash:
                raise LedgerFault(f"{who}不是从前见过的那一条，台账被整个替换过。")
            yield Head(number, before)
    if number < since.number:
        raise LedgerFault(
            f"从前见过第 {since.number} 条记录，现在只有 {number} 条：末尾的记录被删除，或换上了旧的台账。"
        )


def _frozen(view: View) -> Iterator[int]:
    """Yield how many grades each sound month or correction froze; raise at the first that is not sound."""
    sealed = {}
    kinds: tuple[type[Sealed], ...] = (MonthFrozen, GradesCorrected)
    for kind in kinds:
        for entry in view.entries(kind):
            sealed[entry.record.month, entry.record.revision] = (entry.record.customers, entry.record.seal)
    found = view.connection.execute(
        sa.select(FROZEN.c.month, FROZEN.c.revision).distinct().order_by(FROZEN.c.month, FROZEN.c.revision)
    )
    standing = [(month, revision) for month, revision in found]
    for month, revision in standing:
        if (month, revision) not in sealed:
            raise LedgerFault(f"{_named(month, revision)}的评级没有月结或更正记录，是另外加进去的。")
    for (month, revision), (customers, seal) in sorted(sealed.items()):
        count, last = _check_frozen(view, month, revision)
        if count != customers:
            raise LedgerFault(
                f"{_named(month, revision)}应有 {customers} 户，现在有 {count} 户，末尾的被删除过。"
            )
        if last.hex() != seal:
            raise LedgerFault(f"{_named(month, revision)}的评级与封存时不同，被改动过。")
        yield count


def _check_frozen(view: View, month: str, revision: int) -> tuple[int, bytes]:
    """Return how many frozen grades a month has and the hash of the last; raise at the first that was changed."""
    names = [FROZEN.c[column.name] for column in FROZEN_COLUMNS]
    query: sa.Select[Any] = sa.select(FROZEN.c.position, FROZEN.c.hash, *names)
    query = query.where(FROZEN.c.month == month, FROZEN.c.revision == revision).order_by(FROZEN.c.position)
    before, at = frozen_start(month, revision), 0
    with view.streamed(query) as rows:
        for row in rows:
            cells: Sequence[Any] = row
            position, digest, values = cells[0], cells[1], cells[2:]
            if position != at:
                raise LedgerFault(f"{_named(month, revision)}第 {at + 1} 户的评级不见了，被删除过。")
            before, at = frozen_hash(before, values), at + 1
            if before != digest:
                raise LedgerFault(f"{_named(month, revision)}客户 {values[0]} 的评级与封存时不同，被改动过。")
    return at, before


def _guards(view: View) -> None:
    dialect = view.connection.dialect.name
    if lost := schema.guard_names(dialect) - schema.guards_in(view.connection):
        raise LedgerFault(
            f"台账的保护被拆除过（{'、'.join(sorted(lost))}），记录本身未见改动；请从备份恢复。"
        )


def _pages(view: View) -> None:
    """Let SQLite look at every page of its file; the hashes see none of the indexes."""
    if view.connection.dialect.name == "sqlite":
        found = view.connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise LedgerFault("台账文件里有损坏的部分，记录本身未见改动；请从备份恢复。")


def _named(month: str, revision: int) -> str:
    return f"{month} 月结" + (f"第 {revision} 次更正" if revision else "")
