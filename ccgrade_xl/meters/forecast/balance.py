"""How many days does a prepaid balance last?"""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.forecast.history import Floats


def price_paid(balance: Floats, use: Floats) -> Floats:
    """Return the price in yuan/m³ at which each balance fell, by the median day without a top-up; NaN where it never fell.

    Args:
        balance: customer × day, in yuan at the end of each day, NaN where unknown.
        use: customer × day, in m³ on that day.
    """
    spent = -np.diff(balance, axis=1)
    used = use[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.where((spent > 0) & (used > 0), spent / used, np.nan)
    known = np.isfinite(price)
    result = np.full(len(price), np.nan)
    some = known.any(axis=1)
    result[some] = np.nanmedian(price[some], axis=1)
    return result


def days_left(balance: Floats, price: Floats, forecast: Floats) -> Floats:
    """Return for how many days each balance pays for the forecast use, with the part of the last day.

    Args:
        balance: yuan, one a customer; 0 or less lasts 0 days.
        price: yuan/m³, one a customer.
        forecast: m³, customer × day. A balance that outlasts it lasts on at its mean; one that pays for no use at all, for ever (inf).

    Returns:
        Days, NaN where balance, price or forecast is not known.
    """
    cost = np.cumsum(forecast * price[:, None], axis=1)
    last = cost.shape[1]
    reached = cost >= balance[:, None]
    day = np.where(reached.any(axis=1), reached.argmax(axis=1), last)
    row = np.arange(len(cost))
    before = np.where(day > 0, cost[row, np.maximum(day - 1, 0)], 0.0)
    of_day = np.where(day < last, cost[row, np.minimum(day, last - 1)] - before, cost[:, -1] / last)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(balance <= 0, 0.0, day + (balance - before) / of_day)
    known = np.isfinite(balance) & np.isfinite(price) & np.isfinite(forecast).all(axis=1)
    return np.where(known, left, np.nan)
