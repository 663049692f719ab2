"""The shipped rule set, and three ways to set its usage tiers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from statistics import quantiles

from attrs import evolve

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.rules.ruleset import USAGE_LEVELS, RuleSet, UsageTier

FIXED = "固定分档"
BRITISH = "英国AMR分档"
QUINTILES = "样本五分位"

USAGE_PRESETS: dict[str, str] = {
    FIXED: "默认分档：月均用气量 10 万、3 万、1 万、3 千 m³ 起为五级至二级。",
    BRITISH: "参照英国自动抄表工作组的分档：226,000、45,200、5,650、565 m³/月。",
    QUINTILES: "按本样本月均用气量的五分位数分档，每级约占客户数的五分之一。",
}
"""The usage presets by name, each with what it is."""

_BRITISH_BOUNDS = (226_000.0, 45_200.0, 5_650.0, 565.0)
"""m³/month; source: bands of the UK automated meter reading workgroup."""


@cache
def default_rules() -> RuleSet:
    """Return the shipped rule set (`default.toml`)."""
    from ccgrade_xl.rules.toml_file import parse_rules  # noqa: PLC0415 - toml_file is not needed to import

    return parse_rules(files("ccgrade_xl.rules").joinpath("default.toml").read_text("utf-8"))


def with_usage_preset(rules: RuleSet, name: str, sample: Sequence[float] | None = None) -> RuleSet:
    """Return `rules` with the usage tiers of a preset of `USAGE_PRESETS`.

    `sample` is the monthly usage (m³/month) that 样本五分位 needs. Raises `CcgradeError` for a name that is no
    preset, and where quintiles cannot be made.
    """
    if name == FIXED:
        tiers = default_rules().usage_tiers
    elif name == BRITISH:
        tiers = _tiers(_BRITISH_BOUNDS)
    elif name == QUINTILES:
        tiers = usage_tiers_from_quintiles(() if sample is None else sample)
    else:
        raise CcgradeError(f"没有叫“{name}”的用气量分档方案，请改成{'、'.join(USAGE_PRESETS)}之一。")
    return evolve(rules, usage_tiers=tiers)


def usage_tiers_from_quintiles(usage: Sequence[float]) -> tuple[UsageTier, ...]:
    """Return five usage tiers whose bounds are the 20, 40, 60 and 80 % quantiles of known usage.

    `usage` is in m³/month; NaN is unknown and left out. Quantiles are interpolated linearly and
    rounded to 0.01 m³, as people write them; the lowest tier starts at 0. Raises `CcgradeError` with fewer than 5 known values, with a negative one, and where the
    quantiles do not make five different tiers.
    """
    known = [float(value) for value in usage if math.isfinite(value)]
    if len(known) < 5:
        raise CcgradeError(
            f"只有 {len(known)} 户有用气量，至少要 5 户才能按五分位分档，请补充数据或改用固定分档。"
        )
    if min(known) < 0:
        raise CcgradeError(f"样本里有负的用气量（{min(known):.15g} m³/月），请先改正再按五分位分档。")
    bounds = tuple(round(bound, 2) for bound in reversed(quantiles(known, n=5, method="inclusive")))
    if any(upper <= lower for upper, lower in pairwise((*bounds, 0.0))):
        raise CcgradeError("样本里相同的用气量太多，分不出五个不同的等级，请改用固定分档或自己填写下限。")
    return _tiers(bounds)


def _tiers(bounds: Sequence[float]) -> tuple[UsageTier, ...]:
    """Return 五级…一级 with these lower bounds, 0 for the last, and X from 5 to 1."""
    return tuple(
        UsageTier(name, lower, float(x))
        for name, lower, x in zip(USAGE_LEVELS, (*bounds, 0.0), range(5, 0, -1), strict=True)
    )
