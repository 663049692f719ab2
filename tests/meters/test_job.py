"""The whole job over a simulated fleet: what is kept is what scan, usage and forecast give, and nothing half done stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.errors import Cancelled, FileFault
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.job import run
from ccgrade_xl.meters.results import Results
from ccgrade_xl.meters.simulation import FleetSpec, Simulation, simulate
from ccgrade_xl.meters.store import results

START, DAYS = dt.date(2025, 2, 1), 120


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path))


@pytest.fixture(scope="module")
def fleet() -> Simulation:
    return simulate(FleetSpec(meters=12, faulty_share=0.5), seed=6, start=START, days=DAYS)


@pytest.fixture(scope="module")
def registry(fleet: Simulation) -> pd.DataFrame:
    """The registry, where one customer has two meters, one meter is nobody's and one never sent anything."""
    table = fleet.registry.to_pandas()
    table.loc[1, "customer_id"] = table.loc[0, "customer_id"]
    silent = table.loc[[2]].assign(meter_id="SILENT", customer_id="静")
    return pd.concat([table.drop(index=3), silent], ignore_index=True)


@pytest.fixture(scope="module")
def kept(
    fleet: Simulation, registry: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Results]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CCGRADE_HOME", str(tmp_path_factory.mktemp("kept")))
        yield run(fleet.readings, registry)


def test_every_event_of_the_scan_is_kept(kept, fleet, registry):
    events = scan(fleet.readings, registry)
    kept_rows = {(a.meter_id, a.code, a.first_time, a.last_time, a.evidence) for a in kept.all_alarms()}
    assert kept_rows == set(
        events[["meter_id", "code", "first_time", "last_time", "evidence"]].itertuples(index=False, name=None)
    )
    assert len(kept.all_alarms()) == len(events) > 5
    assert kept.report.silent_meters == ("SILENT",)
    assert len(kept.report.unknown_meters) == 1


def test_the_volume_of_a_sound_meter_is_what_its_register_counted(kept, fleet, registry):
    readings, faulty = fleet.readings.to_pandas(), set(fleet.truth.to_pandas()["meter_id"])
    sound = [meter for meter in kept.meters() if meter not in faulty and meter != "SILENT"]
    assert sound
    for meter in sound:
        register = readings.loc[readings.meter_id == meter, "standard_m3"]
        if register.is_monotonic_increasing:
            counted = register.iloc[-1] - register.iloc[0]
            assert sum(month.m3 for month in kept.usage_months(meter)) == pytest.approx(counted, rel=1e-3)


def test_a_customer_with_two_meters_uses_what_both_do(kept, registry):
    customer = registry.loc[0, "customer_id"]
    first, last = kept.report.first_day, kept.report.last_day
    days = [kept.daily_usage(number, first, last) for number in (customer, *kept.customers()[customer])]
    whole, *parts = (np.array([day.m3 or 0.0 for day in each]) for each in days)
    assert len(parts) == 2
    assert whole == pytest.approx(sum(parts))


def test_meters_of_nobody_are_known_each_by_itself(fleet):
    known = fleet.registry.to_pandas()
    known.loc[[0, 1], "customer_id"] = ["", None]
    kept = run(fleet.readings, known, with_forecast=False)
    meters = known.meter_id.iloc[:2].tolist()
    assert kept.alone() == tuple(f"表号:{meter}" for meter in sorted(meters))
    assert "" not in kept.customers()
    assert "" not in kept.metered_use()
    for number in kept.alone():
        assert kept.usage_months(number)
    assert len(run(fleet.readings, None, with_forecast=False).alone()) == 12


def test_every_meter_with_readings_has_a_forecast_that_starts_after_its_last_whole_day(kept):
    for meter in kept.meters():
        if meter != "SILENT":
            ahead = kept.forecast_days(meter)
            assert len(ahead) == 28
            assert ahead[0].when == dt.date(2025, 6, 1)
            assert kept.forecast(meter, 28) == pytest.approx(sum(day.m3 for day in ahead))


def test_a_prepaid_balance_lasts_about_as_long_as_it_pays_for(kept, fleet):
    readings = fleet.readings.to_pandas()
    prepaid = [meter for meter in kept.meters() if kept.days_left(meter) is not None]
    assert prepaid
    for meter in prepaid:
        part = readings[readings.meter_id == meter].set_index("time")["balance"].dropna()
        falls = -part.resample("D").last().diff().tail(28)
        by_hand = part.iloc[-1] / falls[falls >= 0].mean()  # a payment is no use
        assert kept.days_left(meter) == pytest.approx(by_hand, rel=0.1)


def test_weather_of_less_than_a_year_is_left_out_and_said(fleet, registry, kept):
    with_weather = run(fleet.readings, registry, weather=fleet.weather.to_pandas())
    assert "不足 365 天，预测没有用它" in with_weather.report.remarks[-1]
    for meter in (meter for meter in kept.meters() if meter != "SILENT"):
        assert with_weather.forecast_days(meter) == kept.forecast_days(meter)


def test_weather_of_a_year_is_used(fleet, registry, kept):
    days = np.arange(np.datetime64("2023-06-01"), np.datetime64("2025-06-01"))
    season = 13.5 - 14 * np.cos(2 * np.pi * (days - days[0] + 134).astype(int) / 365.25)
    weather = pd.DataFrame({"日期": days.astype(str), "气温（℃）": season})
    with_weather = run(fleet.readings, registry, weather=weather)
    assert with_weather.report.remarks == kept.report.remarks
    meters = [meter for meter in kept.meters() if meter != "SILENT"]
    assert any(with_weather.forecast_days(meter) != kept.forecast_days(meter) for meter in meters)


def test_progress_tells_the_meters_done_and_only_ever_rises(fleet, registry):
    told: list[tuple[str, float]] = []
    run(fleet.readings, registry, progress=lambda text, share: told.append((text, share)))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert ("已检查 12/12 块表", 0.6) in told


@pytest.mark.parametrize("at", ["已检查", "已统计", "正在预测"])
def test_a_job_that_is_stopped_leaves_the_results_before(fleet, registry, at):
    before = run(fleet.readings, registry, with_forecast=False).path

    def stop(text: str, _share: float) -> None:
        if text.startswith(at):
            raise Cancelled("已取消。")

    with pytest.raises(Cancelled):
        run(fleet.readings, registry, progress=stop)
    assert results().path == before


def test_what_cannot_be_read_leaves_the_results_before(fleet, registry, tmp_path):
    before = run(fleet.readings, registry, with_forecast=False).path
    with pytest.raises(FileFault):
        run(tmp_path / "nowhere", registry)
    assert results().path == before


def test_one_reading_a_meter_is_kept_without_volumes_or_forecast(fleet, registry):
    one = fleet.readings.to_pandas().groupby("meter_id").head(1)
    kept = run(one, registry)
    assert kept.report.meters == 12
    assert not kept.report.forecast
