"""What an explanation shows adds up."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.grading.explanation import HEADERS, RANKS, explanation
from ccgrade_xl.grading.sample import grade_sample
from ccgrade_xl.rules.indicators import INDICATORS
from tests.grading.samples import AS_OF, CUSTOMER

DEFAULT = RuleSet.default()
NAMES = tuple(row.name for row in INDICATORS)


def shown(customer, rules=DEFAULT):
    """Return the rows of an explanation by what they are about, each by header."""
    customers = customers_from({name: [cell] for name, cell in customer.items()}, 1)
    rows = explanation(grade_sample(customers, rules, AS_OF))
    return {row[0]: dict(zip(HEADERS, row, strict=True)) for row in rows[1:] if row[0]}


@given(CUSTOMER, st.lists(st.floats(0.5, 60), min_size=len(NAMES), max_size=len(NAMES)))
def test_points_won_and_lost_sum_to_the_full_mark(customer, weights):
    indicators = [
        evolve(row, weight=round(weight, 2)) for row, weight in zip(DEFAULT.indicators, weights, strict=True)
    ]
    rows = shown({**customer, "客户状态": "在用"}, evolve(DEFAULT, indicators=indicators))
    for row in (*(rows[name] for name in NAMES), rows["信用得分"]):
        if row["得到"] is not None:
            assert round(row["得到"] + row["失去"], 6) == row["权重%"], row
    for rank in RANKS:
        assert rows[rank]["失去"] == (
            rows[rows[rank]["取值"]]["失去"] if rows[rank]["失去"] is not None else None
        )


@pytest.mark.parametrize(("weight", "won", "lost"), [(32.5, 29.3, 3.2), (97.5, 87.8, 9.7), (50, 45.0, 5.0)])
def test_half_a_tenth_is_won_as_in_the_score_and_not_lost_as_well(weight, won, lost):
    """90 of 100 points: 29.25 of 32.5, and 87.75 of 97.5."""
    weights = {"用气单位性质": weight, "合同签订": 100 - weight}
    indicators = [
        evolve(row, on=row.name in weights, weight=weights.get(row.name, row.weight))
        for row in DEFAULT.indicators
    ]
    facts = {"客户状态": "在用", "用气单位性质": "国有企业", "合同签订": "有效且信息一致"}
    rows = shown(facts, evolve(DEFAULT, indicators=indicators))
    nature, total = rows["用气单位性质"], rows["信用得分"]
    assert (nature["权重%"], nature["得到"], nature["失去"]) == (weight, won, lost)
    assert (total["得到"], total["失去"]) == (100 - lost, lost)
