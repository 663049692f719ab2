"""Which meters are in the readings, from when to when, and in what order do their readings stand?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ccgrade_xl.meters.checks.data import DOUBLE_OR_FUTURE
from ccgrade_xl.meters.meter_numbers import is_untidy
from ccgrade_xl.meters.steps import DAY, Latest
from ccgrade_xl.rules.dates import EPOCH

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.engine import Engine
    from ccgrade_xl.meters.settings import Settings


_FEW = 0.05
"""The share of the meters up to which doubled ones, and those whose clock is ahead, are few."""
_FEWEST = 2
"""Meters that must tell the same time to be believed, of any number above it: one alone may have its clock ahead."""


@frozen(eq=False)
class Fleet:
    """The meters in the readings: `meter_ids` sorted, `apart` those among them that are sorted and judged by themselves, `doubled`
    those with two readings at one time, first and last second, what counts as now, how many readings, how many meters have readings
    `ahead` of now (none where now was told), and `heard`, what would count as now had nobody told.

    Apart are the meters whose readings are not stored one after the other by time, and the doubled ones where they are few, so
    that nobody looks for copies among the others.
    """

    meter_ids: tuple[str, ...]
    apart: frozenset[str]
    doubled: frozenset[str]
    first: int
    last: int
    now: int
    readings: int
    ahead: int = 0
    heard: int = 0


def fleet_of(meters: pd.DataFrame, as_of: dt.datetime | None, clock: dt.datetime | None = None) -> Fleet:
    """Return the fleet of what `survey` found; `clock` is what the machine's own clock tells, `as_of` what was said of now.

    Without `as_of`, now is the last reading, see `_last`.
    """
    meters = meters.sort_values("meter_id")
    if not len(meters):
        return Fleet((), frozenset(), frozenset(), 0, 0, 0, 0)
    heard = _last(meters, clock)
    now = heard if as_of is None else _seconds(as_of)
    scattered, doubled = (meters.begins > 1) | (meters.backwards > 0), meters.twice > 0
    apart = scattered | doubled if doubled.mean() <= _FEW else scattered
    return Fleet(
        tuple(meters.meter_id),
        frozenset(meters.meter_id[apart]),
        frozenset(meters.meter_id[doubled]),
        int(meters.begin.min()),
        int(meters.end.max()),
        now,
        int(meters.readings.sum()),
        0 if as_of is not None else int((meters.end > now).sum()),
        heard,
    )


def _last(meters: pd.DataFrame, clock: dt.datetime | None) -> int:
    """Return the last reading that a day more or less a few meters bear out: a clock years ahead must not make every other meter silent,
    nor half a fleet that is silent cut off the rest.

    What is more than a day ahead of the machine's clock is left out, unless every meter has nothing else: that clock may be wrong, too.
    A meter that has just been heard by that clock is borne out by it, though all others be silent.
    """
    ends = meters.end
    if clock is not None:
        latest = _seconds(clock) + DAY
        if (ends <= latest).any():
            ends = ends[ends <= latest]
            if ends.max() > latest - 2 * DAY:
                return int(ends.max())
        elif (meters.begin <= latest).any():
            return latest
    few = 1 if len(ends) <= _FEWEST else max(_FEWEST, math.ceil(len(ends) * _FEW))
    borne_out = ends.nlargest(few).iloc[-1]
    return int(ends[ends <= borne_out + DAY].max())


def _seconds(moment: dt.datetime) -> int:
    return int((moment - EPOCH).total_seconds())


def survey(engine: Engine, rows: ir.Table) -> pd.DataFrame:
    """Return one row a meter and `cause` (why a row is no reading; null for readings): times and count, how often its rows begin in the
    order they are stored in, go back in time, and stand still, and whether the meter's id is `untidy`.

    What is not stored in an order may hold anything twice.
    """
    table = rows.select("meter_id", "t", "cause")
    if engine.ordered:
        table = engine.before(table, {"meter_id": "meter_before", "t": "t_before"})
        same = (table.meter_id == table.meter_before).fill_null(False)
        table = table.select(
            "meter_id",
            "t",
            "cause",
            begins=~same,
            back=same & (table.t < table.t_before),
            twice=same & (table.t == table.t_before),
        )
    else:
        table = table.mutate(begins=table.t < 0, back=table.t < 0, twice=table.t.notnull())
    found = table.group_by("meter_id", "cause").agg(
        begin=table.t.min(),
        end=table.t.max(),
        readings=table.count(),
        begins=table.begins.sum(),
        backwards=table.back.sum(),
        twice=table.twice.sum(),
    )
    return engine.frame(found.mutate(untidy=is_untidy(found.meter_id).fill_null(False)))


def together(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return what `survey` found in parts that are stored one behind the other as if it had seen them in one.

    Only that a meter whose readings go on in the next part begins there once more: such meters are few, and are judged apart.
    """
    import pandas as pd  # noqa: PLC0415

    return parts[0] if len(parts) == 1 else _summed(pd.concat(parts))


def under_other_ids(meters: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return what `survey` found as if some meters had other ids: the new ones by the old."""
    return _summed(meters.assign(meter_id=meters.meter_id.replace(dict(names))))


def _summed(meters: pd.DataFrame) -> pd.DataFrame:
    rows = meters.groupby(["meter_id", "cause", "untidy"], dropna=False, as_index=False, sort=False)
    summed = dict.fromkeys(("readings", "begins", "backwards", "twice"), "sum")
    return rows.agg({"begin": "min", "end": "max", **summed})


def latest_of(fleet: Fleet, settings: Settings) -> Latest:
    """Return up to when readings count: what came after a moment of the past that was asked for is not the future."""
    allowed = int(settings.value(DOUBLE_OR_FUTURE, "future_minutes") * 60)
    if fleet.heard > fleet.now:
        return Latest(fleet.now, fleet.heard + allowed)
    return Latest(fleet.now + allowed, fleet.now + allowed)
