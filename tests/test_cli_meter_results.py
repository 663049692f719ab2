"""`ccgrade meters scan`, `usage`, `forecast`, `plot`, `settings`: what they print and write, and their exit codes."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from ccgrade_xl.cli import ATTENTION, DONE, NOTHING_DONE, main
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.meters import job
from ccgrade_xl.meters.result_records import Alarm, DayVolume
from ccgrade_xl.meters.settings import DEFAULT, parse_settings
from ccgrade_xl.meters.store import keep_results, results
from ccgrade_xl.reports.meter_plot import Picture, drawn_svg
from tests.meters.kept import LONE, found
from tests.pages.books import graded_book, rows_of


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    keep_results(found())


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ccgrade_xl.meters.simulation import FleetSpec, write_simulation

    folder = tmp_path_factory.mktemp("fleet") / "sim"
    write_simulation(
        folder,
        FleetSpec(meters=6, faulty_share=0.5),
        seed=3,
        start=dt.date(2025, 3, 1),
        days=40,
        interval_minutes=60,
        status=lambda *_: None,
    )
    return folder


def ran(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["ccgrade", "meters", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "parquet"])
def test_scan_keeps_the_results_and_writes_every_alarm(simulated, tmp_path, monkeypatch, capsys, kind):
    out = tmp_path / f"异常.{kind}"
    words = ("scan", simulated / "readings", "--meters", simulated / "registry.parquet", "-o", out)
    assert ran(monkeypatch, *words) == ATTENTION
    said = capsys.readouterr().out
    alarms = results().all_alarms()
    assert f"已检查 6 块表的 {results().report.readings} 条读数" in said
    assert alarms
    if kind == "xlsx":
        rows = list(openpyxl.load_workbook(out).active.iter_rows(min_row=2, values_only=True))
        assert [row[0] for row in rows] == [alarm.meter_id for alarm in alarms]
        assert [row[4] for row in rows] == [alarm.first_time for alarm in alarms]
    elif kind == "parquet":
        assert pq.read_table(out)["异常"].to_pylist() == [alarm.code for alarm in alarms]
    else:
        assert len(out.read_text("utf-8-sig").splitlines()) == 1 + len(alarms)


def test_scan_fills_the_sheet_of_a_workbook(simulated, tmp_path, monkeypatch):
    graded_book(tmp_path / "簿.xlsm")
    words = ("scan", simulated / "readings", "--meters", simulated / "registry.parquet")
    assert ran(monkeypatch, *words, "--book", tmp_path / "簿.xlsm") == ATTENTION
    codes = {row["异常"] for row in rows_of(ClosedFileBook(tmp_path / "簿.xlsm"), "异常")}
    assert {alarm.code for alarm in results().all_alarms("高")} <= codes


def test_scan_answers_machines_in_json(simulated, monkeypatch, capsys):
    words = (
        "scan",
        simulated / "readings",
        "--meters",
        simulated / "registry.parquet",
        "--json",
        "--no-forecast",
    )
    assert ran(monkeypatch, *words) == ATTENTION
    told = json.loads(capsys.readouterr().out)
    assert told["meters"] == 6
    assert sum(told["alarms"].values()) == len(results().all_alarms())
    assert {check["state"] for check in told["checks"]} <= {"已检查", "部分检查", "未检查", "未启用"}
    assert not results().report.forecast


def test_scan_obeys_settings_and_the_time_it_is_told(simulated, tmp_path, monkeypatch):
    from ccgrade_xl.meters.checks import CHECKS

    toml = tmp_path / "规则.toml"
    toml.write_text("".join(f"[{check.key}]\non = false\n" for check in CHECKS), "utf-8")
    words = ("scan", simulated / "readings", "--settings", toml, "--as-of", "2025-03-20")
    ran(monkeypatch, *words)
    assert results().all_alarms() == ()
    assert f"{results().report.as_of}" == "2025-03-21 00:00:00"


def test_a_scan_that_is_interrupted_leaves_the_last_results(simulated, monkeypatch, capsys):
    before = results().path

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(job, "forecast", stopped)
    assert ran(monkeypatch, "scan", simulated / "readings") == NOTHING_DONE
    assert "已中断" in capsys.readouterr().err
    assert results().path == before


STOPPED = """
import os, signal, sys, threading
from ccgrade_xl.cli import main
from ccgrade_xl.meters.engine import Engine

once = threading.Lock()
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal: who starts tests in the background ignores it

def stopped(self, *_):
    self.connection.raw_sql("SET threads = 1")  # DuckDB looks for Ctrl-C where this thread computes itself
    if once.acquire(blocking=False):
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    self.connection.raw_sql("SELECT count(*) FROM range(1_000_000_000_000)").fetchall()

setattr(Engine, {step!r}, stopped)
sys.argv = ["ccgrade", "meters", "scan", {readings!r}]
main()
"""


@pytest.mark.parametrize("step", ["frame", "again"], ids=["before_the_batches", "in_the_batches"])
def test_ctrl_c_within_a_query_ends_the_scan_with_one_sentence(simulated, step):
    before = results().path
    script = STOPPED.format(step=step, readings=str(simulated / "readings"))
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert ended.returncode == NOTHING_DONE
    assert ended.stderr.splitlines()[-1] == "已中断，没有写入任何文件。"
    assert "Traceback" not in ended.stderr
    assert results().path == before


LITTLE_ROOM = """
import resource, sys
from ccgrade_xl.cli import main

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # no file may be larger: as on a disk that is full
sys.argv = ["ccgrade", "meters", "scan", {readings!r}]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX limits how large a file may be")
def test_a_disk_without_room_for_what_is_remembered_ends_the_scan_with_one_sentence(simulated, tmp_path):
    before = results().path
    script = LITTLE_ROOM.format(readings=str(simulated / "readings"))
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert ended.returncode == NOTHING_DONE, ended.stderr
    assert re.fullmatch("写不进增量记录的文件夹“.*”（.*），请检查路径、权限和磁盘空间。\n", ended.stderr)
    assert results().path == before
    assert not list((tmp_path / "home" / "meters").glob("seen/*/run-*"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("scan", "没有这个文件夹"), "没有这个文件夹"),
        (("scan", "x", "-o", "x.doc"), "不能写成“.doc”"),
        (("scan", "x", "--as-of", "昨天"), "--as-of"),
        (("scan", "x", "--settings", "没有.toml"), "读不出来"),
        (("usage", "不存在"), "没有表号或客户编号 “不存在”"),
        (("usage", "--month", "上月"), "--month"),
        (("forecast", "甲", "--days", "9999"), "最多预测 365 天"),
        (("plot", "甲", "--days", "0"), "1–400"),
        (("plot", "甲", "-o", "x.bmp"), "不能画成“.bmp”"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert ran(monkeypatch, *words) == NOTHING_DONE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [("usage",), ("forecast",), ("plot", LONE)])
def test_without_a_scan_the_sentence_says_what_to_run(tmp_path, monkeypatch, capsys, words):
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "empty"))
    assert ran(monkeypatch, *words) == NOTHING_DONE
    assert "ccgrade meters scan" in capsys.readouterr().err


def test_usage_of_all_customers_and_of_one(monkeypatch, capsys):
    assert ran(monkeypatch, "usage", "--json") == DONE
    told = json.loads(capsys.readouterr().out)
    assert [(row["客户编号"], row["本月 m³"], row["上月 m³"]) for row in told["rows"]] == [
        ("丙", None, None), ("乙", 1500.0, 1550.0), ("甲", 300.0, 300.0), ("表号:S-9", 30.0, 31.0),
    ]  # fmt: skip
    assert "有 1 块表不知道是哪个客户的" in told["message"]
    assert ran(monkeypatch, "usage", "乙", "--json") == DONE
    assert [row["用气量 m³"] for row in json.loads(capsys.readouterr().out)["rows"]] == [1550.0, 1500.0]
    assert ran(monkeypatch, "usage", "甲") == DONE
    assert "30.0%" in capsys.readouterr().out


def test_usage_fills_a_workbook_on_request(tmp_path, monkeypatch, capsys):
    made = found()
    made.registry.loc[0, "customer_id"] = "0001"
    made.series.of_customer["0001"] = 0
    made.use.index = ["0001", "乙"]
    keep_results(made)
    graded_book(tmp_path / "簿.xlsm")
    assert ran(monkeypatch, "usage", "--book", tmp_path / "簿.xlsm") == ATTENTION
    assert "原来 120,000.0，读数 310.0" in capsys.readouterr().out
    rows = rows_of(ClosedFileBook(tmp_path / "簿.xlsm"), "客户")
    assert [row["月均用气量"] for row in rows] == [310.0, 12000.0, 800.0, None]


def test_forecast_of_all_customers_and_of_one(monkeypatch, capsys):
    assert ran(monkeypatch, "forecast", "--days", "7", "--json") == DONE
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["客户编号"]: row["今后 7 天 m³"] for row in rows} == {
        "甲": 70.0,
        "乙": 350.0,
        "丙": None,
        "表号:S-9": 7.0,
    }
    assert ran(monkeypatch, "forecast", LONE) == DONE
    assert f"{LONE} 今后 28 天预计 280 m³" in capsys.readouterr().out


def test_a_plot_has_a_bar_a_day_and_names_the_alarms(tmp_path, monkeypatch, capsys):
    assert ran(monkeypatch, "plot", "甲") == DONE
    lines = capsys.readouterr().out.splitlines()
    assert sum("█" in line or "░" in line for line in lines[1:]) == 35
    assert any(line.startswith("高 倒走") for line in lines)
    assert ran(monkeypatch, "plot", "甲", "--days", "61", "-o", tmp_path / "甲.svg") == DONE
    svg = ET.parse(tmp_path / "甲.svg").getroot()
    bars = [each for each in svg if each.get("fill") == "#2E75B6"]
    assert len(bars) == 61
    assert sum(each.get("fill") == "#C00000" for each in svg) == 1


@pytest.mark.parametrize(
    ("m3", "labels"),
    [(0.0, ["0"]), (0.4, ["0.000", "0.200", "0.400"]), (25.0, ["0.0", "12.5", "25.0"]), (1e4, ["0", "5,000", "10,000"])],
)  # fmt: skip
def test_the_scale_of_a_plot_tells_its_volumes_apart(m3, labels):
    days = tuple(DayVolume(dt.date(2026, 6, day), m3, 0.0) for day in (1, 2))
    svg = ET.fromstring(drawn_svg(Picture("甲", days, ())))
    assert [each.text for each in svg if each.get("text-anchor") == "end"] == labels


def test_a_plot_says_how_many_alarms_it_leaves_out_and_marks_the_days_of_each():
    first = dt.datetime(2026, 6, 1)
    alarms = tuple(
        Alarm("A", "", "缺数", "低", first, first + dt.timedelta(days=2), "不全。" * 40, 1.0, 1.0, None)
        for _ in range(11)
    )
    days = tuple(DayVolume(dt.date(2026, 6, day), 1.0, 0.0) for day in (1, 2, 3))
    picture = Picture("甲", days, alarms)
    assert [picture.marks(day.day) for day in days] == ["低", "低", ""]
    texts = [each.text or "" for each in ET.fromstring(drawn_svg(picture))]
    assert "……另有 4 条异常。" in texts
    assert sum(text.endswith("…") for text in texts) == 7


def test_exported_settings_are_the_defaults(tmp_path, monkeypatch, capsys):
    assert ran(monkeypatch, "settings") == DONE
    assert parse_settings(capsys.readouterr().out) == DEFAULT
    assert ran(monkeypatch, "settings", "-o", tmp_path / "规则.toml") == DONE
    assert parse_settings((tmp_path / "规则.toml").read_text("utf-8")) == DEFAULT
