"""Working days as China works them: exchanged weekends, long holidays, and what is not published yet."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.calendar import (
    UNITS,
    Limit,
    due,
    is_within_reason,
    working_days_between,
    working_days_later,
)
from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.working_days import published_years
from tests.casework.samples import is_working_day

FIRST, LAST = dt.date(2004, 1, 1), dt.date(max(published_years()), 12, 31)
KNOWN = st.dates(FIRST, LAST - dt.timedelta(days=150))
OBJECTION = Limit(2, "工作日", 3)


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_every_published_day_is_what_the_calendar_says() -> None:
    days = [FIRST + dt.timedelta(days=at) for at in range((LAST - FIRST).days + 1)]
    assert [day for day in days if is_working_day(day) != chinese_calendar.is_workday(day)] == []


@given(KNOWN, st.integers(1, 60))
def test_counting_one_day_after_the_other_gives_the_same_due_date(start: dt.date, count: int) -> None:
    day = start
    for _ in range(count):
        day += dt.timedelta(days=1)
        while not chinese_calendar.is_workday(day):
            day += dt.timedelta(days=1)
    found = working_days_later(start, count)
    assert (found.day, found.note) == (day, "")
    assert working_days_between(start, day) == count
    assert working_days_between(day, start) == -count


@given(st.dates(dt.date(1950, 1, 1), dt.date(2200, 1, 1)), st.integers(0, 300))
def test_a_due_date_is_a_working_day_in_any_year(start: dt.date, count: int) -> None:
    found = working_days_later(start, count)
    assert found.day >= start
    assert is_working_day(found.day)
    assert working_days_between(start, found.day) == (count if count else int(found.day != start))


@pytest.mark.parametrize(
    ("start", "limit", "extended", "day"),
    [
        ("2025-03-06", OBJECTION, False, "2025-03-10"),  # Thursday: Friday and Monday
        ("2025-03-06", OBJECTION, True, "2025-03-13"),
        # The Sunday before the Spring Festival was worked, and so was the Monday.
        ("2025-01-25", OBJECTION, False, "2025-01-27"),
        ("2025-01-26", OBJECTION, False, "2025-02-05"),
        ("2025-01-24", OBJECTION, False, "2025-01-27"),
        ("2024-09-30", Limit(1, "工作日"), False, "2024-10-08"),
        ("2024-10-11", Limit(1, "工作日"), False, "2024-10-12"),  # an exchanged Saturday
        ("2025-03-08", Limit(0, "工作日"), False, "2025-03-10"),
        ("2025-03-07", Limit(0, "工作日"), False, "2025-03-07"),
        ("2025-03-07", Limit(7, "日"), False, "2025-03-14"),
        ("2025-03-07", Limit(24, "小时"), False, "2025-03-08"),
        ("2025-03-07", Limit(25, "小时"), False, "2025-03-09"),
        ("2025-08-31", Limit(6, "月"), False, "2026-02-28"),
        ("2024-02-29", Limit(36, "月"), False, "2027-02-28"),
        ("2025-12-31", Limit(5, "次月"), False, "2026-01-05"),
        ("2025-12-01", Limit(5, "次月"), False, "2026-01-05"),
        ("2026-01-31", Limit(31, "次月"), False, "2026-02-28"),
    ],
)
def test_a_limit_is_over_on(start: str, limit: Limit, extended: bool, day: str) -> None:
    assert due(d(start), limit, extended=extended).day == d(day)


def test_the_time_of_day_does_not_matter() -> None:
    assert due(dt.datetime(2025, 3, 6, 23, 59), OBJECTION).day == d("2025-03-10")


def test_beyond_the_published_years_a_due_date_says_so() -> None:
    year = max(published_years()) + 1
    found = working_days_later(dt.date(year - 1, 12, 30), 5)
    assert found.assumed_years == (year,)
    assert f"日历里没有{year}年公布的放假安排" in found.note
    assert working_days_later(dt.date(year, 9, 30), 1).day > dt.date(year, 10, 7)


@pytest.mark.parametrize("count", [-1, 10_001])
def test_a_limit_beyond_reason_is_refused(count: int) -> None:
    with pytest.raises(OutOfRange, match=f"时限 {count} 不在"):
        due(d("2025-03-06"), Limit(count, "工作日"))


@pytest.mark.parametrize("start", [dt.date.min, dt.date.max, dt.date(1899, 12, 31)])
@pytest.mark.parametrize("unit", UNITS)
def test_a_start_beyond_reason_is_refused(start: dt.date, unit: str) -> None:
    with pytest.raises(OutOfRange, match="1900 年至 2900 年"):
        due(start, Limit(1, unit))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "within"),
    [
        ("1899-12-31", False),
        ("1900-01-01", True),
        ("2900-01-01", True),
        ("2900-01-02", False),
        ("9999-12-31", False),
    ],
)
def test_days_from_1900_to_2900_are_within_reason(day: str, within: bool) -> None:
    assert is_within_reason(d(day)) is within


@pytest.mark.parametrize("count", [0, 10_000])
def test_a_limit_at_the_bounds_of_reason_is_counted(count: int) -> None:
    assert due(d("2025-03-06"), Limit(count, "日")).day == d("2025-03-06") + dt.timedelta(days=count)


def test_a_limit_reads_as_people_say_it() -> None:
    limits = (OBJECTION, Limit(24, "小时"), Limit(7, "日"), Limit(6, "月"), Limit(5, "次月"))
    assert [str(limit) for limit in limits] == [
        "2 个工作日（经批准可延长 3 个工作日）", "24 个小时", "7 日", "6 个月", "次月 5 日前",
    ]  # fmt: skip
