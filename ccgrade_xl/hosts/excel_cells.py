"""How does a block of Excel cells become cell values, and cell values a block of cells? One call a block.

`cells` is everywhere an Excel Range, as xlwings' `api` gives it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

from ccgrade_xl.boundary import error_in
from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.hosts.excel_calls import asked, put
from ccgrade_xl.hosts.excel_formats import TEXT_FORMAT, prepare, strip
from ccgrade_xl.hosts.excel_typed import BLOCK_TEXT_LIMIT, typed
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area

Rows: TypeAlias = Sequence[Sequence[CellValue]]


def read_cells(cells: Any) -> list[list[CellValue]]:
    """Read rows of cell values; an empty cell is None. Dates are what Excel shows as dates."""
    shown, plain = rows_of(asked(cells, "Value")), rows_of(asked(cells, "Value2"))
    return [
        [
            # Texts and plain numbers are nearly all there is: a call for each would cost more than reading them.
            value if type(seen) is float or (type(seen) is str and value) else _cell(seen, value)
            for seen, value in zip(*lines, strict=True)
        ]
        for lines in zip(shown, plain, strict=True)
    ]


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
    columns = list(zip(*rows, strict=True))
    prepared = prepare(cells, columns, text_columns)
    raws = zip(*prepared.raw, strict=True)
    put(
        cells,
        "Value2",
        [
            [
                value if type(value) is float else typed(value, raw, from_1904)
                for value, raw in zip(row, line, strict=True)
            ]
            for row, line in zip(rows, raws, strict=True)
        ],
    )
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str) and len(value) > BLOCK_TEXT_LIMIT:
                put(strip(cells, column, column, at, at), "Value2", f"'{value}")
    for texts in prepared.later:
        put(texts, "NumberFormat", TEXT_FORMAT)


def area_of(cells: Any) -> Area:
    """Return where cells stand in their sheet. `cells` must be one rectangle."""
    address = str(asked(cells, "Address"))
    area = Area.parse(address)
    if area is None:
        raise BookFault(f"{address} 不是一整块单元格，请把名称或表恢复成一整块区域。")
    return area
