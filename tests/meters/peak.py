"""What a job takes of memory: run in a process of its own, by `python -m tests.meters.peak scan|run READINGS STATE`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tests.meters.series import START


def one_day(meters: int, file: Path, hours: int = 4) -> Path:
    """Write one day of readings of many meters; one of them runs backwards."""
    ids = np.char.add("M", np.char.zfill(np.arange(meters).astype(str), 6))
    times = np.datetime64(START) + np.arange(hours).astype("timedelta64[h]")
    frame = pd.DataFrame(
        {
            "meter_id": np.repeat(ids, hours),
            "time": np.tile(times, meters),
            "actual_m3": np.tile(1000.0 + np.arange(hours), meters),
        }
    )
    frame.loc[frame.meter_id.eq("M000077") & frame.actual_m3.eq(999.0 + hours), "actual_m3"] = 900.0
    frame.to_parquet(file, index=False)
    return file


def measured(job: str, readings: Path, home: Path) -> dict:
    """Run a job over readings in a process of its own, and return what it found and its peak in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.meters.peak", job, readings],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "CCGRADE_HOME": str(home)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _main(job: str, readings: str) -> None:
    if job == "scan":
        from ccgrade_xl.meters import scan

        events = scan(readings, None)
        found, meters = list(events.meter_id + events.code), events.attrs["report"].meters
    else:
        from ccgrade_xl.meters.job import run

        kept = run(readings, None)
        found = [each.meter_id + each.code for each in kept.all_alarms()]
        meters = len(
            [meter for meter in kept.meters() if sum(month.m3 for month in kept.usage_months(meter)) > 0]
        )
    print(json.dumps({"found": found, "meters": meters, "peak": _peak()}))


def _peak() -> float:
    """Return the most memory this program has had, in MB; `getrusage` would count the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    _main(*sys.argv[1:])
