"""Faults of the registers: running back, standing still alone, counting under substitute values, read otherwise on site."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.simulation.corrector import STATUSES, Uploads
from ccgrade_xl.meters.simulation.placing import Window, in_use


def rollback(uploads: Uploads, row: int, hours_of_use: float, rng: np.random.Generator) -> Window | None:
    """Both registers fall by so many hours' use; some return to their course after a few readings."""
    window = in_use(uploads, row, 1, rng)
    if window is None:
        return None
    at, flow = window.first, uploads.flow[row]
    fall = max(hours_of_use * float(flow[flow > 0].mean()), 5 * uploads.meters.pulse[row])
    returns = rng.random() < 0.3
    part = slice(at, at + int(rng.integers(1, 4))) if returns else slice(at, None)
    kept = uploads.factor[row, at]
    if uploads.actual[row, part].min() <= fall or uploads.standard[row, part].min() <= fall * kept:
        return None
    uploads.actual[row, part] -= fall
    uploads.standard[row, part] -= fall * kept
    uploads.present[row, at - 1 : at + 1] = True
    return window


def standard_stuck(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """The standard register stands still for so many hours while the actual one runs."""
    return _stuck(uploads, uploads.standard, row, hours, rng)


def actual_stuck(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """The actual register stands still for so many hours while the standard one runs."""
    return _stuck(uploads, uploads.actual, row, hours, rng)


def disturbed(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """The corrector counts with substitute values for so many hours; half of them say so in their status."""
    window = in_use(uploads, row, max(round(hours / uploads.grid.hours), 1), rng)
    if window is None:
        return None
    used = uploads.flow[row, window.part] * uploads.factor[row, window.part] * uploads.grid.hours
    uploads.disturbance[row, window.part] += np.cumsum(used).round(1)
    uploads.disturbance[row, window.last + 1 :] += round(float(used.sum()), 1)
    if rng.random() < 0.5:
        uploads.status[row, window.part] = STATUSES.index("替代值")
    return window


def misread(uploads: Uploads, row: int, share: float, rng: np.random.Generator) -> Window | None:
    """The last visit reads more or less than the remote register by a share of the use since the visit before."""
    visits = np.flatnonzero(np.isfinite(uploads.site[row]))
    if len(visits) < 2:
        return None
    at, before = int(visits[-1]), int(visits[-2])
    used = float(uploads.flow[row, before + 1 : at + 1].sum()) * uploads.grid.hours
    if used * share < 5:
        return None
    uploads.site[row, at] += used * share * rng.choice([-1.0, 1.0])
    uploads.present[row, [before, at]] = True
    return Window(at, at)


def _stuck(
    uploads: Uploads,
    register: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    row: int,
    hours: float,
    rng: np.random.Generator,
) -> Window | None:
    window = in_use(uploads, row, max(round(hours / uploads.grid.hours), 2), rng, share=0.25)
    if window is None:
        return None
    lost = register[row, window.last] - register[row, window.first - 1]
    if lost < 20 * uploads.meters.pulse[row] or uploads.status[row, window.part].any():
        return None
    register[row, window.part] = register[row, window.first - 1]
    register[row, window.last + 1 :] -= lost
    return window
