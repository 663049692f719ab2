"""Alarms beside the truth: what is a hit, what a false alarm, and how well the checks do on a fleet nothing was tuned on."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from ccgrade_xl.meters import scan
from ccgrade_xl.meters.simulation import FleetSpec, simulate
from ccgrade_xl.meters.simulation.faults import CODES
from ccgrade_xl.meters.simulation.scoring import score

NOON = pd.Timestamp(2025, 3, 1, 12)
HOUR = pd.Timedelta(hours=1)


def alarm(meter="1", code="倒走", severity="高", first=NOON, last=NOON):
    return {"meter_id": meter, "code": code, "severity": severity, "first_time": first, "last_time": last}


def fault(meter="1", code="倒走", first=NOON, last=NOON):
    return {"meter_id": meter, "code": code, "first_time": first, "last_time": last}


ONE_FAULT = (fault(),)


def scored(alarms, faults=ONE_FAULT):
    columns = list(alarm())
    events = pd.DataFrame(alarms, columns=columns).astype(
        {"first_time": "datetime64[us]", "last_time": "datetime64[us]"}
    )
    return score(events, pd.DataFrame(list(faults)), ["1", "2", "3"])


@pytest.mark.parametrize(
    ("alarms", "hit", "false", "missed"),
    [
        ([alarm()], 1, 0, 0),
        ([alarm(first=NOON + HOUR, last=NOON + 2 * HOUR)], 1, 0, 0),
        ([alarm(first=NOON + 2 * HOUR, last=NOON + 3 * HOUR)], 0, 1, 1),
        ([alarm(first=NOON - 9 * HOUR, last=NOON + 9 * HOUR)], 1, 0, 0),
        ([alarm(), alarm()], 1, 0, 0),
        ([alarm(meter="2")], 0, 1, 1),
        ([alarm(code="尖峰")], 0, 0, 1),
        ([], 0, 0, 1),
    ],
)
def test_a_fault_is_hit_by_an_alarm_of_its_meter_code_and_time(alarms, hit, false, missed):
    row = scored(alarms).by_code.loc["倒走"]
    assert (row.hit, row.false, row.missed) == (hit, false, missed)


def test_one_of_two_found_and_one_false_alarm_is_an_f1_of_a_half():
    found = scored([alarm(), alarm(meter="3")], [fault(), fault(meter="2")])
    assert found.by_code.f1.tolist() == [0.5]
    assert found.macro_f1 == 0.5


def test_only_grave_alarms_about_clean_meters_count_as_trouble():
    found = scored([alarm(meter="2"), alarm(meter="3", severity="低"), alarm(meter="1", code="尖峰")])
    assert (found.clean, found.alarmed, found.alarmed_share) == (2, 1, 0.5)


@pytest.mark.timeout(600)
def test_faults_of_other_sizes_are_found_and_clean_meters_left_alone():
    """Thresholds were chosen on other seeds and on the usual sizes of faults."""
    spec = FleetSpec(meters=180, faulty_share=0.6, shifted=True)
    made = simulate(spec, seed=88, start=dt.date(2025, 1, 1), days=365)
    truth, registry = made.truth.to_pandas(), made.registry.to_pandas()
    found = score(scan(made.readings, registry), truth, registry["meter_id"])
    assert set(found.by_code.index) == set(CODES)
    assert found.macro_f1 >= 0.90
    assert found.alarmed_share <= 0.03
