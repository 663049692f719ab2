"""What a user types into a workbook, the same wherever it is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from ccgrade_xl.workbook.book import Book

Entered = Mapping[str, Sequence[str] | Mapping[str, Sequence[str | None]]]
"""By name: the texts of a named range, or of a table those of its columns, from the top."""


def enter(book: Book, entered: Entered) -> None:
    """Type texts into named ranges and columns of tables; a table without rows gets those that are typed."""
    for name, typed in entered.items():
        if not isinstance(typed, Mapping):
            book.write_block(name, [[text] for text in typed])
            continue
        table = book.read_table(name)
        if table.rows:
            book.write_columns(name, typed)
        else:
            columns = [typed.get(header, ()) for header in table.headers]
            book.replace_rows(name, list(zip_longest(*columns)))
