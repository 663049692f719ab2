"""Batches side by side: what comes of them, in which order, and what happens when one fails or nobody waits any longer."""

from __future__ import annotations

import threading
import time
from contextlib import closing, nullcontext

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pytest

from ccgrade_xl.meters import batches, scan
from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.fleet import Fleet, fleet_of
from ccgrade_xl.meters.lanes import side_by_side
from ccgrade_xl.meters.opening import open_engine
from tests.meters.series import DAYS, at
from tests.meters.test_laws import KNOWN, READINGS

FOR_HOURS = "SELECT count(*) FROM range(1_000_000_000_000) a"


@pytest.fixture
def engine():
    with open_engine() as opened:
        opened.lanes = 3
        yield opened


def test_what_comes_of_the_batches_stands_in_their_order_though_the_last_are_done_first(engine):
    def ready(lane: Engine):
        def work(number: int) -> int:
            time.sleep(0.05 * (6 - number))
            return number

        return work

    assert list(side_by_side(engine, range(6), ready)) == list(range(6))


def test_every_lane_is_made_ready_once_and_batches_run_at_the_same_time(engine):
    lanes, meeting = [], threading.Barrier(3, timeout=20)

    def ready(lane: Engine):
        lanes.append(lane)
        return lambda _number: meeting.wait()

    assert sorted(side_by_side(engine, range(3), ready)) == [0, 1, 2]
    assert len({id(lane) for lane in lanes}) == len(lanes) == 3


def test_no_more_lanes_are_opened_than_there_are_batches(engine):
    lanes = []
    assert list(side_by_side(engine, [7], lambda lane: lanes.append(lane) or (lambda number: number))) == [7]
    assert lanes == [engine]


def threads_of(engine: Engine) -> int:
    return engine.connection.con.execute("SELECT current_setting('threads')").fetchone()[0]


@pytest.mark.parametrize("fails", [False, True])
def test_a_lane_works_in_its_own_thread_and_the_database_has_its_threads_back(engine, fails):
    engine.connection.con.execute("SET threads = 3")

    def ready(lane: Engine):
        return lambda number: threads_of(lane) // (0 if fails and number == 2 else 1)

    with pytest.raises(ZeroDivisionError) if fails else nullcontext():
        assert list(side_by_side(engine, range(3), ready)) == [1, 1, 1]
    assert threads_of(engine) == 3


def test_a_lane_sees_files_tables_and_what_was_kept_and_keeps_its_own(engine, tmp_path):
    pd.DataFrame({"a": [1, 2]}).to_parquet(tmp_path / "a.parquet")
    file = engine.parquet([tmp_path / "a.parquet"])
    loaded = engine.load("loaded", pa.table({"b": [3]}))
    kept = engine.put("kept", pd.DataFrame({"c": [4]}))
    view = engine.view("seen", file.cross_join(loaded).cross_join(kept))
    with engine.beside() as other:
        assert other.frame(view).to_dict("list") == {"a": [1, 2], "b": [3, 3], "c": [4, 4]}
        other.put("kept", pd.DataFrame({"c": [5]}))
        assert list(other.frame(other.table("kept")).c) == [5]
    assert list(engine.frame(engine.table("kept")).c) == [4]


def test_what_one_lane_has_compiled_no_other_compiles(engine):
    asked, table = [], engine.put("numbers", pd.DataFrame({"a": [1]}))

    def step():
        asked.append(1)
        return table

    engine.again("step", step)
    with engine.beside() as other:
        other.again("step", step)
    assert asked == [1]


def test_the_fault_of_one_batch_ends_the_others(engine):
    def ready(lane: Engine):
        def work(number: int) -> None:
            if number == 0:
                raise ValueError("broken")
            lane.connection.raw_sql(FOR_HOURS).fetchall()

        return work

    with pytest.raises(ValueError, match="broken"):
        list(side_by_side(engine, range(5), ready))


def test_who_waits_no_longer_interrupts_every_lane(engine):
    told = []

    def ready(lane: Engine):
        def work(number: int) -> int:
            if number > 0:
                try:
                    lane.connection.raw_sql(FOR_HOURS).fetchall()
                except duckdb.InterruptException:
                    told.append(number)
                    raise
            return number

        return work

    with closing(side_by_side(engine, range(9), ready)) as done:
        assert next(done) == 0
    assert 1 in told
    assert max(told) <= 4, "what had not begun never begins"
    assert engine.connection.raw_sql("SELECT 1").fetchall() == [(1,)]


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_how_many_lanes_there_are_does_not_matter(monkeypatch, lanes):
    monkeypatch.setattr("os.cpu_count", lambda: lanes)
    monkeypatch.setattr(batches, "BATCH", 2)
    found = scan(READINGS, KNOWN, as_of=at(DAYS, 0))
    monkeypatch.undo()
    pd.testing.assert_frame_equal(found, scan(READINGS, KNOWN, as_of=at(DAYS, 0)))


@pytest.mark.parametrize(
    ("lanes", "sizes"),
    [(1, [500] * 4), (2, [500] * 4), (4, [250] * 8), (8, [125] * 16), (3, [333] * 6 + [2])],
)
def test_however_many_lanes_there_are_a_thousand_meters_at_most_are_in_memory(lanes, sizes):
    meters = tuple(f"{number:05}" for number in range(2_000))
    whole = Fleet(meters, frozenset(), frozenset(), 0, 1, 1, 2_000)
    assert [len(batch) for batch in batches.batches_of(whole, lanes)] == sizes


def test_a_small_fleet_is_shared_out_among_the_lanes():
    whole = Fleet(tuple("abcdefg"), frozenset("g"), frozenset(), 0, 1, 1, 7)
    assert ["".join(batch) for batch in batches.batches_of(whole, 2)] == ["abcd", "ef", "g"]


@pytest.mark.parametrize(("doubled", "apart"), [(0, 0), (1, 1), (5, 5), (6, 0), (100, 0)])
def test_meters_with_doubled_readings_are_judged_apart_where_they_are_few(doubled, apart):
    meters = pd.DataFrame({"meter_id": [f"{number:03}" for number in range(100)]})
    meters = meters.assign(begin=0, end=1, readings=2, begins=1, backwards=0, twice=0)
    meters.loc[: doubled - 1, "twice"] = 1
    found = fleet_of(meters, None)
    assert (len(found.doubled), len(found.apart)) == (doubled, apart)


def test_somebody_elses_connection_has_one_lane():
    connection = ibis.duckdb.connect()
    with open_engine(connection) as opened:
        assert opened.lanes == 1
