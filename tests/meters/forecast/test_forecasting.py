"""Forecasts: laws on made-up customers, and a real consumer's gas against repeating last week."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.errors import BookFault
from ccgrade_xl.meters.forecast import forecast
from ccgrade_xl.meters.forecast.models import NAMES
from ccgrade_xl.meters.working_days import DayKind, day_kinds, weekdays

LAST = int(np.datetime64("2025-11-30").astype(int))
UK_GAS = Path(__file__).parents[1] / "data" / "uk_gas_daily.csv"


def weekends(dates):
    return np.where(weekdays(dates) >= 5, DayKind.REST, DayKind.WORK)


def days(count: int) -> np.ndarray:
    return np.arange(LAST - count + 1, LAST + 1)


def daily(use: np.ndarray, name: str = "0001") -> pd.DataFrame:
    return pd.DataFrame({"customer_id": name, "day": days(len(use)), "m3": use})


def winter(count: int, seed: int = 1, milder: float = 0.0) -> tuple[np.ndarray, pd.DataFrame]:
    """Heating: 10 m³ a degree day below 15 ℃ from November to March, and the weather; days 250 to 900 back are `milder`."""
    rng = np.random.default_rng(seed)
    dates = days(count).astype("datetime64[D]")
    turn = 2 * np.pi * (days(count) % 365.25) / 365.25
    temperature = (
        13
        - 14 * np.cos(turn)
        + rng.normal(0, 2, count)
        + milder * ((days(count) <= LAST - 250) & (days(count) > LAST - 900))
    )
    month = dates.astype("datetime64[M]").astype(int) % 12 + 1
    on = np.isin(month, [11, 12, 1, 2, 3])
    use = on * 10 * np.maximum(15 - temperature, 0)
    return use, pd.DataFrame({"day": days(count), "temperature_c": temperature})


def test_every_customer_gets_28_days_and_12_months():
    rng = np.random.default_rng(3)
    table = pd.concat(daily(rng.uniform(50, 60, 400), name) for name in ("0001", "0002", "0003"))
    made = forecast(table)
    assert (
        made.days.groupby("customer_id")["day"].agg(["min", "max", "size"]).values.tolist()
        == [[LAST + 1, LAST + 28, 28]] * 3
    )
    assert (
        made.months.groupby("customer_id")["month"].agg(["min", "max", "size"]).values.tolist()
        == [[2025 * 12 + 11, 2026 * 12 + 10, 12]] * 3
    )
    for part in (made.days, made.months):
        assert (part["low"] <= part["m3"]).all()
        assert (part["m3"] <= part["high"]).all()
        assert (part["low"] >= 0).all()
    assert set(made.choices["model"]) <= set(NAMES)


@pytest.mark.parametrize("count", [1, 10, 60, 200, 400, 800])
def test_steady_use_goes_on_however_long_it_is_known(count):
    made = forecast(daily(np.full(count, 24.0)))
    assert made.days["m3"].to_numpy() == pytest.approx(24, rel=0.01)
    lengths = [31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]
    assert made.months["m3"].to_numpy() == pytest.approx(24 * np.array(lengths), rel=0.02)


def test_a_customer_that_uses_nothing_is_foreseen_to_use_nothing():
    made = forecast(daily(np.zeros(400)))
    assert (made.days["m3"] == 0).all()
    assert (made.months["m3"] == 0).all()


@pytest.mark.parametrize("count", [120, 500])
def test_weekends_and_holidays_are_foreseen(count):
    """Works that rest on weekends and holidays: 100 m³ on workdays."""
    dates = days(count).astype("datetime64[D]")
    made = forecast(daily(100.0 * (day_kinds(dates) == DayKind.WORK)))
    expected = 100.0 * (weekdays((LAST + np.arange(1, 29)).astype("datetime64[D]")) < 5)
    assert made.days["m3"].to_numpy() == pytest.approx(expected, abs=12)


def test_the_lunar_new_year_is_foreseen_where_it_lies_this_year():
    """Works that stop from the eve to the 15th day: 29 January 2025, 17 February 2026."""
    last = int(np.datetime64("2026-02-08").astype(int))
    day = np.arange(last - 769, last + 1)
    new_years = [int(np.datetime64(text).astype(int)) for text in ("2024-02-10", "2025-01-29")]
    stops = np.any([(day >= first - 1) & (day <= first + 15) for first in new_years], axis=0)
    more = pd.DataFrame({"customer_id": "0001", "day": day, "m3": np.where(stops, 0.0, 100.0)})
    made = forecast(more).days.set_index("day")["m3"]
    first = int(np.datetime64("2026-02-17").astype(int))
    assert made.loc[first : first + 6].mean() < 35
    assert made.loc[: first - 6].mean() > 75


def test_heating_follows_the_weather_to_come_and_ends_in_summer():
    use, weather = winter(800)
    made = forecast(daily(use), weather=weather)
    months = made.months.set_index("month")["m3"]
    turn = 2 * np.pi * (np.arange(LAST + 32, LAST + 63) % 365.25) / 365.25
    january = (10 * np.maximum(15 - (13 - 14 * np.cos(turn)), 0)).sum()
    assert months[2026 * 12] == pytest.approx(january, rel=0.12)
    assert months[2026 * 12 + 6] < 0.02 * january


def test_after_mild_winters_the_weather_tells_what_an_ordinary_one_will_use():
    use, weather = winter(3650, milder=6)
    table, errors = daily(use).iloc[-900:], {True: 0.0, False: 0.0}
    for origin in (LAST - 28, LAST - 21, LAST - 14):
        then = table.set_index("day")["m3"].loc[origin + 1 :].to_numpy()
        for known in errors:
            past = weather[weather["day"] <= origin] if known else None
            made = forecast(table, last_day=origin, weather=past).days["m3"].to_numpy()
            errors[known] += np.abs(made[: len(then)] - then[:28]).mean()
    assert errors[True] < 0.9 * errors[False]


def test_the_last_day_can_be_set_and_nothing_after_it_is_seen():
    rng = np.random.default_rng(5)
    table = daily(rng.uniform(10, 20, 500))
    early = forecast(table, last_day=LAST - 60)
    alone = forecast(table[table["day"] <= LAST - 60])
    pd.testing.assert_frame_equal(early.days, alone.days)
    assert early.days["day"].min() == LAST - 59


def test_a_customer_is_forecast_alike_alone_and_in_company():
    rng = np.random.default_rng(6)
    tables = [daily(rng.uniform(5, 50) * rng.uniform(0.9, 1.1, 420), f"{n:04}") for n in range(6)]
    together = forecast(pd.concat(tables)).days
    alone = forecast(tables[2]).days
    assert together[together["customer_id"] == "0002"]["m3"].to_numpy() == pytest.approx(
        alone["m3"].to_numpy()
    )


def test_use_in_other_units_is_forecast_in_those_units():
    rng = np.random.default_rng(7)
    use = 100 + 20 * np.sin(np.arange(500) / 30) + rng.normal(0, 5, 500)
    one, thousand = (forecast(daily(use * factor)).days for factor in (1.0, 1000.0))
    assert thousand["m3"].to_numpy() / 1000 == pytest.approx(one["m3"].to_numpy(), rel=1e-3)


def test_gaps_and_mostly_estimated_days_do_not_count():
    rng = np.random.default_rng(8)
    table = daily(np.full(420, 30.0))
    table["estimated_m3"] = 0.0
    spoiled = rng.choice(420, 60, replace=False)
    table.loc[spoiled, "m3"] = 900.0
    table.loc[spoiled, "estimated_m3"] = 900.0
    made = forecast(table.drop(index=rng.choice(420, 40, replace=False)), last_day=LAST)
    assert made.days["m3"].to_numpy() == pytest.approx(30, rel=0.01)


def test_without_any_day_it_is_refused():
    with pytest.raises(BookFault, match="无法预测"):
        forecast(daily(np.array([], dtype=np.float64)))


def test_a_real_consumer_is_forecast_better_than_by_repeating_last_week():
    """Gas of a consumer in the United Kingdom: MAE over 28 days from an origin every two weeks; 80 % intervals that hold."""
    table = pd.read_csv(UK_GAS)
    use = table["m3"].to_numpy()
    day = table["day"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    known = pd.DataFrame({"customer_id": "1", "day": day, "m3": use})
    made, naive, inside = [], [], []
    for origin in range(420, len(use) - 28, 14):
        result = forecast(known, last_day=int(day[origin - 1]), calendar=weekends).days
        then = use[origin : origin + 28]
        made.append(np.abs(result["m3"] - then).mean())
        naive.append(np.abs(np.tile(use[origin - 7 : origin], 4) - then).mean())
        inside.append(then.clip(result["low"], result["high"]) == then)
    assert np.mean(made) <= 0.78 * np.mean(naive)
    assert 0.7 < np.mean(inside) < 0.92
