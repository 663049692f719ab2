"""Faults in the scales of named bands: usage levels, credit grades, stars. Each check yields sentences.

Bands are put in their natural order first; how they were written decides only how a fault names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import frozen

from ccgrade_xl.rules.places import Places
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, USAGE_LEVELS, RuleSet
from ccgrade_xl.rules.word_checks import each_once, listed
from ccgrade_xl.rules.wording import digits


@frozen
class Rung:
    """A named band of a scale: its closed lower bound, and its standard score where it has one."""

    name: str
    lower: float
    standard: float | None = None


@frozen
class Ladder:
    """A scale as it was written. `names` are the bands it must have, from the highest down."""

    field: str
    header: str
    standard_header: str
    names: tuple[str, ...]
    rungs: Sequence[Rung]


def usage_tiers(rules: RuleSet, places: Places) -> Iterator[str]:
    """五级…一级 once each, bounds rising with the level from 0, X rising too."""
    rungs = [Rung(row.name, row.lower, row.x) for row in rules.usage_tiers]
    yield from _ladder(Ladder("usage_tiers", "等级", "标准分X", USAGE_LEVELS, rungs), places)


def star_bands(rules: RuleSet, places: Places) -> Iterator[str]:
    """五星级…一星级 once each, cut-offs rising from 0."""
    rungs = [Rung(row.name, row.lower) for row in rules.star_bands]
    yield from _ladder(Ladder("star_bands", "星级", "", STARS, rungs), places)


def credit_bands(rules: RuleSet, places: Places) -> Iterator[str]:
    """5A…1A once each, cut-offs rising from 0 to at most 100, Y rising too, caps that are stars."""
    field = "credit_bands"
    rungs = [Rung(row.name, row.lower, row.y) for row in rules.credit_bands]
    yield from _ladder(Ladder(field, "信用等级", "标准分Y", CREDIT_GRADES, rungs), places)
    for at, row in enumerate(rules.credit_bands):
        place = places.at(field, at)
        if row.lower > 100:
            yield f"{place}：“{row.name}”的下限 {digits(row.lower)} 大于 100，没有客户能达到，请改正。"
        if row.star_cap and row.star_cap not in STARS:
            yield f"{place}：星级上限“{row.star_cap}”不是星级，请改成{listed(STARS)}之一，或留空。"


def _ladder(ladder: Ladder, places: Places) -> Iterator[str]:
    rungs = ladder.rungs
    yield from each_once(ladder.field, ladder.header, [rung.name for rung in rungs], ladder.names, places)
    for at, rung in enumerate(rungs):
        for what, number in (("下限", rung.lower), (ladder.standard_header, rung.standard)):
            if number is not None and number < 0:
                place = places.at(ladder.field, at)
                yield f"{place}：“{rung.name}”的{what} {digits(number)} 是负数，请改成 0 或更大。"
    first = {rung.name: at for at, rung in reversed(list(enumerate(rungs)))}
    for high, low in pairwise(first[name] for name in ladder.names if name in first):
        yield from _step_down(ladder, high, low, places)
    lowest = first.get(ladder.names[-1])
    if lowest is not None and rungs[lowest].lower > 0:
        yield (
            f"{places.at(ladder.field, lowest)}：“{ladder.names[-1]}”的下限是 {digits(rungs[lowest].lower)}，"
            f"低于它的没有{ladder.header}可归，留下了空档，请改成 0。"
        )


def _step_down(ladder: Ladder, high: int, low: int, places: Places) -> Iterator[str]:
    upper, lower = ladder.rungs[high], ladder.rungs[low]
    place = places.at(ladder.field, high)
    other = f"“{lower.name}”（{places.row(ladder.field, low)}）"
    if upper.lower <= lower.lower:
        yield (
            f"{place}：“{upper.name}”的下限 {digits(upper.lower)} 不大于{other}的 {digits(lower.lower)}，两级重叠；"
            "级别越高下限要越大，请改正。"
        )
    if upper.standard is not None and lower.standard is not None and upper.standard <= lower.standard:
        yield (
            f"{place}：“{upper.name}”的{ladder.standard_header} {digits(upper.standard)} "
            f"不大于{other}的 {digits(lower.standard)}；级别越高标准分要越大，请改正。"
        )
