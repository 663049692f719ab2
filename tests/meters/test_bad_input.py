"""Readings as they come: each gives the right alarm or none, and nothing is lost."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ccgrade_xl.meters import scan
from tests.meters.series import DAYS, START, at, fleet, registry, works


def found(frame: pd.DataFrame, known: pd.DataFrame | None = None, **options) -> list[str]:
    events = scan(
        frame,
        registry({"A": {}}) if known is None else known,
        as_of=options.pop("as_of", at(DAYS, 0)),
        **options,
    )
    return sorted(set(events.code))


def test_one_reading_a_meter():
    frame = fleet({name: works().iloc[[-1]] for name in "ABC"})
    events = scan(frame, registry({name: {} for name in "ABC"}), as_of=at(DAYS, 0))
    assert not len(events)
    assert events.attrs["report"].meters == 3


def test_a_hundred_thousand_meters_with_one_day():
    ids = np.char.add("M", np.arange(100_000).astype(str))
    hours = np.arange(4)
    frame = pd.DataFrame(
        {
            "meter_id": np.repeat(ids, len(hours)),
            "time": np.tile(np.datetime64(START) + hours.astype("timedelta64[h]"), len(ids)),
            "actual_m3": np.tile(1000.0 + hours, len(ids)),
        }
    )
    frame.loc[frame.meter_id.eq("M77") & frame.actual_m3.eq(1003.0), "actual_m3"] = 900.0
    events = scan(frame, None)
    assert list(events.meter_id + events.code) == ["M77倒走"]
    assert events.attrs["report"].meters == 100_000


def test_an_empty_day_is_a_gap():
    frame = works()
    assert found(fleet({"A": frame[(frame.time <= at(30, 0)) | (frame.time > at(31, 0))]})) == ["通讯中断"]


def test_the_hour_that_comes_twice_when_clocks_go_back():
    frame = works()
    again = frame[frame.time == at(30, 2)].assign(time=at(30, 1))
    assert found(fleet({"A": pd.concat([frame, again])})) == ["重复/未来时间"]


def test_two_clocks_in_one_file_are_judged_each_by_their_own():
    ahead = works()
    ahead["time"] += pd.Timedelta(minutes=40)
    events = scan(fleet({"A": works(), "B": ahead}), registry({"A": {}, "B": {}}), as_of=at(DAYS, 1))
    assert set(events.meter_id + events.code) == {"B校时偏差"}


def test_a_meter_the_registry_does_not_know_is_checked_with_what_is_known():
    events = scan(fleet({"A": works()}), registry({"Z": {"status": "销户"}}), as_of=at(DAYS, 0))
    report = events.attrs["report"]
    assert not len(events)
    assert report.unknown_meters == ("A",)
    states = {run.code: run.state for run in report.checks}
    assert states["超量程"] == states["压力异常"] == states["PTZ异常"] == "未检查"
    assert states["倒走"] == "已检查"


def test_a_meter_in_use_that_never_sent_anything_is_silent():
    events = scan(
        fleet({"A": works()}), registry({"A": {}, "B": {}, "C": {"status": "拆表"}}), as_of=at(DAYS, 0)
    )
    assert list(events.meter_id + events.code + events.severity) == ["B通讯中断高"]
    assert events.attrs["report"].silent_meters == ("B",)


def test_a_missing_column_is_reported_as_not_run():
    frame = fleet({"A": works()})[["meter_id", "time", "standard_m3"]]
    report = scan(frame, registry({"A": {}}), as_of=at(DAYS, 0)).attrs["report"]
    told = {run.code: str(run) for run in report.checks}
    assert told["温度异常"] == "温度异常：未检查，1 块表缺少温度。"
    assert told["标况停/工况走"] == "标况停/工况走：未检查，1 块表缺少工况累计。"
    assert told["零用气"] == "零用气：已检查 1 块表。"


def test_daily_readings_wait_two_days():
    daily = works().iloc[::24]
    two_lost = daily[(daily.time != at(30, 0)) & (daily.time != at(31, 0))]
    one_lost = daily[daily.time != at(30, 0)]
    known = registry({"A": {"business_hours": None}})
    assert found(fleet({"A": one_lost.assign(received_time=pd.NaT)}), known) == ["通讯中断"]
    assert found(fleet({"A": daily}), known) == []
    assert found(fleet({"A": two_lost}), known) == ["通讯中断"]


def test_quarter_hourly_readings_are_judged_like_hourly_ones():
    frame = works(days=40, minutes=15)
    assert found(fleet({"A": frame}), as_of=at(40, 0)) == []
    assert found(
        fleet({"A": frame[(frame.time <= at(30, 0)) | (frame.time > at(31, 0))]}), as_of=at(40, 0)
    ) == ["通讯中断"]


def test_missing_numbers_are_no_faults():
    frame = works()
    for column in ("temperature_c", "pressure_kpa", "battery_pct", "actual_flow"):
        frame.loc[::7, column] = np.nan
    assert found(fleet({"A": frame})) == []


def test_a_gas_day_that_begins_at_eight():
    frame = works()
    frame = frame[(frame.time <= at(30, 8)) | (frame.time > at(31, 8))]
    events = scan(fleet({"A": frame}), registry({"A": {"gas_day_start_hour": 8}}), as_of=at(DAYS, 0))
    assert list(events.first_time) == [at(30, 8)]
    assert events.last_time.iloc[0] == dt.datetime(2025, 8, 7, 9)
