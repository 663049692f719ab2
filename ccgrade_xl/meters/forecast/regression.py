"""Many regressions at once: the same columns for every customer, each with its own gaps and outliers."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.meters.forecast.history import Floats

_ROUNDS = 3
_NEAR = 0.6
"""Residuals below this share of the mean one all weigh the same: the fit nears least absolute deviations."""
_RIDGE = 1.0
"""As if one day spoke for every effect being zero."""


def fit(columns: Floats, use: Floats, rounds: int = _ROUNDS) -> Floats:
    """Return the coefficients of each customer, customer × column.

    Args:
        columns: day × column; the first is the constant, which alone is not drawn to zero.
        use: customer × day, NaN where unknown; a customer without any day gets zeros.
        rounds: 1 is least squares; more near least absolute deviations.
    """
    known = np.isfinite(use)
    weights: Floats = known.astype(np.float64)
    target = np.where(known, use, 0.0)
    for _ in range(rounds):
        coefficients = _solve(columns, target, weights)
        residual = np.abs(target - coefficients @ columns.T)
        scale = (residual * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        farness = np.maximum(residual / np.maximum(scale, 1e-9)[:, None], _NEAR)
        weights = (known / farness).astype(np.float64)
    return coefficients


def _solve(columns: Floats, target: Floats, weights: Floats) -> Floats:
    count = columns.shape[1]
    upper = np.triu_indices(count)
    normal = np.empty((len(weights), count, count))
    normal[:, upper[0], upper[1]] = weights @ (columns[:, upper[0]] * columns[:, upper[1]])
    normal[:, upper[1], upper[0]] = normal[:, upper[0], upper[1]]
    ridge = np.full(count, _RIDGE)
    ridge[0] = 1e-6
    normal[:, np.arange(count), np.arange(count)] += ridge
    solved = np.linalg.solve(normal, ((weights * target) @ columns)[:, :, None])[:, :, 0]
    return solved.astype(np.float64)
