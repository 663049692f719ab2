"""Does a customer operate? Boiler houses run in winter and stand idle, or nearly so, in summer."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.forecast.history import Dates, Floats, Mask
from ccgrade_xl.meters.forecast.means import mean_known

_WEEK = 7
_IDLE_SHARE = 0.12
"""A week with less than this share of the busy weeks' use is idle (`default`)."""
_SEASON_DAYS = 60
"""An idle season is at least this long, and so is a busy one."""
_YEAR = 364


def operates(use: Floats) -> Mask:
    """Return whether each customer operates on each day (customer × day), judged by the week around it."""
    weekly = _around(use)
    busy = np.quantile(np.where(np.isfinite(weekly), weekly, 0.0), 0.9, axis=1)
    runs: Mask = (weekly > _IDLE_SHARE * busy[:, None]) & (weekly > 0)
    return runs


def seasonal(use: Floats) -> Mask:
    """Return which customers have an idle season: sixty idle and sixty busy days in a row at some time, known for 120 days."""
    runs = operates(use)
    known = np.isfinite(use).sum(axis=1) >= 120
    both: Mask = known & _has_run(runs) & _has_run(~runs)
    return both


def will_operate(runs: Mask, dates: Dates, ahead: Dates) -> Mask:
    """Return whether each customer will operate on the dates ahead: as a year before, without one as in the last week."""
    at = (ahead - dates[0]).astype(np.int64) - _YEAR
    at = np.where(at >= runs.shape[1], at - _YEAR, at)
    known = (at >= 0) & (at < runs.shape[1])
    now = runs[:, -_WEEK:].mean(axis=1) >= 0.5
    return np.where(known[None], runs[:, np.clip(at, 0, runs.shape[1] - 1)], now[:, None])


def _around(use: Floats) -> Floats:
    """Return the mean of the seven days around each day."""
    half = _WEEK // 2
    padded = np.pad(use, ((0, 0), (half, half)), constant_values=np.nan)
    return mean_known(np.lib.stride_tricks.sliding_window_view(padded, _WEEK, axis=1), 2)


def _has_run(states: Mask) -> Mask:
    """Return whether a state lasts sixty days in a row."""
    if states.shape[1] < _SEASON_DAYS:
        return np.zeros(len(states), dtype=bool)
    total = np.pad(np.cumsum(states, axis=1), ((0, 0), (1, 0)))
    return ((total[:, _SEASON_DAYS:] - total[:, :-_SEASON_DAYS]) == _SEASON_DAYS).any(axis=1)
