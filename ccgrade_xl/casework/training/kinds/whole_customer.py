"""整户评级: everything about one customer, graded by hand to the star. What 自查 and 互查 ask."""

from __future__ import annotations

import math
import random

from ccgrade_xl.casework.training.facts import facts_of, shown
from ccgrade_xl.casework.training.kinds.credit_grade import credit_explained, switched_off
from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.rules.ruleset import UNDECIDED

NAME = "整户评级"


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw a customer that takes part in grading."""
    return question_about(source, chance.choice(source.rows))


def question_about(source: Source, row: int) -> Question:
    """Return the question about the customer in a row of the sample."""
    return Question(KIND, "", (facts_of(source.customers, row),))


def ask(question: Question, setting: Setting) -> Asked:
    """Ask for the star."""
    grades = setting.grade(question.cases)
    facts = shown(question.cases[0], off=switched_off(grades))
    level, product = grades.level_name(0) or "未知", float(grades.star_score[0])
    formula = (
        f"X × Y = {float(grades.x[0]):g} × {float(grades.y[0]):g} = {product:g}"
        if not math.isnan(product)
        else "综合得分未知"
    )
    return Asked(
        f"评级日期 {setting.as_of}。{facts}。这一户是几星级？",
        grades.star_name(0),
        f"{credit_explained(grades)}用气量{level}，{formula}，{grades.star_name(0)}。",
        (*grades.scales.star.names[::-1], UNDECIDED),
    )


KIND = QuestionKind(NAME, draw, ask)
