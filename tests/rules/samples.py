"""Rule sets for laws: any that can grade, and the same one written down differently."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import attrs
from hypothesis import strategies as st

from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import (
    ASPECTS,
    CREDIT_GRADES,
    STARS,
    USAGE_LEVELS,
    CreditBand,
    Indicator,
    Option,
    PaymentStep,
    PrepaymentStep,
    RuleSet,
    StarBand,
    Strategy,
    Switches,
    UsageTier,
    Veto,
)
from ccgrade_xl.rules.separators import BETWEEN_VALUES
from ccgrade_xl.rules.wording import plain

scores = st.floats(0, 100)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and plain(text) != ""
)
words = texts.filter(lambda text: not BETWEEN_VALUES.search(text))


def falling(count: int, top: float) -> st.SearchStrategy[list[float]]:
    """Lists of `count` different positive numbers, the largest first."""
    return st.lists(st.floats(0.01, top), min_size=count, max_size=count, unique=True).map(
        lambda numbers: sorted(numbers, reverse=True)
    )


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    """Any rule set that can grade."""
    return RuleSet(
        usage_tiers=list(map(UsageTier, USAGE_LEVELS, [*draw(falling(4, 1e9)), 0.0], draw(falling(5, 100)))),
        indicators=draw(_indicators()),
        options=draw(_options()),
        payment_steps=draw(_payment_steps()),
        prepayment_steps=draw(_prepayment_steps()),
        credit_bands=[
            CreditBand(name, lower, y, draw(st.sampled_from(["", *STARS])))
            for name, lower, y in zip(
                CREDIT_GRADES, [*draw(falling(4, 100)), 0.0], draw(falling(5, 100)), strict=True
            )
        ],
        star_bands=list(map(StarBand, STARS, [*draw(falling(4, 1e4)), 0.0])),
        vetoes=[
            Veto(word, float(draw(st.integers(1, 600))))
            for word in draw(st.lists(words, max_size=4, unique_by=plain))
        ],
        switches=Switches(
            completeness_floor=draw(st.floats(0, 1)),
            provisional_months=draw(st.floats(0, 24)),
            provisional_cap=draw(st.sampled_from(CREDIT_GRADES)),
            open_debt_limit=draw(st.floats(0, 999)),
            open_debt_score=0.0,
            star_cap_on=draw(st.booleans()),
        ),
        strategies=[Strategy(star, *(draw(texts) for _ in ASPECTS)) for star in STARS],
    )


@st.composite
def _indicators(draw: st.DrawFn) -> list[Indicator]:
    base = [
        Indicator(row.name, draw(st.floats(0, 100)), on=draw(st.booleans()))
        for row in INDICATORS
        if row.key not in {"payment", "safety"}
    ]
    payment = Indicator("气费缴纳", draw(st.floats(10, 100)))
    safety = Indicator("燃气安全状况", draw(st.floats(0, 9)), on=draw(st.booleans()), next_stage=True)
    return [*base, payment, safety]


@st.composite
def _options(draw: st.DrawFn) -> list[Option]:
    names = [row.name for row in INDICATORS if row.scoring == "option"]
    return [
        Option(
            name,
            group[0],
            draw(scores),
            tuple(group[1:]),
            draw(st.sampled_from(["", *CREDIT_GRADES])),
        )
        for name in names
        for group in _groups(draw(st.lists(words, min_size=1, max_size=6, unique_by=plain)))
    ]


def _groups(every: Sequence[str]) -> list[Sequence[str]]:
    return [every[at : at + 3] for at in range(0, len(every), 3)]


@st.composite
def _payment_steps(draw: st.DrawFn) -> list[PaymentStep]:
    count = draw(st.integers(1, 5))
    late = sorted(draw(st.lists(st.integers(0, 30), min_size=count, max_size=count, unique=True)))
    days = sorted(draw(st.lists(st.integers(0, 365), min_size=count, max_size=count)))
    points = sorted(draw(st.lists(scores, min_size=count + 1, max_size=count + 1)), reverse=True)
    limited = [
        PaymentStep(float(a), float(b), score) for a, b, score in zip(late, days, points, strict=False)
    ]
    return [*limited, PaymentStep(None, None, points[-1])]


@st.composite
def _prepayment_steps(draw: st.DrawFn) -> list[PrepaymentStep]:
    lower = draw(falling(draw(st.integers(1, 5)), 24))
    points = sorted(draw(st.lists(scores, min_size=len(lower) + 1, max_size=len(lower) + 1)), reverse=True)
    bounded = [
        PrepaymentStep(bound, draw(st.booleans()), score) for bound, score in zip(lower, points, strict=False)
    ]
    return [*bounded, PrepaymentStep(None, False, points[-1])]


def reordered(rules: RuleSet, random: Random) -> RuleSet:
    """The same rule set with the rows of every table, and the synonyms of every row, in another order."""
    changes = {}
    for field in attrs.fields(RuleSet):
        value = getattr(rules, field.name)
        if isinstance(value, tuple):
            changes[field.name] = random.sample([_reordered_row(row, random) for row in value], len(value))
    return attrs.evolve(rules, **changes)


def _reordered_row(row: Any, random: Random) -> Any:
    if not hasattr(row, "synonyms"):
        return row
    return attrs.evolve(row, synonyms=tuple(random.sample(row.synonyms, len(row.synonyms))))


def with_row(rules: RuleSet, field: str, at: int, **changes: object) -> RuleSet:
    """The rule set with some attributes of one row changed (of `switches`: of the switches)."""
    value = getattr(rules, field)
    if not isinstance(value, tuple):
        return attrs.evolve(rules, **{field: attrs.evolve(value, **changes)})
    rows = [attrs.evolve(row, **changes) if number == at else row for number, row in enumerate(value)]
    return attrs.evolve(rules, **{field: rows})
