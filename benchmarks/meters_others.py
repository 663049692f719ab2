"""saqc and pecos on a few meters: run by `meters_speed` with a Python that has them (their pins clash with ours).

    python benchmarks/meters_others.py saqc|pecos FOLDER METERS

Prints seconds for range, gap, constancy, spike and register checks, reading not counted.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd

NUMBERS = ["actual_m3", "standard_m3", "actual_flow", "temperature_c", "pressure_kpa"]
LIMITS = {"actual_flow": (0, 650), "temperature_c": (-20, 60), "pressure_kpa": (0, 900)}


def meters_of(folder: Path, count: int) -> list[pd.DataFrame]:
    rows = pd.read_parquet(sorted((folder / "readings").iterdir())[0], columns=["meter_id", "time", *NUMBERS])
    names = rows["meter_id"].drop_duplicates()[:count]
    frames = [rows[rows["meter_id"] == name].drop_duplicates("time").set_index("time") for name in names]
    return [frame.sort_index()[NUMBERS] for frame in frames]


def by_saqc(frame: pd.DataFrame) -> None:
    import saqc  # noqa: PLC0415

    checked = saqc.SaQC(frame)
    for name, (low, high) in LIMITS.items():
        checked = checked.flagRange(name, min=low, max=high)
    for name in ("temperature_c", "pressure_kpa"):
        checked = checked.flagConstants(name, thresh=0, window="72h")
    checked = checked.flagZScore("actual_flow", window="7D", thresh=6)
    for name in ("actual_m3", "standard_m3"):
        checked = checked.flagMissing(name).flagGeneric(name, func=lambda value: value.diff() < -1)
    assert set(checked.flags.columns) == set(frame.columns)


def by_pecos(frame: pd.DataFrame) -> None:
    import pecos  # noqa: PLC0415

    monitor = pecos.monitoring.PerformanceMonitoring()
    monitor.add_dataframe(frame)
    monitor.check_timestamp(3600)
    monitor.check_missing()
    for name, (low, high) in LIMITS.items():
        monitor.check_range([low, high], name)
    for name in ("temperature_c", "pressure_kpa"):
        monitor.check_delta([1e-9, None], window=72 * 3600, key=name)
    for name in ("actual_m3", "standard_m3"):
        monitor.check_increment([-1, None], name)


if __name__ == "__main__":
    frames = meters_of(Path(sys.argv[2]), int(sys.argv[3]))
    check = {"saqc": by_saqc, "pecos": by_pecos}[sys.argv[1]]
    begin = time.perf_counter()
    rows = 0
    for frame in frames:
        check(frame)
        rows += len(frame)
    print(rows, time.perf_counter() - begin)
