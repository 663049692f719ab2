"""The whole job for every host: scan, volumes, forecast, and the results kept for cells, sheets and the command line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from ccgrade_xl.meters.engine import Engine, open_engine
from ccgrade_xl.meters.fleet import Fleet, fleet_of
from ccgrade_xl.meters.forecast import Forecast, days_left, forecast, price_paid
from ccgrade_xl.meters.outdoors import read_weather
from ccgrade_xl.meters.readings import TIME_ZONE
from ccgrade_xl.meters.registry_reading import Registry, read_registry
from ccgrade_xl.meters.scanning import registry_frame, scan_with_report
from ccgrade_xl.meters.series import Series, series_of
from ccgrade_xl.meters.settings import DEFAULT, Settings
from ccgrade_xl.meters.sources import open_readings
from ccgrade_xl.meters.steps import DAY
from ccgrade_xl.meters.store import Found, Results, keep_results, results
from ccgrade_xl.meters.usage import customer_usage, daily_usage

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

Progress = Callable[[str, float], None]
"""Told a sentence and the share done. What it raises ends the job; the results before it stay."""

CLIMATE_DAYS = 365
"""Days with a temperature before the forecast from which it can know what the next year's weather is like."""
SCANNED, COUNTED = 0.6, 0.95
"""The share of the job that is done once the checks, then the volumes are."""
PAID_DAYS = 60
"""The days before now from which the price that a balance pays is told."""


def run(
    readings: Any,
    registry: Any,
    settings: Settings | None = None,
    engine: Any = None,
    as_of: dt.datetime | None = None,
    weather: Any = None,
    progress: Progress | None = None,
    with_forecast: bool = True,
    *,
    profile: Mapping[str, str] | None = None,
    zone: str = TIME_ZONE,
    folder: Path | None = None,
) -> Results:
    """Scan readings, count and forecast the use, keep it all, and return what was kept.

    Args:
        readings, registry, settings, engine, as_of, profile, zone: as `scanning.scan` takes them.
        weather: a file or a table of outdoor temperatures, see `outdoors.read_weather`; None: forecasts know no weather, and
            the gas temperature stands for it in the checks.
        progress: told a sentence and the share done after each batch of meters.
        with_forecast: whether to forecast.
        folder: where the results are kept, if not for the user (`store.results_folder`).

    Returns:
        The results, as `store.results` gives them from now on.

    Raises:
        FileFault: something cannot be read or kept; the results of the scan before stay.
    """
    told = progress or _silent
    outdoors = None if weather is None else read_weather(weather)
    frame = registry_frame(registry)
    told("正在读取读数", 0.0)
    scanned = scan_with_report(
        readings,
        frame,
        settings,
        engine,
        as_of,
        profile=profile,
        zone=zone,
        weather=outdoors,
        progress=lambda done, of: told(f"已检查 {done}/{of} 块表", SCANNED * done / of),
    )
    with open_engine(engine) as opened:
        known = read_registry(frame)
        source = open_readings(opened, readings, profile, zone)
        fleet = fleet_of(source.meters, as_of)
        daily = daily_usage(
            opened,
            source.readings,
            known,
            fleet,
            lambda text, share: told(text, SCANNED + (COUNTED - SCANNED) * share),
        )
        balances = _balances(opened, source.readings, fleet)
    owners = known.meters[["meter_id", "customer_id"]]
    series = series_of(daily, owners)
    ahead, whole = None, series.whole_days()
    if with_forecast and len(whole):
        told("正在预测用气量", COUNTED)
        outdoors, remarks = _climate(outdoors, int(whole["day"].max()))
        scanned = evolve(scanned, report=evolve(scanned.report, remarks=scanned.report.remarks + remarks))
        ahead = forecast(whole, "series", weather=outdoors)
    keep_results(
        Found(
            scanned,
            settings or DEFAULT,
            owners,
            series,
            series.months(),
            _customer_use(daily, known),
            ahead,
            {} if ahead is None or balances is None else _days_left(balances, daily, series, ahead),
        ),
        folder,
    )
    told("扫描完成", 1.0)
    return results(folder)


def _silent(_text: str, _share: float) -> None:
    """Tell nobody."""


def _customer_use(daily: pd.DataFrame, known: Registry) -> pd.DataFrame:
    registered = daily[daily["meter_id"].isin(known.meters["meter_id"])]
    return customer_usage(registered, known.meters)


def _climate(weather: pd.DataFrame | None, last_day: int) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Return the weather where it reaches back a year, and a remark where it does not: from less, no year can be told."""
    if weather is None:
        return None, ()
    known = int((weather["day"] <= last_day).sum())
    if known < CLIMATE_DAYS:
        return None, (f"气温只有 {known} 天，不足 {CLIMATE_DAYS} 天，预测没有用它。请补上一年的逐日气温。",)
    return weather, ()


def _balances(engine: Engine, readings: ir.Table, fleet: Fleet) -> pd.DataFrame | None:
    """Return the last `balance` of each meter and calendar day before now; None where none is uploaded."""
    if "balance" not in readings.columns:
        return None
    recent = readings.filter(
        readings.balance.notnull() & readings.t.between(fleet.now - PAID_DAYS * DAY, fleet.now)
    )
    days = recent.group_by("meter_id", day=(recent.t // DAY).cast("int64"))
    return engine.frame(days.agg(balance=recent.balance.argmax(recent.t)))


def _days_left(
    balances: pd.DataFrame, daily: pd.DataFrame, series: Series, ahead: Forecast
) -> dict[str, float]:
    """Return for how many days each meter's balance lasts, where balance, price and forecast are known."""
    expected = ahead.days.pivot(index="series", columns="day", values="m3")
    meters = [
        meter for meter in balances["meter_id"].unique() if series.of_meter.get(meter) in expected.index
    ]
    if not meters:
        return {}
    balance = balances.pivot(index="meter_id", columns="day", values="balance")
    days = range(int(balance.columns.min()), int(balance.columns.max()) + 1)
    balance = balance.reindex(index=meters, columns=days)
    used = daily[daily["meter_id"].isin(meters)].pivot(index="meter_id", columns="day", values="m3")
    paid = balance.to_numpy(np.float64)
    price = price_paid(paid, used.reindex(index=meters, columns=days).to_numpy(np.float64))
    last = balance.ffill(axis=1).to_numpy(np.float64)[:, -1]
    rows = expected.loc[[series.of_meter[meter] for meter in meters]].to_numpy(np.float64)
    left = days_left(last, price, rows)
    return {meter: float(days) for meter, days in zip(meters, left, strict=True) if np.isfinite(days)}
