"""What the COM server does with calls that go wrong inside, and when its files are replaced; xlwings' own code, no Windows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

import ccgrade_xl
from ccgrade_xl import functions
from ccgrade_xl.hosts import server_log
from ccgrade_xl.hosts.server_calls import Server
from tests.hosts.com_calls import CREDIT
from tests.hosts.xlwings_stubs import windows_xlwings


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log, in a folder of the test's own."""
    path = tmp_path / "记录" / "server.log"
    monkeypatch.setattr(server_log, "log_file", lambda: path)
    server_log.start_log()
    yield path
    server_log.end_log()


@pytest.fixture
def server(written: Path) -> Iterator[Server]:
    with windows_xlwings():
        yield Server()


def test_a_cell_function_is_answered(server: Server) -> None:
    assert server.CallUDF("CCG_CREDIT", CREDIT) == 78.3
    assert server.CallUDF("CCG_X", (((3000.0,), (None,)),)) == [[2.0], ["#N/A"]]


def test_pandas_is_neither_loaded_nor_lost(server: Server) -> None:
    import pandas

    server.warm_up()
    assert sys.modules["pandas"] is pandas


@pytest.mark.parametrize(
    "problem", [ZeroDivisionError("机密客户"), MemoryError(), RecursionError("机密客户")]
)
def test_an_error_inside_becomes_an_error_value_and_a_sentence(
    server: Server, written: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def fails(*arguments: object) -> None:
        raise problem

    broken = evolve(functions.FUNCTIONS["CCG_X"], compute=fails)
    monkeypatch.setitem(functions.FUNCTIONS, "CCG_X", broken)
    assert server.CallUDF("CCG_X", (30000.0,)) == "#VALUE!"
    told = server.CallUDF("CCG_CHECK", ("CCG_X", 30000.0))
    assert type(problem).__name__ in str(told)
    assert "server.log" in str(told)
    text = written.read_text(encoding="utf-8")
    assert f"CCG_X: {type(problem).__name__} at test_server_calls.py" in text
    assert "机密" not in text
    assert server.CallUDF("CCG_Y", (90.0,)) == 5.0


def test_a_command_that_fails_inside_says_so(server: Server, written: Path) -> None:
    """Here it is Excel that cannot be reached: this machine has none."""
    told = server.RunCommand("grade", "C:\\机密.xlsm")
    assert told.startswith("程序内部出错（")
    assert "机密" not in written.read_text(encoding="utf-8")


def test_a_replaced_package_is_said_and_left(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "__init__.py"
    installed.write_text("", encoding="utf-8")
    monkeypatch.setattr(ccgrade_xl, "__file__", str(installed))
    fresh = Server()
    assert not fresh.is_replaced()
    installed.unlink()
    assert fresh.is_replaced()
    assert fresh.RunCommand("grade", "C:\\工作簿.xlsm") == (
        "ccgrade 已更新，计算程序正在换成新版本。请再按一次这个按钮。"
    )
    assert fresh.leaving


def test_every_call_counts_as_use(server: Server) -> None:
    before = server.last_call
    server.CallUDF("CCG_X", (30000.0,))
    server.CallUDF("没有", ())
    assert server.calls == 2
    assert server.last_call > before


def test_a_column_of_ten_thousand_faults_does_not_flood_the_log(server: Server, written: Path) -> None:
    for _ in range(10_000):
        assert server.CallUDF("CCG_OF_THE_FUTURE", ()) == "#NAME?"
    assert len(written.read_text(encoding="utf-8").splitlines()) == server_log.MOST_REPEATS


def test_the_log_begins_anew_when_it_is_full(written: Path) -> None:
    for number in range(5_000):
        server_log.log.info("%s", f"{number:0200}")
    sizes = {path.name: path.stat().st_size for path in written.parent.iterdir()}
    assert sorted(sizes) == ["server.log", "server.log.1", "server.log.2", "server.log.3"]
    assert max(sizes.values()) <= server_log.LARGEST


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(server_log, "log_file", lambda: tmp_path / "file" / "server.log")
    server_log.start_log()
    server_log.log.error("into the void")
    server_log.end_log()
