"""Months as `2026-03`: the text sorts as the months do."""

from __future__ import annotations

import datetime as dt

from ccgrade_xl.rules.dates import month_number, month_text


def month_of(day: dt.date) -> str:
    """Return the month a day is in."""
    return month_text(month_number(day))


def first_day(month: str) -> dt.date:
    """Return a month's first day. Raises `ValueError` for what is not written like 2026-03."""
    return dt.date.fromisoformat(f"{month}-01")


def months_later(month: str, count: int) -> str:
    """Return the month `count` months later (negative: earlier)."""
    return month_text(month_number(first_day(month)) + count)


def last_day(month: str) -> dt.date:
    """Return a month's last day."""
    return first_day(months_later(month, 1)) - dt.timedelta(days=1)


def month_named(month: str) -> str:
    """Return a month as it is spoken of: 2026年3月."""
    return f"{month[:4]}年{int(month[5:])}月"
