"""Results of a scan made up by hand: known numbers to look up, written without reading a single meter."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ccgrade_xl.meters.events import EVENT_NAMES
from ccgrade_xl.meters.forecast import Forecast
from ccgrade_xl.meters.report import OFF, RAN, CheckRun, ScanReport
from ccgrade_xl.meters.results_writing import Found
from ccgrade_xl.meters.scanning import Scanned
from ccgrade_xl.meters.series import Series
from ccgrade_xl.meters.settings import DEFAULT
from ccgrade_xl.rules.dates import day_number

FIRST, LAST = dt.date(2026, 5, 1), dt.date(2026, 6, 30)
BEGIN, END = day_number(FIRST), day_number(LAST)
MAY, JUNE = 2026 * 12 + 4, 2026 * 12 + 5
LONE, LEFT, RIGHT, STRAY, SILENT = "00117", "M-1", "M-2", "S-9", "Q-1"
"""The only meter of 甲, the two of 乙, one of nobody, one of 丙 that never sent anything."""
ALARMS = (
    (LONE, "甲", "通讯中断", "中", "2026-05-03 00:00", "2026-05-04 12:00", "36 小时没有数据。", 36.0, 24.0, np.nan),
    (LONE, "甲", "倒走", "高", "2026-06-10 08:00", "2026-06-10 09:00", "=1+1 读数倒退。", 5.0, 0.1, 5.0),
    (LEFT, "乙", "尖峰", "低", "2026-06-20 00:00", "2026-06-20 01:00", "尖峰 300%。", 3.0, 1.8, 12.5),
    (RIGHT, "乙", "突增/突降", "中", "2026-06-21 00:00", "2026-06-25 00:00", "多用 120%。", 1.2, 1.0, 800.0),
    (SILENT, "丙", "通讯中断", "高", "2026-05-01 00:00", "2026-06-30 23:00", "一直没有数据。", 1463.0, 48.0, np.nan),
)  # fmt: skip


def found(*, with_forecast: bool = True) -> Found:
    """Return the results: 甲 uses 10 m³ a day, 3 of them estimated in May, and nothing is known of 2026-05-10;
    乙 uses 20 and 30; the stray 1 m³.
    """
    daily = pd.concat(
        [_days(0, 10.0, {BEGIN + 9}), _days(1, 20.0), _days(2, 30.0), _days(3, 1.0), _days(4, 50.0)],
        ignore_index=True,
    )
    daily.loc[(daily.series == 0) & (daily.month == MAY), "estimated_m3"] = 3.0
    months = daily.groupby(["series", "month"], as_index=False).agg(
        m3=("m3", "sum"), estimated_m3=("estimated_m3", "sum"), days=("day", "size")
    )
    use = pd.DataFrame(
        {"月均用气量": [310.0, 1525.0], "在用月数": [2, 2]}, index=pd.Index(["甲", "乙"], name="customer_id")
    )
    registry = pd.DataFrame(
        {"meter_id": [LONE, LEFT, RIGHT, SILENT], "customer_id": ["甲", "乙", "乙", "丙"]}
    )
    series = Series(daily, {LONE: 0, LEFT: 1, RIGHT: 2, STRAY: 3}, {"甲": 0, "乙": 4})
    ahead = _forecast([10.0, 20.0, 30.0, 1.0, 50.0]) if with_forecast else None
    return Found(
        _scanned(), DEFAULT, registry, series, months, use, ahead, {LONE: 9.5, LEFT: 3.0, RIGHT: 2.5}
    )


def _days(series: int, m3: float, without: set[int] = frozenset()) -> pd.DataFrame:
    days = np.array([day for day in range(BEGIN, END + 1) if day not in without])
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    table = {"series": series, "day": days, "month": months, "m3": m3}
    return pd.DataFrame({**table, "estimated_m3": 0.0, "lost_m3": 0.0, "share": 1.0})


def _forecast(daily: list[float]) -> Forecast:
    """Forecast the same volume for every day: low is half of it, high twice it; months have no interval."""
    days = pd.DataFrame(
        [(at, END + 1 + day, m3, m3 / 2, m3 * 2) for at, m3 in enumerate(daily) for day in range(28)],
        columns=["series", "day", "m3", "low", "high"],
    )
    lengths = [31, 31, 30, 31, 30, 31, 31, 28, 31, 30, 31, 30]
    months = pd.DataFrame(
        [
            (at, JUNE + 1 + month, m3 * length, np.nan, np.nan)
            for at, m3 in enumerate(daily)
            for month, length in enumerate(lengths)
        ],
        columns=["series", "month", "m3", "low", "high"],
    )
    return Forecast(days, months, pd.DataFrame())


def _scanned() -> Scanned:
    events = pd.DataFrame(ALARMS, columns=list(EVENT_NAMES))
    for name in ("first_time", "last_time"):
        events[name] = pd.to_datetime(events[name]).astype("datetime64[us]")
    report = ScanReport(
        meters=4,
        readings=5856,
        now=dt.datetime(2026, 6, 30, 23),
        checks=(
            CheckRun("倒走", RAN, 4, 0),
            CheckRun("余额不足", "部分检查", 3, 1, ("余额",)),
            CheckRun("磁干扰/开盖", OFF, 0, 4),
        ),
        rejected={"表号是空的": 2},
        rejects=pd.DataFrame(),
        unknown_meters=(STRAY,),
        silent_meters=(SILENT,),
        remarks=("列“备注”没有用到。",),
    )
    return Scanned(events, report)
