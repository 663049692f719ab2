"""Which day does a cell of a date column mean?"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from functools import lru_cache

_REST = r"(?:[ T](?!.*\d{4}[-/.年]\d{1,2}[-/.月])(?!.*\d{1,2}\.\d{1,2}\.\d{4}).*)?"
"""A time, a weekday; with another day it is a span."""
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年\s](\d{1,2})(?:[-/.月\s](\d{1,2})日?)?月?" + _REST)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + _REST)
"""With full stops the day comes first wherever it is written so; with slashes the month may."""
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIALS = range(10_000, 80_000)
"""Excel serial numbers from 1927 to 2119."""
DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no zone
"""The day from which a cell's number counts."""


@lru_cache(maxsize=65_536)
def midnight(day: dt.date) -> dt.datetime:
    """Return a day as a cell holds it: the moment it begins."""
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 - cells know no zone


def read_date(value: object) -> dt.datetime | None:
    """Return the day a cell means; None where it means none.

    Understood are dates, 2024-01-05, 2024/1/5, 2024.1.5, 05.01.2024, 2024年1月5日, 2024年1月 (its first day), 20240105
    as text or number, and Excel's serial numbers as text or number.
    """
    if isinstance(value, dt.datetime):
        return value.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    if isinstance(value, dt.date):
        return midnight(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_digits(str(int(value))) if math.isfinite(value) else None
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip().lstrip("'")
        return _from_words(text) or _from_digits(text)
    return None


def _from_words(text: str) -> dt.datetime | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _DAY_FIRST.fullmatch(text):
        return _day(int(match[3]), int(match[2]), int(match[1]))
    return None


def _from_digits(text: str) -> dt.datetime | None:
    if match := _COMPACT.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        return DAY_ZERO + dt.timedelta(days=int(float(text)))
    return None


def _day(year: int, month: int, day: int) -> dt.datetime | None:
    try:
        found = dt.datetime(year, month, day)  # noqa: DTZ001 - cells know no zone
    except ValueError:
        return None
    return found if 1900 <= year <= 2200 else None
