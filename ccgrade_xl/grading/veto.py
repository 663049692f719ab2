"""Vetoes: events that put a customer at the lowest credit grade for a while."""

from __future__ import annotations

import datetime as dt

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Coded, Dates, Integers, Mask, day
from ccgrade_xl.grading.scales import Scales
from ccgrade_xl.rules.separators import BETWEEN_VALUES


@frozen(eq=False)
class Vetoes:
    """Which rows a veto holds down, and which it may yet.

    `in_force` counts; `undated` is in force and to be verified; `ahead` is dated after the grading date. `months` is the longest period of the row's vetoes, `ends` the day it is over: the day before is
    the last on which it holds.
    """

    in_force: Mask
    undated: Mask
    ahead: Mask
    ends: Dates
    months: Integers

    def last_day(self, row: int) -> np.datetime64:
        """Return the last day on which a row's veto holds; NaT where it has no date."""
        last: np.datetime64 = self.ends[row] - np.timedelta64(1, "D")
        return last


def named_vetoes(text: str, scales: Scales) -> tuple[list[str], list[str]]:
    """Split a 否决事项 text into the vetoes it names and the words that are not in the rules."""
    known, unknown = [], []
    for word in filter(None, (part.strip() for part in BETWEEN_VALUES.split(text))):
        veto = scales.veto(word)
        if veto is None:
            unknown.append(word)
        else:
            known.append(veto.name)
    return known, unknown


def vetoes(texts: Coded, dates: Dates, as_of: dt.date, scales: Scales) -> Vetoes:
    """Decide each row's veto at the grading date: in force while its date + its months is later than it."""
    months_of = [_months(text, scales) for text in texts.texts]
    months = np.array([*months_of, 0], dtype=np.int64)[texts.codes]
    named = months > 0
    undated = named & np.isnat(dates)
    ends = later_by_months(dates, months)
    today = day(as_of)
    ahead = named & (dates > today)
    in_force = undated | (named & ~ahead & (ends > today))
    return Vetoes(in_force, undated, ahead, ends, months)


def _months(text: str, scales: Scales) -> int:
    known, _ = named_vetoes(text, scales)
    return max((int(scales.vetoes_by_name[name].months) for name in known), default=0)


def later_by_months(dates: Dates, months: Integers) -> Dates:
    """Return each date some calendar months later; a day the month lacks becomes its last day."""
    first = dates.astype("datetime64[M]")
    offset = dates - first.astype("datetime64[D]")
    target = first + months.astype("timedelta64[M]")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    later: Dates = np.minimum(target.astype("datetime64[D]") + offset, last)
    return later
