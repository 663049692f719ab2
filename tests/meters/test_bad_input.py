"""Readings as they come: each gives the right alarm or none, and nothing is lost."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.meters import scan
from ccgrade_xl.meters.fleet import fleet_of
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.registry_reading import read_registry
from ccgrade_xl.meters.simulation import FleetSpec, simulate
from ccgrade_xl.meters.sources import open_readings
from ccgrade_xl.meters.usage import daily_usage
from tests.meters.series import DAYS, at, fleet, registry, works

END = at(DAYS, 0)


def used(
    source: object, known: pd.DataFrame, as_of: dt.datetime | None = END, zone: str = "Asia/Shanghai"
) -> float:
    """Return the volume of all meters and days together."""
    with open_engine() as engine:
        opened = open_readings(engine, source, zone=zone)
        heard = fleet_of(opened.meters, as_of)
        daily = daily_usage(engine, opened.readings, read_registry(known), heard)
    return float(daily.m3.sum())


def found(frame: object, known: pd.DataFrame | None = None, **options) -> list[str]:
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
    report = events.attrs["report"]
    assert report.meters == 3
    assert "标况停/工况走：未检查，3 块表缺少工况累计（至少两次读数）、标况累计（至少两次读数）。" in map(
        str, report.checks
    )


def test_an_empty_day_is_a_gap():
    frame = works()
    assert found(fleet({"A": frame[(frame.time <= at(30, 0)) | (frame.time > at(31, 0))]})) == ["通讯中断"]


def test_the_hour_that_comes_twice_when_clocks_go_back():
    frame = works()
    again = frame[frame.time == at(30, 2)].assign(time=at(30, 1))
    assert found(fleet({"A": pd.concat([frame, again])})) == ["重复/未来时间"]


@pytest.mark.parametrize("moment", ["2025-03-20", "2024-10-10"], ids=["spring", "autumn"])
def test_clocks_that_change_lose_and_invent_no_gas(moment):
    """Readings with their offset, moved to a zone whose clocks change: an hour twice is told, nothing else."""
    time = pd.date_range(moment, periods=24 * 30, freq="h", tz="UTC")
    frame = pd.DataFrame({"meter_id": "A", "time": time, "actual_m3": 1000.0 + 2 * np.arange(len(time))})
    known = registry({"A": {"business_hours": None}})
    assert found(frame, known, as_of=None, zone="Europe/Berlin") == (
        ["重复/未来时间"] if "10" in moment[5:7] else []
    )
    assert used(frame, known, None, "Europe/Berlin") == pytest.approx(2.0 * (len(time) - 1))


def test_times_of_one_zone_and_of_another_in_one_file_are_the_same_moments(tmp_path):
    frame = fleet({"A": works()})[["meter_id", "time", "actual_m3", "standard_m3"]]
    written = [
        frame.time.dt.strftime("%Y-%m-%d %H:%M:%S"),
        (frame.time - pd.Timedelta(hours=8)).dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        (frame.time + pd.Timedelta(hours=1)).dt.strftime("%Y/%m/%d %H:%M:%S+09:00"),
    ]
    frame["time"] = [written[at % 3][at] for at in range(len(frame))]
    frame.to_csv(tmp_path / "r.csv", index=False)
    assert found(tmp_path / "r.csv") == []


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


def test_a_meter_that_uploads_once_a_day_though_the_registry_says_every_hour_is_told_once():
    daily = works().iloc[8::24].assign(received_time=pd.NaT)
    known = registry({"A": {"business_hours": None, "interval_minutes": 60}})
    events = scan(fleet({"A": daily}), known, as_of=at(DAYS, 0))
    assert list(events.code + events.severity) == ["缺数低"]
    assert events.evidence.iloc[0] == "61 天收到的读数不全，最少的一天只有 4%，下限 95%。"
    two_lost = daily[(daily.time != at(30, 8)) & (daily.time != at(31, 8))]
    events = scan(fleet({"A": two_lost}), known, as_of=at(DAYS, 0))
    assert list(events.evidence[events.code == "通讯中断"]) == ["72 小时没有读数，时限 48 小时。"]


def test_readings_after_a_moment_that_was_asked_for_are_as_if_they_had_not_come():
    spoilt = works()
    spoilt.loc[spoilt.time > at(38, 0), "valve"] = "关"
    new = works()
    new = new[new.time > at(45, 0)]
    readings = fleet({"A": works(), "B": spoilt, "C": works(), "D": new})
    known = registry({name: {} for name in "ABCD"})
    events = scan(readings, known, as_of=at(40, 0))
    early = readings[readings.time <= at(40, 0)]
    before = scan(early, known[known.meter_id != "D"], as_of=at(40, 0))
    pd.testing.assert_frame_equal(events, before)
    assert set(events.meter_id + events.code) == {"B阀门矛盾"}
    report, expected = events.attrs["report"], before.attrs["report"]
    assert (report.meters, report.readings, report.checks) == (3, len(early), expected.checks)
    assert report.remarks == (
        f"有 {len(readings) - len(early)} 条读数晚于截至时间 2025-08-16 00:00，没有检查，也没有统计。",
    )
    assert used(readings, known, at(40, 0)) == pytest.approx(used(early, known, at(40, 0)), rel=1e-12)


def test_a_reading_from_the_future_is_told_whatever_moment_was_asked_for():
    ahead = pd.concat([works(), works().iloc[[-1]].assign(time=at(400, 9))])
    readings, known = fleet({"A": works(), "B": ahead, "C": works()}), registry({"A": {}, "B": {}, "C": {}})
    events = scan(readings, known, as_of=at(40, 0))
    assert set(events.meter_id + events.code) == {"B重复/未来时间"}
    assert events.evidence.iloc[0] == "1 条读数的时间在将来，最多超前 360.4 天，允许 5 分钟。"
    assert (events.first_time == at(400, 9)).all()


def test_valve_texts_that_are_not_understood_are_told():
    frame = works()
    frame["valve"] = np.where(frame.time < at(30, 0), "开", np.where(frame.time < at(40, 0), "半关", "卡住"))
    report = scan(fleet({"A": frame}), registry({"A": {}}), as_of=at(DAYS, 0)).attrs["report"]
    (told,) = report.remarks
    assert told.startswith("“阀门”列有 2 种写法不认识：“半关”、“卡住”，")
    assert {run.code: run.state for run in report.checks}["阀门矛盾"] == "已检查"


def test_a_valve_column_of_which_nothing_is_understood_is_as_good_as_none():
    frame = works().assign(valve="卡住")
    report = scan(fleet({"A": frame}), registry({"A": {}}), as_of=at(DAYS, 0)).attrs["report"]
    assert {run.code: run.state for run in report.checks}["阀门矛盾"] == "未检查"


def every(hours):
    """Return a sound fleet of which one reading in so many hours is uploaded."""
    made = simulate(FleetSpec(meters=12, faulty_share=0), seed=7, start=dt.date(2026, 3, 1), days=100)
    frame, known = made.readings.to_pandas(), made.registry.to_pandas()
    return frame[frame.time.dt.hour % hours == 8 % hours], known.assign(interval_minutes=60.0 * hours)


@pytest.mark.parametrize("hours", [4, 8, 24])
def test_what_pressure_and_temperature_of_a_day_cannot_be_told_from_is_not_judged(hours):
    frame, known = every(hours)
    events = scan(frame, known)
    (told,) = (run for run in events.attrs["report"].checks if run.code == "PTZ异常")
    assert "PTZ异常" not in set(events.code)
    assert str(told) == (
        "PTZ异常：已检查 12 块表。" if hours == 4 else "PTZ异常：未检查，12 块表缺少相隔不超过 4 小时的读数。"
    )


def test_checks_that_look_at_hours_are_not_run_on_readings_of_days():
    events = scan(*every(24))
    states = {run.code: run.state for run in events.attrs["report"].checks}
    assert states["尖峰"] == states["非营业/夜间用气"] == "未检查"
    assert states["突增/突降"] == "已检查"


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


def spoilt(change, **more) -> pd.DataFrame:
    frame = works()
    change(frame)
    return fleet({"A": frame.assign(**more)})


def shifted(frame: pd.DataFrame, row: int, to: float) -> None:
    """Let both registers stand at `to` at a row and go on from there."""
    for register in ("actual_m3", "standard_m3"):
        frame.loc[row:, register] += to - frame.loc[row, register]


@pytest.fixture(scope="module")
def whole() -> float:
    """What the works use."""
    return used(fleet({"A": works()}), registry({"A": {}}))


@pytest.mark.parametrize("digits", [5, None], ids=["its digits are known", "they are not"])
def test_a_register_that_rolls_over_is_no_rollback_and_loses_no_gas(whole, digits):
    frame = works()
    for register in ("actual_m3", "standard_m3"):
        frame[register] = (frame[register] - frame[register].iloc[500] + 99_990.0) % 100_000
    known = registry({"A": {"register_digits": digits}})
    assert found(fleet({"A": frame}), known) == []
    assert used(fleet({"A": frame}), known) == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize("told", [True, False], ids=["the platform says so", "both registers begin anew"])
def test_a_meter_changed_in_the_middle_of_a_month_is_no_alarm_and_its_month_is_whole(whole, told):
    def change(frame):
        shifted(frame, 700, 3.0)
        frame.loc[700, "status"] = "换表" if told else frame.loc[700, "status"]

    frame = spoilt(change)
    assert found(frame) == []
    assert used(frame, registry({"A": {}})) == pytest.approx(whole, rel=0.005)


def test_readings_in_any_order_give_what_they_give_in_order(whole):
    frame = fleet({"A": works()})
    mixed = frame.sample(frac=1, random_state=3)
    assert found(mixed) == []
    assert used(mixed, registry({"A": {}})) == pytest.approx(whole, rel=1e-9)
    by_time = fleet({"A": works(), "B": works()}).sort_values("time", kind="stable")
    assert used(by_time, registry({"A": {}, "B": {}})) == pytest.approx(2 * whole, rel=1e-9)


def test_every_reading_twice_is_told_and_counted_once(whole):
    frame = fleet({"A": works()})
    assert found(pd.concat([frame, frame])) == ["重复/未来时间"]
    assert used(pd.concat([frame, frame]), registry({"A": {}})) == pytest.approx(whole, rel=1e-9)


def test_a_clock_days_ahead_is_told_and_its_readings_are_not_used_yet(whole):
    ahead = works().tail(5)
    ahead = ahead.assign(time=ahead.time + pd.Timedelta(days=400), actual_m3=9e6, standard_m3=9e6)
    frame = fleet({"A": pd.concat([works(), ahead])})
    others = fleet({"B": works(), "C": works()})
    assert found(pd.concat([frame, others]), registry({"A": {}, "B": {}, "C": {}})) == ["重复/未来时间"]
    assert used(frame, registry({"A": {}})) == pytest.approx(whole, rel=1e-9)


def silent_fleet(silent: int, working: int, days: int = 20) -> pd.DataFrame:
    ended = works(days)
    ended = ended[ended.time < at(days - 10, 0)]
    return fleet({f"s{n}": ended for n in range(silent)} | {f"w{n}": works(days) for n in range(working)})


@pytest.mark.parametrize(("silent", "working"), [(1, 1), (1, 2), (6, 6), (3, 2), (9, 2)], ids=str)
def test_meters_that_fell_silent_are_told_and_the_others_are_used_to_their_end(silent, working):
    frame = silent_fleet(silent, working)
    known = registry({name: {"business_hours": None} for name in frame.meter_id.unique()})
    events = scan(frame, known)
    assert events.attrs["report"].now == at(20, 0)
    assert sorted(events.meter_id + events.code) == [f"s{n}通讯中断" for n in range(silent)]
    assert not any("晚于" in remark for remark in events.attrs["report"].remarks)


@pytest.mark.parametrize(("ahead", "others"), [(1, 2), (1, 12), (2, 60)])
def test_a_few_clocks_ahead_are_not_taken_for_now_and_are_told(ahead, others):
    ends = [at(DAYS, 0)] * others + [at(DAYS + 400, 0)] * ahead
    found = fleet_of(surveyed(ends), None)
    assert (found.now, found.ahead) == (seconds(at(DAYS, 0)), ahead)
    report = scan(
        fleet({f"w{n}": works(20) for n in range(2)} | {"ahead": works(20, start=at(300, 0))}), None
    ).attrs["report"]
    assert report.now == at(20, 0)
    assert report.remarks[0].startswith("有 1 块表的读数晚于 2025-07-27 00:00（最晚 2026-05-23 00:00）")


@pytest.mark.parametrize(
    ("ends", "now"),
    [
        ([0, 400], 0),
        ([0, 0, 400, 400, 400], 0),
        ([400], 1),
        ([400, 400], 1),
        ([-30, 400], -30),
    ],
)
def test_no_reading_is_now_that_is_ahead_of_the_machines_own_clock(ends, now):
    clock = at(DAYS, 0)
    found = fleet_of(surveyed([clock + dt.timedelta(days=days) for days in ends]), None, clock)
    assert found.now == seconds(clock + dt.timedelta(days=now))


@pytest.mark.parametrize("hours", [1, 20])
def test_one_meter_that_has_just_been_heard_tells_now_though_all_others_are_silent(hours):
    clock = at(DAYS, 0)
    heard = clock - dt.timedelta(hours=hours)
    found = fleet_of(surveyed([at(DAYS - 10, 0)] * 11 + [heard]), None, clock)
    assert (found.now, found.ahead) == (seconds(heard), 0)


def test_a_machines_clock_that_is_behind_all_readings_is_not_believed():
    found = fleet_of(surveyed([at(DAYS, 0)] * 3), None, at(-900, 0))
    assert found.now == seconds(at(DAYS, 0))


def seconds(moment: dt.datetime) -> int:
    return int(pd.Timestamp(moment).timestamp())


def surveyed(ends: list[dt.datetime]) -> pd.DataFrame:
    """Return what a survey finds of meters that all begin at the same time and end at these."""
    return pd.DataFrame(
        {
            "meter_id": [f"{number:03}" for number in range(len(ends))],
            "begin": seconds(at(0, 0)),
            "end": [seconds(end) for end in ends],
            "readings": 100,
            "begins": 1,
            "backwards": 0,
            "twice": 0,
        }
    )


def test_litres_that_nobody_told_are_a_conversion_that_cannot_be():
    litres = fleet({"A": works().assign(actual_m3=lambda f: f.actual_m3 * 1000)})
    assert "PTZ异常" in found(litres)
    told = {"actual_m3": "actual_m3 (L)"}
    assert found(litres, profile=told) == []


def test_a_register_that_is_text_is_read_and_what_is_no_number_is_told(tmp_path):
    frame = fleet({"A": works()}).astype({"actual_m3": object})
    frame["actual_m3"] = [
        f"{value:,.2f} m³" if at % 2 else f" {value:.2f}" for at, value in enumerate(frame.actual_m3)
    ]
    assert found(frame) == []
    frame.loc[[5, 9], "actual_m3"] = ["约五万", "--"]
    report = scan(frame, registry({"A": {}}), as_of=at(DAYS, 0)).attrs["report"]
    assert report.remarks == ("“actual_m3”列有 1 个值不是数字（例如“约五万”），按没有值处理。请核对这一列。",)
    assert report.readings == len(frame)


def test_a_column_that_is_text_throughout_is_told_and_its_checks_are_not_run():
    frame = fleet({"A": works()}).assign(pressure_kpa="正常")
    report = scan(frame, registry({"A": {}}), as_of=at(DAYS, 0)).attrs["report"]
    assert "“pressure_kpa”列有" in report.remarks[0]
    assert {run.code: run.state for run in report.checks}["压力异常"] == "未检查"


def test_a_flow_below_zero_is_told_and_counts_as_none():
    known = registry({"A": {}, "B": {}, "C": {}})
    backwards, drifting = works(), works()
    backwards.loc[30 * 24 + 3, "actual_flow"] = -3.25
    drifting.loc[30 * 24 + 3, "actual_flow"] = -1e-9
    events = scan(fleet({"A": works(), "B": backwards, "C": drifting}), known, as_of=END)
    assert not len(events)
    assert events.attrs["report"].remarks == (
        "有 1 块表的瞬时流量有小于 0 的读数（最低的是“B”，-3.25 m³/h），按没有流量处理；累计读数不受影响。"
        "请核对：多半是零点漂移、气体倒流或表装反了。",
    )


def test_meters_that_are_ahead_are_told_in_words_of_the_sheet_and_of_the_command_line():
    ahead = works().assign(time=lambda frame: frame.time + pd.Timedelta(days=30))
    frames = {str(number): works() for number in range(3)} | {"A": ahead}
    report = scan(fleet(frames), registry({name: {} for name in frames})).attrs["report"]
    (remark,) = (each for each in report.remarks if "多半是表具时钟快了" in each)
    assert remark.endswith("如果它们是对的，请填写“截至时间”（命令行里是 --as-of）。")


@pytest.mark.parametrize(
    ("kind", "set_kpa"), [("absolute", 121.325), ("gauge", 20.0), (None, 20.0), ("absolute", 50.0)]
)
def test_an_absolute_pressure_is_read_as_gauge_pressure_whatever_the_registry_says(kind, set_kpa):
    frame = fleet({"A": works()})
    frame["绝对压力(kPa)"] = frame.pop("pressure_kpa") + 101.325
    known = registry({"A": {"pressure_kind": kind, "pressure_set_kpa": set_kpa}})
    events = scan(frame, known, as_of=END)
    assert not len(events), events.to_string()
    report = events.attrs["report"]
    assert "PTZ异常：已检查 1 块表。" in map(str, report.checks)
    assert report.remarks == (
        "读数表：“绝对压力(kPa)”是绝压，已减去 101.325 kPa 按表压读；表具档案里压力类型是绝压的表，"
        "设定压力也这样换算，没有填压力类型的按表压。",
    )
