"""What stands in the cells of a sheet? Read with calamine, after the sheet's size has been looked at.

What would not fit into memory is refused first, see `spreadsheet.extent`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from attrs import define, field

from ccgrade_xl.errors import CellError
from ccgrade_xl.spreadsheet.binary_sheets import sound_workbook
from ccgrade_xl.spreadsheet.extent import refuse_giant
from ccgrade_xl.spreadsheet.opening import damaged_workbook
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import ROWS, Area
from ccgrade_xl.workbook.dates import midnight
from ccgrade_xl.workbook.package import Package, SheetPart
from ccgrade_xl.workbook.sheet_reading import cells_in, read_sheet
from ccgrade_xl.workbook.sheet_xml import down_to

_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\st="e")[^>]*?r="([A-Z]+\d+)"[^>]*>(?:<(?:\w+:)?f.*?)?<(?:\w+:)?v>([^<]*)<'
)
_WITHOUT_RESULT = re.compile(
    rb"(?:\s[^<>]*/>|(?:\s[^<>]*)?>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
"""What follows the name of a formula's element where the file holds no result of it: nobody calculated what a program wrote."""

_ADDRESS = re.compile(rb'\sr="([A-Z]+\d+)"')
_ERRORS = {error.value: error for error in CellError}
_DAY = dt.timedelta(days=1)


@define(slots=False)
class Grid:
    """The cells of a sheet from A1 on, `read` as `SheetCells` has them. `merged` are merged areas."""

    sheet: str
    read: list[list[Any]] = field(repr=False)
    merged: tuple[Area, ...] = ()

    @property
    def height(self) -> int:
        """How many rows the sheet has, down to the last that holds anything."""
        return len(self.read)

    @cached_property
    def rows(self) -> list[list[CellValue]]:
        """All cells, rows of one width: `rows[0][0]` is A1."""
        width = max(map(len, self.read), default=0)
        return [_cell_values(row) + [None] * (width - len(row)) for row in self.read]

    def value(self, row: int, column: int) -> CellValue:
        """Return the cell at a 1-based row and column; None outside."""
        if row > len(self.read) or column > len(self.read[row - 1]):
            return None
        return _cell_value(self.read[row - 1][column - 1])

    def block(self, area: Area) -> list[Sequence[CellValue]]:
        """Return an area's cells, None where the sheet ends earlier."""
        block: list[Sequence[CellValue]] = []
        for row in self.read[area.top - 1 : area.bottom]:
            cells = _cell_values(row[area.left - 1 : area.right])
            block.append(cells if len(cells) == area.width else cells + [None] * (area.width - len(cells)))
        return block + [[None] * area.width for _ in range(area.height - len(block))]


def read_grids(package: Package, names: Sequence[str], bottom: int = ROWS) -> dict[str, Grid]:
    """Read several sheets of a package, down to a row. Raises `FileFault` where one is too large or damaged."""
    return {name: _grid(package, package.sheet(name), bottom) for name in names}


def grids_of(content: bytes, title: str) -> dict[str, Grid]:
    """Read every sheet of an .xls. Raises `FileFault` where one is too large or damaged."""
    book = sound_workbook(content, title)
    read = cells_in(book.content, title)
    grids = {name: Grid(name, cells.rows, cells.merged) for name, cells in read.items()}
    if len(grids) != len(book.errors):  # sheets of one name
        raise damaged_workbook(title)
    for grid, errors in zip(grids.values(), book.errors, strict=True):
        for (row, column), error in errors.items():
            _set(grid, Area(row, column, row, column), error)
    return grids


def first_difference(
    package: Package, sheet: SheetPart, data: bytes, columns: Mapping[int, Mapping[int, CellValue]]
) -> int | None:
    """Return the first row in which a written cell (column → row → value) is empty, or full, against its value.

    `data` is the sheet's part as we wrote it. Error values are not looked at: calamine shows them as empty.
    """
    cells = read_sheet(package, sheet, data).rows
    different: list[int] = []
    for column, values in columns.items():
        read = [row[column - 1] if column <= len(row) else "" for row in cells]
        read += [""] * (max(values, default=0) - len(read))
        empty = [read[row - 1] == "" for row in values]
        wanted = [value is None or value == "" for value in values.values()]
        if empty != wanted:
            told = zip(values.items(), empty, wanted, strict=True)
            different += [
                row
                for (row, value), is_empty, should in told
                if is_empty is not should and not isinstance(value, CellError)
            ]
    return min(different, default=None)


def _grid(package: Package, sheet: SheetPart, bottom: int) -> Grid:
    data = package.archive.read(sheet.part)
    if bottom < ROWS:
        data = down_to(data, bottom, package.title)
    refuse_giant(f"文件“{package.title}”的工作表“{sheet.name}”", data, package.shared_texts)
    cells = read_sheet(package, sheet, data)
    grid = Grid(sheet.name, cells.rows, cells.merged)
    for place, error in _errors(data):
        _set(grid, place, error)
    return grid


def _errors(data: bytes) -> Iterator[tuple[Area, CellError]]:
    """Find the errors on a sheet, which calamine shows as empty cells: those that stand there, and formulas without a result."""
    # Every error begins with #, which is looked for ten times as fast as its kind, and which few sheets hold.
    for reference, text in _ERROR.findall(data) if b"#" in data and b't="e"' in data else ():
        if (place := Area.parse(reference.decode())) is not None:
            yield place, _ERRORS.get(text.decode("utf-8", "replace"), CellError.VALUE)
    for opening in (b"<f", b":f"):
        yield from _without_result(data, opening)


def _without_result(data: bytes, opening: bytes) -> Iterator[tuple[Area, CellError]]:
    """Find the formulas without a result; looking for their openings alone is many times as fast as for whole cells."""
    at = data.find(opening)
    while at >= 0:
        formula, at = at, data.find(opening, at + 2)
        if _WITHOUT_RESULT.match(data, formula + 2) is None:
            continue
        cell = data[data.rfind(b"<", 0, data.rfind(b">", 0, formula)) : formula]
        address = _ADDRESS.search(cell)
        if b't="str"' in cell or address is None:  # the result is an empty text
            continue
        if (place := Area.parse(address[1].decode())) is not None:
            yield place, CellError.CALC


def _cell_values(row: Sequence[Any]) -> list[CellValue]:
    # Texts, floats and days are nearly all there is: a call for each would cost more than reading them.
    return [
        (value or None)
        if type(value) is str
        else value
        if type(value) is float
        else midnight(value)
        if type(value) is dt.date
        else _cell_value(value)
        for value in row
    ]


def _cell_value(value: object) -> CellValue:
    if isinstance(value, str):
        return value or None
    if isinstance(value, float | bool | CellError):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return midnight(value)
    if isinstance(value, dt.time):
        return (dt.datetime.combine(dt.date.min, value) - dt.datetime.min) / _DAY  # noqa: DTZ901 - a length
    if isinstance(value, dt.timedelta):
        return value / _DAY
    raise TypeError(f"calamine gave {type(value).__name__}")


def _set(grid: Grid, place: Area, value: CellValue) -> None:
    """Put an error value where calamine left an empty cell, growing the grid where it ended earlier."""
    grid.read.extend([] for _ in range(place.top - len(grid.read)))
    row = grid.read[place.top - 1]
    row.extend([""] * (place.left - len(row)))
    row[place.left - 1] = value
