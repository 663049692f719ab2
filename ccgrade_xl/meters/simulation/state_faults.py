"""Faults of the corrector's own state: valve, sensors, conversion, battery, tampering, and the prepaid account."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.simulation.corrector import (
    BASE_PRESSURE_KPA,
    STATUSES,
    Uploads,
    conversion_factor,
)
from ccgrade_xl.meters.simulation.placing import Window, anywhere, in_use

_WEEK = 7


def closed_valve(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """The valve is reported closed for so many hours while gas flows."""
    window = in_use(uploads, row, max(round(hours / uploads.grid.hours), 2), rng)
    if window is not None:
        uploads.valve_open[row, window.part] = False
    return window


def temperature_out(uploads: Uploads, row: int, beyond: float, rng: np.random.Generator) -> Window | None:
    """The temperature reads so many ℃ beyond −20 or 60 for some hours."""
    window = in_use(uploads, row, int(rng.integers(3, 49)), rng)
    if window is not None:
        value = 60 + beyond if rng.random() < 0.5 else -20 - beyond
        wobble = rng.uniform(0, 0.5, window.last - window.first + 1)
        uploads.temperature[row, window.part] = (value + np.copysign(wobble, value)).round(1)
        _convert_again(uploads, row, window)
    return window


def temperature_frozen(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """The temperature stands still for so many hours with flow among them."""
    window = in_use(uploads, row, round(hours / uploads.grid.hours), rng, share=0.25)
    if window is not None:
        uploads.temperature[row, window.part] = uploads.temperature[row, window.first]
        _convert_again(uploads, row, window)
    return window


def pressure_out(uploads: Uploads, row: int, share: float, rng: np.random.Generator) -> Window | None:
    """The pressure reads off its set value by a share for some hours."""
    window = in_use(uploads, row, int(rng.integers(4, 73)), rng)
    if window is None:
        return None
    absolute = uploads.meters.absolute[row]
    ordinary = uploads.meters.pressure[row] + (BASE_PRESSURE_KPA if absolute else 0)
    low = ordinary * (1 - share)
    high = rng.random() < 0.5 or (absolute and low < BASE_PRESSURE_KPA + 1)
    noise = 1 + rng.normal(0, 0.005, window.last - window.first + 1)
    uploads.pressure[row, window.part] = (ordinary * (1 + share if high else 1 - share) * noise).round(2)
    _convert_again(uploads, row, window)
    return window


def pressure_frozen(uploads: Uploads, row: int, hours: float, rng: np.random.Generator) -> Window | None:
    """The pressure stands still for so many hours with flow among them."""
    window = in_use(uploads, row, round(hours / uploads.grid.hours), rng, share=0.25)
    if window is not None:
        uploads.pressure[row, window.part] = uploads.pressure[row, window.first]
        _convert_again(uploads, row, window)
    return window


def wrong_factor(uploads: Uploads, row: int, share: float, rng: np.random.Generator) -> Window | None:
    """The corrector converts with a factor off by a share for one to eight weeks."""
    window = in_use(uploads, row, int(rng.integers(7, 57)) * uploads.grid.per_day, rng, share=0.25)
    if window is not None:
        uploads.factor[row, window.part] *= 1 + share * rng.choice([-1.0, 1.0])
    return window


def low_battery(uploads: Uploads, row: int, level: float, rng: np.random.Generator) -> Window | None:
    """The battery runs down to this level within two months and is not changed."""
    length, per_day = len(uploads.grid.times), uploads.grid.per_day
    if length < 30 * per_day:
        return None
    begin = int(rng.integers(0, length - 20 * per_day))
    fall = np.clip((np.arange(length) - begin) / (rng.integers(20, 60) * per_day), 0, 1)
    start = float(rng.uniform(40, 90))
    charge = (start - (start - level) * fall).round()
    low = np.flatnonzero(charge <= 20)
    if len(low) < 3 * per_day:
        return None
    uploads.battery[row] = charge
    return Window(int(low[0]), length - 1)


def magnet(uploads: Uploads, row: int, count: float, rng: np.random.Generator) -> Window | None:
    """So many readings report a magnetic field."""
    return _status(uploads, row, "磁干扰", round(count), rng)


def cover(uploads: Uploads, row: int, count: float, rng: np.random.Generator) -> Window | None:
    """So many readings report an opened cover."""
    return _status(uploads, row, "开盖", round(count), rng)


def late_payment(uploads: Uploads, row: int, days_left: float, rng: np.random.Generator) -> Window | None:
    """One top-up comes only when the balance lasts no longer than so many days; the window is the time under seven."""
    balance, per_day = uploads.balance[row], uploads.grid.per_day
    if not uploads.meters.prepaid[row]:
        return None
    spent = -np.diff(balance, prepend=balance[0])
    paid_at = np.flatnonzero(spent < -1)
    paid_at = paid_at[paid_at > 15 * per_day]
    spent[spent < -1] = 0
    if not len(paid_at):
        return None
    at = int(rng.choice(paid_at))
    amount = float(balance[at] - balance[at - 1])
    cost = np.cumsum(spent)
    recent = (cost[at:] - cost[at - _WEEK * per_day : len(cost) - _WEEK * per_day]) / _WEEK
    left = (balance[at:] - amount) / np.maximum(recent, 1e-9)
    below = np.flatnonzero((left < days_left) & (recent > 0))
    if not len(below):
        return None
    until = int(below[0])
    under = np.flatnonzero(left[: until + 1] < _WEEK)
    balance[at : at + until + 1] -= round(amount, 2)
    balance[:] = balance.round(2)
    return Window(at + int(under[0]), at + until)


def _status(uploads: Uploads, row: int, text: str, count: int, rng: np.random.Generator) -> Window | None:
    window = anywhere(uploads, count, rng)
    if window is not None:
        uploads.status[row, window.part] = STATUSES.index(text)
        uploads.present[row, window.part] = True
    return window


def _convert_again(uploads: Uploads, row: int, window: Window) -> None:
    """Let the corrector convert with what its sensors now read."""
    shown = uploads.pressure[row, window.part]
    absolute = shown if uploads.meters.absolute[row] else shown + BASE_PRESSURE_KPA
    uploads.factor[row, window.part] = conversion_factor(absolute, uploads.temperature[row, window.part])
