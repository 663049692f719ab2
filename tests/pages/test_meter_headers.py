"""Readings whose headers nobody can guess: the page asks once which is which, and remembers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ccgrade_xl.commands import read_alarms, undo_last
from ccgrade_xl.errors import BookFault
from ccgrade_xl.meters import scan
from ccgrade_xl.meters.profiles import profile_of, remember_headers
from ccgrade_xl.meters.store import results
from ccgrade_xl.workbook.meter_lists import READING_HEADERS
from ccgrade_xl.workbook.meter_page import NOTES, SOURCES
from tests.pages.meter_scan import Desk, book_with_customers, simulated
from tests.pages.odd_readings import TOLD, odd_readings


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("fleet"))


@pytest.fixture(scope="module")
def readings(fleet: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return odd_readings(fleet, tmp_path_factory.mktemp("odd") / "r", 40)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    return book_with_customers(tmp_path / "评级.xlsm")


@pytest.fixture
def book(path: Path, readings: Path, fleet: Path) -> Desk:
    opened = Desk(path)
    opened.write_block(SOURCES.name, [[str(readings)], [str(fleet / "registry.parquet")]])
    return opened


def rows(book: Desk) -> list[dict]:
    return READING_HEADERS.records(book.read_table(READING_HEADERS.name))


def say(book: Desk, told: dict[str, tuple[str, str | None]]) -> None:
    """Enter 对应列 and 单位 as the manager does."""
    standing = rows(book)
    columns = {
        name: [
            told[row["文件里的表头"]][at] if row["文件里的表头"] in told else row[name] for row in standing
        ]
        for at, name in enumerate(("对应列", "单位"))
    }
    book.write_columns(READING_HEADERS.name, columns)


def test_unknown_headers_are_listed_for_the_manager_to_choose(book, readings):
    outcome = read_alarms(book)
    assert "找不到“表号、时间、工况累计 或 标况累计”列" in outcome.message
    assert "“编码甲”、“何时”、“读数1”、“读数2”" in outcome.message
    assert "请在“对应列”里选好表号、时间" in outcome.attention[0]
    listed = {row["文件里的表头"]: row["对应列"] for row in rows(book)}
    assert {header: listed[header] for header in TOLD} == dict.fromkeys(TOLD)
    assert listed["temperature_c"] == "温度"
    assert {row["来源"] for row in rows(book)} == {str(readings)}
    assert book.shown == ["远程抄表"]


def test_what_is_chosen_once_is_used_from_then_on(book, path, readings, fleet):
    read_alarms(book)
    say(book, TOLD)
    book.commit()
    again = Desk(path)
    outcome = read_alarms(again)
    assert "第一次读取，读了全部 40 个文件" in outcome.message
    units = {row["文件里的表头"]: (row["对应列"], row["单位"]) for row in rows(again)}
    assert {header: units[header] for header in TOLD} == TOLD
    frame = pd.concat(
        pd.read_csv(file, encoding="gb18030", dtype={"编码甲": str}) for file in sorted(readings.iterdir())
    )
    frame = frame.assign(读数1=frame["读数1"] / 1000, P=frame["P"] * 1000)
    frame = frame.rename(columns={header: column for header, (column, _) in TOLD.items()})
    expected = scan(frame, fleet / "registry.parquet")
    found = [(each.meter_id, each.code, each.first_time) for each in results().all_alarms()]
    assert sorted(found) == sorted(
        expected[["meter_id", "code", "first_time"]].itertuples(index=False, name=None)
    )
    assert "读了 0 个新文件" in read_alarms(again).message
    assert any("上次扫描读了 0 个新文件，其余 40 个" in str(row[0]) for row in again.read_block(NOTES.name))


def test_another_book_and_the_command_line_need_not_be_told_again(book, path, readings, tmp_path):
    read_alarms(book)
    say(book, TOLD)
    read_alarms(book)
    known = profile_of(readings)
    assert {header: known.columns[header] for header in TOLD} == {
        header: column + (f"（{unit}）" if unit else "") for header, (column, unit) in TOLD.items()
    }
    other = Desk(book_with_customers(tmp_path / "别的.xlsm"), on_choose_files=lambda title: [] if "档案" in title else [readings / "抄表20260724.csv"])  # fmt: skip
    remember_headers(readings / "抄表20260724.csv", {}, known.name)
    assert "块表" in read_alarms(other).message


def test_a_new_meaning_has_everything_read_again_and_undo_takes_the_list_back(book):
    read_alarms(book)
    assert rows(book)
    undo_last(book)
    assert rows(book) == []
    read_alarms(book)
    say(book, TOLD)
    read_alarms(book)
    say(book, {**TOLD, "读数2": ("不用", None)})
    assert "表头对照变了，已全部重新读取" in read_alarms(book).message
    assert "standard_m3" not in {header.column for header in results().report.headers}


@pytest.mark.parametrize(
    ("said", "told"),
    [(("瓦斯", None), "没有“瓦斯”这个列"), (("压力", "吨"), "单位“吨”不认识，可以写 kPa")],
)
def test_what_cannot_be_meant_is_named_with_its_row(book, said, told):
    read_alarms(book)
    say(book, {**TOLD, "P": said})
    with pytest.raises(BookFault, match=rf"“远程抄表”页“读数表头”表表头“P”的一行（约第 \d+ 行）：.*{told}"):
        read_alarms(book)


def test_everything_is_read_again_where_the_book_says_so(book):
    read_alarms(book)
    say(book, TOLD)
    read_alarms(book)
    cells = [row[0] for row in book.read_block(SOURCES.name)]
    book.write_block(SOURCES.name, [[cell] for cell in [*cells[:-1], "全部"]])
    assert "读了全部 40 个文件：按要求" in read_alarms(book).message
    book.write_block(SOURCES.name, [[cell] for cell in [*cells[:-1], "随便"]])
    with pytest.raises(BookFault, match="读取方式”“随便”看不懂"):
        read_alarms(book)
