"""Credit score, completeness and credit grade (paper 3.1 (2))."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Coded, Floats, Integers, Mask
from ccgrade_xl.grading.indicators import Scored
from ccgrade_xl.grading.scales import Scales

_SLACK = 1e-9
"""Weighted sums of tidy numbers come out of floats a hair off; half of a tenth must still round up."""


@frozen(eq=False)
class Credit:
    """`score` 0-100 with one decimal, NaN where no indicator is known; `completeness` 0-1.

    `limited` marks rows where an unknown indicator counts at the best the known facts still allow.
    """

    score: Floats
    completeness: Floats
    limited: Mask


def half_up(values: Floats, decimals: int = 1) -> Floats:
    """Round half up to decimals, as a manager rounds; NaN stays."""
    scale = 10.0**decimals
    return np.floor(values * scale + 0.5 + _SLACK) / scale


def credit_score(scored: Mapping[str, Scored], scales: Scales) -> Credit:
    """Weigh the known indicators; the unknown are left out and the other weights scaled up.

    Leaving out an indicator must not be better than the best answer it could still have: where that answer is
    below the average of the rest (three late payments, days unknown), it counts at its best.
    """
    keys, shares = scales.weighed
    score = np.array([scored[key].score for key in keys])
    known = np.isfinite(score)
    points = np.where(known, shares * score, 0.0).sum(axis=0)
    weight = np.where(known, shares, 0.0).sum(axis=0)
    average = np.divide(points, weight, out=np.full(len(weight), np.nan), where=weight > 0)
    limited = np.zeros(len(average), dtype=np.bool_)
    if not known.all():
        best = np.array([np.broadcast_to(scored[key].best, average.shape) for key in keys])
        best[known] = np.inf
        limited = (best < average - _SLACK).any(axis=0)
        if limited.any():
            average[limited] = _held_down(points[limited], weight[limited], best[:, limited], shares)
    return Credit(half_up(average), weight / scales.total_weight, limited)


def _held_down(points: Floats, weight: Floats, best: Floats, shares: Floats) -> Floats:
    """Return the lowest average that counting unknown indicators at their best can give, lowest best first.

    `best` has a row an indicator, infinite where it is known; `shares` is the column of their weights.
    """
    average, columns = points / weight, np.arange(len(points))
    for at in np.argsort(best, axis=0):
        here, share = best[at, columns], shares[at, 0]
        counts = here < average
        points = points + np.where(counts, share * np.where(counts, here, 0.0), 0.0)
        weight = weight + np.where(counts, share, 0.0)
        average = points / weight
    return average


def credit_cap(options: Mapping[str, Coded], scales: Scales) -> Integers | None:
    """Return the best credit band each row's options still allow; None where no option in use has a cap."""
    cap: Integers | None = None
    top = len(scales.credit.names) - 1
    for key, answers in options.items():
        if scales.weights[key] == 0:
            continue
        allowed = [_allowed(key, text, scales) for text in answers.texts]
        if any(position < top for position in allowed):
            here = np.array([*allowed, top], dtype=np.int64)[answers.codes]
            cap = here if cap is None else np.minimum(cap, here)
    return cap


def _allowed(key: str, text: str, scales: Scales) -> int:
    option = scales.option(key, text)
    return scales.credit.at(option.credit_cap if option is not None else "")
