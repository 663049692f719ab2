"""The volume expected over some days is the sum of what is expected for each of them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.expected_use import expected_over
from ccgrade_xl.meters.result_records import Expected

DAYS, MONTHS = 28, 3
VOLUMES = st.floats(0, 1e6)


def day_by_day(first: dt.date, near: list[float], months: dict[tuple[int, int], float]) -> list[float]:
    """Every day's own volume: the forecast days, days of their mean up to the first forecast month, shares of the months."""
    volumes, day = list(near), first + dt.timedelta(days=len(near))
    end = max(months)
    while (day.year, day.month) <= end:
        following = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        month = months.get((day.year, day.month))
        length = (following - day.replace(day=1)).days
        volumes.append(sum(near) / len(near) if month is None else month / length)
        day += dt.timedelta(days=1)
    return volumes


@given(
    st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31)),
    st.lists(VOLUMES, min_size=DAYS, max_size=DAYS),
    st.lists(VOLUMES, min_size=MONTHS, max_size=MONTHS),
    st.integers(1, 140),
)
def test_days_add_up(first: dt.date, near: list[float], far: list[float], days: int) -> None:
    begins = first.year * 12 + first.month  # the first whole month is the next one
    months = {divmod(begins + at, 12): m3 for at, m3 in enumerate(far)}
    volumes = day_by_day(first, near, {(year, month + 1): m3 for (year, month), m3 in months.items()})
    ahead = [Expected(first + dt.timedelta(days=at), m3, None, None) for at, m3 in enumerate(near)]
    whole = [Expected(begins + at, m3, None, None) for at, m3 in enumerate(far)]
    if days > len(volumes):
        with pytest.raises(OutOfRange, match=f"最多预测 {len(volumes)} 天"):
            expected_over(days, ahead, whole)
    else:
        assert expected_over(days, ahead, whole) == pytest.approx(sum(volumes[:days]), rel=1e-9, abs=1e-6)


def test_no_day_is_too_few() -> None:
    with pytest.raises(OutOfRange, match="不小于 1"):
        expected_over(0, [], [])
