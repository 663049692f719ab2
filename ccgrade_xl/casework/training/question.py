"""A question of a paper: what it is about, what it asks, and what is right. The answer is always computed anew."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable, Sequence
from functools import cached_property

from attrs import define, field, frozen

from ccgrade_xl.casework.training.answers import chosen, scored
from ccgrade_xl.casework.training.facts import Facts, customers_of
from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.grading.customers import Customers
from ccgrade_xl.grading.sample import Grades, grade_sample
from ccgrade_xl.rules.ruleset import RuleSet

_SHORT = 4
"""Options longer than this stand a line each."""


@frozen
class Setting:
    """The rules and the grading date a paper is set under."""

    rules: RuleSet
    as_of: dt.date

    def grade(self, facts: Sequence[Facts]) -> Grades:
        """Grade customers of whom only these facts are known."""
        return grade_sample(customers_of(facts), self.rules, self.as_of)


@define(frozen=True, slots=False, eq=False)
class Source:
    """What papers are drawn from: the customers of the sample, graded."""

    customers: Customers
    setting: Setting

    @cached_property
    def grades(self) -> Grades:
        """The customers' grades."""
        return grade_sample(self.customers, self.setting.rules, self.setting.as_of)

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Where the customers stand that take part in grading."""
        return tuple(row for row in range(len(self.grades)) if self.grades.graded[row])


@frozen
class Marked:
    """One answer, marked: as it was read ("" where there is none), and whether it is right."""

    read: str
    right: bool


@frozen
class Asked:
    """A question in words. `options` are what can be chosen; without any, the answer is a number."""

    text: str
    answer: str
    explanation: str
    options: tuple[str, ...] = ()

    @property
    def choices(self) -> str:
        """The options with their letters, as the sheet shows them."""
        long = any(len(option) > _SHORT for option in self.options)
        return ("\n" if long else "  ").join(
            f"{chr(65 + at)}. {option}" for at, option in enumerate(self.options)
        )

    def mark(self, answer: object) -> Marked:
        """Mark an answer: a letter, the words of an option, or a number, however it is written."""
        read = chosen(answer, self.options) if self.options else scored(answer)
        return Marked(read, read == self.answer)


@frozen
class Question:
    """A question: its kind, what of it is asked, and the customers it tells of."""

    kind: QuestionKind
    subject: str = ""
    cases: tuple[Facts, ...] = ()

    def asked(self, setting: Setting) -> Asked:
        """Return the question in words, with the answer the rules give."""
        return self.kind.ask(self, setting)

    def content(self) -> str:
        """Return the question as one line of text, from which `question_of` makes it again."""
        held = {"kind": self.kind.name, "subject": self.subject, "cases": [dict(case) for case in self.cases]}
        return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


Draw = Callable[[Source, random.Random], "Question | None"]
"""Draws a question from a sample; None where the sample or the rules offer none."""


@frozen
class QuestionKind:
    """A kind of question: what it is called, how one is drawn, and how it is put in words."""

    name: str
    draw: Draw = field(repr=False)
    ask: Callable[[Question, Setting], Asked] = field(repr=False)


def question_of(content: object, kinds: Sequence[QuestionKind]) -> Question:
    """Return the question a line of text holds. Raises `NotUnderstood` where it holds none."""
    try:
        held = json.loads(str(content))
        kind = next(kind for kind in kinds if kind.name == held["kind"])
        return Question(kind, str(held["subject"]), tuple(dict(case) for case in held["cases"]))
    except (ValueError, KeyError, TypeError, StopIteration):
        raise NotUnderstood("题目数据被改动过，读不出来；请重新出题。") from None
