"""Why this grade: points won and lost per indicator, the largest losses, vetoes, what is missing.

The customer's right to know grade and rules (深圳经济特区社会信用条例) makes this a feature, not a debug aid.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.credit import half_up
from ccgrade_xl.grading.remarks import (
    cause,
    largest_losses,
    loss_part,
    points_lost,
    remarks,
    unknown_parts,
    veto_parts,
)
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.rules.indicators import INDICATORS, CreditIndicator

Cell: TypeAlias = float | str | None

HEADERS = ("项目", "取值", "得分", "权重%", "得到", "失去", "说明")
LOSSES = 3
_LOST = HEADERS.index("失去")
RANKS = ("失分第一", "失分第二", "失分第三")
VETO, MISSING, NOTHING = "否决", "缺失资料", "无"
"""Two more rows, and what stands there and in the ranks where there is nothing to tell."""
ROWS = 1 + len(INDICATORS) + 4 + LOSSES + 3
"""Rows of every explanation, headers included: it fills a fixed range in any spreadsheet."""


@frozen
class Points:
    """One indicator of one customer: score 0-100, effective weight in percent, points won and lost."""

    indicator: CreditIndicator
    value: str
    score: float
    weight: float
    won: float
    lost: float
    remark: str


def indicator_points(grades: Grades, row: int) -> tuple[Points, ...]:
    """Return points won and lost per indicator; NaN where unknown. Won of all known sum to the credit score."""
    return tuple(_points(grades, row, indicator) for indicator in INDICATORS)


def _points(grades: Grades, row: int, indicator: CreditIndicator) -> Points:
    scales = grades.scales
    weight = scales.weights[indicator.key]
    score = float(grades.scored[indicator.key].score[row])
    if weight == 0:
        return Points(indicator, "", math.nan, 0.0, math.nan, math.nan, "未启用")
    if math.isnan(score):
        return Points(
            indicator,
            "未知",
            math.nan,
            100 * weight / scales.total_weight,
            math.nan,
            math.nan,
            "未知，权重分给其他指标",
        )
    known = float(grades.credit.completeness[row]) * scales.total_weight
    lost = float(points_lost(grades, indicator)[row])
    return Points(
        indicator,
        cause(grades, row, indicator),
        score,
        100 * weight / known,
        weight * score / known,
        lost,
        "",
    )


def explanation(grades: Grades, row: int = 0) -> tuple[tuple[Cell, ...], ...]:
    """Return the explanation of one customer: `ROWS` rows under `HEADERS`."""
    if not grades.graded[row]:
        body: list[tuple[Cell, ...]] = [("结论", "", None, None, None, None, str(remarks(grades)[row]))]
    else:
        body = [_indicator_row(points) for points in indicator_points(grades, row)]
        body += [*_result_rows(grades, row), *_loss_rows(grades, row), *_closing_rows(grades, row)]
    blank: tuple[Cell, ...] = (None,) * len(HEADERS)
    return (HEADERS, *body, *[blank] * (ROWS - 1 - len(body)))


def _indicator_row(points: Points) -> tuple[Cell, ...]:
    weight, won = _tenths(points.weight), _tenths(points.won)
    return (
        points.indicator.name,
        points.value,
        _cell(points.score),
        _cell(weight),
        _cell(won),
        _cell(weight - won),
        points.remark,
    )


def _result_rows(grades: Grades, row: int) -> list[tuple[Cell, ...]]:
    credit, usage = float(grades.credit.score[row]), float(grades.customers.usage[row])
    level, limited = grades.level_name(row) or "未知", bool(grades.credit.limited[row])
    return [
        (
            "信用得分",
            "",
            _cell(credit),
            100.0,
            _cell(credit),
            _cell(100.0 - credit),
            "按已知情况封顶" if limited else "",
        ),
        ("信用等级", grades.credit_name(row), _cell(float(grades.y[row])), None, None, None, "标准分 Y"),
        ("用气量等级", level, _cell(float(grades.x[row])), None, None, None, _usage_remark(usage)),
        (
            "星级",
            grades.star_name(row),
            _cell(float(grades.star_score[row])),
            None,
            None,
            None,
            "综合得分 = X × Y",
        ),
    ]


def _usage_remark(usage: float) -> str:
    return "月均用气量未知" if math.isnan(usage) else f"标准分 X，月均用气量 {usage:,.0f} m³"


def _loss_rows(grades: Grades, row: int) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for rank, at in zip(RANKS, largest_losses(grades, LOSSES, 0.05)[:, row], strict=True):
        if at < 0:
            rows.append((rank, NOTHING, None, None, None, None, ""))
            continue
        indicator = INDICATORS[at]
        lost = _indicator_row(_points(grades, row, indicator))[_LOST]
        rows.append((rank, indicator.name, None, None, None, lost, loss_part(grades, row, indicator)))
    return rows


def _closing_rows(grades: Grades, row: int) -> list[tuple[Cell, ...]]:
    vetoes, unknown = (
        "；".join(veto_parts(grades, row)) or NOTHING,
        "、".join(unknown_parts(grades, row)) or NOTHING,
    )
    return [
        (VETO, "", None, None, None, None, vetoes),
        (
            MISSING,
            "",
            _cell(_tenths(100 * float(grades.credit.completeness[row]))),
            None,
            None,
            None,
            unknown,
        ),
        (
            "结论",
            grades.star_name(row),
            None,
            None,
            None,
            None,
            str(remarks(grades)[row]) or "资料齐全，没有明显失分",
        ),
    ]


def _tenths(value: float) -> float:
    return float(half_up(np.array(value)))


def _cell(value: float) -> Cell:
    return None if math.isnan(value) else round(value, 10)
