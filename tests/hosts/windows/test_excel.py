"""Commands on a workbook that is open in Excel: a stand-in for Excel, the true xlwings, pywin32 and Windows' COM."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from ccgrade_xl.commands import COMMANDS, run_command
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.meters.store import results
from ccgrade_xl.pages.meters import fill
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS
from ccgrade_xl.workbook.meter_lists import ALARMS
from tests.hosts.conftest import TEMPLATE
from tests.hosts.customers import HEADERS, customer, sample
from tests.hosts.windows.excel import (
    Conversation,
    Excel,
    compiled_library,
    conversation,
    let_windows_open_windows,
    running_excel,
)
from tests.hosts.windows.fake_excel.model import ERRORS
from tests.hosts.windows.fake_excel.stored import stored
from tests.hosts.windows.wine import LOCALES, Wine, running_wine, why_missing, windows_path
from tests.pages.meter_scan import scan, simulated

pytestmark = pytest.mark.windows

NAME = r"C:\客户 资料\评级 工作簿（二〇二六）.xlsm"
SHEET = "客户数据"
SETTINGS = {
    "ScreenUpdating": True, "EnableEvents": True, "DisplayAlerts": True, "EnableCancelKey": 1,
    "Calculation": -4105, "StatusBar": False,
}  # fmt: skip
FOREVER = 1_000_000
CUSTOMERS = 30
CHOSEN = 3
"""The customer the user stands on, from 0."""

Cells = dict[tuple[str, int, int], Any]


# --- what runs --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=LOCALES, ids=lambda code_page: f"cp{code_page}")
def windows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wine]:
    """A Windows in which programs can make windows."""
    if reason := why_missing():
        pytest.skip(reason)
    with running_wine(tmp_path_factory.mktemp("excel") / "prefix", request.param) as wine:
        let_windows_open_windows(wine)
        wine.path(NAME).parent.mkdir()
        yield wine


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled_library(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped workbook with customers."""
    path = tmp_path_factory.mktemp("start") / "评级.xlsm"
    shutil.copy(TEMPLATE, path)
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, sample(CUSTOMERS))
    book.commit()
    return path


@pytest.fixture(scope="module")
def commands(windows: Wine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    """A process that runs commands as the COM server does."""
    home = windows_path(tmp_path_factory.mktemp("windows-home"))
    with conversation(windows, DRIVER, CCGRADE_HOME=home, CCGRADE_WITHOUT="duckdb") as talk:
        yield talk


@pytest.fixture(scope="module")
def program(windows: Wine, library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Excel]:
    with running_excel(windows, library, tmp_path_factory.mktemp("models")) as excel:
        yield excel


@pytest.fixture
def excel(program: Excel, start: Path) -> Iterator[Excel]:
    """Excel with the customers' workbook open; afterwards it must be as if nobody had asked it anything."""
    program.open(NAME, start)
    yield program
    state = program.ask("state")
    program.ask("reset")
    program.ask("set", **SETTINGS)
    assert state["settings"] == SETTINGS
    assert state["held"] == 0


def press(commands: Conversation, command: str, workbook: str = NAME, **details: Any) -> str:
    """Run a command as the server would, and return what the user is told."""
    answer = commands.ask(command=command, workbook=workbook, **details)
    assert answer["held"] == 0
    return str(answer["message"])


def cells(model: dict[str, Any]) -> Cells:
    """Return what every cell holds: a formula, or a value; with its number format where it holds a value."""
    return {
        (sheet["name"], row, column): formula or (value, number_format)
        for sheet in model["sheets"]
        for row, column, value, formula, number_format in sheet["cells"]
        if formula or value is not None
    }


def differences(here: Cells, there: Cells) -> dict[Any, Any]:
    """Return the cells in which two workbooks differ, with both contents."""
    places = sorted(here.keys() | there.keys())
    return {at: (here.get(at), there.get(at)) for at in places if here.get(at) != there.get(at)}


def open_cells(excel: Excel, full_name: str = NAME) -> Cells:
    return cells(excel.ask("dump", full_name=full_name))


# --- the same cells ---------------------------------------------------------------------------------------


class ClosedTwin(ClosedFileBook):
    """The closed file beside the open workbook, with the same user before it."""

    def selected_customer(self) -> str | None:
        return str(self.read_table(CUSTOMER_TABLE).rows[CHOSEN][HEADERS.index("客户编号")])


@define
class Twins:
    """The same workbook open in Excel and as a closed file."""

    excel: Excel
    commands: Conversation
    path: Path
    files: Sequence[Path] = ()

    def press(self, command: str) -> tuple[str, str]:
        """Run a command on both and return what the user is told on each."""
        told: list[str] = []
        closed = ClosedTwin(self.path, on_tell=told.append, on_choose_files=lambda _title: self.files)
        run_command(command, closed)
        place = {"full_name": NAME, "sheet": SHEET, "row": 3 + CHOSEN, "column": 5}
        self.excel.ask("stand_on", **place)
        self.excel.ask("pick", files=[windows_path(file) for file in self.files])
        return press(self.commands, command), "\n".join(told)

    def differences(self) -> dict[Any, Any]:
        return differences(open_cells(self.excel), cells(stored(self.path)))


@pytest.fixture
def twins(
    excel: Excel, commands: Conversation, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Twins:
    """The twins, neither of which has scanned a meter."""
    monkeypatch.setenv("CCGRADE_HOME", str(tmp_path / "home"))
    path = tmp_path / "评级.xlsm"
    shutil.copy(start, path)
    return Twins(excel, commands, path)


ORDER = [
    "check",
    "grade",
    "undo",
    "grade",
    "overview",
    "explain",
    "trial",
    "import",
    "undo",
    "import",
    "grade",
]
DRIVER = "tests.hosts.windows.excel_driver"
WRITING = {"grade", "undo", "overview", "trial", "import"}
MACHINE_BOUND = {"diagnose", "exam", "alarms", "close", "ledger"}
"""What differs from machine to machine, or, a paper, from time to time; or lies beside a book that lies somewhere."""


def a_list(path: Path) -> Path:
    """A list to import: known and new customers, and texts that Excel would take for something else."""
    texts = [
        "=1+1", "-5", "+8", "@SUM", "3-5", "1/2", "2026年1月", "二〇二六年一月", "TRUE", "1e5", "#N/A", "'引号",
        "000123", "10%", "Jan 5", "星期一", "普通单位", "𠮷野家",
    ]  # fmt: skip
    names = [column.name for column in INPUT_COLUMNS]
    at = {name: names.index(name) for name in ("客户名称", "地址", "班组", "用气单位性质", "客户经理")}
    rows = [
        ["" if cell is None else str(cell) for cell in row[: len(names)]] for row in sample(CUSTOMERS)[:1]
    ]
    for number, text in enumerate(texts):
        row = ["" if cell is None else str(cell) for cell in customer(f"00{number:04}")[: len(names)]]
        for place in at.values():
            row[place] = text
        rows.append(row)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    return path


def test_every_command_leaves_the_cells_it_leaves_in_a_closed_file(twins: Twins, tmp_path: Path) -> None:
    twins.files = [a_list(tmp_path / "新 客户.csv")]
    others = [name for name in COMMANDS if name not in ORDER and name not in MACHINE_BOUND]
    for command in [*ORDER, *others]:
        before = open_cells(twins.excel)
        here, there = twins.press(command)
        assert here == there, command
        if differences(open_cells(twins.excel), before) or command in WRITING:
            assert twins.differences() == {}, command


def test_without_what_a_scan_needs_the_meters_show_the_last_results(
    windows: Wine, excel: Excel, start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where DuckDB is not installed, one sentence says so, and what another machine left is shown as in a closed file."""
    home, closed = tmp_path / "home", ClosedFileBook(Path(shutil.copy(start, tmp_path / "评级.xlsm")))
    monkeypatch.setenv("CCGRADE_HOME", str(home))
    scan(simulated(tmp_path / "fleet"))
    expected = fill(closed, results(), day=dt.date(2026, 11, 2)).message
    with conversation(windows, DRIVER, CCGRADE_HOME=windows_path(home), CCGRADE_WITHOUT="duckdb") as talk:
        told = press(talk, "alarms")
        assert "没有装 duckdb" in told
        assert expected in told
        here = cells(excel.ask("dump", full_name=NAME))
        sheets = [[value for (sheet, _, _), value in sorted(here.items()) if sheet == "远程抄表"]]
        assert any(ALARMS.records(closed.read_table("异常"))[0]["依据"] in str(value) for value in sheets[0])
        assert press(talk, "undo").startswith("已撤销")
    assert differences(open_cells(excel), cells(stored(start))) == {}


def test_without_any_scan_the_meters_say_what_is_missing(excel: Excel, commands: Conversation) -> None:
    before = open_cells(excel)
    told = press(commands, "alarms")
    assert told.count("没有装 duckdb") == 1
    assert "没有上次的扫描结果" in told
    assert open_cells(excel) == before


def test_the_diagnosis_names_workbook_and_rules(excel: Excel, commands: Conversation) -> None:
    told = press(commands, "diagnose")
    assert f"工作簿：{NAME}" in told
    assert "规则版本：" in told
    assert "表格：齐全" in told


def test_a_paper_is_put_on_its_sheet_and_not_marked_without_an_answer(
    excel: Excel, commands: Conversation
) -> None:
    told = press(commands, "exam")
    assert told.startswith("已出题：试卷 考试-")
    asked = [str(cell) for (sheet, _row, _column), cell in open_cells(excel).items() if sheet == "培训自测"]
    assert sum('"kind"' in cell for cell in asked) == 20
    assert "还没有作答" in press(commands, "mark")


def test_progress_shows_in_the_status_bar(excel: Excel, commands: Conversation) -> None:
    press(commands, "grade", cells_at_once=100)
    said = excel.ask("state")["said"]
    shares = [words for words in said if isinstance(words, str) and words.startswith("正在写入结果……（")]
    assert said[0] == "一键评级……"
    assert said[-1] is False
    assert len(set(shares)) > 2


def test_a_command_through_the_com_server_calls_back_into_the_excel_that_waits_for_it(
    windows: Wine, excel: Excel, start: Path
) -> None:
    windows.python("-c", "from ccgrade_xl.hosts import registration; registration.register()")
    try:
        told = excel.ask("call_server", command="grade", full_name=NAME)
        assert told.startswith("已评级")
        assert differences(open_cells(excel), cells(stored(start)))
        told = excel.ask("call_server", command="undo", full_name=NAME)
        assert told.startswith("已撤销")
        assert differences(open_cells(excel), cells(stored(start))) == {}
    finally:
        windows.python("-c", "from ccgrade_xl.hosts.server_leaving import leave; leave()")
        windows.python("-c", "from ccgrade_xl.hosts import registration; registration.unregister()")


# --- a text stays a text ----------------------------------------------------------------------------------


def test_numbers_typed_later_keep_their_zeros(excel: Excel, commands: Conversation, tmp_path: Path) -> None:
    for column in (1, 3):
        excel.ask("format", full_name=NAME, sheet=SHEET, column=column, number_format="General")
    excel.ask("pick", files=[windows_path(a_list(tmp_path / "客户.csv"))])
    assert press(commands, "import").startswith("读取")
    found = [
        content for (sheet, row, column), content in open_cells(excel).items()
        if (sheet, column) == (SHEET, 1) and row > 2
    ]  # fmt: skip
    assert ("000000", "@") in found
    assert {number_format for _, number_format in found} == {"@"}


# --- bad cases --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [1, 2], ids=["rejected", "retry later"])
@pytest.mark.parametrize("at_write", [0, 2], ids=["from the start", "while writing"])
def test_a_command_waits_for_a_busy_excel(
    excel: Excel, commands: Conversation, start: Path, answer: int, at_write: int
) -> None:
    busy = {"do": "be_busy", "calls": 4, "answer": answer}
    if at_write:
        excel.ask("at_write", number=at_write, order=busy)
    else:
        excel.ask("be_busy", calls=4, answer=answer)
    assert press(commands, "grade").startswith("已评级")
    assert press(commands, "undo").startswith("已撤销")
    assert differences(open_cells(excel), cells(stored(start))) == {}


def test_a_command_waits_until_a_cell_is_no_longer_edited(
    excel: Excel, commands: Conversation, start: Path
) -> None:
    excel.ask("at_write", number=2, order={"do": "edit_a_cell", "calls": 4})
    assert press(commands, "grade").startswith("已评级")
    assert press(commands, "undo").startswith("已撤销")
    assert differences(open_cells(excel), cells(stored(start))) == {}


def test_an_excel_that_stays_busy_is_left_alone(excel: Excel, commands: Conversation, start: Path) -> None:
    excel.ask("be_busy", calls=FOREVER)
    told = press(commands, "grade", patience=1)
    excel.ask("be_busy", calls=0)
    assert "Excel 正忙" in told
    assert "按 Enter 或 Esc 结束编辑" in told
    assert differences(open_cells(excel), cells(stored(start))) == {}


def test_half_a_result_is_named_and_can_be_undone(excel: Excel, commands: Conversation, start: Path) -> None:
    excel.ask("at_write", number=3, order={"do": "be_busy", "calls": FOREVER})
    told = press(commands, "grade", patience=1, cells_at_once=200)
    excel.ask("be_busy", calls=0)
    assert "结果可能只写了一部分，请按“撤销本次评级”恢复" in told
    assert "计算选项" in told
    assert press(commands, "undo").startswith("已撤销")
    assert differences(open_cells(excel), cells(stored(start))) == {}
    excel.ask("set", **SETTINGS)


def test_esc_takes_back_what_was_written(excel: Excel, commands: Conversation, start: Path) -> None:
    excel.ask("at_write", number=2, order={"do": "press_escape"})
    told = press(commands, "grade", cells_at_once=200)
    assert told == "已取消，写入的内容已恢复原样。"
    assert differences(open_cells(excel), cells(stored(start))) == {}


def test_esc_takes_back_an_import(excel: Excel, commands: Conversation, start: Path, tmp_path: Path) -> None:
    excel.ask("pick", files=[windows_path(a_list(tmp_path / "客户.csv"))])
    excel.ask("at_write", number=1, order={"do": "press_escape"})
    assert press(commands, "import", cells_at_once=200) == "已取消，写入的内容已恢复原样。"
    assert differences(open_cells(excel), cells(stored(start))) == {}
    assert excel.ask("dump", full_name=NAME)["sheets"][1]["tables"][0][3] == CUSTOMERS + 2


def test_a_workbook_closed_meanwhile_is_named(excel: Excel, commands: Conversation) -> None:
    excel.ask("at_write", number=1, order={"do": "close", "full_name": NAME})
    told = press(commands, "grade")
    assert "工作簿在操作过程中被关闭" in told
    assert "撤销本次评级" in told


def test_the_right_one_of_two_excels_is_found(
    windows: Wine, library: Path, excel: Excel, commands: Conversation, start: Path, tmp_path: Path
) -> None:
    other = r"D:\另一处\评级.xlsm"
    with running_excel(windows, library, tmp_path) as second:
        second.open(other, start)
        second.ask("become", name="Microsoft Excel", path=r"C:\Office15", version="15.0")
        assert press(commands, "grade", other).startswith("已评级")
        assert differences(open_cells(excel), cells(stored(start))) == {}
        assert differences(open_cells(second, other), cells(stored(start)))
        second.ask("be_busy", calls=FOREVER)
        assert press(commands, "grade").startswith("已评级")
        second.ask("be_busy", calls=0)
    assert differences(open_cells(excel), cells(stored(start)))


def test_a_workbook_in_onedrive_is_found_by_its_web_address(
    excel: Excel, commands: Conversation, start: Path
) -> None:
    address = "https://d.docs.live.net/1a2b3c/%E5%AE%A2%E6%88%B7/评级 工作簿.xlsm"
    excel.open(address, start)
    assert press(commands, "grade", address).startswith("已评级")
    assert press(commands, "undo", address).startswith("已撤销")
    assert "工作簿：https://d.docs.live.net/1a2b3c/客户/评级 工作簿.xlsm" in press(
        commands, "diagnose", address
    )


def test_wps_is_told_from_excel(excel: Excel, commands: Conversation) -> None:
    path = r"C:\Users\张三\AppData\Local\Kingsoft\WPS Office\office6"
    excel.ask("become", name="Microsoft Excel", path=path)
    assert press(commands, "grade").startswith("打开这个工作簿的是 WPS 表格")


@pytest.mark.parametrize(
    ("order", "command", "says"),
    [
        ({"do": "sheet", "sheet": SHEET, "protected": True}, "grade", "工作表“客户数据”受保护，不能写入"),
        ({"do": "sheet", "sheet": "分级概览", "protected": True}, "grade", "工作表“分级概览”受保护"),
        ({"do": "sheet", "sheet": "自检", "hidden": True}, "selfcheck", "“自检”工作表被隐藏了"),
        ({"do": "table", "sheet": SHEET, "table": "客户", "totalled": True}, "grade", "取消“汇总行”"),
        ({"do": "table", "sheet": SHEET, "table": "客户", "headed": False}, "check", "勾选“标题行”"),
        ({"do": "type", "sheet": SHEET, "row": 36, "column": 2, "text": "备注"}, "import", "下方的单元格有内容"),
        ({"do": "stand_on", "sheet": "自检", "row": 4, "column": 2}, "explain", "点选一户客户"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_named_and_nothing_changes(
    excel: Excel, commands: Conversation, tmp_path: Path, order: dict[str, Any], command: str, says: str
) -> None:
    excel.ask("pick", files=[windows_path(a_list(tmp_path / "客户.csv"))])
    excel.ask(order["do"], full_name=NAME, **{name: value for name, value in order.items() if name != "do"})
    before = open_cells(excel)
    assert says in press(commands, command)
    assert differences(open_cells(excel), before) == {}


def test_a_filter_is_taken_off_before_writing(excel: Excel, commands: Conversation) -> None:
    excel.ask("table", full_name=NAME, sheet=SHEET, table="客户", filtered=True)
    assert press(commands, "grade").startswith("已评级")
    assert excel.ask("dump", full_name=NAME)["sheets"][1]["tables"][0][-1] is False


def test_the_users_own_settings_come_back(excel: Excel, commands: Conversation) -> None:
    manual = SETTINGS | {"Calculation": -4135, "EnableEvents": False}
    excel.ask("set", **manual)
    assert press(commands, "grade").startswith("已评级")
    assert excel.ask("state")["settings"] == manual
    excel.ask("set", **SETTINGS)


@pytest.mark.parametrize(
    ("command", "workbook", "says"),
    [
        ("grade", r"C:\没有打开.xlsm", "没有找到工作簿“没有打开.xlsm”"),
        ("nonsense", NAME, "没有名为“nonsense”的命令"),
    ],
)
def test_what_is_not_there_is_named(
    excel: Excel, commands: Conversation, command: str, workbook: str, says: str
) -> None:
    assert says in press(commands, command, workbook)


def test_errors_are_the_ones_excel_knows() -> None:
    from ccgrade_xl.boundary import COM_ERRORS

    assert {error.value: number for number, error in COM_ERRORS.items()}.items() >= ERRORS.items()
