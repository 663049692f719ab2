"""Months as `2026-03`: the text sorts as the months do."""

from __future__ import annotations

import datetime as dt
import re

from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.rules.wording import plain, shown

_WRITTEN = re.compile(r"(\d{4})(?:[-/.年]?)(0?[1-9]|1[0-2])月?")


def read_month(value: object) -> str:
    """Return the month a date or a text means: 2026-03, 2026/3, 202603, 2026年3月.

    Raises `NotUnderstood` for anything else.
    """
    if isinstance(value, dt.date):
        return month_of(value)
    found = _WRITTEN.fullmatch(plain(str(value)))
    if found is None or found[1] == "0000":
        raise NotUnderstood(f"{shown(value)} 不是看得懂的月份，请按 2026-03 的样子填写。")
    return f"{found[1]}-{int(found[2]):02}"


def month_of(day: dt.date) -> str:
    """Return the month a day is in."""
    return f"{day.year:04}-{day.month:02}"


def first_day(month: str) -> dt.date:
    """Return a month's first day."""
    return dt.date(int(month[:4]), int(month[5:]), 1)


def months_later(month: str, count: int) -> str:
    """Return the month `count` months later (negative: earlier)."""
    at = int(month[:4]) * 12 + int(month[5:]) - 1 + count
    return f"{at // 12:04}-{at % 12 + 1:02}"


def last_day(month: str) -> dt.date:
    """Return a month's last day."""
    return first_day(months_later(month, 1)) - dt.timedelta(days=1)


def month_named(month: str) -> str:
    """Return a month as it is spoken of: 2026年3月."""
    return f"{month[:4]}年{int(month[5:])}月"
