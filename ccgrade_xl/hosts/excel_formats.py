"""Which number formats must cells have before their new values go in? As few questions to Excel as may be.

`cells` is everywhere an Excel Range; rows and columns are counted from 0 inside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define

from ccgrade_xl.hosts.excel_calls import asked, patiently, put
from ccgrade_xl.hosts.excel_typed import depends_on_format
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import column_letters
from ccgrade_xl.workbook.differing import neighbours

TEXT_FORMAT, GENERAL_FORMAT, DATE_FORMAT = "@", "General", "yyyy-mm-dd"


@define
class Prepared:
    """Cells that are ready for new values.

    `raw` tells, column by column and row by row, whether a text may go in as it is; `later` are the cells to be made
    text cells afterwards: a number put into a text cell would become a text.
    """

    raw: list[list[bool]]
    later: list[Any]


def prepare(cells: Any, columns: Sequence[Sequence[CellValue]], text_columns: Sequence[int]) -> Prepared:
    """Give cells the number formats that the new values of their columns need; `text_columns` are made text columns."""
    height = len(columns[0])
    texts = [at for at in text_columns if _only_texts(columns[at])]
    for first, last in neighbours(texts):
        put(strip(cells, first, last, 0, height - 1), "NumberFormat", TEXT_FORMAT)
    others = [at for at in text_columns if at not in texts]
    prepared = Prepared(
        [[at in texts] * height for at in range(len(columns))],
        [strip(cells, at, at, 0, height - 1) for at in others],
    )
    depend = [
        at
        for at, values in enumerate(columns)
        if at not in texts and any(map(depends_on_format, dict.fromkeys(values)))
    ]
    for first, last in neighbours(depend):
        for column, top, bottom, number_format in _formats(cells, first, last, height - 1):
            _prepare_strip(prepared, cells, column, top, columns[column][top : bottom + 1], number_format)
    return prepared


def strip(cells: Any, left: int, right: int, top: int, bottom: int) -> Any:
    """Return the cells of some columns and rows."""
    address = f"{column_letters(left + 1)}{top + 1}:{column_letters(right + 1)}{bottom + 1}"
    return patiently(lambda: cells.Range(address))


def _prepare_strip(
    prepared: Prepared, cells: Any, column: int, top: int, values: Sequence[CellValue], number_format: str
) -> None:
    """Prepare the cells of a column from row `top` on, which share a number format."""
    bottom = top + len(values) - 1
    if number_format == TEXT_FORMAT and _only_texts(values):
        prepared.raw[column][top : bottom + 1] = [True] * len(values)
    elif number_format == TEXT_FORMAT:
        here = strip(cells, column, column, top, bottom)
        put(here, "NumberFormat", GENERAL_FORMAT)
        prepared.later.append(here)
    elif "y" not in str(number_format).lower():
        dated = [row for row, value in enumerate(values, top) if isinstance(value, dt.date)]
        if dated:
            put(strip(cells, column, column, dated[0], dated[-1]), "NumberFormat", DATE_FORMAT)


def _formats(cells: Any, left: int, right: int, bottom: int) -> Iterator[tuple[int, int, int, str]]:
    """Give column, first and last row of the strips that have one number format, asking for all at once first."""
    shared = asked(strip(cells, left, right, 0, bottom), "NumberFormat") if right > left else None
    for column in range(left, right + 1):
        if shared is not None:
            yield column, 0, bottom, shared
        else:
            yield from ((column, *uniform) for uniform in _uniform(cells, column, 0, bottom))


def _uniform(cells: Any, column: int, top: int, bottom: int) -> Iterator[tuple[int, int, str]]:
    """Give the strips of a column that have one number format; where formats are mixed Excel answers nothing."""
    number_format = asked(strip(cells, column, column, top, bottom), "NumberFormat")
    if number_format is not None or top == bottom:
        yield top, bottom, number_format
        return
    middle = (top + bottom) // 2
    yield from _uniform(cells, column, top, middle)
    yield from _uniform(cells, column, middle + 1, bottom)


def _only_texts(values: Sequence[CellValue]) -> bool:
    return all(value is None or isinstance(value, str) for value in values)
