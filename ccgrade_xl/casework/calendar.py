"""When is it due? Chinese working days, as the State Council publishes them for each year.

The day something starts is not counted (民法典 201 条): two working days from a Thursday are over on Monday. For a
year whose holidays are not published yet, or not known to the installed calendar, a due date says that it is assumed.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import numpy as np
from attrs import frozen

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.working_days import DayKind, day_kinds, published_years
from ccgrade_xl.rules.dates import day_of_month, month_number

Unit = Literal["工作日", "日", "小时", "月", "次月"]
"""What a limit is counted in. `次月`: so-many-th day of the month after the one in which it starts."""

UNITS: tuple[Unit, ...] = get_args(Unit)

_LONGEST = 10_000
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2900, 1, 1)
_DAY = dt.timedelta(days=1)


@frozen
class Limit:
    """How long something may take; `extension` is what an approval adds, in the same unit."""

    count: int
    unit: Unit
    extension: int = 0

    def __str__(self) -> str:
        if self.unit == "次月":
            return f"次月 {self.count} 日前"
        more = f"（经批准可延长 {self.extension} 个{self.unit}）" if self.extension else ""
        return f"{self.count} {'个' if self.unit in {'工作日', '小时', '月'} else ''}{self.unit}{more}"


@frozen
class DueDate:
    """The last day something may take, and the years on its way whose holidays are assumed."""

    day: dt.date
    assumed_years: tuple[int, ...] = ()

    @property
    def note(self) -> str:
        """What to know about the date; "" where every year on its way is published."""
        if not self.assumed_years:
            return ""
        years = "、".join(f"{year}年" for year in self.assumed_years)
        return f"日历里没有{years}公布的放假安排，按法定节日和双休日推算，请在公布后复核。"


def due(start: dt.date, limit: Limit, *, extended: bool = False) -> DueDate:
    """Return when a limit that starts on a day is over; `extended` adds the extension that was approved.

    Hours count in whole days. Raises `OutOfRange` for limits and days beyond all reason.
    """
    count = limit.count + (limit.extension if extended else 0)
    _must_be_sensible(start, count)
    if limit.unit == "工作日":
        return working_days_later(start, count)
    if limit.unit == "次月":
        return DueDate(month_later(start, 1, count))
    if limit.unit == "月":
        return DueDate(month_later(start, count, start.day))
    return DueDate(_plain(start) + dt.timedelta(days=count if limit.unit == "日" else -(-count // 24)))


def working_days_later(start: dt.date, count: int) -> DueDate:
    """Return the `count`-th working day after `start`; the first one from `start` on where the count is 0."""
    _must_be_sensible(start, count)
    # No stretch of rest days is longer than the working days around it and a month.
    span = dt.timedelta(days=2 * count + 30)
    days = np.arange(np.datetime64(_plain(start)), np.datetime64(_plain(start) + span))
    working = np.flatnonzero(day_kinds(days) == DayKind.WORK)
    last = working[0] if count == 0 else working[working > 0][count - 1]
    day: dt.date = days[last].item()
    return DueDate(day, _assumed(start, day))


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Return how many working days lie after `start` up to and with `end`; negative where `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    days = np.arange(np.datetime64(_plain(start) + _DAY), np.datetime64(_plain(end) + _DAY))
    return int((day_kinds(days) == DayKind.WORK).sum())


def _assumed(start: dt.date, end: dt.date) -> tuple[int, ...]:
    return tuple(year for year in range(start.year, end.year + 1) if year not in published_years())


def month_later(start: dt.date, months: int, day: int) -> dt.date:
    """Return a day of the month `months` later; one the month lacks becomes its last."""
    return day_of_month(month_number(start) + months, day)


def _plain(day: dt.date) -> dt.date:
    return dt.date(day.year, day.month, day.day)


def is_within_reason(day: dt.date) -> bool:
    """Return whether anybody can have meant a day: 9999-12-31 is written where there is no end."""
    return _EARLIEST <= _plain(day) <= _LATEST


def _must_be_sensible(start: dt.date, count: int) -> None:
    if not is_within_reason(start):
        raise OutOfRange(f"开始日期 {start:%Y-%m-%d} 不在 1900 年至 2900 年之间，请检查日期。")
    if not 0 <= count <= _LONGEST:
        raise OutOfRange(f"时限 {count} 不在 0 至 {_LONGEST} 之间，请检查时限。")
