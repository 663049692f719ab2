"""A list on a sheet, declared once: its columns, and which of them the user fills in.

The template draws it as a table, commands replace its rows, and what the user entered is carried over by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

from attrs import frozen

from ccgrade_xl import errors
from ccgrade_xl.workbook.book import CellValue, Table

ListKind = Literal["text", "number", "count", "money", "date", "share", "option"]

NUMBER_FORMATS: dict[str, str] = {
    "text": "@", "option": "@", "number": "#,##0.##", "count": "0", "money": "#,##0.00", "date": "yyyy-mm-dd", "share": "0.0%",
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

    def records(self, table: Table) -> list[dict[str, CellValue]]:
        """Return the rows of the table by header, blank rows left out.

        Raises `BookFault` naming the columns that a table as it stands in a book lacks.
        """
        headers = self.headers
        lacking = [header for header in headers if header not in table.headers]
        if lacking:
            raise errors.BookFault(
                f"工作表“{self.sheet}”的表格“{self.name}”缺少“{'”“'.join(lacking)}”列，请补上列名，或用新模板重建。"
            )
        rows = (dict(zip(table.headers, row, strict=True)) for row in table.rows)
        return [row for row in rows if not all(_is_blank(row[header]) for header in headers)]

    def rows(
        self, fresh: Sequence[Mapping[str, CellValue]], standing: Sequence[Mapping[str, CellValue]] = ()
    ) -> list[list[CellValue]]:
        """Return rows as the table takes them: `fresh` by header, with what the user had entered in `standing`.

        A value that `fresh` gives for an entered column counts only where the user entered none.
        """
        headers = self.headers
        before = {self.key_of(row): self.entered_in(row) for row in standing}
        if not any(before.values()):
            return [list(map(row.get, headers)) for row in fresh]
        merged = ({**row, **before.get(self.key_of(row), {})} for row in fresh)
        return [list(map(row.get, headers)) for row in merged]


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
