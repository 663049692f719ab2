"""The next round of what comes every so many months: found for many at once as month by month for one."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from ccgrade_xl.casework.rounds import days_from, next_rounds
from tests.casework.samples import is_working_day

DAYS = st.dates(dt.date(1930, 1, 1), dt.date(2040, 12, 31))


def month_by_month(anchor: dt.date, months: int, as_of: dt.date) -> dt.date:
    """Go from one round to the next until one is not over, then on to a working day."""
    count = 1
    while anchor + relativedelta(months=months * count) < as_of:
        count += 1
    day = anchor + relativedelta(months=months * count)
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


@given(st.lists(DAYS, max_size=5), st.integers(1, 60), DAYS)
@example([dt.date(2024, 2, 29), dt.date(2023, 12, 31)], 1, dt.date(2025, 2, 28))
@example([dt.date(2026, 3, 2)], 12, dt.date(2026, 3, 2))
@example([dt.date(2030, 1, 31)], 1, dt.date(2026, 1, 1))
@example([dt.date(1955, 12, 31)], 6, dt.date(2026, 6, 30))
def test_rounds_of_many_are_those_of_each(anchors: list[dt.date], months: int, as_of: dt.date) -> None:
    assert next_rounds(days_from(anchors), months, as_of) == [
        month_by_month(anchor, months, as_of) for anchor in anchors
    ]
