"""Writes cells into a Calc sheet and reads back what they show, by other calls than ccgrade's own adapter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.book import CellValue

_CODES = {
    32767: "#N/A",
    519: "#VALUE!",
    503: "#NUM!",
    532: "#DIV/0!",
    524: "#REF!",
    525: "#NAME?",
    521: "#NULL!",
}
_TEXT, _ERROR = 2, 4
"""com.sun.star.sheet.FormulaResult: STRING, ERROR."""


def put(sheet: Any, column: int, row: int, rows: Sequence[Sequence[CellValue]]) -> str:
    """Write values, errors as the formulas that give them; return the address of the block."""
    for down, line in enumerate(rows):
        for across, value in enumerate(line):
            cell = sheet.getCellByPosition(column + across, row + down)
            if isinstance(value, CellError):
                cell.setFormula(f"={value.value}")
            elif isinstance(value, str):
                cell.setString(value)
            elif value is not None:
                cell.setValue(value)
    return address(sheet, column, row, len(rows[0]), len(rows))


def address(sheet: Any, column: int, row: int, width: int = 1, height: int = 1) -> str:
    """Return the address of a block as a formula writes it."""
    cells = sheet.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)
    first, _, last = cells.AbsoluteName.rpartition(".")[2].replace("$", "").partition(":")
    return f"{first}:{last}" if width * height > 1 else first


def shown(cell: Any) -> CellValue | str:
    """Return what a cell shows: a number, a text, an error; Calc's own errors as their name, e.g. Err:504."""
    code = cell.getError()
    if code:
        return CellError(_CODES[code]) if code in _CODES else f"Err:{code}"
    if cell.getType().value == "FORMULA":
        return cell.getString() if cell.FormulaResultType2 == _TEXT else cell.getValue()
    return {"VALUE": cell.getValue, "TEXT": cell.getString, "EMPTY": lambda: None}[cell.getType().value]()


def answer(sheet: Any, column: int, row: int, formula: str) -> CellValue | str:
    """Enter a formula and return what its cell shows."""
    cell = sheet.getCellByPosition(column, row)
    cell.setFormula(formula)
    return shown(cell)


def array_answer(
    sheet: Any, column: int, row: int, width: int, height: int, formula: str
) -> tuple[tuple[CellValue | str, ...], ...]:
    """Enter an array formula and return what its cells show."""
    cells = sheet.getCellRangeByPosition(column, row, column + width - 1, row + height - 1)
    cells.setArrayFormula(formula)
    return tuple(
        tuple(shown(cells.getCellByPosition(across, down)) for across in range(width))
        for down in range(height)
    )
