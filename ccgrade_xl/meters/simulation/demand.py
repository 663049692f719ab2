"""How much gas do customers burn, hour by hour? One function a business; all are the ordinary course of things."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.simulation.fleet import Business, Meters, Texts
from ccgrade_xl.meters.simulation.grid import Floats, Grid, Mask
from ccgrade_xl.meters.simulation.rhythm import (
    ShiftHours,
    holiday_factor,
    level,
    lulls,
    maintenance,
    shift_hours,
    spring_closure,
    steps,
    workdays,
)


@frozen(eq=False)
class Demand:
    """What a batch of customers burns: `flow` actual m³/h (meter × interval), whether the customer shut the valve, declared hours."""

    flow: Floats
    shut: Mask
    business_hours: Texts


@frozen(eq=False)
class Course:
    """The load of some meters as a share of their peak (meter × interval), the days they shut the valve, declared hours."""

    load: Floats
    shut_days: Mask
    hours: list[str]


def draw_demand(meters: Meters, grid: Grid, outdoor: Floats, rng: np.random.Generator) -> Demand:
    """Draw the use of each meter over the grid; `outdoor` is the temperature in ℃ of each interval."""
    count, length = len(meters), len(grid.times)
    flow = np.zeros((count, length))
    shut = np.zeros((count, length), dtype=bool)
    hours = np.full(count, "", dtype=object)
    for business in Business:
        rows = np.flatnonzero(meters.business == business)
        if not len(rows):
            continue
        course = _COURSES[business](len(rows), grid, outdoor, rng)
        flow[rows] = course.load * (meters.peak[rows] * meters.qmax[rows])[:, None]
        shut[rows] = course.shut_days[:, grid.day]
        hours[rows] = course.hours
    flow *= np.exp(rng.normal(0, 0.07, flow.shape))
    flow[meters.suspended] = 0
    _keep_in_range(flow, meters, rng)
    return Demand(flow, shut, hours)


def _keep_in_range(flow: Floats, meters: Meters, rng: np.random.Generator) -> None:
    """Keep flows below Qmax, and all but a few above Qmin: burners cycle rather than turn down further."""
    qmin, qmax = meters.qmin[:, None], meters.qmax[:, None]
    np.minimum(flow, 0.97 * qmax, out=flow)
    low = (flow < 1.1 * qmin) & (flow > 0)
    stays = rng.random(flow.shape) < 0.05
    np.copyto(flow, np.where(flow < 0.5 * qmin, 0.0, 1.1 * qmin), where=low & ~stays)


def _shift_course(count: int, grid: Grid, outdoor: Floats, rng: np.random.Generator) -> Course:
    """Works of one to three shifts: closed on rest days and holidays, long and ragged at the lunar new year.

    `outdoor` does not move them; every course takes it.
    """
    open_days, hours = workdays(count, grid, rng), shift_hours(count, grid, rng)
    shut_days = maintenance(count, grid, rng, share=0.4, months=(7, 8), length=(5, 11))
    daily = open_days * spring_closure(count, grid, rng, share=1.0, before=(2, 9), after=(6, 16))
    daily *= (
        lulls(count, grid, rng, 0.01) * level(count, grid, rng, 0.08) * steps(count, grid, rng, 0.3, 0.25)
    )
    daily[shut_days] = 0
    load = daily[:, grid.day] * hours.shape(grid)
    holds = rng.random(count) < 0.12
    warm = np.where(daily > 0, 0.16, 0.0)[:, grid.day]
    load[holds] = np.maximum(load[holds], warm[holds])
    declared = ["" if hold else text for hold, text in zip(holds, _declared(hours), strict=True)]
    return Course(load, shut_days, declared)


def _declared(hours: ShiftHours) -> list[str]:
    """Return the declared business hours with an hour to spare; three shifts declare none."""
    texts = []
    for first, last in zip(np.floor(hours.opens) - 1, np.ceil(hours.latest) + 1, strict=True):
        texts.append("" if last - first >= 22 else f"1-7 {int(first):02}:00-{min(int(last), 24):02}:00")
    return texts


def _continuous_course(count: int, grid: Grid, outdoor: Floats, rng: np.random.Generator) -> Course:
    """Furnaces and process steam: day and night, changed orders, a yearly stop, fewer lines at the lunar new year."""
    shut_days = maintenance(count, grid, rng, share=0.6, months=(4, 5, 6, 9, 10), length=(4, 9))
    closes = rng.random(count) < 0.25
    spring = spring_closure(count, grid, rng, share=1.0, before=(1, 4), after=(4, 8))
    daily = np.where(closes[:, None], spring, np.maximum(spring, 0.6))
    rest = rng.uniform(0.9, 1.0, count)[:, None]
    daily = daily * np.where(grid.kinds[None] > 0, rest, 1.0)
    daily = daily * level(count, grid, rng, 0.05) * steps(count, grid, rng, 0.6, 0.28) * 0.75
    daily[shut_days] = 0
    night = rng.uniform(0.9, 1.0, count)[:, None]
    at_night = (grid.hour < 7) | (grid.hour > 21)
    load = daily[:, grid.day] * np.where(at_night[None], night, 1.0)
    load *= 1 - 0.004 * (outdoor - 13)[None]
    return Course(load, shut_days, [""] * count)


def _heating_course(count: int, grid: Grid, outdoor: Floats, rng: np.random.Generator) -> Course:
    """Boiler houses: degree hours within the heating season, set back at night, some with hot water in summer."""
    inertia = max(1, round(6 / grid.hours))
    felt = np.convolve(np.pad(outdoor, (inertia - 1, 0), mode="edge"), np.ones(inertia) / inertia, "valid")
    base, design = rng.uniform(16, 19, count)[:, None], -12.0
    load = np.clip((base - felt[None]) / (base - design), 0, 1.15)
    begins, ends = rng.integers(302, 326, count)[:, None], rng.integers(68, 92, count)[:, None]
    season = (grid.year_day[None] >= begins) | (grid.year_day[None] <= ends)
    daily = season * level(count, grid, rng, 0.03)
    setback, day_off = rng.uniform(0.45, 1.0, count)[:, None], rng.uniform(0.55, 1.0, count)[:, None]
    daily = daily * np.where(grid.kinds[None] > 0, day_off, 1.0)
    school = rng.random(count) < 0.25
    vacation = (grid.lunar >= -20) & (grid.lunar <= 18)
    daily[school] *= np.where(vacation, 0.35, 1.0)
    at_night = (grid.hour < 6) | (grid.hour > 20)
    load *= daily[:, grid.day] * np.where(at_night[None], setback, 1.0)
    washing = ((grid.hour > 5) & (grid.hour < 8)) | ((grid.hour > 17) & (grid.hour < 21))
    hot_water = rng.random(count) < 0.4
    load[hot_water] = np.maximum(load[hot_water], np.where(washing, 0.16, 0.0)[None])
    shut_days = ~season & ~hot_water[:, None] & (rng.random(count) < 0.5)[:, None]
    return Course(load, shut_days, [""] * count)


def _catering_course(count: int, grid: Grid, outdoor: Floats, rng: np.random.Generator) -> Course:
    """Restaurants and canteens: two meals, livelier at weekends, some closed on Mondays and at the lunar new year."""
    lunch, dinner = rng.uniform(11.5, 12.5, count)[:, None], rng.uniform(17.8, 19, count)[:, None]
    meals = rng.uniform(0.5, 0.9, count)[:, None] * np.exp(-(((grid.hour - lunch) / 1.2) ** 2))
    meals += np.exp(-(((grid.hour - dinner) / 1.5) ** 2))
    opens, closes = rng.integers(7, 10, count)[:, None], rng.integers(21, 23, count)[:, None]
    meals *= (grid.hour > opens) & (grid.hour < closes)
    weekend, feast = rng.uniform(1.05, 1.4, count)[:, None], rng.uniform(0.7, 1.5, count)[:, None]
    daily = holiday_factor(grid, weekend, feast)
    daily = daily * np.where((rng.random(count) < 0.1)[:, None] & (grid.weekday == 0)[None], 0.0, 1.0)
    daily *= spring_closure(count, grid, rng, share=0.65, before=(1, 3), after=(2, 7))
    daily *= level(count, grid, rng, 0.09) * steps(count, grid, rng, 0.2, 0.2) * 0.7
    load = daily[:, grid.day] * meals * (1 - 0.006 * (outdoor - 13)[None])
    hours = [
        f"1-7 {int(a) - 1:02}:00-{int(b) + 1:02}:00" for a, b in zip(opens[:, 0], closes[:, 0], strict=True)
    ]
    return Course(load, np.zeros_like(daily, dtype=bool), hours)


_COURSES = {
    Business.SHIFT: _shift_course,
    Business.CONTINUOUS: _continuous_course,
    Business.HEATING: _heating_course,
    Business.CATERING: _catering_course,
}
