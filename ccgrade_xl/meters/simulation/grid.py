"""The time a simulation covers: its intervals, their days, and what kind of days they are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.working_days import day_kinds, days_from_new_year, weekdays

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]


@frozen(eq=False)
class Grid:
    """Reading times and the intervals that end in them.

    `times` reading times, one an interval; `minutes` the interval; `hour` the middle of each interval as an hour of the
    day; `day` its position in `dates`; `kinds`, `weekday` and `lunar` (days from 正月初一) belong to `dates`.
    """

    times: Times
    minutes: int
    hour: Floats
    day: Integers
    dates: Times
    kinds: Integers
    weekday: Integers
    lunar: Integers

    @property
    def hours(self) -> float:
        """The interval in hours."""
        return self.minutes / 60

    @property
    def per_day(self) -> int:
        """Intervals in a day."""
        return 1440 // self.minutes

    @property
    def year_day(self) -> Integers:
        """The day of the year of each date, 0 on 1 January."""
        of_year: Integers = (self.dates - self.dates.astype("datetime64[Y]")).astype(np.int64)
        return of_year


MOST_DAYS = 3660
"""Ten years; what one batch holds in memory grows with the days."""


def make_grid(start: dt.date, days: int, minutes: int) -> Grid:
    """Return the grid of `days` whole days from 00:00 of `start`; raises `OutOfRange` for an interval that does not fill a day."""
    if not 1 <= days <= MOST_DAYS or minutes < 1 or 1440 % minutes:
        raise OutOfRange(
            f"天数 {days} 应在 1–{MOST_DAYS} 之间，间隔 {minutes} 分钟应能整除一天（如 15、30、60、1440）。"
        )
    first = np.datetime64(start, "us")
    count = days * 1440 // minutes
    steps = np.arange(count)
    times = first + steps * np.timedelta64(minutes, "m")
    middle = times - np.timedelta64(minutes * 30, "s")
    dates = np.datetime64(start, "D") + np.arange(-1, days)
    day = (middle.astype("datetime64[D]") - dates[0]).astype(np.int64)
    hour = (middle - middle.astype("datetime64[D]")).astype("timedelta64[s]").astype(np.float64) / 3600
    return Grid(
        times, minutes, hour, day, dates, day_kinds(dates), weekdays(dates), days_from_new_year(dates)
    )
