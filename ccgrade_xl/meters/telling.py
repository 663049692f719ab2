"""Which texts of the valve and status columns mean something, as this source writes them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ccgrade_xl.meters.readings import STATUS_WORDS, VALVE_CLOSED
from ccgrade_xl.meters.steps import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.engine import Engine

Texts = Mapping[str, Sequence[str]]
"""The different texts of the valve and of the status column."""


def texts_of(engine: Engine, readings: ir.Table, columns: frozenset[str]) -> Texts:
    """Return the different texts of the valve and status columns."""
    found = {}
    for name in ("valve", "status"):
        texts = engine.frame(readings.select(name).distinct())[name] if name in columns else ()
        found[name] = sorted(text for text in texts if isinstance(text, str))
    return found


def words_from(texts: Texts) -> Words:
    """Return which texts mean something."""
    valve, status = texts["valve"], texts["status"]

    def telling(word: str) -> tuple[str, ...]:
        return tuple(
            sorted(text for text in status if any(each in text.casefold() for each in STATUS_WORDS[word]))
        )

    return Words(
        closed=tuple(sorted(text for text in valve if text.strip().casefold() in VALVE_CLOSED)),
        exchanged=telling("换表"),
        tampered=tuple(sorted({*telling("磁干扰"), *telling("开盖")})),
        substituted=telling("替代值"),
    )
