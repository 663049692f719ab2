"""Where do values go in a table or a named range? The checks and the padding that every host needs before it writes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from attrs import frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import ROWS, TEXT_LIMIT, serial_date
from ccgrade_xl.workbook.differing import neighbours


@frozen
class ColumnRun:
    """Neighbouring columns of a table: the place of the first (from 0), their headers, their full-height rows."""

    first: int
    headers: tuple[str, ...]
    rows: Sequence[Sequence[CellValue]]


def column_runs(
    table: str, headers: Sequence[str], height: int, columns: Mapping[str, Sequence[CellValue]]
) -> Iterator[ColumnRun]:
    """Give the columns to write, neighbours together, each padded with empty cells to the table's height.

    Raises `BookFault` for a header the table lacks; lengths are `check_lengths`'s.
    """
    places = {column_at(table, headers, header): header for header in columns}
    for first, last in neighbours(sorted(places)):
        names = tuple(places[place] for place in range(first, last + 1))
        padded = [_padded(columns[header], height) for header in names]
        yield ColumnRun(first, names, list(zip(*padded, strict=True)))


def check_lengths(table: str, height: int, columns: Mapping[str, Sequence[CellValue]]) -> None:
    """Raise `BookFault` for a column longer than the table it is written to."""
    for header, cells in columns.items():
        if len(cells) > height:
            raise BookFault(
                f"“{table}”表有 {height} 行，但“{header}”列要写 {len(cells)} 行，放不下，没有写入。"
            )


def column_at(table: str, headers: Sequence[str], header: str) -> int:
    """Return a column's place in a table, from 0. Raises `BookFault` for a header that is not there."""
    if header not in headers:
        raise BookFault(f"“{table}”表里没有“{header}”列，请恢复这一列的表头。")
    return headers.index(header)


def check_widths(table: str, width: int, rows: Sequence[Sequence[CellValue]]) -> None:
    """Raise `BookFault` for a row that is not as wide as its table."""
    for at, row in enumerate(rows, 1):
        if len(row) != width:
            raise BookFault(
                f"“{table}”表有 {width} 列，要写入的第 {at} 行有 {len(row)} 列，不是这个宽度，没有写入。"
            )


def check_sheet_room(table: str, first_row: int, height: int) -> None:
    """Raise `BookFault` where a table's data, from a sheet's 1-based `first_row` on, would leave the sheet."""
    if first_row + height - 1 > ROWS:
        raise BookFault(
            f"“{table}”表放不下 {height} 行：工作表从第 {first_row} 行起最多 {ROWS - first_row + 1} 行。"
        )


def table_rows(rows: Sequence[Sequence[CellValue]], width: int) -> Sequence[Sequence[CellValue]]:
    """Return what a table holds for these data rows: without any it keeps one blank row."""
    return rows or [[None] * width]


def data_rows(rows: Sequence[Sequence[CellValue]]) -> Sequence[Sequence[CellValue]]:
    """Return a table's data rows: a table of one blank row has none."""
    return [] if len(rows) == 1 and all(cell is None for cell in rows[0]) else rows


def filled_block(
    name: str, height: int, width: int, rows: Sequence[Sequence[CellValue]]
) -> list[list[CellValue]]:
    """Return rows padded with empty cells to the shape of a named range. Raises `BookFault` where they do not fit."""
    widest = max((len(row) for row in rows), default=0)
    if len(rows) > height or widest > width:
        raise BookFault(
            f"名称“{name}”的区域是 {height} 行 × {width} 列，放不下 {len(rows)} 行 × {widest} 列。"
            "请用新模板重建工作簿。"
        )
    return [_padded(row, width) for row in rows] + [[None] * width for _ in range(height - len(rows))]


def check_writable(rows: Sequence[Sequence[CellValue]]) -> None:
    """Raise `BookFault` for a text longer than Excel can hold, a number that is not finite, a date before 1900."""
    for value in dict.fromkeys(chain.from_iterable(rows)):  # most cells of a column say what others say
        if isinstance(value, str):
            if len(value) > TEXT_LIMIT:
                raise BookFault(
                    f"要写入的文字有 {len(value)} 个字，超过表格的上限 {TEXT_LIMIT}。请缩短后再试。"
                )
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise BookFault("要写入的数值不是有限的数，不能写入。")
        elif isinstance(value, dt.date):
            serial_date(value)


def no_table(name: str) -> BookFault:
    """Return the fault of a table that is not in the open workbook."""
    return BookFault(f"工作簿里没有名为“{name}”的表，请恢复它，或用 ccgrade new 新建工作簿。")


def no_name(name: str) -> BookFault:
    """Return the fault of a name that stands for no cells of the open workbook."""
    return BookFault(f"工作簿里没有指向单元格的名称“{name}”，请恢复它，或用 ccgrade new 新建工作簿。")


def no_sheet(name: str) -> BookFault:
    """Return the fault of a sheet that is not in the open workbook."""
    return BookFault(f"工作簿里没有“{name}”工作表，请恢复它，或用 ccgrade new 新建工作簿。")


def no_room_below(table: str, sheet: str, height: int, row: int) -> BookFault:
    """Return the fault of a table that would grow over cells with contents, from a sheet's row on."""
    return BookFault(
        f"“{table}”表下方的单元格有内容，放不下 {height} 行。请把“{sheet}”第 {row} 行以下的内容移走。"
    )


def _padded(cells: Sequence[CellValue], length: int) -> list[CellValue]:
    return [*cells, *[None] * (length - len(cells))]
