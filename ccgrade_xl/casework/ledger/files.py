"""Ledger files come into being whole: a half-made one never bears the name."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from ccgrade_xl.casework.ledger.engines import Place, is_read_only, uri_of
from ccgrade_xl.casework.ledger.faults import EXISTS, UNWRITTEN, told
from ccgrade_xl.errors import LedgerFault

_BESIDE = ("-wal", "-shm", "-journal")
"""How the files are called, after the ledger's own, that SQLite keeps beside one in use."""


@contextmanager
def placed(file: Path, *, aside: Path | None = None) -> Iterator[Path]:
    """Yield a name to make a ledger file under; whole and on disk, it takes its own name at the end.

    A file that has the name already is refused; where `aside` is given it moves there at the end, with its log, and
    comes back where the new one cannot take its place. Raises `LedgerFault`, which names `file` (or `aside`), where
    it is taken, where there is no such folder, and where the file system or SQLite cannot write.
    """
    try:
        _refuse_taken(file, aside)
        half = file.with_name(f".{file.name}.{secrets.token_hex(8)}.tmp")
        try:
            yield half
            _sync(half)
            with _out_of_the_way(file, aside):
                _name(half, file)
        finally:
            for ending in ("", *_BESIDE):
                with suppress(OSError):  # what cannot be removed is hidden, and no ledger to anybody
                    half.with_name(half.name + ending).unlink()
    except (OSError, sqlite3.Error, sa.exc.DBAPIError) as error:
        raise LedgerFault(UNWRITTEN.format(place=file)) from error


def copy_file(source: Path, target: Path, *, aside: Path | None = None) -> None:
    """Copy a ledger file as it is at one moment, while others may write it. Raises `LedgerFault` as `placed` does."""
    with (
        placed(target, aside=aside) as half,
        closing(_opened(source)) as old,
        closing(sqlite3.connect(half)) as new,
    ):
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def _opened(file: Path) -> sqlite3.Connection:
    """Open a file to copy it. Raises `LedgerFault` where it is this one that cannot be read."""
    mode = "ro" if is_read_only(file) else "rw"
    with told(Place(file)):
        connection = sqlite3.connect(f"{uri_of(file)}?mode={mode}", uri=True, timeout=30.0)
        try:
            connection.execute("PRAGMA schema_version")
        except BaseException:
            connection.close()
            raise
    return connection


def _refuse_taken(file: Path, aside: Path | None) -> None:
    if not file.parent.is_dir():
        raise LedgerFault(f"写不了“{file}”：没有这个文件夹，请检查路径。")
    if file.exists() and (aside is None or aside.exists()):
        raise LedgerFault(EXISTS.format(place=aside or file))


@contextmanager
def _out_of_the_way(file: Path, aside: Path | None) -> Iterator[None]:
    """Move a file and its log aside: a log must never meet another ledger. After a failure they stand as they stood."""
    moved: list[tuple[Path, Path]] = []
    try:
        if aside is not None and file.exists():
            for ending in ("", *_BESIDE):
                part, kept = file.with_name(file.name + ending), aside.with_name(aside.name + ending)
                if part.exists():
                    part.rename(kept)
                    moved.append((part, kept))
        yield
    except BaseException:
        for part, kept in reversed(moved):
            kept.rename(part)
        raise


def _name(half: Path, file: Path) -> None:
    """Give a finished file its name, never taking it from another."""
    try:
        file.hardlink_to(half)
    except FileExistsError as error:
        raise LedgerFault(EXISTS.format(place=file)) from error
    except (OSError, NotImplementedError):  # a file system without links
        if file.exists():
            raise LedgerFault(EXISTS.format(place=file)) from None
        half.rename(file)


def _sync(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())
