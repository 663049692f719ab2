"""What was measured on closed days is kept from run to run: a run adds what it read, and leaves the days that close to the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import astuple, fields

from ccgrade_xl.meters.measured import Measured, measured, together

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.engine import Engine
    from ccgrade_xl.meters.keeping import Keeper
    from ccgrade_xl.meters.seen import Closed


def closing(
    engine: Engine, changes: ir.Table, batch: Sequence[str], closed: Closed | None, kept: Keeper | None
) -> Measured:
    """Return what is measured of a batch of meters: what was before, and what the changes at hand say of the days that were open.

    `changes` have `gas_day`. With `kept`, what is measured of the days that are closed now is written there.
    """
    before = None if closed is None or closed.measured is None else _of(engine, closed.measured, batch)
    if closed is not None:
        changes = _since(changes, closed.meters)
    if kept is None:
        return _added(engine, before, changes, "fresh")
    bounds = engine.put("usage_bounds", kept.bounds(batch))
    dated = changes.join(bounds, "meter_id")
    past = _added(engine, before, dated.filter(dated.gas_day < dated.reopened), "past")
    for part, table in zip(fields(Measured), astuple(past, recurse=False), strict=True):
        kept.write(part.name, engine, table)
    return _added(engine, past, dated.filter(dated.gas_day >= dated.reopened), "open")


def _added(engine: Engine, before: Measured | None, changes: ir.Table, name: str) -> Measured:
    fresh = measured(engine, changes, before, name)
    return fresh if before is None else together(engine, before, fresh, name)


def _since(changes: ir.Table, meters: ir.Table) -> ir.Table:
    """Leave out the changes of closed days: the last readings before the open ones are there only to be counted from."""
    bounds = meters.select("meter_id", "reopened")
    table = changes.left_join(bounds, "meter_id").drop("meter_id_right")
    return table.filter((table.gas_day >= table.reopened).fill_null(True)).drop("reopened")


def _of(engine: Engine, whole: Measured, batch: Sequence[str]) -> Measured:
    """Return the parts of a batch of meters."""
    parts = {
        part.name: table.filter(table.meter_id.between(batch[0], batch[-1]))
        for part, table in zip(fields(Measured), astuple(whole, recurse=False), strict=True)
    }
    return Measured(**{name: engine.keep(f"before_{name}", table) for name, table in parts.items()})
