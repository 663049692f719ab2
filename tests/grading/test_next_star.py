"""The smallest change that lifts a customer a star does lift it, as it is written."""

from __future__ import annotations

import re

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given

from ccgrade_xl import RuleSet
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.grading.indicators import prepayment_scores
from ccgrade_xl.grading.next_star import next_star, possible_changes
from ccgrade_xl.grading.sample import grade_sample
from tests.grading.samples import AS_OF, CUSTOMER

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


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"合同签订": "未签订", "用气单位所属": "转租"}, "把合同签订改为“有效且信息一致” → 信用等级 5A，升为五星级"),
        ({"合同签订": None, "用气单位性质": "临时用户", "用气单位所属": "转租", "逾期次数": 3, "最长逾期天数": 10},
         "核实并补充合同签订为“有效且信息一致” → "),
        ({"预收气费余额": 0, "用气单位所属": "转租"}, "预收气费补到 50.00 元（0.5 个月气费，再存 50.00 元） → 信用等级 4A，升为五星级"),
        ({"逾期次数": 3, "最长逾期天数": 20, "预收气费余额": 0},
         "预收气费补到 100.00 元（1 个月气费，再存 100.00 元） → 信用等级 3A，升为四星级"),
        ({"当前欠费天数": 70, "逾期次数": 1, "最长逾期天数": 10, "月均气费": 0}, "结清当前欠费 → "),
        ({"月均用气量": 1000}, "月均用气量增加到 3,000 m³（再增 2,000 m³，二级） → 信用等级 5A，升为四星级"),
        ({}, "已经是五星级，没有更高的星级。"),
        ({"客户状态": "销户"}, "客户状态为销户，不参评。"),
        ({"月均用气量": None}, "月均用气量未知，先补充用气量才能定星级。"),
        ({"在用月数": 1}, "新户暂定：在用满 3 个月后才可能升星。"),
        ({"否决事项": "窃气", "否决日期": "2026-01-31"}, "否决事项“窃气”生效中，2028-01-30 期满，次日起才可能升星。"),
        ({"否决事项": "窃气"}, "否决事项“窃气”生效中，否决日期未填，先核实日期才可能升星。"),
    ],
)  # fmt: skip
def test_the_least_change_that_lifts_a_known_case(changes, advice):
    known = {**BEST, "月均用气量": 50_000, **changes}
    one = customers_from({name: [cell] for name, cell in known.items()}, 1)
    assert next_star(one, DEFAULT, AS_OF).sentence.startswith(advice)


def test_who_is_kept_down_by_nothing_that_can_be_changed_is_told_so():
    """A tiny customer of five A: neither one nor two changes bring twice the gas."""
    strict = evolve(DEFAULT, star_bands=[evolve(row, lower=row.lower * 25) for row in DEFAULT.star_bands])
    assert next_star(customer(50_000), strict, AS_OF).sentence == (
        "改变一项或两项都不足以升星：主要受用气量等级和信用等级共同限制。"
    )


@given(CUSTOMER)
def test_a_change_is_of_one_fact_better_than_it_is_and_never_of_what_a_customer_is(facts):
    known = {**facts, "客户状态": "在用", "月均用气量": facts["月均用气量"] or 0}
    now = grade_sample(customers_from({name: [cell] for name, cell in known.items()}, 1), DEFAULT, AS_OF)
    changes = possible_changes(now)
    counted = {key for key, weight in DEFAULT.weights.items() if weight}
    assert {change.fact for change in changes} <= (counted | {"usage"}) - {"nature"}
    for change in changes:
        if change.fact not in ("usage", "payment", "prepayment") or change.advice == "结清当前欠费":
            continue
        trial = now.customers.take([0])
        change.apply(trial, 0)
        then = grade_sample(trial, DEFAULT, AS_OF)
        if change.fact == "usage":
            assert then.level[0] > now.level[0]
        else:
            was, score = now.scored[change.fact].score[0], then.scored[change.fact].score[0]
            assert score > was or (np.isnan(was) and score >= 0), change.advice


def test_the_advice_is_one_sentence():
    assert next_star(customer(28_000.0), DEFAULT, AS_OF).sentence == (
        "月均用气量增加到 30,000 m³（再增 2,000 m³，四级） → 信用等级 5A，升为五星级"
    )
