"""Money at risk by star, counted a second way by pandas."""

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.grading.exposure import estimated_arrears, exposures
from ccgrade_xl.rules.ruleset import STARS
from tests.casework.samples import graded


def test_arrears_are_days_times_a_thirtieth_of_the_bill_and_never_a_guess_from_nothing() -> None:
    days, bill = np.array([30.0, 15.0, np.nan, 10.0, -5.0]), np.array([600.0, 600.0, 600.0, np.nan, 600.0])
    assert estimated_arrears(days, bill).tolist() == [600.0, 300.0, 0.0, 0.0, 0.0]


def test_what_is_at_risk_by_star_is_what_pandas_counts() -> None:
    grades = graded(300, seed=4)
    frame = pd.DataFrame({
        "star": [grades.star_name(row) for row in range(len(grades))], "days": grades.customers.open_days,
        "balance": grades.customers.balance, "bill": grades.customers.bill,
    })  # fmt: skip
    for each in exposures(grades):
        here = frame[frame["star"] != ""] if each.name == "合计" else frame[frame["star"] == each.name]
        assert each.customers == len(here)
        assert each.owing == (here["days"] > 0).sum()
        assert each.arrears == pytest.approx((here["days"] / 30 * here["bill"]).sum())
        assert each.balance == pytest.approx(here["balance"].sum())
        if len(here):
            assert each.covered == pytest.approx(here["balance"].sum() / here["bill"].sum())
            assert each.enough == pytest.approx((here["balance"] >= here["bill"]).mean())


def test_who_owes_for_a_day_owes() -> None:
    total = exposures(graded(3, 当前欠费天数=[1.0, 0.0, None], 月均气费=[0.3, 0.3, 0.3]))[-1]
    assert (total.owing, total.arrears) == (1, pytest.approx(0.01))


def test_the_stars_and_the_undecided_make_the_total() -> None:
    *parts, total = exposures(graded(200, seed=2))
    assert [part.name for part in parts] == [*STARS, "待定"]
    assert sum(part.arrears for part in parts) == pytest.approx(total.arrears)
    assert sum(part.customers for part in parts) == total.customers


def test_nobody_has_no_coverage() -> None:
    total = exposures(graded(3, 客户状态=["销户"] * 3))[-1]
    assert (total.customers, total.covered, total.enough) == (0, None, None)
