"""A scan on a connection that is someone's own gives the same, and leaves it as it was."""

from __future__ import annotations

from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pyarrow.parquet as pq
import pytest

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.opening import open_engine
from tests.meters.series import at, fleet, registry, works


def test_a_scan_on_an_open_duckdb_leaves_its_tables_as_they_were(tmp_path):
    connection = ibis.duckdb.connect(str(tmp_path / "own.duckdb"))
    frame = fleet({"A": works(days=20)})
    connection.con.register("frame", frame)
    for name in ("days", "meters", "source"):
        connection.raw_sql(f"CREATE TABLE {name} AS SELECT * FROM frame")
    connection.con.unregister("frame")
    known = registry({"A": {}})
    tables = "SELECT * FROM (SHOW ALL TABLES) ORDER BY ALL"
    before = connection.con.execute(tables).fetchall()
    expected = scan(frame, known, as_of=at(22, 0))
    assert len(expected)
    for source in (connection.table("days"), connection.table("meters"), frame):
        found = scan(source, known, as_of=at(22, 0), engine=connection)
        pd.testing.assert_frame_equal(found, expected)
        assert connection.con.execute(tables).fetchall() == before
    connection.disconnect()


def test_a_scan_on_a_connection_string_gives_the_same(tmp_path):
    frame = fleet({"A": works(days=20)})
    frame.to_parquet(tmp_path / "r.parquet")
    known = registry({"A": {}})
    there = scan(tmp_path / "r.parquet", known, as_of=at(22, 0), engine=f"duckdb://{tmp_path}/e.duckdb")
    pd.testing.assert_frame_equal(there, scan(frame, known, as_of=at(22, 0)))
    with duckdb.connect(str(tmp_path / "e.duckdb")) as connection:
        assert not connection.execute("SELECT * FROM duckdb_tables()").fetchall()
    assert pq.read_table(tmp_path / "r.parquet").num_rows == len(frame)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_temporary_folder_without_room_is_one_sentence_wherever_it_shows():
    with pytest.raises(CcgradeError, match="磁盘已满，没有扫描完：临时文件夹"), open_engine():
        Path("/dev/full").write_text("1")
