"""Sheets, tables and columns, declared once: the template, the readers, the writers and the docs follow."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import ACTIVE
from ccgrade_xl.workbook.number_formats import PLAIN

Kind = Literal["text", "identifier", "number", "count", "money", "option", "date", "result"]
Group = Literal["客户信息", "用气量", "信用指标", "评级结果"]

CUSTOMER_TABLE = "客户"
RULE_VERSION_NAME = "规则版本"


@frozen
class Column:
    """One column of the 客户 table.

    `synonyms` are other headers an imported file may use (compared without blanks, brackets and units);
    `options` names what feeds its dropdown: an option indicator, 客户状态 or 否决事项.
    """

    name: str
    kind: Kind
    group: Group
    width: float
    help: str
    unit: str = ""
    synonyms: tuple[str, ...] = ()
    options: str = ""
    number_format: str = "General"


def _result(name: str, width: float, text: str, number_format: str = "General") -> Column:
    return Column(name, "result", "评级结果", width, text, number_format=number_format)


# fmt: off
CUSTOMER_COLUMNS: tuple[Column, ...] = (
    Column("客户编号", "identifier", "客户信息", 14, "客户的唯一编号，按文本保存，前导零不丢。",
           synonyms=("客户号", "户号", "用户编号", "用户号", "客户代码", "客户ID", "编号", "用气户号"), number_format="@"),
    Column("客户名称", "text", "客户信息", 26, "用气单位全称。",
           synonyms=("名称", "用户名称", "单位名称", "用气单位", "用气单位名称", "户名", "客户"), number_format="@"),
    Column("表号", "identifier", "客户信息", 16, "燃气表编号，多块表用英文分号 ; 隔开。",
           synonyms=("表具编号", "燃气表号", "表具号", "流量计编号", "表钢号", "计量表编号"), number_format="@"),
    Column("地址", "text", "客户信息", 28, "用气地址。",
           synonyms=("用气地址", "客户地址", "安装地址", "详细地址", "单位地址"), number_format="@"),
    Column("客户状态", "option", "客户信息", 9, "在用、暂停、销户、拆表；只有在用的客户参加评级。",
           synonyms=("状态", "用气状态", "用户状态", "户状态"), options="客户状态"),
    Column("开户日期", "date", "客户信息", 11, "开户（通气）日期。",
           synonyms=("开户时间", "通气日期", "立户日期", "建户日期"), number_format="yyyy-mm-dd"),
    Column("班组", "text", "客户信息", 10, "负责的客户管理组。",
           synonyms=("管理组", "所属班组", "客户管理组", "片区", "所属片区"), number_format="@"),
    Column("客户经理", "text", "客户信息", 10, "负责的客户经理。",
           synonyms=("经理", "管理员", "责任人", "负责人", "客户管理员"), number_format="@"),
    Column("月均用气量", "number", "用气量", 15, "最近 12 个在用月的平均标准体积。", "m³/月",
           ("月均气量", "平均月用气量", "月平均用气量", "月用气量", "用气量", "月均用量", "平均用气量"), number_format="#,##0"),
    Column("在用月数", "count", "用气量", 9, "有用气的月数；不足 3 个月按新户暂定。", "月",
           ("用气月数", "在用月份数", "用气月份", "开户月数", "通气月数"), number_format="0"),
    Column("用气单位性质", "option", "信用指标", 13, "单位性质，按下拉选项填写。",
           synonyms=("单位性质", "性质", "企业性质", "客户性质", "用户性质"), options="用气单位性质"),
    Column("合同签订", "option", "信用指标", 15, "供用气合同的签订情况。",
           synonyms=("合同", "合同状态", "合同情况", "合同签订情况", "供用气合同"), options="合同签订"),
    Column("用气单位所属", "option", "信用指标", 14, "场所归属：自有或租赁年限等。",
           synonyms=("单位所属", "所属", "场所归属", "物业归属", "产权归属", "房屋归属"), options="用气单位所属"),
    Column("逾期次数", "count", "信用指标", 9, "最近 12 个月逾期缴费次数。", "次",
           ("逾期缴费次数", "近12月逾期次数", "欠费次数", "逾期笔数"), number_format="0"),
    Column("最长逾期天数", "count", "信用指标", 12, "最近 12 个月最长一次逾期的天数。", "天",
           ("最大逾期天数", "最长逾期", "最长欠费天数", "逾期天数"), number_format="0"),
    Column("当前欠费天数", "count", "信用指标", 12, "目前未缴气费已拖欠的天数，没有欠费填 0。", "天",
           ("欠费天数", "当前逾期天数", "现欠费天数"), number_format="0"),
    Column("缴费方式", "option", "信用指标", 11, "气费的缴纳方式。",
           synonyms=("付款方式", "交费方式", "缴纳方式", "支付方式", "结算方式"), options="缴费方式"),
    Column("预收气费余额", "money", "信用指标", 13, "预收气费账户余额。", "元",
           ("预收余额", "预收气费", "预存余额", "账户余额", "预收款余额", "预付余额"), number_format="#,##0.00"),
    Column("月均气费", "money", "信用指标", 12, "平均每月气费账单金额。", "元",
           ("月平均气费", "月均账单", "月均费用", "平均月气费", "月气费"), number_format="#,##0.00"),
    Column("燃气安全状况", "option", "信用指标", 13, "下一阶段指标，规则启用后才计分。",
           synonyms=("安全状况", "安检结果", "安全情况", "隐患状况"), options="燃气安全状况"),
    Column("否决事项", "option", "信用指标", 15, "发生后信用等级直接降为 1A 的事项，没有则留空；多项用 ; 隔开。",
           synonyms=("一票否决", "否决", "否决项", "重大失信事项"), options="否决事项"),
    Column("否决日期", "date", "信用指标", 11, "否决事项发生的日期。",
           synonyms=("否决时间", "否决发生日期", "失信日期"), number_format="yyyy-mm-dd"),
    _result("用气量等级", 10, "五级（最大）至一级。"),
    _result("X", 6, "用气量分级标准分。"),
    *(_result(row.result, 8, f"{row.name}得分，0–100。", PLAIN) for row in INDICATORS),
    _result("信用得分", 9, "各指标得分按权重加权，保留 1 位小数。", "0.0"),
    _result("信用等级", 9, "5A 至 1A；资料不足时为待定。"),
    _result("Y", 6, "信用评级标准分。"),
    _result("综合得分", 9, "X × Y。", PLAIN),
    _result("星级", 9, "五星级至一星级；资料不足时为待定。"),
    _result("完整度", 8, "已知指标的权重占全部权重的比例。", "0%"),
    _result("说明", 62, "评级的主要扣分、未知资料和特殊情况。"),
    _result("规则版本", 13, "评级所用规则的版本。"),
    _result("评级日期", 11, "评级日期。", "yyyy-mm-dd"),
)
# fmt: on

INPUT_COLUMNS = tuple(column for column in CUSTOMER_COLUMNS if column.kind != "result")
RESULT_COLUMNS = tuple(column for column in CUSTOMER_COLUMNS if column.kind == "result")
COLUMN = {column.name: column for column in CUSTOMER_COLUMNS}

STATUS_SYNONYMS: dict[str, tuple[str, ...]] = {
    ACTIVE: ("正常", "正常用气", "使用中", "启用", "开户", "用气"),
    "暂停": ("暂停用气", "停用", "报停", "停气"),
    "销户": ("已销户", "注销", "已注销"),
    "拆表": ("已拆表", "拆除", "已拆除"),
}
"""客户状态: the four states, each with the words other systems write for it."""


@frozen
class Sheet:
    """A sheet of the workbook: its code name in VBA, its tab colour and one line on what it is for."""

    name: str
    code_name: str
    purpose: str
    tab_color: str
    ready: bool = True


# fmt: off
SHEETS: tuple[Sheet, ...] = (
    Sheet("首页", "wsHome", "从这里开始：三步完成评级，看全局结果。", "#1F4E79"),
    Sheet("客户数据", "wsCustomers", "客户资料和评级结果，一户一行。", "#1F4E79"),
    Sheet("评分规则", "wsRules", "所有分档、权重、选项和开关，可以修改。", "#7F6000"),
    Sheet("分级概览", "wsOverview", "各级客户的户数、气量和分布图。", "#375623"),
    Sheet("试算", "wsTrial", "一户试算：改一项看结果怎样变化。", "#375623"),
    Sheet("远程抄表", "wsMeters", "远程抄表的异常、用气月报和预测：明天该派人去哪里。", "#833C0B"),
    Sheet("待核实", "wsVerification", "要核实的资料：谁去、何时前、为什么；以及各部门资料的来源和冲突。", "#833C0B"),
    Sheet("评级台账", "wsLedger", "月结封存的历次评级：清单、变动、健康检查和更正。", "#7F6000"),
    Sheet("差异化策略", "wsStrategies", "各星级客户在六个方面的管理策略，任务清单，人工调整和异议。", "#375623"),
    Sheet("流程手册", "wsProcesses", "各项业务流程的步骤、岗位、依据和时限，流程图，以及在办流程。", "#375623"),
    Sheet("人员分工", "wsTeam", "“1+1”人员架构、人员表和客户分派前后的对比。", "#833C0B"),
    Sheet("培训自测", "wsTraining", "按现行规则出题、阅卷，自查互查，每个人的成绩。", "#7F6000"),
    Sheet("自检", "wsSelfCheck", "每个函数的标准算例，全部为绿色即安装正常。", "#595959"),
    Sheet("使用说明", "wsGuide", "怎样使用，以及全部函数和按钮的说明。", "#595959"),
)
# fmt: on

SHEET = {sheet.name: sheet for sheet in SHEETS}
