"""How are the customers of a frozen month spread over the stars? Counted once, and kept with what froze them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.grading.exposure import estimated_arrears

COUNTED = ("星级", "信用得分", "月均用气量", "当前欠费天数", "月均气费")
"""The columns of a frozen month that its totals are made of, as `star_totals` takes them."""


@frozen
class StarTotal:
    """The customers of one star in a frozen month ("" for those not graded).

    `scored` of them have a credit score, `score` is their sum; `usage` is m³/month, `arrears` yuan as
    `grading.exposure` estimates them.
    """

    star: str
    customers: int
    scored: int
    score: float
    usage: float
    arrears: float


def star_totals(
    stars: npt.NDArray[Any],
    scores: npt.NDArray[np.float64],
    usages: npt.NDArray[np.float64],
    open_days: npt.NDArray[np.float64],
    bills: npt.NDArray[np.float64],
) -> list[StarTotal]:
    """Return the totals of customers, each array of shape (customers,), NaN where unknown; sums are rounded once, to the last digit."""
    owed = estimated_arrears(open_days, bills)
    totals = []
    for star in sorted(set(stars.tolist())):
        here = stars == star
        known = scores[here & ~np.isnan(scores)]
        used = usages[here & ~np.isnan(usages)]
        totals.append(
            StarTotal(
                star,
                int(here.sum()),
                len(known),
                math.fsum(known.tolist()),
                math.fsum(used.tolist()),
                math.fsum(owed[here].tolist()),
            )
        )
    return totals


def packed(totals: Sequence[StarTotal]) -> str:
    """Return totals as a record keeps them: a line a star, its fields apart by tabs, numbers to the last digit."""
    return "\n".join(
        f"{each.star}\t{each.customers}\t{each.scored}\t{each.score!r}\t{each.usage!r}\t{each.arrears!r}"
        for each in totals
    )


def unpacked(text: str) -> list[StarTotal]:
    """Return the totals a record keeps; none for one that keeps none. Raises `LedgerFault` where they cannot be read."""
    try:
        rows = [line.split("\t") for line in text.split("\n")] if text else []
        return [
            StarTotal(star, int(customers), int(scored), float(score), float(usage), float(arrears))
            for star, customers, scored, score, usage, arrears in rows
        ]
    except ValueError as error:
        raise LedgerFault("台账里某月按星级的合计读不懂，可能被改动过；请运行台账核验。") from error
