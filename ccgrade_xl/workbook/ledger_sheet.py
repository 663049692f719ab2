"""The cells, blocks and lists of 评级台账, declared once: the template draws them, the ledger's commands fill them.

Blocks hold plain values: what the ledger says stands on the sheet in every host. Shares are numbers 0-1, usage is
m³/month, months are texts like 2026-03.
"""

from __future__ import annotations

from attrs import frozen

from ccgrade_xl.rules.customer_states import STATES
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, UNDECIDED, USAGE_LEVELS
from ccgrade_xl.workbook.lists import ListColumn, SheetList
from ccgrade_xl.workbook.names import LEDGER_PERSON, LEDGER_PLACE
from ccgrade_xl.workbook.number_formats import PLAIN, SIGNED
from ccgrade_xl.workbook.overview import UNKNOWN_LEVEL
from ccgrade_xl.workbook.overview import OverviewBlock as Block

SHEET_NAME = "评级台账"

CLOSING_MONTH = "台账_月结月份"
"""The month that is being closed; blank for the one after the last frozen."""
REVIEWER = "台账_复核人"
"""Who looked the grades over before they are frozen."""
SHOWN_MONTH = "台账_查看月份"
"""The month the sheet shows; blank for the last frozen."""
COMPARED_MONTH = "台账_对比月份"
"""The month it is compared with; blank for the one frozen before."""
SHOWN_CUSTOMER = "台账_查看客户"
"""The 客户编号 whose months are shown."""
CORRECTED_MONTH = "台账_更正月份"
CORRECTED_CUSTOMERS = "台账_更正客户"
"""The 客户编号 that are corrected, separated by ; ."""
CORRECTION_REASON = "台账_更正原因"
CORRECTION_APPROVER = "台账_更正批准人"
ADJUSTMENT_APPROVER = "台账_样本批准人"
"""Who approves the list of 样本调整."""
DAYS = "台账_次月日"
"""5×1, to be edited: by which day of the next month each step of the close is due."""
STATE = "台账_状态"
"""One sentence on the ledger: how much it holds, or why it cannot be read."""
COMPARISON = "台账_对比"
"""One sentence: which months are compared."""
GOOD_MONTH = "台账_区分力月份"
"""One sentence: whose scores 区分力 measures."""
IMPACT_SAID = "台账_规则影响说明"
"""One sentence: what the rules on 评分规则 would change against those of the month shown."""
SENTENCES = (STATE, COMPARISON, GOOD_MONTH, IMPACT_SAID)


@frozen
class EnteredCell:
    """A cell of the sheet that the user fills in: its defined name, label, and what is said when it is chosen."""

    name: str
    label: str
    help: str


SETTINGS = (
    EnteredCell(
        LEDGER_PLACE,
        "台账位置",
        "空着：放在工作簿旁边的“评级台账.sqlite”。也可以填文件路径，或 postgresql+psycopg://用户@服务器/数据库（密码放在 .pgpass 里）。",
    ),
    EnteredCell(LEDGER_PERSON, "操作人", "写进台账的姓名；空着用登录这台电脑的用户名。"),
    EnteredCell(SHOWN_MONTH, "查看月份", "看哪个月，如 2026-03；空着看最近一次月结。填好后按“查看台账”。"),
    EnteredCell(COMPARED_MONTH, "对比月份", "和哪个月比；空着和再上一次月结比。"),
    EnteredCell(SHOWN_CUSTOMER, "查看客户", "填客户编号，按“查看台账”，看这一户历次的评级。"),
)
CLOSING = (
    EnteredCell(CLOSING_MONTH, "月结月份", "要月结的月份，如 2026-03；空着就是上次月结的下一个月。"),
    EnteredCell(REVIEWER, "复核人", "复核评级结果的人，月结时一并记入台账。"),
)
CORRECTION = (
    EnteredCell(CORRECTED_MONTH, "更正月份", "已经月结、其中有错的月份，如 2026-03。"),
    EnteredCell(
        CORRECTED_CUSTOMERS, "客户编号", "要更正的客户编号，多户用 ; 隔开。先在“客户数据”里改好资料。"
    ),
    EnteredCell(CORRECTION_REASON, "更正原因", "为什么更正，写明依据。"),
    EnteredCell(CORRECTION_APPROVER, "批准人", "批准更正的人。"),
)

STEPS = ("导入", "检查", "评级", "复核", "月结")
STEP_DAYS = (5, 8, 9, 10, 10)
"""By which day of the next month each step is due (`default`)."""

CHECKLIST = Block(
    "台账_清单",
    "月结清单",
    ("岗位", "期限", "状态", "完成人", "完成日期"),
    len(STEPS),
    ("@", "yyyy-mm-dd", "@", "@", "yyyy-mm-dd"),
)
"""5×5: a step a row, in the order of `STEPS`; the step and its day stand to the left, outside."""

OTHER_STATE, EVERY_STATE = "其他写法", "合计"
FLOW_STATES = (*STATES, OTHER_STATE, EVERY_STATE)
FLOWS = Block(
    "台账_样本",
    "样本变动（户）",
    ("客户状态", "上次月结", "转入", "转出", "现在"),
    len(FLOW_STATES),
    ("@", "#,##0", "#,##0", "#,##0", "#,##0"),
    FLOW_STATES,
)
"""6×5: 上次月结 + 转入 − 转出 = 现在, for each state and in all."""

HISTORY = Block(
    "台账_历次",
    "历次月结",
    (
        "月份",
        "月结时间",
        "月结人",
        "户数",
        "参评",
        *STARS,
        UNDECIDED,
        "更正户数",
        "平均信用分",
        "月气量",
        "规则版本",
    ),
    12,
    ("@", "yyyy-mm-dd hh:mm", "@", *("#,##0" for _ in range(9)), "0.0", "#,##0", "@"),
)
"""12×15: the last twelve frozen months, the oldest first, as they stand corrected."""

CUSTOMER_LINE = Block(
    "台账_走势",
    "客户历次评级",
    (
        "月份",
        "客户名称",
        "月均用气量",
        "用气量等级",
        "信用得分",
        "信用等级",
        "综合得分",
        "星级",
        "完整度",
        "说明",
    ),
    12,
    ("@", "@", "#,##0", "@", "0.0", "@", PLAIN, "@", "0%", "@"),
)
"""12×10: the last twelve frozen months of one customer, the oldest first."""


RECORDS = Block(
    "台账_记录",
    "最近的台账记录（填了“查看客户”时只看这一户）",
    ("时间", "客户编号", "经手人", "类别", "内容"),
    12,
    ("yyyy-mm-dd hh:mm", "@", "@", "@", "@"),
)
"""12×5: who did what and when, the latest first."""


def _matrix(name: str, title: str, first: str, labels: tuple[str, ...]) -> Block:
    return Block(
        name, title, (first, *labels), len(labels), ("@", *("#,##0;;" for _ in labels)), labels
    )  # fmt: skip


MIGRATIONS = {
    "用气量等级": _matrix(
        "台账_迁移_用气量等级",
        "用气量等级变动（户）",
        "从＼到",
        (*USAGE_LEVELS, UNKNOWN_LEVEL, "不参评", "不在册"),
    ),
    "信用等级": _matrix(
        "台账_迁移_信用等级", "信用等级变动（户）", "从＼到", (*CREDIT_GRADES, UNDECIDED, "不参评", "不在册")
    ),
    "星级": _matrix("台账_迁移_星级", "星级变动（户）", "从＼到", (*STARS, UNDECIDED, "不参评", "不在册")),
}
"""8×9 each: customers by where they stood in the compared month (rows) and stand in the month shown (columns)."""

STABILITY = Block(
    "台账_稳定性",
    "样本稳定性（PSI）",
    ("项目", "PSI", "判断"),
    3 + len(INDICATORS),
    ("@", "0.000", "@"),
)
"""10×3: how far each indicator and grade has shifted between the two months."""

DISCRIMINATION = Block(
    "台账_区分力",
    "区分力（得分高低与其后逾期）",
    ("项目", "户数", "逾期户", "KS", "Gini", "判断"),
    1 + len(INDICATORS),
    ("@", "#,##0", "#,##0", "0.00", "0.00", "@"),
)
"""8×6: credit score and indicators against arrears of more than 30 days in the six months after."""

SENSITIVITY = Block(
    "台账_敏感性",
    "权重敏感性（现有资料和规则）",
    ("指标", "权重", "变动", "信用变动户", "星级变动户", "涉及气量"),
    8,
    ("@", PLAIN, SIGNED, "#,##0", "#,##0", "#,##0"),
)
"""8×6: which weight, moved by 5 points, moves most customers; the most first."""

IMPACT = Block(
    "台账_规则影响",
    "规则影响：评分规则现在的规则，与所看月份的规则相比（现有资料）",
    ("客户编号", "客户名称", "原信用", "新信用", "原星级", "新星级", "月均用气量"),
    20,
    ("@", "@", "@", "@", "@", "@", "#,##0"),
)
"""20×7: whose credit grade or star would change at the next close, the largest users first."""

IMPACT_STARS = _matrix("台账_规则星级", "星级从原规则到新规则（户）", "从＼到", (*STARS, UNDECIDED))
"""6×7: customers by their star under the rules of the month shown (rows) and those on 评分规则 (columns)."""

BLOCKS = (
    CHECKLIST, FLOWS, HISTORY, CUSTOMER_LINE, RECORDS, *MIGRATIONS.values(), STABILITY, DISCRIMINATION, SENSITIVITY,
    IMPACT, IMPACT_STARS,
)  # fmt: skip
"""What the commands fill."""

MONTH_LIST = SheetList(
    "台账明细",
    SHEET_NAME,
    "月份明细",
    (
        ListColumn("客户编号", 15, "客户编号。"),
        ListColumn("客户名称", 22, "用气单位全称。"),
        ListColumn("客户经理", 10, "当时负责的客户经理。"),
        ListColumn("客户状态", 10, "当时的客户状态。", "option"),
        ListColumn("月均用气量", 10, "m³/月。", "number", number_format="#,##0"),
        ListColumn("用气量等级", 10, "五级（最大）至一级。", "option"),
        ListColumn("信用得分", 10, "0–100。", "number", number_format="0.0"),
        ListColumn("信用等级", 10, "5A 至 1A，或待定。", "option"),
        ListColumn("综合得分", 10, "X × Y。", "number"),
        ListColumn("星级", 10, "五星级至一星级，或待定。", "option"),
        ListColumn("对比星级", 10, "对比月份的星级。", "option"),
        ListColumn("变动", 10, "与对比月份相比：升、降、不变、新增。", "option"),
        ListColumn("完整度", 10, "已知指标的权重占比。", "share", number_format="0%"),
    ),
    ("客户编号",),
)
"""Every customer of the month shown."""

CHECKED = ("属实", "待查")
ADJUSTMENT_LIST = SheetList(
    "样本调整清单",
    SHEET_NAME,
    "样本调整清单",
    (
        ListColumn("类型", 9, "新增、缺失、销户、拆表、暂停、恢复、其他。", "option"),
        ListColumn("客户编号", 15, "客户编号。"),
        ListColumn("客户名称", 24, "用气单位全称。"),
        ListColumn("上次状态", 10, "上次月结时的客户状态。", "option"),
        ListColumn("现在状态", 10, "现在的客户状态。", "option"),
        ListColumn("月均用气量", 12, "m³/月。", "number", number_format="#,##0"),
        ListColumn("核对", 9, "属实，或待查；有待查的不能批准。", "option", entered=True, options=CHECKED),
        ListColumn("备注", 26, "去向、依据等。", entered=True),
    ),
    ("客户编号", "类型"),
)
"""Who joined, left, stopped or came back since the last frozen month, to be checked and approved."""
