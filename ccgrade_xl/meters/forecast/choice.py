"""Which way of forecasting suits each customer? The one that would have erred least, from several past days on."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.forecast.effects import Calendar
from ccgrade_xl.meters.forecast.history import Floats, History, Integers
from ccgrade_xl.meters.forecast.means import mean_known
from ccgrade_xl.meters.forecast.models import FAMILIES, FESTIVE_DAYS, NAMES, YEAR, forecasts
from ccgrade_xl.meters.forecast.operation import seasonal
from ccgrade_xl.meters.working_days import day_kinds, days_from_new_year, same_lunar_day_last_year

_TRUST = 6.0
"""As if every way had been tried so many times before, and had erred as is usual for it."""
_NEVER_BELOW = 0.03
"""Nothing is believed to err by less than this share of the mean use: a steady half-year says little about a holiday ahead."""
_LEAST_HISTORY = 14
"""No trial begins with fewer days."""


@frozen
class Trials:
    """When forecasts are tried out: `origins` days before the end, each for `horizon` days."""

    origins: tuple[int, ...]
    horizon: int


SHORT = Trials(tuple(28 * number for number in range(1, 9)), 28)
"""For the next weeks: eight origins, four weeks apart."""
LONG = Trials((182, 273, 364), 182)
"""For the months ahead: three origins, half a year each."""


@frozen(eq=False)
class Tried:
    """What the trials showed: the way `chosen` for each customer, its forecasts and what was used then (trial × customer × day, NaN
    where unknown), and the mean absolute error of every way (way × customer, m³ a day).
    """

    chosen: Integers
    forecast: Floats
    used: Floats
    errors: Floats


def with_a_year_ago(trials: Trials, history: History, calendar: Calendar) -> Trials:
    """Return the trials with one more origin, where a year ago the days ahead lay: by the lunar new year when it is near, else by weekday."""
    ahead = history.days_ahead(trials.horizon)
    if calendar is day_kinds and (np.abs(days_from_new_year(ahead)) <= FESTIVE_DAYS).any():
        back = int((ahead[0] - same_lunar_day_last_year(ahead)[0]).astype(np.int64))
    else:
        back = YEAR
    return Trials((*trials.origins, back), trials.horizon)


def try_out(history: History, trials: Trials, calendar: Calendar, possible: Floats) -> Tried:
    """Try every way from past days on and choose for each customer; `possible` (way × customer) is not NaN where it can forecast now."""
    length, count = len(history.dates), len(history.use)
    origins = [length - back for back in trials.origins if length - back >= _LEAST_HISTORY]
    shape = len(NAMES), len(origins), count, trials.horizon
    made, used = np.full(shape, np.nan), np.full(shape[1:], np.nan)
    for number, origin in enumerate(origins):
        ahead = history.dates[origin : origin + trials.horizon]
        used[number, :, : len(ahead)] = history.use[:, origin : origin + trials.horizon]
        made[:, number, :, : len(ahead)] = forecasts(history.until(origin), ahead, calendar)
    error = mean_known(np.abs(made - used[None]), 3)
    chosen = np.argmin(np.where(np.isfinite(possible), _scores(error, history), np.inf), axis=0)
    forecast = made[chosen[None, :], np.arange(len(origins))[:, None], np.arange(count)[None, :]]
    return Tried(chosen.astype(np.int64), forecast, used, mean_known(error, 1))


def _scores(error: Floats, history: History) -> Floats:
    """Return each way's error beside the first one's on the same origins, leaning to what is usual (way × customer)."""
    usual = np.array([value for family in FAMILIES for value in family.usual])
    of_seasonal = np.array([value for family in FAMILIES for value in family.usual_seasonal])
    believed = np.where(seasonal(history.use)[None], of_seasonal[:, None], usual[:, None])
    both = np.isfinite(error) & np.isfinite(error[:1])
    level = np.nan_to_num(mean_known(history.use, 1))
    ordinary = (np.nan_to_num(mean_known(error[0], 0)) + _NEVER_BELOW * level + 1e-12)[None] * _TRUST
    own = np.where(both, error, 0.0).sum(axis=1)
    of_first = np.where(both, error[:1], 0.0).sum(axis=1)
    scores: Floats = (own + ordinary * believed) / (of_first + ordinary)
    return scores
