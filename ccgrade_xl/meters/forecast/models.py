"""The ways to forecast daily use, each for all customers at once; declared once in `FAMILIES`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import evolve, frozen

from ccgrade_xl.meters.forecast.effects import (
    Calendar,
    degree_days,
    expected_degree_days,
    kind_of_day,
    likeness,
    season,
)
from ccgrade_xl.meters.forecast.history import Dates, Floats, History
from ccgrade_xl.meters.forecast.means import mean_known, zero_unknown
from ccgrade_xl.meters.forecast.operation import operates, seasonal, will_operate
from ccgrade_xl.meters.forecast.regression import fit
from ccgrade_xl.meters.working_days import day_kinds, days_from_new_year, same_lunar_day_last_year

BASES_C = (12.0, 15.0, 18.0)
"""Heating begins below one of these daily means (18 ℃ is customary; well-insulated houses begin later)."""
YEAR = 364
"""The same weekday a year ago."""
FESTIVE_DAYS = 18
"""So near the lunar new year, its distance says more than the date (`default`)."""


@frozen
class Family:
    """Ways to forecast that share a fit.

    `names` as a sheet shows them; `usual` the error of each beside the mean of the last four weeks, and `usual_seasonal` that of
    customers with an idle season (measured on two real buildings and simulated fleets): what is believed until trials say otherwise;
    `days` of history a customer needs; `weather` whether it asks for temperatures. `ahead(history, dates, calendar)` returns one
    forecast a name: m³, customer × date, not negative, NaN for customers it does not suit.
    """

    names: tuple[str, ...]
    usual: tuple[float, ...]
    usual_seasonal: tuple[float, ...]
    days: int
    weather: bool
    ahead: Callable[[History, Dates, Calendar], tuple[Floats, ...]]


def recent_weeks(history: History, ahead: Dates, calendar: Calendar) -> tuple[Floats]:
    """The mean of the same kind of day over the last four weeks; holidays as Sundays."""
    use, kinds = history.use[:, -28:], likeness(history.dates[-28:], calendar)
    mean, asked = mean_known(use, 1), likeness(ahead, calendar)
    result = np.empty((len(use), len(ahead)))
    for kind in np.unique(asked):
        like = mean_known(use[:, kinds == kind], 1)
        result[:, asked == kind] = np.where(np.isfinite(like), like, mean)[:, None]
    return (result,)


def by_season(history: History, ahead: Dates, calendar: Calendar) -> tuple[Floats, Floats]:
    """Two yearly waves, weekday, holiday and lunar new year; what recent days strayed from them fades, or stays."""
    before = np.hstack([season(history.dates, 2), kind_of_day(history.dates, calendar)])
    after = np.hstack([season(ahead, 2), kind_of_day(ahead, calendar)])
    coefficients = fit(before, history.use)
    strayed = history.use[:, -28:] - coefficients @ before[-28:].T
    return _levelled(coefficients @ after.T, strayed, ahead, history)


def by_degrees(history: History, ahead: Dates, calendar: Calendar) -> tuple[Floats, Floats]:
    """Heating degree days, a yearly wave, weekday, holiday and lunar new year; what recent days strayed fades, or stays."""
    fading = np.full((len(history.use), len(ahead)), np.nan)
    lasting = fading.copy()
    if history.temperature is None or history.base is None:
        return fading, lasting
    known = np.isfinite(history.temperature)
    for base in np.unique(history.base):
        rows = history.base == base
        before, after = _degree_columns(history, ahead, float(base), calendar)
        use = np.where(known, history.use[rows], np.nan)
        coefficients = fit(before, use)
        strayed = use[:, -28:] - coefficients @ before[-28:].T
        fading[rows], lasting[rows] = _levelled(coefficients @ after.T, strayed, ahead, history)
    return fading, lasting


def by_operation(history: History, ahead: Dates, calendar: Calendar) -> tuple[Floats]:
    """For customers with an idle season: degree days while they operate, the mean of idle days otherwise.

    When they operate is taken from the year before, and before there is one from the last week.
    """
    result = np.full((len(history.use), len(ahead)), np.nan)
    rows = seasonal(history.use)
    if rows.any() and history.temperature is not None and history.base is not None:
        some = history.only(rows)
        runs = operates(some.use)
        busy = evolve(some, use=np.where(runs, some.use, np.nan))
        idle = zero_unknown(mean_known(np.where(runs, np.nan, some.use), 1))
        running = by_degrees(busy, ahead, calendar)[0]
        result[rows] = np.where(will_operate(runs, some.dates, ahead), running, idle[:, None])
    return (result,)


def last_year(history: History, ahead: Dates, calendar: Calendar) -> tuple[Floats]:
    """The same weekday a year ago with those a week before and after, half way to the present level.

    Around the lunar new year it is the same day of that festival, alone.
    """
    use, length = history.use, history.use.shape[1]
    at = (ahead - history.dates[0]).astype(np.int64) - YEAR
    at = np.where(at >= length, at - YEAR, at)
    around = np.stack([at - 7, at, at + 7])
    if calendar is day_kinds:
        festive = np.abs(days_from_new_year(ahead)) <= FESTIVE_DAYS
        around[:, festive] = (same_lunar_day_last_year(ahead[festive]) - history.dates[0]).astype(np.int64)
    inside = (around >= 0) & (around < length)
    then = mean_known(np.where(inside[None], use[:, np.clip(around, 0, length - 1)], np.nan), 1)
    now, before = _level_then_and_now(history, calendar)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sqrt(np.clip(now / before, 0.2, 5.0))
    return (then * np.where(np.isfinite(ratio), ratio, 1.0)[:, None],)


def _level_then_and_now(history: History, calendar: Calendar) -> tuple[Floats, Floats]:
    """Return the mean use a day of the last four weeks, and of the same weeks a year ago; days near the lunar new year left out."""
    length = len(history.dates)
    now = np.arange(max(length - 28, YEAR), length)
    if calendar is day_kinds:
        festive = np.abs(days_from_new_year(history.dates)) <= FESTIVE_DAYS
        now = now[~festive[now] & ~festive[now - YEAR]]
    return mean_known(history.use[:, now], 1), mean_known(history.use[:, now - YEAR], 1)


FAMILIES: tuple[Family, ...] = (
    Family(("近四周",), (1.0,), (1.0,), 1, weather=False, ahead=recent_weeks),
    Family(("季节回归", "季节回归（现水平）"), (0.85, 0.9), (0.95, 1.0), 330, weather=False, ahead=by_season),
    Family(("度日回归", "度日回归（现水平）"), (0.8, 0.85), (0.8, 0.85), 120, weather=True, ahead=by_degrees),
    Family(("供暖期度日回归",), (1.0,), (0.78,), 120, weather=True, ahead=by_operation),
    Family(("去年同期",), (0.95,), (0.9,), 360, weather=False, ahead=last_year),
)
"""Every family; the first always works."""

NAMES = tuple(name for family in FAMILIES for name in family.names)
"""Every way's name, in order."""


def forecasts(history: History, ahead: Dates, calendar: Calendar) -> Floats:
    """Return every way's forecast, way × customer × date; NaN where a customer's history is too short or of another kind."""
    known = np.isfinite(history.use).sum(axis=1)
    nothing = np.full((len(history.use), len(ahead)), np.nan)
    temperatures = 0 if history.temperature is None else int(np.isfinite(history.temperature).sum())
    result: list[Floats] = []
    for family in FAMILIES:
        if len(history.dates) < family.days or (family.weather and temperatures < family.days):
            result += [nothing] * len(family.names)
        else:
            enough = (known >= 0.9 * family.days)[:, None]
            result += [np.where(enough, made, np.nan) for made in family.ahead(history, ahead, calendar)]
    return np.stack(result)


def with_bases(history: History, calendar: Calendar) -> History:
    """Return the history with each customer's heating base: the one of `BASES_C` that explains its use best."""
    if history.temperature is None:
        return history
    known = np.isfinite(history.temperature)
    use = np.where(known, history.use, np.nan)
    errors = []
    for base in BASES_C:
        before, _ = _degree_columns(history, history.dates[-1:], base, calendar)
        errors.append(zero_unknown(mean_known(np.abs(use - fit(before, use, rounds=1) @ before.T), 1)))
    chosen = np.array(BASES_C)[np.argmin(errors, axis=0)]
    return evolve(history, base=chosen)


def _degree_columns(history: History, ahead: Dates, base: float, calendar: Calendar) -> tuple[Floats, Floats]:
    assert history.temperature is not None  # noqa: S101 - every caller has asked
    assert history.record is not None  # noqa: S101 - it comes with the temperatures
    known = np.isfinite(history.temperature)
    past = degree_days(np.where(known, history.temperature, base), base)
    future = expected_degree_days(history.record, history.dates, history.temperature, ahead, base)
    return tuple(  # type: ignore[return-value]
        np.hstack([season(dates, 1), kind_of_day(dates, calendar), degrees[:, None]])
        for dates, degrees in ((history.dates, past), (ahead, future))
    )


def _levelled(expected: Floats, strayed: Floats, ahead: Dates, history: History) -> tuple[Floats, Floats]:
    """Return what is expected, with the last four weeks' deviations fading, and lasting.

    Of the month's mean a third fades over forty days, what the last week adds to it over seven (measured on two real buildings).
    """
    distance = (ahead - history.dates[-1]).astype(np.float64)
    month, week = zero_unknown(mean_known(strayed, 1)), zero_unknown(mean_known(strayed[:, -7:], 1))
    slow, fast = 0.3 * month, 0.8 * (week - 0.3 * month)
    fading = slow[:, None] * np.exp(-distance / 40) + fast[:, None] * np.exp(-distance / 7)
    return np.maximum(expected + fading, 0.0), np.maximum(expected + month[:, None], 0.0)
