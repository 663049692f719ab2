"""Whose volumes are one series? Each meter's, and the sum of a customer's where it has several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.usage import customer_daily, monthly

if TYPE_CHECKING:
    import pandas as pd

WHOLE = 0.9
"""The share of a day that must be covered for it to be known whole: the last one usually is not over."""


@frozen(eq=False)
class Series:
    """Daily volumes by number of series, and whose they are.

    `daily`: `series`, `day`, `month`, `m3`, `estimated_m3`, `lost_m3`, `share`, as in `usage.daily_usage`; a customer with one
    meter shares that meter's series.
    """

    daily: pd.DataFrame
    of_meter: Mapping[str, int]
    of_customer: Mapping[str, int]

    def months(self) -> pd.DataFrame:
        """Return `series`, `month`, `m3`, `estimated_m3` and covered `days` of every month; see `usage.monthly`."""
        with open_engine() as engine:
            table = engine.put("series_daily", self.daily.rename(columns={"series": "meter_id"}))
            return engine.frame(monthly(table)).rename(columns={"meter_id": "series"})

    def whole_days(self) -> pd.DataFrame:
        """Return the days that are known whole."""
        return self.daily[self.daily["share"] >= WHOLE]


def series_of(daily: pd.DataFrame, registry: pd.DataFrame) -> Series:
    """Return the series of daily volumes by meter (`usage.daily_usage`); `registry` has `meter_id` and `customer_id`."""
    import pandas as pd  # noqa: PLC0415

    codes, meters = pd.factorize(daily["meter_id"], sort=True)
    of_meter = {str(meter): at for at, meter in enumerate(meters)}
    owned = registry[registry["meter_id"].isin(of_meter) & (registry["customer_id"] != "")]
    counts = owned["customer_id"].value_counts()
    alone = owned[owned["customer_id"].map(counts) == 1]
    of_customer = {
        str(customer): of_meter[meter]
        for meter, customer in zip(alone["meter_id"], alone["customer_id"], strict=True)
    }
    several = sorted(counts.index[counts > 1])
    summed = {str(customer): len(meters) + at for at, customer in enumerate(several)}
    rows = [daily.assign(series=codes)]
    if several:
        together = owned[owned["customer_id"].isin(several)]
        part = customer_daily(daily[daily["meter_id"].isin(together["meter_id"])], together)
        rows.append(part.assign(series=part["customer_id"].map(summed)))
    columns = ["series", "day", "month", "m3", "estimated_m3", "lost_m3", "share"]
    table = pd.concat([part[columns] for part in rows], ignore_index=True)
    return Series(table, of_meter, of_customer | summed)
