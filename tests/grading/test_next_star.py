"""The smallest change that lifts a customer a star does lift it, as it is written."""

from __future__ import annotations

import re

import numpy as np
import pytest
from attrs import evolve

from ccgrade_xl import RuleSet
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.grading.indicators import prepayment_scores
from ccgrade_xl.grading.next_star import next_star, possible_changes
from ccgrade_xl.grading.sample import grade_sample
from tests.grading.samples import AS_OF

DEFAULT = RuleSet.default()
BEST = {
    "客户状态": "在用", "在用月数": 12, "用气单位性质": "医院", "合同签订": "有效且信息一致", "用气单位所属": "自有物业",
    "逾期次数": 0, "最长逾期天数": 0, "当前欠费天数": 0, "缴费方式": "银行代扣", "预收气费余额": 200, "月均气费": 100,
}  # fmt: skip


def customer(usage):
    return customers_from({name: [cell] for name, cell in {**BEST, "月均用气量": usage}.items()}, 1)


@pytest.mark.parametrize("usage", [28_000, 29_999.5, 29_500.4])
@pytest.mark.parametrize("bound", [30_000.0, 30_000.5, 30_000.25])
def test_the_usage_that_is_advised_reaches_the_level_as_it_is_written(usage, bound):
    rules = evolve(
        DEFAULT,
        usage_tiers=[
            evolve(tier, lower=bound) if tier.lower == 30_000 else tier for tier in DEFAULT.usage_tiers
        ],
    )
    level = grade_sample(customer(usage), rules, AS_OF).level[0]
    advised = [
        re.fullmatch(r"月均用气量增加到 ([\d,.]+) m³（再增 ([\d,]+) m³，四级）", change.advice)
        for change in possible_changes(grade_sample(customer(usage), rules, AS_OF))
    ]
    (found,) = filter(None, advised)
    target, more = (float(number.replace(",", "")) for number in found.groups())
    assert grade_sample(customer(target), rules, AS_OF).level[0] == level + 1
    assert grade_sample(customer(usage + more), rules, AS_OF).level[0] == level + 1
    assert more - (bound - usage) < 1


@pytest.mark.parametrize("bill", [2999.8, 1.1, 0.29, 100.0, 33.33])
def test_the_balance_that_is_advised_is_the_least_that_reaches_the_step(bill):
    unpaid = {"月均用气量": 28_000, "预收气费余额": 0, "月均气费": bill}
    poor = customers_from({name: [cell] for name, cell in {**BEST, **unpaid}.items()}, 1)
    now = grade_sample(poor, DEFAULT, AS_OF)
    targets = [
        float(found[1].replace(",", ""))
        for change in possible_changes(now)
        if (found := re.match(r"预收气费补到 ([\d,.]+) 元", change.advice))
    ]
    assert len(targets) == len(now.scales.prepayment)
    for target, (_, _, points) in zip(targets, now.scales.prepayment, strict=True):
        reached, short = (
            prepayment_scores(np.array([balance]), np.array([bill]), now.scales).score[0]
            for balance in (target, round(target - 0.01, 2))
        )
        assert reached >= points > short


def test_the_advice_is_one_sentence():
    assert next_star(customer(28_000.0), DEFAULT, AS_OF).sentence == (
        "月均用气量增加到 30,000 m³（再增 2,000 m³，四级） → 信用等级 5A，升为五星级"
    )
