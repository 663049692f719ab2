"""What 分级概览 shows of a graded sample: the rows of every block `workbook.overview` declares."""

from __future__ import annotations

import numpy as np

from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.grading.summary import Share, Summary, summarise
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.overview import (
    BY_CREDIT,
    BY_LEVEL,
    BY_STAR,
    COMPLETENESS,
    MATRIX,
    TOP_CUSTOMERS,
    TOTALS,
    OverviewBlock,
)

Rows = list[tuple[CellValue, ...]]


def overview_rows(table: Table, grades: Grades) -> dict[str, Rows]:
    """Return the rows of each overview block by name, for the customers of a table and their grades."""
    summary = summarise(grades)
    return {
        TOTALS.name: _totals(table, grades, summary),
        BY_LEVEL.name: _distribution(summary.levels, BY_LEVEL),
        BY_CREDIT.name: _distribution(summary.credit_grades, BY_CREDIT),
        BY_STAR.name: _distribution(summary.stars, BY_STAR),
        MATRIX.name: [(label, *counts) for label, counts in zip(MATRIX.labels, summary.matrix, strict=True)],
        TOP_CUSTOMERS.name: _top_customers(table, grades),
        COMPLETENESS.name: _completeness(summary),
    }


def _totals(table: Table, grades: Grades, summary: Summary) -> Rows:
    values: dict[str, CellValue] = {
        "客户总数": len(table.rows),
        "参评户数": summary.graded,
        "不参评户数": summary.not_graded,
        "待定户数": summary.undecided,
        "否决户数": summary.vetoed,
        "月总气量": summary.usage,
        "平均信用得分": _mean(grades.credit.score[grades.graded]),
        "平均完整度": _mean(grades.credit.completeness[grades.graded]),
        "规则版本": grades.scales.rules.version,
        "评级日期": grades.as_of,
    }
    return [(values[label],) for label in TOTALS.labels]


def _mean(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float | None:
    known = values[~np.isnan(values)]
    return round(float(known.mean()), 6) if len(known) else None


def _distribution(shares: tuple[Share, ...], block: OverviewBlock) -> Rows:
    return [
        (label, share.customers, share.customer_share, share.usage, share.usage_share)
        for label, share in zip(block.labels, shares, strict=True)
    ]


def _top_customers(table: Table, grades: Grades) -> Rows:
    usage = np.where(grades.graded, np.nan_to_num(grades.customers.usage), 0.0)
    columns = [
        table.column(name) if name in table.headers else None for name in ("客户编号", "客户名称", "客户经理")
    ]
    rows: Rows = []
    for at in np.argsort(-usage, kind="stable")[: TOP_CUSTOMERS.rows]:
        row = int(at)
        if usage[row] <= 0:
            break
        number, name, agent = (None if column is None else column[row] for column in columns)
        names = (grades.level_name(row), grades.credit_name(row), grades.star_name(row))
        rows.append((number, name, float(usage[row]), *names, agent))
    return rows


def _completeness(summary: Summary) -> Rows:
    known = {name: (count, share) for name, count, share in summary.known}
    rows: Rows = []
    for indicator in INDICATORS:
        if indicator.name not in known:
            rows.append((indicator.name, "否", None, None))
        else:
            count, share = known[indicator.name]
            rows.append((indicator.name, "是", summary.graded - count, share))
    return rows
