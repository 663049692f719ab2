"""How are the results of a scan written? One SQLite file, whole: a row a series of volumes, its numbers packed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import astuple, frozen

from ccgrade_xl.meters.events import EVENT_NAMES, SEVERITIES
from ccgrade_xl.meters.results_reading import APPLICATION, FORMAT
from ccgrade_xl.meters.settings import Settings, settings_text

if TYPE_CHECKING:
    import pandas as pd

    from ccgrade_xl.meters.forecast import Forecast
    from ccgrade_xl.meters.scanning import Scanned
    from ccgrade_xl.meters.series import Series

_TABLES = """
CREATE TABLE meters (meter TEXT PRIMARY KEY, customer TEXT, series INTEGER, days_left REAL) WITHOUT ROWID;
CREATE TABLE customers (
    customer TEXT PRIMARY KEY, series INTEGER, days_left REAL, mean_m3 REAL, active_months INTEGER
) WITHOUT ROWID;
CREATE TABLE series (id INTEGER PRIMARY KEY, first_day INTEGER, m3 BLOB, estimated BLOB, mark INTEGER);
CREATE TABLE months (
    series INTEGER, month INTEGER, m3 REAL, estimated_m3 REAL, days INTEGER, PRIMARY KEY (series, month)
) WITHOUT ROWID;
CREATE TABLE ahead (series INTEGER PRIMARY KEY, first_day INTEGER, expected BLOB);
CREATE TABLE months_ahead (
    series INTEGER, month INTEGER, m3 REAL, low REAL, high REAL, PRIMARY KEY (series, month)
) WITHOUT ROWID;
CREATE TABLE alarms (
    meter TEXT, customer TEXT, code TEXT, severity INTEGER, first INTEGER, last INTEGER, evidence TEXT,
    value REAL, threshold REAL, stake REAL
);
CREATE TABLE report (text TEXT);
"""


@frozen(eq=False)
class Found:
    """All that a scan gave: events and report, the registry (`meter_id`, `customer_id`), the volumes, the months of each series,
    月均用气量 and 在用月数 by customer (`usage.customer_usage`), the forecast by `series`, days left of the balance by meter.
    """

    scanned: Scanned
    settings: Settings
    registry: pd.DataFrame
    series: Series
    months: pd.DataFrame
    use: pd.DataFrame
    forecast: Forecast | None = None
    days_left: Mapping[str, float] | None = None


def write_results(path: Path, found: Found) -> None:
    """Write results to a new file."""
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(
            f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};"
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES
        )
        _write_subjects(file, found)
        file.executemany("INSERT INTO series VALUES (?, ?, ?, ?, ?)", _packed(found.series.daily))
        file.executemany(
            "INSERT INTO months VALUES (?, ?, ?, ?, ?)",
            _cells(found.months[["series", "month", "m3", "estimated_m3", "days"]]),
        )
        file.executemany(
            "INSERT INTO alarms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", _alarms(found.scanned.events)
        )
        file.execute("CREATE INDEX alarms_of_meter ON alarms (meter)")
        file.execute("CREATE INDEX alarms_of_customer ON alarms (customer)")
        if found.forecast is not None:
            file.executemany("INSERT INTO ahead VALUES (?, ?, ?)", _days_ahead(found.forecast.days))
            file.executemany(
                "INSERT INTO months_ahead VALUES (?, ?, ?, ?, ?)",
                _cells(found.forecast.months[["series", "month", "m3", "low", "high"]]),
            )
        file.execute("INSERT INTO report VALUES (?)", (json.dumps(_report(found), ensure_ascii=False),))


def settings_hash(settings: Settings) -> str:
    """Return a name for the checks and thresholds a scan runs with, such as `A-3fa9c1d2`: equal for equal settings."""
    return "A-" + hashlib.sha256(settings_text(settings).encode()).hexdigest()[:8]


def _write_subjects(file: sqlite3.Connection, found: Found) -> None:
    left = found.days_left or {}
    owner = dict(zip(found.registry["meter_id"], found.registry["customer_id"], strict=True))
    meters = {**dict.fromkeys(found.series.of_meter, ""), **owner}
    file.executemany(
        "INSERT INTO meters VALUES (?, ?, ?, ?)",
        (
            (meter, customer, found.series.of_meter.get(meter), left.get(meter))
            for meter, customer in meters.items()
        ),
    )
    soonest: dict[str, float] = {}
    for meter, days in left.items():
        if customer := owner.get(meter):
            soonest[customer] = min(days, soonest.get(customer, days))
    use = found.use[["月均用气量", "在用月数"]].T.to_dict("list")
    file.executemany(
        "INSERT INTO customers VALUES (?, ?, ?, ?, ?)",
        (
            (
                customer,
                found.series.of_customer.get(customer),
                soonest.get(customer),
                *_use(use.get(customer)),
            )
            for customer in sorted(set(owner.values()) - {""})
        ),
    )


def _use(kept: list[Any] | None) -> tuple[float | None, int]:
    return (None, 0) if kept is None else (_number(kept[0]), int(kept[1]))


def _packed(daily: pd.DataFrame) -> Iterator[tuple[int, int, bytes, bytes | None, int]]:
    """Give one row a series: its days in a row from the first, NaN where there is no volume; no estimates: None."""
    table = daily.sort_values(["series", "day"], kind="stable")
    numbers, days = table["series"].to_numpy(np.int64), table["day"].to_numpy(np.int64)
    m3, estimated = table["m3"].to_numpy(np.float64), table["estimated_m3"].to_numpy(np.float64)
    begins = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
    for begin, end in pairwise([*begins, len(numbers)]):
        first = int(days[begin])
        laid = np.full((2, int(days[end - 1]) - first + 1), np.nan)
        laid[:, days[begin:end] - first] = m3[begin:end], estimated[begin:end]
        volumes, parts = laid[0].tobytes(), laid[1].tobytes() if estimated[begin:end].any() else None
        yield int(numbers[begin]), first, volumes, parts, zlib.crc32(parts or b"", zlib.crc32(volumes))


def _days_ahead(days: pd.DataFrame) -> Iterator[tuple[int, int, bytes]]:
    """Give one row a series: m³ of every day, then the lower and the upper bounds."""
    table = days.sort_values(["series", "day"], kind="stable")
    numbers, first = table["series"].to_numpy(np.int64), table["day"].to_numpy(np.int64)
    values = table[["m3", "low", "high"]].to_numpy(np.float64).T
    begins = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
    for begin, end in pairwise([*begins, len(numbers)]):
        yield int(numbers[begin]), int(first[begin]), np.ascontiguousarray(values[:, begin:end]).tobytes()


def _alarms(events: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    levels = {name: level for level, name in enumerate(SEVERITIES)}
    table = events[list(EVENT_NAMES)].copy()
    for name in ("first_time", "last_time"):
        table[name] = table[name].astype("datetime64[s]").astype("int64")
    table["severity"] = table["severity"].map(levels)
    return _cells(table)


def _report(found: Found) -> dict[str, Any]:
    report, daily = found.scanned.report, found.series.daily
    ends = (daily["day"].min(), daily["day"].max()) if len(daily) else (None, None)
    days = [None if day is None else str(np.datetime64(int(day), "D")) for day in ends]
    return {
        "as_of": None if report.now is None else report.now.isoformat(),
        "meters": report.meters,
        "readings": report.readings,
        "checks": [astuple(check) for check in report.checks],
        "rejected": dict(report.rejected),
        "unknown_meters": report.unknown_meters,
        "silent_meters": report.silent_meters,
        "remarks": report.remarks,
        "settings_hash": settings_hash(found.settings),
        "settings": settings_text(found.settings),
        "first_day": days[0],
        "last_day": days[1],
        "forecast": found.forecast is not None,
        "opened": None if report.opened is None else len(report.opened),
        "files": report.files,
        "reread": report.reread,
        "headers": [astuple(header) for header in report.headers],
    }


def _cells(table: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Give the rows as Python values; a missing number is None."""
    columns = [
        [_number(value) for value in table[name].tolist()]
        if table[name].dtype.kind == "f"
        else table[name].tolist()
        for name in table
    ]
    return zip(*columns, strict=True)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
