"""Many regressions at once are each one alone."""

from __future__ import annotations

import numpy as np
import pytest

from ccgrade_xl.meters.forecast.regression import fit


def test_one_round_is_least_squares_of_each_customer_on_its_own_days():
    rng = np.random.default_rng(1)
    columns = np.column_stack([np.ones(400), rng.normal(size=(400, 4))])
    use = rng.normal(size=(7, 5)) @ columns.T + rng.normal(0, 0.1, (7, 400))
    use[rng.random(use.shape) < 0.2] = np.nan
    together = fit(columns, use, rounds=1)
    for row, coefficients in zip(use, together, strict=True):
        known = np.isfinite(row)
        alone = np.linalg.lstsq(columns[known], row[known], rcond=None)[0]
        assert coefficients == pytest.approx(alone, abs=0.02)  # the ridge weighs one day in 320


def test_more_rounds_are_not_led_astray_by_a_few_wild_days():
    rng = np.random.default_rng(2)
    columns = np.column_stack([np.ones(300), rng.normal(size=300)])
    use = (columns @ [10.0, 2.0])[None] + rng.normal(0, 0.1, (1, 300))
    use[0, :15] += 500
    assert abs(fit(columns, use)[0, 0] - 10) < 0.15 * abs(fit(columns, use, rounds=1)[0, 0] - 10)


def test_a_customer_without_a_day_gets_zeros():
    assert (fit(np.ones((30, 1)), np.full((1, 30), np.nan)) == 0).all()
