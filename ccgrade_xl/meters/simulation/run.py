"""Simulate a fleet batch by batch: draw, strike with faults, count, upload."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from ccgrade_xl.errors import FileFault, OutOfRange
from ccgrade_xl.meters.simulation.corrector import Uploads, count_registers, ordinary_uploads
from ccgrade_xl.meters.simulation.demand import draw_demand
from ccgrade_xl.meters.simulation.faults import FAULTS, Fault, Stage
from ccgrade_xl.meters.simulation.fleet import FleetSpec, draw_meters
from ccgrade_xl.meters.simulation.grid import Floats, Grid, make_grid
from ccgrade_xl.meters.simulation.tables import (
    REGISTRY_SCHEMA,
    TRUTH_SCHEMA,
    Truth,
    readings_table,
    registry_table,
    truth_table,
    weather_table,
)
from ccgrade_xl.meters.simulation.weather import outdoor_temperature

_BATCH_CELLS = 500_000
"""Meters × intervals of one batch: bounds the memory at some 300 MB."""

READINGS, REGISTRY, TRUTH, WEATHER = "readings", "registry.parquet", "truth.parquet", "weather.parquet"
"""What stands in a folder that a simulation was written to; the first is a folder of Parquet parts."""


@frozen(eq=False)
class Simulation:
    """Simulated meters: `readings` and `registry` as declared, `truth` one row a fault (code, variant, first and last time, size, unit),
    `weather` the outdoor temperature in ℃ by reading time.
    """

    readings: pa.Table
    registry: pa.Table
    truth: pa.Table
    weather: pa.Table


def simulate(
    spec: FleetSpec, *, seed: int, start: dt.date, days: int, interval_minutes: int = 60
) -> Simulation:
    """Simulate a fleet in memory.

    Args:
        spec: the fleet and its faults.
        seed: the same seed gives the same bytes.
        start: the first day; readings begin at its 00:00 (local time).
        days: how many days.
        interval_minutes: time between readings; at most an hour, and whole in a day.

    Returns:
        Readings, registry, truth and weather.

    Raises:
        OutOfRange: days or interval cannot be simulated, or a fault named in the spec does not exist.
    """
    parts = list(simulate_batches(spec, seed=seed, start=start, days=days, interval_minutes=interval_minutes))
    return Simulation(
        pa.concat_tables([part.readings for part in parts]),
        pa.concat_tables([part.registry for part in parts]),
        pa.concat_tables([part.truth for part in parts]),
        parts[0].weather,
    )


def simulate_batches(
    spec: FleetSpec, *, seed: int, start: dt.date, days: int, interval_minutes: int = 60
) -> Iterator[Simulation]:
    """Simulate a fleet in batches of meters, each whole in itself; see `simulate`."""
    if interval_minutes > 60:
        raise OutOfRange(f"模拟的间隔应不超过 60 分钟，现在是 {interval_minutes} 分钟。")
    faults = _chosen(spec)
    grid = make_grid(start, days, interval_minutes)
    outdoor = outdoor_temperature(grid, spec.climate, np.random.default_rng([seed, 0]))
    return _batches(spec, faults, grid, outdoor, seed)


def _batches(
    spec: FleetSpec, faults: tuple[Fault, ...], grid: Grid, outdoor: Floats, seed: int
) -> Iterator[Simulation]:
    made: Counter[str] = Counter()
    size = max(1, _BATCH_CELLS // len(grid.times))
    for number, first in enumerate(range(0, spec.meters, size)):
        rng = np.random.default_rng([seed, 1, number])
        yield _batch(spec, faults, grid, outdoor, first, min(size, spec.meters - first), made, rng)


def write_simulation(
    folder: Path,
    spec: FleetSpec,
    *,
    seed: int,
    start: dt.date,
    days: int,
    interval_minutes: int = 60,
    status: Callable[[str, float], None] | None = None,
) -> int:
    """Write a simulated fleet into a new or empty folder as Parquet, batch by batch; return the number of readings.

    Raises `FileFault` where the folder is not empty or cannot be written, `OutOfRange` as `simulate` does.
    """
    batches = simulate_batches(spec, seed=seed, start=start, days=days, interval_minutes=interval_minutes)
    try:
        (folder / READINGS).mkdir(parents=True, exist_ok=True)
        if any((folder / READINGS).iterdir()):
            raise FileFault(f"文件夹 {folder} 里已经有读数，请换一个空文件夹。")
        rows = meters = 0
        with (
            pq.ParquetWriter(folder / REGISTRY, REGISTRY_SCHEMA) as registry,
            pq.ParquetWriter(folder / TRUTH, TRUTH_SCHEMA) as truth,
        ):
            for number, part in enumerate(batches):
                pq.write_table(
                    part.readings, folder / READINGS / f"part-{number:05}.parquet", compression="zstd"
                )
                registry.write_table(part.registry)
                truth.write_table(part.truth)
                if not number:
                    pq.write_table(part.weather, folder / WEATHER)
                rows, meters = rows + len(part.readings), meters + len(part.registry)
                if status is not None:
                    status(f"已模拟 {meters} 块表", meters / spec.meters)
    except OSError as fault:
        raise FileFault(
            f"写不进文件夹 {folder}：{fault.strerror or fault}。请检查权限和磁盘空间。"
        ) from fault
    return rows


def _batch(
    spec: FleetSpec,
    faults: tuple[Fault, ...],
    grid: Grid,
    outdoor: Floats,
    first: int,
    count: int,
    made: Counter[str],
    rng: np.random.Generator,
) -> Simulation:
    meters = draw_meters(spec, first, count, rng)
    uploads = ordinary_uploads(meters, draw_demand(meters, grid, outdoor, rng), grid, outdoor, rng)
    faulty = np.flatnonzero(rng.random(count) < spec.faulty_share) if faults else np.array([], dtype=np.int64)
    truths: list[Truth] = []
    # A share of the faulty meters is kept for the faults that strike after counting, by how many faults do.
    late = [fault for fault in faults if fault.stage == "register"]
    waiting = rng.random(len(faulty)) < len(late) / max(len(faults), 1)
    stages: tuple[tuple[Stage, list[int]], ...] = (
        ("flow", faulty[~waiting].tolist()),
        ("register", faulty[waiting].tolist()),
    )
    missed: list[int] = []
    for stage, rows in stages:
        if stage == "register":
            count_registers(uploads, rng)
        candidates = [fault for fault in faults if fault.stage == stage]
        for row in rows + (missed if stage == "register" else []):
            struck = _strike(spec, candidates, uploads, row, made, rng)
            if struck is not None:
                truths.append(struck)
            elif stage == "flow":
                missed.append(row)
    return Simulation(
        readings_table(uploads),
        registry_table(uploads),
        truth_table(uploads, truths),
        weather_table(grid, outdoor),
    )


def _strike(
    spec: FleetSpec,
    faults: list[Fault],
    uploads: Uploads,
    row: int,
    made: Counter[str],
    rng: np.random.Generator,
) -> Truth | None:
    """Strike one meter with the fault that was made least often so far, or the next that can show itself there."""
    for fault in sorted(rng.permutation(np.array(faults, dtype=object)), key=lambda fault: made[fault.key]):
        low, high = spec.sizes.get(fault.key, fault.shifted if spec.shifted else fault.usual)
        size = float(rng.uniform(low, high))
        window = fault.strike(uploads, row, size, rng)
        if window is not None:
            made[fault.key] += 1
            return Truth(row, fault.code, fault.variant, window, round(size, 4), fault.unit)
    return None


def _chosen(spec: FleetSpec) -> tuple[Fault, ...]:
    keys = {fault.key for fault in FAULTS}
    unknown = sorted(set(spec.sizes) - keys) + sorted(set(spec.codes) - {fault.code for fault in FAULTS})
    if unknown:
        raise OutOfRange(f"没有这些故障：{'、'.join(unknown)}。可用的有：{'、'.join(sorted(keys))}。")
    return tuple(fault for fault in FAULTS if not spec.codes or fault.code in spec.codes)
