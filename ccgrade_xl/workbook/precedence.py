"""Which of two values stands when sources disagree about a cell?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.origins import Batch, Origin, Origins, mark_of
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

    def take(
        self, customer: str, column: str, standing: CellValue, value: CellValue, batch: Batch, row: int
    ) -> bool:
        """Decide whether a value that differs from the standing one, or not, is taken; note its origin or conflict."""
        origin = self.origins.of(customer, column)
        if mark_of(standing) == mark_of(value) and standing is not None:
            self._agreed(customer, column, value, origin, batch, row)
            return True
        verdict = self._verdict(column, standing, origin, batch)
        if verdict in (Verdict.WINS, Verdict.LOSES):
            self._disagreed(customer, column, standing, origin, value, batch, wins=verdict is Verdict.WINS)
        if verdict is Verdict.OLDER:
            self.older.append((customer, column))
        if verdict in (Verdict.LOSES, Verdict.OLDER):
            return False
        if verdict is Verdict.UPDATE:
            self.conflicts.pop((customer, column), None)
        self.origins.note(customer, column, value, batch, row)
        return True

    def _verdict(self, column: str, standing: CellValue, origin: Origin | None, batch: Batch) -> Verdict:
        if standing is None or standing == "" or origin is None:
            return Verdict.UPDATE
        if not origin.still(standing):
            return Verdict.WINS  # changed by hand since: the department's value is newer
        if origin.batch.source == batch.source:
            return Verdict.UPDATE if batch.day >= origin.batch.day else Verdict.OLDER
        rule = self.rules.get(column, ColumnRule())
        if rule.months is not None and months_between(origin.batch.day, batch.day) >= rule.months:
            return Verdict.UPDATE
        if rule.months is not None and months_between(batch.day, origin.batch.day) >= rule.months:
            return Verdict.OLDER
        ours, theirs = rule.rank(batch.source), rule.rank(origin.batch.source)
        newer = batch.day >= origin.batch.day
        return Verdict.WINS if ours < theirs or (ours == theirs and newer) else Verdict.LOSES

    def _agreed(
        self,
        customer: str,
        column: str,
        value: CellValue,
        origin: Origin | None,
        batch: Batch,
        row: int,
    ) -> None:
        """Let the newer of two that agree, or the stronger of one day, be the origin; end a conflict of this source."""
        standing = self.conflicts.get((customer, column))
        if standing is not None and standing.other_from == batch.source:
            del self.conflicts[customer, column]
        rule = self.rules.get(column, ColumnRule())
        if (
            origin is None
            or not origin.still(value)
            or (batch.day, -rule.rank(batch.source)) >= (origin.batch.day, -rule.rank(origin.batch.source))
        ):
            self.origins.note(customer, column, value, batch, row)

    def _disagreed(
        self,
        customer: str,
        column: str,
        standing: CellValue,
        origin: Origin | None,
        value: CellValue,
        batch: Batch,
        *,
        wins: bool,
    ) -> None:
        by_hand = origin is None or not origin.still(standing)
        before = (
            (standing, BY_HAND, None)
            if by_hand or origin is None
            else (standing, origin.batch.source, origin.batch.day)
        )
        now = (value, batch.source, batch.day)
        taken, other = (now, before) if wins else (before, now)
        self.conflicts[customer, column] = Conflict(customer, column, *taken, *other)


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Return how many calendar months a day lies after another; negative where it lies before."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month
