"""Days and months as numbers, and months as texts like 2026-03, which sort as the months do.

A day's number counts days since 1970 began, a month's is year·12 + month − 1.
"""

from __future__ import annotations

import datetime as dt

EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock time, as readings and cells are
_FIRST = EPOCH.toordinal()


def day_number(day: dt.date) -> int:
    """Return a day's number."""
    return day.toordinal() - _FIRST


def day_numbered(number: int) -> dt.date:
    """Return the day of a number."""
    return dt.date.fromordinal(number + _FIRST)


def month_number(day: dt.date) -> int:
    """Return the number of the month a day is in."""
    return day.year * 12 + day.month - 1


def month_text(number: int) -> str:
    """Return a month as `2026-06`."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


def day_of_month(number: int, day: int) -> dt.date:
    """Return a day (from 1) of a month; one the month lacks becomes its last."""
    if day <= 28:  # which no month lacks
        return dt.date(number // 12, number % 12 + 1, day)
    following = dt.date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return min(
        dt.date(number // 12, number % 12 + 1, 1) + dt.timedelta(days=day - 1),
        following - dt.timedelta(days=1),
    )
