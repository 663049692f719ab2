"""How the numbers of an alarm are said."""

from __future__ import annotations

import pandas as pd
import pytest

from ccgrade_xl.meters.assembling import events
from ccgrade_xl.meters.findings import COLUMNS


def said(code: str, level: int, value: float, threshold: float, a: float | None = None) -> str:
    """Return the sentence of one finding."""
    row = {"meter_id": "A", "level": level, "first": 0, "last": 3600, "days": 2, "value": value}
    row |= {"threshold": threshold, "stake_m3": None, "a": a, "b": None, "code": code}
    assert set(COLUMNS[1:]) < set(row)
    table = events(pd.DataFrame([row]), pd.Series(dtype="str"))
    return str(table.evidence.iloc[0])


@pytest.mark.parametrize(
    ("minutes", "limit", "told"),
    [
        (6, 5, "超前 6 分钟，允许 5 分钟"),
        (5.25, 5, "超前 5.2 分钟，允许 5.0 分钟"),
        (119, 5, "超前 119 分钟，允许 5 分钟"),
        (200, 5, "超前 3.3 小时，允许 5 分钟"),
        (2879, 1440, "超前 48 小时，允许 24 小时"),
        (2880, 5, "超前 2 天，允许 5 分钟"),
        (456_138, 5, "超前 316.8 天，允许 5 分钟"),
        (5 * 1440, 5, "超前 5 天，允许 5 分钟"),
    ],
)
def test_how_far_a_clock_is_ahead_is_said_in_the_unit_it_is(minutes, limit, told):
    assert told in said("重复/未来时间", 0, minutes, limit, a=3.0)


def test_how_far_a_clock_is_off_is_said_in_days_where_it_is():
    assert said("校时偏差", 1, 525_600, 30) == "表具时钟与接收时间最多相差 365 天，允许 30 分钟，持续 2 天。"
