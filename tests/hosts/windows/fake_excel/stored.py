"""A workbook file as the fake Excel's model, read with openpyxl: a reader that is not ours."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import to_excel

from tests.hosts.windows.fake_excel.model import ERRORS


def stored(path: Path) -> dict[str, Any]:
    """Return a file's cells, tables and names as `model.loaded` takes them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl names what it would lose if it wrote the file
        values, formulas = (load_workbook(path, data_only=only, keep_links=False) for only in (True, False))
    names = {name: _area(defined.attr_text) for name, defined in formulas.defined_names.items()}
    sheets = [
        {"name": sheet.title, "tables": _tables(sheet), "cells": _cells(sheet, formulas[sheet.title])}
        for sheet in values
    ]
    return {"sheets": sheets, "names": names}


def _cells(values: Any, formulas: Any) -> list[list[Any]]:
    found = []
    for row in values.iter_rows():
        for cell in row:
            formula = formulas.cell(cell.row, cell.column).value
            text = getattr(formula, "text", formula)
            is_formula = isinstance(text, str) and formulas.cell(cell.row, cell.column).data_type == "f"
            entry = [_value(cell), text if is_formula else "", cell.number_format]
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
