"""用气量等级: which level a monthly usage falls in, the bounds included."""

from __future__ import annotations

import random

from ccgrade_xl.casework.training.facts import USAGE, facts_of, shown
from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.rules.numerals import grouped

NAME = "用气量等级"


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw a customer's usage, every third time one that stands on a bound: the bound belongs to the level above."""
    tiers = [tier.lower for tier in source.setting.rules.usage_tiers if tier.lower > 0]
    if tiers and chance.random() < 1 / 3:
        return Question(KIND, "", ({"月均用气量": chance.choice(tiers)},))
    facts = facts_of(source.customers, chance.choice(source.rows))
    return Question(KIND, "", ({"月均用气量": facts["月均用气量"]},)) if "月均用气量" in facts else None


def ask(question: Question, setting: Setting) -> Asked:
    """Ask for the level."""
    grades = setting.grade(question.cases)
    level = grades.level_name(0)
    return Asked(
        f"{shown(question.cases[0], USAGE)}。用气量属于哪一级？",
        level,
        f"{level}，标准分 X = {float(grades.x[0]):g}：{bounds(grades, int(grades.level[0]))}。",
        grades.scales.usage.names[::-1],
    )


def bounds(grades: Grades, position: int) -> str:
    """Return between which usages a level lies; its lower bound belongs to it."""
    lower = grades.scales.usage.lower
    at_least = f"达到 {grouped(lower[position])} m³/月"
    if position + 1 == len(lower):
        return at_least
    below = f"不到 {grouped(lower[position + 1])} m³/月"
    return f"{at_least}、{below}" if position else below


KIND = QuestionKind(NAME, draw, ask)
