"""What can be asked of a ledger, within one transaction: every answer is of one moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

import sqlalchemy as sa
from attrs import frozen

from ccgrade_xl.casework.ledger.chain import Head
from ccgrade_xl.casework.ledger.frozen import FROZEN_HEADERS, column_of, table_of
from ccgrade_xl.casework.ledger.frozen_table import FrozenTable
from ccgrade_xl.casework.ledger.records import (
    GradesCorrected,
    MonthFrozen,
    Record,
    RulesKept,
    Sealed,
    record_of,
)
from ccgrade_xl.casework.ledger.schema import FROZEN, RECORD
from ccgrade_xl.casework.ledger.star_totals import COUNTED, StarTotal, star_totals, unpacked
from ccgrade_xl.errors import LedgerFault, UnknownRules
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, RuleSet
from ccgrade_xl.rules.toml_file import parse_rules

R = TypeVar("R", bound=Record)

_ASKED = 500
"""Customers that are asked for in one statement."""

_FETCHED = 5_000
"""Rows that are held at once of a table too large to hold."""


@frozen
class Entry(Generic[R]):
    """One record as it stands in the ledger: what, who, when, under which rules."""

    number: int
    at: dt.datetime
    person: str
    rule_version: str
    record: R
    hash: str


@frozen
class View:
    """A ledger at one moment. `connection` is open for as long as the view is."""

    connection: sa.Connection

    def head(self) -> Head:
        """Return the last record's number and hash."""
        last = self.connection.execute(
            sa.select(RECORD.c.number, RECORD.c.hash).order_by(RECORD.c.number.desc()).limit(1)
        ).first()
        return Head() if last is None else Head(*last)

    def holds(self, head: Head) -> bool:
        """Return whether a record seen before still stands where it stood."""
        found = self.connection.scalar(sa.select(RECORD.c.hash).where(RECORD.c.number == head.number))
        return found == head.hash

    def entries(
        self, kind: type[R], *, key: str = "", customer: str = "", month: str = "", last: int = 0
    ) -> list[Entry[R]]:
        """Return the records of a kind (`Record`: of every kind), the oldest first, of a key, customer or month.

        `last` keeps the last so many.
        """
        query = sa.select(RECORD)
        named = "" if kind is Record else kind.kind
        for name, value in (("kind", named), ("key", key), ("customer", customer), ("month", month)):
            if value:
                query = query.where(RECORD.c[name] == value)
        if last:
            query = query.order_by(RECORD.c.number.desc()).limit(last)
            return [_entry(row, kind) for row in self.connection.execute(query).mappings().all()[::-1]]
        rows = self.connection.execute(query.order_by(RECORD.c.number)).mappings()
        return [_entry(row, kind) for row in rows]

    def current(self, kind: type[R], *, customer: str = "") -> list[Entry[R]]:
        """Return the latest record of each key of a kind, in the order they were written."""
        latest = sa.select(sa.func.max(RECORD.c.number)).where(RECORD.c.kind == kind.kind)
        if customer:
            latest = latest.where(RECORD.c.customer == customer)
        query = sa.select(RECORD).where(RECORD.c.number.in_(latest.group_by(RECORD.c.key)))
        rows = self.connection.execute(query.order_by(RECORD.c.number)).mappings()
        return [_entry(row, kind) for row in rows]

    def months(self) -> list[str]:
        """Return the frozen months, the oldest first."""
        query = sa.select(RECORD.c.month).where(RECORD.c.kind == MonthFrozen.kind).order_by(RECORD.c.month)
        return list(self.connection.scalars(query))

    def rules(self, version: str) -> RuleSet:
        """Return a rule set that grades were frozen under. Raises `UnknownRules` where none of the version is kept."""
        kept = self.entries(RulesKept, key=version)
        if not kept:
            raise UnknownRules(f"评级台账里没有规则版本 {version}。")
        rules = parse_rules(kept[-1].record.toml)
        if rules.version != version:
            raise LedgerFault(f"评级台账里的规则版本 {version} 与内容不符，可能被改动过；请运行台账核验。")
        return rules

    def frozen(
        self, month: str, headers: Sequence[str] = FROZEN_HEADERS, *, corrected: bool = True
    ) -> FrozenTable:
        """Return a frozen month as a table with the headers asked for, in the order it was frozen.

        `corrected` puts what was corrected since in its place (at its row; a customer that was forgotten comes
        last). Raises `LedgerFault` for a month that is not frozen.
        """
        wanted = [FROZEN.c[column_of(header).name] for header in headers]
        query = sa.select(FROZEN.c.customer, *wanted).where(FROZEN.c.month == month)
        query = query.order_by(FROZEN.c.revision, FROZEN.c.position)
        rows = self.connection.execute(query if corrected else query.where(FROZEN.c.revision == 0)).all()
        if corrected and self.revision(month):
            rows = list({row[0]: row for row in rows}.values())
        if not rows:
            raise LedgerFault(f"{month} 还没有月结；已月结的月份：{'、'.join(self.months()) or '无'}。")
        columns = list(zip(*rows, strict=True))[1:]
        return table_of(
            {column.name: values for column, values in zip(wanted, columns, strict=True)}, headers
        )

    def history(self, customer: str, headers: Sequence[str] = FROZEN_HEADERS, months: int = 0) -> FrozenTable:
        """Return a customer's frozen months, the oldest first: column 月份, then the headers asked for.

        `months` keeps the last so many; corrections stand in their places. Empty for a customer never frozen.
        """
        wanted = [FROZEN.c[column_of(header).name] for header in headers]
        query = sa.select(FROZEN.c.month, *wanted).where(FROZEN.c.customer == customer)
        rows = self.connection.execute(query.order_by(FROZEN.c.month, FROZEN.c.revision))
        latest = list({row[0]: row for row in rows}.values())[-months:]
        columns = list(zip(*latest, strict=True)) or [()] * (1 + len(wanted))
        found = table_of(
            {column.name: values for column, values in zip(wanted, columns[1:], strict=True)}, headers
        )
        return FrozenTable.of({"月份": columns[0], **found.arrays})

    def last_credit_grades(self, customers: Sequence[str], month: str) -> dict[str, str]:
        """Return the latest credit grade, 5A…1A, each customer was frozen with up to a month; none: left out."""
        found: dict[str, str] = {}
        for first in range(0, len(customers), _ASKED):
            query = sa.select(FROZEN.c.customer, FROZEN.c.credit_grade).where(
                FROZEN.c.customer.in_(customers[first : first + _ASKED]),
                FROZEN.c.month <= month,
                FROZEN.c.credit_grade.in_(CREDIT_GRADES),
            )
            rows = self.connection.execute(query.order_by(FROZEN.c.month, FROZEN.c.revision))
            found.update((customer, grade) for customer, grade in rows)
        return found

    def totals(self, month: str) -> list[StarTotal]:
        """Return how the customers of a frozen month are spread over the stars, corrections in their places.

        What the last record that sealed the month keeps of it is taken; a ledger from before that is counted.
        """
        kinds = (MonthFrozen.kind, GradesCorrected.kind)
        query = sa.select(RECORD.c.kind, RECORD.c.content).where(
            RECORD.c.kind.in_(kinds), RECORD.c.month == month
        )
        last = self.connection.execute(query.order_by(RECORD.c.number.desc()).limit(1)).first()
        kept = unpacked(cast("Sealed", record_of(*last)).spread) if last else []
        return kept or self.counted(month)

    def counted(self, month: str) -> list[StarTotal]:
        """Count the customers of a frozen month by star, as they stand corrected.

        Summed here and not by the database: each one rounds in its own way, and a record must not.
        """
        found = self.frozen(month, COUNTED)
        return star_totals(*(found[header] for header in COUNTED))

    def largest(self, months: Sequence[str], headers: Sequence[str]) -> FrozenTable:
        """Return each customer's largest numbers in some frozen months: column 客户编号, then the headers asked for.

        Corrections stand in their places; NaN where a number was never known.
        """
        wanted = [FROZEN.c[column_of(header).name] for header in headers]
        query = sa.select(FROZEN.c.customer, *map(sa.func.max, wanted))
        rows = self.connection.execute(self._standing(query, months).group_by(FROZEN.c.customer)).all()
        columns = list(zip(*rows, strict=True)) or [()] * (1 + len(wanted))
        names = ["customer", *(column.name for column in wanted)]
        return table_of(dict(zip(names, columns, strict=True)), ("客户编号", *headers))

    def _standing(self, query: sa.Select[Any], months: Sequence[str]) -> sa.Select[Any]:
        """Let a query see, of some frozen months, each customer once a month, as it stands corrected."""
        query = query.where(FROZEN.c.month.in_(months))
        if not any(map(self.revision, months)):
            return query
        later = FROZEN.alias()
        return query.where(
            ~sa.exists().where(
                later.c.customer == FROZEN.c.customer,
                later.c.month == FROZEN.c.month,
                later.c.revision > FROZEN.c.revision,
            )
        )

    def streamed(self, query: sa.Select[Any]) -> sa.CursorResult[Any]:
        """Return the rows of a query, fetched a few thousand at a time; close it, or use it in a `with`."""
        return self.connection.execute(query, execution_options={"yield_per": _FETCHED})

    def revision(self, month: str) -> int:
        """Return how often a frozen month was corrected."""
        query = sa.select(sa.func.max(FROZEN.c.revision)).where(FROZEN.c.month == month)
        return int(self.connection.scalar(query) or 0)


def _entry(row: sa.RowMapping, kind: type[R]) -> Entry[R]:
    return Entry(
        number=row["number"],
        at=dt.datetime.fromisoformat(row["at"]),
        person=row["person"],
        rule_version=row["rule_version"],
        record=cast("R", record_of(row["kind"], row["content"])),
        hash=row["hash"],
    )
