"""一期只升一级: no credit grade rises by more than one above that of the last frozen month."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.grading.customers import Coded
from ccgrade_xl.grading.next_star import next_star
from ccgrade_xl.grading.remarks import remarks
from ccgrade_xl.grading.sample import OPEN, grade_sample
from ccgrade_xl.rules.ruleset import CREDIT_GRADES
from ccgrade_xl.rules.tables import rule_tables, rules_from_tables
from ccgrade_xl.rules.toml_file import parse_rules, rules_text
from tests.grading.samples import AS_OF, SAMPLE, frame

DEFAULT = RuleSet.default()
ONE_UP = evolve(DEFAULT, switches=evolve(DEFAULT.switches, one_grade_up=True))
GRADES = ("1A", "2A", "3A", "4A", "5A")
BEST = {
    "客户状态": "在用",
    "月均用气量": 50_000,
    "在用月数": 12,
    "用气单位性质": "学校",
    "合同签订": "有效且信息一致",
    "用气单位所属": "自有物业",
    "逾期次数": 0,
    "最长逾期天数": 0,
    "当前欠费天数": 0,
    "缴费方式": "银行代扣",
    "预收气费余额": 20_000,
    "月均气费": 10_000,
}
PREVIOUS = st.sampled_from([None, "", "待定", *CREDIT_GRADES])


def typed(*customers):
    return customers_from(dict(frame(list(customers))), len(customers))


def credit_grade(previous, rules=ONE_UP, **changes):
    return grade_sample(typed(BEST | changes), rules, AS_OF, Coded.of([previous])).credit_name(0)


@pytest.mark.parametrize(
    ("previous", "now"),
    [
        ("1A", "2A"),
        ("2A", "3A"),
        ("3A", "4A"),
        ("4A", "5A"),
        ("5A", "5A"),
        ("待定", "5A"),
        ("", "5A"),
        (None, "5A"),
    ],
)
def test_a_customer_with_full_marks_rises_one_grade(previous, now):
    assert credit_grade(previous) == now


def test_without_the_switch_the_previous_grade_says_nothing():
    assert credit_grade("1A", DEFAULT) == "5A"


def test_a_fall_is_not_held_up():
    assert credit_grade("5A", 当前欠费天数=200, 预收气费余额=0) == credit_grade(
        None, 当前欠费天数=200, 预收气费余额=0
    )


def test_a_veto_in_force_is_the_reason_given_and_not_the_step():
    grades = grade_sample(typed(BEST | {"否决事项": "窃气"}), ONE_UP, AS_OF, Coded.of(["2A"]))
    assert grades.credit_name(0) == "1A"
    assert not grades.held[0]


def test_the_remark_names_the_previous_grade():
    grades = grade_sample(typed(BEST, BEST, BEST), ONE_UP, AS_OF, Coded.of(["1A", "3A", "5A"]))
    assert list(remarks(grades)) == ["一期只升一级：上期1A", "一期只升一级：上期3A", ""]


def test_no_change_lifts_a_customer_past_the_step():
    advice = next_star(typed(BEST), ONE_UP, AS_OF, Coded.of(["1A"]))
    assert advice.changes or "一期只升一级：上期1A" in advice.reason
    reached = next_star(typed(BEST), ONE_UP, AS_OF, Coded.of(["1A"])).credit_grade
    assert reached in {"1A", "2A"}


@given(SAMPLE, st.data())
def test_every_grade_is_the_free_one_or_one_above_the_previous(customers, data):
    previous = [data.draw(PREVIOUS) for _ in customers]
    free = grade_sample(typed(*customers), DEFAULT, AS_OF)
    held = grade_sample(typed(*customers), ONE_UP, AS_OF, Coded.of(previous))
    for row, before in enumerate(previous):
        limit = GRADES.index(before) + 1 if before in GRADES else len(GRADES)
        assert held.credit_grade[row] == min(free.credit_grade[row], limit)
        assert held.held[row] == (free.credit_grade[row] > limit)


@given(SAMPLE)
def test_an_undecided_grade_stays_undecided(customers):
    free = grade_sample(typed(*customers), DEFAULT, AS_OF)
    held = grade_sample(typed(*customers), ONE_UP, AS_OF, Coded.of(["1A"] * len(customers)))
    assert np.array_equal(free.credit_grade == OPEN, held.credit_grade == OPEN)


def test_the_switch_has_a_version_of_its_own_and_the_default_keeps_its():
    assert DEFAULT.version == "R-2b5d97f5"
    assert ONE_UP.version != DEFAULT.version


@pytest.mark.parametrize("rules", [DEFAULT, ONE_UP])
def test_tables_and_toml_give_the_switch_back(rules):
    assert rules_from_tables(rule_tables(rules)) == rules
    assert parse_rules(rules_text(rules)) == rules


def test_the_switch_is_offered_and_shipped_off():
    assert "one_grade_up = false" in rules_text(DEFAULT)
    assert "one_grade_up = true" in rules_text(ONE_UP)
    assert ["一期只升一级", "否"] in [list(row[:2]) for row in rule_tables(DEFAULT)["评级开关"][1]]
