"""How does a block of Excel cells become cell values, and cell values a block of cells? One call a block.

`cells` is everywhere an Excel Range, as xlwings' `api` gives it. Excel reads a text that is put into a cell as if
it had been typed: it must be kept from making a formula of `=1+1`, a number of `000123`, a date of `3-5`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ccgrade_xl.boundary import error_in
from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.hosts.excel_calls import asked, patiently, put
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area, column_letters, serial_date

Rows: TypeAlias = Sequence[Sequence[CellValue]]

TEXT_FORMAT, GENERAL_FORMAT, DATE_FORMAT = "@", "General", "yyyy-mm-dd"

BLOCK_TEXT_LIMIT = 8_203
"""Excel takes no longer text as part of a block; by itself in a cell it may have 32,767 characters."""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_READ_AS_TYPED = re.compile(
    rf"true|false|{_MONTHS}|[〇零一二三四五六七八九十百千年月日号时点分秒上下午星期\d\s:/.-]+$", re.IGNORECASE
)
"""Begins as a word Excel knows, or is made of nothing but what a Chinese date is made of."""


def read_cells(cells: Any) -> list[list[CellValue]]:
    """Read rows of cell values; an empty cell is None. Dates are what Excel shows as dates."""
    shown, plain = rows_of(asked(cells, "Value")), rows_of(asked(cells, "Value2"))
    return [[_cell(*pair) for pair in zip(*lines, strict=True)] for lines in zip(shown, plain, strict=True)]


def rows_of(value: Any) -> Sequence[Sequence[Any]]:
    """Return what Excel hands over for a range as rows: of a single cell it is no block."""
    return value if isinstance(value, tuple) else ((value,),)


def _cell(shown: Any, plain: Any) -> CellValue:
    """Tell one value: `shown` knows dates, `plain` (Value2) has numbers unrounded where cells show money."""
    if isinstance(shown, dt.datetime):
        return shown.replace(tzinfo=None) if type(shown) is dt.datetime else _naive(shown)
    if plain is None or plain == "":
        return None
    if isinstance(plain, int) and not isinstance(plain, bool):
        return error_in(plain) or CellError.VALUE
    return plain  # type: ignore[no-any-return]


def _naive(moment: dt.datetime) -> dt.datetime:
    """Return pywin32's time as a plain one: cells know no zone."""
    return dt.datetime(*moment.timetuple()[:6], moment.microsecond)  # noqa: DTZ001


def write_cells(
    cells: Any,
    rows: Sequence[Sequence[CellValue]],
    text_columns: Sequence[int] = (),
    *,
    from_1904: bool = False,
) -> None:
    """Write rows of cell values over the whole of `cells`. A text stays a text, a number a number.

    Columns listed in `text_columns` (from 0) are made text columns first, so that numbers typed there later keep
    their zeros.
    """
    formats = [
        _prepared(cells, column, [row[column] for row in rows], column in text_columns)
        for column in range(len(rows[0]))
    ]
    raws = zip(*(raw for raw, _ in formats), strict=True)
    typed = [
        [_typed(value, raw, from_1904) for value, raw in zip(row, line, strict=True)]
        for row, line in zip(rows, raws, strict=True)
    ]
    put(cells, "Value2", typed)
    for row, line in enumerate(rows, 1):
        for column, value in enumerate(line, 1):
            if isinstance(value, str) and len(value) > BLOCK_TEXT_LIMIT:
                put(_strip(cells, column - 1, row - 1, row - 1), "Value2", f"'{value}")
    for _, later in formats:
        for strip in later:
            put(strip, "NumberFormat", TEXT_FORMAT)


def _prepared(
    cells: Any, column: int, values: Sequence[CellValue], as_text: bool
) -> tuple[list[bool], list[Any]]:
    """Give a column the number formats its new values need.

    Returns for each row whether a text may go in as it is, and the cells to be made text cells afterwards: a number
    put into a text cell would become a text.
    """
    only_texts = all(value is None or isinstance(value, str) for value in values)
    whole = _strip(cells, column, 0, len(values) - 1)
    if as_text and only_texts:
        put(whole, "NumberFormat", TEXT_FORMAT)
        return [True] * len(values), []
    raw, later = [False] * len(values), []
    for first, last, number_format in _uniform(cells, column, 0, len(values) - 1):
        inside = values[first : last + 1]
        if number_format == TEXT_FORMAT and all(value is None or isinstance(value, str) for value in inside):
            raw[first : last + 1] = [True] * len(inside)
        elif number_format == TEXT_FORMAT:
            later.append(_strip(cells, column, first, last))
            put(later[-1], "NumberFormat", GENERAL_FORMAT)
        elif "y" not in str(number_format).lower():
            _show_dates(cells, column, first, inside)
    if as_text:
        later = [whole]
    return raw, later


def _show_dates(cells: Any, column: int, first: int, values: Sequence[CellValue]) -> None:
    dated = [row for row, value in enumerate(values, first) if isinstance(value, dt.date)]
    if dated:
        put(_strip(cells, column, dated[0], dated[-1]), "NumberFormat", DATE_FORMAT)


def _uniform(cells: Any, column: int, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """Give the strips of a column that have one number format; where formats are mixed Excel answers nothing."""
    number_format = asked(_strip(cells, column, first, last), "NumberFormat")
    if number_format is not None or first == last:
        yield first, last, number_format
        return
    middle = (first + last) // 2
    yield from _uniform(cells, column, first, middle)
    yield from _uniform(cells, column, middle + 1, last)


def _strip(cells: Any, column: int, first: int, last: int) -> Any:
    """Return the cells of one column, rows `first` to `last` (from 0)."""
    letters = column_letters(column + 1)
    address = f"{letters}{first + 1}:{letters}{last + 1}"
    return patiently(lambda: cells.Range(address))


def _typed(value: CellValue, raw: bool, from_1904: bool) -> Any:
    """Return what Excel must be handed so that a cell holds `value`; `raw` where the cell is a text cell."""
    if value is None or value == "":
        return ""
    if isinstance(value, CellError):
        return value.value  # as typed: pywin32 cannot hand over an error value
    if isinstance(value, str):
        if len(value) > BLOCK_TEXT_LIMIT:
            return ""
        needs_mark = value.startswith("'") if raw else is_read_as_typed(value)
        return f"'{value}" if needs_mark else value
    if isinstance(value, dt.date):
        return serial_date(value, from_1904)
    return value if isinstance(value, bool) else float(value)


def is_read_as_typed(text: str) -> bool:
    """Return whether Excel might take a text for a formula, a number, a date, a truth value or an error value."""
    return not text[0].isalpha() or bool(_READ_AS_TYPED.match(text))


def area_of(cells: Any) -> Area:
    """Return where cells stand in their sheet. `cells` must be one rectangle."""
    address = str(asked(cells, "Address"))
    area = Area.parse(address)
    if area is None:
        raise BookFault(f"{address} 不是一整块单元格，请把名称或表恢复成一整块区域。")
    return area
