"""How does a block of Calc cells become cell values, and cell values a block of cells? One call a block.

Calc hands over dates and booleans as numbers and error values as nothing at all; the cells' number formats and
error numbers say what they are. `cells` is everywhere an XCellRange of a spreadsheet document.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area, serial_date
from ccgrade_xl.workbook.differing import changed_parts, part_of

CODES: dict[CellError, int] = {
    CellError.NA: 32767,
    CellError.VALUE: 519,
    CellError.NUM: 503,
    CellError.DIV0: 532,
    CellError.REF: 524,
    CellError.NAME: 525,
    CellError.NULL: 521,
}
"""Calc's number of each Excel error (FormulaError in its formula/errorcodes.hxx)."""

_ERRORS = {code: error for error, code in CODES.items()}
_DATE, _LOGICAL = 2, 1024
"""com.sun.star.util.NumberFormat: bits of a number format's type."""

_BY_FORMULA = frozenset({CellError, bool})
_ISO_DATE = "YYYY-MM-DD"
_FORMULAS = 16
_CONTENTS = 1 | 2 | 4 | _FORMULAS
"""com.sun.star.sheet.CellFlags: VALUE, DATETIME, STRING and FORMULA."""
_MOST_RUNS = 100
"""Runs of rows of a column that are written one by one, at most: each is a step for LibreOffice's undo."""


def error_of(code: int) -> CellError:
    """Return the Excel error Calc's error number shows as; its own errors (Err:5xx) are #VALUE! in Excel."""
    return _ERRORS.get(code, CellError.VALUE)


def read_values(cells: Any) -> tuple[tuple[CellValue, ...], ...]:
    """Read rows of cell values; an empty cell is an empty text, a date and a boolean are numbers."""
    return tuple(
        line if None not in line else _with_errors(cells, row, line)
        for row, line in enumerate(cells.getDataArray())
    )


def _with_errors(cells: Any, row: int, line: Sequence[CellValue]) -> tuple[CellValue, ...]:
    """Return a row in which Calc left out its error values, with them."""
    return tuple(
        error_of(cells.getCellByPosition(column, row).getError()) if value is None else value
        for column, value in enumerate(line)
    )


def read_typed(cells: Any, document: Any) -> list[list[CellValue]]:
    """Read rows of cell values; an empty cell is None, what is formatted as a date or as a boolean is one."""
    rows = [[None if value == "" else value for value in row] for row in read_values(cells)]
    epoch = _epoch(document)
    origin = cells.getRangeAddress()
    for kind, area in _formatted_areas(cells, document):
        columns = range(area.StartColumn - origin.StartColumn, area.EndColumn - origin.StartColumn + 1)
        for row in rows[area.StartRow - origin.StartRow : area.EndRow - origin.StartRow + 1]:
            for column in columns:
                value = row[column]
                if isinstance(value, float):
                    row[column] = bool(value) if kind == _LOGICAL else epoch + dt.timedelta(days=value)
    return rows


def write_values(
    cells: Any, rows: Sequence[Sequence[CellValue]], document: Any, begin: Callable[[], None]
) -> None:
    """Write rows of cell values over the whole of `cells`; `begin` is called before the first of them changes.

    Text is always text, also where it begins with =. What stands as it is to be is left alone.
    """
    if not rows or not rows[0]:
        return
    from_1904 = _epoch(document).year == 1904
    plain = [tuple([_plain(value, from_1904) for value in row]) for row in rows]
    for area in _changed_parts(cells, plain):
        part = cells.getCellRangeByPosition(area.left - 1, area.top - 1, area.right - 1, area.bottom - 1)
        begin()
        _record_for_undo(part)
        part.setDataArray(tuple(map(tuple, part_of(plain, area))))
    kinds = set(map(type, chain.from_iterable(rows)))
    dated = any(issubclass(kind, dt.date) for kind in kinds)
    for column in range(len(rows[0]) if dated else 0):
        _format_dates(cells, column, [row[column] for row in rows], document, begin)
    for row, line in enumerate(rows) if kinds & _BY_FORMULA else ():
        for column, value in enumerate(line):
            if type(value) in _BY_FORMULA:
                cells.getCellByPosition(column, row).setFormula(_formula(value))


def _changed_parts(cells: Any, plain: Sequence[Sequence[Any]]) -> list[Area]:
    """Return the parts of the cells that hold anything else: to write a cell takes eight times as long as to read it.

    Where formulas stand that is all of them.
    """
    if cells.queryContentCells(_FORMULAS).getCount():
        return [Area(1, 1, len(plain), len(plain[0]))]
    return changed_parts(plain, cells.getDataArray(), _MOST_RUNS, operator.eq)


def _record_for_undo(cells: Any) -> None:
    """Copy the cells onto themselves: Calc's undo of setDataArray leaves alone what was blank, that of a copy not."""
    cells.getSpreadsheet().copyRange(cells.getCellByPosition(0, 0).getCellAddress(), cells.getRangeAddress())


def _formula(value: CellValue) -> str:
    """Return what a cell must hold that setDataArray cannot fill: an error value, or a boolean that shows as one."""
    if isinstance(value, CellError):
        return f"={value.value}"
    return "=TRUE()" if value else "=FALSE()"


def holds_anything(cells: Any) -> bool:
    """Return whether anything stands in the cells, be it a formula that shows nothing."""
    return bool(cells.queryContentCells(_CONTENTS).getCount())


def clear_values(cells: Any) -> None:
    """Empty the cells, leaving their formats."""
    cells.clearContents(_CONTENTS)


def _plain(value: CellValue, from_1904: bool) -> object:
    """Return what setDataArray takes for a value: "" empties a cell, None makes it #N/A."""
    kind = type(value)
    if kind is str or kind is float:
        return value
    if value is None:
        return ""
    if isinstance(value, CellError | bool):
        return None
    if isinstance(value, dt.date):
        return serial_date(value, from_1904)
    return value if isinstance(value, str) else float(value)


def _format_dates(
    cells: Any, column: int, values: Sequence[CellValue], document: Any, begin: Callable[[], None]
) -> None:
    """Make sure that dates written into a column also show as dates."""
    dated = [row for row, value in enumerate(values) if isinstance(value, dt.date)]
    if not dated:
        return
    first = cells.getCellByPosition(column, dated[0])
    if _format_type(first.NumberFormat, document) & _DATE:
        return
    import uno  # noqa: PLC0415 - only there beside LibreOffice

    formats, anywhere = document.getNumberFormats(), uno.createUnoStruct("com.sun.star.lang.Locale")
    key = formats.queryKey(_ISO_DATE, anywhere, False)
    key = formats.addNew(_ISO_DATE, anywhere) if key < 0 else key
    begin()
    cells.getCellRangeByPosition(column, dated[0], column, dated[-1]).NumberFormat = key


def _formatted_areas(cells: Any, document: Any) -> Iterator[tuple[int, Any]]:
    """Give the areas of `cells` that are formatted as dates or booleans, each with which of the two."""
    groups = cells.getUniqueCellFormatRanges()
    for group in (groups.getByIndex(at) for at in range(groups.getCount())):
        kind = _format_type(group.NumberFormat, document)
        for bit in (_DATE, _LOGICAL):
            if kind & bit:
                yield from ((bit, area) for area in group.getRangeAddresses())


def _format_type(key: int, document: Any) -> int:
    return int(document.getNumberFormats().getByKey(key).Type)


def _epoch(document: Any) -> dt.datetime:
    first = document.NullDate
    return dt.datetime(first.Year, first.Month, first.Day)  # noqa: DTZ001 - cells know no zone
