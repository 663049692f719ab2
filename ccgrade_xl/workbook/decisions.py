"""差异化策略: overrides and objections, entered by the manager; and the letter that answers an objection."""

from __future__ import annotations

from ccgrade_xl.casework.decisions import ANSWERS, SUBJECTS
from ccgrade_xl.workbook.lists import ListColumn, SheetList
from ccgrade_xl.workbook.tasks import SHEET_NAME

OVERRIDE_LIST = SheetList(
    "人工调整",
    SHEET_NAME,
    "人工调整",
    (
        ListColumn("客户编号", 13, "要调整的客户。", entered=True),
        ListColumn("项目", 11, "调整什么：信用等级或星级。", "option", True, tuple(SUBJECTS)),
        ListColumn("调整为", 11, "调整成哪一级，例如 4A 或 四星级。", "option", True, tuple(word for words in SUBJECTS.values() for word in words)),
        ListColumn("原因", 30, "为什么调整，必填。", "text", True),
        ListColumn("批准人", 11, "由谁批准，必填。", "option", True),
        ListColumn("有效期至", 12, "最后一天，必填；过后自动失效。", "date", True),
        ListColumn("撤销", 8, "填“是”即撤销。", "option", True, ("是",)),
        ListColumn("客户名称", 24, "用气单位全称。"),
        ListColumn("计算结果", 11, "按规则算出的等级，人工调整不改动它。", "option"),
        ListColumn("情况", 24, "有效、已到期、已撤销，或还缺什么。"),
    ),
    ("客户编号", "项目"),
)  # fmt: skip
"""Grades decided by people, shown beside the computed ones and never instead of them."""

OBJECTION_LIST = SheetList(
    "异议",
    SHEET_NAME,
    "异议",
    (
        ListColumn("客户编号", 13, "提出异议的客户。", entered=True),
        ListColumn("收到日期", 12, "哪一天收到；当天不计，2 个工作日内答复。", "date", True),
        ListColumn("异议内容", 34, "客户对什么有异议，必填。", "text", True),
        ListColumn("延期批准人", 12, "批准延期 3 个工作日的人；没有延期不填。", "option", True),
        ListColumn("处理结果", 10, "维持、更正或撤回；处理完才填。", "option", True, ANSWERS),
        ListColumn("答复日期", 12, "哪一天答复；不填时按当天。", "date", True),
        ListColumn("答复说明", 34, "写进答复书的说明。", "text", True),
        ListColumn("异议编号", 20, "登记时自动编号。"),
        ListColumn("客户名称", 24, "用气单位全称。"),
        ListColumn("当前等级", 14, "信用等级和星级。", "option"),
        ListColumn("答复期限", 12, "最迟哪一天答复。", "date"),
        ListColumn("情况", 20, "待处理、今天到期、逾期几天、已答复，或还缺什么。"),
    ),
    ("客户编号", "收到日期", "异议内容"),
)  # fmt: skip
"""Customers' objections to their grades."""

LETTER_NUMBER = "答复书_异议编号"
"""Which objection the letter answers; blank for the last one."""

LETTER = "答复书_正文"
"""The letter, a paragraph a row."""

LETTER_ROWS = 30
