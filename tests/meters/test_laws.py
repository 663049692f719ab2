"""What must not matter: the order of the rows, how they are batched or stored; and doubles cost nothing but their own alarm."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccgrade_xl.meters import batches, scan
from tests.meters.checks.cases import CASES
from tests.meters.series import DAYS, at, fleet, registry, works

NAMES = {
    "silent_for_a_week", "falls_by_three_hundred", "no_use_on_sixteen_days", "a_day_uses_a_third", "three_nights_of_a_week",
    "factor_four_per_cent_low", "two_intervals_over_qmax", "rolls_over_at_its_last_digit", "a_small_flow_for_eight_days",
}  # fmt: skip
SOME = [case for case in CASES if case.name in NAMES and case.expects]
READINGS = fleet({case.name: case.spoil(works()) for case in SOME})
KNOWN = registry({case.name: case.registry for case in SOME})


@pytest.fixture(scope="module")
def events():
    found = scan(READINGS, KNOWN, as_of=at(DAYS, 0))
    assert set(found.meter_id) == {case.name for case in SOME}
    return found


@given(seed=st.integers(0, 10_000))
@settings(max_examples=4)
def test_the_order_of_the_rows_does_not_matter(events, seed):
    shuffled = READINGS.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(events, scan(shuffled, KNOWN, as_of=at(DAYS, 0)))


@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_size_of_a_batch_does_not_matter(events, monkeypatch, size):
    monkeypatch.setattr(batches, "BATCH", size)
    pd.testing.assert_frame_equal(events, scan(READINGS, KNOWN, as_of=at(DAYS, 0)))


def test_rows_sorted_by_time_as_a_day_a_file_has_them_give_the_same(events):
    pd.testing.assert_frame_equal(events, scan(READINGS.sort_values("time"), KNOWN, as_of=at(DAYS, 0)))


def test_a_meter_is_judged_alike_alone_and_among_others(events):
    name = SOME[0].name
    alone = scan(READINGS[READINGS.meter_id == name], KNOWN[KNOWN.meter_id == name], as_of=at(DAYS, 0))
    together = events[events.meter_id == name].reset_index(drop=True)
    pd.testing.assert_frame_equal(together, alone)


def test_doubled_readings_add_their_own_alarm_and_nothing_else(events):
    twice = scan(pd.concat([READINGS, READINGS]), KNOWN, as_of=at(DAYS, 0))
    rest = twice[twice.code != "重复/未来时间"].reset_index(drop=True)
    assert set(twice[twice.code == "重复/未来时间"].meter_id) == set(events.meter_id)
    pd.testing.assert_frame_equal(events, rest)


def test_a_meter_with_doubled_readings_among_many_adds_its_own_alarm_and_nothing_else(events):
    """Where few are doubled they are sorted and judged by themselves: neither they nor the others may be seen otherwise for it."""
    times = [f"{at}-" for at in range(3)]
    many = pd.concat([READINGS.assign(meter_id=at + READINGS.meter_id) for at in times])
    known = pd.concat([KNOWN.assign(meter_id=at + KNOWN.meter_id) for at in times])
    doubled = f"1-{SOME[0].name}"
    found = scan(pd.concat([many, many[many.meter_id == doubled]]), known, as_of=at(DAYS, 0))
    assert set(found[found.code == "重复/未来时间"].meter_id) == {doubled}
    found = found[found.code != "重复/未来时间"]
    for each in times:
        own = found[found.meter_id.str.startswith(each)]
        own = own.assign(meter_id=own.meter_id.str.removeprefix(each))
        by = ["meter_id", "code", "first_time", "last_time"]
        pd.testing.assert_frame_equal(
            own.sort_values(by, ignore_index=True), events.sort_values(by, ignore_index=True)
        )


def test_the_same_readings_give_the_same_events_twice(events):
    pd.testing.assert_frame_equal(events, scan(READINGS, KNOWN, as_of=at(DAYS, 0)))


def test_every_alarm_is_told_to_its_customer(events):
    assert (events.customer_id == "C1").all()
