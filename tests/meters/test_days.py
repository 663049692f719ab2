"""The facts of a day, broad and close up: what a reading that stands twice may add to them, and which columns they are made of."""

from __future__ import annotations

import pandas as pd
import pytest

from ccgrade_xl.meters import close_up as near
from ccgrade_xl.meters import days as broad
from ccgrade_xl.meters.batches import gathered, in_store
from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.fleet import fleet_of, latest_of
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.registry_reading import joined, read_registry
from ccgrade_xl.meters.settings import DEFAULT
from ccgrade_xl.meters.sources import open_readings
from ccgrade_xl.meters.staging import Batch, batch_of
from ccgrade_xl.meters.steps import Words, mended, steps
from ccgrade_xl.meters.telling import texts_of, words_from
from tests.meters.series import fleet, registry, works

METERS = [f"{number:02}" for number in range(30)]
READINGS = fleet({meter: works(days=20) for meter in METERS})
KNOWN = registry({meter: {} for meter in METERS})


def batch_at_hand(engine: Engine, readings: pd.DataFrame, meter: str) -> tuple[Batch, int, Words]:
    """One meter as a batch, the last second that is not the future, and what its texts mean: as in every scan."""
    source = open_readings(engine, readings)
    found = fleet_of(source.meters, None)
    apart = gathered(engine, source.readings, found)
    meters = engine.put("meters", joined(read_registry(KNOWN), [meter], found.now))
    batch = batch_of(engine, in_store(source.readings, apart, found, [meter]), meters, [meter], found)
    words = words_from(texts_of(engine, source.readings, frozenset(source.columns)))
    return batch, latest_of(found, DEFAULT), words


def facts(engine: Engine, readings: pd.DataFrame, meter: str) -> pd.DataFrame:
    """The facts of every day of one meter."""
    batch, latest, words = batch_at_hand(engine, readings, meter)
    moves = steps(engine, batch.readings, broad.of_meters(batch.meters), latest, copies=batch.copies)
    return engine.frame(broad.days(moves, words, DEFAULT)).sort_values("gas_day", ignore_index=True)


@pytest.mark.parametrize("stored", ["beside the first", "at the end"])
@pytest.mark.parametrize("meters", [["07"], METERS], ids=["of_one_meter_among_many", "of_every_meter"])
def test_copies_of_readings_change_no_fact_of_a_day_but_how_many_they_are(meters, stored):
    some = READINGS[READINGS.meter_id.isin(meters)]
    twice = some[some.time.dt.hour.isin((9, 10, 14))]
    copied = pd.concat([READINGS, twice])
    if stored == "beside the first":
        copied = copied.sort_values(["meter_id", "time"], kind="stable")
    with open_engine() as engine:
        once = facts(engine, READINGS, "07")
        both = facts(engine, copied, "07")
    assert set(both.doubles[1:-1]) == {3}
    assert set(once.doubles) == {0}
    assert (once.flowing > 0).any()
    pd.testing.assert_frame_equal(once.drop(columns="doubles"), both.drop(columns="doubles"))


def test_close_up_nothing_is_told_from_a_column_that_is_not_read_again():
    with open_engine() as engine:
        batch, latest, words = batch_at_hand(engine, READINGS, "07")
        again = [name for name in near.READS if name in batch.readings.columns]
        assert set(batch.readings.columns) > set(again)
        found = []
        for part in (batch.readings, batch.readings.select(*again)):
            moves = steps(engine, part, near.of_meters(batch.meters), latest, ordered=False, copies=True)
            close = engine.frame(near.close_up(mended(moves, words), words, DEFAULT))
            found.append(close.sort_values("gas_day", ignore_index=True))
    assert len(found[0]) >= 20
    pd.testing.assert_frame_equal(*found)
