"""Looking up what a scan found: by meter, by customer, by day and month, and what cannot be looked up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ccgrade_xl.errors import NothingScanned, NothingToGrade, NotUnderstood, OutOfRange
from ccgrade_xl.meters.result_records import Expected, MeteredUse
from ccgrade_xl.meters.results import Results
from ccgrade_xl.meters.results_writing import write_results
from tests.meters.kept import (
    ALARMS,
    FIRST,
    JUNE,
    LAST,
    LEFT,
    LONE,
    MAY,
    RIGHT,
    SILENT,
    STRAY,
    found,
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    path = tmp_path_factory.mktemp("kept") / "results.sqlite"
    write_results(path, found())
    return Results(path)


def test_who_there_is(kept):
    assert kept.meters() == {LONE: "甲", LEFT: "乙", RIGHT: "乙", STRAY: "", SILENT: "丙"}
    assert kept.customers() == {"甲": (LONE,), "乙": (LEFT, RIGHT), "丙": (SILENT,)}


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        (LONE, ["通讯中断", "倒走"]),
        ("甲", ["通讯中断", "倒走"]),
        ("乙", ["尖峰", "突增/突降"]),
        (RIGHT, ["突增/突降"]),
        (STRAY, []),
        (SILENT, ["通讯中断"]),
        ("丙", ["通讯中断"]),
        ("客户编号：乙", ["尖峰", "突增/突降"]),
        ("表号:M-1", ["尖峰"]),
    ],
)
def test_alarms_are_those_of_the_meter_or_of_all_meters_of_the_customer(kept, number, codes):
    assert [alarm.code for alarm in kept.alarms(number)] == codes
    assert kept.alarm_count(number) == len(codes)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ((2026, 5, 4), (2026, 5, 4), 1),
        ((2026, 5, 5), (2026, 6, 9), 0),
        ((2026, 5, 5), None, 1),
        (None, (2026, 5, 2), 0),
        (None, (2026, 5, 3), 1),
        ((2026, 5, 4), (2026, 6, 10), 2),
    ],
)
def test_an_alarm_counts_on_every_day_it_touches(kept, first, last, count):
    days = [None if day is None else dt.date(*day) for day in (first, last)]
    assert kept.alarm_count("甲", *days) == len(kept.alarms("甲", *days)) == count


@pytest.mark.parametrize(("day", "count"), [(20, 1), (21, 1), (24, 1), (25, 0)])
def test_an_alarm_that_ends_at_midnight_does_not_count_on_the_day_that_begins_there(kept, day, count):
    asked = dt.date(2026, 6, day)
    assert kept.alarm_count("乙", asked, asked) == len(kept.alarms("乙", asked, asked)) == count


@pytest.mark.parametrize(("severity", "count"), [(None, 5), ("低", 5), ("中", 4), ("高", 2)])
def test_all_alarms_come_gravest_first_then_by_volume_at_stake(kept, severity, count):
    alarms = kept.all_alarms(severity)
    assert len(alarms) == count
    keys = [("低中高".index(alarm.severity), alarm.stake_m3 or 0) for alarm in alarms]
    assert keys == sorted(keys, reverse=True)


def test_an_alarm_comes_back_as_it_was_found(kept):
    alarm = kept.alarms(LONE, min_severity="高")[0]
    meter, customer, code, severity, first, last, evidence, *numbers = ALARMS[1]
    assert (alarm.meter_id, alarm.customer_id, alarm.code, alarm.severity) == (
        meter,
        customer,
        code,
        severity,
    )
    assert (alarm.first_time, alarm.last_time) == tuple(map(dt.datetime.fromisoformat, (first, last)))
    assert (alarm.evidence, alarm.value, alarm.threshold, alarm.stake_m3) == (evidence, *numbers)
    assert kept.alarms(SILENT)[0].stake_m3 is None


def test_a_severity_that_is_none_is_refused(kept):
    with pytest.raises(NotUnderstood, match="“紧急” 不是级别"):
        kept.alarms("甲", min_severity="紧急")


def test_a_month_is_the_sum_of_its_days(kept):
    for number, month, m3 in (("甲", MAY, 300), (LONE, JUNE, 300), ("乙", MAY, 1550), (LEFT, JUNE, 600)):
        days = [
            day.m3 or 0 for day in kept.daily_usage(number, FIRST, LAST) if day.day.month == month % 12 + 1
        ]
        assert kept.month_usage(number, month).m3 == sum(days) == m3
    assert [month.month for month in kept.usage_months("乙")] == [MAY, JUNE]


def test_what_was_estimated_is_told(kept):
    assert kept.month_usage("甲", MAY).estimated_share == pytest.approx(0.3)
    assert kept.daily_usage("甲", FIRST, FIRST)[0].estimated_m3 == 3.0
    assert kept.daily_usage("乙", FIRST, FIRST)[0].estimated_m3 == 0.0


def test_a_day_without_a_volume_stands_without_one(kept):
    unknown = kept.daily_usage("甲", dt.date(2026, 5, 10), dt.date(2026, 5, 11))
    assert [(day.m3, day.estimated_m3) for day in unknown] == [(None, None), (10.0, 3.0)]


def test_only_days_the_scan_reaches_are_given(kept):
    days = kept.daily_usage(LEFT, dt.date(2026, 1, 1), dt.date(2030, 1, 1))
    assert (days[0].day, days[-1].day, len(days)) == (FIRST, LAST, 61)


@pytest.mark.parametrize("days", [1, 7, 28, 29, 31, 62, 100, 365])
def test_a_forecast_of_equal_days_is_days_times_their_volume(kept, days):
    assert kept.forecast("乙", days) == pytest.approx(50.0 * days)
    assert kept.forecast(LEFT, days) + kept.forecast(RIGHT, days) == pytest.approx(kept.forecast("乙", days))


def test_forecasts_carry_their_interval_where_there_is_one(kept):
    assert kept.forecast_days("甲")[0] == Expected(dt.date(2026, 7, 1), 10.0, 5.0, 20.0)
    assert kept.forecast_months("甲")[0] == Expected(JUNE + 1, 310.0, None, None)
    assert len(kept.forecast_days("甲")) == 28
    assert len(kept.forecast_months("甲")) == 12


@pytest.mark.parametrize("days", [0, -1, 366])
def test_no_more_days_are_forecast_than_are_known(kept, days):
    with pytest.raises(OutOfRange):
        kept.forecast("甲", days)


def test_a_customers_balance_lasts_until_its_first_meter_runs_out(kept):
    assert [kept.days_left(number) for number in (LEFT, RIGHT, "乙", STRAY)] == [3.0, 2.5, 2.5, None]


def test_the_columns_of_the_customer_table_are_given_for_those_with_readings(kept):
    assert kept.metered_use() == {"甲": MeteredUse(310.0, 2), "乙": MeteredUse(1525.0, 2)}


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (lambda kept: kept.alarms("没有"), NothingToGrade, "没有表号或客户编号 “没有”"),
        (lambda kept: kept.alarms("表号:乙"), NothingToGrade, "“乙”"),
        (lambda kept: kept.month_usage("甲", JUNE + 1), NothingToGrade, "在 2026-07 没有读数"),
        (lambda kept: kept.month_usage("丙", JUNE), NothingToGrade, "没有两次读数"),
        (
            lambda kept: kept.daily_usage("甲", LAST, FIRST),
            OutOfRange,
            "2026-06-30 在结束日期 2026-05-01 之后",
        ),
        (
            lambda kept: kept.daily_usage("甲", dt.date(2027, 1, 1), dt.date(2027, 1, 2)),
            NothingToGrade,
            "2026-05-01 至 2026-06-30",
        ),
    ],
)
def test_what_is_not_there_is_a_sentence(kept, ask, kind, said):
    with pytest.raises(kind, match=said):
        ask(kept)


def test_leading_zeros_that_a_number_cell_lost_are_found_again(kept):
    assert kept.with_zeros("117") == LONE
    assert kept.with_zeros(LONE) == LONE
    assert kept.with_zeros("118") == "118"


def test_a_number_that_two_differ_from_by_zeros_is_not_guessed(tmp_path):
    made = found()
    made.registry.loc[1, "meter_id"] = "0117"
    write_results(tmp_path / "results.sqlite", made)
    with pytest.raises(NotUnderstood, match="00117、0117"):
        Results(tmp_path / "results.sqlite").with_zeros("117")


def test_a_number_that_is_one_customers_and_anothers_meter_asks_which(tmp_path):
    made = found()
    made.registry.loc[0, "customer_id"] = LEFT
    write_results(tmp_path / "results.sqlite", made)
    kept = Results(tmp_path / "results.sqlite")
    with pytest.raises(NotUnderstood, match="“表号:M-1”或“客户编号:M-1”"):
        kept.alarms(LEFT)
    assert [alarm.code for alarm in kept.alarms(f"表号:{LEFT}")] == ["尖峰"]


def test_the_report_says_what_ran_and_what_did_not(kept):
    report = kept.report
    assert (report.as_of, report.meters, report.readings) == (dt.datetime(2026, 6, 30, 23), 4, 5856)
    assert [check.code for check in report.not_run] == ["余额不足"]
    assert report.not_run[0].lacking == ("余额",)
    assert (report.rejected, report.unknown_meters, report.silent_meters) == (
        {"表号是空的": 2},
        (STRAY,),
        (SILENT,),
    )
    assert (report.first_day, report.last_day) == (FIRST, LAST)
    assert report.settings_hash.startswith("A-")
    assert "[balance]" in report.settings


def test_without_a_forecast_the_sentence_says_how_to_get_one(tmp_path):
    write_results(tmp_path / "results.sqlite", found(with_forecast=False))
    with pytest.raises(NothingToGrade, match="没有做预测"):
        Results(tmp_path / "results.sqlite").forecast("甲", 7)


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _other_volume(content: bytes) -> bytes:
    return content.replace(b"\0\0\0\0\0\0\x34\x40", b"\0\0\0\0\0\0\x44\x40")  # 20.0 becomes 40.0


@pytest.mark.parametrize("harm", [lambda _: b"", lambda _: b"no database" * 100, _cut, _other_volume])
def test_a_damaged_file_is_never_answered_from(tmp_path: Path, harm):
    path = tmp_path / "results.sqlite"
    write_results(path, found())
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(NothingScanned, match="已损坏，请重新读取异常"):
        [Results(path).daily_usage(LEFT, FIRST, LAST), Results(path).all_alarms()]
