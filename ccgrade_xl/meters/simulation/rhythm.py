"""The rhythm of businesses: which days they work, when they stop, how their level wanders (meter × date)."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.simulation.grid import Floats, Grid, Mask
from ccgrade_xl.meters.working_days import DayKind


@frozen(eq=False)
class ShiftHours:
    """When shifts begin and end (hours of the day); from `changed_on` (a position in the dates) they end at `later`."""

    opens: Floats
    closes: Floats
    later: Floats
    changed_on: Floats

    @property
    def latest(self) -> Floats:
        """The latest hour ever worked."""
        return np.maximum(self.closes, self.later)

    def shape(self, grid: Grid) -> Floats:
        """Return the share of full load in each interval (meter × interval): an hour to start up, an hour to run down, a midday dip."""
        late = grid.day[None] >= self.changed_on[:, None]
        closes = np.where(late, self.later[:, None], self.closes[:, None])
        hour, opens = grid.hour[None], self.opens[:, None]
        within = np.clip(np.minimum(hour - opens, closes - hour) + 0.5, 0, 1)
        within = np.where((closes - opens) >= 24, 1.0, within)
        return within * np.where((grid.hour >= 12) & (grid.hour < 13), 0.65, 1.0)[None]


def shift_hours(count: int, grid: Grid, rng: np.random.Generator) -> ShiftHours:
    """Draw one, two or three shifts for each meter; every fifth changes its hours once."""
    shifts = rng.choice([1, 2, 3], count, p=[0.5, 0.3, 0.2])
    opens = np.select(
        [shifts == 1, shifts == 2], [rng.uniform(7.0, 8.6, count), rng.uniform(5.5, 6.5, count)], 0.0
    )
    closes = np.select(
        [shifts == 1, shifts == 2], [rng.uniform(16.5, 19.0, count), rng.uniform(21.0, 22.5, count)], 24.0
    )
    changes = (rng.random(count) < 0.2) & (shifts == 1)
    later = np.where(changes, closes + rng.uniform(2.0, 4.0, count), closes)
    changed_on = np.where(changes, rng.uniform(0.1, 0.9, count) * len(grid.dates), np.inf)
    return ShiftHours(opens, closes, later, changed_on)


def workdays(count: int, grid: Grid, rng: np.random.Generator) -> Floats:
    """Return 1 on the days each works, of five, six or seven days a week, else 0; holidays are kept, by some of the last not."""
    week = rng.choice([5, 6, 7], count, p=[0.35, 0.45, 0.2])[:, None]
    through = (rng.random(count) < 0.4)[:, None] & (week == 7)
    works = (grid.kinds == DayKind.WORK)[None] | (
        (grid.kinds == DayKind.REST)[None] & ((week == 7) | ((week == 6) & (grid.weekday == 5)[None]))
    )
    works_on: Floats = (works | (through & (grid.kinds == DayKind.HOLIDAY)[None])).astype(np.float64)
    return works_on


def spring_closure(
    count: int,
    grid: Grid,
    rng: np.random.Generator,
    *,
    share: float,
    before: tuple[int, int],
    after: tuple[int, int],
) -> Floats:
    """Return 0 in each one's stop around 正月初一, with days of running down and up; 1 elsewhere, and for those that never stop."""
    stops = (rng.random(count) < share)[:, None]
    first, last = -rng.integers(*before, count)[:, None], rng.integers(*after, count)[:, None]
    down, up = rng.uniform(0.5, 0.9, (count, 1)), rng.uniform(0.3, 0.6, (count, 1))
    lunar = grid.lunar[None]
    running_up = np.clip(up + (1 - up) * (lunar - last) / 5, 0, 1)
    factor = np.where((lunar >= first - 3) & (lunar < first), down, 1.0)
    factor = np.where((lunar > last) & (lunar <= last + 5), running_up, factor)
    factor = np.where((lunar >= first) & (lunar <= last), 0.0, factor)
    return np.where(stops, factor, 1.0)


def maintenance(
    count: int,
    grid: Grid,
    rng: np.random.Generator,
    *,
    share: float,
    months: tuple[int, ...],
    length: tuple[int, int],
) -> Mask:
    """Return the days of a yearly stop, for which the customer shuts the valve."""
    month = grid.dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    candidates = np.flatnonzero(np.isin(month, months))
    stopped = np.zeros((count, len(grid.dates)), dtype=bool)
    if not len(candidates):
        return stopped
    day = np.arange(len(grid.dates))[None]
    for year in np.unique(grid.dates[candidates].astype("datetime64[Y]")):
        of_year = candidates[grid.dates[candidates].astype("datetime64[Y]") == year]
        first = rng.choice(of_year, count)[:, None]
        last = first + rng.integers(*length, count)[:, None]
        stopped |= (rng.random(count) < share)[:, None] & (day >= first) & (day < last)
    return stopped


def level(count: int, grid: Grid, rng: np.random.Generator, spread: float) -> Floats:
    """Return a level that wanders around 1 from week to week and a little from day to day."""
    week = np.arange(len(grid.dates)) // 7
    weekly = rng.normal(0, spread, (count, int(week[-1]) + 2))
    smooth = 0.6 * weekly[:, :-1] + 0.4 * weekly[:, 1:]
    return np.exp(smooth[:, week] + rng.normal(0, spread / 2, (count, len(week))))


def steps(count: int, grid: Grid, rng: np.random.Generator, share: float, most: float) -> Floats:
    """Return a lasting change of level by up to ±`most` from one day on, for a share of the meters; 1 before and elsewhere."""
    on = rng.uniform(0, 1, count)[:, None] * len(grid.dates)
    size = np.where(rng.random(count) < share, rng.uniform(-most, most, count), 0.0)[:, None]
    return np.where(np.arange(len(grid.dates))[None] >= on, 1 + size, 1.0)


def lulls(count: int, grid: Grid, rng: np.random.Generator, chance: float) -> Floats:
    """Return 0 on single days without orders, 1 elsewhere."""
    return (rng.random((count, len(grid.dates))) >= chance).astype(np.float64)


def holiday_factor(grid: Grid, weekend: Floats, feast: Floats) -> Floats:
    """Return the factor of weekends and holidays for each (meter × date)."""
    return np.select(
        [grid.kinds[None] == DayKind.REST, grid.kinds[None] == DayKind.HOLIDAY], [weekend, feast], 1.0
    )
