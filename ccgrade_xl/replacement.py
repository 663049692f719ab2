"""How does a small file take the place of the one before, so that whoever reads finds either, whole?

It is written beside, brought to disk and renamed. Windows refuses while somebody reads the old one: that lasts no time.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_STALE_AFTER = 3600.0
"""Seconds after which a half-written file can only be left over from a process that was killed."""
_TRIES = 40
_PAUSE = 0.05


@contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Yield an empty file to write; at the end it takes the place of `path`, on disk, in one step.

    After any error `path` stands as it stood, and nothing is left beside it. A folder that is missing is made;
    `private` lets this user alone read the file (and a folder made for it). Raises OSError where the disk cannot be
    written.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    _sweep(path.parent)
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}.half")
    try:
        half.touch(mode=0o600 if private else 0o666, exist_ok=False)
        yield half
        with half.open("rb+") as file:
            os.fsync(file.fileno())
        _rename(half, path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a rename itself to disk; Windows neither needs nor allows it."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems cannot; the data itself is on disk
            os.fsync(handle)
    finally:
        os.close(handle)


def _rename(half: Path, path: Path) -> None:
    for left in range(_TRIES, -1, -1):
        try:
            half.replace(path)
            return
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE)


def _sweep(folder: Path) -> None:
    """Remove half-written files of processes that were killed."""
    oldest = time.time() - _STALE_AFTER
    for left_over in folder.glob(".*.half"):
        with suppress(OSError):  # another process may be sweeping too
            if left_over.stat().st_mtime < oldest:
                left_over.unlink()
