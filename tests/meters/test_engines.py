"""DuckDB in this process and Spark on a local cluster of two workers give the same events, row for row."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from ccgrade_xl.meters import scan
from ccgrade_xl.meters.opening import open_engine
from ccgrade_xl.meters.simulation import FleetSpec, simulate
from ccgrade_xl.meters.simulation.faults import FAULTS
from ccgrade_xl.meters.times import with_seconds
from tests.meters.checks.cases import CASES
from tests.meters.series import DAYS, at, fleet, registry, works
from tests.meters.test_times import AFTERNOON, DATES, NO_TIMES, WRITTEN

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs a Java runtime")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    import ibis
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    folder = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.log.level", "OFF")
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    """Every case of every check, as one Parquet file."""
    file = tmp_path_factory.mktemp("readings") / "cases.parquet"
    fleet({case.name + case.code: case.spoil(works()) for case in CASES}).to_parquet(
        file, coerce_timestamps="us"
    )
    return file


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::ResourceWarning")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("as_of", "least"), [(at(DAYS, 0), 50), (at(45, 0), 10)])
def test_spark_finds_what_duckdb_finds_row_for_row(cluster, readings, as_of, least):
    known = registry({case.name + case.code: case.registry for case in CASES})
    here = scan(readings, known, as_of=as_of)
    there = scan(readings, known, as_of=as_of, engine=cluster)
    assert len(here) > least
    pd.testing.assert_frame_equal(here, there)
    assert [str(run) for run in here.attrs["report"].checks] == [
        str(run) for run in there.attrs["report"].checks
    ]
    assert not [name for name in cluster.list_databases() if name.startswith("ccgrade")]


END = dt.date(2025, 7, 20)
TEXTS = [*WRITTEN, *AFTERNOON, *DATES, *NO_TIMES]


def simulated(days: int, seed: int, **spec) -> tuple[pd.DataFrame, ...]:
    made = simulate(
        FleetSpec(faulty_share=1.0, **spec), seed=seed, start=END - dt.timedelta(days=days), days=days
    )
    return made.readings.to_pandas(), made.registry.to_pandas(), made.truth.to_pandas()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A simulated fleet with every kind of fault there is, as a folder of Parquet files whose rows are in any order, and its registry."""
    most, monthly = simulated(110, 1, meters=40), simulated(260, 3, meters=6, codes=("月环比异常",))
    for frame in monthly:
        frame["meter_id"] = "M" + frame.meter_id
    readings, registry, truth = (
        pd.concat(pair, ignore_index=True) for pair in zip(most, monthly, strict=True)
    )
    keys = truth.code + truth.variant.map(lambda variant: f":{variant}" if variant else "")
    assert set(keys) == {fault.key for fault in FAULTS}
    folder = tmp_path_factory.mktemp("fleet")
    (folder / "r").mkdir()
    mixed = readings.sample(frac=1, random_state=7)
    for number, part in enumerate(np.array_split(mixed.index, 3)):
        mixed.loc[part].to_parquet(folder / "r" / f"{number}.parquet", index=False, coerce_timestamps="us")
    registry.to_parquet(folder / "registry.parquet", index=False)
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::ResourceWarning")
@pytest.mark.timeout(900)
def test_spark_finds_on_a_fleet_with_every_fault_what_duckdb_finds(cluster, faulty):
    now = dt.datetime.combine(END, dt.time())
    here = scan(faulty / "r", faulty / "registry.parquet", as_of=now)
    there = scan(faulty / "r", faulty / "registry.parquet", as_of=now, engine=cluster)
    assert len(set(here.code)) > 20
    pd.testing.assert_frame_equal(here, there)
    told = [
        (report.checks, report.rejected, report.meters, report.readings)
        for report in (here.attrs["report"], there.attrs["report"])
    ]
    assert told[0] == told[1]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::ResourceWarning")
@pytest.mark.timeout(300)
def test_spark_reads_every_way_to_write_a_time_as_duckdb_does(cluster):
    texts = pd.DataFrame({"number": range(len(TEXTS)), "text": TEXTS})
    found = []
    for engine in (None, cluster):
        with open_engine(engine) as opened:
            table = opened.put("texts", texts)
            read = with_seconds(table, {"t": table.text}, "Asia/Shanghai").select("number", t="ccgrade_t")
            found.append(opened.frame(read).sort_values("number", ignore_index=True).t.astype("Int64"))
    assert list(found[0].isna()) == [text in NO_TIMES for text in TEXTS]
    pd.testing.assert_series_equal(*found)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::ResourceWarning")
@pytest.mark.timeout(900)
def test_spark_reads_times_and_numbers_that_are_texts_as_duckdb_does(cluster, tmp_path):
    frame = fleet({"A": works(days=10)}).drop(columns="received_time")
    ways = (
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
        "%Y-%m-%dT%H:%M:%S+08:00",
        "%Y%m%d%H%M%S",
        "%Y年%m月%d日%H时%M分",
        "%Y.%m.%d %H:%M",
    )
    frame["time"] = [f"{time:{ways[at % len(ways)]}}" for at, time in enumerate(frame.time)]
    frame["actual_m3"] = [
        f" {value:,.2f} m³" if at % 2 else f"{value:.2f}" for at, value in enumerate(frame.actual_m3)
    ]
    frame.loc[[3, 7], "actual_m3"] = ["约五万", "--"]
    frame.loc[11, "time"] = "昨天"
    frame.to_csv(tmp_path / "r.csv", index=False)
    told = [scan(tmp_path / "r.csv", None, engine=engine) for engine in (None, cluster)]
    pd.testing.assert_frame_equal(*told)
    reports = [each.attrs["report"] for each in told]
    assert reports[0].rejected == reports[1].rejected == {"时间是空的或读不出": 1}
    assert reports[0].remarks == reports[1].remarks
    assert "昨天" in reports[0].remarks[0]
    assert "约五万" in reports[0].remarks[1]


@pytest.mark.timeout(900)
def test_the_command_line_scans_on_a_cluster_as_it_does_here(tmp_path):
    """Alarms, use and forecast, in a process of its own each."""
    made = simulate(FleetSpec(meters=6, faulty_share=1.0), seed=2, start=dt.date(2025, 5, 1), days=45)
    pq.write_table(made.readings, tmp_path / "r.parquet")
    pq.write_table(made.registry, tmp_path / "registry.parquet")
    settings = {
        "spark.master": "local-cluster[2,1,1024]",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "4",
        "spark.log.level": "OFF",
    }
    found = []
    for name, engine in (("here", ()), ("there", ("--engine", f"pyspark://?{urlencode(settings)}"))):
        home = {"CCGRADE_HOME": str(tmp_path / name), "SPARK_LOCAL_IP": "127.0.0.1"}
        ccgrade = [sys.executable, "-m", "ccgrade_xl", "meters"]
        words = (
            "scan",
            "r.parquet",
            "--meters",
            "registry.parquet",
            "--json",
            "-o",
            f"{name}.parquet",
            *engine,
        )
        done = [
            subprocess.run(
                [*ccgrade, *each], cwd=tmp_path, env={**os.environ, **home}, capture_output=True, encoding="utf-8", check=False,
            )
            for each in (words, ("usage", "--json"), ("forecast", "--json"))
        ]  # fmt: skip
        assert [each.returncode for each in done] == [1, 0, 0], done[0].stderr
        scanned, used, ahead = (json.loads(each.stdout) for each in done)
        rows = [pd.DataFrame(each["rows"]) for each in (used, ahead)]
        found.append(
            (
                scanned["alarms"],
                scanned["checks"],
                scanned["headers"],
                rows,
                pd.read_parquet(tmp_path / f"{name}.parquet"),
            )
        )
    assert found[0][:3] == found[1][:3]
    for one, other in zip(found[0][3], found[1][3], strict=True):
        assert len(one) > 0
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, atol=0)
    pd.testing.assert_frame_equal(found[0][4], found[1][4])
    assert not (tmp_path / "spark-warehouse").exists()
