"""Where in a meter's course can a fault show itself? Days with use, enough history before them, no stop close by."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.simulation.corrector import Uploads
from ccgrade_xl.meters.simulation.grid import Floats, Integers, Mask

HISTORY_DAYS = 36
"""What the longest daily comparison looks back, and a week."""

_LONGEST_BREAK = 3
"""Rest days in a row that still belong to an ordinary week."""


@frozen
class Window:
    """The first and last interval (both included) in which a fault shows; `ahead` seconds by which its readings are dated later."""

    first: int
    last: int
    ahead: float = 0.0

    @property
    def part(self) -> slice:
        """The intervals as a slice."""
        return slice(self.first, self.last + 1)


def active_days(daily: Floats) -> Mask:
    """Return the days with use, a third of the ordinary at least."""
    used = daily[daily > 0]
    if not len(used):
        return np.zeros(len(daily), dtype=bool)
    active: Mask = daily > 0.3 * float(np.median(used))
    return active


def steady_days(daily: Floats, before: int, after: int) -> Integers:
    """Return the active days (positions) with no stop from `before` days earlier to `after` days later, whole days of the grid only."""
    active = active_days(daily)
    stops = np.zeros(len(daily) + 1, dtype=np.int64)
    stops[1:] = np.cumsum(_within_stop(active))
    days = np.arange(len(daily))
    inside = (days - before >= 1) & (days + after < len(daily) - 1)
    first, last = np.clip(days - before, 0, len(daily)), np.clip(days + after + 1, 0, len(daily))
    return np.flatnonzero(active & inside & (stops[last] == stops[first]))


def pick(days: Integers, rng: np.random.Generator) -> int | None:
    """Return one of the days, None when there are none."""
    return int(rng.choice(days)) if len(days) else None


def intervals_of(uploads: Uploads, first_day: int, last_day: int) -> Window:
    """Return the intervals of these dates, both included."""
    first, last = np.searchsorted(uploads.grid.day, [first_day, last_day + 1])
    return Window(int(first), int(last) - 1)


def anywhere(uploads: Uploads, length: int, rng: np.random.Generator) -> Window | None:
    """Return a window of so many intervals anywhere after the first days; None when there is no room."""
    room = len(uploads.grid.times) - length - 3 * uploads.grid.per_day
    if room <= 0 or length < 1:
        return None
    first = 2 * uploads.grid.per_day + int(rng.integers(0, room))
    return Window(first, first + length - 1)


def in_use(
    uploads: Uploads, row: int, length: int, rng: np.random.Generator, share: float = 0.3
) -> Window | None:
    """Return a window of so many intervals that begins and ends with flow and has flow in `share` of them; None if none is found."""
    flows = np.flatnonzero(uploads.flow[row] > 0)
    if not len(flows):
        return None
    for _ in range(20):
        first = int(rng.choice(flows))
        last = first + length - 1
        if (
            first < uploads.grid.per_day * 2
            or last >= len(uploads.grid.times) - 2
            or uploads.flow[row, last] <= 0
        ):
            continue
        if np.mean(uploads.flow[row, first : last + 1] > 0) >= share:
            return Window(first, last)
    return None


def _within_stop(active: Mask) -> Mask:
    """Return the days of every break longer than ordinary rest days."""
    edges = np.diff(np.concatenate(([0], (~active).astype(np.int64), [0])))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    within = np.zeros(len(active), dtype=bool)
    for begin, end in zip(begins, ends, strict=True):
        if end - begin > _LONGEST_BREAK:
            within[begin:end] = True
    return within
