"""How do the frozen months compare? The figures of one month that leaders follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.exposure import estimated_arrears, exposures
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.grading.summary import summarise

if TYPE_CHECKING:
    import pandas as pd

HEADERS = ("月均用气量", "当前欠费天数", "月均气费", "信用得分", "星级")
"""The columns of a frozen month the figures are made of."""


@frozen
class MonthFigures:
    """One month: 2026-03, graded customers, their usage (m³/month), mean credit score, customers by star, arrears (yuan)."""

    month: str
    graded: int
    usage: float
    credit: float | None
    stars: Mapping[str, int]
    arrears: float


def frozen_figures(month: str, frame: pd.DataFrame) -> MonthFigures:
    """Return the figures of a frozen month, given with the columns `HEADERS`."""
    frame = frame[frame["星级"] != ""]
    credit = frame["信用得分"].dropna()
    owed = estimated_arrears(
        frame["当前欠费天数"].to_numpy(np.float64), frame["月均气费"].to_numpy(np.float64)
    )
    return MonthFigures(
        month,
        len(frame),
        float(frame["月均用气量"].sum()),
        round(float(credit.mean()), 6) if len(credit) else None,
        {str(name): int(count) for name, count in frame["星级"].value_counts().items()},
        float(owed.sum()),
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
