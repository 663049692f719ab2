"""The ledger itself: made, opened, read and written.

Each `reading` is one moment of the ledger; each `writing` is one transaction, whole or not at all. Between the two
nothing is held, so that two Excel processes, a scheduler and a colleague can use one ledger.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from ccgrade_xl.casework import LEDGER_FILE
from ccgrade_xl.casework.ledger import schema
from ccgrade_xl.casework.ledger.engines import WAIT, Place, engine_of, is_read_only, writing
from ccgrade_xl.casework.ledger.faults import (
    DAMAGED,
    EMPTY,
    EXISTS,
    FOREIGN,
    MISSING,
    NEWER,
    READ_ONLY,
    STRANGERS,
    told,
)
from ccgrade_xl.casework.ledger.files import copy_file, placed
from ccgrade_xl.casework.ledger.pen import Pen, Writer
from ccgrade_xl.casework.ledger.views import View
from ccgrade_xl.errors import LedgerFault

_MAGIC = b"SQLite format 3\x00"


class Ledger:
    """A ledger that was found sound enough to use. `place` says where it lies."""

    def __init__(self, place: Place, wait: float) -> None:
        self.place = place
        self._engine = engine_of(place, wait=wait)

    @classmethod
    def create(cls, place: Path | str, *, wait: float = WAIT) -> Ledger:
        """Make an empty ledger at a path or in a PostgreSQL database.

        Raises `LedgerFault` where one is there already, and where none can be made.
        """
        at = Place.of(place)
        with new_ledger(at, wait=wait):
            pass  # nothing stands in it
        return cls(at, wait)

    @classmethod
    def open(
        cls, place: Path | str, *, upgrades: Sequence[schema.Upgrade] = schema.UPGRADES, wait: float = WAIT
    ) -> Ledger:
        """Open a ledger, upgrading an older one (a copy of a file is kept beside it first).

        `wait` is how many seconds a writer waits for another. Raises `LedgerFault` for one that is missing, empty,
        cut short, no ledger, unreachable or from a newer version, or in which stands what ccgrade did not put there; a read-only one opens as it is and refuses to be
        written.
        """
        ledger = cls(Place.of(place), wait)
        if ledger.place.file is not None:
            _check_file(ledger.place.file)
        with ledger.reading() as view:
            if strangers := schema.strangers(view.connection):
                raise LedgerFault(STRANGERS.format(place=ledger.place.shown, names="、".join(strangers[:5])))
            found = schema.version_of(view.connection)
            only_read = ledger.is_read_only or not schema.may_write(view.connection)
        known, shown = schema.newest(upgrades), ledger.place.shown
        if found == 0:
            raise LedgerFault((FOREIGN if ledger.place.file else MISSING).format(place=shown))
        if found > known:
            raise LedgerFault(NEWER.format(place=shown, found=found, known=known))
        if found < known and not (only_read and found >= schema.READABLE):
            ledger._upgrade(found, upgrades)
        return ledger

    @property
    def is_read_only(self) -> bool:
        """Whether the ledger can only be looked at."""
        return self.place.file is not None and is_read_only(self.place.file)

    @contextmanager
    def reading(self) -> Iterator[View]:
        """Look at the ledger as it is at one moment."""
        with told(self.place), self._engine.begin() as connection:
            yield View(connection)

    @contextmanager
    def writing(self, person: str, at: dt.datetime | None = None) -> Iterator[Pen]:
        """Write into the ledger as `person`, all of it or, after any error, none; others wait meanwhile.

        Raises `LedgerFault` where the ledger is read-only, gone, or held too long by another writer.
        """
        writer = Writer.of(person, at)
        if self.is_read_only:
            self._must_exist()
            raise LedgerFault(READ_ONLY.format(place=self.place.shown))
        with told(self.place), writing(self._engine).begin() as connection:
            yield Pen(connection, writer.person, writer.at)

    def _must_exist(self) -> None:
        if self.place.file is not None and not self.place.file.exists():
            raise LedgerFault(MISSING.format(place=self.place.shown))

    def _upgrade(self, found: int, upgrades: Sequence[schema.Upgrade]) -> None:
        if self.is_read_only:
            raise LedgerFault(READ_ONLY.format(place=self.place.shown))
        if self.place.file is not None:
            kept = self.place.file.with_name(f"{self.place.file.stem}.版本{found}{self.place.file.suffix}")
            if not kept.exists():
                copy_file(self.place.file, kept)
        with told(self.place), writing(self._engine).begin() as connection:
            schema.upgrade(connection, upgrades)


@contextmanager
def new_ledger(place: Place, *, wait: float = WAIT) -> Iterator[sa.Connection]:
    """Make a ledger, and yield its connection to fill it: it comes into being with all that is written, or not at all.

    Raises `LedgerFault` where one is there already, and where none can be made.
    """
    if place.file is None:
        with told(place), _made(place, wait) as connection:
            yield connection
    else:
        with placed(place.file) as half, _made(Place(half), wait) as connection:
            yield connection


@contextmanager
def _made(place: Place, wait: float) -> Iterator[sa.Connection]:
    with writing(engine_of(place, wait=wait, new=True)).begin() as connection:
        if schema.version_of(connection):
            raise LedgerFault(EXISTS.format(place=place.shown))
        schema.create(connection)
        schema.upgrade(connection, schema.UPGRADES)
        yield connection


def _check_file(file: Path) -> None:
    """Refuse a file that is gone, empty, something else, or shorter than it says of itself."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            header = opened.read(100)
    except FileNotFoundError as error:
        raise LedgerFault(MISSING.format(place=file)) from error
    except OSError as error:
        raise LedgerFault(f"打不开评级台账“{file}”，请检查权限，或稍后再试。") from error
    if size == 0:
        raise LedgerFault(EMPTY.format(place=file))
    if not header.startswith(_MAGIC):
        raise LedgerFault(FOREIGN.format(place=file))
    log = file.with_name(file.name + "-wal")
    if log.exists() and log.stat().st_size:
        return  # the rest may still stand in the log
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if len(header) < 100 or size < pages * (65536 if page == 1 else page):
        raise LedgerFault(DAMAGED.format(place=file))


def beside(book: Path) -> Path:
    """Return where the ledger of a workbook lies when no other place is set: in its folder."""
    return Path(os.fspath(book)).absolute().parent / LEDGER_FILE
