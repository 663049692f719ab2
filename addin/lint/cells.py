"""Sheets and their cells: names, order, texts, styles, validation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from addin.lint.fault import Fault
from addin.lint.opened import MAIN, Opened, SheetPart

LONGEST_SHEET_NAME = 31
LONGEST_TEXT = 32767
LONGEST_VALIDATION = 255
_FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_MAY_END_WITH_A_POINT = re.compile(r"\.(?!0)")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]+)")


def cell_faults(opened: Opened) -> Iterator[Fault]:
    """Yield what is wrong with sheets and cells."""
    yield from _sheet_names(opened)
    yield from _number_formats(opened)
    for sheet in opened.sheets:
        yield from _order(sheet)
        yield from _contents(opened, sheet)
        yield from _merged(sheet)
        yield from _validations(sheet)


def _sheet_names(opened: Opened) -> Iterator[Fault]:
    names = [sheet.name for sheet in opened.sheets]
    for name in names:
        if not 0 < len(name) <= LONGEST_SHEET_NAME or _FORBIDDEN_IN_SHEET_NAME.search(name):
            yield Fault("sheet name", name, "1 to 31 characters without [ ] : * ? / \\ or an outer '")
    for name, count in Counter(name.lower() for name in names).items():
        if count > 1:
            yield Fault("duplicate sheet name", name, "sheet names differ by more than case")


def _number_formats(opened: Opened) -> Iterator[Fault]:
    for code in opened.number_formats:
        if _MAY_END_WITH_A_POINT.search(_QUOTED.sub("", code)):
            yield Fault("bare point", code, "Excel shows the point behind whole numbers, as in 85.")


def place(reference: str) -> tuple[int, int]:
    """Return row and column, from 1, of a reference such as B7. Raises ValueError for anything else."""
    match = _REFERENCE.fullmatch(reference.replace("$", ""))
    if not match:
        raise ValueError(f"Not a cell: {reference}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _order(sheet: SheetPart) -> Iterator[Fault]:
    last_row = 0
    for row in sheet.root.iter(f"{MAIN}row"):
        number = int(row.get("r", "0"))
        if number <= last_row:
            yield Fault("row order", sheet.name, f"row {number} after row {last_row}")
        last_row = number
        last_column = 0
        for cell in row.iter(f"{MAIN}c"):
            at_row, column = place(cell.get("r", ""))
            if at_row != number:
                yield Fault("cell in wrong row", sheet.name, f"{cell.get('r')} in row {number}")
            if column == last_column:
                yield Fault("duplicate cell", sheet.name, cell.get("r", ""))
            elif column < last_column:
                yield Fault("cell order", sheet.name, cell.get("r", ""))
            last_column = column


def _contents(opened: Opened, sheet: SheetPart) -> Iterator[Fault]:
    for cell in opened.cells(sheet):
        where = f"{sheet.name}!{cell.get('r')}"
        value = cell.findtext(f"{MAIN}v")
        if cell.get("t") == "s" and not 0 <= int(value or "-1") < len(opened.shared_strings):
            yield Fault("shared string out of range", where, str(value))
        if not 0 <= int(cell.get("s", "0")) < opened.style_count:
            yield Fault("style out of range", where, cell.get("s", ""))
        if len(opened.text(cell) or "") > LONGEST_TEXT:
            yield Fault("text too long", where, f"over {LONGEST_TEXT} characters")


def _merged(sheet: SheetPart) -> Iterator[Fault]:
    for merged in sheet.root.iter(f"{MAIN}mergeCell"):
        yield Fault("merged cells", sheet.name, merged.get("ref", ""))


def _validations(sheet: SheetPart) -> Iterator[Fault]:
    for validation in sheet.root.iter(f"{MAIN}dataValidation"):
        for formula in (validation.findtext(f"{MAIN}formula1"), validation.findtext(f"{MAIN}formula2")):
            if len((formula or "").strip('"')) > LONGEST_VALIDATION:
                yield Fault("validation too long", sheet.name, validation.get("sqref", ""))
