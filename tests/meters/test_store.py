"""Where results are kept: switched whole, read while they are, by several processes, and what is said where there are none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ccgrade_xl.errors import FileFault, NothingScanned
from ccgrade_xl.meters import store
from ccgrade_xl.meters.store import keep_results, results, results_folder
from tests.meters.kept import LONE, found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path))
    return tmp_path


def with_forecast(wanted: bool) -> None:
    keep_results(found(with_forecast=wanted))


def test_without_a_scan_the_sentence_says_what_to_do():
    with pytest.raises(NothingScanned, match="还没有远程抄表的扫描结果，请先在“客户分级”选项卡按“读取异常”"):
        results()


def test_what_was_kept_is_read_and_only_the_owner_may(home):
    path = keep_results(found())
    assert results().path == path
    assert results() is results()
    assert results().alarm_count(LONE) == 2
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0


def test_a_new_scan_is_seen_at_once_and_the_old_one_can_still_be_read():
    with_forecast(True)
    before = results()
    with_forecast(False)
    assert not results().report.forecast
    assert store.Results(before.path).report.forecast


def test_a_scan_that_cannot_be_written_leaves_the_one_before(monkeypatch):
    with_forecast(True)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_results", full)
    with pytest.raises(FileFault, match="No space left"):
        with_forecast(False)
    assert results().report.forecast
    assert not list(results_folder().glob(".*.half"))


def test_an_interrupted_write_leaves_the_one_before(monkeypatch):
    with_forecast(True)

    def stopped(path: Path, *_: object) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "write_results", stopped)
    with pytest.raises(KeyboardInterrupt):
        with_forecast(False)
    assert results().report.forecast
    assert not list(results_folder().glob(".*.half"))


def test_old_results_are_removed_once_nobody_can_need_them():
    first, second = keep_results(found()), keep_results(found())
    for path in (first, second):
        long_ago = time.time() - 7200
        os.utime(path, (long_ago, long_ago))
    left_over = results_folder() / ".scan-killed.sqlite.1.half"
    left_over.touch()
    os.utime(left_over, (long_ago, long_ago))
    third = keep_results(found())
    assert not left_over.exists()
    assert set(results_folder().glob("scan-*")) == {second, third}  # the second was current until now
    assert results().path == third


@pytest.mark.parametrize("harm", ["named", "file", "pointer"])
def test_a_lost_or_damaged_store_is_a_sentence_and_the_next_scan_mends_it(harm):
    path = keep_results(found())
    current = results_folder() / "current"
    if harm == "named":
        path.unlink()
    elif harm == "file":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        current.write_bytes(b"\xff\xfe")
    with pytest.raises(NothingScanned, match="请重新读取异常"):
        results().all_alarms()
    keep_results(found())
    assert len(results().all_alarms()) == 5


def test_a_pointer_never_leads_out_of_the_folder(tmp_path):
    keep_results(found())
    (results_folder() / "current").write_text("../../etc/passwd", "ascii")
    with pytest.raises(NothingScanned, match="passwd”不见了"):
        results()


def test_reading_needs_none_of_the_libraries_that_scanning_does():
    code = (
        "import sys\n"
        "for name in ('duckdb', 'ibis', 'pandas', 'pyarrow', 'pyaga8', 'chinese_calendar'): sys.modules[name] = None\n"
        "from ccgrade_xl.meters.store import results\n"
        f"print(results().alarm_count({LONE!r}), results().forecast({LONE!r}, 7))"
    )
    keep_results(found())
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["2", "70.0"]


def test_processes_that_keep_and_read_at_once_see_only_whole_results(home):
    code = (
        "from ccgrade_xl.meters.store import keep_results, results\n"
        "from tests.meters.kept import found\n"
        "made = found()\n"
        "for _ in range(15):\n"
        "    keep_results(made)\n"
        "    assert len(results().all_alarms()) == 5 and results().report.forecast"
    )
    keep_results(found())
    running = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(3)]
    while any(process.poll() is None for process in running):
        assert len(results().all_alarms()) == 5
    assert [process.communicate()[1] for process in running] == [b""] * 3
    assert results().report.meters == 4
