"""Laws of grading, and the whole sample against a second, independent implementation."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet, grade
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.grading.next_star import next_star
from ccgrade_xl.grading.sample import grade_sample
from ccgrade_xl.sample import one_customer
from tests.grading.reference import SCORES, grade_one
from tests.grading.samples import AS_OF, CUSTOMER, SAMPLE, frame

ORDER = ("", "待定", "1A", "2A", "3A", "4A", "5A")
STAR_ORDER = ("", "待定", "一星级", "二星级", "三星级", "四星级", "五星级")
NUMBERS = ("X", "信用得分", "Y", "综合得分", "完整度")
NAMES = ("用气量等级", "信用等级", "星级")


def graded(customers, **changes):
    return grade(frame(customers), as_of=AS_OF, **changes)


def stars(customers, rules=None):
    sample = grade_sample(
        customers_from(dict(frame(customers)), len(customers)), rules or RuleSet.default(), AS_OF
    )
    return sample.star


@given(SAMPLE)
def test_every_result_equals_the_second_implementation(customers):
    ours = graded(customers)
    for row, customer in enumerate(customers):
        expected = grade_one(customer, AS_OF)
        for name in NAMES:
            assert ours[name][row] == (expected[name] or ""), (name, customer)
        for name in NUMBERS:
            if expected[name] is None:
                assert math.isnan(ours[name][row]), (name, customer)
            else:
                assert ours[name][row] == pytest.approx(expected[name], abs=1e-9), (name, customer)


@given(SAMPLE, st.randoms())
def test_the_order_of_rows_does_not_matter(customers, random):
    order = list(range(len(customers)))
    random.shuffle(order)
    shuffled = graded([customers[at] for at in order])
    pd.testing.assert_frame_equal(shuffled, graded(customers).iloc[order].reset_index(drop=True))


@given(SAMPLE, st.integers(0, 12))
def test_batching_does_not_matter(customers, cut):
    parts = [graded(part) for part in (customers[:cut], customers[cut:]) if part]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), graded(customers))


@given(CUSTOMER)
def test_a_customer_alone_is_graded_as_in_the_sample(customer):
    sample = graded([customer] * 3)
    pd.testing.assert_series_equal(graded([customer]).iloc[0], sample.iloc[2], check_names=False)


@given(CUSTOMER, st.floats(0, 3e5), st.floats(0, 3e5))
def test_more_usage_never_lowers_a_star(customer, low, high):
    low, high = sorted((low, high))
    few, many = stars([{**customer, "月均用气量": low}, {**customer, "月均用气量": high}])
    assert few <= many


@given(CUSTOMER, st.sampled_from(sorted(SCORES)), st.data())
def test_a_better_answer_never_lowers_score_grade_or_star(customer, indicator, data):
    worse, better = sorted(
        data.draw(st.tuples(*[st.sampled_from(sorted(SCORES[indicator]))] * 2)), key=SCORES[indicator].get
    )
    result = graded([{**customer, indicator: worse}, {**customer, indicator: better}])
    assert not result["信用得分"][0] > result["信用得分"][1]
    assert ORDER.index(result["信用等级"][0]) <= ORDER.index(result["信用等级"][1])
    assert STAR_ORDER.index(result["星级"][0]) <= STAR_ORDER.index(result["星级"][1])


@given(
    CUSTOMER,
    st.sampled_from(["逾期次数", "最长逾期天数", "当前欠费天数"]),
    st.integers(0, 100),
    st.integers(0, 100),
)
def test_more_lateness_never_raises_a_score(customer, column, one, other):
    low, high = sorted((one, other))
    result = graded([{**customer, column: low}, {**customer, column: high}])
    assert not result["信用得分"][1] > result["信用得分"][0] or result["完整度"][0] != result["完整度"][1]


@given(CUSTOMER, st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_larger_balance_never_lowers_a_score(customer, one, other):
    low, high = sorted((one, other))
    result = graded([{**customer, "预收气费余额": low}, {**customer, "预收气费余额": high}])
    assert not result["信用得分"][0] > result["信用得分"][1]


BEST = {
    **{name: max(options, key=options.get) for name, options in SCORES.items()},
    "逾期次数": 0, "最长逾期天数": 0, "当前欠费天数": 0, "在用月数": 12, "否决日期": None,
}  # fmt: skip

UNKNOWN = dict.fromkeys(
    (*SCORES, "月均用气量", "在用月数", "逾期次数", "最长逾期天数", "当前欠费天数", "预收气费余额", "月均气费", "否决事项", "否决日期")
) | {"客户状态": "在用"}  # fmt: skip


@given(
    CUSTOMER,
    st.sampled_from(
        [*SCORES, "逾期次数", "最长逾期天数", "当前欠费天数", "预收气费余额", "月均气费", "在用月数"]
    ),
)
@example({**UNKNOWN, "缴费方式": "预付费表", "预收气费余额": 0.01}, "月均气费")
def test_not_knowing_never_beats_the_best_known_case(customer, column):
    assume(customer["否决事项"] is None)
    if column == "预收气费余额":
        best = 1e9
    elif column == "月均气费":
        best = min(0.01, (customer["预收气费余额"] or 1) / 1e3)  # as many months as anybody may be asked for
        assume(customer["月均气费"] != 0 and best > 0)
    else:
        best = BEST[column]
    blank, known = stars([{**customer, column: None}, {**customer, column: best}])
    assert blank <= known
    scores = graded([{**customer, column: None}, {**customer, column: best}])["信用得分"]
    if not math.isnan(scores[0]):
        assert scores[0] <= scores[1]


@given(SAMPLE)
def test_every_number_stays_in_its_bounds(customers):
    result = graded(customers)
    for name, low, high in (
        ("信用得分", 0, 100),
        ("完整度", 0, 1),
        ("X", 1, 5),
        ("Y", 1, 5),
        ("综合得分", 1, 25),
    ):
        known = result[name].dropna()
        assert known.between(low, high).all(), name


@given(SAMPLE)
def test_the_score_that_is_shown_decides_the_grade(customers):
    result = graded(customers)
    shown = result["信用得分"].to_numpy()
    assert np.array_equal(shown, np.round(shown, 1), equal_nan=True)
    free = ~result["说明"].str.contains("否决：|暂定|否决（") & (result["完整度"] >= 0.6)
    for score, name in zip(shown[free], result["信用等级"][free], strict=True):
        assert name == next(
            n for low, n in ((90, "5A"), (80, "4A"), (70, "3A"), (60, "2A"), (0, "1A")) if score >= low
        )


FULL = {
    "客户状态": "在用", "月均用气量": 50000, "在用月数": 12, "用气单位性质": "医院", "合同签订": "有效且信息一致",
    "用气单位所属": "自有物业", "逾期次数": 0, "最长逾期天数": 0, "当前欠费天数": 0, "缴费方式": "银行代扣",
    "预收气费余额": 200, "月均气费": 100, "否决事项": None, "否决日期": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"信用得分": 100, "信用等级": "5A", "综合得分": 20, "星级": "五星级", "说明": ""}),
        ({"月均用气量": 100000}, {"用气量等级": "五级", "X": 5}),
        ({"月均用气量": 99999.99}, {"用气量等级": "四级", "X": 4}),
        ({"客户状态": "销户"}, {"用气量等级": "", "信用等级": "", "星级": "", "说明": "不参评：销户"}),
        ({"客户状态": "暂停用气"}, {"星级": "", "说明": "不参评：暂停"}),
        ({"客户状态": None}, {"星级": "五星级", "说明": "未知：客户状态"}),
        ({"在用月数": 2}, {"信用等级": "3A", "说明": "暂定：在用不足3个月"}),
        ({"在用月数": 3}, {"信用等级": "5A"}),
        ({"逾期次数": 3, "最长逾期天数": 10}, {"缴纳分": 45, "说明": "缴纳 45/100（逾期3次）"}),
        ({"逾期次数": 1, "最长逾期天数": 25}, {"缴纳分": 45, "说明": "缴纳 45/100（最长逾期25天）"}),
        ({"当前欠费天数": 60}, {"缴纳分": 20}),
        ({"当前欠费天数": 61}, {"缴纳分": 0, "说明": "缴纳 0/100（欠费61天）"}),
        ({"当前欠费天数": 5}, {"缴纳分": 85}),
        ({"逾期次数": None, "当前欠费天数": 61}, {"缴纳分": 0}),
        ({"月均气费": 0}, {"完整度": 0.8, "说明": "未知：预收"}),
        ({"预收气费余额": 450.3, "月均气费": 300.2}, {"预收分": 85}),
        ({"预收气费余额": 0.01}, {"预收分": 15}),
        ({"预收气费余额": 0.5, "月均气费": 0.5}, {"预收分": 70}),
        ({"燃气安全状况": "无隐患"}, {"安全分": None, "信用得分": 100}),
        ({"预收气费余额": 0}, {"预收分": 0}),
        ({"预收气费余额": -5}, {"预收分": 0}),
        ({"月均用气量": None}, {"信用等级": "5A", "星级": "待定", "说明": "未知：用气量"}),
        ({"月均用气量": "五万"}, {"星级": "待定", "说明": "未知：用气量；月均用气量“五万”看不懂，按未知处理"}),
        ({"合同签订": "已经签了"}, {"说明": "未知：合同（“已经签了”不在选项中）"}),
        ({"合同签订": "已签"}, {"合同分": 100}),
        ({"否决事项": "窃气", "否决日期": "2024-06-30"}, {"信用等级": "5A"}),
        ({"否决事项": "窃气", "否决日期": "2024-07-01"}, {"信用等级": "1A", "说明": "否决：窃气（至2026-06-30）"}),
        ({"否决事项": "窃气"}, {"信用等级": "1A", "说明": "否决：窃气（日期未填，待核实）"}),
        ({"否决事项": "窃气", "否决日期": "2026-07-01"}, {"信用等级": "5A", "说明": "否决日期晚于评级日期，未计入，待核实：窃气（2026-07-01）"}),
        ({"否决事项": "无"}, {"信用等级": "5A", "说明": ""}),
        ({"否决事项": "窃气；违规用气", "否决日期": dt.date(2025, 1, 1)}, {"信用等级": "1A"}),
        (dict.fromkeys(("用气单位性质", "合同签订", "用气单位所属", "缴费方式")), {"信用等级": "待定", "星级": "待定", "Y": None, "缴纳分": 100}),
        (dict.fromkeys((*SCORES, "逾期次数", "月均气费")) | {"否决事项": "窃气"}, {"信用等级": "1A", "Y": 1, "信用得分": None, "星级": "二星级"}),
    ],
)  # fmt: skip
def test_a_known_case_grades_as_the_contract_says(changes, expected):
    row = graded([{**FULL, **changes}]).iloc[0]
    for name, value in expected.items():
        if value is None:
            assert math.isnan(row[name]), name
        else:
            assert row[name] == value, name


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "预收气费余额": st.sampled_from([-1e3, -500, -300, 0, 5, 9, 100, 1e8, 3e8, 1.5e12, 1e300]),
                "逾期次数": st.sampled_from([0, 1, 1.001, 1.004, 3, 4, 9, 1e9]),
                "最长逾期天数": st.sampled_from([0, 12, 20, 20.001, 20.004, 90, 1234567, 1234568, 1e9 + 1]),
                "当前欠费天数": st.sampled_from([0, 12, 61, 1234567, 1234569]),
            }
        ),
        min_size=2,
        max_size=8,
    )
)
@example([{"预收气费余额": -100.0 * months} for months in (3, 5, 10)])
@example([{"预收气费余额": 0}, {"预收气费余额": 5}])
@example([{"预收气费余额": 1e8}, {"预收气费余额": 3e8}])
def test_a_remark_says_the_same_whoever_else_is_graded(changes):
    rules = RuleSet.default()
    always = [evolve(step, score=min(step.score, 70 - at)) for at, step in enumerate(rules.prepayment_steps)]
    customers = [{**FULL, **each} for each in changes]
    for each in (rules, evolve(rules, prepayment_steps=always)):
        alone = [graded([customer], rules=each)["说明"][0] for customer in customers]
        assert list(graded(customers, rules=each)["说明"]) == alone


@pytest.mark.parametrize(
    ("balance", "months"),
    [(-300, "-3"), (-500, "-5"), (-1000, "-10"), (-55, "-0.6"), (0, "0"), (19, "0.1"), (-123_456_789_000, "-1234567890")],
)  # fmt: skip
def test_a_remark_shows_the_months_prepaid_whole(balance, months):
    (remark,) = graded([{**FULL, "预收气费余额": balance}])["说明"]
    score = 15 if balance > 0 else 0
    assert remark == f"预收 {score}/100（预收{months}个月）"


def test_the_star_cap_holds_only_when_switched_on():
    customer = {**FULL, "月均用气量": 500000, "逾期次数": 9, "最长逾期天数": 50, "预收气费余额": 100}
    rules = RuleSet.default()
    capped = evolve(rules, switches=evolve(rules.switches, star_cap_on=True))
    assert list(graded([customer])[["信用等级", "星级"]].iloc[0]) == ["2A", "四星级"]
    assert list(graded([customer], rules=capped)[["信用等级", "综合得分", "星级"]].iloc[0]) == [
        "2A",
        10,
        "三星级",
    ]


def test_safety_takes_its_weight_from_the_others_and_caps_the_grade():
    rules = RuleSet.default()
    on = evolve(rules, indicators=[evolve(row, on=True) for row in rules.indicators])
    assert on.weights["payment"] == pytest.approx(31.5)
    assert sum(on.weights.values()) == pytest.approx(100)
    result = graded([{**FULL, "燃气安全状况": "严重未整改"}, {**FULL, "燃气安全状况": "整改期内"}], rules=on)
    assert list(result["信用得分"]) == [90.0, 96.0]
    assert list(result["信用等级"]) == ["2A", "5A"]
    assert graded([{**FULL, "燃气安全状况": "严重未整改"}])["信用等级"][0] == "5A"


@pytest.mark.parametrize(
    ("nature", "contract", "shown", "grade_name"),
    [(33.5, 66.5, 90.0, "5A"), (33.7, 66.3, 89.9, "4A"), (66.8, 33.2, 80.0, "4A"), (67.0, 33.0, 79.9, "3A")],
)  # 70·w + 100·(1-w) is 89.95, 89.89, 79.96 and 79.9: half of a tenth rounds up, before it meets the cut-off
def test_a_cut_off_is_met_by_the_score_as_shown(nature, contract, shown, grade_name):
    weights = {"用气单位性质": nature, "合同签订": contract}
    indicators = [
        evolve(row, on=row.name in weights, weight=weights.get(row.name, row.weight))
        for row in RuleSet.default().indicators
    ]
    result = graded(
        [{**FULL, "用气单位性质": "民营企业"}], rules=evolve(RuleSet.default(), indicators=indicators)
    )
    assert (result["信用得分"][0], result["信用等级"][0]) == (shown, grade_name)


def test_a_sample_without_any_grading_column_is_refused():
    with pytest.raises(Exception, match="没有可以评级的列"):
        grade(pd.DataFrame({"姓名": ["张三"]}))


@pytest.mark.parametrize("begins", ["2025-09-01", "2025-08-31", "2024-02-29", "2025-12-15", "2025-03-31"])
def test_the_day_a_veto_is_said_to_last_to_is_the_last_on_which_it_holds(begins):
    row = {**FULL, "否决事项": "违规用气", "否决日期": begins}
    said = grade(frame([row]), as_of=dt.date.fromisoformat(begins))["说明"][0]
    last = dt.date.fromisoformat(said.removeprefix("否决：违规用气（至").removesuffix("）"))
    days = [last, last + dt.timedelta(days=1)]
    assert [grade(frame([row]), as_of=day)["信用等级"][0] for day in days] == ["1A", "5A"]
    advice = next_star(one_customer(list(row), list(row.values())), RuleSet.default(), last).sentence
    assert advice == f"否决事项“违规用气”生效中，{last} 期满，次日起才可能升星。"
