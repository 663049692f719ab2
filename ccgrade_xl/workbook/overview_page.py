"""What 分级概览 shows of a graded sample: the rows of every block `workbook.overview` declares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ccgrade_xl.casework.months import month_named, month_of
from ccgrade_xl.casework.trend import MonthFigures, figures_of
from ccgrade_xl.grading.credit import half_up
from ccgrade_xl.grading.exposure import exposures
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.grading.summary import Share, Summary, summarise
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.number_formats import decimals_in
from ccgrade_xl.workbook.overview import (
    BY_CREDIT,
    BY_LEVEL,
    BY_STAR,
    CHANGE,
    COMPLETENESS,
    MATRIX,
    MONEY,
    TOP_CUSTOMERS,
    TOTALS,
    TREND,
    TREND_MONTHS,
    OverviewBlock,
)

Rows = list[tuple[CellValue, ...]]


_TEN_THOUSAND = 10_000.0


def overview_rows(table: Table, grades: Grades, past: Sequence[MonthFigures] = ()) -> dict[str, Rows]:
    """Return the rows of each overview block by name, for the customers of a table and their grades.

    `past` are the frozen months, the oldest first.
    """
    summary = summarise(grades)
    now = figures_of(month_of(grades.as_of), grades)
    return {
        TOTALS.name: _totals(table, grades, summary),
        BY_LEVEL.name: _distribution(summary.levels, BY_LEVEL),
        BY_CREDIT.name: _distribution(summary.credit_grades, BY_CREDIT),
        BY_STAR.name: _distribution(summary.stars, BY_STAR),
        MATRIX.name: [(label, *counts) for label, counts in zip(MATRIX.labels, summary.matrix, strict=True)],
        TOP_CUSTOMERS.name: _top_customers(table, grades),
        COMPLETENESS.name: _completeness(summary),
        CHANGE.name: _change(now, last_before(now.month, past)),
        MONEY.name: _money(grades),
        TREND.name: _trend(past),
    }


def last_before(month: str, past: Sequence[MonthFigures]) -> MonthFigures | None:
    """Return the last month frozen before a month: what its grades are compared with."""
    return next((each for each in reversed(past) if each.month < month), None)


def trend_note(month: str, past: Sequence[MonthFigures]) -> str:
    """Say which month the change is against, or why there is none."""
    last = last_before(month, past)
    if last is not None:
        return f"上次月结：{month_named(last.month)}。"
    return "还没有以前月份的月结：按“月结”封存以后，这里显示变化和趋势。"


def _figures(month: MonthFigures) -> list[float | None]:
    stars = [float(month.stars.get(name, 0)) for name in BY_STAR.labels]
    return [float(month.graded), month.usage, month.credit, *stars, month.arrears / _TEN_THOUSAND]


def _change(now: MonthFigures, last: MonthFigures | None) -> Rows:
    here = _figures(now)
    before = [None] * len(here) if last is None else _figures(last)
    return [
        (label, new, old, _difference(new, old, decimals_in(shown)))
        for label, new, old, shown in zip(CHANGE.labels, here, before, CHANGE.by_row, strict=True)
    ]


def _difference(new: float | None, old: float | None, decimals: int) -> float | None:
    """Return the difference of two figures as they are shown, so that a reader finds the same."""
    if new is None or old is None:
        return None
    after, before = half_up(np.array([new, old]), decimals).tolist()
    return round(float(after - before), decimals)


def _money(grades: Grades) -> Rows:
    found = exposures(grades)
    total = found[-1].arrears
    return [
        (
            label, each.arrears / _TEN_THOUSAND, each.owing, each.arrears / total if total else None,
            each.balance / _TEN_THOUSAND, each.covered, each.enough,
        )
        for label, each in zip(MONEY.labels, found, strict=True)
    ]  # fmt: skip


def _trend(past: Sequence[MonthFigures]) -> Rows:
    return [
        (each.month, *(each.stars.get(star, 0) for star in TREND.headers[1:]))
        for each in past[-TREND_MONTHS:]
    ]


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
