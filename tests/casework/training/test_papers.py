"""Papers: the same seed gives the same paper, and every question is answered by what it shows."""

import datetime as dt
import re

import pandas as pd
import pytest
from attrs import evolve

from ccgrade_xl import RuleSet, grade
from ccgrade_xl.casework.training.kinds import EXAM_KINDS, KINDS
from ccgrade_xl.casework.training.paper import FORMS, MOST, full_points, new_paper
from ccgrade_xl.casework.training.question import Question, Setting, Source, question_of
from ccgrade_xl.errors import CcgradeError, NotUnderstood
from ccgrade_xl.rules.indicators import BY_KEY
from tests.casework.samples import customers

AS_OF = dt.date(2026, 3, 31)
DEFAULT = RuleSet.default()
SETTING = Setting(DEFAULT, AS_OF)
OPEN = evolve(DEFAULT, switches=evolve(DEFAULT.switches, completeness_floor=0.95))
"""Rules under which a customer with anything unknown is 待定."""

HALVES = evolve(
    DEFAULT, usage_tiers=[evolve(tier, lower=tier.lower and tier.lower + 0.5) for tier in DEFAULT.usage_tiers]
)
"""Rules whose levels begin between two whole cubic metres."""


def source(count: int = 80, seed: int = 0, setting: Setting = SETTING) -> Source:
    return Source(customers(count, seed), setting)


def shown_customer(text: str) -> dict[str, object]:
    """What a question shows of its one customer, read back from its words."""
    found: dict[str, object] = {"客户状态": "在用"}
    for part in re.split("[；。]", text):
        header, colon, value = part.partition("：")
        if colon and value != "未知":
            number = re.fullmatch(r"(-?[\d,.]+) (m³|个月|次|天|元)", value)
            found[header] = float(number[1].replace(",", "")) if number else value
    return found


def exams(setting: Setting = SETTING) -> list[Question]:
    return [
        question
        for seed in range(6)
        for form in FORMS
        for question in new_paper(form, source(seed=seed, setting=setting), 30, seed).questions
    ]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_seed_gives_the_same_paper_and_another_a_different_one(form) -> None:
    papers = [new_paper(form, source(), 20, seed) for seed in (7, 7, 8)]
    contents = [[question.content() for question in paper.questions] for paper in papers]
    assert contents[0] == contents[1] != contents[2]
    assert papers[0].number == f"{form}-20260331-0007"


def test_an_exam_asks_every_kind_in_turn_and_nothing_twice() -> None:
    questions = new_paper("考试", source(), 18, 3).questions
    assert [question.kind for question in questions] == [*EXAM_KINDS] * 3
    assert len({question.content() for question in questions}) == 18


@pytest.mark.parametrize("form", ["自查", "互查"])
def test_a_check_samples_each_customer_once_and_only_those_who_take_part(form) -> None:
    drawn = source(40)
    questions = new_paper(form, drawn, MOST, 1).questions
    assert len(questions) == len(drawn.rows) == int(drawn.grades.graded.sum())


@pytest.mark.parametrize("rules", [DEFAULT, OPEN, HALVES], ids=["default", "nothing unknown", "halves"])
def test_every_grade_asked_for_follows_from_what_the_question_shows(rules) -> None:
    setting = Setting(rules, AS_OF)
    asked_of = {"指标得分": None, "用气量等级": "用气量等级", "信用等级": "信用等级", "整户评级": "星级"}
    seen = set()
    for question in exams(setting):
        if question.kind.name not in asked_of:
            continue
        asked = question.asked(setting)
        column = asked_of[question.kind.name] or BY_KEY[question.subject].result
        graded = grade(pd.DataFrame([shown_customer(asked.text)], dtype=object), rules, AS_OF)
        expected = graded[column].iloc[0]
        assert asked.answer == (expected if isinstance(expected, str) else f"{expected:g}"), asked.text
        seen.add(asked.answer)
    assert ("待定" in seen) is (rules is OPEN)


def test_an_explanation_gives_the_bounds_as_they_are() -> None:
    setting = Setting(HALVES, AS_OF)
    said = "".join(
        each.asked(setting).explanation for each in exams(setting) if each.kind.name == "用气量等级"
    )
    bounds = {float(bound.replace(",", "")) for bound in re.findall(r"(?:达到|不到) ([\d,.]+) m³", said)}
    assert bounds
    assert bounds <= {tier.lower for tier in HALVES.usage_tiers}


def test_a_star_is_that_of_x_times_y() -> None:
    for question in exams():
        if question.kind.name == "综合星级":
            asked = question.asked(SETTING)
            usage = float(re.search(r"月均用气量：([\d,]+)", asked.text)[1].replace(",", ""))
            x = next(tier.x for tier in DEFAULT.usage_tiers if usage >= tier.lower)
            y = next(band.y for band in DEFAULT.credit_bands if band.name == question.subject)
            star = next(band.name for band in DEFAULT.star_bands if x * y >= band.lower)
            assert asked.answer == star


def test_exactly_one_of_four_vetoes_is_in_force() -> None:
    for question in exams():
        if question.kind.name != "否决事项":
            continue
        asked = question.asked(SETTING)
        found = re.findall(r"(.)：(\d{4}-\d\d-\d\d) ([^；。]+)", asked.text)
        months = {veto.name: int(veto.months) for veto in DEFAULT.vetoes}
        in_force = [
            who
            for who, day, veto in found
            if pd.Timestamp(day) + pd.DateOffset(months=months[veto]) > pd.Timestamp(AS_OF)
        ]
        assert in_force == [asked.answer]
        assert len(found) == 4


def test_a_strategy_is_the_one_of_the_rules_and_its_options_differ() -> None:
    for question in exams():
        if question.kind.name == "策略选择":
            asked = question.asked(SETTING)
            assert asked.answer in asked.options
            assert len(set(asked.options)) == len(asked.options) > 1


def test_the_right_answer_is_marked_right_by_letter_and_by_words() -> None:
    for question in exams():
        asked = question.asked(SETTING)
        assert asked.mark(asked.answer).right
        if asked.options:
            assert asked.mark(chr(65 + asked.options.index(asked.answer))).right
            wrong = next(option for option in asked.options if option != asked.answer)
            assert not asked.mark(wrong).right
        assert not asked.mark(None).right
        assert asked.explanation.endswith("。")


def test_a_question_is_kept_as_text_and_comes_back_the_same() -> None:
    for question in exams():
        again = question_of(question.content(), KINDS)
        assert again.asked(SETTING) == question.asked(SETTING)


@pytest.mark.parametrize("content", ["", "1", "{}", '{"kind":"没有","subject":"","cases":[]}', None, "[1]"])
def test_a_question_that_was_tampered_with_is_refused(content) -> None:
    with pytest.raises(NotUnderstood, match="重新出题"):
        question_of(content, KINDS)


def test_where_the_rules_name_no_veto_none_is_asked_about() -> None:
    setting = Setting(evolve(DEFAULT, vetoes=()), AS_OF)
    kinds = {question.kind.name for question in new_paper("考试", source(setting=setting), 20, 1).questions}
    assert kinds == {kind.name for kind in EXAM_KINDS} - {"否决事项"}


@pytest.mark.parametrize("count", [0, -1, MOST + 1])
def test_a_paper_has_some_questions_and_not_too_many(count) -> None:
    with pytest.raises(CcgradeError, match="题数"):
        new_paper("考试", source(), count, 1)


def test_without_customers_there_is_no_paper() -> None:
    nobody = Source(customers(3, 客户状态=["销户"] * 3), SETTING)
    with pytest.raises(CcgradeError, match="没有参评的客户"):
        new_paper("互查", nobody, 5, 1)


@pytest.mark.parametrize("questions", [1, 3, 7, 20, 60])
def test_the_points_of_a_paper_add_up_to_a_hundred(questions) -> None:
    assert sum(full_points(questions)) == 100
    assert max(full_points(questions)) - min(full_points(questions)) <= 1
