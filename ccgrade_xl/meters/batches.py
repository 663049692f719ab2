"""The meter pass: batch by batch from readings to facts, from facts to findings."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.declaration import GIVEN, Check
from ccgrade_xl.meters.engine import Engine, in_order
from ccgrade_xl.meters.facts import calendar
from ccgrade_xl.meters.findings import Stretches, each, found, laid_out, stretches, told
from ccgrade_xl.meters.fleet import Fleet, latest_of
from ccgrade_xl.meters.lanes import side_by_side
from ccgrade_xl.meters.registry_reading import Registry, joined
from ccgrade_xl.meters.settings import Settings
from ccgrade_xl.meters.staging import Pass, batch_of, stage
from ccgrade_xl.meters.steps import DAY, FUTURE, LATER
from ccgrade_xl.meters.telling import Texts, texts_of, words_from

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.keeping import Keeper
    from ccgrade_xl.meters.seen import Closed

BATCH = 500
"""Meters of one batch, at most; bounds the memory."""
TOGETHER = 1_000
"""Meters of all batches that are judged at the same time, at most: however many cores there are, the memory is one."""


@frozen(eq=False)
class BatchFindings:
    """What one batch of meters gave: the findings of every check (`findings.COLUMNS`, `code`), and which meters have which
    data: one row a meter, one truth a column of readings, `hours_apart`, the longest time between readings of its best day, and `flow_least`,
    its lowest flow (m³/h). `later` are the `readings` of each meter that came after the moment that was asked for. All with `meter_id`.
    """

    meter_ids: Sequence[str]
    findings: pd.DataFrame
    has: pd.DataFrame
    later: pd.DataFrame


def scan_batches(
    engine: Engine,
    readings: ir.Table,
    registry: Registry,
    settings: Settings,
    fleet: Fleet,
    columns: frozenset[str],
    *,
    readings_apart: ir.Table | None = None,
    weather: Mapping[int, float] | None = None,
    texts: Texts | None = None,
    closed: Closed | None = None,
    kept: Keeper | None = None,
) -> Generator[BatchFindings]:
    """Scan the fleet batch by batch; `columns` are the canonical columns of the readings.

    `readings_apart` are the readings of meters that are judged apart (see `gathered`); `weather` is the outdoor temperature (℃) by day, `texts` those of the valve and status columns where they are known;
    `closed` the days of runs before, which `readings` then no longer hold, and `kept` what remembers this run.
    """
    first, last = fleet.first // DAY - 1, min(fleet.last, fleet.now + DAY) // DAY + 1
    dates = calendar(first, last, weather)
    words = words_from(texts_of(engine, readings, columns) if texts is None else texts)
    checks = [check for check in CHECKS if settings.is_on(check) and can_run(check, columns)]

    def ready(lane: Engine) -> Callable[[Sequence[str]], BatchFindings]:
        run = Pass(
            lane,
            settings,
            words,
            checks,
            lane.put("dates", dates),
            latest_of(fleet, settings),
            closed,
        )

        def judge(meter_ids: Sequence[str]) -> BatchFindings:
            meters = lane.put("meters", joined(registry, meter_ids, fleet.now))
            part = in_store(readings, readings_apart, fleet, meter_ids)
            batch = batch_of(lane, part, meters, meter_ids, fleet)
            facts, close = stage(run, batch)
            if kept is not None:
                kept.keep(lane, batch.readings, meters, run.latest, meter_ids)
            parts = partial(lane.once, "parts", partial(_found, facts, close, settings, checks))
            findings = _findings(lane, parts)
            has = lane.again("has", partial(_has, lane.table("days"), columns))
            later = lane.again("later", partial(_later, lane.table("days")))
            lane.drop("days", "close")
            return BatchFindings(
                meter_ids, *(_named(lane.frame(rows), meter_ids) for rows in (findings, has, later))
            )

        return judge

    return side_by_side(engine, list(batches_of(fleet, engine.lanes)), ready)


def _named(frame: pd.DataFrame, batch: Sequence[str]) -> pd.DataFrame:
    """Return rows with the ids of their meters instead of the numbers in the batch."""
    import numpy as np  # noqa: PLC0415

    ids = np.array(batch, dtype=object)[frame.pop("meter").to_numpy(dtype="int64")]
    frame.insert(0, "meter_id", ids)
    return frame


def gathered(engine: Engine, readings: ir.Table, fleet: Fleet) -> ir.Table | None:
    """Return the readings of the meters that are judged apart, stored by meter and time; None where there are none, or the engine
    sorts anyway.
    """
    if not fleet.apart or not engine.ordered:
        return None
    part = readings
    if len(fleet.apart) < len(fleet.meter_ids):
        part = readings.filter(_is_among(readings.meter_id, sorted(fleet.apart)))
    return engine.spill("apart", part.order_by(["meter_id", *in_order(readings.columns)]))


_LISTED = 200
"""Meters that are named one by one, at most: more of them are in every part of a file."""


def _is_among(meter_id: ir.StringValue, ids: Sequence[str]) -> ir.BooleanValue:
    """Tell sorted ids, half by half: within such bounds DuckDB reads only their rows of a file, for a list it reads all columns of all rows."""
    if len(ids) > _LISTED:
        return meter_id.isin(ids)
    if len(ids) == 1:
        return meter_id == ids[0]
    middle = len(ids) // 2
    low, high = (
        meter_id.between(half[0], half[-1]) & _is_among(meter_id, half)
        for half in (ids[:middle], ids[middle:])
    )
    return low | high


def in_store(
    readings: ir.Table, readings_apart: ir.Table | None, fleet: Fleet, batch: Sequence[str]
) -> ir.Table:
    """Return the readings that hold a batch's, each meter's stored by time: those `gathered` where its meters are judged apart."""
    return readings if readings_apart is None or batch[0] not in fleet.apart else readings_apart


_SEEN = {
    "actual_m3": "actual_m3",
    "standard_m3": "standard_m3",
    "actual_flow": "flow_most",
    "temperature_c": "temperature_mean",
    "pressure_kpa": "pressure_least",
    "battery_pct": "battery_pct",
    "balance": "balance",
    "disturbance_m3": "disturbance_most",
    "received_time": "delay_least",
}
"""The fact of a day that tells whether a meter has values in a column."""


def _has(days: ir.Table, columns: frozenset[str]) -> ir.Table:
    """Return for each meter that is judged whether it has values; of a column not in `_SEEN`, whether the source has it; `hours_apart` and `flow_least`."""
    days = days.filter(days.gas_day != LATER)
    seen = {name: days[fact].notnull().any() for name, fact in _SEEN.items() if name in columns}
    others = {
        name: days.readings.notnull().any() for name in sorted(columns - _SEEN.keys() - {"meter_id", "time"})
    }
    if "site_m3" in columns:
        others["site_m3"] = (days.site_readings > 0).any()
    now = days.gas_day != FUTURE
    return days.group_by("meter").agg(
        **seen,
        **others,
        hours_apart=days.longest_hours.min(where=now & (days.longest_hours > 0)),
        flow_least=days.flow_least.min(where=now),
    )


def _later(days: ir.Table) -> ir.Table:
    """Return the `readings` of each meter that came after the moment that was asked for."""
    later = days.filter(days.gas_day == LATER)
    return later.group_by("meter").agg(readings=(later.readings + later.doubles).sum())


def _findings(lane: Engine, parts: Callable[[], Sequence[Stretches]]) -> ir.Table:
    """Return the findings of the checks, with their `code`; `parts` returns what `_found` does."""
    days = lane.again("found", lambda: laid_out(parts()))
    lane.drop("facts", "close_facts")
    runs = lane.again("stretches", lambda: stretches(days, parts()))
    return lane.again("findings", lambda: told(runs, parts()))


def _found(
    facts: ir.Table, close: ir.Table, settings: Settings, checks: Sequence[Check]
) -> Sequence[Stretches]:
    """Return what the checks find in the facts of all days and of those seen close up; each is shown what it asks for."""
    parts = [
        evolve(part, code=check.code)
        for check in checks
        for part in check.find(
            facts.select(*GIVEN, *check.asks), close.select(*GIVEN, *check.asks_close), settings
        )
    ]
    return parts or [each(found(facts.limit(0), level=0, value=0.0, threshold=0.0))]


def can_run(check: Check, columns: frozenset[str]) -> bool:
    """Return whether readings with these columns can be checked."""
    return set(check.reads) <= columns and (not check.reads_any or not columns.isdisjoint(check.reads_any))


def batches_of(fleet: Fleet, lanes: int = 1) -> Iterator[Sequence[str]]:
    """Yield meters `BATCH` by `BATCH`, fewer where there are many lanes or a lane would have none; those judged apart by themselves."""
    size = min(BATCH, TOGETHER // lanes, -(-len(fleet.meter_ids) // lanes))
    for meters in (
        [meter for meter in fleet.meter_ids if meter not in fleet.apart],
        [meter for meter in fleet.meter_ids if meter in fleet.apart],
    ):
        for at in range(0, len(meters), size):
            yield meters[at : at + size]
