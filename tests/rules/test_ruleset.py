"""Effective weights: an indicator of the next stage takes from the others, and the total stays."""

from __future__ import annotations

import pytest
from attrs import evolve

from ccgrade_xl.rules.ruleset import RuleSet

DEFAULT = RuleSet.default()
BASE = sum(row.weight for row in DEFAULT.indicators if row.on)


@pytest.mark.parametrize("weight", [0.5, 1.0, 10.0])
def test_the_next_stage_takes_its_weight_from_the_others(weight: float) -> None:
    indicators = [
        evolve(row, on=True, weight=weight) if row.next_stage else row for row in DEFAULT.indicators
    ]
    weights = evolve(DEFAULT, indicators=indicators).weights
    assert weights["safety"] == weight
    assert sum(weights.values()) == pytest.approx(BASE)
    assert weights["contract"] == pytest.approx(DEFAULT.weights["contract"] * (BASE - weight) / BASE)


def test_without_the_next_stage_the_weights_are_those_that_were_written() -> None:
    assert DEFAULT.weights["safety"] == 0
    assert sum(DEFAULT.weights.values()) == BASE
