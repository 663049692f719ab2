"""Workbooks with everything a user's file may hold, made with XlsxWriter, for the tests of this folder."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, INPUT_COLUMNS

NAMES = tuple(column.name for column in CUSTOMER_COLUMNS)
CUSTOM_UI = b'<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'
MACROS = bytes(range(256)) * 8


def customer(number: int) -> list[Any]:
    """One customer's input cells."""
    row: list[Any] = [None] * len(INPUT_COLUMNS)
    row[0], row[1], row[4] = f"{number:08d}", f"客户{number}", "在用"
    row[5], row[8], row[9] = dt.datetime(2020, 1, 1 + number % 28), 1000.0 + number, 12.0
    return row


def rich_book(
    rows: int = 5, *, table: bool = True, macros: bool = True, extra: Callable[..., None] | None = None
) -> bytes:
    """A book with 客户, charts, validation, sparklines, conditional formats, formulas, VBA and a ribbon part."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    grey = book.add_format({"bg_color": "#EEEEEE"})
    sheet = book.add_worksheet("客户数据")
    for down in range(rows):
        for right, value in enumerate(customer(down + 1)):
            _cell(sheet, down + 1, right, value, date)
        for right in range(len(INPUT_COLUMNS), len(NAMES)):
            sheet.write_blank(down + 1, right, None, date if NAMES[right] == "评级日期" else grey)
    last = max(rows, 1)
    if table:
        columns = [{"header": name} for name in NAMES]
        sheet.add_table(0, 0, last, len(NAMES) - 1, {"name": "客户", "columns": columns})
    else:
        sheet.write_row(0, 0, [column.name for column in INPUT_COLUMNS])
    sheet.data_validation(1, 4, last, 4, {"validate": "list", "source": ["在用", "销户"]})
    sheet.conditional_format(1, 8, last, 8, {"type": "data_bar", "data_bar_2010": True})
    other = book.add_worksheet("分级 概览")
    other.write_formula("A1", "=SUM(1,2)", None, 3)
    other.write_formula("A2", "=A1*2", None, 6)
    other.write_row("A4", [1, 2, 3])
    other.add_sparkline("B6", {"range": "A4:C4"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='分级 概览'!$A$4:$C$4"})
    other.insert_chart("D2", chart)
    book.define_name("规则版本", "='分级 概览'!$A$10")
    book.define_name("概览_块", "='分级 概览'!$A$12:$C$14")
    other.write("A10", "R-00000000")
    if extra is not None:
        extra(book, sheet, other)
    book.close()
    return with_parts(buffer.getvalue(), macros=macros)


def with_parts(content: bytes, *, macros: bool = False, **changed: bytes) -> bytes:
    """Add macros and a ribbon part, as an add-in build does; `changed` replaces parts (`/` written `__`)."""
    swaps = {name.replace("__", "/"): data for name, data in changed.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info, swaps.get(info.filename, old.read(info)), zipfile.ZIP_DEFLATED)
        if macros:
            new.writestr("xl/vbaProject.bin", MACROS)
            new.writestr("customUI/customUI14.xml", CUSTOM_UI, zipfile.ZIP_STORED)
    return buffer.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    """Every part of a package, in the order of its directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        return {name: book.read(name) for name in book.namelist()}


def raw_record(content: bytes, name: str) -> bytes:
    """A part's compressed bytes as they lie in the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        info = book.getinfo(name)
    start = info.header_offset + 30
    name_size, extra = (
        int.from_bytes(content[info.header_offset + at : info.header_offset + at + 2], "little")
        for at in (26, 28)
    )
    return content[start + name_size + extra : start + name_size + extra + info.compress_size]


def _cell(sheet: Any, row: int, column: int, value: Any, date: Any) -> None:
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value, date)
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)
