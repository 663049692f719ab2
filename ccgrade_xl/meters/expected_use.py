"""How much gas is expected over some days, from a forecast day by day and one month by month?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.meters.result_records import Expected
from ccgrade_xl.rules.dates import day_number, day_of_month


def expected_over(days: int, near: Sequence[Expected], far: Sequence[Expected]) -> float:
    """Return the volume in m³ expected over so many days from the first of `near` on.

    `near` are days that follow one another, `far` months. Beyond `near` it is the share of each month; what lies between
    the two has the mean day of `near`. Raises `OutOfRange` for less than 1 day, or more than the forecasts reach.
    """
    if days < 1:
        raise OutOfRange(f"天数应不小于 1，现在是 {days}。")
    if days <= len(near):
        return sum(each.m3 for each in near[:days])
    first = day_number(near[0].when)
    end, reached = first + days, first + len(near)
    total = sum(each.m3 for each in near)
    starts = [_month_start(far[0].when + at) for at in range(len(far) + 1)]
    if end > starts[-1]:
        raise OutOfRange(f"最多预测 {starts[-1] - first} 天，现在是 {days}。")
    if reached < starts[0]:
        total += total / len(near) * (min(end, starts[0]) - reached)
    for each, (begins, ends) in zip(far, pairwise(starts), strict=True):
        covered = max(0, min(end, ends) - max(reached, begins))
        total += each.m3 * covered / (ends - begins)
    return total


def _month_start(month: int) -> int:
    return day_number(day_of_month(month, 1))
