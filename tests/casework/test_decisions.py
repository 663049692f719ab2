"""Overrides and objections: how long they hold, when they are due, and what stands beside the grade."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.decisions import (
    Objected,
    Overridden,
    annotated,
    answer_letter,
    next_number,
    remarks_by_customer,
    subject_of,
    too_many,
)
from ccgrade_xl.errors import NotUnderstood

DAY = dt.date(2026, 3, 5)
"""A Thursday."""
OVERRIDE = Overridden("0001", "星级", "四星级", "担保", "王组长", DAY)
KEPT = Objected("20260305-0001", "0001", DAY, "逾期次数不对", answer="维持")
OBJECTION = Objected("20260305-0001", "0001", DAY, "逾期次数不对")


@pytest.mark.parametrize(("days", "state"), [(-1, "有效"), (0, "有效"), (1, "已到期")])
def test_an_override_holds_up_to_and_with_its_last_day(days: int, state: str) -> None:
    assert OVERRIDE.state(DAY + dt.timedelta(days=days)) == state


def test_a_withdrawn_override_says_so_whatever_its_day() -> None:
    withdrawn = Overridden("0001", "星级", "四星级", "担保", "王组长", DAY, withdrawn=True)
    assert withdrawn.state(DAY) == "已撤销"
    assert remarks_by_customer([withdrawn], [], DAY) == {}


@pytest.mark.parametrize(
    ("received", "approver", "due"),
    [
        (dt.date(2026, 3, 5), "", dt.date(2026, 3, 9)),  # Thursday: Friday, Monday
        (dt.date(2026, 3, 5), "王组长", dt.date(2026, 3, 12)),
        (dt.date(2026, 9, 30), "", dt.date(2026, 10, 9)),  # a week of holidays between
    ],
)
def test_an_objection_is_due_in_two_working_days_and_three_more_with_approval(
    received: dt.date, approver: str, due: dt.date
) -> None:
    assert Objected("1", "0001", received, "?", approver).due() == due


@pytest.mark.parametrize(
    ("day", "state"),
    [(dt.date(2026, 3, 8), "待处理"), (dt.date(2026, 3, 9), "今天到期"), (dt.date(2026, 3, 11), "逾期 2 天")],
)
def test_an_open_objection_counts_its_days(day: dt.date, state: str) -> None:
    assert OBJECTION.state(day, OBJECTION.due()) == state


def test_an_answer_in_time_and_one_too_late_are_told_apart() -> None:
    due = OBJECTION.due()
    for late, state in ((0, "已答复（维持）"), (1, "已答复（维持，逾期）")):
        answered = Objected("1", "0001", DAY, "?", "", "维持", due + dt.timedelta(days=late))
        assert answered.state(due + dt.timedelta(days=30), due) == state


def test_an_answer_of_no_known_day_is_not_called_late() -> None:
    assert KEPT.state(DAY + dt.timedelta(days=30), OBJECTION.due()) == "已答复（维持）"


@pytest.mark.parametrize(
    ("grade", "subject"),
    [("5A", "信用等级"), ("1A", "信用等级"), ("五星级", "星级"), ("一星级", "星级")],
)
def test_a_grade_says_what_is_decided(grade: str, subject: str) -> None:
    assert subject_of(grade) == subject


def test_a_grade_there_is_not_is_refused_with_those_there_are() -> None:
    said = (
        "没有 “六星级” 这一级：信用等级有 5A、4A、3A、2A、1A，星级有 五星级、四星级、三星级、二星级、一星级。"
    )
    with pytest.raises(NotUnderstood, match=re.escape(said)):
        subject_of("六星级")


def test_both_stand_behind_the_remark_until_they_end() -> None:
    added = remarks_by_customer([OVERRIDE], [OBJECTION], DAY)["0001"]
    assert annotated("缴纳 45/100", added) == (
        "【人工调整：星级 四星级（至 2026-03-05，批准人 王组长）】【异议处理中：2026-03-05 收到，2026-03-09 前答复】 缴纳 45/100"
    )
    assert annotated(annotated("缴纳 45/100", added), "") == "缴纳 45/100"


@given(st.text(), st.text(), st.text())
def test_annotating_twice_is_annotating_once(remark: str, approver: str, reason: str) -> None:
    override = Overridden("0001", "星级", "四星级", reason, approver, DAY)
    once = annotated(remark, override.remark)
    assert annotated(once, override.remark) == once
    assert annotated(once, "") == annotated(remark, "")


@pytest.mark.parametrize(
    ("in_force", "graded", "warns"), [(0, 0, False), (5, 100, False), (6, 100, True), (1, 0, True)]
)
def test_more_than_five_in_a_hundred_are_too_many(in_force: int, graded: int, warns: bool) -> None:
    assert bool(too_many(in_force, graded)) is warns


@given(st.integers(0, 10**6))
def test_five_in_a_hundred_exactly_are_never_too_many(in_force: int) -> None:
    assert too_many(in_force, 20 * in_force) == ""
    assert too_many(in_force + 1, 20 * in_force) != ""


@pytest.mark.parametrize(("in_force", "graded", "share"), [(6, 100, "6.0%"), (1, 3, "33.3%"), (2, 0, "100%")])
def test_too_many_are_said_with_their_share(in_force: int, graded: int, share: str) -> None:
    assert too_many(in_force, graded) == (
        f"人工调整有效 {in_force} 户，占参评客户 {share}，超过 5%：请检查评分规则是否合适，或清理人工调整。"
    )


def test_overrides_and_objections_of_one_customer_stand_one_after_the_other() -> None:
    other = Overridden("0001", "信用等级", "3A", "担保", "李组长", DAY)
    late = Objected("20260305-0001-2", "0001", DAY, "?", "王组长")
    added = remarks_by_customer([OVERRIDE, other], [OBJECTION, KEPT, late], DAY)
    due = OBJECTION.due(), late.due()
    assert added == {"0001": OVERRIDE.remark + other.remark + OBJECTION.remark(due[0]) + late.remark(due[1])}


def test_numbers_are_by_day_and_customer_and_never_twice() -> None:
    assert next_number("0001", DAY, []) == "20260305-0001"
    assert next_number("0001", DAY, ["20260305-0001"]) == "20260305-0001-2"
    assert next_number("0001", DAY, ["20260305-0001", "20260305-0001-2"]) == "20260305-0001-3"


def test_the_letter_gives_grade_reasons_and_outcome() -> None:
    answered = Objected(
        "20260305-0001", "0001", DAY, "逾期次数不对", "", "更正", dt.date(2026, 3, 6), "已改为 1 次。"
    )
    letter = answer_letter(
        answered,
        "一厂",
        {"信用等级": "2A", "星级": "三星级", "X": ""},
        ["气费缴纳：45 分"],
        "少逾期 1 次",
        DAY,
    )
    assert letter[1:] == [
        "一厂（客户编号 0001）：",
        "贵单位 2026-03-05 提出的异议（编号 20260305-0001）“逾期次数不对”收悉，现答复如下。",
        "一、评级结果：信用等级 2A，星级 三星级。",
        "二、评级依据：",
        "  气费缴纳：45 分",
        "三、怎样提高：少逾期 1 次",
        "四、处理结果：经复核，对评级予以更正。已改为 1 次。",
        "五、评级规则对客户公开，可以向客户经理查阅；对本答复仍有异议的，可以再次提出。",
        "答复日期：2026-03-06",
    ]


def test_a_letter_names_the_override_in_force_and_no_other() -> None:
    past = Overridden("0001", "信用等级", "3A", "担保", "王组长", DAY - dt.timedelta(days=1))
    letter = answer_letter(KEPT, "", {"星级": "三星级"}, [], "", DAY, [OVERRIDE, past])
    assert letter[1] == "贵单位（客户编号 0001）："
    assert letter[3] == "一、评级结果：星级 三星级。经人工调整，星级按 四星级 执行，至 2026-03-05。"
    assert letter[-1] == "答复日期：2026-03-05"


def test_a_letter_to_a_customer_without_results_says_so() -> None:
    letter = answer_letter(KEPT, "一厂", {"星级": ""}, [], "", DAY)
    assert letter[3] == "一、评级结果：尚未评级。"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("维持", "经复核，维持原评级。"),
        ("更正", "经复核，对评级予以更正。"),
        ("撤回", "贵单位已撤回异议，不再处理。"),
    ],
)
def test_a_letter_says_what_came_of_the_objection(answer: str, outcome: str) -> None:
    objection = Objected("1", "0001", DAY, "?", answer=answer, explanation="附件一。")
    assert f"四、处理结果：{outcome}附件一。" in answer_letter(objection, "一厂", {}, [], "", DAY)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (0, "四、处理结果：正在复核，将于 2026-03-09 前答复。"),
        (4, "四、处理结果：正在复核，将于 2026-03-09 前答复。"),
        (5, "四、处理结果：正在复核。答复期限 2026-03-09 已过，谨此致歉，我们将尽快答复。"),
    ],
)
def test_a_letter_never_promises_a_day_that_is_over(days: int, says: str) -> None:
    assert says in answer_letter(OBJECTION, "一厂", {}, [], "", DAY + dt.timedelta(days=days))
