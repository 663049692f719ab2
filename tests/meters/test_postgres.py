"""Readings come from a PostgreSQL table, read from a real server."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pytest

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters import scan
from tests.casework import postgresql
from tests.meters.series import DAYS, at, fleet, registry, works

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
