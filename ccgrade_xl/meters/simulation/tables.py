"""From arrays to the tables a platform would hand over: readings, registry and the truth about the faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import frozen

from ccgrade_xl.meters.readings import READING_COLUMNS
from ccgrade_xl.meters.registry import REGISTRY_COLUMNS
from ccgrade_xl.meters.simulation.corrector import BASE_PRESSURE_KPA, STATUSES, Uploads, shown_register
from ccgrade_xl.meters.simulation.grid import Floats, Grid
from ccgrade_xl.meters.simulation.placing import Window

_TYPES = {"text": pa.string(), "time": pa.timestamp("us"), "number": pa.float64(), "whole": pa.int64()}
READING_SCHEMA = pa.schema([(column.name, _TYPES[column.kind]) for column in READING_COLUMNS])
REGISTRY_SCHEMA = pa.schema([(column.name, _TYPES[column.kind]) for column in REGISTRY_COLUMNS])
TRUTH_SCHEMA = pa.schema(
    [
        ("meter_id", pa.string()),
        ("customer_id", pa.string()),
        ("code", pa.string()),
        ("variant", pa.string()),
        ("first_time", pa.timestamp("us")),
        ("last_time", pa.timestamp("us")),
        ("size", pa.float64()),
        ("unit", pa.string()),
    ]
)
WEATHER_SCHEMA = pa.schema([("time", pa.timestamp("us")), ("temperature_c", pa.float64())])


@frozen
class Truth:
    """One fault that was made: meter (row of the batch), alarm, where it shows, size."""

    row: int
    code: str
    variant: str
    window: Window
    size: float
    unit: str


def readings_table(uploads: Uploads) -> pa.Table:
    """Return what arrived, meter by meter in the order of the clock, copies after their originals."""
    arrays = _reading_arrays(uploads)
    row, at = np.nonzero(uploads.present)
    ahead = np.zeros(len(row))
    if uploads.again:
        extra = np.array(uploads.again)
        row, at = (
            np.concatenate((row, extra[:, 0].astype(int))),
            np.concatenate((at, extra[:, 1].astype(int))),
        )
        ahead = np.concatenate((ahead, extra[:, 2]))
        order = np.lexsort((ahead, at, row))
        row, at, ahead = row[order], at[order], ahead[order]
    whole = len(row) == uploads.present.size
    columns: dict[str, Any] = {}
    for name, values in arrays.items():
        columns[name] = _column(values.ravel() if whole else values[row, at])
    seconds = uploads.grid.times[at].astype(np.int64) + (uploads.offset[row, at] * 1e6).astype(np.int64)
    received = seconds + (uploads.delay[row, at] * 1e6).astype(np.int64)
    columns["time"] = pa.array((seconds + (ahead * 1e6).astype(np.int64)).view("datetime64[us]"))
    columns["received_time"] = pa.array(received.view("datetime64[us]"))
    columns["meter_id"] = _coded(row, uploads.meters.meter_id.tolist())
    return pa.table([columns[name] for name in READING_SCHEMA.names], schema=READING_SCHEMA)


def registry_table(uploads: Uploads) -> pa.Table:
    """Return the registry of the batch, complete."""
    meters, count = uploads.meters, len(uploads.meters)
    columns: dict[str, Sequence[Any] | npt.NDArray[Any]] = {
        "meter_id": meters.meter_id,
        "customer_id": meters.customer_id,
        "qmax_m3h": meters.qmax,
        "qmin_m3h": meters.qmin,
        "register_digits": meters.digits,
        "pulse_m3": meters.pulse,
        "pressure_set_kpa": meters.pressure + np.where(meters.absolute, BASE_PRESSURE_KPA, 0.0),
        "pressure_kind": np.where(meters.absolute, "absolute", "gauge"),
        "temperature_min_c": np.full(count, -20.0),
        "temperature_max_c": np.full(count, 60.0),
        "business_hours": [text or None for text in uploads.business_hours],
        "interval_minutes": np.full(count, float(uploads.grid.minutes)),
        "base_temperature_k": np.full(count, 293.15),
        "base_pressure_kpa": np.full(count, BASE_PRESSURE_KPA),
        "gas_day_start_hour": np.zeros(count, dtype=np.int64),
        "status": np.where(meters.suspended, "暂停", "在用"),
    }
    return pa.table(
        [pa.array(columns[field.name], field.type) for field in REGISTRY_SCHEMA], schema=REGISTRY_SCHEMA
    )


def truth_table(uploads: Uploads, faults: Sequence[Truth]) -> pa.Table:
    """Return the faults that were made, one row each; a reading from the future is at fault until the time it is dated."""
    meters, times = uploads.meters, uploads.grid.times
    rows = [
        {
            "meter_id": meters.meter_id[fault.row],
            "customer_id": meters.customer_id[fault.row],
            "code": fault.code,
            "variant": fault.variant,
            "first_time": times[fault.window.first].item(),
            "last_time": times[fault.window.last].item() + dt.timedelta(seconds=fault.window.ahead),
            "size": fault.size,
            "unit": fault.unit,
        }
        for fault in sorted(faults, key=lambda fault: fault.row)
    ]
    return pa.Table.from_pylist(rows, schema=TRUTH_SCHEMA)


def weather_table(grid: Grid, outdoor: Floats) -> pa.Table:
    """Return the outdoor temperature of each interval by its reading time."""
    return pa.table([pa.array(grid.times), pa.array(outdoor.round(1))], schema=WEATHER_SCHEMA)


def _reading_arrays(uploads: Uploads) -> dict[str, Any]:
    """Return the columns that stand meter × interval."""
    meters = uploads.meters
    shown = uploads.flow * uploads.wobble
    # Whoever keeps below Qmax does so in what the meter shows, too.
    np.minimum(shown, np.maximum(0.99 * meters.qmax[:, None], uploads.flow), out=shown)
    room = (10.0**meters.digits)[:, None]
    return {
        "actual_m3": shown_register(uploads.actual, meters),
        "standard_m3": shown_register(uploads.standard, meters),
        "actual_flow": shown.round(2),
        "standard_flow": (shown * uploads.factor).round(2),
        "temperature_c": uploads.temperature,
        "pressure_kpa": uploads.pressure,
        "battery_pct": uploads.battery,
        "valve": uploads.valve_open,
        "signal": uploads.signal,
        "status": uploads.status,
        "balance": uploads.balance,
        "disturbance_m3": uploads.disturbance,
        "site_m3": np.floor(np.mod(uploads.site, room)),
    }


def _column(values: npt.NDArray[Any]) -> pa.Array:
    if values.dtype == np.bool_:
        return _coded(values, ["关", "开"])
    if values.dtype == np.int8:
        return _coded(values, list(STATUSES))
    return pa.array(values, from_pandas=True)


def _coded(codes: npt.NDArray[Any], texts: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(codes.astype(np.int32), texts).cast(pa.string())
