"""Does a better score mean fewer arrears? KS and Gini of the scores against what customers did afterwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ccgrade_xl.casework.ledger.frozen_table import Columns
from ccgrade_xl.casework.ledger.views import View
from ccgrade_xl.casework.months import months_later
from ccgrade_xl.rules.indicators import INDICATORS

Verdict = Literal["良好", "可用", "区分力弱", "样本不足", "观察期未满"]

HORIZON = 6
"""Months after the grading in which a customer can turn out bad (`default`)."""

BAD_DAYS = 30.0
"""Days late above which a customer is bad (`default`)."""

FEWEST_BADS, FEWEST_CUSTOMERS = 30, 200
"""Below either, nothing is said of the score (`default`)."""

USABLE, GOOD = 0.20, 0.30
"""KS from which a score can be used, and from which it is good (F: Alibaba Cloud, credit scoring)."""

GOOD_GINI = 0.40
"""Gini from which a score is good (`default`)."""

_LATER = ("当前欠费天数", "最长逾期天数")
_SCORES = ("客户编号", "信用得分", *(row.result for row in INDICATORS), "当前欠费天数", "最长逾期天数")


@frozen
class Discrimination:
    """How well one score tells bad customers from good ones; KS and Gini are NaN where too few are known.

    Both are 0 for chance and 1 where every bad customer scored below every good one; a negative Gini says that
    the score runs the wrong way.
    """

    name: str
    customers: int
    bads: int
    ks: float
    gini: float
    verdict: Verdict


def discrimination(name: str, scores: Sequence[float], bad: Sequence[bool]) -> Discrimination:
    """Measure one score against what came after; customers whose score is NaN are left out."""
    values, bads = np.asarray(scores, dtype=np.float64), np.asarray(bad, dtype=np.bool_)
    known = ~np.isnan(values)
    values, bads = values[known], bads[known]
    count = int(bads.sum())
    if count < FEWEST_BADS or len(values) < FEWEST_CUSTOMERS or count == len(values):
        return Discrimination(name, len(values), count, math.nan, math.nan, "样本不足")
    ks, gini = ks_and_gini(values, bads)
    verdict: Verdict = "区分力弱" if ks < USABLE or gini <= 0 else "可用"
    if ks >= GOOD and gini >= GOOD_GINI:
        verdict = "良好"
    return Discrimination(name, len(values), count, ks, gini, verdict)


def ks_and_gini(scores: npt.NDArray[np.float64], bad: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return KS, the widest gap between the two cumulative distributions, and Gini, 2·AUC − 1.

    Equal scores are one step, so that their order decides nothing. Both kinds of customer must be there.
    """
    _, which = np.unique(scores, return_inverse=True)
    bads = np.bincount(which[bad], minlength=which.max() + 1) / bad.sum()
    goods = np.bincount(which[~bad], minlength=which.max() + 1) / (~bad).sum()
    below_bad, below_good = np.cumsum(bads), np.cumsum(goods)
    gini = float((bads * (1 - below_good) - goods * (1 - below_bad)).sum())
    return float(np.abs(below_bad - below_good).max()), gini


def discriminations(view: View, month: str) -> tuple[Discrimination, ...]:
    """Measure the credit score and each indicator of a frozen month against the six months after it.

    Where fewer than six of them are frozen every verdict is 观察期未满.
    """
    frozen = view.frozen(month, _SCORES)
    frozen = frozen.where(~np.isnan(frozen["信用得分"]))
    every = [("信用得分", "信用得分"), *((row.result, row.name) for row in INDICATORS)]
    names = [(header, name) for header, name in every if not np.isnan(frozen[header]).all()]
    after = [months_later(month, at + 1) for at in range(HORIZON)]
    if not set(after) <= set(view.months()):
        return tuple(
            Discrimination(name, len(frozen), 0, math.nan, math.nan, "观察期未满") for _, name in names
        )
    known, bad = turned_bad(frozen, view.largest(after, _LATER))
    return tuple(
        discrimination(name, frozen[header][known].tolist(), bad[known].tolist()) for header, name in names
    )


def turned_bad(frozen: Columns, later: Columns) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return of whom enough is known, and who was more than 30 days late in the months after.

    `later` holds each customer's most days in those months. An open debt counts in any of them. 最长逾期天数 looks
    back twelve months and so holds what was known at the grading; it counts where it has grown since.
    """
    worst_then = np.nan_to_num(np.asarray(frozen["最长逾期天数"], dtype=np.float64))
    places = {number: at for at, number in enumerate(later["客户编号"].tolist())}
    here = [places.get(number, len(places)) for number in frozen["客户编号"].tolist()]
    debt, worst = (np.append(later[header], math.nan)[here] for header in _LATER)
    known = ~np.isnan(debt) | ~np.isnan(worst)
    bad = (debt > BAD_DAYS) | ((worst > BAD_DAYS) & (worst > worst_then))
    return known, bad
