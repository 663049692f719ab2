"""The meter pass: batch by batch from readings to facts, from facts to findings, from findings to events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.checks.data import DOUBLE_OR_FUTURE
from ccgrade_xl.meters.close_up import CLOSE_FACTS, close_up, suspicious
from ccgrade_xl.meters.days import days
from ccgrade_xl.meters.declaration import GIVEN, Check
from ccgrade_xl.meters.engine import Engine, in_order
from ccgrade_xl.meters.facts import calendar, close_facts, course, facts, habits, known, rhythm
from ccgrade_xl.meters.findings import COLUMNS, each
from ccgrade_xl.meters.findings import found as findings_of
from ccgrade_xl.meters.readings import STATUS_WORDS, VALVE_CLOSED
from ccgrade_xl.meters.registry_reading import Registry, joined
from ccgrade_xl.meters.settings import Settings
from ccgrade_xl.meters.steps import DAY, Words, gas_day, mended, steps

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.keeping import Keeper
    from ccgrade_xl.meters.seen import Closed

BATCH = 500
"""Meters of one batch; bounds the memory."""


@frozen(eq=False)
class Fleet:
    """The meters in the readings: `meter_ids` sorted, `scattered` those among them whose readings are not stored one after the
    other by time, `doubled` those with two readings at one time, first and last second, what counts as now, how many readings.
    """

    meter_ids: tuple[str, ...]
    scattered: frozenset[str]
    doubled: frozenset[str]
    first: int
    last: int
    now: int
    readings: int


def survey(engine: Engine, readings: ir.Table, as_of: dt.datetime | None) -> Fleet:
    """Return which meters there are and from when to when.

    Without `as_of`, now is the last reading within a day of the middle meter's last one: a clock years ahead must not make every
    other meter silent.
    """
    return fleet_of(engine.frame(surveyed(engine, readings)), as_of)


def fleet_of(meters: pd.DataFrame, as_of: dt.datetime | None) -> Fleet:
    """Return the fleet of what `surveyed` found."""
    meters = meters.sort_values("meter_id")
    if not len(meters):
        return Fleet((), frozenset(), frozenset(), 0, 0, 0, 0)
    if as_of is not None:
        now = int((as_of - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - wall-clock time, as the readings are
    else:
        now = int(meters.end[meters.end <= meters.end.median() + DAY].max())
    return Fleet(
        tuple(meters.meter_id),
        frozenset(meters.meter_id[(meters.begins > 1) | (meters.backwards > 0)]),
        frozenset(meters.meter_id[meters.twice > 0]),
        int(meters.begin.min()),
        int(meters.end.max()),
        now,
        int(meters.readings.sum()),
    )


def surveyed(engine: Engine, readings: ir.Table) -> ir.Table:
    """Return each meter's times and count, how often its readings begin in the order they are stored in, go back in time, and stand
    still. What is not stored in an order may hold anything twice.
    """
    table = readings.select("meter_id", "t")
    if engine.ordered:
        table = engine.before(table, {"meter_id": "meter_before", "t": "t_before"})
        same = (table.meter_id == table.meter_before).fill_null(False)
        table = table.select(
            "meter_id",
            "t",
            begins=~same,
            back=same & (table.t < table.t_before),
            twice=same & (table.t == table.t_before),
        )
    else:
        table = table.mutate(begins=table.t < 0, back=table.t < 0, twice=table.t.notnull())
    return table.group_by("meter_id").agg(
        begin=table.t.min(),
        end=table.t.max(),
        readings=table.count(),
        begins=table.begins.sum(),
        backwards=table.back.sum(),
        twice=table.twice.sum(),
    )


@frozen(eq=False)
class BatchFindings:
    """What one batch of meters gave: the findings of every check (`findings.COLUMNS`, `code`), and which meters have which
    data: one row a meter, one truth a column of readings. Both with `meter_id`.
    """

    findings: pd.DataFrame
    has: pd.DataFrame


def scan_batches(
    engine: Engine,
    readings: ir.Table,
    registry: Registry,
    settings: Settings,
    fleet: Fleet,
    columns: frozenset[str],
    *,
    weather: Mapping[int, float] | None = None,
    texts: Texts | None = None,
    closed: Closed | None = None,
    kept: Keeper | None = None,
) -> Iterator[BatchFindings]:
    """Scan the fleet batch by batch; `columns` are the canonical columns of the readings.

    `weather` is the outdoor temperature (℃) by day, `texts` those of the valve and status columns where they are known;
    `closed` the days of runs before, which `readings` then no longer hold, and `kept` what remembers this run.
    """
    words = words_from(texts_of(engine, readings, columns) if texts is None else texts)
    first, last = fleet.first // DAY - 1, min(fleet.last, fleet.now + DAY) // DAY + 1
    dates = engine.put("dates", calendar(first, last, weather))
    scattered = _gathered(engine, readings, fleet)
    checks = [check for check in CHECKS if settings.is_on(check) and can_run(check, columns)]
    for batch in _batches(fleet):
        meters = engine.put("meters", joined(registry, batch, fleet.now))
        part = scattered if batch[0] in fleet.scattered and scattered is not None else readings
        part = engine.view("part", part.filter(part.meter_id.between(batch[0], batch[-1])))
        every, close = _facts(engine, part, meters, dates, settings, words, fleet, batch, closed, checks)
        if kept is not None:
            kept.keep(engine, part, meters, latest_of(fleet, settings), batch)
        found = engine.again("findings", partial(_all_findings, every, close, settings, checks))
        days_seen = engine.table("days")
        has = engine.again("has", partial(_has, days_seen, columns))
        yield BatchFindings(*(_named(engine.frame(each), batch) for each in (found, has)))


def _named(frame: pd.DataFrame, batch: Sequence[str]) -> pd.DataFrame:
    """Return rows with the ids of their meters instead of the numbers in the batch."""
    import numpy as np  # noqa: PLC0415

    ids = np.array(batch, dtype=object)[frame.pop("meter").to_numpy(dtype="int64")]
    frame.insert(0, "meter_id", ids)
    return frame


def _gathered(engine: Engine, readings: ir.Table, fleet: Fleet) -> ir.Table | None:
    """Return the readings of scattered meters, stored by meter and time; None where no meter is, or the engine sorts anyway."""
    if not fleet.scattered or not engine.ordered:
        return None
    part = readings
    if len(fleet.scattered) < len(fleet.meter_ids):
        part = readings.filter(readings.meter_id.isin(sorted(fleet.scattered)))
    return engine.spill("scattered", part.order_by(["meter_id", *in_order(readings.columns)]))


Texts = Mapping[str, Sequence[str]]
"""The different texts of the valve and of the status column."""


def texts_of(engine: Engine, readings: ir.Table, columns: frozenset[str]) -> Texts:
    """Return the different texts of the valve and status columns."""
    found = {}
    for name in ("valve", "status"):
        texts = engine.frame(readings.select(name).distinct())[name] if name in columns else ()
        found[name] = sorted(text for text in texts if isinstance(text, str))
    return found


def words_of(engine: Engine, readings: ir.Table, columns: frozenset[str]) -> Words:
    """Return which texts of the valve and status columns mean something, as this source writes them."""
    return words_from(texts_of(engine, readings, columns))


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


_SEEN = {
    "actual_m3": "actual_m3",
    "standard_m3": "standard_m3",
    "actual_flow": "flow_most",
    "temperature_c": "temperature_mean",
    "pressure_kpa": "pressure_mean",
    "battery_pct": "battery_pct",
    "balance": "balance",
    "disturbance_m3": "disturbance_most",
    "received_time": "delay_least",
}
"""The fact of a day that tells whether a meter has values in a column."""


def _has(days: ir.Table, columns: frozenset[str]) -> ir.Table:
    """Return for each meter whether it has values; of a column not in `_SEEN`, whether the source has it."""
    seen = {name: days[fact].notnull().any() for name, fact in _SEEN.items() if name in columns}
    others = {
        name: days.readings.notnull().any() for name in sorted(columns - _SEEN.keys() - {"meter_id", "time"})
    }
    if "site_m3" in columns:
        others["site_m3"] = (days.site_readings > 0).any()
    return days.group_by("meter").agg(**seen, **others)


def _all_findings(facts: ir.Table, close: ir.Table, settings: Settings, checks: Sequence[Check]) -> ir.Table:
    """Return the findings of the checks, with their `code`; each is shown what it asks for."""
    import ibis  # noqa: PLC0415

    found = []
    for check in checks:
        shown = facts.select(*GIVEN, *check.asks), close.select(*GIVEN, *check.asks_close)
        findings = check.find(*shown, settings)
        found.append(findings.select(*COLUMNS, code=ibis.literal(check.code)))
    nothing = each(findings_of(facts.limit(0), level=0, value=0.0, threshold=0.0)).mutate(
        code=ibis.literal("")
    )
    return ibis.union(*found) if found else nothing


def can_run(check: Check, columns: frozenset[str]) -> bool:
    """Return whether readings with these columns can be checked."""
    return set(check.reads) <= columns and (not check.reads_any or not columns.isdisjoint(check.reads_any))


def _facts(
    engine: Engine,
    part: ir.Table,
    meters: ir.Table,
    dates: ir.Table,
    settings: Settings,
    words: Words,
    fleet: Fleet,
    batch: Sequence[str],
    closed: Closed | None,
    checks: Sequence[Check],
) -> tuple[ir.Table, ir.Table]:
    """Stage the facts of one batch of meters: of every day, and of the suspicious days seen close up."""
    latest = latest_of(fleet, settings)
    copies = bool(fleet.doubled or fleet.scattered)

    def broadly() -> ir.Table:
        return days(steps(engine, part, meters, latest, copies=copies), words, settings)

    if closed is None:
        broad = engine.again("days", broadly)
    else:
        broad = engine.keep("days", closed.with_days(engine.again("open_days", broadly), meters))
    doubtful = engine.again("doubtful", lambda: suspicious(broad.join(meters, "meter"), settings))
    again = engine.keep("again", _readings_of(engine, part, meters, doubtful, latest, batch))

    moves = engine.again(
        "moves",
        lambda: mended(
            _only(steps(engine, again, meters, latest, ordered=False, copies=True), doubtful), words
        ),
    )
    if closed is None:
        near = engine.again("close", lambda: close_up(moves, words, settings))
    else:
        fresh = engine.again("open_close", lambda: close_up(moves, words, settings))
        near = engine.keep("close", closed.with_close(fresh, doubtful, meters))
    asked = _asked(checks, meters)
    whole = engine.again("known", lambda: known(broad, near, meters, dates, asked))
    usual = engine.again("habits", lambda: habits(whole))
    beat = engine.again("rhythm", lambda: rhythm(whole))
    past = engine.again("course", lambda: course(whole, usual))
    every = engine.again("facts", lambda: facts(whole, usual, beat, past, asked))
    return every, engine.again("close_facts", lambda: close_facts(near, every, meters))


def _asked(checks: Sequence[Check], meters: ir.Table) -> tuple[str, ...]:
    """Return the facts of a day that the checks ask for: all but what was seen close up, and what the registry tells of the meter."""
    of_days = (name for check in checks for name in check.asks)
    of_close = (name for check in checks for name in check.asks_close)
    others = (name for name in of_close if name not in CLOSE_FACTS and name not in meters.columns)
    return tuple(dict.fromkeys((*of_days, *others)))


def latest_of(fleet: Fleet, settings: Settings) -> int:
    """Return the last second that is not the future."""
    return fleet.now + int(settings.value(DOUBLE_OR_FUTURE, "future_minutes") * 60)


def _readings_of(
    engine: Engine,
    part: ir.Table,
    meters: ir.Table,
    doubtful: ir.Table,
    latest: int,
    batch: Sequence[str],
) -> ir.Table:
    """Return the readings of the doubtful days and, for the step into each, of the day with readings before it.

    The meters are named one by one, so that of a file only their rows are read.
    """
    numbers = engine.frame(doubtful.select("meter").distinct()).meter
    named = part.filter(part.meter_id.isin([batch[number] for number in sorted(numbers)]))
    wanted = doubtful.select("meter", "gas_day").union(
        doubtful.filter(doubtful.day_before.notnull()).select("meter", gas_day="day_before"), distinct=True
    )
    dated = named.join(meters.select("meter", "meter_id", "start_seconds"), "meter_id")
    dated = dated.mutate(gas_day=gas_day(dated, latest))
    return dated.semi_join(wanted, ["meter", "gas_day"]).drop("meter", "gas_day", "start_seconds")


def _only(moves: ir.Table, doubtful: ir.Table) -> ir.Table:
    return moves.semi_join(doubtful, ["meter", "gas_day"])


def _batches(fleet: Fleet) -> Iterator[Sequence[str]]:
    """Yield meters `BATCH` by `BATCH`, those that are scattered by themselves."""
    for meters in (
        [meter for meter in fleet.meter_ids if meter not in fleet.scattered],
        [meter for meter in fleet.meter_ids if meter in fleet.scattered],
    ):
        for at in range(0, len(meters), BATCH):
            yield meters[at : at + BATCH]
