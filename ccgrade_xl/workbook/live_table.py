"""A table of a closed file as the edits so far leave it, and which of its cells really have to be written.

A cell that holds the value already is left alone, with the bytes it has: a month's list says again most of what
stood there. Not so where a formula might stand in it: a written cell holds a value, in every host.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from attrs import define, evolve, field

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.dates import midnight
from ccgrade_xl.workbook.differing import differing
from ccgrade_xl.workbook.layout import COLUMN
from ccgrade_xl.workbook.package import TablePart
from ccgrade_xl.workbook.sheet_edit import Pattern, SheetEdit


@define
class LiveTable:
    """A table by its headers and rows.

    `factors` turn cells into our unit, by column place; `added` are the sheet columns added on the right;
    `may_hold_formulas` looks whether any of its cells may. A row is never changed but given way to another one:
    who has read the table keeps what was read.
    """

    name: str
    sheet: str
    body: Area
    headers: list[str]
    rows: list[Sequence[CellValue]]
    may_hold_formulas: Callable[[], bool]
    part: TablePart | None = None
    factors: Mapping[int, float] = field(factory=dict)
    added: dict[int, str] = field(factory=dict)
    body_before: Area = field(init=False)
    _has_formulas: bool | None = None

    def __attrs_post_init__(self) -> None:
        self.body_before = self.body

    def put_columns(self, edit: SheetEdit, columns: Mapping[str, Sequence[CellValue]]) -> None:
        """Put some columns' cells, empty below the last value."""
        changed: dict[int, list[CellValue]] = {}
        for header, values in columns.items():
            place = self.headers.index(header)
            whole = as_read([*values, *[None] * (len(self.rows) - len(values))])
            for at in self._put(edit, place, whole, [row[place] for row in self.rows]):
                if at not in changed:
                    changed[at] = list(self.rows[at])
                changed[at][place] = whole[at]
        if changed:
            self.rows = [changed.get(at, row) for at, row in enumerate(self.rows)]

    def put_rows(self, edit: SheetEdit, rows: Sequence[Sequence[CellValue]]) -> None:
        """Put other rows in place of those that stand; what is left of these below is emptied."""
        before, body = self.rows, self.body
        height = max(1, len(rows))
        self.body = evolve(body, bottom=body.top + height - 1)
        width = len(self.headers)
        standing = [*before, *[[None] * width] * (body.height - len(before))]
        fresh = [*rows, *[[None] * width] * (max(height, body.height) - len(rows))]
        columns = [as_read(values) for values in zip(*fresh, strict=True)]
        self.rows = list(map(list, zip(*(values[: len(rows)] for values in columns), strict=True)))
        for place, (values, stood) in enumerate(zip(columns, zip(*standing, strict=True), strict=True)):
            self._put(edit, place, values, stood)

    def add_column(self, header: str) -> int:
        """Add an empty column on the right, and return where it stands on the sheet."""
        self.headers.append(header)
        self.body = evolve(self.body, right=self.body.right + 1)
        self.added[self.body.right] = header
        self.rows = [[*row, None] for row in self.rows]
        return self.body.right

    def set_pattern(self, edit: SheetEdit) -> None:
        """Let new cells look like the table's first data row, added columns like the last one before them."""
        top, left = self.body.top, self.body.left
        like = dict.fromkeys(self.added, left + len(self.headers) - len(self.added) - 1)
        formats = {column: COLUMN[header].number_format for column, header in self.added.items()}
        title = Area(top - 1, left, top - 1, self.body.right)
        ours = {(top, left), (top - 1, left)}
        edit.patterns = [row for row in edit.patterns if (row.area.top, row.area.left) not in ours]
        edit.patterns.append(Pattern(self.body, top, like, formats))
        if self.added:
            edit.patterns.append(Pattern(title, top - 1, like))

    def _put(
        self, edit: SheetEdit, place: int, values: Sequence[CellValue], standing: Sequence[CellValue]
    ) -> list[int]:
        """Put what differs from what stands in the rows that stood, and all of it below them and where formulas are.

        Returns the places of the rows whose value differs.
        """
        column, share = self.body.left + place, 1 / self.factors.get(place, 1.0)
        if self._has_formulas is None:
            self._has_formulas = self.may_hold_formulas()
        known = 0 if self._has_formulas or column in self.added else len(standing)
        changed = differing(values, standing)
        if known:
            edit.put_cells(column, {self.body.top + at: scaled(values[at], share) for at in changed})
        below = values[known:]
        edit.put_column(
            column, self.body.top + known, below if share == 1 else [scaled(each, share) for each in below]
        )
        return changed


def as_read(values: Sequence[CellValue]) -> Sequence[CellValue]:
    """Return a column's cells as the written file will give them back: a day is the moment it begins."""
    if dt.date not in set(map(type, values)):
        return values
    moments = {day: midnight(day) for day in set(values) if type(day) is dt.date}
    return [moments[value] if type(value) is dt.date else value for value in values]


def scaled(value: CellValue, factor: float) -> CellValue:
    """Multiply a number by a unit's factor; an empty text is an empty cell; anything else stays."""
    if value == "":
        return None
    if factor == 1 or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return round(value * factor, 9)
