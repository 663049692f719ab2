"""The results of the last complete scan, kept for this user on this machine.

Each scan writes a new file beside the old one; then a small file that names the current one is replaced in one step. A reader
that still holds the old file keeps it; files nobody needs are removed by a later scan. Processes that keep results at once
never touch each other's file.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from pathlib import Path

from ccgrade_xl.errors import FileFault, NothingScanned
from ccgrade_xl.home import data_home
from ccgrade_xl.meters.result_records import (
    Alarm,
    DayVolume,
    Expected,
    MeteredUse,
    MonthVolume,
    Report,
    Subject,
)
from ccgrade_xl.meters.results import Results
from ccgrade_xl.meters.results_writing import Found, write_results
from ccgrade_xl.replacement import replacing

__all__ = [
    "Alarm",
    "DayVolume",
    "Expected",
    "Found",
    "MeteredUse",
    "MonthVolume",
    "NothingScanned",
    "Report",
    "Results",
    "Subject",
    "keep_results",
    "results",
    "results_folder",
]

_CURRENT = "current"
_STALE_AFTER = 3600.0
"""Seconds after which a file that is not the current one can be of no scan or reader under way."""

Signature = tuple[int, int, int]
_opened: dict[Path, tuple[Signature, Results]] = {}
"""The results this process has open, by folder, with the signature of the file that named them."""


def results_folder() -> Path:
    """Return the folder results are kept in."""
    return data_home() / "meters"


def keep_results(found: Found, folder: Path | None = None) -> Path:
    """Keep the results of a complete scan instead of the ones before, and return their file; in `results_folder` where no
    other folder is named. Raises `FileFault`.
    """
    folder = folder or results_folder()
    try:
        _sweep(folder)
        path = _written(folder, found)
        with replacing(folder / _CURRENT, private=True) as half:
            half.write_text(path.name, "ascii")
    except OSError as error:
        raise FileFault(
            f"扫描结果写不进“{folder}”（{error.strerror or type(error).__name__}）。请检查磁盘空间和权限后再试。"
        ) from error
    return path


def results(folder: Path | None = None) -> Results:
    """Return the results of the last complete scan. Raises `NothingScanned` when there are none, or they cannot be read."""
    folder = folder or results_folder()
    signature = _signature(folder / _CURRENT)
    if signature is None:
        raise NothingScanned(
            "这台电脑上还没有远程抄表的扫描结果，请先在“客户分级”选项卡按“读取异常”，或运行 ccgrade meters scan。"
        )
    known = _opened.get(folder)
    if known is not None and known[0] == signature:
        return known[1]
    path = folder / _named(folder)
    if not path.is_file():
        raise NothingScanned(f"上次扫描的结果文件“{path}”不见了，请重新读取异常（扫描一次）。")
    opened = Results(path)
    _opened[folder] = signature, opened  # who still reads the one before keeps it
    return opened


def _named(folder: Path) -> str:
    file = folder / _CURRENT
    try:
        return Path(file.read_text("ascii").strip()).name
    except (OSError, ValueError) as error:
        raise NothingScanned(f"文件“{file}”读不出来，请重新读取异常（扫描一次）。") from error


def _signature(file: Path) -> Signature | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - every cell asks
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _written(folder: Path, found: Found) -> Path:
    path = folder / f"scan-{secrets.token_hex(8)}.sqlite"
    with replacing(path, private=True) as half:
        write_results(half, found)
    return path


def _sweep(folder: Path) -> None:
    """Remove results that are no longer the current ones."""
    oldest = time.time() - _STALE_AFTER
    current = ""
    with contextlib.suppress(NothingScanned):
        current = _named(folder)
    for file in folder.glob("scan-*.sqlite"):
        with contextlib.suppress(OSError):  # a reader on Windows may hold it
            if file.name != current and file.stat().st_mtime < oldest:
                file.unlink()
