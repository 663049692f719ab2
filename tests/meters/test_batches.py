"""Which readings a batch is judged by."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest
from attrs import evolve

from ccgrade_xl.meters import batches, scan
from ccgrade_xl.meters.batches import gathered
from ccgrade_xl.meters.engine import tables_of
from ccgrade_xl.meters.fleet import fleet_of
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.sources import open_readings
from tests.meters.series import fleet as fleet_of_works
from tests.meters.series import registry, works

METERS = [f"表{number:04}" for number in range(300)]
READINGS = pd.DataFrame(
    {
        "meter_id": [meter for meter in METERS for _ in range(2)],
        "time": [*pd.to_datetime(["2025-03-02", "2025-03-01"])] * len(METERS),
        "actual_m3": [float(number) for number in range(2 * len(METERS))],
    }
)


@pytest.mark.parametrize(
    "apart", [METERS[:1], METERS[-2:], METERS[5:90:7], METERS[::3], METERS[::2], METERS[1:], METERS]
)
def test_gathered_are_all_readings_of_the_meters_apart_and_no_others_by_time(apart, tmp_path):
    READINGS.to_parquet(tmp_path / "readings.parquet", row_group_size=50)
    with open_engine() as engine:
        source = open_readings(engine, tmp_path / "readings.parquet")
        fleet = evolve(fleet_of(source.meters, None), apart=frozenset(apart))
        rows = engine.frame(gathered(engine, source.readings, fleet))
    own = READINGS[READINGS.meter_id.isin(apart)].sort_values(["meter_id", "time"])
    assert list(zip(rows.meter_id, rows.actual_m3, strict=True)) == list(
        zip(own.meter_id, own.actual_m3, strict=True)
    )


def test_a_batch_leaves_none_of_its_large_tables_in_memory(monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    connection, held = ibis.duckdb.connect(), []
    scan(
        fleet_of_works({f"{number}": works(days=10) for number in range(4)}),
        registry({"1": {}}),
        engine=connection,
        progress=lambda _done, _all: held.append(
            {name.removeprefix("ccgrade_") for name in tables_of(connection)}
        ),
    )
    stages = [
        "days",
        "close",
        "doubtful",
        "again",
        "moves",
        "habits",
        "rhythm",
        "course",
        "facts",
        "close_facts",
    ]
    assert len(held) == 2
    assert not any(tables & set(stages) for tables in held)
    assert {"dates", "meters", "found"} <= held[0]
