"""What is known when a forecast is made: a matrix of daily use, and the weather."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from ccgrade_xl.errors import BookFault

if TYPE_CHECKING:
    import pandas as pd

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
Dates: TypeAlias = npt.NDArray[np.datetime64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Names: TypeAlias = npt.NDArray[np.object_]

_ROW = "row of the matrix"
_MOSTLY = 0.5
"""A day of which more than this share is estimated teaches nothing."""
_YEARS_KEPT = 4
"""How much history is looked at."""


@frozen(eq=False)
class Record:
    """All days whose mean outdoor temperature is known, in ℃: what a place's climate is told from."""

    dates: Dates
    temperature: Floats


@frozen(eq=False)
class History:
    """Daily use of many customers (or meters) up to the day before the forecast.

    `names` theirs; `dates` days in a row; `use` m³, customer × day, NaN where not known; `temperature` the daily mean outdoors in ℃
    of each date (NaN where not known), None without weather; `base` the heating base temperature of each customer, None until chosen; `record` all
    temperatures there are, of years without readings too.
    """

    names: Names
    dates: Dates
    use: Floats
    temperature: Floats | None = None
    base: Floats | None = None
    record: Record | None = None

    def until(self, day: int) -> History:
        """Return what was known before the date at this position; the record of temperatures stays, as the climate was known then, too."""
        temperature = None if self.temperature is None else self.temperature[:day]
        return evolve(self, dates=self.dates[:day], use=self.use[:, :day], temperature=temperature)

    def only(self, rows: slice | Mask) -> History:
        """Return some of the customers."""
        base = None if self.base is None else self.base[rows]
        return evolve(self, names=self.names[rows], use=self.use[rows], base=base)

    def days_ahead(self, days: int) -> Dates:
        """Return so many days after the last one."""
        ahead: Dates = self.dates[-1] + np.arange(1, days + 1)
        return ahead


def history_of(
    daily: pd.DataFrame, key: str, last_day: int | None = None, weather: pd.DataFrame | None = None
) -> History:
    """Return the history that daily volumes hold.

    Args:
        daily: `key`, `day` (days since 1970), `m3`, and if known `estimated_m3`; days that are not there are unknown.
        key: whose use it is: `customer_id` or `meter_id`.
        last_day: the last day that counts; the last of all when left out.
        weather: `day` and `temperature_c` (daily mean outdoors), any years; days after the last one are not looked at.

    Raises `BookFault` when there is no day at all.
    """
    import pandas as pd  # noqa: PLC0415

    codes, names = pd.factorize(daily[key], sort=True)
    known = daily.assign(**{_ROW: codes})
    known = known[known["m3"].notna()]
    if last_day is not None:
        known = known[known["day"] <= last_day]
    if known.empty:
        raise BookFault("还没有任何一天的用气量，无法预测。请先读取表具读数。")
    last = int(known["day"].max() if last_day is None else last_day)
    first = max(int(known["day"].min()), last - _YEARS_KEPT * 366)
    known = known[known["day"] >= first]
    if "estimated_m3" in known:
        known = known[known["estimated_m3"] <= _MOSTLY * known["m3"].clip(lower=0) + 1e-9]
    use = np.full((len(names), last - first + 1), np.nan)
    use[known[_ROW].to_numpy(), known["day"].to_numpy(np.int64) - first] = known["m3"].clip(lower=0)
    dates = np.arange(first, last + 1).astype("datetime64[D]")
    history = History(np.asarray(names, dtype=object), dates, use)
    return history if weather is None else _with_weather(history, weather)


def _with_weather(history: History, weather: pd.DataFrame) -> History:
    daily = weather.groupby("day")["temperature_c"].mean().dropna()
    daily = daily[daily.index <= int(history.dates[-1].astype(np.int64))]
    record = Record(daily.index.to_numpy(np.int64).astype("datetime64[D]"), daily.to_numpy(np.float64))
    temperature = daily.reindex(history.dates.astype(np.int64)).to_numpy(np.float64)
    return evolve(history, temperature=temperature, record=record)
