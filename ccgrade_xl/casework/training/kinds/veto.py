"""否决事项: which of several vetoes is still in force at the grading date."""

from __future__ import annotations

import datetime as dt
import random

from ccgrade_xl.casework.training.facts import Facts
from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.grading.veto import named_vetoes
from ccgrade_xl.rules.dates import day_of_month, month_number
from ccgrade_xl.rules.ruleset import Veto

NAME = "否决事项"
WHO = ("甲", "乙", "丙", "丁")
_MARGIN = 4
"""How many months away from its end a drawn veto may lie, on either side."""


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw four vetoes of the rules of which exactly one is in force."""
    vetoes = [veto for veto in source.setting.rules.vetoes if veto.months >= 1]
    if not vetoes:
        return None
    as_of, right = source.setting.as_of, chance.randrange(len(WHO))
    cases = tuple(_case(chance, chance.choice(vetoes), as_of, at == right) for at in range(len(WHO)))
    question = Question(KIND, "", cases)
    in_force = source.setting.grade(cases).veto.in_force
    return question if in_force.tolist() == [at == right for at in range(len(WHO))] else None


def _case(chance: random.Random, veto: Veto, as_of: dt.date, in_force: bool) -> Facts:
    """Return a veto that ends within a few months after the date, or has ended within a few months before it."""
    distance = chance.randint(1, _MARGIN)
    months = int(veto.months) - distance if in_force else int(veto.months) + distance
    day = day_of_month(month_number(as_of) - max(months, 0), chance.randint(1, 28))
    return {"否决事项": veto.name, "否决日期": min(day, as_of).isoformat()}


def ask(question: Question, setting: Setting) -> Asked:
    """Ask whose veto is in force."""
    grades = setting.grade(question.cases)
    lines = [
        f"{who}：{case['否决日期']} {case['否决事项']}" for who, case in zip(WHO, question.cases, strict=True)
    ]
    ends = []
    for at, (who, case) in enumerate(zip(WHO, question.cases, strict=True)):
        names, _ = named_vetoes(str(case["否决事项"]), grades.scales)
        verdict = "仍在生效，信用等级 1A" if grades.veto.in_force[at] else "已过期"
        ends.append(
            f"{who}：{'、'.join(names)} {int(grades.veto.months[at])} 个月，至 {grades.veto.last_day(at)}，{verdict}"
        )
    right = next(who for at, who in enumerate(WHO) if grades.veto.in_force[at])
    return Asked(
        f"评级日期 {setting.as_of}。{'；'.join(lines)}。哪一户的否决仍在生效？",
        right,
        "；".join(ends) + "。",
        WHO,
    )


KIND = QuestionKind(NAME, draw, ask)
