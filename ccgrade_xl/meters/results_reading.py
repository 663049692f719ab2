"""The file that keeps the results of a scan: opened for reading, whole or not at all. Only Python's own SQLite is needed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from array import array
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from ccgrade_xl.errors import NothingScanned
from ccgrade_xl.meters.headers import Header
from ccgrade_xl.meters.report import CheckRun
from ccgrade_xl.meters.result_records import Report

FORMAT = 2
"""Changes with the tables of the file; a file of another format asks for a new scan."""
APPLICATION = 0x43434752


class KeptFile:
    """The rows of one file; `NothingScanned` is raised where it is damaged or of another version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self.damaged() from error
        if self.rows("PRAGMA application_id")[0][0] != APPLICATION:
            raise self.damaged()
        if self.rows("PRAGMA user_version")[0][0] != FORMAT:
            raise NothingScanned("上次扫描的结果是另一版本的 ccgrade 留下的，请重新读取异常（扫描一次）。")

    def rows(self, sql: str, *given: Any) -> Sequence[Any]:
        """Return what a query finds."""
        try:
            return self._file.execute(sql, given).fetchall()
        except sqlite3.DatabaseError as error:
            raise self.damaged() from error

    @cached_property
    def report(self) -> Report:
        """What the scan did."""
        rows = self.rows("SELECT text FROM report")
        if not rows:
            raise self.damaged()
        kept: dict[str, Any] = json.loads(rows[0][0])
        checks = tuple(
            CheckRun(code, state, meters, without, tuple(lacking))
            for code, state, meters, without, lacking in kept.pop("checks")
        )
        for name in ("unknown_meters", "silent_meters", "remarks"):
            kept[name] = tuple(kept[name])
        kept["headers"] = tuple(Header(*told) for told in kept["headers"])
        for name in ("first_day", "last_day"):
            kept[name] = _date(kept[name])
        as_of = dt.datetime.fromisoformat(kept.pop("as_of"))
        return Report(as_of=as_of, checks=checks, **kept)

    def volumes(self, series: int) -> tuple[int, array[float], array[float] | None]:
        """Return the first day of a series, its volumes by day, and the part of them that was estimated (None: nothing)."""
        rows = self.rows("SELECT first_day, m3, estimated, mark FROM series WHERE id = ?", series)
        if not rows:
            raise self.damaged()
        begin, m3, estimated, mark = rows[0]
        if zlib.crc32(estimated or b"", zlib.crc32(m3)) != mark:
            raise self.damaged()
        return begin, unpacked(m3), unpacked(estimated) if estimated is not None else None

    def damaged(self) -> NothingScanned:
        """Return the fault for a file that is not what a scan wrote."""
        return NothingScanned(f"上次扫描的结果文件“{self.path}”已损坏，请重新读取异常（扫描一次）。")


def unpacked(packed: bytes) -> array[float]:
    """Return the numbers of a packed column."""
    values = array("d")
    values.frombytes(packed)
    return values


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
