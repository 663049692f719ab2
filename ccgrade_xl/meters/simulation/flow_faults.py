"""Faults in what flows: nothing, too much, too little, at the wrong time, through a meter of the wrong size."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.simulation.corrector import Uploads
from ccgrade_xl.meters.simulation.fleet import Business
from ccgrade_xl.meters.simulation.placing import (
    HISTORY_DAYS,
    Window,
    active_days,
    in_use,
    intervals_of,
    pick,
    steady_days,
)

_LEAST_CHANGE_M3 = 80.0
"""Standard m³ a day by which a surge or slump must differ to matter."""


def zero_use(uploads: Uploads, row: int, operating_days: float, rng: np.random.Generator) -> Window | None:
    """No use on so many of the customer's own operating days, the valve open."""
    daily = uploads.daily(row)
    day = pick(steady_days(daily, HISTORY_DAYS, 14), rng)
    if day is None:
        return None
    last = day + int(np.flatnonzero(np.cumsum(active_days(daily)[day:]) >= round(operating_days))[0])
    return _zero(uploads, row, day, last) if last - day <= 13 else None


def stopped(uploads: Uploads, row: int, days: float, rng: np.random.Generator) -> Window | None:
    """The register stands for so many days, the valve open, while the customer's neighbours burn on."""
    day = pick(steady_days(uploads.daily(row), HISTORY_DAYS, round(days)), rng)
    return None if day is None else _zero(uploads, row, day, day + round(days) - 1)


def surge(uploads: Uploads, row: int, rise: float, rng: np.random.Generator) -> Window | None:
    """Use rises by a share of the ordinary for one to four days."""
    return _changed_days(uploads, row, 1 + rise, rng)


def slump(uploads: Uploads, row: int, fall: float, rng: np.random.Generator) -> Window | None:
    """Use falls by a share of the ordinary for one to four days."""
    return _changed_days(uploads, row, 1 - fall, rng)


def month_up(uploads: Uploads, row: int, rise: float, rng: np.random.Generator) -> Window | None:
    """Use of a calendar month is higher by a share than in the three months before."""
    return _changed_month(uploads, row, 1 + rise, rng)


def month_down(uploads: Uploads, row: int, fall: float, rng: np.random.Generator) -> Window | None:
    """Use of a calendar month is lower by a share than in the three months before."""
    return _changed_month(uploads, row, 1 - fall, rng)


def spike(uploads: Uploads, row: int, excess: float, rng: np.random.Generator) -> Window | None:
    """One interval of a day flows this much (as a share) over the day's third highest."""
    grid, qmax = uploads.grid, uploads.meters.qmax[row]
    days = len(grid.times) // grid.per_day
    # The peak joins the day, so its second highest becomes the third.
    third = np.sort(uploads.flow[row, : days * grid.per_day].reshape(days, -1), axis=1)[:, -2]
    peak = third * (1 + excess)
    day = pick(
        np.flatnonzero((peak > 0.28 * qmax) & (peak < 0.93 * qmax) & (np.arange(days) > HISTORY_DAYS)), rng
    )
    if day is None:
        return None
    at = day * grid.per_day + int(rng.integers(1, grid.per_day))
    uploads.flow[row, at], uploads.wobble[row, at] = peak[day], 1.0
    uploads.present[row, at - 1 : at + 1] = True
    return Window(at, at)


def over_range(uploads: Uploads, row: int, times_qmax: float, rng: np.random.Generator) -> Window | None:
    """Two to eight intervals flow over Qmax."""
    window = in_use(uploads, row, int(rng.integers(2, 9)), rng, share=1.0)
    return _over(uploads, row, times_qmax, window)


def far_over_range(uploads: Uploads, row: int, times_qmax: float, rng: np.random.Generator) -> Window | None:
    """One interval flows far over Qmax."""
    return _over(uploads, row, times_qmax, in_use(uploads, row, 1, rng))


def oversized(uploads: Uploads, row: int, share: float, rng: np.random.Generator) -> Window | None:
    """The meter is too large: this share of the hours with flow lies below its Qmin, all the time.

    Nothing of it is drawn; every fault takes `rng`.
    """
    flow = uploads.flow[row]
    flows = flow[flow > 0]
    if len(flows) < 30 * uploads.grid.per_day // 24:
        return None
    flow *= 0.98 * uploads.meters.qmin[row] / np.quantile(flows, share)
    np.minimum(flow, 0.95 * uploads.meters.qmax[row], out=flow)
    return Window(0, len(flow) - 1)


def leak(uploads: Uploads, row: int, days: float, rng: np.random.Generator) -> Window | None:
    """A small flow never ends for so many days where use has its pauses."""
    grid, flow = uploads.grid, uploads.flow[row]
    count = len(grid.times) // grid.per_day
    pauses = (flow[: count * grid.per_day].reshape(count, -1) == 0).any(axis=1)
    length = round(days)
    if pauses.mean() < 0.8 or uploads.meters.suspended[row] or count <= length + HISTORY_DAYS + 2:
        return None
    first = int(rng.integers(HISTORY_DAYS, count - length))
    window = intervals_of(uploads, first, first + length - 1)
    if not uploads.valve_open[row, window.part].all():
        return None
    rate = rng.uniform(0.3, 1.5) * uploads.meters.qmin[row]
    flow[window.part] += rate * np.exp(rng.normal(0, 0.03, window.last - window.first + 1))
    np.minimum(flow, 0.97 * uploads.meters.qmax[row], out=flow)
    return window


def nights(uploads: Uploads, row: int, nights_a_week: float, rng: np.random.Generator) -> Window | None:
    """Gas is used in some hours of so many nights a week, outside the declared hours, for two to four weeks."""
    grid = uploads.grid
    day = pick(steady_days(uploads.daily(row), HISTORY_DAYS, 30), rng)
    if day is None or not uploads.business_hours[row] or _open_at_night(uploads.business_hours[row]):
        return None
    weeks, flow = int(rng.integers(2, 5)), uploads.flow[row]
    lit = []
    for week in range(weeks):
        for chosen in day + 7 * week + np.sort(rng.choice(7, round(nights_a_week), replace=False)):
            until = rng.uniform(2.0, 4.5)
            lit.append(np.flatnonzero((grid.day == chosen) & (grid.hour > 0.3) & (grid.hour < until)))
    hours = np.concatenate(lit)
    rate = max(rng.uniform(0.1, 0.35) * float(flow.max()), 1.3 * uploads.meters.qmin[row])
    flow[hours] = np.maximum(flow[hours], rate)
    return Window(int(hours[0]), int(hours[-1]))


def suspended_use(
    uploads: Uploads, row: int, share_of_qmax: float, rng: np.random.Generator
) -> Window | None:
    """A suspended customer burns gas for some hours a day, on one to five days."""
    grid = uploads.grid
    room = len(grid.dates) - 9
    uploads.meters.suspended[row] = True
    uploads.flow[row] = 0
    first = 2 + int(rng.integers(0, max(room, 1)))
    days = np.arange(first, min(first + int(rng.integers(1, 6)), len(grid.dates) - 1))
    hours = np.flatnonzero(np.isin(grid.day, days) & (grid.hour > 9) & (grid.hour < 9 + rng.uniform(2, 10)))
    uploads.flow[row, hours] = share_of_qmax * uploads.meters.qmax[row]
    uploads.valve_open[row] = True
    return Window(int(hours[0]), int(hours[-1])) if len(hours) else None


def _zero(uploads: Uploads, row: int, first_day: int, last_day: int) -> Window:
    window = intervals_of(uploads, first_day, last_day)
    uploads.flow[row, window.part] = 0
    uploads.valve_open[row, window.part] = True
    return window


def _changed_days(uploads: Uploads, row: int, factor: float, rng: np.random.Generator) -> Window | None:
    grid, daily = uploads.grid, uploads.daily(row)
    length = int(rng.integers(1, 5))
    ordinary = float(np.median(daily[active_days(daily)])) if active_days(daily).any() else 0.0
    most = 0.85 * uploads.meters.qmax[row] * 24
    change = abs(factor - 1) * daily * float(uploads.factor[row].mean())
    days = steady_days(daily, HISTORY_DAYS, length + 3)
    usual = (daily[days] > 0.7 * ordinary) & (daily[days] < 1.5 * ordinary)
    day = pick(days[(change[days] > _LEAST_CHANGE_M3) & usual & (daily[days] * factor < most)], rng)
    if day is None:
        return None
    for date in range(day, day + length):
        _scale_day(uploads, row, grid.day == date, factor)
    return intervals_of(uploads, day, day + length - 1)


def _scale_day(
    uploads: Uploads, row: int, of_day: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], factor: float
) -> None:
    """Scale a day's use; what the meter cannot pass in the busy hours flows in the idle ones."""
    cap = 0.95 * uploads.meters.qmax[row]
    flow = uploads.flow[row, of_day]
    wanted = flow.sum() * factor
    flow = np.minimum(flow * factor, cap)
    short = wanted - flow.sum()
    room = np.maximum(cap - flow, 0)
    if short > 1e-9 and room.any():
        flow += room * min(short / room.sum(), 1.0)
    uploads.flow[row, of_day] = flow


def _changed_month(uploads: Uploads, row: int, wanted: float, rng: np.random.Generator) -> Window | None:
    """Bring a calendar month's use to `wanted` times the mean of the three before.

    Only months without a stop before or in them, of customers whose use does not follow the season.
    """
    grid, daily, flow = uploads.grid, uploads.daily(row), uploads.flow[row]
    if uploads.meters.business[row] == Business.HEATING:
        return None
    months = (grid.dates.astype("datetime64[M]") - grid.dates[0].astype("datetime64[M]")).astype(np.int64)
    totals = np.bincount(months, daily)
    undisturbed = np.unique(months[steady_days(daily, 92, 24)])
    month = pick(undisturbed[(undisturbed >= 4) & (undisturbed < months[-1])], rng)
    if month is None:
        return None
    factor = wanted * totals[month - 3 : month].mean() / totals[month]
    days = np.flatnonzero(months == month)
    window = intervals_of(uploads, int(days[0]), int(days[-1]))
    changed = flow[window.part] * factor
    if factor > 2.5 or changed.max() > 0.97 * uploads.meters.qmax[row]:
        return None
    flow[window.part] = changed
    return window


def _over(uploads: Uploads, row: int, times_qmax: float, window: Window | None) -> Window | None:
    if window is None:
        return None
    uploads.flow[row, window.part] = times_qmax * uploads.meters.qmax[row]
    uploads.wobble[row, window.part] = 1.0
    uploads.present[row, window.first - 1 : window.last + 1] = True
    return window


def _open_at_night(business_hours: str) -> bool:
    opens, closes = business_hours.split(" ")[1].split("-")
    return int(opens[:2]) < 5 or int(closes[:2]) >= 24
