"""Who burns by the weather gives no alarm when heating ends, begins or pauses, however soon after it one looks."""

from __future__ import annotations

import datetime as dt

import pytest

from ccgrade_xl.meters import scan
from ccgrade_xl.meters.simulation import FleetSpec, simulate
from ccgrade_xl.meters.simulation.fleet import Business

START = dt.date(2025, 1, 1)


@pytest.fixture(scope="module")
def heated():
    """Sound boiler houses, schools among them, over two winters."""
    spec = FleetSpec(meters=70, shares={Business.HEATING: 1.0}, faulty_share=0.0)
    return simulate(spec, seed=1, start=START, days=460)


def codes(made, year: int, month: int, day: int) -> set[str]:
    """Return which alarms of use there are on a day, of the days after the first winter."""
    events = scan(made.readings, made.registry.to_pandas(), as_of=dt.datetime(year, month, day, 8))
    late = events[events.first_time > "2025-12-20"]
    return set(late.code) & {"突增/突降", "月环比异常"}


@pytest.mark.parametrize("day", [16, 21])
def test_the_end_of_heating_is_no_fall_before_the_days_after_it_have_come(heated, day):
    assert "突增/突降" not in codes(heated, 2026, 3, day)


@pytest.mark.parametrize(("month", "day"), [(1, 25), (4, 4)])
def test_a_vacation_that_moves_and_another_end_of_heating_are_no_change_of_a_month(heated, month, day):
    assert "月环比异常" not in codes(heated, 2026, month, day)


@pytest.fixture(scope="module")
def first_year():
    """Sound boiler houses whose readings begin in the last weeks of a winter."""
    spec = FleetSpec(meters=70, shares={Business.HEATING: 1.0}, faulty_share=0.0)
    return simulate(spec, seed=11, start=dt.date(2025, 3, 1), days=300)


@pytest.mark.parametrize("day", [6, 13])
def test_the_first_cold_days_on_record_are_hardly_ever_a_rise(first_year, day):
    """What they ask for is told from the days that were heated, not from a whole warm year."""
    events = scan(first_year.readings, first_year.registry.to_pandas(), as_of=dt.datetime(2025, 12, day, 8))
    rises = events[(events.code == "突增/突降") & (events.last_time >= "2025-11-20")]
    assert rises.meter_id.nunique() <= 8
