"""How many faults do the meter checks find, and how many sound meters do they alarm about? On a fleet nothing was tuned on.

Thresholds were chosen on fleets of other seeds and of the usual sizes of faults; this fleet is drawn from the shifted sizes with a seed used
nowhere else. A hit is an alarm of the fault's meter and code whose time overlaps the fault's, an hour to either side; an alarm that
overlaps none is false. The truth of 抄表差异 is a share of the use since the visit before.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.measure import Figure
from benchmarks.meters_plain_rules import plain_events
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.simulation import FleetSpec, write_simulation
from ccgrade_xl.meters.simulation.scoring import Score, score

METERS, SEED = 2000, 71_903
F1, CLEAN = 0.90, 0.03


def write_fleet(folder: Path) -> None:
    """Simulate a year of the shifted fleet."""
    spec = FleetSpec(meters=METERS, shifted=True)
    write_simulation(folder, spec, seed=SEED, start=dt.date(2025, 1, 1), days=365)


def scores(folder: Path) -> tuple[Score, Score]:
    """Score our alarms and the plain rules' on a simulated fleet."""
    truth, registry = (pd.read_parquet(folder / f"{name}.parquet") for name in ("truth", "registry"))
    ours = scan(folder / "readings", registry)
    return tuple(score(events, truth, registry["meter_id"]) for events in (ours, plain_events(folder)))  # type: ignore[return-value]


def measure() -> list[Figure]:
    """Score both on a fresh fleet."""
    with tempfile.TemporaryDirectory() as name:
        write_fleet(Path(name))
        ours, plain = scores(Path(name))
    print(ours.by_code.round(3).to_string(), file=sys.stderr)
    return [
        Figure(
            f"meter checks on {METERS:,} simulated meters × 1 year, faults of other sizes: macro-F1 over {len(ours.by_code)} kinds of fault",
            f"{ours.macro_f1:.3f} (plain rules: {plain.macro_f1:.2f})",
            f"≥ {F1:.2f}",
            ours.macro_f1 >= F1,
        ),
        Figure(
            "sound meters among them with an alarm of severity 中 or above in the year",
            f"{ours.alarmed_share:.1%} of {ours.clean:,} (plain rules: {plain.alarmed_share:.0%})",
            f"≤ {CLEAN:.0%}",
            ours.alarmed_share <= CLEAN,
        ),
    ]


if __name__ == "__main__":
    for figure in measure():
        print(figure)
