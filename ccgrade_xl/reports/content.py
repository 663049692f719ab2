"""What a report says: the blocks of 分级概览, each a table of texts, and the numbers its charts are drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from attrs import frozen

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.overview import TOTALS, OverviewBlock

Rows = Sequence[Sequence[CellValue]]

TITLE = "工商客户分级概览"
ARREARS_NOTE = (
    "估计欠费 = 当前欠费天数 × 月均气费 ÷ 30，是估计，以财务账为准；覆盖月数 = 预收余额 ÷ 月均气费。"
)
FIGURES = ("参评户数", "月总气量", "待定户数", "否决户数", "平均信用得分", "平均完整度")
"""The rows of 合计 that stand on top."""


@frozen
class Report:
    """A report: the rows of every overview block by name, and the sentence on the frozen months."""

    blocks: Mapping[str, Rows]
    note: str

    def figures(self) -> list[tuple[str, str]]:
        """Return the key figures: what each is called, and as it is shown."""
        return [
            (f"{label}（m³/月）" if label == "月总气量" else label, self._total(label)) for label in FIGURES
        ]

    @property
    def subtitle(self) -> str:
        """The grading date and the rule version."""
        return f"评级日期 {self._total('评级日期')}    规则版本 {self._total('规则版本')}"

    def table(self, block: OverviewBlock) -> list[list[str]]:
        """Return a block's rows as texts; rows without anything are left out."""
        rows = self.blocks[block.name]
        return [
            [shown(cell, block.format_at(at, column)) for column, cell in enumerate(row)]
            for at, row in enumerate(rows)
            if any(cell is not None for cell in row)
        ]

    def numbers(self, block: OverviewBlock, column: int) -> list[float]:
        """Return a column of a block as numbers, 0 where there is none."""
        cells = [row[column] for row in self.blocks[block.name]]
        return [float(cell) if isinstance(cell, (int, float)) else 0.0 for cell in cells]

    def _total(self, label: str) -> str:
        at = TOTALS.labels.index(label)
        return shown(self.blocks[TOTALS.name][at][0], TOTALS.by_row[at]) or "—"


def shown(value: CellValue, number_format: str) -> str:
    """Return a cell as a spreadsheet shows it in one of the number formats of the overview."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return str(value)
    amount, _, others = number_format.partition(";")
    if not value and others.endswith(";0"):
        return "0"
    sign = "+" if amount.startswith("+") else ""
    if amount.endswith("%"):
        return f"{value:{sign}.{_decimals(amount[:-1])}%}"
    grouped = "," if "#," in amount else ""
    return f"{value:{sign}{grouped}.{_decimals(amount)}f}"


def _decimals(number_format: str) -> int:
    return len(number_format.partition(".")[2])
