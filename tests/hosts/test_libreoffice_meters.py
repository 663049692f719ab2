"""远程抄表 in an open Calc document: the same cells as in a closed file, marks that survive, undo."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import read_alarms, report_usage, show_forecast, undo_last
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.meter_lists import ALARMS, ARCHIVE, METER_LISTS, READING_HEADERS
from ccgrade_xl.workbook.meter_page import SOURCES
from tests.hosts.conftest import Opener
from tests.hosts.customers import plain
from tests.hosts.office import Office
from tests.pages.meter_scan import BLOCKS, book_with_customers, simulated
from tests.pages.odd_readings import TOLD, odd_readings

pytestmark = pytest.mark.libreoffice
DAY = dt.date(2026, 11, 2)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("fleet"))


@pytest.fixture
def path(tmp_path: Path, fleet: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook that knows where its readings are."""
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    path = book_with_customers(tmp_path / "评级.xlsm")
    book = ClosedFileBook(path)
    cells = [str(fleet / "readings"), str(fleet / "registry.parquet"), *[None] * (SOURCES.rows - 3), "全部"]
    book.write_block(SOURCES.name, [[cell] for cell in cells])
    book.commit()
    return path


def page(book: Book) -> Any:
    tables = {each.name: plain(book.read_table(each.name).rows) for each in METER_LISTS}
    return tables | {block.name: plain(book.read_block(block.name)) for block in BLOCKS}


def test_every_button_leaves_the_cells_it_leaves_in_a_closed_file(
    addin_office: Office, addin_open: Opener, path: Path
) -> None:
    document = addin_open(Path(shutil.copy(path, path.with_name("打开的.xlsm"))))
    closed = ClosedFileBook(path)
    with LibreOfficeBook(document, addin_office.context, attended=False) as live:
        for button in (lambda book: read_alarms(book, day=DAY), report_usage, show_forecast):
            assert button(live) == button(closed)
        live.commit()
        closed.commit()
        assert page(live) == page(ClosedFileBook(path))


def test_marks_survive_and_suppress_and_undo_puts_all_back(
    addin_office: Office, addin_open: Opener, path: Path
) -> None:
    with LibreOfficeBook(addin_open(path), addin_office.context, attended=False) as live:
        read_alarms(live, day=DAY)
        table = live.read_table(ALARMS.name)
        marks = {
            "误报": ["是", *table.column("误报")[1:]],
            "备注": ["=误报", "=跟进", *table.column("备注")[2:]],
        }
        live.write_columns(ALARMS.name, marks)
        marked, before = ALARMS.records(live.read_table(ALARMS.name)), page(live)
        read_alarms(live, day=DAY + dt.timedelta(days=1))
        listed, archive = (each.records(live.read_table(each.name)) for each in (ALARMS, ARCHIVE))
        assert [ALARMS.key_of(row) for row in archive] == [ALARMS.key_of(marked[0])]
        kept = next(row for row in listed if ALARMS.key_of(row) == ALARMS.key_of(marked[1]))
        assert (kept["备注"], kept["期限"]) == ("=跟进", marked[1]["期限"])
        undo_last(live)
        assert page(live) == before


def test_headers_nobody_can_guess_are_chosen_in_the_sheet_once(
    addin_office: Office, addin_open: Opener, path: Path, fleet: Path, tmp_path: Path
) -> None:
    readings = odd_readings(fleet, tmp_path / "r", 30)
    closed = ClosedFileBook(path)
    closed.write_block(SOURCES.name, [[str(readings)], [str(fleet / "registry.parquet")]])
    closed.commit()
    with LibreOfficeBook(addin_open(path), addin_office.context, attended=False) as live:
        asked = read_alarms(live, day=DAY)
        assert "找不到“表号、时间" in asked.message
        listed = READING_HEADERS.records(live.read_table(READING_HEADERS.name))
        chosen = [TOLD.get(str(row["文件里的表头"]), (row["对应列"], row["单位"])) for row in listed]
        entered = {name: [each[at] for each in chosen] for at, name in enumerate(("对应列", "单位"))}
        live.write_columns(READING_HEADERS.name, entered)
        assert "第一次读取，读了全部 30 个文件" in read_alarms(live, day=DAY).message
        alarms = plain(live.read_table(ALARMS.name).rows)
        headers = plain(live.read_table(READING_HEADERS.name).rows)
        assert [row[3] for row in headers].count("L") == 1
    again = ClosedFileBook(path)
    assert "读了 0 个新文件" in read_alarms(again, day=DAY).message
    assert plain(again.read_table(ALARMS.name).rows) == alarms
    assert plain(again.read_table(READING_HEADERS.name).rows) == headers
