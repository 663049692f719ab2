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


FULL = {
    "客户状态": "在用", "月均用气量": 12_345.6, "在用月数": 12, "用气单位性质": "医院", "合同签订": "自动顺延",
    "用气单位所属": "自有物业", "逾期次数": 3, "最长逾期天数": 10, "当前欠费天数": 0, "缴费方式": "银行代扣",
    "预收气费余额": 200, "月均气费": 100,
}  # fmt: skip


def test_every_row_says_what_it_rests_on():
    """合同 70 of 15 loses 4.5, 缴纳 45 of 35 loses 19.25, which is shown as what is not won: 35 − 15.8."""
    rows = shown(FULL)
    assert list(rows) == [
        *NAMES, "信用得分", "信用等级", "用气量等级", "星级", *RANKS, "否决", "缺失资料", "结论"
    ]  # fmt: skip
    assert rows["合同签订"] == dict(
        zip(HEADERS, ("合同签订", "自动顺延", 70, 15, 10.5, 4.5, ""), strict=True)
    )
    assert (rows["气费缴纳"]["取值"], rows["气费缴纳"]["得到"], rows["气费缴纳"]["失去"]) == (
        "逾期3次",
        15.8,
        19.2,
    )
    assert rows["燃气安全状况"]["说明"] == "未启用"
    assert (rows["信用等级"]["取值"], rows["信用等级"]["得分"]) == ("3A", 3)
    assert (rows["用气量等级"]["取值"], rows["用气量等级"]["得分"]) == ("三级", 3)
    assert rows["用气量等级"]["说明"] == "标准分 X，月均用气量 12,346 m³"
    assert (rows["星级"]["取值"], rows["星级"]["得分"]) == ("三星级", 9)
    assert [(rows[rank]["取值"], rows[rank]["失去"]) for rank in RANKS] == [
        ("气费缴纳", 19.2), ("合同签订", 4.5), ("无", None)
    ]  # fmt: skip
    assert rows["失分第一"]["说明"] == "缴纳 45/100（逾期3次）"
    assert (rows["否决"]["说明"], rows["缺失资料"]["说明"], rows["缺失资料"]["得分"]) == ("无", "无", 100)


def test_what_is_unknown_has_its_weight_and_no_points():
    rows = shown({**FULL, "合同签订": None, "月均用气量": None})
    assert rows["合同签订"] == dict(
        zip(HEADERS, ("合同签订", "未知", None, 15, None, None, "未知，权重分给其他指标"), strict=True)
    )
    assert rows["用气单位性质"]["权重%"] == 11.8  # 10 of the 85 that are known
    assert (rows["用气量等级"]["取值"], rows["用气量等级"]["说明"]) == ("未知", "月均用气量未知")
    assert (rows["缺失资料"]["得分"], rows["缺失资料"]["说明"]) == (85, "用气量、合同")


def test_a_customer_without_a_fault_has_nothing_lost_and_a_conclusion():
    rows = shown({**FULL, "合同签订": "有效", "逾期次数": 0, "最长逾期天数": 0})
    assert [(rows[rank]["取值"], rows[rank]["失去"]) for rank in RANKS] == [("无", None)] * 3
    assert rows["结论"]["说明"] == "资料齐全，没有明显失分"


def test_who_is_not_graded_has_a_conclusion_alone():
    rows = shown({**FULL, "客户状态": "销户"})
    assert list(rows) == ["结论"]
    assert rows["结论"]["说明"] == "不参评：销户"
