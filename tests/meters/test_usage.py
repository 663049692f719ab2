"""Use by day, month and customer: against a second way over simulated fleets, and cases by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.fleet import fleet_of
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.registry_reading import read_registry
from ccgrade_xl.meters.simulation import FleetSpec, Simulation, simulate
from ccgrade_xl.meters.sources import open_readings
from ccgrade_xl.meters.usage import customer_daily, customer_usage, daily_usage, monthly
from ccgrade_xl.rules.dates import month_text

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # Ibis with DuckDB 2

START, DAYS = dt.date(2025, 2, 1), 150


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(scope="module")
def sound() -> Simulation:
    return simulate(FleetSpec(meters=40, faulty_share=0), seed=21, start=START, days=DAYS)


def used(engine: Engine, readings: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """The daily volumes of readings, through the same stages as everywhere."""
    source = open_readings(engine, readings)
    return daily_usage(engine, source.readings, read_registry(registry), fleet_of(source.meters, None))


def by_pandas(readings: pd.DataFrame, digits: pd.Series) -> pd.DataFrame:
    """The second way: differences at midnight, straight from the register, by interpolation in time."""
    rows = []
    for meter, part in readings.groupby("meter_id"):
        change = part["standard_m3"].diff().to_numpy()
        change = np.where(change < 0, change + 10.0 ** digits[meter], change)
        if (part["status"] == "换表").any():
            continue
        total = np.concatenate(([0.0], np.cumsum(change[1:])))
        time = part["time"].to_numpy().astype("datetime64[s]").astype(np.int64)
        midnights = np.arange(time[0] // 86400 + 1, time[-1] // 86400 + 1) * 86400
        at = np.interp(midnights, time, total)
        rows.append(pd.DataFrame({"meter_id": meter, "day": midnights[:-1] // 86400, "m3": np.diff(at)}))
    return pd.concat(rows)


def test_daily_volumes_are_the_differences_of_the_register_at_midnight(engine, sound):
    readings, registry = sound.readings.to_pandas(), sound.registry.to_pandas()
    daily = used(engine, readings, registry)
    second = by_pandas(readings, registry.set_index("meter_id")["register_digits"])
    both = second.merge(daily, on=["meter_id", "day"], how="left", suffixes=("_second", ""))
    assert len(both) > 35 * (DAYS - 2)
    assert both["m3"].to_numpy() == pytest.approx(both["m3_second"].to_numpy(), abs=0.01)


@pytest.mark.parametrize("lost_days", [2, 9])
def test_a_silence_moves_no_volume_out_of_it(engine, sound, lost_days):
    readings, registry = sound.readings.to_pandas(), sound.registry.to_pandas()
    whole = used(engine, readings, registry)
    first = pd.Timestamp("2025-05-14 09:00")
    silent = readings["time"].between(first, first + pd.Timedelta(days=lost_days))
    daily = used(engine, readings[~silent], registry)
    changed = set(readings.loc[readings["status"] == "换表", "meter_id"])
    totals = [each.groupby("meter_id")["m3"].sum() for each in (daily, whole)]
    unknown = totals[0].index.isin(changed)  # what the old register still counted before it was changed
    assert 0 < unknown.sum() <= 3
    assert totals[0][~unknown].to_numpy() == pytest.approx(totals[1][~unknown].to_numpy(), abs=0.01)
    assert totals[0][unknown].to_numpy() == pytest.approx(totals[1][unknown].to_numpy(), rel=0.005)
    last = (first + pd.Timedelta(days=lost_days) - pd.Timestamp("1970-01-01")).days
    outside = ~daily["day"].between(last - lost_days, last)
    assert set(daily.loc[outside & (daily["estimated_m3"] > 0), "meter_id"]) <= changed
    assert set(daily.loc[daily["lost_m3"] > 0, "meter_id"]) <= changed
    assert (daily.loc[~outside, "estimated_m3"] > 0).any()


def test_months_are_the_sum_of_their_days(engine, sound):
    daily = used(engine, sound.readings.to_pandas(), sound.registry.to_pandas())
    months = engine.frame(monthly(engine.put("daily", daily)))
    second = daily.groupby(["meter_id", "month"])["m3"].sum()
    assert months.set_index(["meter_id", "month"])["m3"].sort_index().to_numpy() == pytest.approx(
        second.to_numpy()
    )
    assert (months["estimated_share"].between(0, 1)).all()
    assert sorted(map(month_text, months["month"].unique())) == [
        "2025-01",
        "2025-02",
        "2025-03",
        "2025-04",
        "2025-05",
        "2025-06",
    ]


def days_of(meter: str, begin: str, end: str, m3: float, share: float = 1.0) -> pd.DataFrame:
    days = np.arange(np.datetime64(begin), np.datetime64(end))
    return pd.DataFrame(
        {
            "meter_id": meter,
            "day": days.astype(np.int64),
            "month": days.astype("datetime64[M]").astype(np.int64) + 1970 * 12,
            "m3": m3,
            "estimated_m3": 0.0,
            "lost_m3": 0.0,
            "share": share,
        }
    )


REGISTRY = pd.DataFrame({"meter_id": ["a", "b", "c"], "customer_id": ["0001", "0001", "0002"]})


@pytest.mark.parametrize(
    ("daily", "mean", "months"),
    [
        ([days_of("a", "2025-01-01", "2025-05-01", 10)], 300.0, 4),
        # a month that only began does not count
        ([days_of("a", "2025-01-01", "2025-05-11", 10)], 300.0, 4),
        # a suspended month is left out
        (
            [days_of("a", "2025-01-01", "2025-02-01", 10), days_of("a", "2025-02-01", "2025-03-01", 0)],
            310.0,
            1,
        ),
        # two meters of one customer add up
        (
            [days_of("a", "2025-01-01", "2025-02-01", 10), days_of("b", "2025-01-01", "2025-02-01", 5)],
            465.0,
            1,
        ),
        # a meter that replaces another within a month makes it whole
        (
            [days_of("a", "2025-01-01", "2025-01-11", 10), days_of("b", "2025-01-11", "2025-02-01", 10)],
            310.0,
            1,
        ),
        # the mean is over the last twelve months of use, the number over all
        (
            [days_of("a", "2024-01-01", "2024-02-01", 1000), days_of("a", "2025-01-01", "2026-01-01", 10)],
            3650 / 12,
            13,
        ),
        # nothing at all
        ([days_of("a", "2025-01-01", "2025-03-01", 0)], None, 0),
    ],
)
def test_the_two_columns_of_a_customer(daily, mean, months):
    result = customer_usage(pd.concat(daily), REGISTRY).loc["0001"]
    assert result["在用月数"] == months
    assert np.isnan(result["月均用气量"]) if mean is None else result["月均用气量"] == pytest.approx(mean)


@pytest.mark.parametrize("blank", ["", None])
def test_meters_without_a_customer_are_each_their_own(blank):
    known = pd.DataFrame({"meter_id": ["a", "x", "y"], "customer_id": ["0001", blank, blank]})
    daily = pd.concat(days_of(meter, "2025-01-01", "2025-01-03", 1) for meter in "axy")
    assert set(customer_daily(daily, known)["customer_id"]) == {"0001", "x", "y"}


def test_a_meter_in_no_registry_is_its_own_customer():
    assert set(customer_daily(days_of("x", "2025-01-01", "2025-01-03", 1), REGISTRY)["customer_id"]) == {"x"}
