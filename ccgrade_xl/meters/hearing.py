"""What is there to judge? All readings of a source; or the new files of a folder, and of the rest what the runs before remember."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import asdict, evolve, field, frozen

from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.fleet import Fleet, fleet_of, latest_of
from ccgrade_xl.meters.keeping import Keeper
from ccgrade_xl.meters.registry_reading import Registry, joined
from ccgrade_xl.meters.seen import (
    Closed,
    FileStamps,
    Seen,
    cards,
    comes_late,
    fingerprint,
    need_folder,
    read_seen,
    stamps,
    why_again,
    with_last,
)
from ccgrade_xl.meters.settings import Settings
from ccgrade_xl.meters.sources import REJECTED_KEPT, NothingToRead, Opened, files_in, open_readings
from ccgrade_xl.meters.telling import Texts, texts_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.headers import SourceColumn


@frozen(eq=False)
class Request:
    """What was asked for: the source, the meters known, settings, now, header profile and time zone."""

    source: Any
    registry: Registry
    settings: Settings
    as_of: dt.datetime | None
    profile: Mapping[str, str] | None
    zone: str


@frozen(eq=False)
class Heard:
    """Readings to judge, and what was read to get them; the last four only of a scan that remembers."""

    readings: ir.Table
    fleet: Fleet
    columns: Mapping[str, SourceColumn]
    rejected: Mapping[str, int]
    rejects: pd.DataFrame
    remarks: tuple[str, ...]
    broken: Mapping[Path, str]
    texts: Texts | None = None
    closed: Closed | None = None
    opened: tuple[str, ...] | None = None
    reread: str = ""
    files: FileStamps = field(factory=dict)
    meters: pd.DataFrame | None = None


def hear_all(engine: Engine, request: Request) -> Heard:
    """Open everything. Raises `FileFault`."""
    source = open_readings(engine, request.source, request.profile, request.zone)
    return _heard(source, fleet_of(source.meters, request.as_of))


def hear_new(engine: Engine, request: Request, state: Path) -> Heard:
    """Open the files of a folder that the state does not know; all of them where it must be. Raises `FileFault`, `CcgradeError`."""
    folder = need_folder(engine, request.source)
    found = files_in(folder)
    files = stamps(found, folder)
    seen = read_seen(state)
    if isinstance(seen, Seen):
        mark = fingerprint(request.settings, request.zone, request.profile)
        why = why_again(seen, files, mark, request.registry)
        heard = why or _added(engine, request, seen, folder, files)
        if not isinstance(heard, str):
            return heard
        seen = heard
    source = open_readings(engine, request.source, request.profile, request.zone, found)
    return evolve(
        _heard(source, fleet_of(source.meters, request.as_of)),
        texts=texts_of(engine, source.readings, frozenset(source.columns)),
        opened=tuple(files),
        reread=f"{seen}，已全部重新读取。" if seen else "",
        files=_read(files, source.broken, folder),
        meters=source.meters,
    )


def _heard(source: Opened, fleet: Fleet) -> Heard:
    return Heard(
        source.readings,
        fleet,
        source.columns,
        source.rejected,
        source.rejects,
        source.remarks,
        source.broken,
    )


def _added(engine: Engine, request: Request, seen: Seen, folder: Path, files: FileStamps) -> Heard | str:
    """Return new readings beside the last ones of the runs before; why everything must be read again, where that will not do."""
    import pandas as pd  # noqa: PLC0415

    new = [name for name in files if name not in seen.files]
    source, broken = _opened(engine, request, folder, new)
    last = engine.parquet([seen.folder / "last.parquet"])
    if source is None:
        fresh, meters = None, seen.meters
    else:
        if _spoken(source.columns) != seen.columns:
            return "新文件的列和以前的不同"
        fresh = source.readings
        meters = _together(seen.meters, source.meters)
    fleet = fleet_of(meters.assign(begins=1, backwards=0, twice=1), request.as_of)
    if fleet.now < seen.now:
        return "截至时间比上次早"
    known = joined(request.registry, list(seen.meters.meter_id), fleet.now)[["meter_id", "start_seconds"]]
    bounds = engine.put("bounds", known.assign(reopened=list(seen.meters.reopened)))
    if fresh is not None and comes_late(engine, fresh, bounds, latest_of(fleet, request.settings)):
        return "新文件里有一周以前的读数"
    readings = with_last(engine, fresh, last)
    texts = texts_of(engine, readings, frozenset(readings.columns))
    days, close = (engine.parquet([seen.folder / f"{name}.parquet"]) for name in ("days", "close"))
    rejects = seen.rejects if source is None else pd.concat([seen.rejects, source.rejects])
    return Heard(
        readings,
        fleet,
        {name: _column(column) for name, column in seen.columns.items()},
        _sum(seen.rejected, {} if source is None else source.rejected),
        rejects.head(REJECTED_KEPT).reset_index(drop=True),
        tuple(dict.fromkeys((*seen.remarks, *(() if source is None else source.remarks)))),
        broken,
        {name: sorted({*seen.texts[name], *texts[name]}) for name in texts},
        Closed(days, close, bounds),
        tuple(new),
        files={**seen.files, **_read({name: files[name] for name in new}, broken, folder)},
        meters=meters,
    )


def _opened(
    engine: Engine, request: Request, folder: Path, new: list[str]
) -> tuple[Opened | None, Mapping[Path, str]]:
    """Open the new files, and return those that are broken; no source where there are none, or none that holds a row."""
    if not new:
        return None, {}
    try:
        source = open_readings(engine, folder, request.profile, request.zone, [folder / name for name in new])
    except NothingToRead as fault:
        return None, fault.broken
    return source, source.broken


def _read(files: FileStamps, broken: Mapping[Path, str], folder: Path) -> FileStamps:
    """Leave out the files that could not be read: they are tried again the next time."""
    names = {file.relative_to(folder).as_posix() for file in broken}
    return {name: stamp for name, stamp in files.items() if name not in names}


def _together(seen: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    names = ["meter_id", "begin", "end", "readings"]
    both = pd.concat([seen[names], fresh[names]])
    return both.groupby("meter_id", as_index=False).agg(
        begin=("begin", "min"), end=("end", "max"), readings=("readings", "sum")
    )


def _sum(before: Mapping[str, int], fresh: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(before) + Counter(fresh))


def _spoken(columns: Mapping[str, SourceColumn]) -> dict[str, list[Any]]:
    return {name: list(asdict(column).values()) for name, column in columns.items()}


def _column(told: list[Any]) -> SourceColumn:
    from ccgrade_xl.meters.headers import SourceColumn  # noqa: PLC0415

    return SourceColumn(*told)


def remembered(heard: Heard, request: Request, kept: Keeper) -> Seen:
    """Return what the next run must know of this one."""
    assert heard.meters is not None  # noqa: S101 - `hear_new` returns it
    assert heard.texts is not None  # noqa: S101 - and this
    meters = heard.meters.sort_values("meter_id")[["meter_id", "begin", "end", "readings"]]
    ids = list(meters.meter_id)
    return Seen(
        kept.generation,
        heard.files,
        fingerprint(request.settings, request.zone, request.profile),
        _spoken(heard.columns),
        heard.fleet.now,
        {name: list(texts) for name, texts in heard.texts.items()},
        heard.rejected,
        heard.remarks,
        meters.assign(
            reopened=[kept.reopened[meter] for meter in ids], card=cards(request.registry, ids)
        ).reset_index(drop=True),
        heard.rejects,
    )
