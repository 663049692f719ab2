"""The whole job: readings and registry in, events and a report out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.assembling import events
from ccgrade_xl.meters.batches import gathered, scan_batches
from ccgrade_xl.meters.checks.data import COMMUNICATION_GAP
from ccgrade_xl.meters.cleaning import NO_TIME
from ccgrade_xl.meters.days import ROUNDING
from ccgrade_xl.meters.fleet import Fleet
from ccgrade_xl.meters.frames import first_table
from ccgrade_xl.meters.hearing import Heard, Request, hear, remembered
from ccgrade_xl.meters.keeping import Keeper, keeper
from ccgrade_xl.meters.moments import Moment, moment_of
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.outdoors import read_weather
from ccgrade_xl.meters.readings import TIME_ZONE
from ccgrade_xl.meters.registry import REGISTRY_COLUMNS
from ccgrade_xl.meters.registry_reading import Registry, in_gauge, knows_registry, read_registry
from ccgrade_xl.meters.report import ScanReport, check_runs
from ccgrade_xl.meters.settings import DEFAULT, Settings
from ccgrade_xl.meters.steps import DAY
from ccgrade_xl.meters.telling import of_unknown_valves, texts_of, understood
from ccgrade_xl.meters.times import HOW_WRITTEN
from ccgrade_xl.meters.watching import watching
from ccgrade_xl.rules.customer_states import OUT_OF_USE
from ccgrade_xl.rules.dates import EPOCH
from ccgrade_xl.rules.wording import shown

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.engine import Engine
    from ccgrade_xl.meters.sources import Odd

Progress = Callable[[int, int], None]
"""Told after each batch: meters done, meters in all. What it raises ends the scan."""


@frozen(eq=False)
class Scanned:
    """The events of a scan (columns of `events.EVENT_COLUMNS`) and its report."""

    events: pd.DataFrame
    report: ScanReport


def scan(
    readings: Any,
    registry: Any,
    settings: Settings | None = None,
    engine: Any = None,
    as_of: Moment | None = None,
    *,
    profile: Mapping[str, str] | None = None,
    zone: str = TIME_ZONE,
    weather: Any = None,
    incremental: str | Path | None = None,
    full: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Return the events of a fleet: one row an alarm, columns of `events.EVENT_COLUMNS`; `.attrs["report"]` is the `ScanReport`.

    Args:
        readings: a file or folder (Parquet, CSV, .xlsx, DuckDB), a connection string with `#table`, or a table; see `open_readings`.
        registry: a pandas or Arrow table or a file of the meter registry; None: nothing is known of the meters.
        settings: checks and thresholds; the defaults when left out.
        engine: where to compute: None for DuckDB in this process, an Ibis connection string, or an open Ibis connection.
        as_of: now, wall-clock time of `zone`, see `moments.moment_of`; the last reading when left out, but not that of a few meters whose clocks are ahead.
        profile: what headers of the readings mean, before names and synonyms: `{"CH1": "工况累计（L）", "备用": "不用"}`, see `headers`.
        zone: the time zone of times without an offset.
        weather: outdoor temperatures (see `outdoors.read_weather`); the gas temperature stands for them when left out.
        incremental: a folder that remembers what was seen; a later scan of the same folder of readings then opens only its new files.
        full: whether such a scan opens every file all the same.
        progress: told after each batch.

    Raises:
        FileFault: nothing can be read; the sentence says what and why.
        NotUnderstood: `as_of` is no moment, or `zone` no zone.
    """
    wanted = Request(
        readings,
        read_registry(registry_frame(registry)),
        settings or DEFAULT,
        moment_of(as_of, zone),
        profile,
        zone,
        full,
    )
    with watching(readings) as watched, remembering(incremental) as kept, open_engine(engine) as opened:
        heard = hear(opened, wanted, kept)
        readings_apart = gathered(opened, heard.readings, heard.fleet)
        done = judged(opened, wanted, heard, readings_apart, weather=weather, kept=kept, progress=progress)
        if kept is not None:
            kept.put_in_place(remembered(heard, wanted, kept))
    report = evolve(done.report, remarks=(*watched.remarks(), *done.report.remarks))
    done.events.attrs["report"] = report
    return done.events


def judged(
    engine: Engine,
    wanted: Request,
    heard: Heard,
    readings_apart: ir.Table | None,
    *,
    weather: Any = None,
    kept: Keeper | None = None,
    progress: Progress | None = None,
) -> Scanned:
    """Return events and report of what was heard; `readings_apart` are its readings of the meters judged apart, `kept` remembers this run."""
    outdoors = None if weather is None else _by_day(read_weather(weather))
    fleet = heard.fleet
    if not fleet.meter_ids:
        told = "".join(_of_times(heard)) or "请检查后再试。"
        raise FileFault(f"没有一行可以读的读数：{_causes(heard.rejected) or '来源是空的'}。{told}")
    found, has, later, done = [], [], 0, 0
    columns = frozenset(heard.columns)
    absolute = "pressure_kpa" in columns and heard.columns["pressure_kpa"].absolute
    registry = in_gauge(wanted.registry) if absolute else wanted.registry
    texts = texts_of(engine, heard.readings, columns) if heard.texts is None else heard.texts
    batches = scan_batches(
        engine,
        heard.readings,
        registry,
        wanted.settings,
        fleet,
        understood(columns, texts),
        readings_apart=readings_apart,
        weather=outdoors,
        texts=texts,
        closed=heard.closed,
        kept=kept,
    )
    with closing(batches):
        for batch in batches:
            found.append(batch.findings)
            has.append(batch.has)
            later += int(batch.later.readings.sum())
            done += len(batch.meter_ids)
            if progress is not None:
                progress(done, len(fleet.meter_ids))
    remarks = (*of_unknown_valves(texts), *_without_weather(outdoors, fleet))
    return _scanned(heard, registry, wanted.settings, found, has, later, remarks)


def remembering(folder: str | Path | None) -> AbstractContextManager[Keeper | None]:
    """Open what remembers a run in a state folder; None remembers nothing. Raises `FileFault`."""
    return nullcontext() if folder is None else keeper(Path(folder))


def _scanned(
    heard: Heard,
    known: Registry,
    settings: Settings,
    found: list[pd.DataFrame],
    has: list[pd.DataFrame],
    later: int,
    remarks: tuple[str, ...],
) -> Scanned:
    fleet = heard.fleet
    customers = known.meters.set_index("meter_id").customer_id
    silent = _silent(known, fleet)
    if settings.is_on(COMMUNICATION_GAP):
        found = [*found, _never_heard(silent, fleet, settings)]
    table = events(_together(found), customers)
    seen = _together(has).sort_values("meter_id")
    report = ScanReport(
        meters=len(seen),
        readings=fleet.readings - later,
        now=_moment(fleet.now),
        checks=check_runs(settings, _of_fleet(known, list(seen.meter_id)), seen),
        rejected=heard.rejected,
        rejects=heard.rejects,
        unknown_meters=tuple(sorted(set(fleet.meter_ids) - set(customers.index))),
        silent_meters=silent,
        remarks=(
            *heard.left_out,
            *dict.fromkeys(heard.broken.values()),
            *heard.remarks,
            *_of_ahead(fleet),
            *_of_later(fleet, later),
            *_of_times(heard),
            *_of_odd(heard.odd),
            *_of_flow_below_zero(seen),
            *known.faults,
            *remarks,
        ),
        opened=heard.opened,
        files=heard.listed,
        reread=heard.reread,
        headers=heard.headers,
    )
    return Scanned(table, report)


def _of_ahead(fleet: Fleet) -> tuple[str, ...]:
    """Say which readings are later than what was taken for now."""
    if not fleet.ahead:
        return ()
    return (
        f"有 {fleet.ahead} 块表的读数晚于 {_moment(fleet.now):%Y-%m-%d %H:%M}（最晚 {_moment(fleet.last):%Y-%m-%d %H:%M}），"
        "多半是表具时钟快了，没有当作现在的时间；如果它们是对的，请填写“截至时间”（命令行里是 --as-of）。",
    )


def _of_later(fleet: Fleet, later: int) -> tuple[str, ...]:
    """Say how many readings came after the moment that was asked for."""
    if not later:
        return ()
    return (f"有 {later} 条读数晚于截至时间 {_moment(fleet.now):%Y-%m-%d %H:%M}，没有检查，也没有统计。",)


def _moment(second: int) -> dt.datetime:
    return EPOCH + dt.timedelta(seconds=second)


def _together(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables one below the other: an empty one has no say in the types, unless all are."""
    import pandas as pd  # noqa: PLC0415

    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _of_times(heard: Heard) -> tuple[str, ...]:
    """Show a time that could not be read, and say how times may be written."""
    header = heard.columns["time"].header
    if not heard.rejected.get(NO_TIME) or header not in heard.rejects:
        return ()
    of_time = heard.rejects[heard.rejects["原因"] == NO_TIME][header]
    told = [str(time) for time in of_time[of_time.notna()] if str(time).strip()]
    return (f"“{header}”列有读不出的时间，例如{shown(told[0])}；{HOW_WRITTEN}。",) if told else ()


def _of_odd(odd: Odd) -> tuple[str, ...]:
    """Say what stands in columns of numbers and is none."""
    return tuple(
        f"“{header}”列有 {count} 个值不是数字（例如{shown(text)}），按没有值处理。请核对这一列。"
        for header, (count, text) in odd.items()
    )


def _of_flow_below_zero(seen: pd.DataFrame) -> tuple[str, ...]:
    """Say which meters sent a flow below zero: no check asks for it, for what passed is told by the registers."""
    below = seen[seen.flow_least < -ROUNDING]
    if not len(below):
        return ()
    worst = below.nsmallest(1, "flow_least").iloc[0]
    return (
        f"有 {len(below)} 块表的瞬时流量有小于 0 的读数（最低的是{shown(worst.meter_id)}，{worst.flow_least:.4g} m³/h），按没有流量处理；"
        "累计读数不受影响。请核对：多半是零点漂移、气体倒流或表装反了。",
    )


def _by_day(weather: pd.DataFrame) -> dict[int, float]:
    return {int(day): float(mean) for day, mean in zip(weather.day, weather.temperature_c, strict=True)}


def _without_weather(weather: Mapping[int, float] | None, fleet: Fleet) -> tuple[str, ...]:
    """Return a remark where the outdoor temperatures leave out days of the readings."""
    if weather is None:
        return ()
    lacking = [day for day in range(fleet.first // DAY, fleet.now // DAY) if day not in weather]
    return (f"气温表缺少 {len(lacking)} 天的气温，这些天不按天气判断。",) if lacking else ()


def registry_frame(registry: Any) -> pd.DataFrame | None:
    """Return the registry in a file or table as a data frame; None stays None. Raises `FileFault`."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    if registry is None or isinstance(registry, pd.DataFrame):
        return registry
    if isinstance(registry, pa.Table):
        frame: pd.DataFrame = registry.to_pandas()
        return frame
    if isinstance(registry, str | Path):
        return first_table(Path(registry), "表具档案", knows_registry)
    raise FileFault(f"表具档案应当是文件或一张表，不能是 {type(registry).__name__}。")


def _causes(rejected: Mapping[str, int]) -> str:
    return "，".join(f"{count} 行{cause}" for cause, count in rejected.items())


def _silent(registry: Registry, fleet: Fleet) -> tuple[str, ...]:
    """Return the meters in use that sent nothing at all."""
    heard = set(fleet.meter_ids)
    meters = registry.meters
    in_use = meters[~meters.status.isin(OUT_OF_USE)]
    return tuple(sorted(meter for meter in in_use.meter_id if meter not in heard))


def _never_heard(silent: tuple[str, ...], fleet: Fleet, settings: Settings) -> pd.DataFrame:
    """Return a communication gap over the whole time for every silent meter, where that is long enough."""
    import pandas as pd  # noqa: PLC0415

    from ccgrade_xl.meters.findings import COLUMNS  # noqa: PLC0415

    hours = (fleet.now - fleet.first) / 3600
    limit = settings.value(COMMUNICATION_GAP, "daily_hours")
    level = 2 if hours >= settings.value(COMMUNICATION_GAP, "high_days") * 24 else 1
    rows = [
        (meter, level, fleet.first, fleet.now, 1, hours, limit, None, None, None, COMMUNICATION_GAP.code)
        for meter in (silent if hours >= limit else ())
    ]
    return pd.DataFrame(rows, columns=["meter_id", *COLUMNS[1:], "code"])


def _of_fleet(registry: Registry, meter_ids: list[str]) -> pd.DataFrame:
    """Return what the registry knows of each meter, defaults included."""
    known = registry.meters.set_index("meter_id").reindex(meter_ids)
    for column in REGISTRY_COLUMNS:
        if not column.required and column.default is not None:
            known[column.name] = known[column.name].fillna(column.default)
    return known
