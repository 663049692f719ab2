"""A list on a sheet, declared once: its columns, and which of them the user fills in.

The template draws it as a table, commands replace its rows, and what the user entered is carried over by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Literal

from attrs import frozen

from ccgrade_xl import errors
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.number_formats import GROUPED

ListKind = Literal["text", "number", "count", "money", "date", "share", "option"]

NUMBER_FORMATS: dict[str, str] = {
    "text": "@", "option": "@", "number": GROUPED, "count": "0", "money": "#,##0.00", "date": "yyyy-mm-dd", "share": "0.0%",
}  # fmt: skip


@frozen
class ListColumn:
    """A column of a list. `entered`: the user fills it in, commands keep it; `options` feed its dropdown."""

    header: str
    width: float
    help: str
    kind: ListKind = "text"
    entered: bool = False
    options: tuple[str, ...] = ()
    number_format: str = ""

    @property
    def shown_as(self) -> str:
        """The number format of its cells."""
        return self.number_format or NUMBER_FORMATS[self.kind]


@frozen(slots=False)
class SheetList:
    """A table that stands on a sheet with nothing below it; `key` are the headers that tell one row from another."""

    name: str
    sheet: str
    title: str
    columns: tuple[ListColumn, ...]
    key: tuple[str, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers, left to right."""
        return tuple(column.header for column in self.columns)

    @cached_property
    def entered(self) -> tuple[str, ...]:
        """The headers of what the user fills in."""
        return tuple(column.header for column in self.columns if column.entered)

    def key_of(self, row: Mapping[str, CellValue]) -> tuple[str, ...]:
        """Return what tells a row, given by header, from another."""
        return tuple(map(_text, map(row.get, self.key)))

    def entered_in(self, row: Mapping[str, CellValue]) -> dict[str, CellValue]:
        """Return what the user has filled in of a row, given by header."""
        cells = ((header, row.get(header)) for header in self.entered)
        return {header: cell for header, cell in cells if cell is not None and cell != ""}

    def standing(self, table: Table) -> StandingRows:
        """Return the rows of the table as they stand in a book, blank rows left out.

        Raises `BookFault` naming the columns that the table lacks.
        """
        headers = self.headers
        lacking = [header for header in headers if header not in table.headers]
        if lacking:
            raise errors.BookFault(
                f"工作表“{self.sheet}”的表格“{self.name}”缺少“{'”“'.join(lacking)}”列，请补上列名，或用新模板重建。"
            )
        places = [table.headers.index(header) for header in headers]
        rows = [row for row in table.rows if not all(_is_blank(row[place]) for place in places)]
        return StandingRows(self, table.headers, rows)

    def records(self, table: Table) -> list[dict[str, CellValue]]:
        """Return the rows of the table by header, blank rows left out. Raises `BookFault` as `standing` does."""
        rows = self.standing(table)
        return [rows.record(at) for at in range(len(rows))]

    def rows(
        self, fresh: Sequence[Mapping[str, CellValue]], standing: Sequence[Mapping[str, CellValue]] = ()
    ) -> list[Sequence[CellValue]]:
        """Return rows as the table takes them: `fresh` by header, with what the user had entered in `standing`.

        A value that `fresh` gives for an entered column counts only where the user entered none.
        """
        return self.filled({header: [row.get(header) for row in fresh] for header in self.headers}, standing)

    def filled(
        self,
        fresh: Mapping[str, Sequence[CellValue]],
        standing: Sequence[Mapping[str, CellValue]] = (),
    ) -> list[Sequence[CellValue]]:
        """Return rows as `rows` does, of `fresh` columns by header; what is not given is blank.

        Those that tell one row from another must be among them.
        """
        blank = [None] * len(fresh[self.key[0]])
        columns = {header: list(fresh.get(header, blank)) for header in self.headers}
        before = {self.key_of(row): self.entered_in(row) for row in standing}
        keys = zip(*(map(_text, columns[header]) for header in self.key), strict=True)
        for at, key in enumerate(keys if before else ()):
            for header, cell in before.get(key, {}).items():
                columns[header][at] = cell
        return list(zip(*columns.values(), strict=True))


@frozen(slots=False)
class StandingRows:
    """Rows of a list as they stand, by column; one as a record by header where it is asked for."""

    declared: SheetList
    headers: tuple[str, ...]
    cells: Sequence[Sequence[CellValue]]

    def __len__(self) -> int:
        return len(self.cells)

    @cached_property
    def keys(self) -> list[tuple[str, ...]]:
        """What tells each row from another."""
        return list(zip(*(map(_text, self.column(header)) for header in self.declared.key), strict=True))

    def column(self, header: str) -> list[CellValue]:
        """Return one column's cells, top to bottom."""
        return list(map(itemgetter(self.headers.index(header)), self.cells))

    def record(self, at: int) -> dict[str, CellValue]:
        """Return a row by header."""
        return dict(zip(self.headers, self.cells[at], strict=True))

    def entered(self, listed: Mapping[str, CellValue]) -> list[int]:
        """Return the places of rows into which the user has filled something; `listed` is what was there by itself, by header."""
        found: set[int] = set()
        for header in self.declared.entered:
            not_entered = {None, "", listed.get(header)}
            found.update(at for at, cell in enumerate(self.column(header)) if cell not in not_entered)
        return sorted(found)


def _is_blank(cell: CellValue) -> bool:
    """Return whether a cell shows nothing."""
    return cell is None or (type(cell) is str and not cell.strip())


def _text(cell: CellValue) -> str:
    """Return a key's cell as text; a number a spreadsheet made of one reads as it is written."""
    if type(cell) is str:
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
