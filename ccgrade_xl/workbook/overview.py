"""The named blocks of 分级概览, declared once: the template draws them, 更新概览 fills them.

Blocks hold plain values, so that the page and its charts also stand in a host without the add-in. A block
is written whole with `book.write_block(block.name, rows)`; rows are in the order of `labels` where a block
has them, and the first column of each row repeats the label. A block without customers is written as empty
rows. Shares are numbers 0-1, usage is m³/month, counts are numbers of customers.
"""

from __future__ import annotations

from attrs import frozen

from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS, UNDECIDED, USAGE_LEVELS
from ccgrade_xl.workbook.number_formats import signed

UNKNOWN_LEVEL = "未知"
"""The label under which customers without a usage are counted."""

FIGURES, CHANGES = "by row", "change by row"
"""What stands for the format of a column whose rows have formats of their own, and of one that shows how these changed."""


@frozen
class OverviewBlock:
    """A block of `rows` × len(`headers`) cells under a defined name; the headers stand above it, outside it.

    `labels` are the fixed texts of the first column, top to bottom; empty where the rows are customers.
    `formats` are the number formats, one a column; where each row is another figure, `by_row` are those of the rows in columns of
    `FIGURES`, and a column of `CHANGES` shows their signs.
    """

    name: str
    title: str
    headers: tuple[str, ...]
    rows: int
    formats: tuple[str, ...]
    labels: tuple[str, ...] = ()
    by_row: tuple[str, ...] = ()

    def format_at(self, row: int, column: int) -> str:
        """Return the number format of a cell, both counted from 0."""
        own = self.formats[column]
        if own == CHANGES:
            return signed(self.by_row[row])
        return self.by_row[row] if own == FIGURES else own

    @property
    def shape(self) -> tuple[int, int]:
        """Return (rows, columns) of the named range."""
        return self.rows, len(self.headers)


def _distribution(name: str, title: str, first: str, labels: tuple[str, ...]) -> OverviewBlock:
    return OverviewBlock(
        name,
        title,
        (first, "户数", "户数占比", "月气量", "气量占比"),
        len(labels),
        ("@", "#,##0", "0.0%", "#,##0", "0.0%"),
        labels,
    )


BY_LEVEL = _distribution("概览_用气量等级", "按用气量等级", "用气量等级", (*USAGE_LEVELS, UNKNOWN_LEVEL))
"""6×5: graded customers by usage level, largest first, 未知 last: count and share, m³/month and share."""

BY_CREDIT = _distribution("概览_信用等级", "按信用等级", "信用等级", (*CREDIT_GRADES, UNDECIDED))
"""6×5: graded customers by credit grade 5A…1A, 待定 last; columns as `BY_LEVEL`."""

BY_STAR = _distribution("概览_星级", "按星级", "星级", (*STARS, UNDECIDED))
"""6×5: graded customers by star, 待定 last; columns as `BY_LEVEL`."""

MATRIX = OverviewBlock(
    "概览_矩阵",
    "用气量等级 × 信用等级（户数）",
    ("用气量＼信用", *CREDIT_GRADES),
    len(USAGE_LEVELS),
    ("@", *("#,##0" for _ in CREDIT_GRADES)),
    USAGE_LEVELS,
)
"""5×6: customers with both a level and a grade: a row a level (label first), a column a grade 5A…1A."""

TOP_CUSTOMERS = OverviewBlock(
    "概览_前列客户",
    "用气量前 20 名客户",
    ("客户编号", "客户名称", "月均用气量", "用气量等级", "信用等级", "星级", "客户经理"),
    20,
    ("@", "@", "#,##0", "@", "@", "@", "@"),
)
"""20×7: the graded customers with the largest usage, largest first; fewer rows where there are fewer."""

COMPLETENESS = OverviewBlock(
    "概览_完整度",
    "各项信用指标的资料完整度",
    ("信用指标", "计分", "缺资料户数", "已知占比"),
    len(INDICATORS),
    ("@", "@", "#,##0", "0.0%"),
    tuple(indicator.name for indicator in INDICATORS),
)
"""7×4: an indicator a row: 是/否 whether the rules count it, customers (在用) without it, share with it."""

_TOTAL_ROWS = (
    ("客户总数", "#,##0"),
    ("参评户数", "#,##0"),
    ("不参评户数", "#,##0"),
    ("待定户数", "#,##0"),
    ("否决户数", "#,##0"),
    ("月总气量", "#,##0"),
    ("平均信用得分", "0.0"),
    ("平均完整度", "0.0%"),
    ("规则版本", "@"),
    ("评级日期", "yyyy-mm-dd"),
)

TOTALS = OverviewBlock(
    "概览_合计",
    "合计",
    ("数值",),
    len(_TOTAL_ROWS),
    (FIGURES,),
    tuple(label for label, _ in _TOTAL_ROWS),
    tuple(number_format for _, number_format in _TOTAL_ROWS),
)
"""10×1, values only (the labels stand to the left, outside the block), one row each.

客户总数 rows in the table; 参评户数 graded; 不参评户数 the others; 待定户数 graded without a star;
否决户数 with a veto in force; 月总气量 m³/month of graded customers;
平均信用得分 and 平均完整度 (0-1) over those that have one; 规则版本 text; 评级日期 date.
No clock: the same sample, rules and date give the same page.
"""

CHANGE = OverviewBlock(
    "概览_变化",
    "与上次月结相比",
    ("项目", "本次", "上次月结", "变化"),
    10,
    ("@", FIGURES, FIGURES, CHANGES),
    ("参评户数", "月总气量（m³）", "平均信用得分", *STARS, UNDECIDED, "估计欠费（万元）"),
    ("#,##0", "#,##0", "0.0", *("#,##0" for _ in (*STARS, UNDECIDED)), "#,##0.00"),
)
"""10×4: a figure a row, as graded now, in the last month frozen before, and the difference; empty without one."""

MONEY = OverviewBlock(
    "概览_资金",
    "欠费风险和预收覆盖（按星级）",
    ("星级", "估计欠费（万元）", "欠费户数", "欠费占比", "预收（万元）", "覆盖月数", "够一月"),
    len(STARS) + 2,
    ("@", "#,##0.00", "#,##0", "0.0%", "#,##0.0", "0.0", "0%"),
    (*STARS, UNDECIDED, "合计"),
)
"""7×7: estimated arrears, who owes, its share, prepaid balance, its months of bills, share with a month prepaid."""

TREND_MONTHS = 12
TREND = OverviewBlock(
    "概览_趋势",
    "各星级户数的变化（已月结的月份）",
    ("月份", *STARS),
    TREND_MONTHS,
    ("@", *("#,##0" for _ in STARS)),
)
"""12×6: the last frozen months, oldest first: customers by star."""

TREND_NOTE = "概览_趋势说明"
"""One cell: what 上次月结 is, or why there is no change and no trend."""

PRINTED_PAGES = 3
"""A4 pages of 分级概览; the first is complete by itself."""

BLOCKS = (TOTALS, BY_LEVEL, BY_CREDIT, BY_STAR, MATRIX, TOP_CUSTOMERS, COMPLETENESS, CHANGE, MONEY, TREND)
BLOCK = {block.name: block for block in BLOCKS}
