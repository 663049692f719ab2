"""What meter and corrector make of the gas that flows: conditions, registers, battery, balance, upload."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from attrs import define

from ccgrade_xl.meters.simulation.demand import Demand
from ccgrade_xl.meters.simulation.fleet import Meters, Texts
from ccgrade_xl.meters.simulation.grid import Floats, Grid, Mask

BASE_PRESSURE_KPA, BASE_TEMPERATURE_K, ZERO_C = 101.325, 293.15, 273.15
_COMPRESSIBILITY = 2.0e-5
"""Zb/Z − 1 per kPa gauge: 0.2 % at 100 kPa, 1.6 % at 800 kPa (AGA8, pipeline gas)."""

STATUSES = ("正常", "换表", "磁干扰", "开盖", "替代值")
"""What the corrector reports of itself; readings hold the position."""


@define(eq=False)
class Uploads:
    """All that one batch of meters uploads, each array meter × interval. Faults change it in place.

    Until `count_registers` the flow decides; from then on the registers stand for themselves. `pressure` is as uploaded (gauge
    or absolute), `factor` standard ÷ actual as the corrector applies it, `wobble` shown ÷ mean flow, `offset` the clock's error and
    `delay` the upload's in seconds. `again` lists extra copies of readings: meter, interval, seconds by which the copy is dated later.
    """

    meters: Meters
    grid: Grid
    business_hours: Texts
    flow: Floats
    valve_open: Mask
    temperature: Floats
    pressure: Floats
    factor: Floats
    wobble: Floats
    actual: Floats
    standard: Floats
    disturbance: Floats
    battery: Floats
    signal: Floats
    status: npt.NDArray[np.int8]
    balance: Floats
    site: Floats
    present: Mask
    offset: Floats
    delay: Floats
    again: list[tuple[int, int, float]]

    def daily(self, row: int) -> Floats:
        """Return one meter's actual m³ on each date of the grid."""
        used: Floats = self.flow[row] * self.grid.hours
        return np.bincount(self.grid.day, used, minlength=len(self.grid.dates)).astype(np.float64)


def ordinary_uploads(
    meters: Meters, demand: Demand, grid: Grid, outdoor: Floats, rng: np.random.Generator
) -> Uploads:
    """Return what the meters would upload without a fault, registers not yet counted."""
    count = len(meters)
    shape = (count, len(grid.times))
    temperature = _gas_temperature(outdoor, shape, rng)
    gauge = _gauge_pressure(meters, demand.flow, rng)
    shown = np.where(meters.absolute[:, None], gauge + BASE_PRESSURE_KPA, gauge)
    return Uploads(
        meters=meters,
        grid=grid,
        business_hours=demand.business_hours,
        flow=demand.flow,
        valve_open=~demand.shut,
        temperature=temperature,
        pressure=shown.round(2),
        factor=conversion_factor(gauge + BASE_PRESSURE_KPA, temperature),
        wobble=np.exp(rng.normal(0, 0.03, shape)),
        actual=np.empty(0),
        standard=np.empty(0),
        disturbance=_each(rng.uniform(0, 40, count).round(1), shape),
        battery=_battery(meters, grid, rng),
        signal=(rng.uniform(-100, -65, count)[:, None] + rng.normal(0, 3, shape)).round(),
        status=np.zeros(shape, dtype=np.int8),
        balance=np.full(shape, np.nan),
        site=np.full(shape, np.nan),
        present=_present(grid, shape, rng),
        offset=_each(np.where(rng.random(count) < 0.2, rng.uniform(-40, 40, count).round(), 0.0), shape),
        delay=_delay(meters, grid, rng),
        again=[],
    )


def conversion_factor(absolute: Floats, temperature: Floats) -> Floats:
    """Return standard ÷ actual volume (GB/T 21391: Vb = Vm·P/Pb·Tb/T·Zb/Z) at absolute kPa and ℃."""
    ideal = absolute / BASE_PRESSURE_KPA * BASE_TEMPERATURE_K / (temperature + ZERO_C)
    return ideal * (1 + _COMPRESSIBILITY * (absolute - BASE_PRESSURE_KPA))


def count_registers(uploads: Uploads, rng: np.random.Generator) -> None:
    """Count the flow into both registers, pay for it from the balance, and change a few meters. Registers do not wrap yet."""
    meters, grid = uploads.meters, uploads.grid
    used = uploads.flow * grid.hours
    room = 10.0**meters.digits
    near_the_end = rng.random(len(meters)) < 0.06
    begin = np.where(
        near_the_end,
        room - rng.uniform(0.02, 0.5, len(meters)) * used.sum(axis=1),
        rng.uniform(0.02, 0.5, len(meters)) * room,
    )
    begin_standard = np.where(
        rng.random(len(meters)) < 0.06, room - 0.3 * (used * uploads.factor).sum(axis=1), 0.8 * begin
    )
    uploads.actual = np.maximum(begin, 0)[:, None] + np.cumsum(used, axis=1)
    used *= uploads.factor
    standard = np.cumsum(used, axis=1)
    uploads.balance = _balance(meters, standard, grid, rng)
    uploads.standard = np.maximum(begin_standard, 0)[:, None] + standard
    _change_meters(uploads, rng)
    _visit(uploads, rng)


def shown_register(register: Floats, meters: Meters) -> Floats:
    """Return a register as its digits show it: whole pulses, back to zero when full."""
    pulse, room = meters.pulse[:, None], (10.0**meters.digits)[:, None]
    shown = np.floor(register / pulse + 1e-6)
    shown *= pulse
    np.mod(shown, room, out=shown)
    return np.round(shown, 2, out=shown)


def _gas_temperature(outdoor: Floats, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Gas from buried pipe follows the air in part; the corrector resolves 0.1 ℃."""
    buried = rng.uniform(0.3, 0.8, shape[0])[:, None]
    return (buried * outdoor[None] + (1 - buried) * 13 + rng.normal(0, 0.3, shape)).round(1)


def _gauge_pressure(meters: Meters, flow: Floats, rng: np.random.Generator) -> Floats:
    """A regulator holds its set value within some percent and droops under load."""
    bias, droop = rng.normal(0, 0.015, len(meters))[:, None], rng.uniform(0, 0.08, len(meters))[:, None]
    relative = 1 + bias + rng.normal(0, 0.012, flow.shape) - droop * flow / meters.qmax[:, None]
    return (meters.pressure[:, None] * relative).round(2)


def _battery(meters: Meters, grid: Grid, rng: np.random.Generator) -> Floats:
    """Lithium cells lose some percent a year and now and then read low once; mains meters report none."""
    years = np.arange(len(grid.times)) / (grid.per_day * 365)
    charge = (
        rng.uniform(45, 100, len(meters))[:, None] - rng.uniform(6, 13, len(meters))[:, None] * years[None]
    )
    charge = np.clip(charge + rng.normal(0, 0.5, charge.shape), 28, 100)
    charge[rng.random(charge.shape) < 0.02 / grid.per_day] = 18
    charge[~meters.battery] = np.nan
    return charge.round()


def _present(grid: Grid, shape: tuple[int, int], rng: np.random.Generator) -> Mask:
    """One reading is lost on one day of twenty-five; the midnight reading closes the day before."""
    days = (len(grid.times) - 1) // grid.per_day
    lost = 1 + rng.integers(0, grid.per_day, (shape[0], days)) + np.arange(days) * grid.per_day
    present = np.ones(shape, dtype=bool)
    if grid.per_day >= 24:
        meter, day = np.nonzero(rng.random((shape[0], days)) < 0.04)
        present[meter, lost[meter, day]] = False
    return present


def _delay(meters: Meters, grid: Grid, rng: np.random.Generator) -> Floats:
    """Seconds from reading to receipt: at once, or together with the reading of the next midnight."""
    delay = rng.uniform(3, 60, (len(meters), len(grid.times)))
    until_midnight = (-np.arange(len(grid.times)) % grid.per_day) * grid.minutes * 60.0
    delay[meters.daily_upload] += until_midnight
    return delay.round()


def _balance(meters: Meters, standard: Floats, grid: Grid, rng: np.random.Generator) -> Floats:
    """A prepaid customer tops up by some weeks' use whenever the reserve, over two weeks of busy days, is reached."""
    cost = standard * meters.price[:, None]
    daily = np.diff(cost[:, :: grid.per_day], axis=1, prepend=0.0)
    busy = np.maximum(np.quantile(daily, 0.97, axis=1), 50)[:, None]
    reserve, amount = (
        busy * rng.uniform(16, 30, len(meters))[:, None],
        busy * rng.uniform(15, 40, len(meters))[:, None],
    )
    topped_up = amount * (1 + np.floor(cost / amount))
    balance: Floats = (reserve + topped_up - cost).round(2)
    balance[~meters.prepaid] = np.nan
    return balance


def _change_meters(uploads: Uploads, rng: np.random.Generator) -> None:
    """Change one meter of forty: the new one starts near zero, and the status says so."""
    length = len(uploads.grid.times)
    for row in np.flatnonzero(rng.random(len(uploads.meters)) < 0.025):
        at = int(rng.integers(length // 10, max(length * 9 // 10, 1)))
        if at < 1:
            continue
        for register in (uploads.actual, uploads.standard):
            register[row, at:] -= register[row, at] - rng.uniform(0, 3)
        uploads.status[row, at] = STATUSES.index("换表")


def _visit(uploads: Uploads, rng: np.random.Generator) -> None:
    """Read every meter on site each two to three months, to the whole m³."""
    grid = uploads.grid
    for row in range(len(uploads.meters)):
        every = int(rng.integers(60, 95)) * grid.per_day
        visits = np.arange(int(rng.integers(0, every)), len(grid.times), every)
        morning = np.minimum(visits - visits % grid.per_day + grid.per_day * 10 // 24, len(grid.times) - 1)
        uploads.site[row, morning] = uploads.actual[row, morning]


def _each(values: Floats, shape: tuple[int, int]) -> Floats:
    return np.repeat(values[:, None], shape[1], axis=1)
