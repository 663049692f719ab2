"""A simulation is the same for the same seed, has the declared columns, and writes what it makes."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ccgrade_xl.errors import FileFault, OutOfRange
from ccgrade_xl.meters.readings import READING_COLUMNS
from ccgrade_xl.meters.registry import REGISTRY_COLUMNS
from ccgrade_xl.meters.simulation import FleetSpec, simulate, simulate_batches, write_simulation
from ccgrade_xl.meters.simulation.fleet import Business

START = dt.date(2025, 1, 1)


def test_the_same_seed_gives_the_same_fleet_and_another_seed_another():
    spec = FleetSpec(meters=12, faulty_share=0.5)
    first, again, other = (simulate(spec, seed=seed, start=START, days=20) for seed in (4, 4, 5))
    assert first.readings.equals(again.readings)
    assert first.truth.equals(again.truth)
    assert not first.readings.equals(other.readings)


def test_the_tables_have_the_declared_columns():
    made = simulate(FleetSpec(meters=3), seed=1, start=START, days=3)
    assert made.readings.column_names == [column.name for column in READING_COLUMNS]
    assert made.registry.column_names == [column.name for column in REGISTRY_COLUMNS]
    assert made.readings.schema.field("time").type == pa.timestamp("us")
    assert len(made.registry) == 3


@pytest.mark.parametrize(("interval", "a_day"), [(60, 24), (30, 48), (15, 96)])
def test_readings_come_at_the_interval(interval, a_day):
    made = simulate(
        FleetSpec(meters=1, faulty_share=0), seed=1, start=START, days=2, interval_minutes=interval
    )
    assert 2 * a_day - 2 <= len(made.readings) <= 2 * a_day


def test_batches_are_the_whole_fleet_once():
    spec = FleetSpec(meters=150, faulty_share=0.1)
    parts = list(simulate_batches(spec, seed=2, start=START, days=365))
    meters = [meter for part in parts for meter in part.registry["meter_id"].to_pylist()]
    assert len(parts) > 1
    assert len(set(meters)) == len(meters) == 150


def test_what_is_written_is_what_is_simulated(tmp_path):
    spec, arguments = FleetSpec(meters=70), {"seed": 6, "start": START, "days": 366}
    said: list[float] = []
    rows = write_simulation(tmp_path / "sim", spec, status=lambda _, share: said.append(share), **arguments)
    made = simulate(spec, **arguments)
    assert rows == len(made.readings)
    assert pq.read_table(tmp_path / "sim" / "readings").equals(made.readings)
    assert pq.read_table(tmp_path / "sim" / "truth.parquet").equals(made.truth)
    assert pq.read_table(tmp_path / "sim" / "registry.parquet").equals(made.registry)
    assert said[-1] == 1
    with pytest.raises(FileFault, match="换一个空文件夹"):
        write_simulation(tmp_path / "sim", spec, **arguments)


@pytest.mark.parametrize(
    "change",
    [
        {"days": 0},
        {"days": 4000},
        {"interval_minutes": 7},
        {"interval_minutes": 120},
        {"spec": FleetSpec(codes=("没有的",))},
        {"spec": FleetSpec(sizes={"没有的": (1, 2)})},
    ],
)
def test_what_cannot_be_simulated_is_refused(change):
    arguments = {"spec": FleetSpec(meters=1), "seed": 1, "start": START, "days": 2} | change
    with pytest.raises(OutOfRange):
        simulate(arguments.pop("spec"), **arguments)


@pytest.mark.parametrize("change", [{"meters": 0}, {"faulty_share": 1.5}, {"shares": {Business.SHIFT: 0.0}}])
def test_a_fleet_that_makes_no_sense_is_refused(change):
    with pytest.raises(OutOfRange, match="模拟"):
        FleetSpec(**change)


def test_businesses_keep_their_rhythm():
    """Works rest at the lunar new year, boiler houses in summer, restaurants at night; furnaces never for long."""
    idle = {}
    for business in Business:
        spec = FleetSpec(meters=15, faulty_share=0, shares={business: 1})
        rows = simulate(spec, seed=9, start=START, days=365).readings.to_pandas()
        time, flows = rows["time"], rows["actual_flow"] > 0
        suspended = rows.groupby("meter_id")["actual_flow"].transform("max") == 0
        idle[business] = {
            "new year": 1 - flows[~suspended & time.between("2025-01-29", "2025-02-02")].mean(),
            "july": 1 - flows[~suspended & (time.dt.month == 7)].mean(),
            "night": 1 - flows[~suspended & time.dt.hour.isin([2, 3, 4])].mean(),
            "all": 1 - flows[~suspended].mean(),
        }
    assert idle[Business.SHIFT]["new year"] > 0.8
    assert idle[Business.HEATING]["july"] > 0.7
    assert idle[Business.CATERING]["night"] == 1
    assert idle[Business.CONTINUOUS]["all"] < 0.05
    assert np.argmax([idle[business]["july"] for business in Business]) == Business.HEATING
