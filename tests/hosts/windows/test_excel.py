"""Commands on a workbook that is open in Excel: a stand-in for Excel, the true xlwings, pywin32 and Windows' COM."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.notes import NOTE_WIDTH, note_height
from tests.hosts.customers import customer, sample
from tests.hosts.windows.excel import SETTINGS, Conversation, Excel, running_excel
from tests.hosts.windows.fake_excel.model import ERRORS
from tests.hosts.windows.fake_excel.stored import stored
from tests.hosts.windows.twins import (
    CHOSEN,
    CUSTOMERS,
    NAME,
    SHEET,
    Twins,
    cells,
    differences,
    notes,
    open_cells,
    press,
)  # fmt: skip
from tests.hosts.windows.wine import Wine, windows_path

pytestmark = pytest.mark.windows

FOREVER = 1_000_000

# --- the same cells ---------------------------------------------------------------------------------------

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
WRITING = {"grade", "undo", "overview", "trial", "import"}
ELSEWHERE = {
    "diagnose",  # differs from machine to machine: below
    *("ledger", "close", "adjust", "correct", "exam", "mark"),  # need a ledger: test_excel_month
    *("alarms", "usage", "forecast"),  # need readings: test_excel_meters
}
"""Buttons of which this workbook has nothing to show."""


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
    others = [name for name in COMMANDS if name not in ORDER and name not in ELSEWHERE]
    before = open_cells(twins.excel)
    for command in [*ORDER, *others]:
        here, there = twins.press(command)
        assert here == there, command
        after = open_cells(twins.excel)
        if after != before or command in WRITING:
            assert differences(after, cells(stored(twins.path))) == {}, command
        before = after


def test_the_diagnosis_names_workbook_and_rules(excel: Excel, commands: Conversation) -> None:
    told = press(commands, "diagnose")
    assert f"工作簿：{NAME}" in told
    assert "规则版本：" in told
    assert "表格：齐全" in told


def test_a_table_is_read_once_a_command(excel: Excel, commands: Conversation) -> None:
    read = commands.ask(command="grade", workbook=NAME)["read"]
    assert read.count("客户") == 1
    assert len(read) == len(set(read))


def test_what_stands_already_is_not_written_again(excel: Excel, commands: Conversation) -> None:
    press(commands, "grade")
    first = open_cells(excel)
    excel.ask("at_write", number=1, order={"do": "be_busy", "calls": FOREVER})
    told = press(commands, "grade", patience=1)
    excel.ask("be_busy", calls=0)
    assert told.startswith("已评级")
    assert open_cells(excel) == first


def test_rows_that_a_list_leaves_look_like_any_below_it(
    excel: Excel, commands: Conversation, tmp_path: Path
) -> None:
    before = open_cells(excel).keys()
    excel.ask("pick", files=[windows_path(a_list(tmp_path / "客户.csv"))])
    press(commands, "import")
    lowest = max(row for sheet, row, _ in before if sheet == SHEET)
    assert any(row > lowest for sheet, row, _ in open_cells(excel) if sheet == SHEET)
    press(commands, "undo")
    assert not [place for place in open_cells(excel) if place[0] == SHEET and place[1] > lowest]


def test_progress_shows_in_the_status_bar(excel: Excel, commands: Conversation) -> None:
    press(commands, "grade", cells_at_once=100)
    said = excel.ask("state")["said"]
    shares = [words for words in said if isinstance(words, str) and words.startswith("正在写入结果……（")]
    assert said[0] == "一键评级……"
    assert said[-1] is False
    assert len(set(shares)) > 2


def test_a_command_through_the_com_server_calls_back_into_the_excel_that_waits_for_it(
    registered: None, excel: Excel, start: Path
) -> None:
    told = excel.ask("call_server", command="grade", full_name=NAME)
    assert told["message"].startswith("已评级")
    assert differences(open_cells(excel), cells(stored(start)))
    told = excel.ask("call_server", command="undo", full_name=NAME)
    assert told["message"].startswith("已撤销")
    assert differences(open_cells(excel), cells(stored(start))) == {}


def test_notes_are_those_of_a_closed_file_are_large_enough_and_can_be_taken_back(
    twins: Twins, tmp_path: Path
) -> None:
    twins.files = [a_list(tmp_path / "营业收费 2026-10.csv")]
    twins.both("import")
    asked = [twins.both("origin", answer) for answer in ("yes", "yes", "no")]
    assert [len(told.questions) for told in asked] == [0, 1, 1]
    assert "已取走" in asked[-1].message
    assert notes(twins.excel.ask("dump", full_name=NAME)) == {}
    twins.both("undo")
    model = twins.excel.ask("dump", full_name=NAME)
    assert notes(model) == notes(stored(twins.path))
    written = [entry for sheet in model["sheets"] for entry in sheet["notes"]]
    assert len(written) == len(INPUT_COLUMNS) - 1
    for _row, _column, text, visible, width, height in written:
        assert text.startswith("ccgrade 来源批注（")
        assert not visible
        assert (width, height) == (NOTE_WIDTH * 0.75, note_height(text) * 0.75)


def test_half_the_notes_can_be_undone(excel: Excel, commands: Conversation) -> None:
    excel.ask("stand_on", full_name=NAME, sheet=SHEET, row=3 + CHOSEN, column=5)
    excel.ask("at_write", number=5, order={"do": "be_busy", "calls": FOREVER})
    told = press(commands, "origin", patience=1)
    excel.ask("be_busy", calls=0)
    assert "结果可能只写了一部分，请按“撤销本次评级”恢复" in told
    assert len(notes(excel.ask("dump", full_name=NAME))) == 5
    assert press(commands, "undo").startswith("已撤销“来源批注”")
    assert notes(excel.ask("dump", full_name=NAME)) == {}
    excel.ask("set", **SETTINGS)


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
