"""How does each person come along? The results of papers over time, a line a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from attrs import frozen

from ccgrade_xl.casework.ledger.records import ExamResult
from ccgrade_xl.errors import LedgerFault


@frozen
class Progress:
    """One person's results, the oldest first: shares of the full points, 0-1."""

    person: str
    shares: tuple[float, ...]
    last_day: str

    @property
    def mean(self) -> float:
        """The mean share."""
        return sum(self.shares) / len(self.shares)


def progress(results: Iterable[ExamResult]) -> list[Progress]:
    """Return each person's results, given in the order they were written; who was last examined comes first."""
    taken: dict[str, list[ExamResult]] = {}
    for result in results:
        held = taken.pop(result.examinee, [])
        taken[result.examinee] = [*held, result]
    return [
        Progress(person, tuple(_share(each) for each in held), held[-1].taken_on.isoformat())
        for person, held in reversed(taken.items())
    ]


def answers_text(answers: Sequence[str]) -> str:
    """Return answers, in the order of the questions, as a record keeps them."""
    return json.dumps(list(answers), ensure_ascii=False)


def answers_in(result: ExamResult, questions: int) -> list[str]:
    """Return the answers a record keeps. Raises `LedgerFault` where they are not those of so many questions."""
    try:
        found = [str(answer) for answer in json.loads(result.answers)]
    except (ValueError, TypeError):
        found = []
    if len(found) != questions:
        raise LedgerFault(f"{result.examinee}对试卷 {result.number} 的作答与题目对不上，请重新出题。")
    return found


def _share(result: ExamResult) -> float:
    return result.points / result.full_points if result.full_points else 0.0
