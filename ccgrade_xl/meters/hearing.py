"""What is there to judge? All readings of a source; or the new files of a folder, and of the rest what the runs before remember."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.files import files_in, left_out
from ccgrade_xl.meters.fleet import Fleet, fleet_of, latest_of, under_other_ids
from ccgrade_xl.meters.headers import UnknownHeaders
from ccgrade_xl.meters.keeping import Keeper
from ccgrade_xl.meters.measured import PARTS, Measured
from ccgrade_xl.meters.meter_numbers import known_as, renamed
from ccgrade_xl.meters.registry_reading import Registry, joined
from ccgrade_xl.meters.seen import (
    BALANCES,
    Closed,
    FileStamps,
    Seen,
    cards,
    comes_late,
    fingerprint,
    need_folder,
    spoken,
    stamps,
    why_again,
    with_last,
)
from ccgrade_xl.meters.settings import Settings
from ccgrade_xl.meters.sources import REJECTED_KEPT, NothingToRead, Odd, Opened, open_readings
from ccgrade_xl.meters.telling import Texts, texts_of
from ccgrade_xl.rules.wording import shown

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.headers import Header, SourceColumn


@frozen(eq=False)
class Request:
    """What was asked for: the source, the meters known, settings, now, header profile and time zone.

    `again`: whether everything is to be read though a run before remembers it; `counting`: whether the use is counted, too.
    """

    source: Any
    registry: Registry
    settings: Settings
    as_of: dt.datetime | None
    profile: Mapping[str, str] | None
    zone: str
    again: bool = False
    counting: bool = False


@frozen(eq=False)
class Heard:
    """Readings to judge, and what was read to get them; `left_out` says which files could not be; `texts` and what follows only of a
    scan that remembers.
    """

    readings: ir.Table
    fleet: Fleet
    columns: Mapping[str, SourceColumn]
    rejected: Mapping[str, int]
    rejects: pd.DataFrame
    remarks: tuple[str, ...]
    broken: Mapping[Path, str]
    headers: tuple[Header, ...]
    odd: Odd
    texts: Texts | None = None
    closed: Closed | None = None
    opened: tuple[str, ...] | None = None
    reread: str = ""
    listed: int = 0
    files: FileStamps = field(factory=dict)
    meters: pd.DataFrame | None = None
    left_out: tuple[str, ...] = ()


def hear(engine: Engine, request: Request, kept: Keeper | None) -> Heard:
    """Open what there is to judge; with a keeper, what its folder does not know yet. Raises `FileFault`, `CcgradeError`."""
    heard = hear_all(engine, request) if kept is None else hear_new(engine, request, kept)
    return evolve(heard, left_out=left_out(request.source))


def _open(engine: Engine, request: Request, files: Sequence[Path] | None = None) -> Opened:
    """Open readings under the meter numbers of the registry: leading zeros that were lost, or added, are noted. Raises `FileFault`."""
    source = open_readings(engine, request.source, request.profile, request.zone, files)
    names = known_as(source.meters.meter_id, request.registry.meters.meter_id)
    if not names:
        return source
    heard, known = min(names.items())
    remark = f"{len(names)} 块表的表号与表具档案只差开头的 0，按档案里的表号认（例如读数里的{shown(heard)}是{shown(known)}）。"
    return evolve(
        source,
        readings=source.readings.mutate(meter_id=renamed(source.readings.meter_id, names)),
        meters=under_other_ids(source.meters, names),
        remarks=(*source.remarks, remark),
    )


def hear_all(engine: Engine, request: Request) -> Heard:
    """Open everything. Raises `FileFault`."""
    source = _open(engine, request)
    return _heard(source, fleet_of(source.meters, request.as_of, _clock()))


def hear_new(engine: Engine, request: Request, kept: Keeper) -> Heard:
    """Open the files of a folder that the state does not know; all of them where it must be. Raises `FileFault`, `CcgradeError`."""
    folder = need_folder(engine, request.source)
    files = stamps(files_in(folder), folder)
    seen = kept.seen()
    why = "按要求" if request.again else seen if isinstance(seen, str) else ""
    if isinstance(seen, Seen) and not why:
        mark = fingerprint(request.settings, request.zone)
        why = why_again(seen, files, mark, request.registry, request.profile, request.counting)
        heard = why or _added(engine, request, seen, folder, files)
        if not isinstance(heard, str):
            return heard
        why = heard
    source = _open(engine, request, [folder / name for name in files])
    return evolve(
        _heard(source, fleet_of(source.meters, request.as_of, _clock())),
        texts=texts_of(engine, source.readings, frozenset(source.columns)),
        opened=tuple(files),
        reread=f"{why}，已全部重新读取。" if why else "",
        listed=len(files),
        files=_read(files, source, folder),
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
        source.headers,
        source.odd,
    )


def _added(engine: Engine, request: Request, seen: Seen, folder: Path, files: FileStamps) -> Heard | str:
    """Return new readings beside the last ones of the runs before; why everything must be read again, where that will not do."""
    import pandas as pd  # noqa: PLC0415

    new = [name for name in files if name not in seen.files]
    source = _opened(engine, request, folder, new)
    last = engine.parquet([seen.folder / "last.parquet"])
    if not isinstance(source, Opened):
        fresh, meters = None, seen.meters
    else:
        if spoken(source.columns) != seen.columns:
            return "新文件的列和以前的不同"
        fresh = source.readings
        meters = _together(seen.meters, source.meters)
    fleet = fleet_of(meters.assign(begins=1, backwards=0, twice=1), request.as_of, _clock())
    if fleet.now < seen.now:
        return "截至时间比上次早"
    known = joined(request.registry, list(seen.meters.meter_id), fleet.now)[["meter_id", "start_seconds"]]
    bounds = engine.put("bounds", known.assign(reopened=list(seen.meters.reopened)))
    if fresh is not None and comes_late(engine, fresh, bounds, latest_of(fleet, request.settings)):
        return "新文件里有一周以前的读数"
    readings = with_last(engine, fresh, last)
    texts = texts_of(engine, readings, frozenset(readings.columns))
    opened = source if isinstance(source, Opened) else None
    rejects = seen.rejects if opened is None else pd.concat([seen.rejects, opened.rejects])
    return Heard(
        readings,
        fleet,
        {name: _column(column) for name, column in seen.columns.items()},
        _sum(seen.rejected, {} if opened is None else opened.rejected),
        rejects.head(REJECTED_KEPT).reset_index(drop=True),
        tuple(dict.fromkeys((*seen.remarks, *(() if opened is None else opened.remarks)))),
        {} if source is None else source.broken,
        _known(seen.headers, () if opened is None else opened.headers),
        _odd(seen.odd, {} if opened is None else opened.odd),
        {name: sorted({*seen.texts[name], *texts[name]}) for name in texts},
        _closed(engine, seen, bounds, request.counting),
        tuple(new),
        listed=len(files),
        files={**seen.files, **_read({name: files[name] for name in new}, source, folder)},
        meters=meters,
    )


def _clock() -> dt.datetime:
    """Return what this machine's clock tells: within a day the wall-clock time of any zone."""
    return dt.datetime.now()  # noqa: DTZ005 - wall-clock time, as the readings are


def _closed(engine: Engine, seen: Seen, bounds: ir.Table, counting: bool) -> Closed:
    """Return the closed days of the runs before, with what was measured on them where the use is counted."""
    names = ("days", "close", *((*PARTS, BALANCES) if counting else ()))
    tables = {name: engine.parquet([seen.folder / f"{name}.parquet"]) for name in names}
    parts = Measured(*(tables[name] for name in PARTS)) if counting else None
    return Closed(tables["days"], tables["close"], bounds, parts, tables.get(BALANCES))


def _opened(engine: Engine, request: Request, folder: Path, new: list[str]) -> Opened | NothingToRead | None:
    """Open the new files; None where there are none, a fault where none of them holds a row."""
    if not new:
        return None
    try:
        return _open(engine, request, [folder / name for name in new])
    except NothingToRead as fault:
        return fault
    except UnknownHeaders as fault:
        each = {
            folder / name: UnknownHeaders(f"文件“{name}”", fault.headers, fault.lacking).left_out
            for name in new
        }
        return NothingToRead(str(fault), each)


def _read(files: FileStamps, source: Opened | NothingToRead | None, folder: Path) -> FileStamps:
    """Leave out the files that could not be read: they are tried again the next time. One that was not read to its end has changed."""
    if source is None:
        return files
    names, unfinished = (
        {file.relative_to(folder).as_posix() for file in some}
        for some in (source.broken, source.unfinished if isinstance(source, Opened) else ())
    )
    return {
        name: (stamp[0], 0) if name in unfinished else stamp
        for name, stamp in files.items()
        if name not in names
    }


def _together(seen: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    names = ["meter_id", "begin", "end", "readings"]
    both = pd.concat([seen[names], fresh[names]])
    return both.groupby("meter_id", as_index=False).agg(
        begin=("begin", "min"), end=("end", "max"), readings=("readings", "sum")
    )


def _odd(before: Odd, fresh: Odd) -> Odd:
    return {
        header: (
            before.get(header, (0,))[0] + fresh.get(header, (0,))[0],
            (before.get(header) or fresh[header])[1],
        )
        for header in {**before, **fresh}
    }


def _known(before: tuple[Header, ...], fresh: tuple[Header, ...]) -> tuple[Header, ...]:
    texts = {header.text for header in before}
    return (*before, *(header for header in fresh if header.text not in texts))


def _sum(before: Mapping[str, int], fresh: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(before) + Counter(fresh))


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
        fingerprint(request.settings, request.zone),
        spoken(heard.columns),
        heard.fleet.now,
        {name: list(texts) for name, texts in heard.texts.items()},
        heard.rejected,
        heard.remarks,
        meters.assign(
            reopened=[kept.reopened[meter] for meter in ids], card=cards(request.registry, ids)
        ).reset_index(drop=True),
        heard.rejects,
        heard.headers,
        heard.odd,
    )
