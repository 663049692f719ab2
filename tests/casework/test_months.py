"""Months as texts: what people write, and counting with them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.months import first_day, last_day, month_named, month_of, months_later

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@given(DAYS, st.integers(-500, 500))
def test_counting_months_there_and_back(day: dt.date, count: int) -> None:
    month = month_of(day)
    assert months_later(months_later(month, count), -count) == month
    assert (months_later(month, count) > month) == (count > 0)


@given(DAYS)
def test_a_day_lies_between_its_months_first_and_last(day: dt.date) -> None:
    month = month_of(day)
    assert first_day(month) <= day <= last_day(month)
    assert month_of(last_day(month)) == month
    assert month_of(last_day(month) + dt.timedelta(days=1)) == months_later(month, 1)


@pytest.mark.parametrize("written", ["2026-3", "2026年3月", "202603", ""])
def test_a_month_is_a_text_of_one_form_only(written: str) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        first_day(written)


def test_a_month_is_named_as_it_is_spoken_of() -> None:
    assert month_named("2026-03") == "2026年3月"
