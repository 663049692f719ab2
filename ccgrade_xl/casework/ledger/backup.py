"""Backup and restore. A backup is a ledger file, from whichever database it came; so is what moves a ledger."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from ccgrade_xl.casework.ledger import schema
from ccgrade_xl.casework.ledger.chain import Head
from ccgrade_xl.casework.ledger.faults import EXISTS
from ccgrade_xl.casework.ledger.files import copy_file, placed
from ccgrade_xl.casework.ledger.store import Ledger
from ccgrade_xl.casework.ledger.verification import verify
from ccgrade_xl.errors import LedgerFault


def backup(ledger: Ledger, target: Path) -> Head:
    """Write a ledger, as it is at one moment, into a new file, and return its head.

    Others may write meanwhile. Raises `LedgerFault` where the file exists or cannot be written.
    """
    if ledger.place.file is not None:
        copy_file(ledger.place.file, target)
    else:
        with placed(target) as half:
            _copy(ledger, Ledger.create(half))
    with Ledger.open(target).reading() as view:
        return view.head()


def restore(source: Path, place: Path | str, *, replace: bool = False) -> Ledger:
    """Make a ledger from a backup and return it. Every record and every hash is checked first.

    A damaged ledger file at `place` gives way only with `replace`, and is kept beside it as `….换下`. A
    PostgreSQL database must hold no ledger yet. Raises `LedgerFault` with the first fault of a backup that is not
    sound; nothing is written then.
    """
    saved = Ledger.open(source)
    found = verify(saved)
    if found.fault:
        raise LedgerFault(f"备份“{source}”没有通过核验，没有恢复：{found.fault}")
    if "://" in str(place) and not isinstance(place, Path):
        target = Ledger.create(place)
        _copy(saved, target)
        return target
    file = Path(place).absolute()
    aside = file.with_name(file.name + ".换下")
    if file.exists():
        if not replace or aside.exists():
            raise LedgerFault(EXISTS.format(place=aside if replace else file))
        _move_aside(file, aside)
    copy_file(saved.place.file or source, file)
    return Ledger.open(file)


def _move_aside(file: Path, aside: Path) -> None:
    """Move a ledger file and its log out of the way; a log must never meet another ledger."""
    for ending in ("", "-wal", "-shm"):
        part = file.with_name(file.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))


def _copy(source: Ledger, target: Ledger) -> None:
    """Copy every row as it stands, hashes and all."""
    with source.reading() as old, target.writing("备份") as new:
        for table in schema.HISTORY:
            with old.streamed(sa.select(table).order_by(*table.primary_key)) as rows:
                for part in rows.mappings().partitions():
                    new.connection.execute(table.insert(), [dict(row) for row in part])
