"""A table of a Calc document: a database range with a header row, which grows and shrinks with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define

from ccgrade_xl import boundary
from ccgrade_xl.hosts.libreoffice_cells import clear_values, holds_anything, read_values
from ccgrade_xl.workbook.cells import ROWS
from ccgrade_xl.workbook.placing import check_sheet_room, column_at, no_room_below, no_table


@define
class CalcTable:
    """A database range by name; `area` is its CellRangeAddress, header row included, rows counted from 0."""

    name: str
    range: Any
    sheet: Any
    area: Any

    @classmethod
    def find(cls, document: Any, name: str) -> CalcTable:
        """Find a table of a document. Raises `BookFault` naming it where it is not there."""
        tables = document.DatabaseRanges
        if not tables.hasByName(name):
            raise no_table(name)
        found = tables.getByName(name)
        area = found.getDataArea()
        return cls(name, found, document.getSheets().getByIndex(area.Sheet), area)

    @property
    def height(self) -> int:
        """Number of data rows."""
        return int(self.area.EndRow - self.area.StartRow)

    @property
    def width(self) -> int:
        """Number of columns."""
        return int(self.area.EndColumn - self.area.StartColumn + 1)

    @property
    def headers(self) -> tuple[str, ...]:
        """The header texts."""
        return tuple(boundary.read_text(header) or "" for header in read_values(self._rows(0, 0))[0])

    @property
    def body(self) -> Any:
        """The cells of the data rows."""
        return self._rows(1, self.height)

    def places(self, row: int, headers: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return where the cells of a data row stand: column and row of the sheet, all from 0, by header."""
        return {
            header: (self.area.StartColumn + self.column_at(header), self.area.StartRow + 1 + row)
            for header in headers
        }

    def columns(self, first: int, count: int) -> Any:
        """Return the data cells of `count` columns from place `first` on."""
        left = self.area.StartColumn + first
        return self.sheet.getCellRangeByPosition(
            left, self.area.StartRow + 1, left + count - 1, self.area.EndRow
        )

    def column_at(self, header: str) -> int:
        """Return a column's place. Raises `BookFault` for a header that is not there."""
        return column_at(self.name, self.headers, header)

    def check_room(self, height: int) -> None:
        """Raise `BookFault` where the table cannot have that many rows without running over other cells."""
        check_sheet_room(self.name, self.area.StartRow + 2, height)
        if height <= self.height:
            return
        below = self._rows(self.height + 1, height)
        if holds_anything(below) and any(cell != "" for row in below.getDataArray() for cell in row):
            raise no_room_below(self.name, self.sheet.getName(), height, self.area.EndRow + 2)

    def resize(self, height: int) -> None:
        """Give the table that many data rows: new ones look like its first, rows it leaves are blank like any below it."""
        if height < self.height:
            self._leave(height + 1)
        elif height > self.height:
            self._spread(1, self.height + 1, height)
        self.area.EndRow = self.area.StartRow + height
        self.range.setDataArea(self.area)

    def _leave(self, first: int) -> None:
        """Let the rows from one on be as blank, and look, as the one below the table, where that is blank."""
        clear_values(self._rows(first, self.height))
        below = self.height + 1
        if self.area.EndRow + 1 < ROWS and not holds_anything(self._rows(below, below)):
            self._spread(below, first, self.height)

    def _spread(self, row: int, first: int, last: int) -> None:
        """Copy a row over others, doubling what is there with every copy."""
        self._copy(row, row, first)
        copied, missing = 1, last - first + 1
        while copied < missing:
            step = min(copied, missing - copied)
            self._copy(first, first + step - 1, first + copied)
            copied += step

    def _copy(self, first: int, last: int, to: int) -> None:
        target = self.sheet.getCellByPosition(self.area.StartColumn, self.area.StartRow + to)
        self.sheet.copyRange(target.getCellAddress(), self._rows(first, last).getRangeAddress())

    def _rows(self, first: int, last: int) -> Any:
        """Return the cells of rows `first` to `last` counted from the header row, which is 0."""
        area = self.area
        return self.sheet.getCellRangeByPosition(
            area.StartColumn, area.StartRow + first, area.EndColumn, area.StartRow + last
        )
