"""工作: what is to be done next, by whom and by when."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ccgrade_xl import undo
from ccgrade_xl.casework.tasks import ACTIONS, Action
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import BookFault
from ccgrade_xl.pages.cases import case_rows_before, read_cases, record_cases, write_cases
from ccgrade_xl.pages.customers import read_customers, rules_of, stop_if_cancelled, today
from ccgrade_xl.pages.tasks import plan_tasks, task_blocks_before, task_rows_before, write_tasks
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.tasks import SHEET_NAME, TASK_LIST


@command(
    "tasks",
    "任务清单",
    "工作",
    "按差异化策略排出每户下一步的任务和到期日，已办、跳过的先记入台账；同时登记在办流程，算出到期日，逾期的标红。",
)
def list_tasks(
    book: Book, rules: RuleSet | None = None, as_of: dt.date | None = None, at: dt.datetime | None = None
) -> Outcome:
    """Take what was done into the ledger, and list every customer's next tasks with their days."""
    if TASK_LIST.name not in book.table_names():
        raise BookFault(f"工作簿里没有表格“{TASK_LIST.name}”，请用新模板重建（ccgrade new），再导入客户。")
    table, day = read_customers(book), as_of or today()
    book.expect(TASK_LIST.name)
    chosen = rules or rules_of(book)
    book.status("正在安排任务……", 0.4)
    plan = plan_tasks(book, table, chosen, day)
    cases = read_cases(book, table, day)
    stop_if_cancelled(book)
    undo.remember(book.location, _before(book))
    book.status("正在写入任务……", 0.7)
    recorded = write_tasks(book, plan, at)
    record_cases(book, cases, at)
    late_cases = write_cases(book, table, cases)
    book.activate(SHEET_NAME)
    late = _late(plan.actions, day)
    attention = [*plan.notes, *late_cases, *late]
    if plan.undecided:
        attention.append(f"{plan.undecided} 户星级待定，没有安排任务，请先核实资料。")
    data = _data(plan.actions, day, len(late), recorded)
    message = _told(data)
    if cases.recorded:
        message += f"在办流程 {cases.recorded} 条记入台账。"
    return Outcome(message, attention, data)


def _before(book: Book) -> undo.Replaced:
    tables = {TASK_LIST.name: task_rows_before(book), **case_rows_before(book)}
    return undo.Replaced("任务清单", CUSTOMER_TABLE, {}, None, task_blocks_before(book), tables)


def _late(actions: Sequence[Action], day: dt.date) -> list[str]:
    said = {
        due: f"逾期 {(day - due).days} 天（{due} 到期）。"
        for due in {action.due for action in actions}
        if due < day
    }
    return [
        f"客户 {action.customer}：{action.name}{said[action.due]}" for action in actions if action.due in said
    ]


def _data(actions: Sequence[Action], day: dt.date, late: int, recorded: int) -> dict[str, Any]:
    counts = Counter(action.name for action in actions)
    days = {due: due.isoformat() for due in {action.due for action in actions}}
    return {
        "tasks": [
            {
                "customer": action.customer,
                "action": action.name,
                "due": days[action.due],
                "amount": action.amount,
                "detail": action.detail,
            }
            for action in actions
        ],
        "counts": {name: counts[name] for name in ACTIONS},
        "late": late,
        "to_collect": round(sum(action.amount or 0 for action in actions), 2),
        "recorded": recorded,
        "as_of": day.isoformat(),
    }


def _told(data: Mapping[str, Any]) -> str:
    listed = "，".join(f"{name} {count}" for name, count in data["counts"].items() if count)
    message = f"已列出 {len(data['tasks'])} 项任务（逾期 {data['late']} 项）：{listed or '无'}。"
    message += f"应催收预收气费 {data['to_collect']:,.2f} 元。" if data["to_collect"] else ""
    return message + (f"{data['recorded']} 项办结已记入台账。" if data["recorded"] else "")
