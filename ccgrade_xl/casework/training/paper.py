"""A paper: an exam of every kind of question, or a random sample of customers to be graded again by hand."""

from __future__ import annotations

import random
from typing import Literal, get_args

from attrs import frozen

from ccgrade_xl.casework.training.kinds import EXAM_KINDS, whole_customer
from ccgrade_xl.casework.training.question import Question, Source
from ccgrade_xl.errors import CcgradeError

Form = Literal["考试", "自查", "互查"]
FORMS: tuple[Form, ...] = get_args(Form)
"""考试: every kind of question. 自查: a sample graded again by one. 互查: the same sample by two, blind."""

MOST = 60
"""How many questions a paper may have."""
_TRIES = 40
"""How often a kind is tried before the sample is taken to offer no further question of it."""


@frozen
class Paper:
    """A paper: its number, which tells form, grading date and seed, and its questions in order."""

    number: str
    form: Form
    questions: tuple[Question, ...]


def new_paper(form: Form, source: Source, count: int, seed: int) -> Paper:
    """Return the paper of a form. The same sample, rules, date, count and seed give the same paper.

    Raises `CcgradeError` where no customer of the sample takes part, or for a count outside 1-60.
    """
    if not 1 <= count <= MOST:
        raise CcgradeError(f"题数应在 1 到 {MOST} 之间，现在是 {count}，请修改。")
    if not source.rows:
        raise CcgradeError("没有参评的客户，出不了题；请先导入客户资料。")
    number = f"{form}-{source.setting.as_of:%Y%m%d}-{seed:04}"
    chance = random.Random(seed)  # noqa: S311 - a paper must come out the same again
    questions = _exam(source, count, chance) if form == "考试" else _sample(source, count, chance)
    return Paper(number, form, questions)


def _exam(source: Source, count: int, chance: random.Random) -> tuple[Question, ...]:
    questions: dict[str, Question] = {}
    kinds = list(EXAM_KINDS)
    while kinds and len(questions) < count:
        for kind in list(kinds):
            for _ in range(_TRIES):
                question = kind.draw(source, chance)
                if question is not None and question.content() not in questions:
                    questions[question.content()] = question
                    break
            else:
                kinds.remove(kind)
            if len(questions) == count:
                break
    return tuple(questions.values())


def _sample(source: Source, count: int, chance: random.Random) -> tuple[Question, ...]:
    rows = chance.sample(source.rows, min(count, len(source.rows)))
    return tuple(whole_customer.question_about(source, row) for row in rows)


def full_points(questions: int) -> list[float]:
    """Return how many points each question is worth: 100 in all, whole points, the first ones get what is over."""
    each, over = divmod(100, questions)
    return [float(each + (at < over)) for at in range(questions)]
