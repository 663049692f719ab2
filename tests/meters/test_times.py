"""Times as platforms write them, read by DuckDB: against Python's own reading of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.times import with_seconds

NOON = dt.datetime(2025, 7, 7, 8, 30)
SHANGHAI = "Asia/Shanghai"
WRITTEN = [
    "2025-07-07 08:30:00", "2025/7/7 8:30", "2025-07-07T08:30:00.000", "2025年7月7日 8:30", "2025年07月07日08时30分", "2025年7月7日8时30分00秒", "2025.7.7 8:30", "2025.07.07 08:30:00", "20250707083000", "202507070830", "20250707 08:30:00", "2025-07-07 08:30:00+08:00", "2025-07-07T08:30:00+0800", "2025-07-07 08:30+08", "2025-07-07T00:30:00Z", "2025-07-07T00:30:00.000z", "2025-07-06 20:30:00-04:00", "2025-07-07 06:00:00+05:30", "2025/7/7 0:30:00+00:00", "1751848200", "1751848200000", "2025-07-07 08:30:00 AM", "2025/7/7 8:30 a.m.", "2025-07-07 上午8:30", "2025年7月7日 上午08时30分", "2025-07-07 08:30:00,123", "2025-07-07 08：30", "2025-07-07 00:30 UTC", "2025-07-07 00:30:00 GMT", "45845.354167", "45845.3541666667",
]  # fmt: skip
"""Ways to write the time that is `NOON` in Shanghai."""
AFTERNOON = [
    "2025-07-07 08:30:00 PM", "2025/07/07 8:30PM", "2025-07-07 下午8:30", "2025-07-07 下午 8:30:00", "2025-07-07 下午20:30", "2025年7月7日 下午8时30分", "2025.7.7 8:30 p.m.",
]  # fmt: skip
"""Ways to write the time twelve hours later."""
DATES = [
    "2025-07-06 24:00",
    "2025/7/6 24:00:00",
    "2025-07-07 12:00 AM",
    "2025-07-07 上午12:00",
    "2025-07-07 00",
    "2025070700",
    "45845",
    "2025-07-07",
    "2025/7/7",
    "20250707",
    "2025.7.7",
    "2025年7月7日",
    "2025-07-07 00时",
]
NO_TIMES = [
    "",
    "昨天",
    "2025",
    "8:30",
    "12345",
    "2025-13-01",
    "20251301",
    "1e300",
    "2025-02-30 08:00+08:00",
    "Z",
    "2025-07-07 08:00-09:00",
    "2025/7/7 8:00 - 9:00",
    "2025-07-07 08:00:00-09:00:00",
    "2025-07-07 13:00 AM",
    "2025-07-07 08:30 点",
    "2025-07-07 08:30 CST",
    "01/07/2025 08:30",
    "99999.5",
]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def read(engine: Engine, values: object, zone: str = SHANGHAI) -> list[dt.datetime | None]:
    table = engine.put("times", pd.DataFrame({"value": values}))
    seconds = engine.frame(with_seconds(table, {"t": table.value}, zone)).ccgrade_t
    return [
        None if pd.isna(each) else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=int(each))
        for each in seconds
    ]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_time_is_read_however_it_is_written(engine, text):
    assert read(engine, [text]) == [NOON]


@pytest.mark.parametrize("text", AFTERNOON)
def test_the_afternoon_is_no_morning(engine, text):
    assert read(engine, [text]) == [NOON + dt.timedelta(hours=12)]


@pytest.mark.parametrize("text", ["2025-07-07 12:30 PM", "2025-07-07 下午12:30"])
def test_noon_is_twelve(engine, text):
    assert read(engine, [text]) == [dt.datetime(2025, 7, 7, 12, 30)]


@pytest.mark.parametrize("text", DATES)
def test_a_date_is_its_begin(engine, text):
    assert read(engine, [text]) == [dt.datetime(2025, 7, 7)]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_none(engine, text):
    assert read(engine, [text]) == [None]


def test_ways_of_writing_may_be_mixed_in_one_column(engine):
    assert (
        read(engine, ["2025-07-07 08:30:00", "2025-07-07T00:30:00Z", "20250707083000", "坏", None])
        == [NOON] * 3 + [None] * 2
    )


def test_numbers_count_from_1970_in_utc(engine):
    assert read(engine, [1751848200, 1751848200000]) == [NOON, NOON]
    assert read(engine, [1751848200.0, float("nan"), 20250707.0]) == [NOON, None, None]
    assert read(engine, [True]) == [None]


@settings(max_examples=25)
@given(
    st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2059, 12, 31)).map(lambda t: t.replace(microsecond=0))
)
def test_days_of_a_spreadsheet_are_told_to_the_second(engine, moment):
    days = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    assert read(engine, [days]) == [moment]
    assert read(engine, [f"{days:.6f}"]) == [moment]


def test_clocks_that_change_are_those_of_the_zone(engine):
    instants = pd.date_range("2025-03-29 22:30", "2025-10-26 04:30", freq="30min", tz="UTC")
    expected = [
        each.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) for each in instants.to_pydatetime()
    ]
    assert read(engine, instants, "Europe/Berlin") == expected
    assert read(engine, [each.isoformat() for each in instants], "Europe/Berlin") == expected
