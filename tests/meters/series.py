"""Hand-made readings: one meter of a one-shift works, hour by hour, to be spoilt by a test."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from ccgrade_xl.meters.conversion import conversion_factor

START = dt.datetime(2025, 7, 7)
"""A Monday, with no holiday in the ten weeks after it."""
DAYS = 63
PRESSURE, TEMPERATURE = 20.0, 15.0
FLOW = 20.0
REGISTRY: dict[str, Any] = {
    "customer_id": "C1",
    "qmax_m3h": 100.0,
    "qmin_m3h": 5.0,
    "register_digits": 7,
    "pulse_m3": 0.1,
    "pressure_set_kpa": PRESSURE,
    "pressure_kind": "gauge",
    "business_hours": "1-7 06:00-20:00",
    "status": "在用",
}


def works(days: int = DAYS, start: dt.datetime = START, minutes: int = 60) -> pd.DataFrame:
    """Return readings from `start` on: 20 m³/h from 08:00 to 18:00 every day, else nothing.

    `flow` is the mean flow of the interval that ends at `time`; call `counted` after changing it. A few per cent of wobble keep
    temperature and pressure from looking frozen.
    """
    count = days * 1440 // minutes + 1
    time = pd.date_range(start, periods=count, freq=f"{minutes}min")
    hour = (time - pd.Timedelta(minutes=minutes / 2)).hour
    wave = np.sin(np.arange(count) / 3)
    frame = pd.DataFrame({"time": time, "flow": np.where((hour >= 8) & (hour < 18), FLOW, 0.0)})
    frame["temperature_c"] = (TEMPERATURE + 2 * wave).round(1)
    frame["pressure_kpa"] = (PRESSURE + 0.3 * wave).round(2)
    frame["battery_pct"], frame["valve"], frame["status"] = 80.0, "开", "正常"
    frame["balance"], frame["disturbance_m3"], frame["site_m3"] = 1e6, 3.0, np.nan
    frame["received_time"] = time + pd.Timedelta(seconds=20)
    return counted(frame)


def counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the readings with registers and flows that follow from `flow`, temperature and pressure."""
    hours = frame.time.diff().dt.total_seconds().fillna(0) / 3600
    used = frame.flow * hours
    factor = [conversion_factor(p, t) for p, t in zip(frame.pressure_kpa, frame.temperature_c, strict=True)]
    frame = frame.assign(actual_flow=frame.flow, standard_flow=frame.flow * factor)
    frame["actual_m3"] = 50_000 + used.cumsum()
    frame["standard_m3"] = 60_000 + (used * factor).cumsum()
    frame.loc[0, ["actual_m3", "standard_m3"]] = 50_000.0, 60_000.0
    return frame


def day(frame: pd.DataFrame, number: int, count: int = 1) -> pd.Series:
    """Tell the readings that belong to `count` days from the one with this number (0 is the first)."""
    begin = START + dt.timedelta(days=number)
    return (frame.time > begin) & (frame.time <= begin + dt.timedelta(days=count))


def at(number: int, hour: int) -> dt.datetime:
    """Return the time of an hour of a day."""
    return START + dt.timedelta(days=number, hours=hour)


def fleet(meters: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the readings of several meters as one table."""
    return pd.concat(
        [frame.drop(columns="flow", errors="ignore").assign(meter_id=name) for name, frame in meters.items()],
        ignore_index=True,
    )


def registry(meters: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Return a registry: the usual works, with what differs for each meter."""
    return pd.DataFrame([{"meter_id": name, **REGISTRY, **differs} for name, differs in meters.items()])
