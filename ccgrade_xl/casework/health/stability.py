"""Has the sample shifted? The population stability index of every indicator and grade between two months."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from attrs import frozen

from ccgrade_xl.errors import OutOfRange
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, USAGE_LEVELS

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger.frozen_table import Columns

Light = Literal["稳定", "有偏移", "明显偏移", "样本不足"]

SHIFT, MAJOR = 0.1, 0.25
"""PSI from which a distribution has shifted, and above which it has done so much (F: scorecard, perf_psi)."""

UNKNOWN = "未知"
_HALF = 0.5
"""What an empty band counts as, in customers, where the other month has some in it (`default`): no logarithm of 0."""


@frozen
class Band:
    """One band of a distribution: its part of the customers in both months, and what it adds to the index."""

    name: str
    expected: float
    actual: float
    psi: float


@frozen
class Stability:
    """How far one indicator or grade has shifted, band by band. `psi` is NaN where a month is empty."""

    name: str
    psi: float
    light: Light
    bands: tuple[Band, ...]


def psi(expected: Sequence[float], actual: Sequence[float]) -> float:
    """Return Σ (A − E) · ln(A ÷ E) over the shares of two distributions given as counts a band (CCG_PSI).

    A band empty in both is left out; one empty in one of them counts as half a customer there. NaN where either has
    nobody at all. Raises `OutOfRange` where the lengths differ or a count is negative or not finite.
    """
    return math.fsum(_contributions(*_shares(expected, actual)))


def light(index: float) -> Light:
    """Return what an index says: below 0.1 稳定, up to 0.25 有偏移, above 明显偏移."""
    if math.isnan(index):
        return "样本不足"
    return "稳定" if index < SHIFT else "有偏移" if index <= MAJOR else "明显偏移"


def stability(before: Columns, after: Columns) -> tuple[Stability, ...]:
    """Compare two frozen months: usage level, every indicator that counts, credit grade and star.

    Only customers that were graded are counted; unknown and 待定 are bands of their own.
    """
    months, graded = (before, after), [np.asarray(month["星级"]) != "" for month in (before, after)]
    ladders = {"用气量等级": USAGE_LEVELS, "信用等级": CREDIT_GRADES, "星级": STARS}
    found = []
    for header, name in _headers():
        counts = [
            _counted(np.asarray(month[header])[which]) for month, which in zip(months, graded, strict=True)
        ]
        names = sorted(counts[0] | counts[1], key=lambda band: _rank(band, ladders.get(header, ())))
        if names != [UNKNOWN] or header in ladders:
            found.append(_stability(name, names, counts[0], counts[1]))
    return tuple(found)


def _headers() -> Iterator[tuple[str, str]]:
    yield "用气量等级", "用气量等级"
    yield from ((row.result, row.name) for row in INDICATORS)
    yield "信用等级", "信用等级"
    yield "星级", "星级"


def _stability(name: str, names: list[str], before: Counter[str], after: Counter[str]) -> Stability:
    expected, actual = [before[band] for band in names], [after[band] for band in names]
    index = psi(expected, actual) if names else math.nan
    if math.isnan(index):
        return Stability(name, index, light(index), ())
    added = _contributions(*_shares(expected, actual))
    bands = (
        Band(band, expected[at] / before.total(), actual[at] / after.total(), float(added[at]))
        for at, band in enumerate(names)
    )
    return Stability(name, index, light(index), tuple(bands))


_Floats = npt.NDArray[np.float64]


def _shares(expected: Sequence[float], actual: Sequence[float]) -> tuple[_Floats, _Floats]:
    both = [np.asarray(counts, dtype=np.float64).reshape(-1) for counts in (expected, actual)]
    if len(both[0]) != len(both[1]):
        raise OutOfRange(f"两个分布的档数不同（{len(both[0])} 和 {len(both[1])}），请选同样多的单元格。")
    if any((counts < 0).any() or not np.isfinite(counts).all() for counts in both):
        raise OutOfRange("分布里有负数或不是数字的户数，请改正。")
    empty = (both[0] == 0) & (both[1] == 0)
    totals = [counts.sum() for counts in both]
    if not all(totals):
        return np.array([math.nan]), np.array([math.nan])
    shares = [np.where(counts > 0, counts, _HALF) / total for counts, total in zip(both, totals, strict=True)]
    return np.where(empty, 1.0, shares[0]), np.where(empty, 1.0, shares[1])


def _contributions(expected: _Floats, actual: _Floats) -> _Floats:
    added: _Floats = (actual - expected) * np.log(actual / expected)
    return added


def _counted(column: npt.NDArray[Any]) -> Counter[str]:
    """Return how many customers are in each band of a column."""
    counts: Counter[str] = Counter()
    for value, count in Counter(column.tolist()).items():
        counts[_named(value)] += count
    return counts


def _named(value: object) -> str:
    if isinstance(value, float):
        return UNKNOWN if math.isnan(value) else f"{value:g}"
    return str(value) or UNKNOWN


def _rank(band: str, ladder: Sequence[str]) -> tuple[int, float]:
    """Put grades from the best down, scores from the highest down, and what is not known last."""
    if band in ladder:
        return 0, float(ladder.index(band))
    try:
        return 0, -float(band)
    except ValueError:
        return 1, 0.0
