"""The forecast of all customers: days and months ahead, each with the way that suits it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ccgrade_xl.meters.forecast.choice import LONG, SHORT, Tried, try_out, with_a_year_ago
from ccgrade_xl.meters.forecast.effects import Calendar
from ccgrade_xl.meters.forecast.history import Dates, Floats, History, Integers, history_of
from ccgrade_xl.meters.forecast.interval import daily_interval, total_interval
from ccgrade_xl.meters.forecast.models import NAMES, forecasts, with_bases
from ccgrade_xl.meters.working_days import day_kinds

if TYPE_CHECKING:
    import pandas as pd

_DAYS, _MONTHS = 28, 12
_AT_ONCE = 500
"""How many customers are computed together; it bounds the memory."""


@frozen(eq=False)
class Forecast:
    """Forecasts, one table a question; `key` is the column they were asked by.

    `days`: key, `day` (days since 1970), `m3`, `low`, `high`; `months`: key, `month` (year·12 + month − 1), `m3`, `low`, `high`;
    `choices`: key, `model` and `month_model` (the ways chosen), `error` and `recent_error` (mean absolute error a day in m³ of the chosen
    way and of the mean of the last four weeks, over the trials). Intervals should hold 80 % of cases.
    """

    days: pd.DataFrame
    months: pd.DataFrame
    choices: pd.DataFrame


def forecast(
    daily: pd.DataFrame,
    key: str = "customer_id",
    *,
    last_day: int | None = None,
    weather: pd.DataFrame | None = None,
    calendar: Calendar = day_kinds,
) -> Forecast:
    """Forecast the use of every customer for 28 days and for 12 whole months.

    Args:
        daily: a row a customer and day: `key`, `day` (days since 1970), `m3` (standard), and `estimated_m3` if known.
        key: whose use it is: `customer_id` or `meter_id`.
        last_day: the last day that is known; the last of all rows when left out.
        weather: `day` and `temperature_c` (daily mean outdoors); without it no way that asks for it is tried.
        calendar: what kind of day each date is; China's holidays when left out.

    Returns:
        Days, months and choices; see `Forecast`. The first month is the one after `last_day`'s.

    Raises:
        BookFault: `daily` holds no day.
    """
    import pandas as pd  # noqa: PLC0415

    history = history_of(daily, key, last_day, weather)
    parts = [
        _forecast(history.only(slice(first, first + _AT_ONCE)), key, calendar)
        for first in range(0, len(history.names), _AT_ONCE)
    ]
    return Forecast(*(pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True)))


def _forecast(
    history: History, key: str, calendar: Calendar
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    import pandas as pd  # noqa: PLC0415

    months = _months_after(history.dates[-1])
    ahead = history.days_ahead(
        int((months[-1] - history.dates[-1].astype("datetime64[D]")).astype(np.int64)) - 1
    )
    history = with_bases(history, calendar)
    made = forecasts(history, ahead, calendar)
    short = try_out(history, with_a_year_ago(SHORT, history, calendar), calendar, made[:, :, 0])
    long = try_out(history, LONG, calendar, made[:, :, -1])
    near, far = _chosen(made[:, :, :_DAYS], short), _chosen(made, long)
    low, high = daily_interval(short, near)
    return (
        _table(history, key, "day", ahead[:_DAYS].astype(np.int64), near, low, high),
        _months_table(history, key, ahead, months, far, (short, long)),
        pd.DataFrame(
            {
                key: history.names,
                "model": [NAMES[number] for number in short.chosen],
                "month_model": [NAMES[number] for number in long.chosen],
                "error": short.errors[short.chosen, np.arange(len(short.chosen))],
                "recent_error": short.errors[0],
            }
        ),
    )


def _months_after(last: np.datetime64) -> Dates:
    """Return the first days of the twelve months after the last known day's month, and of the one after them."""
    first = last.astype("datetime64[M]") + np.timedelta64(1, "M")
    months: Dates = (first + np.arange(_MONTHS + 1)).astype("datetime64[D]")
    return months


def _months_table(
    history: History, key: str, ahead: Dates, months: Dates, far: Floats, tried: tuple[Tried, Tried]
) -> pd.DataFrame:
    positions = (months - ahead[0]).astype(np.int64)
    totals = np.stack(
        [far[:, first:last].sum(axis=1) for first, last in pairwise(positions.tolist())],
        axis=1,
    )
    low, high = total_interval(tried, totals, np.diff(positions).astype(np.float64))
    numbers = months[:-1].astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return _table(history, key, "month", numbers, totals, low, high)


def _chosen(made: Floats, tried: Tried) -> Floats:
    chosen: Floats = made[tried.chosen, np.arange(made.shape[1])]
    return chosen


def _table(
    history: History, key: str, when: str, times: Integers, m3: Floats, low: Floats, high: Floats
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(
        {
            key: np.repeat(history.names, len(times)),
            when: np.tile(times, len(history.names)),
            "m3": m3.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )
