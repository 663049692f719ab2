"""The simulated fleet's readings as a platform writes them whose headers nobody can guess: a CSV a day, litres and MPa."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

NAMES = {
    "meter_id": "编码甲",
    "time": "何时",
    "actual_m3": "读数1",
    "standard_m3": "读数2",
    "pressure_kpa": "P",
}
TOLD = {"编码甲": ("表号", None), "何时": ("时间", None), "读数1": ("工况累计", "L"), "读数2": ("标况累计", None), "P": ("压力", "MPa")}  # fmt: skip
"""What each means: 对应列 and 单位."""


def odd_readings(fleet: Path, folder: Path, days: int = 60) -> Path:
    """Write the first days of a simulated fleet's readings, a file a day."""
    folder.mkdir(parents=True)
    frame = pd.read_parquet(fleet / "readings").assign(
        actual_m3=lambda f: f.actual_m3 * 1000, pressure_kpa=lambda f: f.pressure_kpa / 1000
    )
    first = frame.time.dt.normalize().min()
    frame = frame[frame.time < first + pd.Timedelta(days=days)].rename(columns=NAMES)
    for day, part in frame.groupby(frame["何时"].dt.date):
        part.to_csv(folder / f"抄表{day:%Y%m%d}.csv", index=False, encoding="gb18030")
    return folder
