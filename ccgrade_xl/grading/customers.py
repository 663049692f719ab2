"""The typed customers grading works on: one numpy array a column, all of one length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import evolve, fields, frozen

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Dates: TypeAlias = npt.NDArray[np.datetime64]
Texts: TypeAlias = npt.NDArray[np.object_]


@frozen(eq=False)
class Coded:
    """A text column: `codes[i]` indexes `texts`; -1 is a blank. A million rows hold a handful of texts."""

    codes: Integers
    texts: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Coded:
        """Code a column of texts; None is a blank."""
        index: dict[str, int] = {}
        codes = [-1 if text is None else index.setdefault(text, len(index)) for text in values]
        return cls(np.array(codes, dtype=np.int64), tuple(index))

    @classmethod
    def blank(cls, length: int) -> Coded:
        """Return a column of blanks."""
        return cls(np.full(length, -1, dtype=np.int64), ())

    def take(self, rows: Sequence[int] | Integers) -> Coded:
        """Return the texts at these positions, in this order; a position may repeat."""
        return Coded(self.codes[np.asarray(rows, dtype=np.int64)], self.texts)

    def text_at(self, row: int) -> str | None:
        """Return one row's text, None for a blank."""
        code = self.codes[row]
        return None if code < 0 else self.texts[code]


@frozen(eq=False)
class Customers:
    """The columns grading reads. NaN, NaT and blank mean unknown.

    `status` a state of 客户状态; `usage` m³/month; `months` active months; `options` the option indicators by
    key; `late` a count, `worst` and `open_days` days; `balance` and `bill` yuan; `vetoes` 否决事项 as written;
    `veto_date` days; `notes` what could not be read in the row, as a Chinese phrase.
    """

    status: Coded
    usage: Floats
    months: Floats
    options: dict[str, Coded]
    late: Floats
    worst: Floats
    open_days: Floats
    balance: Floats
    bill: Floats
    vetoes: Coded
    veto_date: Dates
    notes: Coded

    def __len__(self) -> int:
        return len(self.usage)

    def take(self, rows: Sequence[int] | Integers) -> Customers:
        """Return the customers at these positions, in this order; a position may repeat."""
        at = np.asarray(rows, dtype=np.int64)
        changes: dict[str, Any] = {}
        for column in fields(Customers):
            value = getattr(self, column.name)
            changes[column.name] = (
                {key: _taken(coded, at) for key, coded in value.items()}
                if isinstance(value, dict)
                else _taken(value, at)
            )
        return evolve(self, **changes)

    def noted(self, notes: Coded) -> Customers:
        """Return the same customers with other notes."""
        return evolve(self, notes=notes)


def _taken(column: Any, at: Integers) -> Any:
    return column.take(at) if isinstance(column, Coded) else column[at]


def day(date: dt.date) -> np.datetime64:
    """Return a calendar day as numpy's day-precision date."""
    return np.datetime64(dt.date(date.year, date.month, date.day), "D")
