"""What does a cell of a list say, where the list is read on whatever stands in it?

`boundary` refuses what it cannot read; here that says nothing, as a blank does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ccgrade_xl import boundary
from ccgrade_xl.errors import CellFault, NotUnderstood
from ccgrade_xl.workbook.book import CellValue, Table


def text_in(cell: CellValue) -> str:
    """Return a cell's text, "" for a blank or an error value."""
    return "" if boundary.error_in(cell) is not None else boundary.text_of(cell)


def texts_in(table: Table, header: str) -> list[str]:
    """Return a column's texts (see `text_in`), "" throughout for a column that is not there."""
    if header not in table.headers:
        return [""] * len(table.rows)
    cells = table.column(header)
    return boundary.texts_of(None if boundary.error_in(cell) is not None else cell for cell in cells)


def day_in(cell: CellValue) -> dt.date | None:
    """Return the day a cell means, None for a blank and for what is no day."""
    try:
        return boundary.read_date(cell)
    except CellFault:
        return None


def day_entered(row: Mapping[str, CellValue], header: str) -> dt.date | None:
    """Return the day in a row's cell, None for a blank. Raises `NotUnderstood` naming the header for what is no day."""
    try:
        return boundary.read_date(row[header])
    except CellFault as fault:
        raise NotUnderstood(f"{header}：{fault}") from None
