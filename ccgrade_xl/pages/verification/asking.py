"""What is to be verified about a customer? One entry a cell, with the reason and what is known about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from attrs import field, frozen

from ccgrade_xl import boundary
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.list_cells import texts_in
from ccgrade_xl.rules.ruleset import UNDECIDED
from ccgrade_xl.sourcing import BookSources
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.precedence import ColumnRule
from ccgrade_xl.workbook.verification import BY_FIELD, BY_METERING, DEFAULT_PRECEDENCE, REASONS


@frozen
class Entry:
    """One thing to verify: the customer's row, the column (or alarm), why, what stands, and what is known."""

    row: int
    customer: str
    column: str
    reason: str
    present: str
    hint: str
    asked: str = BY_FIELD
    urgent: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells one entry from another."""
        return self.customer, self.column

    @property
    def rank(self) -> int:
        """How grave the reason is, 0 the gravest."""
        return 0 if self.urgent else REASONS.index(self.reason)


@frozen
class Case:
    """All that is known when a list is made: the customers as graded, where data came from, what was verified."""

    table: Table
    grades: Grades
    as_of: dt.date
    sources: BookSources | None = None
    confirmed: Mapping[tuple[str, str], tuple[str, dt.date]] = field(factory=dict)
    valid_months: int = 12
    frozen_month: str = ""
    frozen: Mapping[str, Mapping[str, object]] = field(factory=dict)
    alarms: Sequence[Mapping[str, CellValue]] = ()
    numbers: list[str] = field(init=False)
    columns: dict[str, list[CellValue]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "numbers", texts_in(self.table, "客户编号"))
        columns = {header: list(self.table.column(header)) for header in self.table.headers}
        object.__setattr__(self, "columns", columns)

    def present(self, row: int, column: str) -> str:
        """Return what a cell shows, days as 2026-01-05."""
        return shown_value(self.columns[column][row]) if column in self.columns else ""

    def active(self) -> Iterable[int]:
        """Return the rows of customers that take part and have a number."""
        return (row for row in np.flatnonzero(self.grades.graded).tolist() if self.numbers[row])

    def undecided(self, row: int) -> bool:
        """Return whether too little is known of a customer to give it a star."""
        return self.grades.star_name(row) == UNDECIDED

    def rule(self, column: str) -> ColumnRule:
        """Return which sources prevail for a column, how long it holds, and who can tell."""
        if self.sources is not None and column in self.sources.sourcing.rules:
            return self.sources.sourcing.rules[column]
        return _DEFAULT_RULES.get(column, ColumnRule())

    def entry(self, row: int, column: str, reason: str, hint: str, *, urgent: bool = False) -> Entry:
        """Return an entry about a cell."""
        asked = self.rule(column).asked or (BY_METERING if reason == "抄表异常" else BY_FIELD)
        return Entry(row, self.numbers[row], column, reason, self.present(row, column), hint, asked, urgent)


def shown_value(cell: CellValue) -> str:
    """Return a cell as a text that is compared and shown: a day without its time, a number without .0."""
    if isinstance(cell, dt.date):
        return cell.strftime("%Y-%m-%d")
    return boundary.text_of(cell)


_DEFAULT_RULES = {
    column: ColumnRule(tuple(sources.split(";")), months, asked)
    for column, sources, months, asked in DEFAULT_PRECEDENCE
}
