"""What becomes of an alarm: it keeps its marks, it is suppressed, it is closed, it comes back; nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.meters.report import NOT_RUN, RAN, CheckRun
from ccgrade_xl.meters.store import Alarm, Report
from ccgrade_xl.pages.alarm_list import AlarmList, Owner, alarm_list, judged_false, judged_true
from ccgrade_xl.pages.meter_summary import by_check, figures, notes, top_customers
from ccgrade_xl.workbook.meter_lists import ALARMS, CLOSED, NOT_FOUND, SUPPRESSED

NOW = dt.datetime(2026, 10, 31, 23)
TODAY = dt.date(2026, 11, 2)
ALARM = Alarm(
    "M1",
    "0001",
    "倒走",
    "中",
    NOW - dt.timedelta(days=5),
    NOW - dt.timedelta(hours=1),
    "退了 3 m³。",
    3.0,
    0.1,
    3.0,
)
ENDED = evolve(ALARM, last_time=NOW - dt.timedelta(days=4))


def refreshed(alarms, listed=(), archive=(), today=TODAY) -> AlarmList:
    return alarm_list(
        alarms, listed, archive, as_of=NOW, today=today, days=35,
        owner=lambda customer, _meter: Owner("一厂", "张三") if customer == "0001" else Owner(),
        due=lambda found, severity: found + dt.timedelta(days={"高": 1, "中": 3, "低": 10}[severity]),
    )  # fmt: skip


def marked(alarm=ALARM, **marks) -> list[dict]:
    return [{**refreshed([alarm]).listed[0], **marks}]


def test_a_new_alarm_has_owner_and_due_date_and_waits() -> None:
    (row,) = refreshed([ALARM]).listed
    assert (row["责任人"], row["期限"], row["状态"]) == ("张三", TODAY + dt.timedelta(days=3), "待处理")


def test_an_alarm_that_goes_on_keeps_its_marks_and_its_due_date() -> None:
    standing = marked(责任人="李四", 状态="处理中", 结果="泄漏", 备注="已约")
    longer = evolve(ALARM, last_time=NOW, evidence="退了 4 m³。")
    (row,) = refreshed([longer], standing, today=TODAY + dt.timedelta(days=9)).listed
    assert [row[name] for name in ("责任人", "状态", "结果", "备注", "发现日期", "期限")] == [
        "李四", "处理中", "泄漏", "已约", TODAY, TODAY + dt.timedelta(days=3),
    ]  # fmt: skip
    assert row["依据"] == "退了 4 m³。"


def test_a_day_that_was_typed_as_text_holds_the_due_date_as_well() -> None:
    (row,) = refreshed([ALARM], marked(发现日期="2026年10月20日"), today=TODAY + dt.timedelta(days=9)).listed
    assert row["期限"] == dt.date(2026, 10, 23)


def test_marks_stay_where_the_readings_begin_later_than_before() -> None:
    later = evolve(ALARM, first_time=ALARM.first_time + dt.timedelta(days=1))
    made = refreshed([later], marked(状态="处理中"))
    assert [row["状态"] for row in made.listed] == ["处理中"]


def test_a_neighbour_in_time_does_not_take_the_marks_of_an_exact_match() -> None:
    wider = evolve(ALARM, first_time=ALARM.first_time - dt.timedelta(days=2))
    made = refreshed([wider, ALARM], marked(备注="我的"))
    assert {row["开始"]: row["备注"] for row in made.listed} == {
        "2026-10-24 23:00": None,
        "2026-10-26 23:00": "我的",
    }


@pytest.mark.parametrize("marks", [{"误报": "是"}, {"状态": "误报"}])
def test_a_false_alarm_is_suppressed_and_kept(marks) -> None:
    made = refreshed([ALARM], marked(**marks))
    assert (made.listed, [row["去向"] for row in made.archive]) == ([], [SUPPRESSED])
    again = refreshed([ALARM], made.listed, made.archive)
    assert (again.listed, again.archive) == (made.listed, made.archive)


def test_a_false_alarm_that_grows_graver_comes_back() -> None:
    archive = refreshed([ALARM], marked(误报="是")).archive
    made = refreshed([evolve(ALARM, severity="高")], (), archive)
    assert [(row["级别"], row["误报"], row["状态"]) for row in made.listed] == [("高", None, "待处理")]


def test_a_false_alarm_that_is_taken_back_comes_back() -> None:
    archive = refreshed([ALARM], marked(误报="是")).archive
    made = refreshed([ALARM], (), [{**archive[0], "误报": "否"}])
    assert (len(made.listed), made.archive) == (1, [])


def test_a_handled_alarm_leaves_once_it_has_ended_and_returns_when_it_goes_on() -> None:
    assert len(refreshed([ALARM], marked(状态="已处理")).listed) == 1
    made = refreshed([ENDED], marked(状态="已处理"))
    assert [row["去向"] for row in made.archive] == [CLOSED]
    assert [row["状态"] for row in refreshed([ALARM], (), made.archive).listed] == ["待处理"]


def test_an_alarm_no_scan_finds_any_more_stays_until_it_is_handled() -> None:
    made = refreshed([], marked())
    assert [row["现状"] for row in made.listed] == [NOT_FOUND]
    assert [row["去向"] for row in refreshed([], marked(状态="已处理")).archive] == [CLOSED]


def test_what_ended_long_ago_is_counted_unless_somebody_has_touched_it() -> None:
    old = evolve(ALARM, first_time=dt.datetime(2026, 3, 1), last_time=dt.datetime(2026, 3, 2))
    assert (refreshed([old]).listed, refreshed([old]).older) == ([], 1)
    standing = [{**marked()[0], "开始": "2026-03-01 00:00", "最后": "2026-03-02 00:00"}]
    assert len(refreshed([old], standing).listed) == 1


def test_the_gravest_stand_first_then_the_largest_volume() -> None:
    made = refreshed([
        evolve(ALARM, meter_id="a", severity="低", stake_m3=999.0), evolve(ALARM, meter_id="b", severity="高", stake_m3=None),
        evolve(ALARM, meter_id="c", severity="中"), evolve(ALARM, meter_id="d", severity="高", stake_m3=5.0),
    ])  # fmt: skip
    assert [row["表号"] for row in made.listed] == ["d", "b", "c", "a"]


ALARM_SETS = st.lists(
    st.builds(
        lambda meter, code, first, length, severity: evolve(
            ALARM, meter_id=meter, code=code, severity=severity,
            first_time=NOW - dt.timedelta(days=first), last_time=NOW - dt.timedelta(days=max(first - length, 0)),
        ),
        st.sampled_from("AB"), st.sampled_from(["倒走", "零用气"]), st.integers(0, 30), st.integers(0, 9), st.sampled_from("低中高"),
    ),
    max_size=8, unique_by=lambda alarm: (alarm.meter_id, alarm.code, alarm.first_time),
)  # fmt: skip


@given(ALARM_SETS, ALARM_SETS, st.data())
def test_no_alarm_and_no_mark_is_ever_lost(first, second, data) -> None:
    standing = refreshed(first).listed
    for at, row in enumerate(standing):
        row["备注"] = f"记{at}"
        row["状态"] = data.draw(st.sampled_from(["待处理", "处理中", "已处理", "误报"]))
    made = refreshed(second, standing)
    rows = [*made.listed, *made.archive]
    assert {row["备注"] for row in rows} - {None} == {row["备注"] for row in standing}
    keys = [ALARMS.key_of(row) for row in rows]
    assert len(keys) == len(set(keys))
    assert {(a.meter_id, a.code, a.first_time.strftime("%Y-%m-%d %H:%M")) for a in second} <= set(keys)


def test_precision_is_true_over_marked() -> None:
    rows = [{"误报": "是"}, {"状态": "误报"}, {"误报": "否"}, {"状态": "已处理"}, {"状态": "待处理"}]
    assert [judged_false(row) for row in rows] == [True, True, False, False, False]
    assert [judged_true(row) for row in rows] == [False, False, True, True, False]
    base = marked()[0]
    made = AlarmList(
        [{**base, **row} for row in rows[2:]], [{**base, **row, "去向": SUPPRESSED} for row in rows[:2]]
    )
    row = next(row for row in by_check(made, report()) if row[0] == "倒走")
    assert row[6:10] == [2, 2, 2, 0.5]


def report(**changes) -> Report:
    checks = (CheckRun("倒走", RAN, 1, 0), CheckRun("抄表差异", NOT_RUN, 0, 1, ("现场读数",)))
    return evolve(Report(NOW, 1, 24, checks, {}, (), (), (), "A-1", ""), **changes)


def test_a_check_that_did_not_run_is_never_shown_as_clean() -> None:
    rows = {row[0]: row for row in by_check(AlarmList(), report())}
    assert rows["倒走"][1:5] == [0, 0, 0, 0]
    assert rows["抄表差异"][1:5] == [None] * 4
    assert rows["抄表差异"][10:] == ["未检查", 0, "1 块表缺少：现场读数"]
    assert rows["零用气"][10] == "未检查"
    assert "未检查 1 项：抄表差异" in str(notes(AlarmList(), report(), 35.0))


def test_silent_and_unknown_meters_and_rejected_rows_are_said() -> None:
    said = str(
        notes(
            AlarmList(),
            report(silent_meters=("S1",), unknown_meters=("U1",), rejected={"时间看不懂": 7}),
            35.0,
        )
    )
    assert all(text in said for text in ("S1", "U1", "拒收读数 7 行：时间看不懂 7 行"))


def test_the_key_figures_and_top_customers_count_what_is_listed() -> None:
    made = refreshed([ALARM, evolve(ALARM, meter_id="M2", severity="高", stake_m3=10.0)])
    late = dt.date(2027, 1, 1)
    assert [row[0] for row in figures(made, report(), late)][:5] == [2, 1, 13.0, 2, 1]
    assert top_customers(made) == [["0001", 2, "高", "张三", 13.0, "一厂"]]
