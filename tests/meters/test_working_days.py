"""Workdays, weekends and holidays; the lunar new years against the moon itself."""

from __future__ import annotations

import datetime as dt
import math

import chinese_calendar
import numpy as np
import pytest

from ccgrade_xl.meters.working_days import (
    LUNAR_NEW_YEARS,
    DayKind,
    day_kinds,
    days_from_new_year,
    same_lunar_day_last_year,
    weekdays,
)


def kind(text: str) -> int:
    return int(day_kinds(np.array([text], dtype="datetime64[D]"))[0])


def test_published_years_are_those_of_the_calendar():
    first, last = dt.date(2019, 1, 1), dt.date(2025, 12, 31)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    kinds = day_kinds(np.array(days, dtype="datetime64[D]"))
    assert [k == DayKind.WORK for k in kinds] == [chinese_calendar.is_workday(day) for day in days]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-01-26", DayKind.WORK),  # a Sunday worked for the lunar new year
        ("2025-01-29", DayKind.HOLIDAY),
        ("2025-10-01", DayKind.HOLIDAY),
        ("2025-05-10", DayKind.REST),
        ("2031-01-23", DayKind.HOLIDAY),  # not published yet: the lunar new year
        ("2031-05-03", DayKind.HOLIDAY),
        ("2031-06-10", DayKind.WORK),
        ("1999-10-01", DayKind.WORK),  # before any calendar: only weekends are known
    ],
)
def test_what_a_day_is(day, expected):
    assert kind(day) == expected


def new_moon(year: float) -> float:
    """The Julian date of the new moon nearest to a year (Meeus, Astronomical Algorithms, ch. 49, largest terms), in TT."""
    k = round((year - 2000) * 12.3685)
    t = k / 1236.85
    base = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2
    sun, moon = math.radians(2.5534 + 29.1053567 * k), math.radians(201.5643 + 385.81693528 * k)
    latitude, node = math.radians(160.7108 + 390.67050284 * k), math.radians(124.7746 - 1.56375588 * k)
    terms = (
        -0.4072 * math.sin(moon)
        + 0.17241 * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * latitude)
    )
    terms += 0.00739 * math.sin(moon - sun) - 0.00514 * math.sin(moon + sun) + 0.00208 * math.sin(2 * sun)
    return base + terms - 0.00017 * math.sin(node)


@pytest.mark.parametrize("text", LUNAR_NEW_YEARS.split())
def test_every_lunar_new_year_is_a_new_moon_in_china(text):
    day = dt.date.fromisoformat(text)
    julian = new_moon(day.year + (day.timetuple().tm_yday) / 365.25)
    in_china = dt.datetime(2000, 1, 1, 12) + dt.timedelta(days=julian - 2451545.0, hours=8, seconds=-70)
    assert in_china.date() == day
    assert dt.date(day.year, 1, 21) <= day <= dt.date(day.year, 2, 21)


def test_days_around_the_new_year_are_counted_from_the_nearest_one():
    days = np.array(["2025-01-20", "2025-01-29", "2025-02-12"], dtype="datetime64[D]")
    assert days_from_new_year(days).tolist() == [-9, 0, 14]
    assert same_lunar_day_last_year(days).tolist() == [
        dt.date(2024, 2, 1),
        dt.date(2024, 2, 10),
        dt.date(2024, 2, 24),
    ]


def test_weekdays_begin_on_monday():
    days = np.arange(np.datetime64("1999-12-25"), np.datetime64("2001-01-01"))
    assert weekdays(days).tolist() == [day.weekday() for day in days.tolist()]
