"""A workbook as Excel keeps it: cells with values, formulas and number formats, tables and names; nothing is calculated.

What is put into a cell is read as if it had been typed, as Excel does; that is what makes this model worth having.
No Windows is needed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Value: TypeAlias = "float | str | bool | int | None"
"""A cell's Value2: an int is an error value, as COM's number."""

ERRORS = {
    "#NULL!": -2146826288, "#DIV/0!": -2146826281, "#VALUE!": -2146826273, "#REF!": -2146826265,
    "#NAME?": -2146826259, "#NUM!": -2146826252, "#N/A": -2146826246,
}  # fmt: skip

TEXT_LIMIT, BLOCK_TEXT_LIMIT = 32_767, 8_203

_NUMBER = re.compile(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?%?", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-/年]\d{1,2}([-/月]\d{1,2})?[日月]?|\d{1,2}:\d{2}(:\d{2})?")


class Refused(Exception):
    """Excel's error 1004."""


@dataclass
class Cell:
    """One cell; `formula` begins with =, or is empty."""

    value: Value = None
    formula: str = ""
    number_format: str = "General"

    def enter(self, typed: Any) -> None:
        """Put something into the cell, as if typed. Raises `Refused` where Excel would."""
        self.formula = ""
        if typed is None or typed == "":
            self.value = None
        elif isinstance(typed, str):
            self._enter_text(typed)
        elif isinstance(typed, bool) or typed in ERRORS.values():
            self.value = typed
        else:
            self.value = _shown(float(typed)) if self.number_format == "@" else float(typed)

    def _enter_text(self, typed: str) -> None:
        if len(typed.removeprefix("'")) > TEXT_LIMIT:
            raise Refused("Text too long")
        if typed.startswith("'"):
            self.value = typed[1:]
        elif self.number_format == "@":
            self.value = typed
        elif typed[0] in "=+-@" and not _NUMBER.fullmatch(typed):
            if not re.fullmatch(r"[=+\-@][\w一-鿿.!$:()\[\]#,\"'*/+<>&=\- ]+", typed):
                raise Refused("There is a problem with this formula")
            self.value, self.formula = 0.0, "=" + typed.lstrip("=@")
        elif typed.upper() in ("TRUE", "FALSE"):
            self.value = typed.upper() == "TRUE"
        elif typed.upper() in ERRORS:
            self.value = ERRORS[typed.upper()]
        elif _NUMBER.fullmatch(typed.strip()):
            number = typed.strip().replace(",", "")
            self.value = float(number.rstrip("%")) / (100 if number.endswith("%") else 1)
        elif _DATE.fullmatch(typed.strip()):
            self.value, self.number_format = 45000.0, "yyyy/m/d"
        else:
            self.value = typed


def _shown(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


@dataclass
class Table:
    """A ListObject: rows and columns from 1, header row included."""

    name: str
    top: int
    left: int
    bottom: int
    right: int
    headed: bool = True
    totalled: bool = False
    filtered: bool = False


@dataclass
class Note:
    """A comment of the old kind: its text, whether it shows without the mouse, and the size of its box in points."""

    text: str
    visible: bool = False
    width: float = 108.0
    height: float = 59.25


@dataclass
class Sheet:
    """A worksheet. `cells` are those that are not blank; `notes` the comments on cells."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    notes: dict[tuple[int, int], Note] = field(default_factory=dict)
    protected: bool = False
    hidden: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, made when first asked for."""
        return self.cells.setdefault((row, column), Cell())


@dataclass
class Workbook:
    """An open workbook. `names` are the rectangles defined names refer to; None for a name of something else."""

    full_name: str
    sheets: list[Sheet]
    names: dict[str, tuple[str, int, int, int, int] | None]
    from_1904: bool = False

    def sheet(self, name: str) -> Sheet:
        """Return a sheet by name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)


def loaded(full_name: str, stored: dict[str, Any]) -> Workbook:
    """Make a workbook of what `dumped` gave."""
    sheets = [
        Sheet(
            sheet["name"],
            {(row, column): Cell(*rest) for row, column, *rest in sheet["cells"]},
            [Table(*table) for table in sheet["tables"]],
            {(row, column): Note(*rest) for row, column, *rest in sheet["notes"]},
        )
        for sheet in stored["sheets"]
    ]
    return Workbook(full_name, sheets, {name: area and tuple(area) for name, area in stored["names"].items()})


def dumped(book: Workbook) -> dict[str, Any]:
    """Return a workbook as JSON; blank cells without a format are left out."""
    return {
        "names": book.names,
        "sheets": [
            {
                "name": sheet.name,
                "tables": [list(vars(table).values()) for table in sheet.tables],
                "notes": [[*place, *vars(note).values()] for place, note in sorted(sheet.notes.items())],
                "cells": [
                    [row, column, cell.value, cell.formula, cell.number_format]
                    for (row, column), cell in sorted(sheet.cells.items())
                    if cell != Cell()
                ],
            }
            for sheet in book.sheets
        ],
    }
