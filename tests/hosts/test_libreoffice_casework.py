"""Tasks, overrides, objections and running processes in a live LibreOffice: the same cells as in a closed file."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import list_tasks, settle_decisions
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook
from ccgrade_xl.workbook.decisions import LETTER, OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.processes import CASE_LIST, CITY
from ccgrade_xl.workbook.tasks import TASK_LIST
from tests.hosts.conftest import Opener
from tests.hosts.customers import plain
from tests.hosts.office import Office
from tests.pages.books import AS_OF, graded_book

pytestmark = pytest.mark.libreoffice

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LISTS = (TASK_LIST, OVERRIDE_LIST, OBJECTION_LIST, CASE_LIST)
ENTERED: dict[Any, list[dict[str, Any]]] = {
    OVERRIDE_LIST: [
        {
            "客户编号": "0002",
            "项目": "星级",
            "调整为": "四星级",
            "原因": "=担保",
            "批准人": "王组长",
            "有效期至": dt.date(2026, 12, 31),
        }
    ],
    OBJECTION_LIST: [{"客户编号": "0001", "收到日期": AS_OF, "异议内容": "余额不对"}],
    CASE_LIST: [
        {"流程": "过户", "步骤": "办结并改签合同", "客户编号": "0001", "开始日期": AS_OF},
        {"流程": "换表", "步骤": "换个表", "客户编号": "0001", "开始日期": AS_OF},
    ],
}


def work(book: Any) -> list[str]:
    """Do a manager's day: enter, settle, list, mark as done, list again."""
    for declared, rows in ENTERED.items():
        book.replace_rows(declared.name, declared.rows(rows))
    said = [settle_decisions(book, AS_OF, AT).message, list_tasks(book, as_of=AS_OF, at=AT).message]
    states = ["已办", *["待办"] * (len(book.read_table(TASK_LIST.name).rows) - 1)]
    book.write_columns(TASK_LIST.name, {"状态": states})
    return [*said, list_tasks(book, as_of=AS_OF, at=AT).message]


def cells(book: Any) -> list[Any]:
    tables = [plain(book.read_table(declared.name).rows) for declared in LISTS]
    remarks = list(book.read_table("客户").column("说明"))
    return [*tables, remarks, [row[0] for row in book.read_block(LETTER)]]


@pytest.fixture
def document(addin_open: Opener, tmp_path: Path) -> Any:
    path = tmp_path / "簿.xlsm"
    graded_book(path)
    shutil.copy(path, tmp_path / "活簿.xlsm")
    return addin_open(tmp_path / "活簿.xlsm")


def test_a_managers_day_leaves_the_same_cells(addin_office: Office, document: Any, tmp_path: Path) -> None:
    closed = ClosedFileBook(Path(shutil.copytree(tmp_path, tmp_path / "关")) / "簿.xlsm")
    there = work(closed)
    with LibreOfficeBook(document, addin_office.context, attended=False) as book:
        assert work(book) == there
        assert cells(book) == cells(closed)
    assert cells(closed)[1][0][3] == "=担保"


def test_the_figures_and_the_calendar_follow_the_list(addin_office: Office, document: Any) -> None:
    with LibreOfficeBook(document, addin_office.context, attended=False) as book:
        list_tasks(book, as_of=AS_OF, at=AT)
        book.commit()
    document.calculateAll()
    sheet = document.Sheets.getByName("差异化策略")
    shown = [cell for row in sheet.getCellRangeByName("I4:Q13").getDataArray() for cell in row]
    assert "16\n2 项" in shown
    assert 2.0 in shown  # 待办任务
    assert 110000.0 in shown


def test_the_chosen_citys_rule_is_shown_and_what_is_not_published_says_so(document: Any) -> None:
    document.calculateAll()
    sheet = document.Sheets.getByName("流程手册")
    place = document.NamedRanges.getByName(CITY).getReferredCells()
    assert place.getString() == "深圳"
    rule = [row[0] for row in sheet.getCellRangeByName("C6:C8").getDataArray()]
    assert rule == ["按合同/待法务确认", *["没有公开规定：按合同 / 待法务确认"] * 2]
    place.setString("上海")
    document.calculateAll()
    rule = [row[0] for row in sheet.getCellRangeByName("C6:C8").getDataArray()]
    assert rule[1:] == ["60 天，从催缴期限届满起", "停气前 15 天"]


def test_formulas_answer_due_days_and_tasks(addin_office: Office, document: Any) -> None:
    with LibreOfficeBook(document, addin_office.context, attended=False) as book:
        list_tasks(book, as_of=AS_OF, at=AT)
    sheet = document.Sheets.getByName("首页")
    due, tasks = sheet.getCellByPosition(30, 0), sheet.getCellRangeByName("AE3:AI5")
    due.setFormula('=CCG_DUE("异议/申诉";"处理并答复";DATE(2026;3;5);流程步骤[#All])')
    tasks.setArrayFormula('=CCG_TASKS("0002")')
    assert due.getValue() == 46090
    assert [row[1] for row in tasks.getDataArray()] == ["事项", "合同提醒", "预收催收"]
