"""What stood in the cells a command has written over? Excel forgets its own undo when a program writes."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ccgrade_xl.hosts.excel_calls import asked, patiently, put
from ccgrade_xl.hosts.excel_cells import Rows, read_cells, rows_of, write_cells
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.differing import changed_parts


@frozen
class Replaced:
    """A range with its values, and its formulas by row and column (from 1)."""

    cells: Any
    values: list[list[CellValue]]
    formulas: dict[tuple[int, int], str]

    @classmethod
    def of(cls, cells: Any) -> Replaced:
        """Take down what stands in a range."""
        values = read_cells(cells)
        written = rows_of(asked(cells, "Formula"))
        formulas = {
            (row, column): text
            for row, line in enumerate(written, 1)
            for column, text in enumerate(line, 1)
            if _is_formula(text, values[row - 1][column - 1])
        }
        return cls(cells, values, formulas)

    def changed_parts(self, rows: Rows) -> list[Area]:
        """Return the parts of the range (A1 is its first cell) that must be written for it to hold `rows`.

        Where formulas stand that is all of it: a written cell holds a value.
        """
        if self.formulas:
            return [Area(1, 1, len(rows), len(rows[0]))]
        return changed_parts(rows, self.values)

    def put_back(self, *, from_1904: bool) -> None:
        """Write everything back as it stood."""
        write_cells(self.cells, self.values, from_1904=from_1904)
        for (row, column), text in self.formulas.items():
            put(_cell(self.cells, row, column), "Formula", text)


def _is_formula(text: object, value: CellValue) -> bool:
    """Return whether a cell holds a formula: of a text that looks like one, Excel says the text itself."""
    return isinstance(text, str) and text.startswith("=") and text != value


def _cell(cells: Any, row: int, column: int) -> Any:
    return patiently(lambda: cells.Cells(row, column))
