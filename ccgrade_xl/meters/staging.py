"""The facts of one batch of meters, stage by stage: of every day, and of the suspicious days seen close up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ccgrade_xl.meters import close_up as near
from ccgrade_xl.meters import days as broad
from ccgrade_xl.meters.facts import close_facts, course, facts, habits, known, rhythm
from ccgrade_xl.meters.steps import LATER, Latest, Words, gas_day, mended, steps

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.declaration import Check
    from ccgrade_xl.meters.engine import Engine
    from ccgrade_xl.meters.fleet import Fleet
    from ccgrade_xl.meters.seen import Closed
    from ccgrade_xl.meters.settings import Settings


@frozen(eq=False)
class Pass:
    """What is the same for every batch of a scan.

    `latest` tells up to when readings count, `dates` the calendar, `closed` the days of the runs before.
    """

    engine: Engine
    settings: Settings
    words: Words
    checks: Sequence[Check]
    dates: ir.Table
    latest: Latest
    closed: Closed | None


@frozen(eq=False)
class Batch:
    """One batch: what the registry knows of its meters, their readings, and whether some of these may stand twice."""

    meters: ir.Table
    readings: ir.Table
    copies: bool


def batch_of(
    engine: Engine, readings: ir.Table, meters: ir.Table, meter_ids: Sequence[str], fleet: Fleet
) -> Batch:
    """Return the batch of some meters, whose `meters` are joined; between them, `readings` may hold others."""
    part = readings.filter(readings.meter_id.between(meter_ids[0], meter_ids[-1]))
    copies = meter_ids[0] in fleet.apart or not fleet.doubled.isdisjoint(meter_ids)
    return Batch(meters, engine.view("part", part), copies)


def stage(run: Pass, batch: Batch) -> tuple[ir.Table, ir.Table]:
    """Keep and return `facts`, those of every day, and `close_facts`, those of the suspicious days.

    `days` and `close`, what they are made of, are kept, too; nothing else is.
    """
    engine, meters = run.engine, batch.meters
    days = _days(run, batch)
    days = days.filter(days.gas_day != LATER)
    doubtful = engine.again("doubtful", lambda: near.suspicious(days.join(meters, "meter"), run.settings))
    close = _close(run, batch, doubtful)
    engine.drop("doubtful")
    asked = _asked(run.checks, meters)
    whole = engine.seen("known", lambda: known(days, close, meters, run.dates, asked))
    usual = engine.again("habits", lambda: habits(whole))
    beat = engine.again("rhythm", lambda: rhythm(whole))
    past = engine.again("course", lambda: course(whole, usual))
    every = engine.again("facts", lambda: facts(whole, usual, beat, past, asked))
    engine.drop("habits", "rhythm", "course")
    return every, engine.again("close_facts", lambda: close_facts(close, every, meters))


def _days(run: Pass, batch: Batch) -> ir.Table:
    def fresh() -> ir.Table:
        meters = broad.of_meters(batch.meters)
        moves = steps(run.engine, batch.readings, meters, run.latest, copies=batch.copies)
        return broad.days(moves, run.words, run.settings)

    if run.closed is None:
        return run.engine.again("days", fresh, batch.copies)
    both = run.closed.with_days(run.engine.again("open_days", fresh, batch.copies), batch.meters)
    days = run.engine.keep("days", both)
    run.engine.drop("open_days")
    return days


def _close(run: Pass, batch: Batch, doubtful: ir.Table) -> ir.Table:
    engine, meters = run.engine, near.of_meters(batch.meters)
    again = engine.again("again", lambda: _readings_of(run, batch, doubtful))

    def mended_moves() -> ir.Table:
        moves = steps(engine, again, meters, run.latest, ordered=False, copies=True)
        return mended(moves.semi_join(doubtful, ["meter", "gas_day"]), run.words)

    moves = engine.again("moves", mended_moves)
    engine.drop("again")
    fresh = engine.again(
        "close" if run.closed is None else "open_close",
        lambda: near.close_up(moves, run.words, run.settings),
    )
    engine.drop("moves")
    if run.closed is None:
        return fresh
    close = engine.keep("close", run.closed.with_close(fresh, doubtful, batch.meters))
    engine.drop("open_close")
    return close


def _readings_of(run: Pass, batch: Batch, doubtful: ir.Table) -> ir.Table:
    """Return the readings of the doubtful days and, for the step into each, of the day with readings before it.

    Joined first are the few meters that have such days, so that of a file only what may hold their rows is read.
    """
    part = batch.readings.select(*(name for name in near.READS if name in batch.readings.columns))
    few = batch.meters.semi_join(doubtful, "meter").select("meter", "meter_id", "start_seconds")
    wanted = doubtful.select("meter", "gas_day").union(
        doubtful.filter(doubtful.day_before.notnull()).select("meter", gas_day="day_before"), distinct=True
    )
    dated = part.join(few, "meter_id")
    dated = dated.mutate(gas_day=gas_day(dated, run.latest))
    return dated.semi_join(wanted, ["meter", "gas_day"]).drop("meter", "gas_day", "start_seconds")


def _asked(checks: Sequence[Check], meters: ir.Table) -> tuple[str, ...]:
    """Return the facts of a day that the checks ask for: all but what was seen close up, and what the registry tells of the meter."""
    of_days = (name for check in checks for name in check.asks)
    of_close = (name for check in checks for name in check.asks_close)
    others = (name for name in of_close if name not in near.CLOSE_FACTS and name not in meters.columns)
    return tuple(dict.fromkeys((*of_days, *others)))
