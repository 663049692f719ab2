"""How well does the deviation that 压力异常 judges rank hand-labelled pressures? Beside scikit-learn's isolation forest.

    python -m benchmarks.meters_pressure LABELLED.parquet

The file has `Datetime`, `Value` (kPa) and `Anomaly` (true or false); it is not part of the project. The score of a reading is its
deviation from the set value, as a share of it, plus the largest one within half an hour: an event is one, whatever single readings in it
say. No set value is known here; the median of the week before stands for it. Labels are used only to measure.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.measure import Figure

WEEK, NEAR = "7D", pd.Timedelta(minutes=30)
AIM = 0.72


def pressure_score(time: pd.DatetimeIndex, kpa: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how far each reading, and the worst within half an hour of it, is off the set value; times ascend."""
    pressure = pd.Series(kpa, time)
    set_value = pressure.rolling(WEEK, min_periods=1).median()
    off = ((pressure - set_value).abs() / set_value).to_numpy()
    before = pd.Series(off, time).rolling(NEAR, closed="both").max().to_numpy()
    mirrored = pd.DatetimeIndex(time[-1] - (time[::-1] - time[0]))
    later = pd.Series(off[::-1], mirrored - mirrored[0] + time[0])
    after = later.rolling(NEAR, closed="both").max().to_numpy()[::-1]
    score: npt.NDArray[np.float64] = off + np.maximum(before, after)
    return score


def measure(path: Path) -> Figure:
    """Return the area under precision and recall of our score and of an isolation forest; says where the file is not there."""
    what = "labelled boiler gas pressure: area under precision and recall of the deviation behind 压力异常"
    if not path.is_file():
        return Figure(what, f"not measured: {path} is not there", f"≥ {AIM}", False)
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415
    from sklearn.metrics import average_precision_score  # noqa: PLC0415

    rows = pd.read_parquet(path).sort_values("Datetime", kind="stable")
    kpa, label = rows["Value"].to_numpy(), rows["Anomaly"].to_numpy()
    ours = average_precision_score(label, pressure_score(pd.DatetimeIndex(rows["Datetime"]), kpa))
    forest = IsolationForest(random_state=0).fit(kpa[:, None])
    theirs = average_precision_score(label, -forest.score_samples(kpa[:, None]))
    return Figure(what, f"{ours:.2f} (isolation forest on the values: {theirs:.2f})", f"≥ {AIM}", ours >= AIM)


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("labelled.parquet")))
