"""The distribution of a graded sample: customers and usage by level, grade and star, and what is missing."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Integers
from ccgrade_xl.grading.sample import OPEN, Grades
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import UNDECIDED


@frozen
class Share:
    """One band: customers, their part of the graded, their usage (m³/month) and its part of all usage."""

    name: str
    customers: int
    customer_share: float
    usage: float
    usage_share: float


@frozen
class Summary:
    """The distribution of the graded customers. Bands run from the highest to 待定 (usage: 未知)."""

    graded: int
    not_graded: int
    undecided: int
    provisional: int
    vetoed: int
    usage: float
    levels: tuple[Share, ...]
    credit_grades: tuple[Share, ...]
    stars: tuple[Share, ...]
    matrix: tuple[tuple[int, ...], ...]
    """Customers by usage level (rows, highest first) and credit grade (columns, highest first)."""
    known: tuple[tuple[str, int, float], ...]
    """Each indicator that counts: name, customers it is known for, their part of the graded."""


def summarise(grades: Grades) -> Summary:
    """Count a graded sample."""
    scales, graded = grades.scales, grades.graded
    total = int(graded.sum())
    usage = np.where(graded, np.nan_to_num(grades.customers.usage), 0.0)
    return Summary(
        graded=total,
        not_graded=len(grades) - total,
        undecided=int((graded & (grades.star == OPEN)).sum()),
        provisional=int(grades.provisional.sum()),
        vetoed=int((graded & grades.veto.in_force).sum()),
        usage=float(usage.sum()),
        levels=_shares(scales.usage.names, grades.level, usage, "未知"),
        credit_grades=_shares(scales.credit.names, grades.credit_grade, usage, UNDECIDED),
        stars=_shares(scales.star.names, grades.star, usage, UNDECIDED),
        matrix=_matrix(grades),
        known=tuple(
            (row.name, known, known / total if total else 0.0)
            for row in INDICATORS
            if scales.weights[row.key] > 0
            for known in [int((graded & ~np.isnan(grades.scored[row.key].score)).sum())]
        ),
    )


def _shares(
    names: tuple[str, ...], positions: Integers, usage: np.ndarray, open_name: str
) -> tuple[Share, ...]:
    graded, volume = int((positions >= OPEN).sum()), float(usage.sum())
    shares = []
    for position in (*range(len(names) - 1, -1, -1), OPEN):
        here = positions == position
        count, used = int(here.sum()), float(usage[here].sum())
        name = names[position] if position >= 0 else open_name
        shares.append(
            Share(name, count, count / graded if graded else 0.0, used, used / volume if volume else 0.0)
        )
    return tuple(shares)


def _matrix(grades: Grades) -> tuple[tuple[int, ...], ...]:
    levels, bands = len(grades.scales.usage.names), len(grades.scales.credit.names)
    placed = (grades.level >= 0) & (grades.credit_grade >= 0)
    counts = np.zeros((levels, bands), dtype=np.int64)
    np.add.at(counts, (grades.level[placed], grades.credit_grade[placed]), 1)
    return tuple(tuple(int(cell) for cell in row[::-1]) for row in counts[::-1])
