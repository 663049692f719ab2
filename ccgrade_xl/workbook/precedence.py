"""Which of two values stands when sources disagree about a cell?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import Enum

from attrs import field, frozen

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.origins import Batch, Origins, Packed, is_alike, mark_of
from ccgrade_xl.workbook.verification import BY_HAND, ON_SITE


@frozen
class ColumnRule:
    """Which sources prevail for a column, the first most, for how many months, and who can tell."""

    sources: tuple[str, ...] = ()
    months: int | None = None
    asked: str = ""

    def rank(self, source: str) -> int:
        """Return the place of a source, the lower the stronger: what was verified comes first unless it is placed."""
        if source in self.sources:
            return self.sources.index(source)
        return -1 if source == ON_SITE else len(self.sources)


@frozen
class Conflict:
    """Two sources that disagree about a cell: what was taken, from where and of when; and what was not."""

    customer: str
    column: str
    taken: CellValue
    taken_from: str
    taken_day: dt.date | None
    other: CellValue
    other_from: str
    other_day: dt.date | None


class Verdict(Enum):
    """What becomes of a value that comes in: an update, a conflict won or lost, or older than what stands."""

    UPDATE = "update"
    WINS = "wins"
    LOSES = "loses"
    OLDER = "older"


@frozen
class Sourcing:
    """What an import knows of sources: where standing values came from, and which prevail."""

    origins: Origins
    rules: Mapping[str, ColumnRule]
    conflicts: dict[tuple[str, str], Conflict] = field(factory=dict)
    older: list[tuple[str, str]] = field(factory=list)

    def take_row(
        self,
        customer: str,
        given: Sequence[tuple[str, CellValue, CellValue]],
        batch: Batch,
        row: int,
    ) -> list[bool]:
        """Decide of each value a list gives of a customer (column, standing value, value) whether it is taken."""
        known = self.origins.columns_of(customer)
        taken = []
        for column, standing, value in given:
            origin = known.get(column)
            if origin is not None and origin[0] not in self.origins.batches:
                origin = None
            if standing is not None and is_alike(standing, value):
                noted = self._agreed(customer, column, value, origin, batch)
                wins = True
            else:
                wins = noted = self._differs(customer, column, standing, value, origin, batch)
            if noted:
                known[column] = batch.number, row, mark_of(value)
            taken.append(wins)
        return taken

    def _differs(
        self,
        customer: str,
        column: str,
        standing: CellValue,
        value: CellValue,
        origin: Packed | None,
        batch: Batch,
    ) -> bool:
        """Return whether a value takes the place of another one; note a conflict, or that it came too late."""
        if standing is None or standing == "" or origin is None:
            verdict = Verdict.UPDATE
        else:
            verdict = self._verdict(column, standing, origin, batch)
            if verdict in (Verdict.WINS, Verdict.LOSES):
                self._disagreed(
                    customer, column, standing, origin, value, batch, wins=verdict is Verdict.WINS
                )
        if verdict is Verdict.OLDER:
            self.older.append((customer, column))
        if verdict is Verdict.UPDATE:
            self.conflicts.pop((customer, column), None)
        return verdict in (Verdict.WINS, Verdict.UPDATE)

    def _verdict(self, column: str, standing: CellValue, origin: Packed, batch: Batch) -> Verdict:
        if mark_of(standing) != origin[2]:
            return Verdict.WINS  # changed by hand since: the department's value is newer
        before, rule = self.origins.batches[origin[0]], self.rules.get(column, _NO_RULE)
        newer = batch.day >= before.day
        held = rule.months is None or abs(months_between(before.day, batch.day)) < rule.months
        if before.source == batch.source or not held:
            return Verdict.UPDATE if newer else Verdict.OLDER
        ours, theirs = rule.rank(batch.source), rule.rank(before.source)
        return Verdict.WINS if ours < theirs or (ours == theirs and newer) else Verdict.LOSES

    def _agreed(
        self, customer: str, column: str, value: CellValue, origin: Packed | None, batch: Batch
    ) -> bool:
        """End a conflict of this source; return whether the value's origin is this one from now on.

        It is the newer of two that agree, or the stronger of one day.
        """
        standing = self.conflicts.get((customer, column)) if self.conflicts else None
        if standing is not None and standing.other_from == batch.source:
            del self.conflicts[customer, column]
        if origin is None or mark_of(value) != origin[2]:
            return True
        rule, before = self.rules.get(column, _NO_RULE), self.origins.batches[origin[0]]
        return (batch.day, -rule.rank(batch.source)) >= (before.day, -rule.rank(before.source))

    def _disagreed(
        self,
        customer: str,
        column: str,
        standing: CellValue,
        origin: Packed,
        value: CellValue,
        batch: Batch,
        *,
        wins: bool,
    ) -> None:
        before: tuple[CellValue, str, dt.date | None] = (standing, BY_HAND, None)
        if mark_of(standing) == origin[2]:
            came = self.origins.batches[origin[0]]
            before = (standing, came.source, came.day)
        now = (value, batch.source, batch.day)
        taken, other = (now, before) if wins else (before, now)
        self.conflicts[customer, column] = Conflict(customer, column, *taken, *other)


_NO_RULE = ColumnRule()


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Return how many calendar months a day lies after another; negative where it lies before."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month
