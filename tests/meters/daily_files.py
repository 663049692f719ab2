"""A folder of readings that grows by the day, as a platform writes it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ccgrade_xl.meters.simulation import Simulation

START = dt.date(2025, 1, 1)


def lay(folder: Path, made: Simulation, first: int, last: int, days: int = 127) -> None:
    """Write the readings from one day up to another as a file a week; those from the future come on the last of all `days`."""
    folder.mkdir(exist_ok=True)
    readings = made.readings.to_pandas()
    latest = pd.Timestamp(START) + pd.Timedelta(days=days - 1)
    day = (readings.time.clip(upper=latest) - pd.Timestamp(START)).dt.days
    for week in range(first, last, 7):
        until = min(week + 7, last)
        part = readings[(day >= week) & (day < until)]
        table = pa.Table.from_pandas(part, preserve_index=False, schema=made.readings.schema)
        pq.write_table(table, folder / f"{week:03}-{until:03}.parquet")


def now(day: int) -> dt.datetime:
    """Return the begin of a day."""
    return dt.datetime.combine(START, dt.time()) + dt.timedelta(days=day)


def blind(folder: Path) -> None:
    """Make every file unreadable without changing its size or time: whoever opens one fails."""
    for file in folder.iterdir():
        state = file.stat()
        file.write_bytes(b"\0" * state.st_size)
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
