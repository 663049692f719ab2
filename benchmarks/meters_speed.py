"""How fast is the meter pass, beside a bare scan of the same columns, plain SQL, pandas, saqc and pecos; and does it stay in memory?

    python -m benchmarks.meters_speed [PYTHON WITH saqc AND pecos] [meters …]

Every figure is the best of the rounds in which all are measured in turn, each in a process of its own; rates are readings a second.
The plain SQL is that of `meters_plain_rules`: every alarm as anybody would write it for DuckDB. pandas sees as many parts of the fleet as fit in memory, saqc and pecos two meters.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Figure, fresh, run, seconds
from ccgrade_xl.meters.simulation import FleetSpec, write_simulation

METERS, ROUNDS, PARTS = 2000, 2, 6
RATE, MEMORY_GB, TIMES_SCAN, TIMES_PANDAS, TIMES_SAQC = 5e6, 1.0, 6, 5, 40
TEN_THOUSAND = 10_000

_PASS = """
import json, time
from benchmarks.measure import peak_gigabytes
from ccgrade_xl.meters import scan
begin = time.perf_counter()
events = scan({folder!r} + "/readings", {folder!r} + "/registry.parquet")
taken = time.perf_counter() - begin
print(json.dumps([taken, peak_gigabytes(), events.attrs["report"].readings, len(events)]))
"""

_SCAN = """
import json, time, duckdb
duckdb.sql("SET enable_progress_bar = false")
names = ("meter_id time actual_m3 standard_m3 actual_flow temperature_c pressure_kpa battery_pct valve status balance "
         "disturbance_m3 received_time site_m3").split()
asked = ", ".join(f"min({{name}}), max({{name}})" for name in names)
begin = time.perf_counter()
duckdb.sql(f"SELECT {{asked}} FROM '{folder}/readings/*.parquet'").fetchall()
print(json.dumps(time.perf_counter() - begin))
"""

_PLAIN = """
import json, time
from pathlib import Path
from benchmarks.measure import peak_gigabytes
from benchmarks.meters_plain_rules import plain_events
begin = time.perf_counter()
plain_events(Path({folder!r}))
print(json.dumps([time.perf_counter() - begin, peak_gigabytes()]))
"""


def write_fleet(folder: Path, meters: int) -> int:
    """Simulate a year of a fleet; return the number of readings."""
    return write_simulation(folder, FleetSpec(meters=meters), seed=5, start=dt.date(2025, 1, 1), days=365)


def our_pass(folder: Path) -> tuple[float, float, int]:
    """Return seconds, peak GB and readings of one pass in a process of its own."""
    taken, memory, readings, _ = fresh(_PASS.format(folder=str(folder)))
    return taken, memory, readings


def others_rate(python: str, tool: str, folder: Path) -> float:
    """Return readings a second of saqc or pecos on two meters."""
    script = str(Path(__file__).with_name("meters_others.py"))
    said = subprocess.run(
        [python, "-Wignore", script, tool, str(folder), "2"], check=True, stdout=subprocess.PIPE, text=True
    )
    found = re.search(r"^(\d+) ([\d.]+)$", said.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{tool} said no time: {said.stdout[-200:]}")
    rows, taken = found.groups()
    return int(rows) / float(taken)


def measure(others: str = "") -> list[Figure]:
    """Measure all in turn; `others` is a Python that has saqc and pecos, left out where there is none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        readings = write_fleet(folder, METERS)
        parts = len(list((folder / "readings").iterdir()))
        script = ("-Wignore", "-m", "benchmarks.meters_pandas", name, str(min(PARTS, parts)))
        passes, scans, plain, pandas = [], [], [], []
        for _ in range(ROUNDS):
            passes.append(our_pass(folder))
            scans.append(fresh(_SCAN.format(folder=name)))
            plain.append(fresh(_PLAIN.format(folder=name)))
            pandas.append(seconds(lambda: run(sys.executable, *script)))
        tools = {tool: others_rate(others, tool, folder) for tool in ("saqc", "pecos") if others}
    taken, memory = min(each[0] for each in passes), max(each[1] for each in passes)
    slower = min(one[0] / scan for one, scan in zip(passes, scans, strict=True))
    pandas_rate = readings * min(PARTS, parts) / parts / min(pandas)
    sql = min(each[0] for each in plain) / taken, max(each[1] for each in plain) / memory
    return _figures(readings / taken, taken, memory, slower, sql, pandas_rate, tools)


def _figures(
    rate: float,
    taken: float,
    memory: float,
    slower: float,
    sql: tuple[float, float],
    pandas: float,
    tools: dict[str, float],
) -> list[Figure]:
    what = f"meter pass, {METERS:,} meters × 1 year hourly"
    figures = [
        Figure(what, f"{rate / 1e6:.1f} M readings/s ({taken:.1f} s)", "≥ 5 M/s on two cores", rate >= RATE),
        Figure(f"{what}: peak memory", f"{memory:.2f} GB", "≤ 1 GB", memory <= MEMORY_GB),
        Figure(f"{what}, against a bare scan of its columns", f"{slower:.0f} × the time", "≤ 6 ×", slower <= TIMES_SCAN),
        Figure("… against its alarms as plain SQL of one's own", f"{sql[0]:.1f} × faster, in 1/{sql[1]:.0f} of the memory", "–", sql[0] >= 1),
        Figure("… against fifteen of its checks in vectorised pandas", f"{rate / pandas:.1f} × faster", "≥ 5 ×", rate >= TIMES_PANDAS * pandas),
    ]  # fmt: skip
    for tool, other in tools.items():
        aim = f"≥ {TIMES_SAQC} ×" if tool == "saqc" else "–"
        met = tool != "saqc" or rate >= TIMES_SAQC * other
        figures.append(Figure(f"… against {tool} (two meters)", f"{rate / other:.0f} × faster", aim, met))
    return figures


def scale() -> Figure:
    """Measure 10,000 meters beside 2,000: time and memory."""
    sizes: list[tuple[float, float, int]] = []
    for meters in (METERS, TEN_THOUSAND):
        with tempfile.TemporaryDirectory() as name:
            write_fleet(Path(name), meters)
            sizes.append(our_pass(Path(name)))
    (small, _, few), (large, memory, many) = sizes
    ratio = (large / many) / (small / few)
    return Figure(
        f"{TEN_THOUSAND:,} meters × 1 year ({many / 1e6:.0f} M readings)",
        f"{large:.0f} s, {ratio:.2f} × the time per reading of {METERS:,} meters; peak {memory:.2f} GB",
        "linear, bounded memory",
        ratio <= 1.2 and memory <= 2 * MEMORY_GB,
    )


def main(arguments: Sequence[str]) -> None:
    """Print the figures."""
    for figure in measure(arguments[0] if arguments else ""):
        print(figure, flush=True)
    print(scale(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
