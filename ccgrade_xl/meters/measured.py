"""What do the changes of a register say for sure? The parts that daily volumes are made of, small enough to be kept from scan to scan.

Parts of the same meters at different times add up (`together`): what a register did in closed days need not be read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.engine import Engine

DAY = 86_400
RETURN_WITHIN = DAY
"""How soon a register that was misread comes back, in seconds."""

PARTS: dict[str, dict[str, str]] = {
    "inside": {"meter_id": "string", "day": "int64", "m3": "float64", "seconds": "float64"},
    "across": {
        "meter_id": "string",
        "t_before": "int64",
        "t": "int64",
        "m3": "float64",
        "start_seconds": "int64",
        "first_day": "int64",
        "last_day": "int64",
    },
    "rises": {"meter_id": "string", "rose": "int64", "rise": "float64"},
    "paces": {
        "meter_id": "string",
        "t_last": "int64",
        "seconds": "float64",
        "steps": "float64",
        "start_seconds": "int64",
    },
}
"""The columns of every part, with their types."""


@frozen(eq=False)
class Measured:
    """The parts, as tables of the engine.

    `inside`: m³ and seconds of each meter and gas day, measured through and through between readings of that day. `across`: the other
    changes, which cross days, or whose volume is not known (null) or negative. `rises`: positive changes soon after a negative one.
    `paces`: a meter's last reading, and the sum and number of the intervals up to two days.
    """

    inside: ir.Table
    across: ir.Table
    rises: ir.Table
    paces: ir.Table


def measured(
    engine: Engine, changes: ir.Table, before: Measured | None = None, name: str = "vee"
) -> Measured:
    """Return the parts of changes, kept under `name`; `before` are those of earlier ones, after whose falls a rise is to be kept too.

    `changes` has a row a reading but a meter's first: `meter_id`, `t_before` and `t` (seconds), `m3` between them (null where it is
    not known, negative where the register fell), `start_seconds` of the gas day.
    """
    table = dated(changes)
    sure = ((table.first_day == table.last_day) & (table.m3 >= 0)).fill_null(False)
    across = engine.again(f"{name}_across", lambda: _typed(table.filter(~sure), "across"))
    falls = across if before is None else across.union(before.across)
    return Measured(
        engine.again(f"{name}_inside", lambda: _typed(_inside(table.filter(sure)), "inside")),
        across,
        engine.again(f"{name}_rises", lambda: _typed(_rises(changes, falls), "rises")),
        engine.again(f"{name}_paces", lambda: _typed(_paces(changes), "paces")),
    )


def together(engine: Engine, before: Measured, after: Measured, name: str) -> Measured:
    """Return the parts of earlier and later changes as one, kept under `name`."""
    return Measured(
        engine.again(
            f"all_{name}_inside", lambda: _typed(_days(before.inside.union(after.inside)), "inside")
        ),
        engine.again(f"all_{name}_across", lambda: before.across.union(after.across)),
        engine.again(f"all_{name}_rises", lambda: before.rises.union(after.rises)),
        engine.again(f"all_{name}_paces", lambda: _typed(_meters(before.paces.union(after.paces)), "paces")),
    )


def _days(inside: ir.Table) -> ir.Table:
    return inside.group_by("meter_id", "day").agg(m3=inside.m3.sum(), seconds=inside.seconds.sum())


def _meters(paces: ir.Table) -> ir.Table:
    return paces.group_by("meter_id").agg(
        t_last=paces.t_last.max(),
        seconds=paces.seconds.sum(),
        steps=paces.steps.sum(),
        start_seconds=paces.start_seconds.max(),
    )


def dated(changes: ir.Table) -> ir.Table:
    """Add the first and last gas day that every change touches."""
    last = (changes.t - 1 - changes.start_seconds) // DAY
    first = (changes.t > changes.t_before).ifelse((changes.t_before - changes.start_seconds) // DAY, last)
    return changes.mutate(first_day=first.cast("int64"), last_day=last.cast("int64"))


def _inside(sure: ir.Table) -> ir.Table:
    grouped = sure.group_by("meter_id", day=sure.last_day)
    return grouped.agg(m3=sure.m3.sum(), seconds=(sure.t - sure.t_before).sum())


def _rises(changes: ir.Table, falls: ir.Table) -> ir.Table:
    """Return the positive changes within a day after a negative one."""
    fell = falls.filter(falls.m3 < 0).select("meter_id", fell="t")
    rises = changes.filter(changes.m3 > 0).select("meter_id", rose="t", rise="m3")
    both = rises.join(fell, "meter_id")
    both = both.filter((both.rose > both.fell) & (both.rose <= both.fell + RETURN_WITHIN))
    return both.select("meter_id", "rose", "rise").distinct()


def _paces(changes: ir.Table) -> ir.Table:
    seconds = changes.t - changes.t_before
    return changes.group_by("meter_id").agg(
        t_last=changes.t.max(),
        seconds=seconds.sum(where=seconds <= 2 * DAY).fill_null(0),
        steps=seconds.count(where=seconds <= 2 * DAY),
        start_seconds=changes.start_seconds.max(),
    )


def _typed(table: ir.Table, part: str) -> ir.Table:
    return table.select(**{name: table[name].cast(kind) for name, kind in PARTS[part].items()})
