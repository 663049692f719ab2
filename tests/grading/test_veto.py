"""How long a veto lasts: to the month and day, found a second way by dateutil."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet
from ccgrade_xl.grading.customers import Coded
from ccgrade_xl.grading.scales import scales_of
from ccgrade_xl.grading.veto import later_by_months, vetoes

SCALES = scales_of(RuleSet.default())
THEFT, MONTHS = SCALES.rules.vetoes[0].name, int(SCALES.rules.vetoes[0].months)


@given(st.dates(dt.date(1930, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 600))
@example(dt.date(2025, 8, 31), 6)
@example(dt.date(2024, 2, 29), 12)
@example(dt.date(2025, 12, 31), 2)
def test_a_day_some_months_later_is_that_day_or_the_months_last(day: dt.date, months: int) -> None:
    later = later_by_months(np.array([day], "datetime64[D]"), np.array([months]))
    assert later.tolist() == [day + relativedelta(months=months)]


@pytest.mark.parametrize("happened", [dt.date(2024, 2, 29), dt.date(2025, 8, 31), dt.date(2025, 3, 1)])
def test_a_veto_holds_up_to_and_with_its_last_day(happened: dt.date) -> None:
    over = happened + relativedelta(months=MONTHS)
    days = [
        happened - dt.timedelta(days=1),
        happened,
        over - dt.timedelta(days=1),
        over,
    ]
    found = [vetoes(Coded.of([THEFT]), np.array([happened], "datetime64[D]"), day, SCALES) for day in days]
    assert [bool(each.in_force[0]) for each in found] == [False, True, True, False]
    assert [bool(each.ahead[0]) for each in found] == [True, False, False, False]
    assert {each.last_day(0) for each in found} == {np.datetime64(days[2])}


def test_of_several_vetoes_the_longest_lasts() -> None:
    short, long = sorted(SCALES.rules.vetoes, key=lambda veto: veto.months)[:: len(SCALES.rules.vetoes) - 1]
    assert short.months < long.months
    found = vetoes(
        Coded.of([f"{short.name}、{long.name}", "没有这个事项", None]),
        np.array(["2026-01-31"] * 3, "datetime64[D]"),
        dt.date(2026, 2, 1),
        SCALES,
    )
    assert found.months.tolist() == [long.months, 0, 0]
    assert found.in_force.tolist() == [True, False, False]
