"""指标得分: what one credit indicator of a customer scores."""

from __future__ import annotations

import random

import numpy as np

from ccgrade_xl.casework.training.answers import number_text
from ccgrade_xl.casework.training.facts import facts_of, shown
from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.grading.explanation import indicator_points
from ccgrade_xl.rules.indicators import BY_KEY, INDICATORS

NAME = "指标得分"


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw a customer and an indicator that counts and is known of her."""
    row = chance.choice(source.rows)
    weights = source.grades.scales.weights
    known = [
        each
        for each in INDICATORS
        if weights[each.key] > 0 and not np.isnan(source.grades.scored[each.key].score[row])
    ]
    if not known:
        return None
    indicator = chance.choice(known)
    facts = facts_of(source.customers, row)
    case = {header: facts[header] for header in indicator.inputs if header in facts}
    return Question(KIND, indicator.key, (case,))


def ask(question: Question, setting: Setting) -> Asked:
    """Ask for the score, 0-100."""
    indicator = BY_KEY[question.subject]
    grades = setting.grade(question.cases)
    score = float(grades.scored[indicator.key].score[0])
    points = next(each for each in indicator_points(grades, 0) if each.indicator is indicator)
    because = f"（{points.value}）" if points.value else ""
    return Asked(
        f"{shown(question.cases[0], indicator.inputs)}。“{indicator.name}”得多少分（0–100）？",
        number_text(score),
        f"按“评分规则”，{indicator.name}{because}得 {number_text(score)} 分。",
    )


KIND = QuestionKind(NAME, draw, ask)
