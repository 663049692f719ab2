"""The worked examples of 自检: every cell function, with results worked out by hand from the default rules.

The expected values are written here, never computed, so that a wrong installation, a wrong host or a wrong
change of the rules' engine shows as a red row. Usage bounds 3,000 / 10,000 / 30,000 / 100,000 m³/month,
weights 10 / 15 / 10 / 35 / 10 / 20, credit cut-offs 60 / 70 / 80 / 90, star cut-offs 3 / 6 / 10 / 16.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen


@frozen
class Range:
    """An argument that is a range of the sheet: a block of the sample, its header, one of its rows, no value."""

    name: str


SAMPLE, HEADERS, FIRST, SECOND, BLANK = (
    Range("自检_样本"), Range("自检_表头"), Range("自检_甲"), Range("自检_乙"), Range("自检_空白")
)  # fmt: skip
NOT_AVAILABLE = Range("NA()")
"""An argument that is itself the error #N/A."""

Argument: TypeAlias = float | str | Range


@frozen
class Case:
    """One example: its test name, function, arguments and expected value (an error as its text).

    `cell` is (row, column), from 1, of the cell meant where the result is a block.
    """

    name: str
    function: str
    arguments: tuple[Argument, ...]
    expected: float | str
    cell: tuple[int, int] | None = None


SAMPLE_HEADERS = (
    "客户编号", "客户状态", "月均用气量", "在用月数", "用气单位性质", "合同签订", "用气单位所属", "逾期次数",
    "最长逾期天数", "当前欠费天数", "缴费方式", "预收气费余额", "月均气费", "否决事项",
)  # fmt: skip
SAMPLE_ROWS: tuple[tuple[float | str | None, ...], ...] = (
    ("甲", "在用", 120000.0, 12.0, "国有企业", "有效且信息一致", "自有物业", 0.0, 0.0, 0.0, "银行代扣", 200000.0, 100000.0, None),
    ("乙", "在用", 12000.0, 12.0, "民营企业", "自动顺延", "租赁一至三年", 1.0, 5.0, 0.0, "对公转账", 10000.0, 20000.0, None),
    ("丙", "销户", 800.0, 12.0, "个体工商户", "未签订", "不明", 4.0, 40.0, 0.0, "现金", 0.0, 3000.0, None),
    ("丁", "在用", 50000.0, 12.0, None, None, None, None, None, None, "预付费表", None, None, None),
)  # fmt: skip
"""甲: 90·10 + 100·15 + 100·10 + 100·35 + 100·10 + 100·20 = 9900 → 99.0, 5A, X 5, 25, 五星级.

乙: 70·10 + 70·15 + 50·10 + 85·35 + 80·10 + 40·20 = 6825 → 68.3, 2A, X 3, 6, 三星级. 丙 is closed. Of 丁 only 缴费方式 is
known, 10 % of the weight: 待定.
"""

_FIRST_CREDIT: tuple[Argument, ...] = (
    "国有企业",
    "有效且信息一致",
    "自有物业",
    0,
    0,
    0,
    "银行代扣",
    200000,
    100000,
)
_SECOND_CREDIT: tuple[Argument, ...] = (
    "民营企业",
    "自动顺延",
    "租赁一至三年",
    1,
    5,
    0,
    "对公转账",
    10000,
    20000,
)

CASES: tuple[Case, ...] = (
    Case("test_默认规则的版本", "CCG_RULES", (), "R-2b5d97f5"),
    Case("test_十万立方米是五级", "CCG_USAGE_LEVEL", (100000,), "五级"),
    Case("test_差一点到十万是四级", "CCG_USAGE_LEVEL", (99999.9,), "四级"),
    Case("test_三千立方米是二级", "CCG_USAGE_LEVEL", (3000,), "二级"),
    Case("test_不用气是一级", "CCG_USAGE_LEVEL", (0,), "一级"),
    Case("test_全角数字和千分位都认得", "CCG_USAGE_LEVEL", ("１２,０００ m³",), "三级"),
    Case("test_空白显示NA", "CCG_USAGE_LEVEL", (BLANK,), "#N/A"),
    Case("test_五级标准分是5", "CCG_X", (120000,), 5),
    Case("test_三级标准分是3", "CCG_X", (10000,), 3),
    Case("test_负数显示NUM", "CCG_X", (-1,), "#NUM!"),
    Case("test_文字显示VALUE", "CCG_X", ("很多",), "#VALUE!"),
    Case("test_错误值原样传递", "CCG_X", (NOT_AVAILABLE,), "#N/A"),
    Case("test_没有的规则版本显示VALUE", "CCG_X", (5000, "R-00000000"), "#VALUE!"),
    Case("test_机关单位100分", "CCG_NATURE", ("机关单位",), 100),
    Case("test_国企是国有企业90分", "CCG_NATURE", ("国企",), 90),
    Case("test_没有的选项显示VALUE", "CCG_NATURE", ("不是选项",), "#VALUE!"),
    Case("test_变更未改签30分", "CCG_CONTRACT", ("变更未改签",), 30),
    Case("test_未签订0分", "CCG_CONTRACT", ("未签订",), 0),
    Case("test_租赁一至三年50分", "CCG_OWNERSHIP", ("租赁一至三年",), 50),
    Case("test_无逾期100分", "CCG_PAYMENT", (0, 0, 0), 100),
    Case("test_一次七天85分", "CCG_PAYMENT", (1, 7, 0), 85),
    Case("test_三次三十天45分", "CCG_PAYMENT", (3, 30, 0), 45),
    Case("test_三次三十一天20分", "CCG_PAYMENT", (3, 31, 0), 20),
    Case("test_正在欠费算一次逾期", "CCG_PAYMENT", (0, 0, 5), 85),
    Case("test_欠费超过六十天0分", "CCG_PAYMENT", (0, 0, 61), 0),
    Case("test_次数为负显示NUM", "CCG_PAYMENT", (-1, 0, 0), "#NUM!"),
    Case("test_柜台60分", "CCG_CHANNEL", ("柜台",), 60),
    Case("test_预收两个月100分", "CCG_PREPAYMENT", (20000, 10000), 100),
    Case("test_预收半个月40分", "CCG_PREPAYMENT", (5000, 10000), 40),
    Case("test_没有预收0分", "CCG_PREPAYMENT", (0, 10000), 0),
    Case("test_月均气费为零无法计算", "CCG_PREPAYMENT", (5000, 0), "#N/A"),
    Case("test_已整改85分", "CCG_SAFETY", ("已整改",), 85),
    Case("test_甲的信用得分", "CCG_CREDIT", _FIRST_CREDIT, 99.0),
    Case("test_乙的信用得分保留一位小数", "CCG_CREDIT", _SECOND_CREDIT, 68.3),
    Case("test_九十分是5A", "CCG_CREDIT_GRADE", (90,), "5A"),
    Case("test_先舍入再定级", "CCG_CREDIT_GRADE", (89.95,), "5A"),
    Case("test_差半格是4A", "CCG_CREDIT_GRADE", (89.94,), "4A"),
    Case("test_五十九分是1A", "CCG_CREDIT_GRADE", (59,), "1A"),
    Case("test_七十五分的标准分是3", "CCG_Y", (75,), 3),
    Case("test_综合得分是X乘Y", "CCG_STAR_SCORE", (4, 3), 12),
    Case("test_十六分是五星级", "CCG_STAR", (16,), "五星级"),
    Case("test_十五分是四星级", "CCG_STAR", (15,), "四星级"),
    Case("test_两分是一星级", "CCG_STAR", (2,), "一星级"),
    Case("test_整批评级甲五星级", "CCG_GRADE", (SAMPLE,), "五星级", (2, 14)),
    Case("test_整批评级乙2A", "CCG_GRADE", (SAMPLE,), "2A", (3, 11)),
    Case("test_整批评级乙三星级", "CCG_GRADE", (SAMPLE,), "三星级", (3, 14)),
    Case("test_销户不参评", "CCG_GRADE", (SAMPLE,), "不参评：销户", (4, 16)),
    Case("test_资料不足是待定", "CCG_GRADE", (SAMPLE,), "待定", (5, 14)),
    Case("test_解释给出单位性质得分", "CCG_EXPLAIN", (HEADERS, FIRST), 90, (2, 3)),
    Case("test_解释给出失分最多的一项", "CCG_EXPLAIN", (HEADERS, FIRST), "用气单位性质", (13, 2)),
    Case("test_五星级已是最高", "CCG_NEXT_STAR", (HEADERS, FIRST), "已经是五星级，没有更高的星级。"),
    Case("test_五星级配专属客户经理", "CCG_STRATEGY", ("五星级", "增值服务"), "专属客户经理和用能诊断"),
    Case("test_一星级每月复评", "CCG_STRATEGY", ("一星级", "信用评估跟踪"), "每月复评一次信用"),
    Case("test_没有的方面显示VALUE", "CCG_STRATEGY", ("五星级", "天气"), "#VALUE!"),
    Case("test_没有这块表就没有异常可列", "CCG_ALARMS", ("没有这块表",), "#N/A"),
    Case("test_没有这块表就没有条数", "CCG_ALARM_COUNT", ("没有这块表",), "#N/A"),
    Case("test_没有这块表就没有月用气量", "CCG_METER_USAGE", ("没有这块表", "2026-06"), "#N/A"),
    Case(
        "test_没有这块表就没有日用气量", "CCG_DAILY_USAGE", ("没有这块表", "2026-06-01", "2026-06-30"), "#N/A"
    ),
    Case("test_没有这块表就没有预测", "CCG_FORECAST", ("没有这块表", 28), "#N/A"),
    Case("test_一个大气压二十度不用换算", "CCG_PTZ", (100, 0, 20), 100),
    Case("test_绝压一半体积一半", "CCG_PTZ", (100, 50.6625, 20, "绝压"), 50),
    Case("test_零度标准温度换算", "CCG_PTZ", (100, 0, 20, "表压", 273.15), 93.17755415316391),
    Case("test_两百度显示NUM", "CCG_PTZ", (100, 0, 200), "#NUM!"),
    Case("test_空白编号没有历史", "CCG_HISTORY", (BLANK,), "#N/A"),
    Case("test_空白月份没有星级", "CCG_GRADE_AT", ("0001", BLANK), "#N/A"),
    Case("test_看不懂的月份显示VALUE", "CCG_GRADE_AT", ("0001", "上个月"), "#VALUE!"),
    Case("test_分布不变PSI是0", "CCG_PSI", (Range("自检_分布"), Range("自检_分布")), 0),
    Case("test_户数为负显示NUM", "CCG_PSI", (Range("自检_负户数"), Range("自检_分布")), "#NUM!"),
    Case("test_异议两个工作日内答复", "CCG_DUE", ("异议/申诉", "处理并答复", "2026-03-05"), 46090),
    Case("test_国庆长假顺延", "CCG_DUE", ("异议/申诉", "处理并答复", "2026-09-30"), 46304),
    Case("test_没有的流程显示VALUE", "CCG_DUE", ("做饭", "洗菜", "2026-03-05"), "#VALUE!"),
    Case("test_没有列过任务的客户显示NA", "CCG_TASKS", ("自检不存在的客户",), "#N/A"),
    Case(
        "test_说出参数哪里不对",
        "CCG_CHECK",
        ("CCG_X", "很多"),
        "参数“月均用气量”：“很多” 看不懂，请填写数字。",
    ),
    Case("test_参数没有问题返回空文本", "CCG_CHECK", ("CCG_X", 5000), ""),
)
"""In the order of the function reference."""
