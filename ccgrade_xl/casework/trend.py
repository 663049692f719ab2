"""How do the frozen months compare? The figures of one month that leaders follow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.exposure import exposures
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.grading.summary import summarise

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import StarTotal


@frozen
class MonthFigures:
    """One month: 2026-03, graded customers, their usage (m³/month), mean credit score, customers by star, arrears (yuan)."""

    month: str
    graded: int
    usage: float
    credit: float | None
    stars: Mapping[str, int]
    arrears: float


def frozen_figures(month: str, totals: Sequence[StarTotal]) -> MonthFigures:
    """Return the figures of a frozen month, given by star."""
    graded = [each for each in totals if each.star]
    scored = sum(each.scored for each in graded)
    return MonthFigures(
        month,
        sum(each.customers for each in graded),
        math.fsum(each.usage for each in graded),
        round(math.fsum(each.score for each in graded) / scored, 6) if scored else None,
        {each.star: each.customers for each in graded},
        math.fsum(each.arrears for each in graded),
    )


def figures_of(month: str, grades: Grades) -> MonthFigures:
    """Return the figures of customers as they are graded now."""
    summary = summarise(grades)
    credit = grades.credit.score[grades.graded]
    credit = credit[~np.isnan(credit)]
    return MonthFigures(
        month,
        summary.graded,
        summary.usage,
        round(float(credit.mean()), 6) if len(credit) else None,
        {share.name: share.customers for share in summary.stars},
        exposures(grades)[-1].arrears,
    )
