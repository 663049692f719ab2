"""远程抄表 on a workbook that is open in Excel: readings scanned in a Windows Python give what they give elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.meters.job import run
from ccgrade_xl.meters.store import results, results_folder
from ccgrade_xl.pages.meters import fill
from ccgrade_xl.workbook.meter_page import SOURCES
from tests.hosts.windows.twins import NAME, WINDOWS_HOME, Twins, differences, open_cells, press
from tests.hosts.windows.wine import Wine, windows_path
from tests.pages.meter_scan import METERS, book_with_customers, simulated

pytestmark = pytest.mark.windows

PARQUET, SPREADSHEET, REGISTRY = "读数", "读数（CSV）", "表具档案.parquet"
HEADERS = {"meter_id": "表号", "time": "抄表时间", "actual_m3": "工况累计", "standard_m3": "标况累计"}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet's readings twice, as Parquet and as CSV of GBK under Chinese headers, and the registry of its meters."""
    made = simulated(tmp_path_factory.mktemp("fleet"))
    folder = tmp_path_factory.mktemp("readings")
    shutil.copytree(made / "readings", folder / PARQUET)
    shutil.copy(made / "registry.parquet", folder / REGISTRY)
    (folder / SPREADSHEET).mkdir()
    rows = pd.read_parquet(folder / PARQUET, columns=list(HEADERS)).rename(columns=HEADERS)
    rows.to_csv(folder / SPREADSHEET / "七月起.csv", index=False, encoding="gb18030")
    return folder


@pytest.fixture
def metered(windows: Wine, twins: Twins, fleet: Path, tmp_path: Path) -> Twins:
    """The twins, but with the fleet's customers; the readings lie beside each of them."""
    book = book_with_customers(tmp_path / "表具.xlsm")
    twins.excel.ask("close", full_name=NAME)
    twins.excel.open(NAME, book)
    shutil.copy(book, twins.path)
    for folder in (windows.path(NAME).parent, twins.path.parent):
        shutil.copytree(fleet, folder, dirs_exist_ok=True)
    return twins


@pytest.mark.timeout(900)
@pytest.mark.parametrize("windows", [936], indirect=True, ids=["cp936"])
def test_a_scan_finds_what_it_finds_on_another_machine(metered: Twins, tmp_path: Path) -> None:
    metered.enter({SOURCES.name: [PARQUET, REGISTRY]})
    told = {button: metered.both(button) for button in ("alarms", "usage", "forecast")}
    assert told["alarms"].message.startswith(f"{METERS} 块表、")
    assert "要按读数改写吗" in told["usage"].questions[0]
    alarms = results().all_alarms()
    assert len({alarm.code for alarm in alarms}) > METERS / 2
    assert results(tmp_path / WINDOWS_HOME / "meters").all_alarms() == alarms
    metered.enter({SOURCES.name: [SPREADSHEET, REGISTRY]})
    assert "要重新扫描读数吗" in metered.both("alarms").questions[0]
    assert results(tmp_path / WINDOWS_HOME / "meters").all_alarms() == results().all_alarms()
    metered.both("undo")


@pytest.mark.parametrize("windows", [936], indirect=True, ids=["cp936"])
def test_without_what_a_scan_needs_the_meters_show_the_last_results(metered: Twins, fleet: Path) -> None:
    """Where DuckDB is not installed, one sentence says so, and what another machine left is shown as in a closed file."""
    run(fleet / PARQUET, fleet / REGISTRY)
    before = open_cells(metered.excel)
    closed = ClosedFileBook(metered.path)
    expected = fill(closed, results()).message
    closed.commit()
    told = press(metered.commands, "alarms", without="duckdb", home=windows_path(results_folder().parent))
    assert told.startswith("没有装 duckdb，不能扫描读数")
    assert expected in told
    assert metered.differences() == {}
    assert press(metered.commands, "undo", home=windows_path(results_folder().parent)).startswith("已撤销")
    assert differences(open_cells(metered.excel), before) == {}


def test_without_any_scan_the_meters_say_what_is_missing(twins: Twins) -> None:
    before = open_cells(twins.excel)
    told = press(twins.commands, "alarms", without="duckdb", home=twins.home)
    assert told.count("没有装 duckdb") == 1
    assert "没有上次的扫描结果" in told
    assert open_cells(twins.excel) == before
