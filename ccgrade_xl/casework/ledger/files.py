"""Ledger files come into being whole: a half-made one never bears the name."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ccgrade_xl.casework.ledger.engines import is_read_only, uri_of
from ccgrade_xl.casework.ledger.faults import EXISTS
from ccgrade_xl.errors import LedgerFault


@contextmanager
def placed(file: Path) -> Iterator[Path]:
    """Yield a name to make a file under; it takes its own name at the end, unless another has it by then.

    Raises `LedgerFault` where a file of that name exists, or its folder cannot be written.
    """
    if file.exists():
        raise LedgerFault(EXISTS.format(place=file))
    if not file.parent.is_dir():
        raise LedgerFault(f"写不了“{file}”：没有这个文件夹，请检查路径。")
    half = file.with_name(f".{file.name}.{secrets.token_hex(8)}.tmp")
    try:
        yield half
        _sync(half)
        _name(half, file)
    except OSError as error:
        raise LedgerFault(f"写不了“{file}”，请检查文件夹是否存在、是否有写权限、磁盘是否已满。") from error
    finally:
        for left_over in file.parent.glob(half.name + "*"):
            left_over.unlink()


def copy_file(source: Path, target: Path) -> None:
    """Copy a ledger file as it is at one moment, while others may write it."""
    with placed(target) as half, closing(_opened(source)) as old, closing(sqlite3.connect(half)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{uri_of(file)}?mode={'ro' if is_read_only(file) else 'rw'}", uri=True, timeout=30.0
    )


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
