"""Days and months as numbers and texts: there and back, and against Python's own calendar."""

from __future__ import annotations

import calendar
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.rules.dates import day_number, day_numbered, day_of_month, month_number, month_text

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@given(DAYS)
def test_a_days_number_counts_the_days_since_1970_began(day: dt.date) -> None:
    assert day_number(day) == (day - dt.date(1970, 1, 1)).days
    assert day_numbered(day_number(day)) == day


@given(DAYS)
def test_a_months_text_is_that_of_its_days_and_sorts_as_months_do(day: dt.date) -> None:
    number = month_number(day)
    assert month_text(number) == f"{day:%Y-%m}"
    assert month_text(number) < month_text(number + 1)


@given(DAYS, st.integers(1, 31))
def test_a_day_the_month_lacks_becomes_its_last(month: dt.date, day: int) -> None:
    last = calendar.monthrange(month.year, month.month)[1]
    assert day_of_month(month_number(month), day) == month.replace(day=min(day, last))
