"""How far may a forecast be off? What the trials missed by, customer by customer, leaning to all customers where trials are few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ccgrade_xl.meters.forecast.choice import Tried
from ccgrade_xl.meters.forecast.history import Floats

COVERAGE = 0.8
"""The share of cases that should fall into the interval (`default`)."""
_FLOOR = 0.2
"""Errors are measured against the forecast and this share of the mean use: a day of zero use can be wrong, too."""
_IDLE = 0.05
"""Days on which neither was more than this share of the mean say nothing about errors: whoever stands still is foreseen."""
_FLEET_TRIALS = 30
"""All customers' errors count like so many days of the customer's own …"""
_FLEET_TOTALS = 4
"""… and like so many totals."""
_STRETCH = 28
_NORMAL = 1.2816
"""How many standard deviations hold 80 % of cases."""


def daily_interval(tried: Tried, forecast: Floats) -> tuple[Floats, Floats]:
    """Return the lower and upper bound of each day, customer × day in m³; NaN where nothing could be tried."""
    level = _level(tried)
    missed = (tried.used - tried.forecast) / (tried.forecast + _FLOOR * level[None, :, None] + 1e-9)
    missed = np.where(np.maximum(tried.used, tried.forecast) > _IDLE * level[None, :, None], missed, np.nan)
    own = np.moveaxis(missed, 1, 0).reshape(missed.shape[1], -1)
    low, high = _quantiles(own)
    scale = forecast + _FLOOR * level[:, None]
    return np.maximum(forecast + low[:, None] * scale, 0.0), np.maximum(forecast + high[:, None] * scale, 0.0)


def total_interval(tried: Sequence[Tried], totals: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Return the bounds of totals over so many days each, customer × total in m³, from the totals that the trials missed.

    Trials are cut into stretches of four weeks; the spread of their totals, as a share, is taken for every total.
    """
    own = np.concatenate([_missed_totals(trials) for trials in tried], axis=1)
    scale = totals + _FLOOR * days[None] * _level(tried[0])[:, None]
    width = _NORMAL * _spread(own)[:, None] * scale
    return np.maximum(totals - width, 0.0), totals + width


def _missed_totals(tried: Tried) -> Floats:
    """Return what the totals of four weeks missed, as a share (customer × stretch), NaN where days are unknown or idle."""
    stretches = tried.used.shape[2] // _STRETCH
    shape = (*tried.used.shape[:2], stretches, _STRETCH)
    known = np.isfinite(tried.used) & np.isfinite(tried.forecast)
    cut = [
        np.where(known, part, 0.0)[:, :, : stretches * _STRETCH].reshape(shape)
        for part in (tried.used, tried.forecast)
    ]
    used, made = cut[0].sum(axis=3), cut[1].sum(axis=3)
    whole = known[:, :, : stretches * _STRETCH].reshape(shape).mean(axis=3) > 0.8
    level = _STRETCH * _level(tried)[None, :, None]
    counts = whole & (np.maximum(used, made) > _IDLE * level)
    share = np.where(counts, (used - made) / (made + _FLOOR * level + 1e-9), np.nan)
    return np.moveaxis(share, 1, 0).reshape(share.shape[1], -1)


def _quantiles(own: Floats) -> tuple[Floats, Floats]:
    """Return the lower and upper quantile of each row, mixed with those of all rows by the number of values."""
    tails = [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]
    known = np.isfinite(own)
    if not known.any():
        nothing = np.full(len(own), np.nan)
        return nothing, nothing
    fleet = np.quantile(own[known], tails)
    count = known.sum(axis=1)
    weight = count / (count + _FLEET_TRIALS)
    filled = np.where((count > 0)[:, None], own, 0.0)
    rows = np.nanquantile(filled, tails, axis=1)
    low, high = weight * rows + (1 - weight) * fleet[:, None]
    return low, high


def _spread(own: Floats) -> Floats:
    known = np.isfinite(own)
    squares = np.where(known, own, 0.0) ** 2
    fleet = (
        float(np.median(squares[known])) * 2.2 if known.any() else np.nan
    )  # the median square of a normal law is 0.455
    count = known.sum(axis=1)
    spread: Floats = np.sqrt((squares.sum(axis=1) + _FLEET_TOTALS * fleet) / (count + _FLEET_TOTALS))
    return spread


def _level(tried: Tried) -> Floats:
    """Return each customer's mean use a day in the trials, in m³."""
    known = np.isfinite(tried.used)
    count = known.sum(axis=(0, 2))
    level: Floats = np.where(known, tried.used, 0.0).sum(axis=(0, 2)) / np.maximum(count, 1)
    return level
