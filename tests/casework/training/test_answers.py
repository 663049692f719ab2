"""Answers are read as people write them, and two people's agreement is Cohen's."""

import datetime as dt
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from ccgrade_xl.casework.ledger.records import ExamResult
from ccgrade_xl.casework.training.agreement import agreement
from ccgrade_xl.casework.training.answers import chosen, scored
from ccgrade_xl.casework.training.results import answers_in, answers_text, progress
from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS

MEASURES = ("季度评估", "季度评估并约谈", "每月评估")


@pytest.mark.parametrize(
    ("answer", "options", "meant"),
    [
        ("A", STARS, "五星级"), ("e", STARS, "一星级"), ("Ｂ", STARS, "四星级"), ("B.", STARS, "四星级"),
        ("五星", STARS, "五星级"), ("5", STARS, "五星级"), (5.0, STARS, "五星级"), ("3星级", STARS, "三星级"),
        ("3a", CREDIT_GRADES, "3A"), (" 3 A ", CREDIT_GRADES, "3A"), (3.0, CREDIT_GRADES, "3A"),
        ("季度评估", MEASURES, "季度评估"), ("每月", MEASURES, "每月评估"), ("季度", MEASURES, "季度"),
        ("Z", STARS, "Z"), ("六星级", STARS, "六星级"), (None, STARS, ""), ("  ", STARS, ""),
    ],
)  # fmt: skip
def test_a_choice_is_read_by_letter_words_or_beginning(answer, options, meant) -> None:
    assert chosen(answer, options) == meant


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (70.0, "70"),
        ("70", "70"),
        ("７０分", "70"),
        ("70.50", "70.5"),
        ("很多", "很多"),
        ("ＡＢＣ", "abc"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_score_is_read_with_or_without_its_unit(answer, meant) -> None:
    assert scored(answer) == meant


RATINGS = st.lists(st.tuples(st.sampled_from(STARS), st.sampled_from(STARS)), min_size=1, max_size=60)


@given(RATINGS)
def test_kappa_is_that_of_scikit_learn(pairs) -> None:
    first, second = ([pair[at] for pair in pairs] for at in (0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(first, second)
    found = agreement(first, second).kappa
    assert (found is None and expected != expected) or found == pytest.approx(expected)


@given(RATINGS)
def test_agreement_does_not_depend_on_who_comes_first(pairs) -> None:
    first, second = ([pair[at] for pair in pairs] for at in (0, 1))
    assert agreement(first, second) == agreement(second, first)


def test_a_textbook_agreement() -> None:
    """Cohen's κ of 20 both yes, 5 and 10 apart, 15 both no: (0.7 - 0.5) ÷ (1 - 0.5) = 0.4."""
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = agreement(first, second)
    assert (found.items, found.alike, found.share) == (50, 35, 0.7)
    assert found.kappa == pytest.approx(0.4)
    assert found.sentence == "50 户中 35 户一致（70%），κ = 0.40（一致性一般）。"


def test_what_one_of_them_left_open_does_not_count() -> None:
    found = agreement(["五星级", "", "三星级", "二星级"], ["五星级", "四星级", "", "三星级"])
    assert (found.items, found.alike) == (2, 1)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([], [], "没有两人都作答"),
        (["三星级"] * 4, ["三星级"] * 4, "κ 无法计算"),
        (["三星级", "四星级"], ["四星级", "三星级"], "不如随机"),
        (["三星级", "四星级"], ["三星级", "四星级"], "几乎完全一致"),
    ],
)
def test_agreement_is_said_in_words(first, second, words) -> None:
    assert words in agreement(first, second).sentence


def test_two_lists_of_different_lengths_are_no_pair() -> None:
    with pytest.raises(ValueError):
        agreement(["三星级"], [])


def result(person: str, points: float, day: int, number: str = "考试-20260331-0001") -> ExamResult:
    return ExamResult(
        number=number, examinee=person, taken_on=dt.date(2026, 3, day), points=points, full_points=100.0,
        answers=answers_text(["五星级", ""]),
    )  # fmt: skip


def test_each_person_has_a_line_and_the_last_examined_comes_first() -> None:
    lines = progress([result("张三", 60, 1), result("李四", 90, 2), result("张三", 80, 3)])
    assert [(line.person, line.shares, line.last_day) for line in lines] == [
        ("张三", (0.6, 0.8), "2026-03-03"), ("李四", (0.9,), "2026-03-02"),
    ]  # fmt: skip
    assert lines[0].mean == pytest.approx(0.7)
    assert progress([]) == []


def test_the_answers_of_a_record_come_back() -> None:
    assert answers_in(result("张三", 1, 1), 2) == ["五星级", ""]


def test_answers_to_another_paper_are_refused() -> None:
    with pytest.raises(LedgerFault, match="张三对试卷"):
        answers_in(result("张三", 1, 1), 3)
