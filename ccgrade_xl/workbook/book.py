"""The `Book` protocol: what a command may ask of a workbook, wherever it is open.

Three adapters keep it: live Excel, live LibreOffice, a closed file (`ccgrade_xl.hosts`). A command is written
once against this protocol and gives the same cells on all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Protocol, TypeAlias

from attrs import field, frozen

from ccgrade_xl.errors import CellError

CellValue: TypeAlias = float | str | bool | dt.datetime | dt.date | CellError | None
"""What a cell holds: None is an empty cell, numbers are floats."""


@frozen
class Table:
    """A table as it stands: header texts, rows of cell values, and where it is (for messages).

    `first_row` is the sheet's 1-based row number of the first data row, `first_column` the 1-based column.
    """

    name: str
    headers: tuple[str, ...]
    rows: Sequence[Sequence[CellValue]]
    sheet: str = ""
    first_row: int = 2
    first_column: int = 1

    def column(self, header: str) -> list[CellValue]:
        """Return one column's values, top to bottom. Raises ValueError for a header that is not there."""
        return list(map(itemgetter(self.headers.index(header)), self.rows))


class Book(Protocol):
    """An open workbook. Sheet, table and name texts are those of `workbook.layout`."""

    @property
    def location(self) -> str:
        """Full path (or name, while unsaved): names the book in messages and keys its undo record."""
        ...

    def table_names(self) -> Sequence[str]:
        """Return the names of the tables that stand in the book."""
        ...

    def expect(self, *names: str) -> None:
        """Say which tables are read before long: a closed file begins to read them beside what is done until then."""
        ...

    def read_table(self, name: str) -> Table:
        """Read a table as one block. Raises `BookFault` naming the table when it is not there."""
        ...

    def write_columns(self, name: str, columns: Mapping[str, Sequence[CellValue]]) -> None:
        """Write columns of a table; other columns are untouched.

        A column shorter than the table leaves the rows below it empty in that column.
        """
        ...

    def replace_rows(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Replace all data rows of a table, resizing it; rows are as wide as the table's headers."""
        ...

    def has_name(self, name: str) -> bool:
        """Return whether a defined name stands in the book."""
        ...

    def read_name(self, name: str) -> CellValue:
        """Read the one cell a defined name refers to."""
        ...

    def read_block(self, name: str) -> Sequence[Sequence[CellValue]]:
        """Read the range of a defined name as rows. Raises `BookFault` when the name is not there."""
        ...

    def write_block(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Write a block into the range of a defined name; the rest of the range is emptied.

        Raises `BookFault` when the block is larger than the range.
        """
        ...

    def read_notes(self, name: str, row: int) -> Mapping[str, str]:
        """Return the notes (批注) on the cells of one row of a table, from 0, by header."""
        ...

    def write_notes(self, name: str, row: int, notes: Mapping[str, str | None]) -> None:
        """Write notes on cells of one row, by header, each in place of the one there; None takes a note away.

        A note reads back as `workbook.notes.note_text` makes it. Raises `BookFault` for a header that is not there.
        """
        ...

    def selected_customer(self) -> str | None:
        """Return the 客户编号 of the row the user stands on in the 客户 table, if any."""
        ...

    def activate(self, sheet: str) -> None:
        """Bring a sheet to the front (no effect in a closed file)."""
        ...

    def status(self, text: str, share: float | None = None) -> None:
        """Show progress: a sentence, and the share done (0-1) where it is known."""
        ...

    def cancelled(self) -> bool:
        """Return True once the user has asked to stop (Esc). Asked between steps only."""
        ...

    def tell(self, text: str) -> None:
        """Show a message the user must see."""
        ...

    def ask(self, question: str) -> bool:
        """Ask a yes/no question; a host without a user answers yes."""
        ...

    def choose_files(self, title: str) -> Sequence[Path]:
        """Let the user pick files to import; empty when she cancels."""
        ...

    def diagnosis(self) -> str:
        """Return what there is to say about the machine and the program the book is open in, a line a question."""
        ...

    def commit(self) -> None:
        """Make all writes since opening final, all or nothing (a closed file replaces itself here)."""
        ...


@frozen
class Outcome:
    """What a command did: a sentence for the user, and sentences for the rows that need attention."""

    message: str
    attention: Sequence[str] = ()
    data: Mapping[str, object] = field(factory=dict)
