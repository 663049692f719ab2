"""Where do readings come from? Files and folders, data frames, databases: each becomes one table of the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import accumulate, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.addresses import is_address, shown_address, without_table
from ccgrade_xl.meters.cleaning import (
    PER_CENT,
    canonical,
    cause,
    number,
    odd_values,
    readable,
    with_cause,
    with_times,
    writes_times,
)
from ccgrade_xl.meters.connecting import NOTHING_ELSE, connect_to_read, locked
from ccgrade_xl.meters.databases import bring
from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.files import DATABASE, PARQUET, files_in, kind_of
from ccgrade_xl.meters.fleet import survey, together
from ccgrade_xl.meters.frames import Said, frames_of
from ccgrade_xl.meters.headers import Header, HeaderMap, SourceColumn, UnknownHeaders, map_headers
from ccgrade_xl.meters.lanes import side_by_side
from ccgrade_xl.meters.readings import DATES, READING_COLUMN, TIME_ZONE

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

REJECTED_KEPT = 100_000
"""Rejected rows that are kept with their cause; all are counted."""
Odd = Mapping[str, tuple[int, str]]
"""How many values of a header are no numbers though they should be, and one of them."""


@frozen(eq=False)
class Opened:
    """Readings ready to be scanned.

    `readings` are canonical, with `t` and `received_t`; `columns` the canonical names there are; `meters` what `fleet.survey` found of them; `rows` of the source; `rejected` counts by cause; `rejects` the rejected rows
    themselves (at most `REJECTED_KEPT`); `remarks` sentences for the manager; `broken` files that could not be read, with their sentence;
    `headers` every header of the source as it was understood; `unfinished` files whose last line was left for the next time;
    `odd` what stands in columns of numbers and is none.
    """

    readings: ir.Table
    columns: Mapping[str, SourceColumn]
    meters: pd.DataFrame
    rows: int
    rejected: Mapping[str, int]
    rejects: pd.DataFrame
    remarks: tuple[str, ...] = ()
    broken: Mapping[Path, str] = field(factory=dict)
    headers: tuple[Header, ...] = ()
    unfinished: tuple[Path, ...] = ()
    odd: Odd = field(factory=dict)


class NothingToRead(FileFault):
    """No file of the source holds a reading; `broken` are those that could not be read, with their sentence."""

    def __init__(self, text: str, broken: Mapping[Path, str]) -> None:
        super().__init__(text)
        self.broken = broken


@frozen(eq=False)
class _Source:
    """What was found; `parts` are the rows of `table` in parts that can be read side by side, none where it is read as one."""

    table: Any
    where: str
    remarks: list[str] = field(factory=list)
    broken: dict[Path, str] = field(factory=dict)
    unfinished: list[Path] = field(factory=list)
    headers: tuple[Header, ...] = ()
    parts: Sequence[Any] = ()


def open_readings(
    engine: Engine,
    source: Any,
    profile: Mapping[str, str] | None = None,
    zone: str = TIME_ZONE,
    files: Sequence[Path] | None = None,
) -> Opened:
    """Open readings.

    Args:
        engine: where the pass will run.
        source: a path (file or folder of Parquet, CSV, .xlsx; a DuckDB file, `#table` behind it), a connection string of any Ibis
            backend with `#table` behind it, a pandas or Arrow table, or an Ibis table of the engine's connection.
        profile: what headers mean, see `headers`; it goes before names and synonyms.
        zone: the time zone that times without an offset are in.
        files: of a folder, only these; all where left out.

    Raises:
        FileFault: nothing can be read there; the sentence says why.
    """
    found = _table_of(engine, source, profile, files)
    headers = map_headers(list(found.table.columns), found.where, profile)
    odd, shares = _odd(engine, found.table, headers)
    mapping = _of_shares(headers) if shares else headers
    whole, *timed_parts = _timed(engine, found, mapping, zone)
    rows, *parts = (canonical(each, mapping, tidy=False) for each in (whole, *timed_parts))
    seen = _surveyed(engine, parts)
    if seen.untidy.any():
        rows, *parts = (canonical(each, mapping, tidy=True) for each in (whole, *timed_parts))
        seen = _surveyed(engine, parts)
    counted = seen.groupby("cause").readings.sum()
    rejected = {str(cause): int(count) for cause, count in counted.items()}
    rejects = _rejects(engine, whole, mapping) if rejected else engine.frame(rows.limit(0))
    good = readable(rows) if rejected else rows
    meters = _surveyed(engine, list(map(readable, parts))) if rejected else seen
    return Opened(
        good,
        headers.columns,
        meters,
        int(seen.readings.sum()),
        rejected,
        rejects,
        (*found.remarks, *mapping.remarks),
        found.broken,
        found.headers or mapping.headers,
        tuple(found.unfinished),
        odd,
    )


def _timed(engine: Engine, found: _Source, mapping: HeaderMap, zone: str) -> list[ir.Table]:
    """Return the rows of a source with the seconds of their times, and behind them those of its parts; texts are read once, and kept."""
    if not writes_times(found.table, mapping):
        return [with_times(each, mapping, zone) for each in (found.table, *(found.parts or [found.table]))]
    timed = with_times(found.table, mapping, zone)
    kept = engine.spill("timed", timed) if engine.ordered else engine.keep("timed", timed)
    return [kept, kept]


def _surveyed(engine: Engine, parts: Sequence[ir.Table]) -> pd.DataFrame:
    """Return what `survey` finds: in one pass, for every pass reads everything; looking back at the row before keeps one core busy."""

    def ready(lane: Engine) -> Callable[[ir.Table], pd.DataFrame]:
        return lambda rows: survey(lane, rows.mutate(cause=cause(rows)))

    with closing(side_by_side(engine, parts, ready)) as found:
        return together(list(found))


def _odd(engine: Engine, source: ir.Table, mapping: HeaderMap) -> tuple[Odd, bool]:
    """Return what is no number, and whether a column of per cent holds shares."""
    counted = odd_values(source, mapping)
    if counted is None:
        return {}, False
    (row,) = engine.frame(counted).to_dict("records")
    found = {name: int(row[name]) for name in mapping.columns if row.get(name)}
    odd = {mapping.columns[name].header: (count, str(row[f"{name}_text"])) for name, count in found.items()}
    return odd, bool(row.get("shares", False))


def _of_shares(mapping: HeaderMap) -> HeaderMap:
    """Return a mapping that reads shares as per cent."""
    column = mapping.columns[PER_CENT]
    remark = f"“{column.header}”列的值都在 0–1 之间，按比例读（0.59 即 59 %）。"
    return evolve(
        mapping,
        columns={**mapping.columns, PER_CENT: evolve(column, factor=100.0)},
        remarks=(*mapping.remarks, remark),
    )


def _rejects(engine: Engine, timed: ir.Table, mapping: HeaderMap) -> pd.DataFrame:
    """Return rejected rows as the source has them, with their cause."""
    marked = with_cause(timed, mapping)
    return engine.frame(marked.filter(marked["原因"].notnull()).limit(REJECTED_KEPT))


def _table_of(
    engine: Engine, source: Any, profile: Mapping[str, str] | None, files: Sequence[Path] | None
) -> _Source:
    import ibis  # noqa: PLC0415
    from ibis.expr.operations import DatabaseTable  # noqa: PLC0415

    if isinstance(source, ibis.Table):
        if any(table.source is not engine.connection for table in source.op().find(DatabaseTable)):
            raise FileFault(
                "这张 Ibis 表属于另一个连接。请把它的连接也写成 engine，例如 engine=表.get_backend()。"
            )
        return _Source(source, "读数表")
    if is_address(source):
        return _from_database(engine, source, profile)
    if isinstance(source, str | Path):
        return _from_path(engine, Path(source), profile, files)
    return _Source(engine.load("source", source), "读数表")


def _from_database(engine: Engine, url: str, profile: Mapping[str, str] | None) -> _Source:
    address, name = without_table(url)
    return _copied(engine, connect_to_read(address), name, f"数据库“{shown_address(address)}”", profile)


def _copied(
    engine: Engine, connection: Any, name: str, where: str, profile: Mapping[str, str] | None
) -> _Source:
    brought = bring(engine, connection, name, where, profile)
    return _Source(engine.parquet([brought.file]), brought.where, headers=brought.headers)


def _from_path(
    engine: Engine, path: Path, profile: Mapping[str, str] | None, only: Sequence[Path] | None = None
) -> _Source:
    name = ""
    if not path.exists() and "#" in path.name:
        file, _, name = path.name.partition("#")
        path = path.with_name(file)
    if not path.exists():
        raise FileFault(f"找不到读数“{path}”，请检查路径。")
    files = [path] if path.is_file() else list(only or files_in(path))
    kinds = {kind_of(file) for file in files}
    if len(kinds) != 1:
        raise FileFault(
            f"“{path}”里有几种格式的文件（{'、'.join(sorted({file.suffix for file in files}))}）。请只放一种。"
        )
    where = f"文件“{path.name}”" if path.is_file() else f"文件夹“{path.name}”"
    kind = kinds.pop()
    if kind is DATABASE:
        return _from_duckdb(engine, files[0], name, where, profile)
    if kind is PARQUET:
        return _from_parquet(engine, files, where, profile)
    return _from_frames(engine, files, where, kind, profile)


def _from_duckdb(
    engine: Engine, file: Path, name: str, where: str, profile: Mapping[str, str] | None
) -> _Source:
    import ibis  # noqa: PLC0415

    try:
        connection = locked(ibis.duckdb.connect(str(file), read_only=True, **NOTHING_ELSE))
    except Exception as error:
        raise FileFault(f"{where}不是 DuckDB 数据库，或正被别的程序写入。请稍后再试。") from error
    return _copied(engine, connection, name, where, profile)


def _from_parquet(
    engine: Engine, files: Sequence[Path], where: str, profile: Mapping[str, str] | None
) -> _Source:
    """Read what is whole, files of several vendors under the headers of the first; a truncated file is named and left out."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    whole, broken = {}, {}
    alike: dict[tuple[str, ...], list[Path]] = {}
    for file in files:
        try:
            told = pq.read_metadata(file)
            if told.num_rows:
                whole[file] = told.num_rows
                alike.setdefault(tuple(told.schema.to_arrow_schema().names), []).append(file)
        except (OSError, pa.ArrowException):
            broken[file] = f"文件“{file.name}”不完整或已损坏，没有读入。请重新导出这个文件。"
    if not whole:
        raise NothingToRead(
            f"{where}里没有可以读的读数。"
            + ("".join(list(broken.values())[:3]) or "文件都是空的，请重新导出。"),
            broken,
        )
    maps = _maps(alike, where, profile)
    if len(maps) > 1 and _differ(maps.values()):
        return _Source(_under_one_map(engine, alike, maps), where, broken=broken)
    table = engine.parquet(list(whole))
    return _Source(table, where, broken=broken, parts=_in_parts(engine, table, whole))


_Maps = Mapping[tuple[str, ...], Mapping[str, SourceColumn]]
"""What headers mean: source columns by canonical name."""


def _maps(
    alike: Iterable[tuple[str, ...]], where: str, profile: Mapping[str, str] | None
) -> dict[tuple[str, ...], Mapping[str, SourceColumn]]:
    """Return what the headers of files mean; those that are not understood are left out."""
    maps = {}
    for headers in alike:
        with suppress(UnknownHeaders):
            maps[headers] = map_headers(headers, where, profile).columns
    return maps


def _first_of(maps: Iterable[Mapping[str, SourceColumn]]) -> dict[str, SourceColumn]:
    """Return for each canonical name the first column that has it."""
    first: dict[str, SourceColumn] = {}
    for columns in maps:
        first = {**columns, **first}
    return first


def _differ(maps: Collection[Mapping[str, SourceColumn]]) -> bool:
    first = _first_of(maps)
    return any(column != first[name] for columns in maps for name, column in columns.items())


def _under_one_map(engine: Engine, alike: Mapping[tuple[str, ...], Sequence[Path]], maps: _Maps) -> ir.Table:
    """Return the rows of all files, each column under the header and in the unit of the first file that has it."""
    import ibis  # noqa: PLC0415

    first = _first_of(maps.values())
    tables = [
        _renamed(engine.parquet(files), maps.get(headers, {}), first) for headers, files in alike.items()
    ]
    kinds: dict[str, Any] = {}
    for table in tables:
        for name, kind in table.schema().items():
            kinds[name] = kind if kinds.get(name, kind) == kind else "string"
    united = ibis.union(*(_with_columns(table, kinds) for table in tables))
    return engine.spill("united", united) if engine.ordered else united


def _renamed(
    table: ir.Table, columns: Mapping[str, SourceColumn], first: Mapping[str, SourceColumn]
) -> ir.Table:
    taken: dict[str, ir.Value] = {}
    for name, column in columns.items():
        other, value = first[name], table[column.header]
        if (column.factor, column.addend, column.unit) != (other.factor, other.addend, other.unit):
            value = (number(value, column, READING_COLUMN[name].unit) - other.addend) / other.factor
        taken[other.header] = value
        if column.date and other.date:
            taken[other.date] = table[column.date]
    used = {header for column in columns.values() for header in column.headers}
    rest = {header: table[header] for header in table.columns if header not in used | taken.keys()}
    return table.select(**taken, **rest)


_SHARED = 1_000_000
"""Rows from which lanes share a survey."""


def _in_parts(engine: Engine, table: ir.Table, rows: Mapping[Path, int]) -> list[ir.Table]:
    """Share the files of a table out among the lanes, in their order, about as many rows to each; none where they are few."""
    total = sum(rows.values())
    if not engine.ordered or total < _SHARED:
        return []
    shares: dict[int, list[Path]] = {}
    for (file, count), end in zip(rows.items(), accumulate(rows.values()), strict=True):
        shares.setdefault((end - count // 2) * engine.lanes // total, []).append(file)
    if len(shares) == 1:
        return []
    return [_with_columns(engine.parquet(files), table.schema()) for files in shares.values()]


def _with_columns(table: ir.Table, schema: Mapping[str, Any]) -> ir.Table:
    """Return a table with all columns of a schema, those it has none of empty."""
    import ibis  # noqa: PLC0415

    return table.select(
        **{
            name: table[name].cast(kind) if name in table.columns else ibis.null(kind)
            for name, kind in schema.items()
        }
    )


def _from_frames(
    engine: Engine,
    files: Sequence[Path],
    where: str,
    kind: tuple[str, ...],
    profile: Mapping[str, str] | None,
) -> _Source:
    """Bring texts and spreadsheets into one table, file by file, each under the header map of its own columns."""
    said = Said()
    frames = (frame for file in files for frame in frames_of(file, kind, said, profile))
    united = groupby(_united(frames, where, profile), key=lambda table: table.column_names)
    written = [engine.write(f"source_{number}", pieces) for number, (_, pieces) in enumerate(united)]
    if not written and said.foreign and len(said.broken) == len(said.foreign):
        raise said.foreign[0]
    remarks = [*said.remarks, *(f"{fault.where}没有读数的列，没有读入。" for fault in said.unknown)]
    if not written:
        told = "".join([*said.broken.values(), *remarks][:3]) or "请检查表头和内容。"
        raise NothingToRead(f"{where}里没有可以读的读数。{told}", said.broken)
    return _Source(engine.parquet(written), where, remarks, said.broken, said.unfinished)


def _united(
    frames: Iterable[pd.DataFrame], where: str, profile: Mapping[str, str] | None
) -> Iterator[pa.Table]:
    """Name the columns of every piece as the first that had them, by what they mean, and turn its values into the unit of that one."""
    import pyarrow as pa  # noqa: PLC0415

    known: dict[str, SourceColumn] = {}
    headers: dict[str, None] = {}
    for frame in frames:
        mapping = map_headers(list(frame.columns), where, profile)
        names, values = {}, {}
        for name, column in mapping.columns.items():
            first = known.setdefault(name, column)
            names[column.header] = first.header
            if column.date and first.date:
                names[column.date] = first.date
            if (first.factor, first.addend) != (column.factor, column.addend):
                values[first.header] = _in_unit_of(frame[column.header], column, first)
        renamed = frame.rename(columns=names)
        first_piece = not headers
        headers |= dict.fromkeys(
            header for header in renamed.columns if first_piece or header in names.values() or header in DATES
        )
        table = renamed.assign(**values).reindex(columns=list(headers))
        schema = pa.schema([(header, pa.string()) for header in headers])
        yield pa.Table.from_pandas(table, schema=schema, preserve_index=False)


def _in_unit_of(values: pd.Series, column: SourceColumn, first: SourceColumn) -> pd.Series:
    """Return texts of a column as numbers in the unit of another one; what is no number stays as it is."""
    import pandas as pd  # noqa: PLC0415

    numbers = pd.to_numeric(values.str.strip().str.replace(",", ""), errors="coerce")
    turned = (numbers * column.factor + column.addend - first.addend) / first.factor
    return turned.map(repr).where(numbers.notna(), values)
