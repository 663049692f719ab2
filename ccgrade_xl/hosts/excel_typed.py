"""What must Excel be handed so that a cell holds a value? It reads what is put into a cell as if it had been typed.

A text must be kept from becoming a formula (`=1+1`), a number (`000123`) or a date (`3-5`).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import serial_date

BLOCK_TEXT_LIMIT = 8_203
"""Excel takes no longer text as part of a block; by itself in a cell it may have 32,767 characters."""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_READ_AS_TYPED = re.compile(
    rf"true|false|{_MONTHS}|[〇零一二三四五六七八九十百千年月日号时点分秒上下午星期\d\s:/.-]+$", re.IGNORECASE
)
"""Begins as a word Excel knows, or is made of nothing but what a Chinese date is made of."""


def typed(value: CellValue, raw: bool, from_1904: bool) -> Any:
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


def depends_on_format(value: CellValue) -> bool:
    """Return whether what Excel makes of a value depends on the number format of its cell."""
    if value is None or value == "":
        return False
    return not isinstance(value, str) or (not value.startswith("'") and is_read_as_typed(value))


@lru_cache(maxsize=65_536)
def is_read_as_typed(text: str) -> bool:
    """Return whether Excel might take a text for a formula, a number, a date, a truth value or an error value."""
    return not text[0].isalpha() or bool(_READ_AS_TYPED.match(text))
