"""Outdoor temperature: season, synoptic days, cold snaps and the hours of the day."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.simulation.grid import Floats, Grid


@frozen
class Climate:
    """A place's climate in ℃: yearly mean and swing, and how far days and hours stray (default: the north China plain)."""

    mean: float = 13.5
    swing: float = 14.0
    daily_spread: float = 3.0
    diurnal_swing: float = 4.5
    cold_snaps_a_winter: int = 5


_COLDEST_DAY = 18
_PERSISTENCE = 0.75


def outdoor_temperature(grid: Grid, climate: Climate, rng: np.random.Generator) -> Floats:
    """Return the outdoor temperature in ℃ of each interval."""
    days = len(grid.dates)
    season = climate.mean - climate.swing * np.cos(2 * np.pi * (grid.year_day - _COLDEST_DAY) / 365.25)
    daily = season + _persistent(days, climate.daily_spread, rng) + _cold_snaps(grid, climate, rng)
    warmest_at_three = np.cos(2 * np.pi * (grid.hour - 15) / 24)
    swing = climate.diurnal_swing * rng.uniform(0.5, 1.4, days)
    smooth = np.interp(grid.day + grid.hour / 24, np.arange(days) + 0.5, daily)
    outdoor: Floats = smooth + swing[grid.day] * warmest_at_three + rng.normal(0, 0.3, len(grid.times))
    return outdoor


def _persistent(days: int, spread: float, rng: np.random.Generator) -> Floats:
    """Return daily deviations in which a warm day tends to follow a warm day."""
    steps = rng.normal(0, spread * np.sqrt(1 - _PERSISTENCE**2), days)
    deviation = np.empty(days)
    deviation[0] = rng.normal(0, spread)
    for day in range(1, days):
        deviation[day] = _PERSISTENCE * deviation[day - 1] + steps[day]
    return deviation


def _cold_snaps(grid: Grid, climate: Climate, rng: np.random.Generator) -> Floats:
    """Return the fall of temperature in cold snaps: 6–12 ℃ within a day, gone after three to six."""
    months = grid.dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    winter = np.flatnonzero(np.isin(months, [11, 12, 1, 2, 3]))
    fall = np.zeros(len(grid.dates))
    count = rng.poisson(climate.cold_snaps_a_winter * len(winter) / 151)
    for first in rng.choice(winter, count) if len(winter) else ():
        length = int(rng.integers(3, 7))
        shape = np.linspace(1, 0.3, length)[: len(fall) - first]
        fall[first : first + length] = np.minimum(fall[first : first + length], -rng.uniform(6, 12) * shape)
    return fall
