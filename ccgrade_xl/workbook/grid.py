"""What stands in the cells of a sheet? Read with calamine, after the sheet's size has been looked at.

calamine holds a sheet as one dense block from the first to the last cell that has a value, so a single value in
XFD1048576 would ask for 17 thousand million cells: the coordinates are scanned first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from attrs import define, field

from ccgrade_xl.errors import CellError, FileFault
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import COLUMNS, ROWS, Area, column_letters
from ccgrade_xl.workbook.dates import midnight
from ccgrade_xl.workbook.package import Package, SheetPart
from ccgrade_xl.workbook.sheet_reading import cells_in, read_sheet
from ccgrade_xl.workbook.sheet_xml import SheetXml, cell_column, cell_pattern, down_to, rows, split_sheet

CELL_LIMIT = 12_000_000
"""Cells of the block from the first to the last value: 300,000 customers × 40 columns, about 1 GB of memory."""
SHEET_TEXT_LIMIT = 1_000_000_000
"""Bytes of text on one sheet when each shared text is counted where it is used."""

_SMALLEST = len("<c><v></v></c>")
_SMALLEST_SHARED = len('<c t="s"><v>0</v></c>')
_ROW = re.compile(rb'<row(?: r="(\d+)")?')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\st="e")[^>]*?r="([A-Z]+\d+)"[^>]*>(?:<(?:\w+:)?f.*?)?<(?:\w+:)?v>([^<]*)<'
)
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_SHARED_INDEX = re.compile(rb'\st="s"[^>]*><(?:\w+:)?v>(\d+)<')
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
    """Read every sheet of a workbook of any format. Raises `FileFault` where one is too large or damaged."""
    read = cells_in(content, title, CELL_LIMIT)
    return {name: Grid(name, cells.rows, cells.merged) for name, cells in read.items()}


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
    _refuse_giant(package, sheet, data)
    cells = read_sheet(package, sheet, data)
    grid = Grid(sheet.name, cells.rows, cells.merged)
    # Every error begins with #, which is looked for ten times as fast as its kind, and which few sheets hold.
    for reference, text in _ERROR.findall(data) if b"#" in data and b't="e"' in data else ():
        place = Area.parse(reference.decode())
        if place is not None:
            _set(grid, place, _ERRORS.get(text.decode("utf-8", "replace"), CellError.VALUE))
    return grid


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


def _refuse_giant(package: Package, sheet: SheetPart, data: bytes) -> None:
    split = split_sheet(data, package.title)
    where = f"文件“{package.title}”的工作表“{sheet.name}”"
    if split.size > _SMALLEST * CELL_LIMIT and split.count(b"v>") > 2 * CELL_LIMIT:
        raise FileFault(f"{where}有 {CELL_LIMIT} 个以上的单元格，超过了能处理的大小。请拆成几个文件再试。")
    bottom, right = _extent(split)
    if bottom * right > CELL_LIMIT:
        raise FileFault(
            f"{where}延伸到第 {bottom} 行、第 {right} 列，超过了能处理的大小。请删除远处多余的内容，或拆成几个文件再试。"
        )
    _refuse_text_flood(package, sheet, data)


def _extent(split: SheetXml) -> tuple[int, int]:
    """Return the last row, and a column none is beyond: at a glance where that is small enough, else exactly."""
    numbers = _ROW.findall(split.data, split.start, split.end)
    if b"" not in numbers and not split.prefix:
        bottom = max(map(int, numbers), default=1)
        right = min(CELL_LIMIT // bottom, COLUMNS)
        if right and not _beyond(right).search(split.data, split.start, split.end):
            return bottom, right
    return _exact_extent(split)


def _exact_extent(split: SheetXml) -> tuple[int, int]:
    """Return the last row and column that hold anything, exactly (cells that only carry a style do not count)."""
    bottom = right = 1
    for row in rows(split):
        column = 0
        for match in cell_pattern(split.prefix).finditer(row.inner):
            column = cell_column(match, column, split.title)
            if match[3]:
                bottom, right = row.number, max(right, column)
    return bottom, right


@cache
def _beyond(column: int) -> re.Pattern[bytes]:
    """Return the pattern of a cell that may lie to the right of a column, or whose column is not told at once.

    It looks at the first of two letters only, and takes three for too many: it passes every cell of a long sheet.
    """
    letters = column_letters(column)
    first = chr(ord(letters[0]) - 1) if len(letters) == 2 else "Z"
    within = f"[A-{letters}]" if len(letters) == 1 else f"[A-{first}]?[A-Z]" if first >= "A" else "[A-Z]"
    return re.compile(f'<c(?! r="{within}[0-9])'.encode())


def _refuse_text_flood(package: Package, sheet: SheetPart, data: bytes) -> None:
    """Refuse a sheet that repeats a long shared text so often that memory would not hold it."""
    lengths = [len(text) for text in package.shared_texts.split(b"</si>")]
    longest = max(lengths)
    if len(data) // _SMALLEST_SHARED * longest <= SHEET_TEXT_LIMIT:
        return
    uses, known = len(_SHARED.findall(data)), len(lengths)
    if uses * longest <= SHEET_TEXT_LIMIT:
        return
    told = list(map(int, _SHARED_INDEX.findall(data)))
    # A cell that is written as nobody writes it may hold the longest text of all.
    total = sum(lengths[at] for at in told if at < known) + (uses - len(told)) * longest
    if total > SHEET_TEXT_LIMIT:
        raise FileFault(
            f"文件“{package.title}”的工作表“{sheet.name}”里的文字展开后大得不正常，为安全起见没有读取。请确认文件来源。"
        )
