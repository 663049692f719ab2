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

from ccgrade_xl.casework.calendar import working_days_later

Days: TypeAlias = npt.NDArray[np.datetime64]
"""Days as `datetime64[D]`."""

_EPOCH = dt.date(1970, 1, 1).toordinal()


def days_from(days: Iterable[dt.date]) -> Days:
    """Return days as an array."""
    return np.array([day.toordinal() - _EPOCH for day in days], "datetime64[D]")


def next_rounds(anchors: Days, months: int, as_of: dt.date) -> list[dt.date]:
    """Return for each anchor the first day from `as_of` on that lies a multiple of so many months (≥ 1) after it.

    The anchor's own day is no round. Where a round is a day of rest, the next working day is.
    """
    month = anchors.astype("datetime64[M]")
    passed = (np.datetime64(as_of, "M") - month).astype(np.int64)
    rounds = np.maximum(passed // months, 1)
    days = _later(anchors, month + rounds * months)
    early = days < np.datetime64(as_of, "D")
    days[early] = _later(anchors[early], (month + (rounds + 1) * months)[early])
    distinct, place = np.unique(days, return_inverse=True)
    due = [working(day) for day in distinct.tolist()]
    return [due[at] for at in place.tolist()]


@lru_cache(maxsize=4096)
def working(day: dt.date) -> dt.date:
    """Return the day, or the next working day where it is one of rest."""
    return working_days_later(day, 0).day


def _later(anchors: Days, months: Days) -> Days:
    """Return the anchors' days of other months, the last of a month that lacks it."""
    since = anchors - anchors.astype("datetime64[M]").astype("datetime64[D]")
    last = (months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    days: Days = np.minimum(months.astype("datetime64[D]") + since, last)
    return days
