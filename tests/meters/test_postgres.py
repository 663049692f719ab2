"""Readings come from a PostgreSQL table, read from a real server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters import scan
from tests.meters.series import DAYS, at, fleet, registry, works

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not BINARIES, reason="the PostgreSQL server is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A PostgreSQL server of its own, on a free port of this machine; it refuses to run as root."""
    folder = tmp_path_factory.mktemp("postgres")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
        for parent in (folder.parent, folder.parent.parent):
            parent.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = BINARIES[-1].parent
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, capture_output=True, cwd="/")

    run(
        str(home / "initdb"),
        "-D",
        str(data),
        "-U",
        "reader",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    run(str(home / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    yield f"postgres://reader@127.0.0.1:{port}/postgres"
    run(str(home / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def broken() -> pd.DataFrame:
    frame = works()
    return frame[(frame.time <= at(30, 9)) | (frame.time >= at(33, 9))]


@pytest.fixture(scope="module")
def table(server):
    import ibis

    connection = ibis.connect(server)
    readings = fleet({"00017": broken(), "00018": works()}).sort_values("time")
    connection.create_table(
        "readings", readings[["meter_id", "time", "actual_m3", "standard_m3", "actual_flow"]]
    )
    connection.create_table("others", pd.DataFrame({"a": [1]}))
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
