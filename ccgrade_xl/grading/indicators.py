"""The score of each credit indicator, 0-100, and the best score still possible where it is unknown."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Coded, Customers, Floats
from ccgrade_xl.grading.scales import Scales


@frozen(eq=False)
class Scored:
    """Scores of one indicator; NaN where it is unknown. `best` is the highest score still possible."""

    score: Floats
    best: Floats | float


def option_scores(answers: Coded, key: str, scales: Scales) -> Floats:
    """Score an option indicator; NaN for a blank and for an option that is not in the rules."""

    scores: Floats = _score_table(answers.texts, key, scales)[answers.codes]
    return scores


@lru_cache(maxsize=4096)
def _score_table(texts: tuple[str, ...], key: str, scales: Scales) -> Floats:
    """Return the score of each text, and NaN last for the blank."""
    options = [scales.option(key, text) for text in texts]
    return np.array([*(math.nan if option is None else option.score for option in options), math.nan])


def payment_scores(late: Floats, worst: Floats, open_days: Floats, scales: Scales) -> Scored:
    """Score twelve months of payments: late count, days of the worst, days of an open debt.

    An open debt counts as one late payment of at least its days; above the limit it decides alone. Where one of
    the three is unknown the score is, and `best` takes the unknown ones as 0.
    """
    switches = scales.rules.switches
    overdue = open_days > switches.open_debt_limit
    known = ~np.isnan(late + worst + open_days) | overdue
    debt = np.fmax(open_days, 0.0)
    lates = np.fmax(late, np.where(debt > 0, 1.0, 0.0))
    days = np.fmax(worst, debt)
    score = np.full(len(late), scales.payment_else)
    for max_late, max_days, points in reversed(scales.payment):
        score[(lates <= max_late) & (days <= max_days)] = points
    score[overdue] = switches.open_debt_score
    return Scored(np.where(known, score, np.nan), score)


def prepayment_months(balance: Floats, bill: Floats) -> Floats:
    """Return the prepaid balance in months of the mean bill; NaN where unknown or the bill is not above 0."""
    months: Floats = np.divide(balance, bill, out=np.full(len(bill), np.nan), where=bill > 0)
    return months


def prepayment_scores(balance: Floats, bill: Floats, scales: Scales) -> Scored:
    """Score balance ÷ mean monthly bill (both yuan). A bill of 0 or none makes it unknown.

    Without a bill, a balance of 0 or less can still be no better than what 0 months score.
    """
    months = prepayment_months(balance, bill)
    edges, points = scales.prepayment_ladder
    score = points[np.searchsorted(edges, months, side="right")]
    score[np.isnan(months)] = np.nan
    empty = (balance <= 0) & np.isnan(bill)
    if not empty.any():
        return Scored(score, scales.best["prepayment"])
    nothing = points[np.searchsorted(edges, 0.0, side="right")]
    return Scored(score, np.where(empty, nothing, scales.best["prepayment"]))


def indicator_scores(customers: Customers, scales: Scales) -> dict[str, Scored]:
    """Score every indicator by key, on or off."""
    scored = {
        key: Scored(option_scores(answers, key, scales), scales.best.get(key, 0.0))
        for key, answers in customers.options.items()
    }
    scored["payment"] = payment_scores(customers.late, customers.worst, customers.open_days, scales)
    scored["prepayment"] = prepayment_scores(customers.balance, customers.bill, scales)
    return scored
