"""A folder that is written while it is read: no scan invents an alarm, each says what it left out, and in the end nothing is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from ccgrade_xl.errors import FileFault, NothingScanned
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.job import run
from ccgrade_xl.meters.store import results
from ccgrade_xl.meters.unfinished import JUST_NOW, finished_size
from tests.meters.series import DAYS, at, fleet, registry, works

COLUMNS = ["meter_id", "time", "status", "actual_flow", "actual_m3", "standard_m3"]
"""The registers come last: half a line may end in half a register."""
KNOWN = registry({"A": {}})


def readings() -> pd.DataFrame:
    frame = fleet({"A": works()})[COLUMNS]
    return frame.assign(status="正常，阀门开")


def daily(folder: Path, kind: str) -> Path:
    """Write the readings as a file a week."""
    folder.mkdir()
    frame = readings()
    for week, part in frame.groupby((frame.time - frame.time.min()).dt.days // 7):
        if kind == "csv":
            part.to_csv(folder / f"{week:03}.csv", index=False, encoding="utf-8")
        else:
            part.to_parquet(folder / f"{week:03}.parquet", index=False)
    return folder


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("appended", "csv"),
        ("in_place", "csv"),
        ("renamed", "csv"),
        ("in_place", "parquet"),
        ("renamed", "parquet"),
    ],
)
def test_scans_beside_a_writer_find_nothing_that_is_not_there_and_in_the_end_everything(tmp_path, how, kind):
    source, folder = daily(tmp_path / "source", kind), tmp_path / "r"
    folder.mkdir()
    writer = subprocess.Popen([sys.executable, "-m", "tests.meters.slow_writer", how, source, folder])
    counts: list[int] = []
    refused: list[str] = []
    try:
        while writer.poll() is None:
            try:
                events = scan(folder, KNOWN, incremental=tmp_path / "state")
            except FileFault as told:
                refused.append(str(told))
                continue
            assert list(events.code) == []
            counts.append(events.attrs["report"].readings)
    finally:
        assert writer.wait() == 0
    clear = re.compile("没有可以读的读数|没有 Parquet、CSV 或 .xlsx 文件|被改写或移走")
    assert [text for text in refused if not clear.search(text)] == []
    assert counts == sorted(counts)
    report = scan(folder, KNOWN, as_of=at(DAYS, 0), incremental=tmp_path / "state").attrs["report"]
    assert report.readings == len(readings())
    full = scan(folder, KNOWN, as_of=at(DAYS, 0)).attrs["report"]
    assert (report.readings, report.rejected) == (full.readings, full.rejected)


def cut(file: Path, at_byte: int, *, old: bool = False) -> bytes:
    """Leave the begin of a file, and return all of it."""
    whole = file.read_bytes()
    file.write_bytes(whole[:at_byte])
    if old:
        long_ago = time.time() - 2 * JUST_NOW
        os.utime(file, (long_ago, long_ago))
    return whole


@pytest.mark.parametrize("lost", [2, 20, 50], ids="{} bytes short".format)
def test_a_line_that_is_half_written_is_left_for_the_next_scan_and_no_rollback(tmp_path, lost):
    folder = daily(tmp_path / "r", "csv")
    last = max(folder.iterdir())
    whole = cut(last, last.stat().st_size - lost)
    events = scan(folder, KNOWN, incremental=tmp_path / "state")
    report = events.attrs["report"]
    assert list(events.code) == []
    assert f"文件“{last.name}”的最后一行可能没有写完，没有读入；写完以后再扫描就会读到。" in report.remarks
    assert report.readings == len(readings()) - 1
    last.write_bytes(whole)
    again = scan(folder, KNOWN, incremental=tmp_path / "state").attrs["report"]
    assert again.readings == len(readings())
    assert again.remarks == ()


def test_a_last_line_without_an_end_counts_once_nobody_writes_it_any_more(tmp_path):
    folder = daily(tmp_path / "r", "csv")
    last = max(folder.iterdir())
    cut(last, last.stat().st_size - 1)
    state = tmp_path / "state"
    assert scan(folder, KNOWN, incremental=state).attrs["report"].readings == len(readings()) - 1
    cut(last, last.stat().st_size, old=True)
    report = scan(folder, KNOWN, incremental=state).attrs["report"]
    assert report.readings == len(readings())
    assert scan(folder, KNOWN, incremental=state).attrs["report"].opened == ()


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"a,b\n1,2\n3,4\n", 12),
        (b"a,b\n1,2\n3", 8),
        (b"a,b\n1,2\n3,4", 11),
        (b"a,b\r\n1,2\r\n\r\n", 12),
        (b"a,b", 3),
        (b"", 0),
        ("表号;时间\n甲;乙\n丙".encode("gb18030"), len("表号;时间\n甲;乙\n".encode("gb18030"))),
    ],
)
def test_a_line_with_fewer_fields_than_the_header_is_not_finished(tmp_path, content, read):
    file = tmp_path / "r.csv"
    file.write_bytes(content)
    cut(file, len(content), old=True)
    assert finished_size(file) == read


@pytest.mark.parametrize("moment", ["removed", "rewritten"])
def test_a_file_that_goes_or_changes_during_a_scan_is_named(tmp_path, monkeypatch, moment):
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    folder = daily(tmp_path / "source", "parquet")
    (tmp_path / "r").mkdir()
    file = tmp_path / "r" / "all.parquet"
    pd.concat(pd.read_parquet(each) for each in sorted(folder.iterdir())).to_parquet(file, index=False)

    def meanwhile(text: str, _share: float) -> None:
        if not text.startswith("已检查") or not file.exists():
            return
        if moment == "removed":
            file.unlink()
        else:
            half = file.with_suffix(".new")
            readings().tail(500).to_parquet(half, index=False)
            half.replace(file)

    if moment == "removed":
        with pytest.raises(
            FileFault, match=r"扫描时文件“all.parquet”被改写或移走，没有扫描完，上次的结果还在。"
        ):
            run(tmp_path / "r", KNOWN, progress=meanwhile, with_forecast=False)
        with pytest.raises(NothingScanned):
            results()
    else:
        kept = run(tmp_path / "r", KNOWN, progress=meanwhile, with_forecast=False)
        assert "扫描时文件“all.parquet”正被改写" in kept.report.remarks[0]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path):
    folder = daily(tmp_path / "r", "csv")
    (folder / "new.csv").touch()
    first = min(folder.iterdir())
    whole = first.read_bytes()
    first.write_bytes(b"\xff\xfe\x00" * 99)
    report = scan(folder, KNOWN, incremental=tmp_path / "state").attrs["report"]
    assert "文件“new.csv”不是整齐的 CSV，或者是空的。请重新导出后再试。" in report.remarks
    assert any(first.name in remark for remark in report.remarks)
    first.write_bytes(whole)
    again = scan(folder, KNOWN, incremental=tmp_path / "state").attrs["report"]
    assert again.readings == len(readings())
    assert [remark for remark in again.remarks if first.name in remark] == []
