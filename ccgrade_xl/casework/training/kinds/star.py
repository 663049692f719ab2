"""星级: X of the usage times Y of the credit grade, and where the product is cut off."""

from __future__ import annotations

import random

import numpy as np

from ccgrade_xl.casework.training.facts import USAGE, facts_of, shown
from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.grading.sample import star_of
from ccgrade_xl.grading.scales import scales_of
from ccgrade_xl.grading.usage import usage_level, x_score

NAME = "综合星级"


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw a customer's usage and the credit grade she has."""
    row = chance.choice(source.rows)
    facts, position = facts_of(source.customers, row), int(source.grades.credit_grade[row])
    if "月均用气量" not in facts or position < 0:
        return None
    return Question(KIND, source.grades.credit_name(row), ({"月均用气量": facts["月均用气量"]},))


def ask(question: Question, setting: Setting) -> Asked:
    """Ask for the star."""
    scales = scales_of(setting.rules)
    usage = np.array([float(question.cases[0]["月均用气量"])])
    credit = np.array([scales.credit.names.index(question.subject)])
    x, y = x_score(usage_level(usage, scales), scales), scales.credit.standard_at(credit)
    name = scales.star.names[int(star_of(x * y, credit, np.array([True]), scales)[0])]
    return Asked(
        f"{shown(question.cases[0], USAGE)}；信用等级：{question.subject}。综合评定是几星级？",
        name,
        f"X = {float(x[0]):g}，Y = {float(y[0]):g}，综合得分 X × Y = {float(x[0] * y[0]):g}，{name}。",
        scales.star.names[::-1],
    )


KIND = QuestionKind(NAME, draw, ask)
