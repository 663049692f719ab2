"""What is written to one sheet, before any of it becomes XML: cells by column, so that a whole column costs one step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from attrs import define, field, frozen

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area


@frozen
class Pattern:
    """New cells inside `area` look like the cells of `row`.

    A column that has none there takes the look of another one (`like`), with its own number format (`formats`).
    """

    area: Area
    row: int
    like: Mapping[int, int] = field(factory=dict)
    formats: Mapping[int, str] = field(factory=dict)


@frozen
class Growth:
    """A table's data rows before and after."""

    before: Area
    after: Area


class _Joined(dict[tuple[int, ...], tuple[int, ...]]):
    """Columns, and these together with others, in their order: each made once."""

    def __init__(self, columns: tuple[int, ...]) -> None:
        super().__init__()
        self.columns = columns

    def __missing__(self, others: tuple[int, ...]) -> tuple[int, ...]:
        self[others] = joined = tuple(sorted((*others, *self.columns)))
        return joined


@define
class SheetEdit:
    """What is written to one sheet: `columns[column][row]`, how new cells look, and which table resizes.

    `widths` are the widths of columns that were not there before, in characters; `notes` are those of cells, by row
    and column, both from 1 (None: taken away).
    """

    sheet: str
    columns: dict[int, dict[int, CellValue]] = field(factory=dict)
    patterns: list[Pattern] = field(factory=list)
    growth: list[Growth] = field(factory=list)
    widths: dict[int, float] = field(factory=dict)
    notes: dict[tuple[int, int], str | None] = field(factory=dict)

    @property
    def changes_cells(self) -> bool:
        """Whether any cell changes: a note says nothing that a formula could depend on."""
        return bool(self.columns or self.growth)

    def put(self, row: int, column: int, value: CellValue) -> None:
        """Write one cell; a later write of the same cell wins."""
        self.columns.setdefault(column, {})[row] = value

    def put_cells(self, column: int, cells: Mapping[int, CellValue]) -> None:
        """Write cells of a column, by row."""
        self.columns.setdefault(column, {}).update(cells)

    def put_column(self, column: int, top: int, values: Sequence[CellValue]) -> None:
        """Write cells below one another, the first in row `top`."""
        self.columns.setdefault(column, {}).update(zip(range(top, top + len(values)), values, strict=True))

    def holds(self, row: int, column: int) -> bool:
        """Return whether a cell is written."""
        return row in self.columns.get(column, ())

    def value(self, row: int, column: int, otherwise: CellValue) -> CellValue:
        """Return what is written to a cell, or what is given where it is not written."""
        return self.columns.get(column, {}).get(row, otherwise)

    def columns_by_row(self) -> dict[int, tuple[int, ...]]:
        """Return the columns written in each row, left to right; the rows from the top."""
        together: dict[frozenset[int], list[int]] = defaultdict(list)
        for column in sorted(self.columns):  # most are written in the very same rows
            together[frozenset(self.columns[column])].append(column)
        found: dict[int, tuple[int, ...]] = {}
        for rows, columns in together.items():
            alike = _Joined(tuple(columns))
            found |= {row: alike[found.get(row, ())] for row in rows}
        return {row: found[row] for row in sorted(found)}

    def area(self) -> Area | None:
        """Return the area from the first to the last written cell; None where nothing is written."""
        written = {column: cells for column, cells in self.columns.items() if cells}
        if not written:
            return None
        top = min(min(cells) for cells in written.values())
        return Area(top, min(written), max(max(cells) for cells in written.values()), max(written))
