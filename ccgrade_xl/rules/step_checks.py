"""Faults in the payment and prepayment steps and in the switches. Each check yields sentences.

Steps are put in order from the strictest down first; how they were written decides only how a fault names them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import frozen

from ccgrade_xl.rules.places import Places, table_name
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, RuleSet
from ccgrade_xl.rules.schema import SWITCHES
from ccgrade_xl.rules.wording import digits


@frozen
class Steps:
    """Steps as they were written: their scores, which of them is the rest, and the others, strictest first."""

    field: str
    scores: Sequence[float]
    rest: Sequence[int]
    chain: Sequence[int]


def payment_steps(rules: RuleSet, places: Places) -> Iterator[str]:
    """A nested chain: a step that allows more lates allows no fewer days, and never scores more."""
    field = "payment_steps"
    rest, limits = [], {}
    for at, row in enumerate(rules.payment_steps):
        if row.max_late is None and row.max_days is None:
            rest.append(at)
        elif row.max_late is None or row.max_days is None:
            place = places.at(field, at)
            yield f"{place}：次数上限和天数上限只填了一个，请两个都填；“其余”一行两个都留空。"
        elif row.max_late < 0 or row.max_days < 0:
            yield f"{places.at(field, at)}：上限是负数，请改成 0 或更大。"
        else:
            limits[at] = (row.max_late, row.max_days)
    chain = sorted(limits, key=lambda at: limits[at])
    for at, after in pairwise(chain):
        (late, days), (more, longer) = limits[at], limits[after]
        if limits[at] == limits[after]:
            yield _repeated(field, "次数上限和天数上限", after, at, places)
        elif days > longer:
            yield (
                f"{places.at(field, at)}：次数上限 {digits(late)} 小于{places.row(field, after)}的 {digits(more)}，"
                f"天数上限 {digits(days)} 却大于它的 {digits(longer)}，互相矛盾；次数放宽时天数也要放宽，请改正。"
            )
    yield from _steps(Steps(field, [row.score for row in rules.payment_steps], rest, chain), places)


def prepayment_steps(rules: RuleSet, places: Places) -> Iterator[str]:
    """From the highest bound down no step scores more than the one above it, and one row is the rest."""
    field = "prepayment_steps"
    rest, bounds = [], {}
    for at, row in enumerate(rules.prepayment_steps):
        if row.lower is None:
            rest.append(at)
            if row.closed:
                yield f"{places.at(field, at)}：没有下限的“其余”一行不能含下限，请把“含下限”留空或填否。"
        elif row.lower < 0:
            yield f"{places.at(field, at)}：下限 {digits(row.lower)} 是负数，请改成 0 或更大。"
        else:
            bounds[at] = (-row.lower, row.closed)  # at one bound, “above” is stricter than “at least”
    chain = sorted(bounds, key=lambda at: bounds[at])
    for at, after in pairwise(chain):
        if bounds[at] == bounds[after]:
            yield _repeated(field, "下限", after, at, places)
    yield from _steps(Steps(field, [row.score for row in rules.prepayment_steps], rest, chain), places)


def switches(rules: RuleSet, places: Places) -> Iterator[str]:
    """Each switch in its range."""
    value = rules.switches
    wrong = {
        "completeness_floor": None if 0 <= value.completeness_floor <= 1 else "不在 0–1 之间",
        "provisional_months": None if value.provisional_months >= 0 else "是负数",
        "provisional_cap": None if value.provisional_cap in CREDIT_GRADES else "不是信用等级",
        "open_debt_limit": None if value.open_debt_limit >= 0 else "是负数",
        "open_debt_score": None if 0 <= value.open_debt_score <= 100 else "不在 0–100 之间",
    }
    for at, switch in enumerate(SWITCHES):
        if cause := wrong.get(switch.attribute):
            given = getattr(value, switch.attribute)
            shown = given if isinstance(given, str) else digits(given)
            place = places.at("switches", at)
            yield f"{place}：“{switch.header}”的取值“{shown}”{cause}，请改正。{switch.help}"


def open_debt_score(rules: RuleSet, places: Places) -> Iterator[str]:
    """An open debt beyond its limit must not score more than the worst payment step."""
    worst = min((row.score for row in rules.payment_steps), default=math.inf)
    given = rules.switches.open_debt_score
    if given > worst:
        at = next(at for at, switch in enumerate(SWITCHES) if switch.attribute == "open_debt_score")
        yield (
            f"{places.at('switches', at)}：“{SWITCHES[at].header}”的取值 {digits(given)} 高于"
            f"缴纳分档的最低得分 {digits(worst)}，欠费越久反而得分越高，请改成不高于它。"
        )


def _steps(steps: Steps, places: Places) -> Iterator[str]:
    """Scores within 0-100 that never rise as conditions ease, and exactly one rest, which scores least."""
    field = steps.field
    for at, score in enumerate(steps.scores):
        if not 0 <= score <= 100:
            yield f"{places.at(field, at)}：得分 {digits(score)} 不在 0–100 之间，请改正。"
    if not steps.rest:
        yield f"{table_name(field)}：缺少“其余”一行（上限或下限留空），请补上，否则有的客户没有得分。"
    for at in steps.rest[1:]:
        first = places.row(field, steps.rest[0])
        yield f"{places.at(field, at)}：“其余”与{first}重复，只能有一行，请删去其中一行。"
    for at, after in pairwise([*steps.chain, *steps.rest[:1]]):
        if steps.scores[after] > steps.scores[at]:
            yield (
                f"{places.at(field, after)}：得分 {digits(steps.scores[after])} 高于比它更严的"
                f"{places.row(field, at)}的 {digits(steps.scores[at])}，条件越宽得分不能越高，请改正。"
            )


def _repeated(field: str, what: str, at: int, before: int, places: Places) -> str:
    """Return the fault of two rows that say the same, naming the one written later."""
    earlier, later = sorted((at, before))
    return f"{places.at(field, later)}：{what}与{places.row(field, earlier)}相同，请删去其中一行。"
