"""`ccgrade meters scan` day after day: headers said once, new files only, and the same from the workbook."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from ccgrade_xl.cli import ATTENTION, DONE, NOTHING_DONE, main
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.meters.store import results
from ccgrade_xl.workbook.meter_lists import ALARMS, READING_HEADERS
from tests.pages.meter_scan import book_with_customers, simulated
from tests.pages.odd_readings import TOLD, odd_readings

MAPS = [
    word
    for header, (column, unit) in TOLD.items()
    for word in ("--map", f"{header}={column}" + (f"（{unit}）" if unit else ""))
]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def odd(fleet: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd_readings(fleet, tmp_path_factory.mktemp("odd") / "r", 12)


@pytest.fixture
def readings(odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    return Path(shutil.copytree(odd, tmp_path / "r"))


def ran(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["ccgrade", "meters", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def scanned(monkeypatch, capsys, readings: Path, *words: object) -> dict:
    assert ran(monkeypatch, "scan", readings, "--no-forecast", "--json", *words) in (DONE, ATTENTION)
    return json.loads(capsys.readouterr().out)


def test_headers_nobody_can_guess_are_named_with_what_to_write(readings, monkeypatch, capsys):
    assert ran(monkeypatch, "scan", readings) == NOTHING_DONE
    said = capsys.readouterr().err
    assert "找不到“表号、时间、工况累计 或 标况累计”列。找到的列：“编码甲”、“何时”、“读数1”" in said
    assert '--map "编码甲=表号"' in said


def test_what_is_said_once_is_remembered_and_the_next_day_reads_its_file_only(readings, monkeypatch, capsys):
    last = max(readings.iterdir())
    tomorrow = last.rename(readings.parent / last.name)
    first = scanned(monkeypatch, capsys, readings, *MAPS)
    assert first["files"] == {"opened": 11, "listed": 11, "reread": ""}
    units = {row["header"]: (row["column"], row["unit"]) for row in first["headers"]}
    assert (units["读数1"], units["P"]) == (("actual_m3", "L"), ("pressure_kpa", "MPa"))
    tomorrow.rename(last)
    assert ran(monkeypatch, "scan", readings, "--no-forecast") in (DONE, ATTENTION)
    assert "读了 1 个新文件，其余 11 个上次已读过。" in capsys.readouterr().out
    found, readings_then = results().all_alarms(), results().report.readings
    full = scanned(monkeypatch, capsys, readings, "--full")
    assert full["files"] == {"opened": 12, "listed": 12, "reread": "按要求，已全部重新读取。"}
    assert (results().all_alarms(), results().report.readings) == (found, readings_then)


def test_a_profile_by_name_serves_another_folder_and_can_be_listed_and_forgotten(
    readings, monkeypatch, capsys
):
    scanned(monkeypatch, capsys, readings, "--profile", "平台", *MAPS)
    other = Path(shutil.copytree(readings, readings.with_name("别处")))
    assert ran(monkeypatch, "scan", other) == NOTHING_DONE
    assert ran(monkeypatch, "scan", other, "--profile", "平台2") == NOTHING_DONE
    assert "没有叫“平台2”的表头对照（已有：平台）" in capsys.readouterr().err
    scanned(monkeypatch, capsys, other, "--profile", "平台")
    assert scanned(monkeypatch, capsys, other)["files"]["opened"] == 0
    assert ran(monkeypatch, "headers", "--json") == DONE
    (known,) = json.loads(capsys.readouterr().out)["profiles"]
    assert (known["name"], known["places"]) == ("平台", [str(readings), str(other)])
    assert ran(monkeypatch, "headers", "--forget", "平台") == DONE
    assert "已忘掉表头对照“平台”" in capsys.readouterr().out
    assert ran(monkeypatch, "scan", readings) == NOTHING_DONE


def test_a_workbook_knows_what_was_said_and_says_it_to_the_command_line(
    readings, tmp_path, monkeypatch, capsys
):
    path = book_with_customers(tmp_path / "簿.xlsm")
    scanned(monkeypatch, capsys, readings, "--book", path, *MAPS)
    book = ClosedFileBook(path)
    rows = READING_HEADERS.records(book.read_table(READING_HEADERS.name))
    told = {row["文件里的表头"]: (row["对应列"], row["单位"]) for row in rows}
    assert {header: told[header] for header in TOLD} == TOLD
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "another machine"))
    assert ran(monkeypatch, "scan", readings) == NOTHING_DONE
    scanned(monkeypatch, capsys, readings, "--book", path)
    assert scanned(monkeypatch, capsys, readings)["files"]["opened"] == 0


def test_the_grave_alarms_that_are_told_are_those_the_workbook_lists(fleet, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    path = book_with_customers(tmp_path / "簿.xlsm")
    told = scanned(
        monkeypatch, capsys, fleet / "readings", "--book", path, "--meters", fleet / "registry.parquet"
    )
    book = ClosedFileBook(path)
    listed = ALARMS.records(book.read_table(ALARMS.name))
    grave = sum(row["级别"] == "高" for row in listed)
    assert 0 < grave < told["alarms"]["高"]
    assert f"清单里有 {grave} 条高级别异常，请先处理。" in told["attention"]
    assert not [line for line in told["attention"] if line.startswith("有 ") and "高级别" in line]


def test_what_was_seen_can_be_kept_in_a_folder_of_ones_own(readings, tmp_path, monkeypatch, capsys):
    scanned(monkeypatch, capsys, readings, "--state", tmp_path / "state", *MAPS)
    assert (tmp_path / "state" / "state.json").exists()
    assert not (tmp_path / "home" / "meters" / "seen").exists()
    assert scanned(monkeypatch, capsys, readings, "--state", tmp_path / "state")["files"]["opened"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--map", "编码甲"), "--map “编码甲” 看不懂，请写成 表头=列"),
        (("--map", "编码甲=瓦斯"), "--map “编码甲=瓦斯”：没有“瓦斯”这个列，可以写 表号、"),
        (("--map", "P=压力（吨）"), "单位“吨”不认识，可以写 kPa、"),
        (("--map", "编码甲=表号", "--map", "何时=表号"), "把“编码甲”和“何时”都对应到“表号”"),
        (("--zone", "火星"), "--zone “火星”不是时区名"),
        (("--state", "{file}"), "写不进增量记录的文件夹"),
    ],
)
def test_what_cannot_be_said_is_one_sentence(readings, monkeypatch, capsys, words, said):
    file = min(readings.iterdir())
    assert ran(monkeypatch, "scan", readings, *(word.format(file=file) for word in words)) == NOTHING_DONE
    assert said in capsys.readouterr().err


def test_a_header_that_is_not_there_is_told_and_not_remembered(readings, monkeypatch, capsys):
    found = scanned(monkeypatch, capsys, readings, *MAPS, "--map", "编码乙=温度")
    assert "--map 里的表头“编码乙”不在读数里，请核对写法。" in found["attention"]
    ran(monkeypatch, "headers", "--json")
    assert "编码乙" not in json.loads(capsys.readouterr().out)["profiles"][0]["headers"]
