"""A workbook file as the fake Excel's model, read with openpyxl: a reader that is not ours."""

from __future__ import annotations

import datetime as dt
import warnings
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import to_excel

from tests.hosts.windows.fake_excel.model import ERRORS


def stored(path: Path) -> dict[str, Any]:
    """Return a file's cells, tables and names as `model.loaded` takes them; a file is read once as long as it stays the same."""
    state = path.stat()
    return _stored(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=4)
def _stored(path: Path, *_state: int) -> dict[str, Any]:
    with warnings.catch_warnings(), ExitStack() as opened:
        warnings.simplefilter("ignore")  # openpyxl names what it would lose if it wrote the file
        values = load_workbook(path, keep_links=False, data_only=True, read_only=True)
        opened.callback(values.close)
        book = load_workbook(path, keep_links=False)
        sheets = [
            {
                "name": sheet.title,
                "tables": _tables(sheet),
                "notes": _notes(sheet),
                "cells": _cells(sheet, values[sheet.title]),
            }
            for sheet in book
        ]
    names = {name: _area(defined.attr_text) for name, defined in book.defined_names.items()}
    return {"sheets": sheets, "names": names}


def _cells(sheet: Any, values: Any) -> list[list[Any]]:
    known = {
        (cell.row, cell.column): _value(cell)
        for row in values.iter_rows()
        for cell in row
        if cell.value is not None
    }
    found = []
    for row in sheet.iter_rows():
        for cell in row:
            text = getattr(cell.value, "text", cell.value)
            formula = text if isinstance(text, str) and cell.data_type == "f" else ""
            entry = [known.get((cell.row, cell.column)), formula, cell.number_format]
            if entry != [None, "", "General"]:
                found.append([cell.row, cell.column, *entry])
    return found


def _value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return ERRORS.get(value, ERRORS["#VALUE!"])
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        return float(to_excel(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value


def _notes(sheet: Any) -> list[list[Any]]:
    return [
        [cell.row, cell.column, cell.comment.text]
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    ]


def _tables(sheet: Any) -> list[list[Any]]:
    found = []
    for table in sheet.tables.values():
        left, top, right, bottom = range_boundaries(table.ref)
        found.append([table.displayName, top, left, bottom, right])
    return found


def _area(text: str) -> list[Any] | None:
    """Read '表'!$A$1:$B$2; None for anything else a name may mean."""
    sheet, _, cells = text.rpartition("!")
    if not sheet or not cells.startswith("$") or "(" in text or "[" in text:
        return None
    left, top, right, bottom = range_boundaries(cells)
    return [sheet.strip("'"), top, left, bottom, right]
