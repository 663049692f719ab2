"""A rule set compiled for grading: sorted numpy arrays and lookups, made once per rule set."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Floats, Integers
from ccgrade_xl.rules.indicators import BY_NAME, INDICATORS
from ccgrade_xl.rules.ruleset import Option, RuleSet, Veto
from ccgrade_xl.rules.wording import plain


@frozen(eq=False)
class Bands:
    """Names and standard scores by ascending closed lower bound. Position 0 is the lowest band."""

    names: tuple[str, ...]
    lower: Floats
    standard: Floats

    def position(self, values: Floats) -> Integers:
        """Return the band of each value, -1 where it is NaN. Values below every bound fall in band 0."""
        at = np.maximum(np.searchsorted(self.lower, values, side="right") - 1, 0)
        at[np.isnan(values)] = -1
        return at

    def at(self, name: str) -> int:
        """Return a band's position by name; the highest where the name is blank (no cap)."""
        return self.names.index(name) if name else len(self.names) - 1

    def standard_at(self, positions: Integers) -> Floats:
        """Return the standard score at each position, NaN at negative ones."""
        return np.where(positions < 0, np.nan, self.standard[positions])


@frozen(eq=False)
class Scales:
    """Everything grading looks up in a rule set."""

    rules: RuleSet
    usage: Bands
    credit: Bands
    star: Bands
    star_cap: Integers
    weights: dict[str, float]
    weighed: tuple[tuple[str, ...], Floats]
    """The indicators that count, and their weights as one column."""
    total_weight: float
    options: dict[str, dict[str, Option]]
    best: dict[str, float]
    payment: tuple[tuple[float, float, float], ...]
    payment_else: float
    prepayment: tuple[tuple[float, bool, float], ...]
    prepayment_ladder: tuple[Floats, Floats]
    """Ascending edges in months, and the scores below, between and above them."""
    vetoes: dict[str, Veto]
    vetoes_by_name: dict[str, Veto]

    def option(self, key: str, text: str) -> Option | None:
        """Return the option an indicator's text means, by name or synonym; None if it is not in the rules."""
        return self.options[key].get(plain(text))

    def veto(self, text: str) -> Veto | None:
        """Return the veto a text means, by name or synonym; None if it is not in the rules."""
        return self.vetoes.get(plain(text))


@lru_cache(maxsize=64)
def scales_of(rules: RuleSet) -> Scales:
    """Compile a (validated) rule set."""
    tiers = sorted(rules.usage_tiers, key=lambda tier: tier.lower)
    bands = sorted(rules.credit_bands, key=lambda band: band.lower)
    stars = sorted(rules.star_bands, key=lambda band: band.lower)
    star = Bands(
        tuple(b.name for b in stars), np.array([b.lower for b in stars], float), np.zeros(len(stars))
    )
    payment = sorted(
        (
            math.inf if s.max_late is None else s.max_late,
            math.inf if s.max_days is None else s.max_days,
            s.score,
        )
        for s in rules.payment_steps
        if s.max_late is not None or s.max_days is not None
    )
    payment_else = next(s.score for s in rules.payment_steps if s.max_late is None and s.max_days is None)
    # From the highest bound down; at one bound the closed step comes before the open one.
    prepayment = sorted(
        ((s.lower, s.closed, s.score) for s in rules.prepayment_steps if s.lower is not None),
        key=lambda step: (-step[0], step[1]),
    )
    prepayment_else = next(s.score for s in rules.prepayment_steps if s.lower is None)
    options = _options(rules)
    best = {key: max(option.score for option in named.values()) for key, named in options.items() if named}
    best["payment"] = max([payment_else, *(score for *_, score in payment)])
    best["prepayment"] = max([prepayment_else, *(score for *_, score in prepayment)])
    weights = rules.weights
    counted = tuple(key for key, share in weights.items() if share > 0)
    return Scales(
        rules=rules,
        usage=Bands(
            tuple(t.name for t in tiers),
            np.array([t.lower for t in tiers], float),
            np.array([t.x for t in tiers], float),
        ),
        credit=Bands(
            tuple(b.name for b in bands),
            np.array([b.lower for b in bands], float),
            np.array([b.y for b in bands], float),
        ),
        star=star,
        star_cap=np.array(
            [star.at(b.star_cap if rules.switches.star_cap_on else "") for b in bands], dtype=np.int64
        ),
        weights=weights,
        weighed=(counted, np.array([[weights[key]] for key in counted])),
        total_weight=math.fsum(weights.values()),
        options=options,
        best=best,
        payment=tuple(payment),
        payment_else=payment_else,
        prepayment=tuple(prepayment),
        prepayment_ladder=_ladder(prepayment, prepayment_else),
        vetoes={plain(word): veto for veto in rules.vetoes for word in (veto.name, *veto.synonyms)},
        vetoes_by_name={veto.name: veto for veto in rules.vetoes},
    )


_NEARLY = 1e-12
"""Relative slack at a ratio bound: 450.3 ÷ 300.2 is 1.5 to a manager, and must be to a float."""


def _ladder(steps: list[tuple[float, bool, float]], below: float) -> tuple[Floats, Floats]:
    """Turn prepayment steps, highest first, into edges a sorted search can use; an open bound begins just above."""
    rising = steps[::-1]
    edges = [
        lower * (1 - _NEARLY) if closed else np.nextafter(lower * (1 + _NEARLY), np.inf)
        for lower, closed, _ in rising
    ]
    return np.array(edges), np.array([below, *(points for *_, points in rising)])


def _options(rules: RuleSet) -> dict[str, dict[str, Option]]:
    named: dict[str, dict[str, Option]] = {row.key: {} for row in INDICATORS if row.scoring == "option"}
    for option in rules.options:
        for word in (option.name, *option.synonyms):
            named[BY_NAME[option.indicator].key][plain(word)] = option
    return named
