"""What stood in the cells a command has written over? Excel forgets its own undo when a program writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from ccgrade_xl.hosts.excel_calls import asked, patiently, put
from ccgrade_xl.hosts.excel_cells import Rows, read_cells, rows_of, write_cells
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.live_table import is_same


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

    def differing(self, rows: Rows) -> tuple[int, int] | None:
        """Return the first and the last of the rows (from 0) that would change these cells; None where nothing would.

        Where formulas stand all rows would: a written cell holds a value.
        """
        if self.formulas:
            return 0, len(rows) - 1
        pairs = zip(rows, self.values, strict=True)
        others = [at for at, (line, stood) in enumerate(pairs) if not _is_as_it_stands(line, stood)]
        return (others[0], others[-1]) if others else None

    def put_back(self, *, from_1904: bool) -> None:
        """Write everything back as it stood."""
        write_cells(self.cells, self.values, from_1904=from_1904)
        for (row, column), text in self.formulas.items():
            put(_cell(self.cells, row, column), "Formula", text)


def _is_as_it_stands(line: Sequence[CellValue], stood: Sequence[CellValue]) -> bool:
    return all(
        (type(value) is type(cell) and value == cell) or is_same(value, cell)
        for value, cell in zip(line, stood, strict=True)
    )


def _is_formula(text: object, value: CellValue) -> bool:
    """Return whether a cell holds a formula: of a text that looks like one, Excel says the text itself."""
    return isinstance(text, str) and text.startswith("=") and text != value


def _cell(cells: Any, row: int, column: int) -> Any:
    return patiently(lambda: cells.Cells(row, column))
