"""DuckDB in this process and Spark on a local cluster of two workers give the same events, row for row."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pytest

from ccgrade_xl.meters import scan
from tests.meters.checks.cases import CASES
from tests.meters.series import DAYS, at, fleet, registry, works

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
def test_spark_finds_what_duckdb_finds_row_for_row(cluster, readings):
    known = registry({case.name + case.code: case.registry for case in CASES})
    here = scan(readings, known, as_of=at(DAYS, 0))
    there = scan(readings, known, as_of=at(DAYS, 0), engine=cluster)
    assert len(here) > 50
    pd.testing.assert_frame_equal(here, there)
    assert [str(run) for run in here.attrs["report"].checks] == [
        str(run) for run in there.attrs["report"].checks
    ]
    assert not [name for name in cluster.list_databases() if name.startswith("ccgrade")]
