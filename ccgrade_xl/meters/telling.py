"""Which texts of the valve and status columns mean something, as this source writes them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ccgrade_xl.meters.state_texts import tells, valve_state
from ccgrade_xl.meters.steps import Words
from ccgrade_xl.rules.wording import shown

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

    def telling(what: str) -> tuple[str, ...]:
        return tuple(sorted(text for text in status if tells(text, what)))

    return Words(
        closed=tuple(sorted(text for text in valve if valve_state(text) == "closed")),
        exchanged=telling("换表"),
        tampered=tuple(sorted({*telling("磁干扰"), *telling("开盖")})),
        substituted=telling("替代值"),
    )


_NAMED = 3
"""Texts that a remark gives as examples, at most."""


def understood(columns: frozenset[str], texts: Texts) -> frozenset[str]:
    """Return the columns without that of the valve where none of its texts says whether it is open or closed."""
    says = any(valve_state(text) in ("open", "closed") for text in texts["valve"])
    return columns if says else columns - {"valve"}


def of_unknown_valves(texts: Texts) -> tuple[str, ...]:
    """Say which texts of the valve column are not understood; nothing where all are."""
    unknown = [text for text in texts["valve"] if valve_state(text) is None]
    if not unknown:
        return ()
    named = "、".join(map(shown, unknown[:_NAMED])) + ("等" if len(unknown) > _NAMED else "")
    return (
        f"“阀门”列有 {len(unknown)} 种写法不认识：{named}，这些读数按没有阀门状态处理。请核对，或在来源里改写成“开”“关”。",
    )
