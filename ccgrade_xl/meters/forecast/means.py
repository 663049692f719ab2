"""Means of what is known."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.forecast.history import Floats


def mean_known(values: Floats, axis: int) -> Floats:
    """Return the mean of the known values along an axis, NaN where none is known."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def zero_unknown(values: Floats) -> Floats:
    """Return the values with 0 where they are not known."""
    return np.where(np.isfinite(values), values, 0.0)
