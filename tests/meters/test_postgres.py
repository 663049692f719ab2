"""Readings come from a PostgreSQL table, read from a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pytest

from ccgrade_xl.commands import read_alarms
from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.store import results
from ccgrade_xl.workbook.meter_lists import READING_HEADERS
from ccgrade_xl.workbook.meter_page import SOURCES
from tests.casework import postgresql
from tests.meters.series import DAYS, at, fleet, registry, works
from tests.pages.meter_scan import Desk, book_with_customers

pytestmark = pytest.mark.skipif(
    postgresql.binaries() is None, reason="the PostgreSQL server is not installed"
)


@pytest.fixture(scope="module")
def server():
    with postgresql.server() as address:
        yield f"postgres://ccgrade@/postgres?host={quote(address.query['host'], safe='')}"


def broken() -> pd.DataFrame:
    frame = works()
    return frame[(frame.time <= at(30, 9)) | (frame.time >= at(33, 9))]


@pytest.fixture(scope="module")
def table(server):
    import ibis

    connection = ibis.connect(server)
    readings = fleet({"00017": broken(), "00018": works()}).sort_values("time")
    wanted = ["meter_id", "time", "actual_m3", "standard_m3", "actual_flow"]
    connection.create_table("readings", pa.Table.from_pandas(readings[wanted], preserve_index=False))
    connection.create_table("others", pa.table({"a": [1]}))
    connection.disconnect()
    return server


@pytest.mark.parametrize("name", ["#readings", ""], ids=["named", "the only one that has the columns"])
def test_readings_are_taken_from_a_table(table, name):
    known = registry({"00017": {}, "00018": {}})
    events = scan(table + name, known, as_of=at(DAYS, 0))
    assert list(events.meter_id + events.code) == ["00017通讯中断"]
    pd.testing.assert_frame_equal(
        events,
        scan(
            fleet({"00017": broken(), "00018": works()})[
                ["meter_id", "time", "actual_m3", "standard_m3", "actual_flow"]
            ],
            known,
            as_of=at(DAYS, 0),
        ),
    )


def test_a_table_that_is_not_there_is_named(table):
    with pytest.raises(FileFault, match="没有叫“nothing”的表"):
        scan(table + "#nothing", None)


def test_a_server_that_is_not_there_is_told_without_the_password():
    with pytest.raises(FileFault, match="连不上") as told:
        scan("postgres://reader:secret@127.0.0.1:1/postgres#readings", None)
    assert "secret" not in str(told.value)


SECRET = "gehe1m!"
COLUMNS = ["meter_id", "time", "actual_m3", "standard_m3", "status"]
TYPED = """
CREATE SCHEMA gas;
CREATE TYPE state AS ENUM ('正常', '换表');
CREATE TABLE gas.typed AS SELECT
    "meter_id"::char(10) AS "编码甲",
    "time"::timestamp AT TIME ZONE 'Asia/Shanghai' AS "何时",
    ("actual_m3" * 1000)::numeric(16, 3) AS "读数1",
    to_char("standard_m3", 'FM999,999,990.000') || ' m³' AS "标况累计",
    "status"::state AS "状态",
    point(1, 2) AS "位置", '{}'::jsonb AS "备用", interval '1 hour' AS "时长", inet '10.0.0.1' AS "地址"
FROM plain;
UPDATE gas.typed SET "读数1" = 'NaN' WHERE "何时" = '2025-07-20 09:00+08';
CREATE ROLE stranger LOGIN;
CREATE ROLE reader LOGIN PASSWORD 'gehe1m!';
GRANT USAGE ON SCHEMA gas TO reader, stranger;
CREATE VIEW gas.failing AS
    SELECT "编码甲" AS meter_id, "何时" AS "time", 1 / (("编码甲" = 'x')::int) AS actual_m3 FROM gas.typed;
GRANT SELECT ON gas.typed, gas.failing TO reader;
"""
"""The readings as databases hold them: blank-padded ids, times with a zone, exact numbers with NaN in litres, texts with a unit."""
MAPS = ("--map", "编码甲=表号", "--map", "何时=时间", "--map", "读数1=工况累计（L）")


@pytest.fixture(scope="module")
def typed(server) -> str:
    """A connection string with a password to the table, as somebody may enter it."""
    import ibis

    connection = ibis.connect(server)
    frame = fleet({"00017": broken(), "00018": works()})[COLUMNS]
    connection.create_table("plain", pa.Table.from_pandas(frame, preserve_index=False))
    connection.raw_sql(TYPED).close()
    connection.con.commit()
    connection.drop_table("plain")
    connection.disconnect()
    return server.replace("ccgrade@", f"reader:{quote(SECRET)}@") + "#gas.typed"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    return tmp_path


def known(path: Path) -> Path:
    registry({"00017": {}, "00018": {}}).to_parquet(path / "registry.parquet", index=False)
    return path / "registry.parquet"


def written(folder: Path) -> bytes:
    """Everything that stands in the files below a folder."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_the_types_of_a_database_give_what_plain_readings_give(typed):
    meters = registry({"00017": {}, "00018": {}})
    told = {"编码甲": "表号", "何时": "时间", "读数1": "工况累计（L）"}
    events = scan(typed, meters, as_of=at(DAYS, 0), profile=told)
    report = events.attrs["report"]
    plain = scan(fleet({"00017": broken(), "00018": works()})[COLUMNS], meters, as_of=at(DAYS, 0))
    keys = ["meter_id", "customer_id", "code", "severity", "first_time", "last_time"]
    pd.testing.assert_frame_equal(events[keys], plain[keys])
    assert list(events.meter_id + events.code) == ["00017通讯中断"]
    assert (report.readings, report.rejected) == (plain.attrs["report"].readings, {})
    unused = [header.text for header in report.headers if not header.column]
    assert unused == ["位置", "备用", "时长", "地址"]


def test_headers_of_a_database_that_nobody_can_guess_are_named(typed):
    with pytest.raises(
        FileFault, match=r"的表“gas.typed”的表头里找不到“表号、时间”列。找到的列：“编码甲”、“何时”"
    ) as told:
        scan(typed, None)
    assert SECRET not in str(told.value)


def test_a_table_one_may_not_read_is_one_sentence(typed, server):
    stranger = server.replace("ccgrade@", f"stranger:{quote(SECRET)}@") + "#gas.typed"
    with pytest.raises(FileFault, match=r"没有叫“gas.typed”的表，或没有读它的权限") as told:
        scan(stranger, None)
    assert SECRET not in str(told.value)


def test_a_table_that_fails_while_it_is_read_is_one_sentence(typed):
    with pytest.raises(FileFault, match=r"的表“gas.failing”时出错（DivisionByZero），没有读完") as told:
        scan(typed.replace("gas.typed", "gas.failing"), None)
    assert SECRET not in str(told.value)


def test_the_command_line_reads_a_database_and_shows_no_password(typed, home):
    def ccgrade(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ccgrade_xl", "meters", *map(str, words)],
            capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip

    words = (
        "scan",
        typed,
        "--meters",
        known(home),
        "--as-of",
        f"{at(DAYS, 0):%Y-%m-%d %H:%M}",
        "--no-forecast",
    )
    refused = ccgrade(*words)
    assert refused.returncode == 2
    assert '--map "编码甲=表号"' in refused.stderr
    done = [ccgrade(*words, *MAPS, "--json"), ccgrade(*words, "--json"), ccgrade("headers")]
    assert [each.returncode for each in done] == [1, 1, 0], done[0].stderr
    for each in done[:2]:
        assert json.loads(each.stdout)["alarms"] == {"高": 0, "中": 1, "低": 0}
    assert "postgres:///postgres#gas.typed" in done[2].stdout
    assert not [each for each in (refused, *done) if SECRET in each.stdout + each.stderr]
    assert not [each for each in (refused, *done) if quote(SECRET) in each.stdout + each.stderr]
    assert SECRET.encode() not in written(home)
    assert quote(SECRET).encode() not in written(home)


def test_the_button_reads_a_database_and_shows_no_password(typed, home):
    book = Desk(book_with_customers(home / "评级.xlsm"))
    book.write_block(SOURCES.name, [[typed], [str(known(home))]])
    asked = read_alarms(book)
    listed = READING_HEADERS.records(book.read_table(READING_HEADERS.name))
    meanings = {"编码甲": "表号", "何时": "时间", "读数1": "工况累计"}
    book.write_columns(
        READING_HEADERS.name,
        {
            "对应列": [meanings.get(str(row["文件里的表头"]), row["对应列"]) for row in listed],
            "单位": ["L" if row["文件里的表头"] == "读数1" else row["单位"] for row in listed],
        },
    )
    done = read_alarms(book)
    assert {each.meter_id + each.code for each in results().all_alarms()} == {"00017通讯中断"}
    assert {row["来源"] for row in listed} == {"postgres:///postgres#gas.typed"}
    for outcome in (asked, done):
        assert SECRET not in outcome.message + "".join(outcome.attention) + str(outcome.data)
    assert quote(SECRET).encode() not in written(home / "home" / "meters")
