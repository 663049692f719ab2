"""The cell functions that grade: usage, indicators, credit, stars, the whole sample, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from ccgrade_xl import boundary
from ccgrade_xl.answering import Argument, Block
from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.functions.declaring import RULES, function
from ccgrade_xl.grading.credit import credit_score, half_up
from ccgrade_xl.grading.customers import Coded, Floats
from ccgrade_xl.grading.explanation import explanation
from ccgrade_xl.grading.indicators import Scored, option_scores, payment_scores, prepayment_scores
from ccgrade_xl.grading.next_star import next_star
from ccgrade_xl.grading.sample import grade_sample
from ccgrade_xl.grading.scales import Scales
from ccgrade_xl.grading.usage import usage_level, x_score
from ccgrade_xl.rules.indicators import BY_KEY
from ccgrade_xl.rules.ruleset import ASPECTS, RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.rules.store import keep
from ccgrade_xl.rules.tables import rules_from_tables, table_named_by
from ccgrade_xl.sample import RESULT_HEADERS, grade_table, one_customer, result_columns
from ccgrade_xl.workbook.book import CellValue, Table

# --- arguments that several functions share -----------------------------------------------------------------

_USAGE = Argument(
    "usage",
    "月均用气量",
    "最近 12 个在用月的平均用气量，单位 m³/月；一个单元格或一片区域。",
    "number",
    unit="m³/月",
)
_LATE = Argument("late_count", "逾期次数", "最近 12 个月逾期缴费的次数。", "count", unit="次")
_WORST = Argument("worst_days", "最长逾期天数", "最近 12 个月最长一次逾期的天数。", "count", unit="天")
_OPEN = Argument("open_days", "当前欠费天数", "目前未缴气费已拖欠的天数，没有欠费填 0。", "count", unit="天")
_BALANCE = Argument("balance", "预收气费余额", "预收气费账户余额，单位元。", "money", unit="元")
_BILL = Argument("monthly_bill", "月均气费", "平均每月气费，单位元；为 0 时无法计算。", "number", unit="元")
_SCORE = Argument("score", "信用得分", "信用得分 0–100，先四舍五入到 1 位小数再定级。", "number", unit="分")
_HEADERS = Argument("headers", "表头", "一行表头，列名与“客户数据”相同。", "block")
_ROW = Argument("row", "客户行", "与表头同宽的一行客户资料。", "block")


def _answer(key: str, *, optional: bool = False) -> Argument:
    name = BY_KEY[key].name
    return Argument(key, name, f"{name}的选项，见“评分规则”的下拉选项。", "option", optional, key)


# --- rules --------------------------------------------------------------------------------------------------


@function(
    "CCG_RULES",
    "由评分规则表得出规则版本。表按表头识别，缺少的表用默认规则；规则一改，版本就变，引用它的公式随之重算。",
    *(
        Argument(
            f"table{at}",
            f"规则表{at}",
            "一张规则表，含表头，例如 用气量分档[#全部]；可以省略。",
            "block",
            True,
        )
        for at in range(1, len(RULE_TABLES) + 1)
    ),
)
def _rules(*blocks: Block | None) -> str:
    tables = {}
    for block in blocks:
        if block is None:
            continue
        headers = tuple("" if cell is None else str(cell) for cell in block[0])
        name = table_named_by(headers)
        if name is None:
            raise NotUnderstood(f"表头 {boundary.shown('、'.join(headers))} 不是任何一张规则表的表头。")
        if name in tables:
            raise NotUnderstood(f"规则表“{name}”给了两次，请去掉一个。")
        tables[name] = (headers, block[1:])
    return keep(rules_from_tables(tables, RuleSet.default()))


# --- usage --------------------------------------------------------------------------------------------------


@function("CCG_USAGE_LEVEL", "用气量等级：五级（最大）至一级。", _USAGE, RULES)
def _usage_level(scales: Scales, usage: Floats) -> Sequence[CellValue]:
    return _names(scales.usage.names, usage_level(usage, scales))


@function("CCG_X", "用气量分级标准分 X。", _USAGE, RULES)
def _x(scales: Scales, usage: Floats) -> Floats:
    return x_score(usage_level(usage, scales), scales)


# --- indicators ---------------------------------------------------------------------------------------------


def _declare_option(name: str, key: str) -> None:
    @function(name, f"{BY_KEY[key].name}得分，0–100。", _answer(key), RULES)
    def _score(scales: Scales, answers: Coded) -> Floats:
        return option_scores(answers, key, scales)


for _name, _key in {
    "CCG_NATURE": "nature",
    "CCG_CONTRACT": "contract",
    "CCG_OWNERSHIP": "ownership",
    "CCG_CHANNEL": "channel",
    "CCG_SAFETY": "safety",
}.items():
    _declare_option(_name, _key)


@function(
    "CCG_PAYMENT",
    "气费缴纳得分，0–100：按逾期次数、最长逾期天数和当前欠费天数。",
    _LATE,
    _WORST,
    _OPEN,
    RULES,
)
def _payment(scales: Scales, late: Floats, worst: Floats, open_days: Floats) -> Floats:
    return payment_scores(late, worst, open_days, scales).score


@function("CCG_PREPAYMENT", "预收气费得分，0–100：余额相当于几个月的气费。", _BALANCE, _BILL, RULES)
def _prepayment(scales: Scales, balance: Floats, bill: Floats) -> Floats:
    return prepayment_scores(balance, bill, scales).score


# --- credit and stars ---------------------------------------------------------------------------------------


@function(
    "CCG_CREDIT",
    "信用得分 0–100，保留 1 位小数：各指标得分按权重加权；空白的指标不计，其余权重按比例放大。",
    _answer("nature"),
    _answer("contract"),
    _answer("ownership"),
    _LATE,
    _WORST,
    _OPEN,
    _answer("channel"),
    _BALANCE,
    _BILL,
    _answer("safety", optional=True),
    RULES,
)
def _credit(
    scales: Scales,
    nature: Coded,
    contract: Coded,
    ownership: Coded,
    late: Floats,
    worst: Floats,
    open_days: Floats,
    channel: Coded,
    balance: Floats,
    bill: Floats,
    safety: Coded,
) -> Floats:
    answers = {
        "nature": nature,
        "contract": contract,
        "ownership": ownership,
        "channel": channel,
        "safety": safety,
    }
    scored = {
        key: Scored(option_scores(coded, key, scales), scales.best.get(key, 0.0))
        for key, coded in answers.items()
        if scales.weights[key] > 0
    }
    scored["payment"] = payment_scores(late, worst, open_days, scales)
    scored["prepayment"] = prepayment_scores(balance, bill, scales)
    return credit_score(scored, scales).score


@function("CCG_CREDIT_GRADE", "信用等级：5A 至 1A。", _SCORE, RULES)
def _credit_grade(scales: Scales, score: Floats) -> Sequence[CellValue]:
    return _names(scales.credit.names, scales.credit.position(half_up(score)))


@function("CCG_Y", "信用评级标准分 Y。", _SCORE, RULES)
def _y(scales: Scales, score: Floats) -> Floats:
    return scales.credit.standard_at(scales.credit.position(half_up(score)))


@function(
    "CCG_STAR_SCORE",
    "综合评定得分 = X × Y。",
    Argument("x", "X", "用气量分级标准分。", "number", unit="分"),
    Argument("y", "Y", "信用评级标准分。", "number", unit="分"),
)
def _star_score(_scales: Scales, x: Floats, y: Floats) -> Floats:
    return x * y


@function(
    "CCG_STAR",
    "星级：五星级至一星级。",
    Argument("star_score", "综合得分", "X × Y。", "number", unit="分"),
    RULES,
)
def _star(scales: Scales, star_score: Floats) -> Sequence[CellValue]:
    return _names(scales.star.names, scales.star.position(np.round(star_score, 9)))


# --- the whole sample, and one customer ---------------------------------------------------------------------


@function(
    "CCG_GRADE",
    "整批评级：给出一片带表头的客户资料，返回带表头的全部结果列，每户一行，顺序不变。",
    Argument("customers", "客户资料", "含表头的一片客户资料，列名与“客户数据”相同，列序不限。", "block"),
    RULES,
    Argument("as_of", "评级日期", "评级日期，省略时为今天；决定否决事项是否仍在期限内。", "date", True),
    spills=True,
)
def _grade(customers: Block, rules: RuleSet, as_of: dt.date | None) -> Block:
    table = Table("客户", _texts(customers[0]), customers[1:])
    columns = result_columns(grade_table(table, rules, as_of or _today()))
    rows = zip(*columns.values(), strict=True)
    blank = ("",) * len(RESULT_HEADERS)
    given = [any(not boundary.is_blank(cell) for cell in row) for row in table.rows]
    return (RESULT_HEADERS, *(row if there else blank for row, there in zip(rows, given, strict=True)))


@function(
    "CCG_EXPLAIN",
    "为什么是这个等级：各指标得分、得到和失去的分、失分最多的三项、否决和缺失资料。",
    _HEADERS,
    _ROW,
    RULES,
    spills=True,
)
def _explain(headers: Block, row: Block, rules: RuleSet) -> Block:
    customer, as_of = one_customer(headers[0], row[0]), _graded_on(headers, row)
    return explanation(grade_sample(customer, rules, as_of))


@function("CCG_NEXT_STAR", "怎样升一星：最小的改变及升星后的等级，或为什么升不了。", _HEADERS, _ROW, RULES)
def _next_star(headers: Block, row: Block, rules: RuleSet) -> str:
    return next_star(one_customer(headers[0], row[0]), rules, _graded_on(headers, row)).sentence


@function(
    "CCG_STRATEGY",
    "差异化策略：某星级客户在某一方面的管理措施。",
    Argument("star", "星级", "五星级至一星级，也可写 5 或 5星。", "star"),
    Argument("aspect", "方面", "合同、档案、预收气费、信用评估跟踪、抄表、增值服务之一。", "aspect"),
    RULES,
)
def _strategy(scales: Scales, stars: Coded, aspects: Coded) -> Sequence[CellValue]:
    by_star = {strategy.star: strategy for strategy in scales.rules.strategies}
    pairs = ((stars.text_at(row), aspects.text_at(row)) for row in range(len(stars.codes)))
    return [
        None if not star or not aspect else getattr(by_star[star], ASPECTS[aspect]) for star, aspect in pairs
    ]


def _graded_on(headers: Block, row: Block) -> dt.date:
    """Return the row's own 评级日期 where it has one, so that it explains that grade; else today."""
    names = [str(cell).strip() for cell in headers[0]]
    if "评级日期" in names:
        dated = boundary.read_date(row[0][names.index("评级日期")])
        if dated is not None:
            return dated
    return _today()


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _texts(cells: Sequence[CellValue]) -> tuple[str, ...]:
    return tuple("" if cell is None else str(cell) for cell in cells)


def _names(names: tuple[str, ...], positions: Any) -> list[CellValue]:
    return [names[position] if position >= 0 else None for position in positions.tolist()]
