"""How much gas will each customer use? The next days and months, with an interval."""

from __future__ import annotations

from ccgrade_xl.meters.forecast.balance import days_left, price_paid
from ccgrade_xl.meters.forecast.forecasting import Forecast, forecast

__all__ = ["Forecast", "days_left", "forecast", "price_paid"]
