"""Faults on the way from the meter to the platform: silence, gaps, repeated and misdated readings, wrong clocks."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.simulation.corrector import Uploads
from ccgrade_xl.meters.simulation.placing import Window, anywhere

_DAY_SECONDS = 86400.0


def silence(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """Nothing arrives for so many hours; the window is the time between the readings around."""
    window = anywhere(uploads, round(hours / uploads.grid.hours), rng)
    if window is not None:
        uploads.present[row, window.part] = False
    return window


def gaps(uploads: Uploads, row: int, share: float, rng: np.random.Generator) -> Window | None:
    """A share of each day's readings is lost, at scattered times, for one to ten days."""
    per_day = uploads.grid.per_day
    window = anywhere(uploads, int(rng.integers(1, 11)) * per_day, rng)
    if window is None or per_day < 24:
        return None
    # A day's readings end with the one of the next midnight.
    first = window.first - window.first % per_day + 1
    window = Window(first, first + window.last - window.first)
    lost = max(round(share * per_day), per_day // 20 + 1)
    for day in range(window.first, window.last + 1, per_day):
        uploads.present[row, day + rng.choice(per_day, lost, replace=False)] = False
    return window


def repeats(uploads: Uploads, row: int, count: float, rng: np.random.Generator) -> Window | None:
    """So many readings in a row arrive twice."""
    window = anywhere(uploads, round(count), rng)
    if window is not None:
        uploads.present[row, window.part] = True
        uploads.again += [(row, at, 0.0) for at in range(window.first, window.last + 1)]
    return window


def future(uploads: Uploads, row: int, days: float, rng: np.random.Generator) -> Window | None:
    """One to four readings come again, dated so many days after the last of all."""
    window = anywhere(uploads, int(rng.integers(1, 5)), rng)
    if window is None:
        return None
    ahead = days * _DAY_SECONDS + (len(uploads.grid.times) - window.first) * uploads.grid.minutes * 60
    for at in range(window.first, window.last + 1):
        uploads.present[row, at] = True
        uploads.again.append((row, at, ahead))
    return Window(window.first, window.last, ahead)


def slow_clock(uploads: Uploads, row: int, minutes: float, rng: np.random.Generator) -> Window | None:
    """The clock is behind for some days or weeks: readings are dated earlier than they were taken."""
    return _clock(uploads, row, -minutes, rng)


def fast_clock(uploads: Uploads, row: int, minutes: float, rng: np.random.Generator) -> Window | None:
    """The clock is ahead for some days or weeks: readings are dated later than they were taken."""
    return _clock(uploads, row, minutes, rng)


def _clock(uploads: Uploads, row: int, minutes: float, rng: np.random.Generator) -> Window | None:
    window = anywhere(uploads, int(rng.integers(3, 40)) * uploads.grid.per_day, rng)
    if window is not None:
        uploads.offset[row, window.part] += minutes * 60
        uploads.delay[row, window.part] -= minutes * 60
    return window
