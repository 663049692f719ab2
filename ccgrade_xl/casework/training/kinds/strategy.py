"""策略选择: which measure of one aspect fits a star."""

from __future__ import annotations

import random

from ccgrade_xl.casework.training.question import Asked, Question, QuestionKind, Setting, Source
from ccgrade_xl.rules.ruleset import ASPECTS

NAME = "策略选择"


def draw(source: Source, chance: random.Random) -> Question | None:
    """Draw a star and an aspect whose measures differ between the stars."""
    aspects = [aspect for aspect in ASPECTS if len(_measures(aspect, source.setting)) > 1]
    if not aspects:
        return None
    aspect = chance.choice(aspects)
    star = chance.choice([row.star for row in source.setting.rules.strategies])
    return Question(KIND, f"{star}|{aspect}")


def ask(question: Question, setting: Setting) -> Asked:
    """Ask for the measure."""
    star, aspect = question.subject.split("|")
    row = next(row for row in setting.rules.strategies if row.star == star)
    measure = str(getattr(row, ASPECTS[aspect]))
    return Asked(
        f"{star}客户在“{aspect}”方面应采取哪一项策略？",
        measure,
        f"{star}客户的{aspect}策略：{measure}（见“差异化策略”）。",
        _measures(aspect, setting),
    )


def _measures(aspect: str, setting: Setting) -> tuple[str, ...]:
    """Return the measures of an aspect that differ, in the order of their words: the place gives nothing away."""
    return tuple(sorted({str(getattr(row, ASPECTS[aspect])) for row in setting.rules.strategies}))


KIND = QuestionKind(NAME, draw, ask)
