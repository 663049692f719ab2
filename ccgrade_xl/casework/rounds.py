"""When is something due that comes every so many months? For many customers at once.

The rounds of each customer follow an anchor, mostly the day it was opened; a day the month lacks becomes its last, and
a day of rest the next working day (民法典 203 条).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from ccgrade_xl.casework.calendar import is_within_reason, working_days_later
from ccgrade_xl.grading.veto import later_by_months
from ccgrade_xl.rules.dates import day_number

Days: TypeAlias = npt.NDArray[np.datetime64]
"""Days as `datetime64[D]`."""

_LAST = np.datetime64(dt.date.max, "D")


def days_from(days: Iterable[dt.date]) -> Days:
    """Return days as an array."""
    return np.array([day_number(day) for day in days], "datetime64[D]")


def next_rounds(anchors: Days, months: int, as_of: dt.date) -> list[dt.date]:
    """Return for each anchor the first day from `as_of` on that lies a multiple of so many months (≥ 1) after it.

    The anchor's own day is no round. Where a round is a day of rest, the next working day is; one after the last day
    that can be written is that day.
    """
    month = anchors.astype("datetime64[M]")
    passed = (np.datetime64(as_of, "M") - month).astype(np.int64)
    rounds = np.maximum(passed // months, 1)
    days = later_by_months(anchors, rounds * months)
    early = days < np.datetime64(as_of, "D")
    days[early] = later_by_months(anchors[early], (rounds[early] + 1) * months)
    distinct, place = np.unique(np.minimum(days, _LAST), return_inverse=True)
    due = [working(day) for day in distinct.tolist()]
    return [due[at] for at in place.tolist()]


@lru_cache(maxsize=4096)
def working(day: dt.date) -> dt.date:
    """Return the day, or the next working day where it is one of rest; a day of no year anybody meant stays as it is."""
    return working_days_later(day, 0).day if is_within_reason(day) else day
