"""What a day's date and weather do to use: the columns of the regressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from ccgrade_xl.meters.forecast.history import Dates, Floats, Integers, Record
from ccgrade_xl.meters.working_days import DayKind, day_kinds, days_from_new_year, weekdays

Calendar: TypeAlias = Callable[[Dates], Integers]
"""Returns the `DayKind` of each day."""

_LUNAR_PHASES = ((-12, -5), (-4, -1), (0, 6), (7, 10), (11, 17))
"""Days from 正月初一 between which works wind down, stand still and start again (`default`)."""
_YEAR = 365.2425
_ANOMALY_DAYS = 6.0
"""How fast weather forgets: a warm spell has faded to a third after so many days."""


def season(dates: Dates, waves: int) -> Floats:
    """Return one row a date: a constant, and `waves` yearly sine and cosine waves."""
    turn = 2 * np.pi * dates.astype(np.int64) / _YEAR
    columns = [np.ones(len(dates))]
    for wave in range(1, waves + 1):
        columns += [np.cos(wave * turn), np.sin(wave * turn)]
    return np.stack(columns, axis=1)


def kind_of_day(dates: Dates, calendar: Calendar = day_kinds) -> Floats:
    """Return one row a date: weekday (a weekend day that is worked counts as a Friday), holiday, days around the lunar new year."""
    holiday = calendar(dates) == DayKind.HOLIDAY
    weekday = likeness(dates, calendar)
    columns = [((weekday == day) & ~holiday) - 1 / 7 for day in range(6)]
    columns.append(holiday.astype(np.float64))
    if calendar is day_kinds:
        lunar = days_from_new_year(dates)
        columns += [((lunar >= first) & (lunar <= last)).astype(np.float64) for first, last in _LUNAR_PHASES]
    return np.stack(columns, axis=1)


def likeness(dates: Dates, calendar: Calendar = day_kinds) -> Integers:
    """Return Monday 0 … Sunday 6; a holiday is a Sunday, a weekend day that is worked a Friday."""
    kinds, weekday = calendar(dates), weekdays(dates)
    worked = np.where((kinds == DayKind.WORK) & (weekday >= 5), 4, weekday)
    return np.where(kinds == DayKind.HOLIDAY, 6, worked)


def degree_days(temperature: Floats, base: float) -> Floats:
    """Return the heating degree days of each day: how far its mean lies below `base` ℃, never negative."""
    return np.maximum(base - temperature, 0.0)


def expected_degree_days(
    record: Record, dates: Dates, temperature: Floats, ahead: Dates, base: float
) -> Floats:
    """Return the degree days to expect ahead: their mean course, and what the last three days strayed from it, fading."""
    waves = np.linalg.lstsq(season(record.dates, 3), degree_days(record.temperature, base), rcond=None)[0]
    strayed = (degree_days(temperature, base) - season(dates, 3) @ waves)[-3:]
    now = float(strayed[np.isfinite(strayed)].mean()) if np.isfinite(strayed).any() else 0.0
    distance = (ahead - dates[-1]).astype(np.float64)
    expected: Floats = np.maximum(season(ahead, 3) @ waves + now * np.exp(-distance / _ANOMALY_DAYS), 0.0)
    return expected
