"""Usage level and standard score X (paper 3.1 (1)): lower bounds closed, the largest users at 五级."""

from __future__ import annotations

from ccgrade_xl.grading.customers import Floats, Integers
from ccgrade_xl.grading.scales import Scales


def usage_level(usage: Floats, scales: Scales) -> Integers:
    """Return the usage tier's position (0 is 一级) of each monthly usage in m³/month; -1 where unknown."""
    return scales.usage.position(usage)


def x_score(levels: Integers, scales: Scales) -> Floats:
    """Return the standard score X of each usage level; NaN where unknown."""
    return scales.usage.standard_at(levels)
