"""Outdoor temperatures as they come: several rows a day, Chinese headers, texts, and what cannot be used."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.outdoors import read_weather
from ccgrade_xl.rules.dates import day_number

NEW_YEAR = day_number(dt.date(2025, 1, 1))


@pytest.mark.parametrize(
    "table",
    [
        {"日期": ["2025-01-01", "2025-01-02"], "气温（℃）": [-3.0, 5]},
        {"时间": ["2025-01-01 02:00", "2025/1/1 14:00", "2025-01-02 08:00"], "温度": ["-7", "1", "5"]},
        {"day": [NEW_YEAR, NEW_YEAR + 1], "temperature_c": [-3.0, 5.0]},
        {"time": pd.to_datetime(["2025-01-01 05:00", "2025-01-02 00:00"]), "temperature_c": [-3.0, 5.0]},
        {"date": ["2025-01-01", "2025-01-02", "某日", "2025-01-03"], "气温": [-3, 5, 4, 999]},
    ],
)
def test_any_usual_table_gives_the_mean_of_each_day(table):
    daily = read_weather(pd.DataFrame(table))
    assert daily.to_dict("list") == {"day": [NEW_YEAR, NEW_YEAR + 1], "temperature_c": [-3.0, 5.0]}


def test_a_csv_in_gbk_is_read(tmp_path):
    file = tmp_path / "气温.csv"
    file.write_text("日期,气温\n2025-01-01,-3\n", encoding="gb18030")
    assert read_weather(file)["temperature_c"].tolist() == [-3.0]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"气温": [1.0]}, "缺少“日期”列"),
        ({"日期": ["2025-01-01"]}, "缺少“气温”列"),
        ({"日期": ["某日"], "气温": [1.0]}, "没有一行能读"),
    ],
)
def test_what_is_no_weather_is_a_sentence(table, said):
    with pytest.raises(FileFault, match=said):
        read_weather(pd.DataFrame(table))
