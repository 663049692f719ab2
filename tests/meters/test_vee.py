"""Which day does a volume belong to? Cases by hand, and the law that nothing measured is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.vee import DAY, calendar, daily_volumes
from ccgrade_xl.meters.working_days import DayKind, day_kinds

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # Ibis with DuckDB 2

HOUR = 3600
FIRST = (dt.date(2025, 5, 12) - dt.date(1970, 1, 1)).days
"""A Monday; no holiday in the two weeks after it."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def changes_of(hours: list[float], registers: list[float | None], start_hour: int = 0) -> pd.DataFrame:
    """The changes between readings of one meter, `hours` after the first gas day's start."""
    start = start_hour * HOUR
    t = (np.array(hours) * HOUR).astype(np.int64) + FIRST * DAY + start
    m3 = [None if a is None or b is None else b - a for a, b in pairwise(registers)]
    return pd.DataFrame(
        {
            "meter_id": "0001",
            "t_before": t[:-1],
            "t": t[1:],
            "m3": np.array(m3, dtype=np.float64),
            "start_seconds": start,
        }
    )


def daily(engine: Engine, changes: pd.DataFrame, until: int | None = None) -> pd.DataFrame:
    days = engine.put("days", calendar(FIRST - 40, FIRST + 120))
    table = daily_volumes(engine, engine.put("changes", changes), days, until)
    frame = engine.frame(table).sort_values(["meter_id", "day"])
    frame["day"] -= FIRST
    return frame.set_index("day")


def hourly(days: int, per_day: float = 24.0) -> tuple[list[float], list[float | None]]:
    hours = list(range(days * 24 + 1))
    return [float(h) for h in hours], [per_day * h / 24 for h in hours]


def test_a_full_day_is_measured_through_and_through(engine):
    result = daily(engine, changes_of(*hourly(2)))
    assert result["m3"].tolist() == [24, 24]
    assert result["estimated_m3"].tolist() == [0, 0]
    assert result["share"].tolist() == [1, 1]


@pytest.mark.parametrize("start_hour", [0, 6, 10])
def test_a_day_begins_when_the_gas_day_does(engine, start_hour):
    result = daily(engine, changes_of(*hourly(2), start_hour=start_hour))
    assert result["m3"].tolist() == [24, 24]


def test_two_hours_over_midnight_are_spread_evenly_and_are_not_estimated(engine):
    hours, registers = hourly(2)
    del hours[24], registers[24]
    result = daily(engine, changes_of(hours, registers))
    assert result["m3"].tolist() == [24, 24]
    assert result["estimated_m3"].tolist() == [0, 0]


def test_a_gap_within_a_day_changes_nothing(engine):
    hours, registers = hourly(2)
    kept = [at for at in range(49) if not 5 < at < 20]
    result = daily(engine, changes_of([hours[i] for i in kept], [registers[i] for i in kept]))
    assert result["m3"].tolist() == [24, 24]
    assert result["estimated_m3"].tolist() == [0, 0]


def test_a_gap_over_days_keeps_its_volume_and_takes_the_shape_of_like_days(engine):
    """Workdays use 100, weekends 10; the register stood 60 lower over the gap of Thursday to Saturday than usual."""
    use = [100, 100, 100, 100, 100, 10, 10] * 2
    gap_use = {10: 80.0, 11: 80.0, 12: 8.0}
    registers, hours, total = [0.0], [0.0], 0.0
    for day, of_day in enumerate(use):
        for hour in range(1, 25):
            total += gap_use.get(day, of_day) / 24
            if not (day in gap_use and not (day == 12 and hour == 24)):
                hours.append(day * 24.0 + hour)
                registers.append(total)
    result = daily(engine, changes_of(hours, registers))
    assert result["m3"].to_numpy() == pytest.approx([gap_use.get(d, u) for d, u in enumerate(use)])
    assert result.loc[10:12, "estimated_m3"].to_numpy() == pytest.approx([80, 80, 8])
    assert result["lost_m3"].sum() == 0  # inside one month the volume is known


def test_whole_numbers_of_32_bits_as_numpy_1_makes_them_on_windows_give_the_same(engine):
    hours, registers = hourly(28)
    kept = [at for at, hour in enumerate(hours) if not 14 * 24 < hour < 17 * 24]
    changes = changes_of([hours[at] for at in kept], [registers[at] for at in kept])
    days = calendar(FIRST - 40, FIRST + 120)
    short = days.astype(dict.fromkeys(days.columns, "int32"))
    found = [
        engine.frame(daily_volumes(engine, engine.put("changes", changes), engine.put("days", each)))
        for each in (days, short)
    ]
    pd.testing.assert_frame_equal(*(frame.sort_values("day", ignore_index=True) for frame in found))


def test_only_a_gap_over_the_end_of_a_month_leaves_the_month_unsure(engine):
    hours, registers = hourly(40)
    kept = [at for at in range(len(hours)) if not 19 * 24 < at < 22 * 24]  # 31 May to 3 June
    result = daily(engine, changes_of([hours[i] for i in kept], [registers[i] for i in kept]))
    assert result["m3"].to_numpy() == pytest.approx(24)
    assert sorted(result.index[result["lost_m3"] > 0]) == [19, 20, 21]


def test_what_a_changed_meter_did_not_report_is_estimated_by_like_days(engine):
    hours, registers = hourly(10)
    changes = changes_of(hours, registers)
    lost = (changes["t"] > (FIRST + 8) * DAY) & (changes["t"] <= (FIRST + 8) * DAY + 6 * HOUR)
    changes.loc[lost, "m3"] = np.nan
    result = daily(engine, changes)
    assert result.loc[8, "m3"] == pytest.approx(24)
    assert result.loc[8, "estimated_m3"] == pytest.approx(6)
    assert result.loc[8, "lost_m3"] == pytest.approx(6)


def test_a_register_that_fell_and_came_back_counts_once(engine):
    hours, registers = hourly(3)
    for at in (30, 31):
        registers[at] -= 20
    result = daily(engine, changes_of(hours, registers))
    assert result["m3"].to_numpy() == pytest.approx(24)


def test_a_register_set_back_loses_only_the_interval_of_its_fall(engine):
    hours, registers = hourly(9)
    registers[7 * 24 + 5 :] = [value - 50 for value in registers[7 * 24 + 5 :]]
    result = daily(engine, changes_of(hours, registers))
    assert result["m3"].to_numpy() == pytest.approx(24)
    assert result.loc[7, "lost_m3"] == pytest.approx(1)


@pytest.mark.parametrize(("silent_days", "estimated_days"), [(0, 0), (5, 5), (31, 31), (60, 31)])
def test_a_silent_meter_is_estimated_for_a_month_at_most(engine, silent_days, estimated_days):
    until = (FIRST + 28 + silent_days) * DAY
    result = daily(engine, changes_of(*hourly(28)), until)
    assert (result["estimated_m3"] > 0).sum() == estimated_days
    assert result["m3"].to_numpy() == pytest.approx(24)


def test_without_any_like_day_a_lost_volume_stays_unknown(engine):
    changes = changes_of([0, 1, 2], [0, None, 5])
    assert daily(engine, changes).empty


def test_daily_readings_at_eight_are_split_between_the_days_without_being_estimates(engine):
    result = daily(engine, changes_of([8, 32, 56, 80], [0, 24, 48, 72]))
    assert result["m3"].to_numpy() == pytest.approx([16, 24, 24, 8])
    assert result["estimated_m3"].sum() == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dropped=st.sets(st.integers(1, 14 * 24 - 1), max_size=200),
    use=st.lists(st.integers(0, 900), min_size=14 * 24, max_size=14 * 24),
)
def test_whatever_is_lost_in_between_the_sum_is_what_the_register_counted(engine, dropped, use):
    registers = np.concatenate(([0], np.cumsum(use))) / 10
    kept = [at for at in range(14 * 24 + 1) if at not in dropped]
    result = daily(engine, changes_of([float(at) for at in kept], registers[kept].tolist()))
    assert result["m3"].sum() == pytest.approx(registers[-1])
    assert (result["m3"] >= -1e-9).all()
    assert result["share"].to_numpy() == pytest.approx(1)
    assert (result["estimated_m3"] <= result["m3"] + 1e-9).all()


def test_like_days_are_workdays_saturdays_and_sundays_with_holidays():
    days = calendar(FIRST, FIRST + 700)
    dates = days["day"].to_numpy().astype("datetime64[D]")
    for date, likeness in zip(dates.tolist(), days["likeness"], strict=True):
        kind = day_kinds(np.array([date], dtype="datetime64[D]"))[0]
        expected = 0 if kind == DayKind.WORK else 1 if kind == DayKind.REST and date.weekday() == 5 else 2
        assert likeness == expected
