"""The whole job for every host: scan, volumes, forecast, and the results kept for cells, sheets and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from ccgrade_xl.meters.batches import gathered
from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.forecast import Forecast, days_left, forecast, price_paid
from ccgrade_xl.meters.hearing import Heard, Request, hear, remembered
from ccgrade_xl.meters.moments import Moment, moment_of
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.outdoors import read_weather
from ccgrade_xl.meters.readings import TIME_ZONE
from ccgrade_xl.meters.registry_reading import Registry, read_registry
from ccgrade_xl.meters.scanning import Scanned, judged, registry_frame, remembering
from ccgrade_xl.meters.seen import BALANCES
from ccgrade_xl.meters.series import Series, series_of
from ccgrade_xl.meters.settings import DEFAULT, Settings
from ccgrade_xl.meters.steps import DAY
from ccgrade_xl.meters.store import Found, Results, keep_results, results
from ccgrade_xl.meters.usage import customer_usage, daily_usage
from ccgrade_xl.meters.watching import watching

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.keeping import Keeper

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
    as_of: Moment | None = None,
    weather: Any = None,
    progress: Progress | None = None,
    with_forecast: bool = True,
    *,
    profile: Mapping[str, str] | None = None,
    zone: str = TIME_ZONE,
    folder: Path | None = None,
    incremental: str | Path | None = None,
    full: bool = False,
) -> Results:
    """Scan readings, count and forecast the use, keep it all, and return what was kept.

    Args:
        readings, registry, settings, engine, as_of, profile, zone, incremental, full: as `scanning.scan` takes them.
        weather: a file or a table of outdoor temperatures, see `outdoors.read_weather`; None: forecasts know no weather, and
            the gas temperature stands for it in the checks.
        progress: told a sentence and the share done after each batch of meters.
        with_forecast: whether to forecast.
        folder: where the results are kept, if not for the user (`store.results_folder`).

    Returns:
        The results, as `store.results` gives them from now on.

    Raises:
        FileFault: something cannot be read or kept; the results of the scan before stay.
        NotUnderstood: `as_of` is no moment, or `zone` no zone.
    """
    told = progress or _silent
    outdoors = None if weather is None else read_weather(weather)
    known = read_registry(registry_frame(registry))
    wanted = Request(
        readings, known, settings or DEFAULT, moment_of(as_of, zone), profile, zone, full, counting=True
    )
    told("正在读取读数", 0.0)
    with watching(readings) as watched, remembering(incremental) as kept:
        with open_engine(engine) as opened:
            heard = hear(opened, wanted, kept)
            counted = _counted(opened, wanted, heard, kept, outdoors, told)
        counted = evolve(counted, scanned=_with_remarks(counted.scanned, watched.remarks()))
        found = _found(counted, wanted, outdoors, told if with_forecast else None)
        keep_results(found, folder)
        if kept is not None:
            kept.put_in_place(remembered(heard, wanted, kept))
    told("扫描完成", 1.0)
    return results(folder)


@frozen(eq=False)
class _Counted:
    """What the readings gave: events and report, the volume of every meter and day, the last balances of meters and days."""

    scanned: Scanned
    daily: pd.DataFrame
    balances: pd.DataFrame | None


def _counted(
    engine: Engine,
    wanted: Request,
    heard: Heard,
    kept: Keeper | None,
    outdoors: pd.DataFrame | None,
    told: Progress,
) -> _Counted:
    """Check the readings and count the use: all that needs them."""
    readings_apart = gathered(engine, heard.readings, heard.fleet)
    scanned = judged(
        engine,
        wanted,
        heard,
        readings_apart,
        weather=outdoors,
        kept=kept,
        progress=lambda done, of: told(f"已检查 {done}/{of} 块表", SCANNED * done / of),
    )
    daily = daily_usage(
        engine,
        heard.readings,
        wanted.registry,
        heard.fleet,
        lambda text, share: told(text, SCANNED + (COUNTED - SCANNED) * share),
        readings_apart=readings_apart,
        texts=heard.texts,
        closed=heard.closed,
        kept=kept,
    )
    balances = _balances(engine, heard, kept)
    return _Counted(scanned, daily, balances)


def _found(counted: _Counted, wanted: Request, outdoors: pd.DataFrame | None, told: Progress | None) -> Found:
    """Return all there is to keep; where `told` is given, with a forecast of the use."""
    known, daily, scanned = wanted.registry, counted.daily, counted.scanned
    owners = known.meters[["meter_id", "customer_id"]]
    series = series_of(daily, owners)
    expected, left, whole = None, {}, series.whole_days()
    if told is not None and len(whole):
        told("正在预测用气量", COUNTED)
        climate, remarks = _climate(outdoors, int(whole["day"].max()))
        scanned = _with_remarks(scanned, behind=remarks)
        expected = forecast(whole, "series", weather=climate)
        if counted.balances is not None:
            left = _days_left(counted.balances, daily, series, expected)
    return Found(
        scanned,
        wanted.settings,
        owners,
        series,
        series.months(),
        _customer_use(daily, known),
        expected,
        left,
    )


def _with_remarks(scanned: Scanned, before: tuple[str, ...] = (), behind: tuple[str, ...] = ()) -> Scanned:
    remarks = (*before, *scanned.report.remarks, *behind)
    return evolve(scanned, report=evolve(scanned.report, remarks=remarks))


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


def _balances(engine: Engine, heard: Heard, kept: Keeper | None) -> pd.DataFrame | None:
    """Return the last `balance` of each meter and calendar day before now, and when (`t`); None where none is uploaded."""
    now, readings = heard.fleet.now, heard.readings
    tables = [] if heard.closed is None or heard.closed.balances is None else [heard.closed.balances]
    if "balance" in readings.columns:
        tables.append(readings.select("meter_id", "t", "balance"))
    days = [_last_balances(table, now) for table in tables]
    if len(days) > 1:
        days = [_last_balances(days[0].union(days[1]), now)]
    if kept is not None:
        kept.write(BALANCES, engine, days[0] if days else _nothing(readings))
    return engine.frame(days[0]) if days and "balance" in heard.columns else None


def _last_balances(table: ir.Table, now: int) -> ir.Table:
    recent = table.filter(table.balance.notnull() & table.t.between(now - PAID_DAYS * DAY, now))
    days = recent.group_by("meter_id", day=(recent.t // DAY).cast("int64"))
    return days.agg(t=recent.t.max().cast("int64"), balance=recent.balance.argmax(recent.t).cast("float64"))


def _nothing(readings: ir.Table) -> ir.Table:
    import ibis  # noqa: PLC0415

    return readings.limit(0).select(
        "meter_id", day=ibis.literal(0).cast("int64"), t="t", balance=ibis.null("float64")
    )


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
