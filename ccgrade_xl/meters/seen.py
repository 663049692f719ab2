"""What did the runs before see? A state folder remembers the files, the closed days and the last readings of every meter.

A gas day is closed `OPEN_DAYS` before its meter's last one: nothing changes there any more unless an old file does, or a reading
comes later still; then everything is read again. What the checks compare a day with is kept as facts of days, so that they judge the
whole past without opening its files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import astuple, field, frozen

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.meters.close_up import CLOSE_FACTS
from ccgrade_xl.meters.days import DAY_FACTS
from ccgrade_xl.meters.engine import Engine, in_order
from ccgrade_xl.meters.headers import Header, SourceColumn, map_headers
from ccgrade_xl.meters.measured import PARTS, Measured
from ccgrade_xl.meters.meter_numbers import known_as
from ccgrade_xl.meters.registry import REGISTRY_COLUMNS
from ccgrade_xl.meters.steps import Latest, gas_day
from ccgrade_xl.meters.store import results_folder

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.registry_reading import Registry
    from ccgrade_xl.meters.sources import Odd

OPEN_DAYS = 8
"""Gas days of each meter that stay open: readings may arrive up to a week late."""
STATE = "state.json"
BALANCES = "balances"
"""The part of the state that holds the last balance of each meter and day."""
_FORMAT = 4
"""To be raised when a fact of a day comes to mean something else."""
_NOT_OF_THE_DAY = ("meter_id", "customer_id", "status")

FileStamps = Mapping[str, tuple[int, int]]
"""Size and time of last change (ns) of every file by its path in the folder."""


@frozen(eq=False)
class Seen:
    """What the runs before saw.

    `files` they read; `fingerprint` of settings and zone; `columns` the source columns by canonical name; `now` of the last
    run; `texts` of valve and status; `rejected` counts by cause; `remarks`; `meters`, one row each: `begin`, `end` (s), `readings`,
    `reopened` (the first gas day that is not closed), `card` (what the registry said); `headers` as they were understood, `odd` values. `folder`
    holds days, close-ups and last readings, and where the use was counted, what was measured of closed days, and balances.
    """

    folder: Path
    files: FileStamps
    fingerprint: str
    columns: Mapping[str, list[Any]]
    now: int
    texts: Mapping[str, list[str]]
    rejected: Mapping[str, int]
    remarks: tuple[str, ...]
    meters: pd.DataFrame = field(repr=False)
    rejects: pd.DataFrame = field(repr=False)
    headers: tuple[Header, ...] = ()
    odd: Odd = field(factory=dict)

    @property
    def counted(self) -> bool:
        """Tell whether the use of closed days was kept, too."""
        return all((self.folder / f"{name}.parquet").is_file() for name in (*PARTS, BALANCES))


@frozen(eq=False)
class Closed:
    """The closed days of the runs before as tables of the engine; `meters` have `reopened`.

    Where the use was counted, `measured` is what was measured of closed days and `balances` the last balance of each day.
    """

    days: ir.Table
    close: ir.Table
    meters: ir.Table
    measured: Measured | None = None
    balances: ir.Table | None = None

    def with_days(self, fresh: ir.Table, meters: ir.Table) -> ir.Table:
        """Return closed days of a batch's `meters` and, of `fresh`, those that are open."""
        return self._joined(self._numbered(self.days, meters), fresh, meters, DAY_FACTS)

    def with_close(self, fresh: ir.Table, doubtful: ir.Table, meters: ir.Table) -> ir.Table:
        """Return what was seen close up of the doubtful days that are closed, and of `fresh` those that are open."""
        before = self._numbered(self.close, meters).semi_join(doubtful, ["meter", "gas_day"])
        return self._joined(before, fresh, meters, CLOSE_FACTS)

    def _numbered(self, table: ir.Table, meters: ir.Table) -> ir.Table:
        """Return the rows of a batch's meters, with their numbers in the batch for their ids."""
        return table.join(meters.select("meter", "meter_id"), "meter_id").drop("meter_id")

    def _joined(
        self, before: ir.Table, fresh: ir.Table, meters: ir.Table, facts: Mapping[str, str]
    ) -> ir.Table:
        kinds = {"meter": "int32", "gas_day": "int64", **facts}
        bounds = self._numbered(self.meters.select("meter_id", "reopened"), meters)
        fresh = fresh.left_join(bounds, "meter").drop("meter_right")
        fresh = fresh.filter((fresh.gas_day >= fresh.reopened).fill_null(True))
        old, new = (
            table.select(**{name: table[name].cast(kind) for name, kind in kinds.items()})
            for table in (before, fresh)
        )
        return old.union(new)


def own_states() -> Path:
    """Return the folder that holds this user's state folders."""
    return results_folder() / "seen"


def own_state(source: Any, engine: Any = None) -> Path | None:
    """Return the state folder of this user's scans of a folder; None for a source or an engine that cannot be read so."""
    if engine or not isinstance(source, str | Path) or not Path(source).is_dir():
        return None
    return own_states() / hashlib.sha256(str(Path(source).resolve()).encode()).hexdigest()[:16]


def read_seen(folder: Path) -> Seen | str:
    """Return what a state folder remembers; why it cannot be used, where it cannot; an empty reason for a new folder."""
    import pandas as pd  # noqa: PLC0415

    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        generation = folder / state["generation"]
        if state["format"] != _FORMAT:
            return "记录是别的版本写的"
        for name in ("days", "close", "last"):
            if not (generation / f"{name}.parquet").is_file():
                return "上次的记录不完整"
        return Seen(
            generation,
            {name: (size, changed) for name, (size, changed) in state["files"].items()},
            state["fingerprint"],
            state["columns"],
            state["now"],
            state["texts"],
            state["rejected"],
            tuple(state["remarks"]),
            pd.read_parquet(generation / "meters.parquet"),
            pd.read_parquet(generation / "rejects.parquet"),
            tuple(Header(*told) for told in state["headers"]),
            {header: (count, text) for header, (count, text) in state["odd"].items()},
        )
    except FileNotFoundError:
        return "上次的记录不完整" if (folder / STATE).exists() else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "上次的记录读不出"


def state_of(seen: Seen, generation: str) -> str:
    """Return the text of `STATE`; `read_seen` reads it."""
    return json.dumps(
        {
            "format": _FORMAT,
            "generation": generation,
            "files": seen.files,
            "fingerprint": seen.fingerprint,
            "columns": seen.columns,
            "now": seen.now,
            "texts": seen.texts,
            "rejected": seen.rejected,
            "remarks": seen.remarks,
            "headers": [astuple(header) for header in seen.headers],
            "odd": seen.odd,
        },
        ensure_ascii=False,
        indent=1,
    )


def stamps(files: Sequence[Path], root: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of last change of files, by their path in the folder; a file that is gone has none."""
    found = {}
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            state = file.stat()
            found[file.relative_to(root).as_posix()] = (state.st_size, state.st_mtime_ns)
    return found


def fingerprint(settings: Any, zone: str) -> str:
    """Return what must be the same for closed days to stand: settings, zone, and the facts a day has."""
    told = (
        _FORMAT,
        list(DAY_FACTS),
        list(CLOSE_FACTS),
        sorted(settings.switched.items()),
        sorted(settings.values.items()),
        zone,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def cards(registry: Registry, meter_ids: Sequence[str]) -> list[str]:
    """Return for each meter a hash of what the registry says of it, as far as a day's facts depend on it."""
    known = registry.meters.set_index("meter_id").reindex(list(meter_ids))
    names = [column.name for column in REGISTRY_COLUMNS if column.name not in _NOT_OF_THE_DAY]
    rows = known[names].astype("object").itertuples(index=False, name=None)
    return [hashlib.sha256("\x1f".join(map(str, row)).encode()).hexdigest()[:16] for row in rows]


def spoken(columns: Mapping[str, SourceColumn]) -> dict[str, list[Any]]:
    """Return source columns as the state keeps them."""
    return {name: list(astuple(column)) for name, column in columns.items()}


def _mapped(seen: Seen, profile: Mapping[str, str] | None) -> dict[str, list[Any]]:
    """Return the source columns that the headers seen before have now; none where they would not be understood."""
    try:
        return spoken(map_headers([header.text for header in seen.headers], "", profile).columns)
    except CcgradeError:
        return {}


def why_again(
    seen: Seen,
    files: FileStamps,
    wanted: str,
    registry: Registry,
    profile: Mapping[str, str] | None,
    counting: bool,
) -> str:
    """Return why everything must be read again, in Chinese; empty where the files not seen yet are enough."""
    if counting and not seen.counted:
        return "上次没有统计用气量"
    if seen.fingerprint != wanted:
        return "异常设置、时区或程序版本变了"
    if _mapped(seen, profile) != seen.columns:
        return "表头对照变了"
    for name, stamp in seen.files.items():
        if files.get(name) != stamp:
            return f"文件“{name}”改过或不在了"
    ids = list(seen.meters.meter_id)
    if cards(registry, ids) != list(seen.meters.card) or known_as(ids, registry.meters.meter_id):
        return "表具档案里已有读数的表改过"
    return ""


def comes_late(engine: Engine, fresh: ir.Table, known: ir.Table, latest: Latest) -> bool:
    """Tell whether a fresh reading belongs to a closed day; `known` meters have `start_seconds` and `reopened`."""
    dated = fresh.select("meter_id", "t").join(known, "meter_id")
    late = dated.filter(gas_day(dated, latest) < dated.reopened)
    return bool(len(engine.frame(late.limit(1))))


def with_last(engine: Engine, fresh: ir.Table | None, last: ir.Table) -> ir.Table:
    """Return the last readings of the runs before and the fresh ones, stored by meter and time."""
    if fresh is not None:
        last = last.select(**{name: last[name].cast(kind) for name, kind in fresh.schema().items()})
        last = last.union(fresh)
    return engine.spill("both", last.order_by(["meter_id", *in_order(last.columns)]))


def need_folder(engine: Engine, source: Any) -> Path:
    """Return the folder of an incremental scan. Raises `CcgradeError` where source or engine cannot do it."""
    if not engine.ordered:
        raise CcgradeError("增量读取只能在本机的 DuckDB 上运行，请去掉 engine 或 incremental。")
    if not isinstance(source, str | Path) or not Path(source).is_dir():
        raise CcgradeError("增量读取的来源应当是一个文件夹，里面放着按天追加的读数文件。")
    return Path(source)
