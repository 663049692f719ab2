"""The cell functions of the daily work: when a step is due, and what a customer's next tasks are."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec

from ccgrade_xl import boundary
from ccgrade_xl.answering import Argument, Block
from ccgrade_xl.casework.processes import default_manual, manual_of
from ccgrade_xl.casework.task_store import kept_tasks
from ccgrade_xl.errors import CcgradeError, NothingToGrade, NotUnderstood
from ccgrade_xl.functions.declaring import function
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import serial_date
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier


@function(
    "CCG_DUE",
    "流程的一步最迟哪一天办完：按流程手册的时限，工作日按国家公布的放假安排。返回日期，请把单元格设成日期格式。",
    Argument("process", "流程", "流程名称，见“流程手册”，例如 异议/申诉。", "any"),
    Argument("step_name", "步骤", "步骤名称，例如 处理并答复。", "any"),
    Argument("start", "开始日期", "这一步开始的日期；工作日从第二天算起。", "date"),
    Argument(
        "steps",
        "流程步骤表",
        "改过时限时给出 流程步骤[#全部]（含表头）；省略时用随附的流程手册。",
        "block",
        True,
    ),
)
def _due(process: object, step: object, start: dt.date | None, steps: Block | None) -> float:
    names = [boundary.read_text(cell) for cell in (process, step)]
    if find_spec("chinese_calendar") is None:
        raise CcgradeError(
            '算工作日需要附加组件，这台电脑没有安装。请管理员运行：pip install "ccgrade[ledger]"，再试。'
        )
    if start is None or None in names:
        raise NothingToGrade("流程、步骤和开始日期都要有，才算得出到期日。")
    manual = default_manual()
    if steps is not None:
        headers = [boundary.text_of(cell) for cell in steps[0]]
        lacking = [header for header in ("流程", "步骤", "时限", "单位") if header not in headers]
        if lacking:
            raise NotUnderstood(f"流程步骤表缺少“{'”“'.join(lacking)}”列，请连同表头一起选。")
        manual = manual_of([dict(zip(headers, row, strict=True)) for row in steps[1:]], manual)
    return serial_date(manual.due(names[0], names[1], start).day)


@function(
    "CCG_TASKS",
    "一户客户下一步的任务：到期日、事项、内容、金额、责任人。取自本机最近一次“任务清单”。",
    Argument("customer", "客户编号", "客户的编号。", "any"),
    spills=True,
)
def _tasks(customer: CellValue) -> Block:
    try:
        number = identifier(customer)
    except UnusableIdentifier as reason:
        raise NotUnderstood(f"客户{reason}") from None
    if number is None:
        raise NothingToGrade("没有客户编号。")
    tasks = kept_tasks(number)
    rows: list[tuple[CellValue, ...]] = [
        (task.due, task.name, task.detail, task.amount, task.owner) for task in tasks
    ]
    return (
        ("到期日", "事项", "内容", "金额", "责任人"),
        *(rows or [("没有到期的任务", None, None, None, None)]),
    )
