"""The month's buttons on a workbook that is open in Excel, its ledger beside it: pressed and answered as by a user."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.ledger import RECORDS, ExamResult, Ledger, MonthFrozen, beside, verify
from ccgrade_xl.casework.months import month_of
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.decisions import OBJECTION_LIST, OVERRIDE_LIST
from ccgrade_xl.workbook.names import LEDGER_PERSON
from ccgrade_xl.workbook.tasks import TASK_LIST
from ccgrade_xl.workbook.training import EXAMINEE, QUESTIONS
from ccgrade_xl.workbook.verification import VERIFICATION
from tests.hosts.customers import sample
from tests.hosts.windows.entering import Entered
from tests.hosts.windows.excel import Conversation, Excel
from tests.hosts.windows.twins import CUSTOMERS, NAME, Twins, open_cells, press
from tests.hosts.windows.wine import Wine

pytestmark = pytest.mark.windows

BROUGHT_ABOUT = {
    "adjustment", "correction", "month", "objection", "override", "rules", "step", "task", "verification",
}  # fmt: skip
"""The kinds of record that the month leaves in its ledger."""

NUMBERS = [str(row[0]) for row in sample(CUSTOMERS)]


def changes(path: Path) -> Path:
    """What the business department sends a month later: a customer who left, one who stopped, and a new one."""
    rows = [(NUMBERS[0], "销户", "0"), (NUMBERS[1], "暂停", "9"), ("09990001", "在用", "1")]
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([("客户编号", "客户状态", "逾期次数"), *rows])
    return path


def records(ledger: Ledger) -> dict[str, list[Any]]:
    """Return what a ledger records, but for when."""
    assert verify(ledger).fault == ""
    with ledger.reading() as view:
        return {
            kind: [(each.person, each.rule_version, each.record) for each in view.entries(record)]
            for kind, record in RECORDS.items()
        }


def ledgers(windows: Wine, twins: Twins) -> list[Ledger]:
    """Return the ledger beside the open workbook and the one beside the closed file."""
    return [Ledger.open(beside(path)) for path in (windows.path(NAME), twins.path)]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("windows", [936], indirect=True, ids=["cp936"])
def test_a_month_leaves_the_ledger_and_the_cells_it_leaves_beside_a_closed_file(
    windows: Wine, twins: Twins, tmp_path: Path
) -> None:
    month = month_of(dt.date.today())
    twins.enter({LEDGER_PERSON: ["张三"], sheet.CLOSING_MONTH: [month], sheet.REVIEWER: ["王组长"]})
    assert twins.both("ledger", "no").message == "没有建立台账，什么都没有改变。"
    twins.both("ledger")
    twins.both("grade")
    assert twins.both("close", "no").message == "没有月结，什么都没有改变。"
    assert twins.both("close").message.startswith(f"{month} 已月结：{CUSTOMERS} 户")
    twins.files = [changes(tmp_path / "营业 变动.csv")]
    twins.both("import")
    assert "新增 1 户，销户 1 户，暂停 1 户" in twins.both("adjust").message
    twins.enter({sheet.ADJUSTMENT_APPROVER: ["王组长"]})
    assert "已批准" in twins.both("adjust").message
    twins.both("grade")
    decide(twins)
    assert "2 条记入台账" in twins.both("decisions").message
    twins.both("tasks")
    open_tasks = len(ClosedFileBook(twins.path).read_table(TASK_LIST.name).rows) - 1
    twins.enter({TASK_LIST.name: {"状态": ["已办", *["待办"] * open_tasks]}})
    twins.both("tasks")
    twins.both("verify")
    found = {"核实结果": ["更正"], "核实值": ["2026-01-05"], "核实人": ["赵六"], "依据": ["现场照片"]}
    twins.enter({VERIFICATION.name: found})  # the day of a veto that had none
    assert "收回 1 条核实结果" in twins.both("verify").message
    twins.enter(correction(month))
    assert twins.both("correct").questions[0].startswith(f"更正 {month} 的 1 户，批准人 王组长。")
    twins.both("undo")
    here, there = map(records, ledgers(windows, twins))
    assert here == there
    assert {kind for kind, found in here.items() if found} == BROUGHT_ABOUT


def decide(twins: Twins) -> None:
    """Enter an override and an objection."""
    last = (dt.date.today() + dt.timedelta(days=90)).isoformat()
    twins.enter(
        {
            OVERRIDE_LIST.name: {
                "客户编号": [NUMBERS[7]], "项目": ["星级"], "调整为": ["四星级"], "原因": ["重点保供"],
                "批准人": ["王组长"], "有效期至": [last],
            },
            OBJECTION_LIST.name: {
                "客户编号": [NUMBERS[8]], "收到日期": [dt.date.today().isoformat()], "异议内容": ["逾期次数不对"],
            },
        }
    )  # fmt: skip


def correction(month: str) -> Entered:
    """Correct one customer of a month."""
    return {
        sheet.CORRECTED_MONTH: [month],
        sheet.CORRECTED_CUSTOMERS: [NUMBERS[9]],
        sheet.CORRECTION_REASON: ["漏录"],
        sheet.CORRECTION_APPROVER: ["王组长"],
    }


@pytest.mark.parametrize("windows", [1252], indirect=True, ids=["cp1252"])
def test_a_month_is_closed_under_a_code_page_without_chinese(windows: Wine, twins: Twins) -> None:
    month = month_of(dt.date.today())
    twins.enter({LEDGER_PERSON: ["张三"], sheet.CLOSING_MONTH: [month], sheet.REVIEWER: ["王组长"]})
    twins.both("grade")
    assert twins.both("close").questions[0].startswith(f"{month} 共 {CUSTOMERS} 户，复核人 王组长。")
    here, there = map(records, ledgers(windows, twins))
    assert here == there
    assert len(here[MonthFrozen.kind]) == 1


@pytest.mark.parametrize("windows", [936], indirect=True, ids=["cp936"])
def test_a_month_is_closed_through_the_com_server_which_asks_before_it_does(
    windows: Wine, registered: None, excel: Excel, commands: Conversation
) -> None:
    month = month_of(dt.date.today())
    commands.ask(enter={sheet.CLOSING_MONTH: [month], sheet.REVIEWER: ["王组长"]}, workbook=NAME)
    excel.ask("call_server", command="grade", full_name=NAME)
    told = excel.ask("call_server", command="close", full_name=NAME)
    assert told["message"].startswith(f"{month} 已月结：{CUSTOMERS} 户")
    assert [question.startswith(f"{month} 共 {CUSTOMERS} 户") for question in told["questions"]] == [True]
    assert len(records(Ledger.open(beside(windows.path(NAME))))[MonthFrozen.kind]) == 1


@pytest.mark.parametrize("windows", [936], indirect=True, ids=["cp936"])
def test_a_paper_is_marked_once_it_is_answered_and_its_result_kept_in_the_ledger(
    windows: Wine, excel: Excel, commands: Conversation
) -> None:
    assert press(commands, "exam").startswith("已出题：试卷 考试-")
    asked = [str(cell) for (sheet, _row, _column), cell in open_cells(excel).items() if sheet == "培训自测"]
    assert sum('"kind"' in cell for cell in asked) == 20
    assert "还没有作答" in press(commands, "mark")
    commands.ask(enter={EXAMINEE: ["张三"], QUESTIONS.name: {"作答": ["A"] * 20}}, workbook=NAME)
    told = press(commands, "mark")
    ledger = Ledger.open(beside(windows.path(NAME)))
    ((_, _, result),) = records(ledger)[ExamResult.kind]
    assert told.startswith(f"张三：{result.points:g} 分，20 题中 ")
