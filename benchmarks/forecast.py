"""How far is the forecast off, beside repeating last week? Rolling origins, a week apart, 28 days each.

    python benchmarks/forecast.py tests/meters/data/uk_gas_daily.csv [MORE.csv|.parquet …]

A file has `day` or `ts` (a date or time), `m3` or `gas_m3`, and may have `temp_c`; hours are summed to days. Temperatures after an
origin are never seen. Prints the mean absolute error of the forecast ÷ that of the last week repeated, and how often the 80 % interval
held. Weekends are those of the series; other holidays are not known to it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from ccgrade_xl.meters.forecast import forecast
from ccgrade_xl.meters.working_days import DayKind, weekdays

FIRST_ORIGIN, STEP, AHEAD = 420, 7, 28


def weekends(dates: np.ndarray) -> np.ndarray:
    """Return weekends as rest days; this series keeps other holidays than China's."""
    return np.where(weekdays(dates) >= 5, DayKind.REST, DayKind.WORK)


def series(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    table = table.rename(columns={"ts": "day", "gas_m3": "m3"})
    table["day"] = pd.to_datetime(table["day"]).dt.floor("D")
    how = {"m3": "sum"} | ({"temp_c": "mean"} if "temp_c" in table else {})
    table["m3"] = table["m3"].interpolate(limit=48)
    table = table.groupby("day").agg(how).iloc[1:-1].reset_index()
    table["day"] = table["day"].to_numpy("datetime64[D]").astype(np.int64)
    return table.assign(meter_id="1").rename(columns={"temp_c": "temperature_c"})


def rolled(table: pd.DataFrame) -> tuple[int, float, float]:
    """Return the number of origins, MAE ÷ naive MAE, and the share of days within the interval."""
    use, days = table["m3"].to_numpy(), table["day"].to_numpy()
    error = naive = inside = 0.0
    origins = range(FIRST_ORIGIN, len(use) - AHEAD, STEP)
    for origin in origins:
        known = table.iloc[:origin]
        weather = known if "temperature_c" in known else None
        made = forecast(
            known, "meter_id", last_day=int(days[origin - 1]), weather=weather, calendar=weekends
        ).days
        then = use[origin : origin + AHEAD]
        error += np.abs(made["m3"] - then).mean()
        naive += np.abs(np.tile(use[origin - 7 : origin], 4) - then).mean()
        inside += ((then >= made["low"]) & (then <= made["high"])).mean()
    return len(origins), error / naive, inside / len(origins)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        count, ratio, held = rolled(series(Path(name)))
        print(
            f"{Path(name).stem}: {count} origins, MAE {ratio:.3f} x weekly naive, 80 % interval held {held:.1%}"
        )
