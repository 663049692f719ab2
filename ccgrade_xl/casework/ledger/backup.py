"""Backup and restore. A backup is a ledger file, from whichever database it came; so is what moves a ledger."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ccgrade_xl.casework.ledger import schema
from ccgrade_xl.casework.ledger.chain import Head
from ccgrade_xl.casework.ledger.engines import Place
from ccgrade_xl.casework.ledger.files import copy_file
from ccgrade_xl.casework.ledger.store import Ledger, new_ledger
from ccgrade_xl.casework.ledger.verification import verify
from ccgrade_xl.errors import LedgerFault


def backup(ledger: Ledger, target: Path) -> Head:
    """Write a ledger, as it is at one moment, into a new file, and return its head.

    Others may write meanwhile. Raises `LedgerFault` where the file exists or cannot be written, and where the ledger
    cannot be read; no file is left then.
    """
    if ledger.place.file is not None:
        copy_file(ledger.place.file, target)
    else:
        _copy(ledger, Place.of(target))
    with Ledger.open(target).reading() as view:
        return view.head()


def restore(source: Path, place: Path | str, *, replace: bool = False) -> Ledger:
    """Make a ledger from a backup and return it. Every record and every hash is checked first.

    A damaged ledger file at `place` gives way only with `replace`, once the new one is whole beside it, and is kept
    as `….换下`. A PostgreSQL database must hold no ledger yet. Raises `LedgerFault` with the first fault of a backup
    that is not sound, and where the ledger cannot be written; what stood at `place` stands there then.
    """
    saved = Ledger.open(source)
    found = verify(saved)
    if found.fault:
        raise LedgerFault(f"备份“{source}”没有通过核验，没有恢复：{found.fault}")
    target = Place.of(place)
    if target.file is None:
        _copy(saved, target)
    else:
        aside = target.file.with_name(target.file.name + ".换下") if replace else None
        copy_file(source.absolute(), target.file, aside=aside)
    return Ledger.open(place)


def _copy(source: Ledger, place: Place) -> None:
    """Make a new ledger of every row as it stands, hashes and all."""
    with new_ledger(place) as connection, closing(_history(source)) as history:
        for table, rows in history:
            connection.execute(table.insert(), rows)


def _history(source: Ledger) -> Generator[tuple[sa.Table, list[dict[str, Any]]]]:
    """Yield the rows of a ledger, some thousands at a time; raises `LedgerFault` where it is the source that fails."""
    with source.reading() as view:
        for table in schema.HISTORY:
            with view.streamed(sa.select(table).order_by(*table.primary_key)) as rows:
                for part in rows.mappings().partitions():
                    yield table, [dict(row) for row in part]
