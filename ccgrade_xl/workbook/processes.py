"""流程手册: the steps of every process, the cities' rules on arrears, and the processes under way."""

from __future__ import annotations

from ccgrade_xl.casework.calendar import UNITS
from ccgrade_xl.casework.processes import Manual, default_manual
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.lists import ListColumn, SheetList

SHEET_NAME = "流程手册"

WITHDRAWN = "是"
"""撤销: the case should not have been entered."""

CITY = "流程_城市"
"""The city whose rule on arrears is shown."""

STEP_LIST = SheetList(
    "流程步骤",
    SHEET_NAME,
    "流程步骤和时限",
    (
        ListColumn("流程", 16, "流程的名称；同一流程的步骤写在一起。", entered=True),
        ListColumn("步骤", 24, "步骤的名称。", entered=True),
        ListColumn("岗位", 14, "由哪个岗位办理。", "option", True),
        ListColumn("时限", 7, "多少；不填就是没有时限。", "count", True),
        ListColumn("单位", 9, "时限的单位；“次月”指次月第几日前。", "option", True, UNITS),
        ListColumn("可延长", 8, "经批准可再延长多少，单位相同。", "count", True),
        ListColumn("表单", 24, "使用的表单。", entered=True),
        ListColumn("依据", 34, "公开的依据；“默认值”表示没有公开依据，请按本单位制度修改。", entered=True),
        ListColumn("要点", 66, "办理时注意什么。", entered=True),
    ),
    ("流程", "步骤"),
)
"""Every step with its limit; the manager edits it, and cases follow what stands here."""

CASE_LIST = SheetList(
    "在办流程",
    SHEET_NAME,
    "在办流程",
    (
        ListColumn("流程", 16, "从流程手册选择。", "option", True, tuple(each.name for each in default_manual().processes)),
        ListColumn("步骤", 24, "这一流程的哪一步；写法与“流程步骤”相同。", entered=True),
        ListColumn("客户编号", 13, "哪一户；与客户无关的不填。", entered=True),
        ListColumn("开始日期", 12, "这一步哪一天开始。", "date", True),
        ListColumn("延期批准人", 12, "批准延期的人；没有延期不填。", "option", True),
        ListColumn("办结日期", 12, "哪一天办完；没办完不填。", "date", True),
        ListColumn("备注", 26, "办理情况。", "text", True),
        ListColumn("撤销", 7, "登记错了选“是”：台账里留下记录，清单里不再列出。", "option", True, (WITHDRAWN,)),
        ListColumn("客户名称", 24, "用气单位全称。"),
        ListColumn("岗位", 14, "由哪个岗位办理。", "option"),
        ListColumn("时限", 24, "多少时间，依据还是默认值。"),
        ListColumn("到期日", 12, "最迟哪一天办完；未办结又过期的为红色。", "date"),
        ListColumn("情况", 23, "在办、今天到期、逾期几天、已办结，或哪里看不懂。"),
        ListColumn("登记人", 10, "最后一次记入台账的人。", "option"),
        ListColumn("登记日期", 12, "最后一次记入台账的日期。", "date"),
        ListColumn("编号", 15, "台账里的编号；由 ccgrade 编写，请不要改动。"),
    ),
    ("编号", "流程", "步骤", "客户编号", "开始日期"),
)  # fmt: skip
"""The processes under way, a step a row; the last eight columns are filled in by 任务清单, from the ledger and the limits."""

CITY_LIST = SheetList(
    "欠费规定",
    SHEET_NAME,
    "各城市欠费停气规定",
    (
        ListColumn("城市", 10, "城市的名称；可以增加本地一行。", entered=True),
        ListColumn("规定", 46, "什么情况下可以停气。", entered=True),
        ListColumn("欠费天数", 9, "欠费多少天后；没有公开规定的不填。", "count", True),
        ListColumn("从何时起算", 14, "欠费天数从哪一天算起。", "option", True),
        ListColumn("书面通知天数", 12, "停气前几天书面通知。", "count", True),
        ListColumn("复气小时", 10, "缴清后几小时内恢复供气。", "count", True),
        ListColumn("依据", 30, "公开的依据；没有的写“待法务确认”。", entered=True),
    ),
    ("城市",),
)
"""When each city lets the supply be cut for arrears; blank: nothing published, 按合同 / 待法务确认."""


def step_rows(manual: Manual) -> list[list[CellValue]]:
    """Return the rows of table 流程步骤 for a manual."""
    return [
        [
            process.name,
            step.name,
            step.owner,
            float(step.limit.count) if step.limit else None,
            step.limit.unit if step.limit else None,
            float(step.limit.extension) if step.limit and step.limit.extension else None,
            step.form or None,
            step.source or ("默认值" if step.limit else None),
            step.note or None,
        ]
        for process in manual.processes
        for step in process.steps
    ]


def city_rows(manual: Manual) -> list[list[CellValue]]:
    """Return the rows of table 欠费规定 for a manual."""
    return [
        [
            city.name,
            city.rule,
            city.overdue_days,
            city.overdue_from or None,
            city.notice_days,
            city.restore_hours,
            city.source or "待法务确认",
        ]
        for city in manual.cities
    ]
