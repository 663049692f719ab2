"""From readings to steps: what each register did since the reading before.

Times are whole seconds of local wall-clock time since 1970 (`t`), so that every engine computes with the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ccgrade_xl.meters.readings import REGISTERS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.engine import Engine

DAY = 86_400
SLACK = 300
"""Seconds after a gas day's start in which a reading still closes the day before: clocks are never quite right."""
FUTURE = 1_000_000
"""The day number that readings from the future are kept under."""
LATER = FUTURE + 1
"""The day number that readings are kept under which came after the moment that was asked for: they are not judged."""
NEAR_END = 0.02
"""How near its end a register must be to have rolled over, and near its begin to be new, as a share of its range."""
_LENGTHS = (1e4, 1e5, 1e6, 1e7, 1e8, 1e9)


@frozen
class Latest:
    """Up to when readings count (s): the last second that is `judged`, and the last that somebody was `heard`: what is later still is
    from the future.
    """

    judged: int
    heard: int


@frozen
class Words:
    """The texts of this source's valve and status columns that mean something, as they are written there."""

    closed: tuple[str, ...] = ()
    exchanged: tuple[str, ...] = ()
    tampered: tuple[str, ...] = ()
    substituted: tuple[str, ...] = ()

    @property
    def telling(self) -> tuple[str, ...]:
        """Return every status text that means something."""
        return (*self.exchanged, *self.tampered, *self.substituted)


def changes_of(names: object) -> dict[str, str]:
    """Return the change column of each register that is among `names`."""
    return {name: f"d_{name.removesuffix('_m3')}" for name in REGISTERS if name in names}  # type: ignore[operator]


def steps(
    engine: Engine,
    readings: ir.Table,
    meters: ir.Table,
    latest: Latest,
    ordered: bool = True,
    copies: bool = False,
) -> ir.Table:
    """Return every reading of the meters beside what changed since the reading before, and the registry's columns.

    `readings` are canonical with `t`; `ordered` tells whether the readings are stored by meter and time, `copies` whether some may stand there twice: of a copy
    nothing remains but that it came. Added: `gas_day` (days since 1970, see `SLACK`), `hours` since the reading before,
    `d_actual` and `d_standard` (m³, as the register stands: see `mended`). They are null at a meter's first reading.
    """
    registers = changes_of(readings.columns)
    shift = {"meter_id": "meter_before", "t": "t_before"} | {name: f"{name}_before" for name in registers}
    table = engine.before(readings, shift, ordered).join(meters, "meter_id")
    same = table.meter_before == table.meter_id
    moved = table.mutate(
        hours=same.ifelse((table.t - table.t_before).cast("float64") / 3600.0, None),
        gas_day=gas_day(table, latest),
        **{
            change: same.ifelse(table[name] - table[f"{name}_before"], None)
            for name, change in registers.items()
        },
    ).drop("meter_before")
    return _without_copies(moved, readings.columns, registers) if copies else moved


def _without_copies(steps: ir.Table, columns: Sequence[str], registers: dict[str, str]) -> ir.Table:
    """Empty the readings that repeat the one before: same time, same registers."""
    copy = steps.hours == 0
    for name in registers:
        copy = copy & steps[name].identical_to(steps[f"{name}_before"])
    emptied = [*(name for name in columns if name not in ("meter_id", "t")), *registers.values()]
    return steps.mutate(**{name: copy.fill_null(False).ifelse(None, steps[name]) for name in emptied})


def gas_day(readings: ir.Table, latest: Latest) -> ir.IntegerValue:
    """Return the gas day (days since 1970) of readings with `t` and their meter's `start_seconds`; `FUTURE` and `LATER` for those
    that are not judged.
    """
    day = (readings.t - SLACK - readings.start_seconds) // DAY
    if latest.judged < latest.heard:
        day = (readings.t > latest.judged).ifelse(LATER, day)
    return (readings.t > latest.heard).ifelse(FUTURE, day).cast("int64")


def mended(steps: ir.Table, words: Words) -> ir.Table:
    """Return steps whose changes are those of the gas: what a register lost by rolling over is added back, and over a
    meter exchange nothing is known.
    """
    registers = changes_of(steps.columns)
    table = steps.mutate(**{change: _rolled(steps, name, change) for name, change in registers.items()})
    exchanged = _exchanged(table, registers, words)
    if exchanged is None:
        return table
    return table.mutate(**{change: exchanged.ifelse(None, table[change]) for change in registers.values()})


def _rolled(table: ir.Table, name: str, change: str) -> ir.FloatingValue:
    """Return the change with the register's range added where it rolled over: by its digits, else by the power of ten
    its last reading was just below.
    """
    before, span = table[f"{name}_before"], table.range_m3
    for length in _LENGTHS:
        near = table.range_m3.isnull() & (before < length) & (before >= length * (1 - NEAR_END))
        span = near.ifelse(length, span)
    rolled = table[change] + span
    is_rolled = (table[change] < 0) & (rolled >= 0) & (rolled <= span * NEAR_END)
    return is_rolled.ifelse(rolled, table[change])


def _exchanged(table: ir.Table, registers: dict[str, str], words: Words) -> ir.BooleanValue | None:
    """Tell a meter exchange: the status says so, or both registers begin again near zero at once."""
    told = []
    if words.exchanged:
        told.append(table.status.isin(words.exchanged).fill_null(False))
    if len(registers) == len(REGISTERS):
        anew = [
            (table[change] < 0) & (table[name] < table[f"{name}_before"] * NEAR_END)
            for name, change in registers.items()
        ]
        told.append((anew[0] & anew[1]).fill_null(False))
    return told[0] | told[1] if len(told) == 2 else told[0] if told else None
