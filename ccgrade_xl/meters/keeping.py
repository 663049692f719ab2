"""Remember what a run saw, for the next one: written beside the old state, and put in its place only when the run has succeeded."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.close_up import CLOSE_FACTS
from ccgrade_xl.meters.days import DAY_FACTS
from ccgrade_xl.meters.seen import OPEN_DAYS, STATE, Seen, own_states, read_seen, state_of
from ccgrade_xl.meters.steps import FUTURE, Latest, gas_day
from ccgrade_xl.replacement import replacing

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.engine import Engine

_READER = "read-by-"
"""What the name of the file begins with that a run leaves in the generation it reads."""
_FORGOTTEN = 100 * 86_400
"""Seconds after which what is remembered of a folder that is no longer scanned is taken away."""
_STALE = 86_400
"""Seconds after which what a killed run left is taken away."""


@define
class Keeper:
    """Writes a new generation of the state, a batch of meters at a time, whichever lane it comes from."""

    folder: Path
    generation: Path
    reopened: dict[str, int] = field(factory=dict)
    _writers: dict[str, Any] = field(factory=dict)
    _reading: Path | None = None
    _turn: Lock = field(factory=Lock)
    _fault: FileFault | None = None

    def seen(self) -> Seen | str:
        """Return what the folder remembers (see `read_seen`), and mark it as being read: a run that ends before this one leaves it."""
        seen = read_seen(self.folder)
        if isinstance(seen, Seen):
            reading = seen.folder / f"{_READER}{self.generation.name}"
            try:
                reading.touch()
            except OSError:
                return "上次的记录读不出"
            self._reading = reading
        return seen

    def keep(
        self, engine: Engine, readings: ir.Table, meters: ir.Table, latest: Latest, batch: Sequence[str]
    ) -> None:
        """Keep the closed days of the batch at hand, and the readings of its open ones and of the day before these."""
        days, close = (self._of_meters(engine.table(name), meters) for name in ("days", "close"))
        last = days.group_by("meter_id").agg(last=days.gas_day.max(where=days.gas_day < FUTURE))
        bounds = last.select("meter_id", reopened=(last.last - (OPEN_DAYS - 1)).fill_null(-FUTURE))
        dated = days.select("meter_id", "gas_day").join(bounds, "meter_id")
        before = dated.gas_day.max(where=dated.gas_day < dated.reopened)
        kept = engine.keep(
            "kept",
            dated.group_by("meter_id").agg(reopened=dated.reopened.max(), since=before).pipe(_without_gaps),
        )
        part = readings.filter(readings.meter_id.between(batch[0], batch[-1]))
        part = part.join(meters.select("meter_id", "start_seconds"), "meter_id").join(kept, "meter_id")
        part = part.filter(gas_day(part, latest) >= part.since)
        self.write("days", engine, _before(days, kept).select("meter_id", "gas_day", *DAY_FACTS))
        self.write("close", engine, _before(close, kept).select("meter_id", "gas_day", *CLOSE_FACTS))
        self.write("last", engine, part.select(*readings.columns))
        frame = engine.frame(kept.select("meter_id", "reopened"))
        self.reopened.update(zip(frame.meter_id, map(int, frame.reopened), strict=True))

    def _of_meters(self, table: ir.Table, meters: ir.Table) -> ir.Table:
        """Return rows with the ids of their meters: a number means nothing to the next run."""
        return table.join(meters.select("meter", "meter_id"), "meter").drop("meter")

    def write(self, name: str, engine: Engine, rows: ir.Table) -> None:
        """Add rows to a part of the state. Raises `FileFault` where the disk cannot be written."""
        import pyarrow.parquet as pq  # noqa: PLC0415

        piece = engine.rows(rows)
        with self._turn:
            if self._fault is not None:  # another lane met it: Arrow has closed the file
                raise self._fault
            try:
                with _told(self.folder):
                    if name not in self._writers:
                        self._writers[name] = pq.ParquetWriter(
                            self.generation / f"{name}.parquet", piece.schema
                        )
                    self._writers[name].write_table(piece)
            except FileFault as fault:
                self._fault = fault
                raise

    def bounds(self, batch: Sequence[str]) -> pd.DataFrame:
        """Return the first gas day of each meter of a batch that stays open."""
        import pandas as pd  # noqa: PLC0415

        return pd.DataFrame({"meter_id": list(batch), "reopened": [self.reopened[each] for each in batch]})

    def close(self) -> None:
        """Close the files, and no longer read those of the run before."""
        with contextlib.ExitStack() as closing:  # each of them, even where another fails
            if self._reading is not None:
                closing.callback(self._reading.unlink, missing_ok=True)
            for writer in self._writers.values():
                closing.callback(writer.close)
            self._writers.clear()

    def put_in_place(self, seen: Seen) -> None:
        """Make this generation the state; the one before goes. Raises `FileFault` where the disk cannot be written."""
        with _told(self.folder):
            self._put_in_place(seen)

    def _put_in_place(self, seen: Seen) -> None:
        self.close()
        _texts(seen.rejects).to_parquet(self.generation / "rejects.parquet", index=False)
        seen.meters.to_parquet(
            self.generation / "meters.parquet", index=False
        )  # last: a run with it is whole
        with replacing(self.folder / STATE) as half:
            half.write_text(state_of(seen, self.generation.name), encoding="utf-8")


@contextlib.contextmanager
def keeper(folder: Path) -> Iterator[Keeper]:
    """Open a new generation in a state folder; whatever is not put in place is taken away. Raises `FileFault`."""
    generation = folder / f"run-{secrets.token_hex(6)}"
    with _told(folder):
        generation.mkdir(parents=True, mode=0o700)
    writing = Keeper(folder, generation)
    try:
        yield writing
    finally:
        with contextlib.suppress(OSError):  # what could not be written is taken away
            writing.close()
        _tidy(folder, generation)
        if folder.parent == own_states():
            _sweep(folder)


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = os.strerror(error.errno) if error.errno else type(error).__name__
        raise FileFault(
            f"写不进增量记录的文件夹“{folder}”（{cause}），请检查路径、权限和磁盘空间。"
        ) from error


def _tidy(folder: Path, own: Path) -> None:
    """Take away every generation that is not the state, but what another run may still be writing or reading."""
    try:
        state = (folder / STATE).read_text(encoding="utf-8")
    except FileNotFoundError:  # nothing was put in place yet: another run may be about to
        shutil.rmtree(own, ignore_errors=True)
        return
    for other in folder.glob("run-*"):
        if f'"{other.name}"' not in state and (other == own or not _in_use(other)):
            shutil.rmtree(other, ignore_errors=True)


def _sweep(own: Path) -> None:
    """Take away what is remembered of folders that nobody has scanned for a long time."""
    for state in own.parent.glob(f"*/{STATE}"):
        with contextlib.suppress(OSError):
            if state.parent != own and time.time() - state.stat().st_mtime > _FORGOTTEN:
                shutil.rmtree(state.parent, ignore_errors=True)


def _in_use(generation: Path) -> bool:
    """Tell whether a run may be writing or reading a generation; what a killed one left is old, and another run may take it away first."""
    try:
        if time.time() - generation.stat().st_mtime > _STALE:
            return False
    except FileNotFoundError:
        return False
    return not (generation / "meters.parquet").exists() or any(generation.glob(f"{_READER}*"))


def _without_gaps(kept: ir.Table) -> ir.Table:
    return kept.mutate(since=kept.since.coalesce(kept.reopened))


def _before(days: ir.Table, kept: ir.Table) -> ir.Table:
    table = days.join(kept.select("meter_id", "reopened"), "meter_id")
    return table.filter(table.gas_day < table.reopened)


def _texts(rejects: pd.DataFrame) -> pd.DataFrame:
    """Return rejected rows as texts: whatever they hold can then be kept."""
    return rejects.astype("str").where(rejects.notna(), None)
