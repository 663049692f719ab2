"""How long a balance lasts, by cases and by counting days one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.meters.forecast import days_left, price_paid


@pytest.mark.parametrize(
    ("balance", "price", "use", "left"),
    [
        (30.0, 3.0, [2, 2, 2, 2, 2, 2, 2], 5.0),
        (33.0, 3.0, [2, 2, 2, 2, 2, 2, 2], 5.5),
        (0.0, 3.0, [2, 2], 0.0),
        (-5.0, 3.0, [2, 2], 0.0),
        (60.0, 3.0, [2, 2], 10.0),  # outlasts the forecast: on at its mean
        (30.0, 3.0, [0, 0, 10, 10], 3.0),
        (30.0, 3.0, [0, 0], math.inf),
        (math.nan, 3.0, [2, 2], math.nan),
        (30.0, math.nan, [2, 2], math.nan),
    ],
)
def test_how_long_a_balance_lasts(balance, price, use, left):
    found = days_left(np.array([balance]), np.array([price]), np.array([use], dtype=np.float64))[0]
    assert found == pytest.approx(left, nan_ok=True)


@given(st.floats(0.5, 5000), st.floats(0.5, 6), st.lists(st.floats(0, 500), min_size=28, max_size=28))
def test_counting_the_days_one_by_one_agrees(balance, price, use):
    left, spent = 0.0, 0.0
    for of_day in use:
        cost = of_day * price
        if spent + cost >= balance:
            left += (balance - spent) / cost
            break
        spent, left = spent + cost, left + 1
    else:
        rest = sum(use) * price / len(use)
        left = left + (balance - spent) / rest if rest else math.inf
    found = days_left(np.array([balance]), np.array([price]), np.array([use]))[0]
    assert found == pytest.approx(left, rel=1e-6, abs=1e-6)


def test_the_price_is_what_the_balance_fell_by_a_day_whatever_was_topped_up():
    use = np.array([[9.0, 10, 20, 30, 10, 0, 10]])
    balance = 1000 - 3.5 * np.cumsum(use, axis=1)
    balance[0, 4:] += 500
    assert price_paid(balance, use)[0] == pytest.approx(3.5)


def test_a_balance_that_never_falls_has_no_price():
    assert np.isnan(price_paid(np.full((1, 5), 100.0), np.full((1, 5), 2.0))[0])
