"""差异化策略: the measures behind the strategies, the list of tasks, and the cells beside it."""

from __future__ import annotations

from collections.abc import Mapping

from ccgrade_xl.casework.measures import MEASURES, Measures
from ccgrade_xl.casework.tasks import ACTIONS
from ccgrade_xl.rules.ruleset import STARS
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.lists import ListColumn, SheetList

SHEET_NAME = "差异化策略"

TASK_MONTH = "任务_月份"
"""The month the calendar shows, as its first day; 任务清单 writes the present one, the user may change it."""

TASK_HORIZON = "任务_提前天数"
"""How many days ahead tasks are listed."""

TASK_DAY = "任务_统计日"
"""The day for which 任务清单 last listed what is to be done."""

DEFAULT_HORIZON = 30
LARGEST_HORIZON = 366

OPEN, DONE, SKIPPED = "待办", "已办", "跳过"

MEASURE_LIST = SheetList(
    "策略参数",
    SHEET_NAME,
    "策略参数",
    (
        ListColumn("参数", 24, "任务怎样安排：名称不能改，数值可以改。"),
        *(
            ListColumn(star, 26, f"{star}客户的取值。", entered=True, number_format="General")
            for star in STARS
        ),
    ),
    ("参数",),
)
"""The numbers behind the strategies, a row a measure and a column a star; no part of the rule version."""

TASK_LIST = SheetList(
    "任务",
    SHEET_NAME,
    "任务清单",
    (
        ListColumn("到期日", 12, "最迟哪一天办完；逢休息日顺延到下一个工作日。", "date"),
        ListColumn("客户编号", 13, "客户的唯一编号。"),
        ListColumn("星级", 10, "安排任务时的星级。", "option"),
        ListColumn("事项", 11, f"{'、'.join(ACTIONS)}之一。", "option"),
        ListColumn("金额", 13, "应催收的预收气费：目标月数 × 月均气费 − 余额，单位元。", "money"),
        ListColumn("责任人", 11, "客户经理；没有写客户经理时为班组。", "option"),
        ListColumn("状态", 10, "办完选“已办”，本期不办选“跳过”；再按“任务清单”即记入台账，并排出下一次。", "option", True, (OPEN, DONE, SKIPPED)),
        ListColumn("客户名称", 24, "用气单位全称。"),
        ListColumn("内容", 44, "要做什么。"),
        ListColumn("办结日期", 12, "哪一天办完；不写时按统计日。", "date", True),
        ListColumn("结果", 22, "办理的结果，记入台账。", "text", True),
    ),
    ("客户编号", "事项"),
)  # fmt: skip
"""What is to be done, the earliest first; 状态, 办结日期 and 结果 are the manager's."""


def measure_rows(measures: Mapping[str, Measures]) -> list[list[CellValue]]:
    """Return the rows of table 策略参数 for measures by star."""
    return [
        [measure.label, *(getattr(measures[star], measure.attribute) for star in STARS)]
        for measure in MEASURES
    ]
