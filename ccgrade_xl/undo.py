"""What 撤销本次评级 needs: the cells a command is about to replace, kept for this user on this machine.

Excel's own undo is lost when a macro writes. One record a workbook, under the user's state folder, readable by
that user only, removed once used.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import field, frozen
from isal import igzip

from ccgrade_xl.errors import CcgradeError, CellError
from ccgrade_xl.home import remembering, state_home
from ccgrade_xl.replacement import replacing
from ccgrade_xl.workbook.book import CellValue

Rows = Sequence[Sequence[CellValue]]


@frozen
class Replaced:
    """The cells a command replaces: what it was called, whole columns or all rows of a table, named blocks.

    `tables` are further tables whose rows it replaces, by name; `notes` are those on the cells of customers, by number
    and header (None: there was none).
    """

    command: str
    table: str
    columns: Mapping[str, Sequence[CellValue]]
    rows: Rows | None
    blocks: Mapping[str, Rows]
    tables: Mapping[str, Rows] = field(factory=dict)
    notes: Mapping[str, Mapping[str, str | None]] = field(factory=dict)


@remembering()
def remember(location: str, replaced: Replaced) -> None:
    """Keep the record of a workbook's last command, instead of the one before."""
    record = {
        "command": replaced.command,
        "table": replaced.table,
        "columns": {name: _column_out(cells) for name, cells in replaced.columns.items()},
        "rows_by_column": None if replaced.rows is None else _rows_out(replaced.rows),
        "blocks_by_column": {name: _rows_out(rows) for name, rows in replaced.blocks.items()},
        "tables_by_column": {name: _rows_out(rows) for name, rows in replaced.tables.items()},
        "notes": {number: dict(notes) for number, notes in replaced.notes.items()},
    }
    written = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    packed = igzip.compress(written.encode("utf-8", "surrogatepass"), compresslevel=1, mtime=0)
    with replacing(_path(location), private=True) as half:
        half.write_bytes(packed)


@remembering()
def recollect(location: str) -> Replaced:
    """Return the record of a workbook's last command. Raises `CcgradeError` when there is none."""
    path = _path(location)
    if not path.exists():
        raise CcgradeError("没有可以撤销的操作：本机没有这个工作簿的上一次写入记录。")
    try:
        record = json.loads(gzip.decompress(path.read_bytes()))
        return Replaced(
            record["command"],
            record["table"],
            {name: _column_in(cells) for name, cells in record["columns"].items()},
            None if record["rows_by_column"] is None else _rows_in(record["rows_by_column"]),
            {name: _rows_in(columns) for name, columns in record["blocks_by_column"].items()},
            {name: _rows_in(columns) for name, columns in record["tables_by_column"].items()},
            record["notes"],
        )
    except (OSError, EOFError, ValueError, KeyError, zlib.error) as problem:
        raise CcgradeError("上一次写入的记录已损坏，无法撤销；请用备份的工作簿恢复。") from problem


@remembering()
def forget(location: str) -> None:
    """Remove the record of a workbook."""
    _path(location).unlink(missing_ok=True)


def _path(location: str) -> Path:
    return state_home() / "undo" / f"{hashlib.sha256(location.encode()).hexdigest()[:24]}.json.gz"


def _rows_in(columns: Sequence[Sequence[Any]]) -> Rows:
    return list(zip(*map(_column_in, columns), strict=True))


def _column_in(cells: Sequence[Any]) -> list[CellValue]:
    return [_in(cell) if type(cell) is dict else cell for cell in cells]


def _rows_out(rows: Rows) -> list[Sequence[object]]:
    """Return rows column by column: far fewer lists, and cells of one kind together."""
    return list(map(_column_out, zip(*rows, strict=True)))


def _column_out(cells: Sequence[CellValue]) -> Sequence[object]:
    """Return cells as JSON can say them, each distinct day worked out once."""
    if set(map(type, cells)) <= _PLAIN:
        return cells if isinstance(cells, tuple | list) else list(cells)
    known = {cell: _out(cell) for cell in {cell for cell in cells if type(cell) not in _PLAIN}}
    return [cell if type(cell) in _PLAIN else known[cell] for cell in cells]


_PLAIN = frozenset({str, float, int, bool, type(None)})


def _out(cell: object) -> object:
    """Return as JSON what it cannot say by itself: a one-entry object naming the kind of cell."""
    if isinstance(cell, CellError):
        return {"error": cell.value}
    if isinstance(cell, dt.datetime):
        return {"time": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"date": cell.isoformat()}
    return cell


def _in(cell: Mapping[str, str]) -> CellValue:
    kind, text = next(iter(cell.items()))
    readers: dict[str, Callable[[str], CellValue]] = {
        "error": CellError,
        "time": dt.datetime.fromisoformat,
        "date": dt.date.fromisoformat,
    }
    return readers[kind](text)
