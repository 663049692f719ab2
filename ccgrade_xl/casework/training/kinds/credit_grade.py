"""信用等级: six indicators, weighed, rounded, cut off; a veto or a new customer may decide instead."""

from __future__ import annotations

import random

import numpy as np

from ccgrade_xl.casework.training.facts import CREDIT, VETO, facts_of, shown
from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.grading.explanation import indicator_points
from ccgrade_xl.grading.remarks import remarks
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import UNDECIDED

NAME = "信用等级"


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw a customer with everything that decides her credit grade."""
    facts = facts_of(source.customers, chance.choice(source.rows))
    return Question(KIND, "", (facts,))


def ask(question: Question, setting: Setting) -> Asked:
    """Ask for the credit grade."""
    grades = setting.grade(question.cases)
    text = shown(question.cases[0], (*CREDIT, *VETO), off=switched_off(grades))
    return Asked(
        f"评级日期 {setting.as_of}。{text}。信用等级是哪一级？",
        grades.credit_name(0),
        credit_explained(grades),
        (*grades.scales.credit.names[::-1], UNDECIDED),
    )


def switched_off(grades: Grades) -> tuple[str, ...]:
    """Return the columns of the indicators that the rules do not count."""
    weights = grades.scales.weights
    return tuple(header for row in INDICATORS if weights[row.key] == 0 for header in row.inputs)


def credit_explained(grades: Grades) -> str:
    """Say how the first customer's credit grade comes about: each indicator, the score, what else decides."""
    parts = [
        f"{each.indicator.short} {each.score:g}×{each.weight:.3g}%"
        for each in indicator_points(grades, 0)
        if not np.isnan(each.score) and each.weight > 0
    ]
    score = float(grades.credit.score[0])
    summed = f"{' + '.join(parts)} = {score:g} 分" if parts and not np.isnan(score) else "没有已知的指标"
    remark = str(remarks(grades)[0])
    return f"{summed}，{grades.credit_name(0)}。" + (f"{remark}。" if remark else "")


KIND = QuestionKind(NAME, draw, ask)
