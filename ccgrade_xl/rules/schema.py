"""The tables of sheet 评分规则, declared once: their Chinese headers, and the attribute each column is.

Reading TOML, reading and writing the tables, the messages of `validation` and the template follow from here.
"""

from __future__ import annotations

from typing import Literal

from attrs import NOTHING, fields_dict, frozen

from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import (
    ASPECTS,
    CREDIT_GRADES,
    STARS,
    USAGE_LEVELS,
    CreditBand,
    Indicator,
    Option,
    PaymentStep,
    PrepaymentStep,
    StarBand,
    Strategy,
    Switches,
    UsageTier,
    Veto,
)
from ccgrade_xl.rules.wording import plain

RuleCellKind = Literal["text", "number", "share", "yes_no", "words", "any"]
"""What a cell holds. `share` is a number 0-1 that may be written as a percentage; `words` is several texts in
one cell; `any` is the value of a switch, whose kind the switch declares."""

YES_NO = ("是", "否")
JOINING = ("其余同比缩减", "基本")


@frozen
class RuleColumn:
    """One column of a rule table, or one switch.

    `attribute` is that of the table's row class; `choices` are the texts a dropdown offers (of a `yes_no`
    the first one means True); `blank` tells whether the cell may stay empty, and `needed_with` names the
    attribute that, when given, forbids it.
    """

    header: str
    attribute: str
    kind: RuleCellKind
    help: str
    width: float = 12
    unit: str = ""
    choices: tuple[str, ...] = ()
    blank: bool = False
    needed_with: str = ""

    @property
    def is_remark(self) -> bool:
        """Whether the column is only there to be read by people."""
        return self.blank and not self.attribute


@frozen
class RuleTable:
    """One table of sheet 评分规则.

    `field` is the attribute of `RuleSet` it becomes, `row` the class of its rows, `columns` the columns on
    the sheet. The one row of 评级开关 stands upright: each of its `switches` is a row on the sheet.
    """

    name: str
    field: str
    row: type
    help: str
    columns: tuple[RuleColumn, ...]
    switches: tuple[RuleColumn, ...] = ()

    @property
    def entries(self) -> tuple[RuleColumn, ...]:
        """What a row of `RuleSet` consists of, in order."""
        return self.switches or self.columns

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers on the sheet, left to right."""
        return tuple(column.header for column in self.columns)

    @property
    def is_switches(self) -> bool:
        """Whether this is 评级开关, where a row on the sheet is one switch."""
        return bool(self.switches)

    def default(self, entry: RuleColumn) -> object:
        """Return what `entry` is where it is left empty; `attrs.NOTHING` where it must be given."""
        if not entry.blank:
            return NOTHING
        declared = fields_dict(self.row)[entry.attribute].default
        if declared is NOTHING:
            return False if entry.kind == "yes_no" else None
        return declared


SWITCHES: tuple[RuleColumn, ...] = (
    RuleColumn(
        "完整度下限",
        "completeness_floor",
        "share",
        "已知指标的权重占比低于它时，信用等级和星级为待定（0–1）。",
    ),
    RuleColumn("新户月数", "provisional_months", "number", "在用月数少于它的客户按新户暂定。", unit="月"),
    RuleColumn(
        "新户最高信用等级", "provisional_cap", "text", "新户的信用等级最高到这一级。", choices=CREDIT_GRADES
    ),
    RuleColumn(
        "欠费天数上限", "open_debt_limit", "number", "当前欠费超过这个天数，缴纳得分直接取下一项。", unit="天"
    ),
    RuleColumn(
        "欠费超限得分", "open_debt_score", "number", "当前欠费天数超过上限时的缴纳得分（0–100）。", unit="分"
    ),
    RuleColumn(
        "启用星级上限",
        "star_cap_on",
        "yes_no",
        "是：信用等级分档里的“星级上限”生效；否：只看综合得分。",
        choices=YES_NO,
    ),
    RuleColumn(
        "一期只升一级",
        "one_grade_up",
        "yes_no",
        "是：信用等级每期最多比评级台账里上次月结的升一级；否：不限。",
        choices=YES_NO,
    ),
)
"""The switches of 评级开关: `header` is what the 开关 column says, `help` what the 说明 column says."""

_SCORE = "这一档的得分，0–100。"
_SYNONYMS = "同样读作这一项的其他写法，用顿号、隔开。"

_TABLES: tuple[RuleTable, ...] = (
    RuleTable(
        "用气量分档",
        "usage_tiers",
        UsageTier,
        "月均用气量达到下限即进入该等级，五级最大；最低一级的下限是 0。",
        (
            RuleColumn("等级", "name", "text", "五级（最大）至一级，各一行。", 10, choices=USAGE_LEVELS),
            RuleColumn("下限", "lower", "number", "月均用气量达到或超过它（含）即进入这一级。", 12, "m³/月"),
            RuleColumn("标准分X", "x", "number", "这一级的用气量标准分，等级越高分越大。", 10, "分"),
        ),
    ),
    RuleTable(
        "信用指标",
        "indicators",
        Indicator,
        "信用得分是各启用指标得分按权重的平均；权重按比例计算，不必合计 100。",
        (
            RuleColumn(
                "指标",
                "name",
                "text",
                "七项指标各一行，名称不能改。",
                16,
                choices=tuple(row.name for row in INDICATORS),
            ),
            RuleColumn("权重", "weight", "number", "指标在信用得分里的分量，不小于 0。", 8, "分"),
            RuleColumn("启用", "on", "yes_no", "是：参加计分；否：不计分。", 8, choices=YES_NO),
            RuleColumn(
                "加入方式",
                "next_stage",
                "yes_no",
                "基本：权重与其他指标并列；其余同比缩减：它的权重从基本指标里同比让出，合计不变。",
                16,
                choices=JOINING,
                blank=True,
            ),
        ),
    ),
    RuleTable(
        "指标选项",
        "options",
        Option,
        "按选项计分的五项指标：每个选项得多少分，还可以怎样写。",
        (
            RuleColumn(
                "指标",
                "indicator",
                "text",
                "选项所属的指标。",
                16,
                choices=tuple(row.name for row in INDICATORS if row.scoring == "option"),
            ),
            RuleColumn("选项", "name", "text", "客户数据里下拉显示的选项。", 18),
            RuleColumn("得分", "score", "number", "选这一项的得分，0–100。", 8, "分"),
            RuleColumn("同义词", "synonyms", "words", _SYNONYMS, 40, blank=True),
            RuleColumn(
                "等级上限",
                "credit_cap",
                "text",
                "选这一项的客户信用等级最高到哪一级；留空为不限。",
                10,
                choices=CREDIT_GRADES,
                blank=True,
            ),
        ),
    ),
    RuleTable(
        "缴纳分档",
        "payment_steps",
        PaymentStep,
        "12 个月内逾期次数和最长逾期天数都不超过上限即得该分；两个上限都留空的一行是“其余”。",
        (
            RuleColumn(
                "次数上限", "max_late", "number", "逾期次数不超过它；其余一行留空。", 10, "次", blank=True
            ),
            RuleColumn(
                "天数上限", "max_days", "number", "最长逾期天数不超过它；其余一行留空。", 10, "天", blank=True
            ),
            RuleColumn("得分", "score", "number", _SCORE, 8, "分"),
        ),
    ),
    RuleTable(
        "预收分档",
        "prepayment_steps",
        PrepaymentStep,
        "预收气费余额 ÷ 月均气费（可用月数）达到下限即得该分；下限留空的一行是“其余”。",
        (
            RuleColumn(
                "下限", "lower", "number", "余额够用的月数达到它；其余一行留空。", 10, "月", blank=True
            ),
            RuleColumn(
                "含下限",
                "closed",
                "yes_no",
                "是：等于下限也算达到；否：须大于下限；其余一行留空。",
                10,
                choices=YES_NO,
                blank=True,
                needed_with="lower",
            ),
            RuleColumn("得分", "score", "number", _SCORE, 8, "分"),
        ),
    ),
    RuleTable(
        "信用等级分档",
        "credit_bands",
        CreditBand,
        "信用得分（保留 1 位小数）达到下限即评为该等级；1A 的下限是 0。",
        (
            RuleColumn("信用等级", "name", "text", "5A（最好）至 1A，各一行。", 10, choices=CREDIT_GRADES),
            RuleColumn(
                "下限", "lower", "number", "信用得分达到或超过它（含）即评为这一级，0–100。", 10, "分"
            ),
            RuleColumn("标准分Y", "y", "number", "这一级的信用标准分，等级越高分越大。", 10, "分"),
            RuleColumn(
                "星级上限",
                "star_cap",
                "text",
                "星级最高到哪一级，开关“启用星级上限”为是时生效；留空为不限。",
                10,
                choices=STARS,
                blank=True,
            ),
        ),
    ),
    RuleTable(
        "星级分档",
        "star_bands",
        StarBand,
        "综合得分 X × Y 达到下限即评为该星级；一星级的下限是 0。",
        (
            RuleColumn("星级", "name", "text", "五星级至一星级，各一行。", 10, choices=STARS),
            RuleColumn("下限", "lower", "number", "综合得分达到或超过它（含）即评为这一星级。", 10, "分"),
        ),
    ),
    RuleTable(
        "否决规则",
        "vetoes",
        Veto,
        "发生这些事项的客户，从发生之日起在期限内信用等级为 1A。",
        (
            RuleColumn("否决事项", "name", "text", "客户数据里下拉显示的事项。", 20),
            RuleColumn("期限", "months", "number", "从发生之日起生效几个月。", 8, "月"),
            RuleColumn("同义词", "synonyms", "words", _SYNONYMS, 40, blank=True),
        ),
    ),
    RuleTable(
        "评级开关",
        "switches",
        Switches,
        "单项的规定；没有写出的开关按默认值。",
        (
            RuleColumn(
                "开关",
                "",
                "text",
                "开关的名称，不能改。",
                20,
                choices=tuple(row.header for row in SWITCHES),
            ),
            RuleColumn("取值", "", "any", "开关的取值。", 12),
            RuleColumn("说明", "", "text", "取值的含义，只供阅读。", 56, blank=True),
        ),
        SWITCHES,
    ),
    RuleTable(
        "策略",
        "strategies",
        Strategy,
        "各星级客户在六个方面的差异化管理策略。",
        (
            RuleColumn("星级", "star", "text", "五星级至一星级，各一行。", 10, choices=STARS),
            *(
                RuleColumn(aspect, attribute, "text", f"对这一星级客户的{aspect}管理要求。", 30)
                for aspect, attribute in ASPECTS.items()
            ),
        ),
    ),
)

RULE_TABLES: dict[str, RuleTable] = {table.name: table for table in _TABLES}
"""Every rule table by its name, in the order of the sheet."""

TABLE_BY_FIELD: dict[str, RuleTable] = {table.field: table for table in _TABLES}
"""Every rule table by the `RuleSet` attribute it becomes."""


def wanted(entry: RuleColumn) -> str:
    """Return what to write in a column, as the end of a sentence after 请."""
    if entry.choices:
        return "填" + "、".join(entry.choices[:-1]) + " 或 " + entry.choices[-1]
    if entry.kind in {"number", "share"}:
        return f"填数字（{entry.unit}）" if entry.unit else "填数字"
    return "填文字"


def chosen(entry: RuleColumn, text: str) -> str:
    """Return the choice a text means, or the text itself without the blanks around it."""
    return next((choice for choice in entry.choices if plain(choice) == plain(text)), text.strip())
