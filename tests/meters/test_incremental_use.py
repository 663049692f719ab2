"""Use, forecast and balances after a scan of the new files only are those of a scan of everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccgrade_xl.meters import scan
from ccgrade_xl.meters.engine import Engine
from ccgrade_xl.meters.job import run
from ccgrade_xl.meters.measured import measured, together
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.results import Results
from ccgrade_xl.meters.simulation import FleetSpec, Simulation, simulate
from ccgrade_xl.meters.vee import DAY, calendar, volumes_of
from tests.meters.daily_files import START, blind, lay, now

BEFORE, DAYS = 70, 85


@pytest.fixture(scope="module")
def made() -> Simulation:
    return simulate(FleetSpec(meters=24, faulty_share=0.9), seed=5, start=START, days=DAYS)


def counted(folder: Path, made: Simulation, day: int, **options) -> Results:
    return run(folder / "r", made.registry, as_of=now(day), folder=folder / "results", **options)


@pytest.fixture(scope="module")
def folders(made, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("first")
    lay(home / "r", made, 0, BEFORE, DAYS)
    counted(home, made, BEFORE, incremental=home / "state")
    return home


@pytest.fixture
def home(folders, tmp_path) -> Path:
    shutil.copytree(folders, tmp_path, dirs_exist_ok=True)
    return tmp_path


def close(left: object, right: object) -> None:
    """Compare answers number by number: sums may be taken in another order."""
    assert type(left) is type(right)
    if isinstance(left, dict):
        assert left.keys() == right.keys()
        for key in left:
            close(left[key], right[key])
    elif isinstance(left, tuple):
        assert len(left) == len(right)
        for pair in zip(left, right, strict=True):
            close(*pair)
    elif isinstance(left, float):
        assert left == pytest.approx(right, rel=1e-9, abs=1e-6)
    elif hasattr(left, "__attrs_attrs__"):
        for field in left.__attrs_attrs__:
            close(getattr(left, field.name), getattr(right, field.name))
    else:
        assert left == right


def answers(kept: Results) -> dict[str, object]:
    report = kept.report
    days = (report.first_day, report.last_day)
    return {
        "alarms": kept.all_alarms(),
        "use": kept.metered_use(),
        "days": {meter: kept.daily_usage(meter, *days) for meter in kept.meters()},
        "months": {meter: kept.usage_months(meter) for meter in kept.meters()},
        "ahead": {meter: kept.forecast_days(meter) for meter in kept.meters()},
        "months ahead": {meter: kept.forecast_months(meter) for meter in kept.meters()},
        "left": {meter: kept.days_left(meter) for meter in kept.meters()},
        "report": (report.as_of, report.meters, report.readings, report.checks, report.rejected, report.headers, days),
    }  # fmt: skip


def test_day_after_day_gives_the_results_of_everything(made, home):
    days = (BEFORE + 1, BEFORE + 2, DAYS)
    for since, until in zip((BEFORE, *days), days, strict=False):
        blind(home / "r")
        lay(home / "r", made, since, until, DAYS)
        kept = counted(home, made, until, incremental=home / "state")
        assert kept.report.reading.startswith(f"读了 {-(-(until - since) // 7)} 个新文件")
    shutil.rmtree(home / "r")
    for since, until in zip((0, BEFORE, *days), (BEFORE, *days), strict=False):
        lay(home / "r", made, since, until, DAYS)
    whole = counted(home, made, DAYS)
    assert any(each is not None for each in answers(whole)["left"].values())
    close(answers(kept), answers(whole))


def test_a_state_without_use_has_everything_read_again(made, home):
    scan(home / "r", made.registry, as_of=now(BEFORE), incremental=home / "other")
    report = counted(home, made, BEFORE, incremental=home / "other").report
    assert "没有统计用气量" in report.reading
    assert counted(home, made, BEFORE, incremental=home / "other").report.reading.startswith(
        "读了 0 个新文件"
    )


def test_a_job_that_is_stopped_leaves_the_state_as_it_was(made, home):
    def stop(text: str, _share: float) -> None:
        if text.startswith("正在预测"):
            raise KeyboardInterrupt

    before = (home / "state" / "state.json").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        counted(home, made, BEFORE, incremental=home / "state", progress=stop)
    assert (home / "state" / "state.json").read_bytes() == before
    assert len(list((home / "state").iterdir())) == 2


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.mark.parametrize("seed", range(4))
def test_what_is_measured_in_parts_adds_up_to_what_is_measured_at_once(engine, seed):
    """Registers that fall, come back, stand still and fall silent, cut in two at a time of their own a meter."""
    random = np.random.default_rng(seed)
    rows = []
    for meter in ("a", "b", "c"):
        hours = np.cumsum(random.choice([1, 1, 1, 1, 2, 30, 80], 400))
        t = hours * 3600 + random.integers(0, 600) + 20_000 * DAY
        m3 = random.choice(
            [0.0, 1.5, 2.0, -40.0, 39.9, 41.0, np.nan], 399, p=[0.3, 0.3, 0.2, 0.05, 0.05, 0.05, 0.05]
        )
        rows.append(
            pd.DataFrame(
                {"meter_id": meter, "t_before": t[:-1], "t": t[1:], "m3": m3, "start_seconds": 8 * 3600}
            )
        )
    changes = pd.concat(rows, ignore_index=True)
    cut = changes.meter_id.map({"a": 20_005, "b": 20_040, "c": 20_090}) * DAY
    days = engine.put("days", calendar(19_990, 20_500))
    meters = engine.put("meters", pd.DataFrame({"meter_id": ["a", "b", "c"], "out_of_use": False}))
    early = measured(engine, engine.put("early", changes[changes.t < cut]), None, "early")
    late = measured(engine, engine.put("late", changes[changes.t >= cut]), early, "late")
    parts = together(engine, early, late, "both"), measured(engine, engine.put("all", changes))
    found = [
        engine.frame(volumes_of(engine, each, days, meters, 20_300 * DAY)).sort_values(
            ["meter_id", "day"], ignore_index=True
        )
        for each in parts
    ]
    assert len(found[0]) > 100
    pd.testing.assert_frame_equal(found[0], found[1], check_exact=False, rtol=1e-9, atol=1e-9)
