"""What is frozen of a customer in a month: the columns of a frozen grade, declared once.

A frozen grade holds what the customer was graded from and what came out, so that a month can be shown, compared
and graded again by other rules long after the workbook has moved on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from ccgrade_xl.casework.ledger.frozen_table import Columns, FrozenTable
from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.grading.customers import Coded, Customers
from ccgrade_xl.grading.results import result_arrays
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.rules.indicators import INDICATORS

Value: TypeAlias = str | float | None
"""What a frozen grade holds in a column; None is unknown."""


@frozen
class FrozenColumn:
    """One column of a frozen grade: its name in the ledger, its header in table 客户, what it holds.

    A `day` is text, 2026-03-31.
    """

    name: str
    header: str
    kind: Literal["text", "number", "day"] = "text"


# fmt: off
FROZEN_COLUMNS: tuple[FrozenColumn, ...] = (
    FrozenColumn("customer", "客户编号"),
    FrozenColumn("customer_name", "客户名称"),
    FrozenColumn("team", "班组"),
    FrozenColumn("manager", "客户经理"),
    FrozenColumn("status", "客户状态"),
    FrozenColumn("usage", "月均用气量", "number"),
    FrozenColumn("active_months", "在用月数", "number"),
    FrozenColumn("nature", "用气单位性质"),
    FrozenColumn("contract", "合同签订"),
    FrozenColumn("ownership", "用气单位所属"),
    FrozenColumn("late_count", "逾期次数", "number"),
    FrozenColumn("worst_days", "最长逾期天数", "number"),
    FrozenColumn("open_days", "当前欠费天数", "number"),
    FrozenColumn("channel", "缴费方式"),
    FrozenColumn("balance", "预收气费余额", "number"),
    FrozenColumn("monthly_bill", "月均气费", "number"),
    FrozenColumn("safety", "燃气安全状况"),
    FrozenColumn("veto", "否决事项"),
    FrozenColumn("veto_day", "否决日期", "day"),
    FrozenColumn("usage_level", "用气量等级"),
    FrozenColumn("x", "X", "number"),
    *(FrozenColumn(f"{row.key}_score", row.result, "number") for row in INDICATORS),
    FrozenColumn("credit_score", "信用得分", "number"),
    FrozenColumn("credit_grade", "信用等级"),
    FrozenColumn("y", "Y", "number"),
    FrozenColumn("star_score", "综合得分", "number"),
    FrozenColumn("star", "星级"),
    FrozenColumn("completeness", "完整度", "number"),
    FrozenColumn("remark", "说明"),
    FrozenColumn("rule_version", "规则版本"),
    FrozenColumn("graded_on", "评级日期", "day"),
)
# fmt: on

FROZEN_HEADERS = tuple(column.header for column in FROZEN_COLUMNS)
WHO = ("客户编号", "客户名称", "班组", "客户经理")
"""The columns that say who a customer is; grading never sees them."""

_BY_HEADER = {column.header: column for column in FROZEN_COLUMNS}
_AMOUNTS = {
    "月均用气量": "usage",
    "在用月数": "months",
    "逾期次数": "late",
    "最长逾期天数": "worst",
    "当前欠费天数": "open_days",
    "预收气费余额": "balance",
    "月均气费": "bill",
}
"""The number columns of `Customers` by header."""


def frozen_table(who: Mapping[str, Sequence[object]], grades: Grades) -> FrozenTable:
    """Return graded customers as the table that a month freezes, headers `FROZEN_HEADERS`.

    `who` holds the columns of `WHO` by header, in the customers' order; one that is absent is empty. Unknown
    numbers are NaN, texts "".
    """
    customers, length = grades.customers, len(grades)
    columns: dict[str, Any] = {header: _texts(who.get(header, [None] * length)) for header in WHO}
    columns["客户状态"] = _decoded(customers.status)
    columns |= {header: getattr(customers, name) for header, name in _AMOUNTS.items()}
    columns |= {
        row.name: _decoded(customers.options[row.key]) for row in INDICATORS if row.scoring == "option"
    }
    columns["否决事项"] = _decoded(customers.vetoes)
    columns["否决日期"] = _days(customers.veto_date)
    columns |= result_arrays(grades)
    columns["评级日期"] = _days(columns["评级日期"].astype("datetime64[D]"))
    return FrozenTable.of({header: columns[header] for header in FROZEN_HEADERS})


def customers_in(table: Columns) -> Customers:
    """Return the customers of a frozen table as grading reads them; what was unreadable then is unknown."""
    return Customers(
        status=_coded(table["客户状态"]),
        **{name: np.asarray(table[header], dtype=np.float64) for header, name in _AMOUNTS.items()},
        options={row.key: _coded(table[row.name]) for row in INDICATORS if row.scoring == "option"},
        vetoes=_coded(table["否决事项"]),
        veto_date=np.array([day or "NaT" for day in table["否决日期"].tolist()], dtype="datetime64[D]"),
        notes=Coded.blank(len(table)),
    )


def values_of(table: Columns) -> dict[str, list[Value]]:
    """Return a frozen table as the ledger keeps it: columns by name, None where a cell is unknown.

    Raises `LedgerFault` for a column that is absent, a number that is not finite and a text no database keeps.
    """
    must_be_complete(table)
    return {column.name: _kept(column, table[column.header].tolist()) for column in FROZEN_COLUMNS}


def must_be_complete(table: Columns) -> None:
    """Raise `LedgerFault` with the columns a table lacks to be frozen."""
    absent = [header for header in FROZEN_HEADERS if header not in table]
    if absent:
        raise LedgerFault(f"月结的表缺少列：{'、'.join(absent)}，请用一键评级的结果月结。")


def table_of(columns: Mapping[str, Sequence[Value]], headers: Sequence[str]) -> FrozenTable:
    """Return kept columns by name as a table of these headers."""
    return FrozenTable.of(
        {
            header: np.array(columns[column.name], dtype=np.float64)
            if column.kind == "number"
            else ["" if text is None else text for text in columns[column.name]]
            for header in headers
            for column in [column_of(header)]
        }
    )


def column_of(header: str) -> FrozenColumn:
    """Return a column by its header. Raises `LedgerFault` for one that is not frozen."""
    if header not in _BY_HEADER:
        raise LedgerFault(f"台账里没有“{header}”这一列，可用的列：{'、'.join(_BY_HEADER)}。")
    return _BY_HEADER[header]


def _kept(column: FrozenColumn, cells: Sequence[Any]) -> list[Value]:
    if column.kind == "number":
        numbers = np.array(cells, dtype=np.float64)
        if np.isinf(numbers).any():
            raise LedgerFault(f"“{column.header}”里有无穷大的数，不能月结，请改正后重新评级。")
        return [None if number != number else number + 0.0 for number in numbers.tolist()]  # noqa: PLR0124 - NaN
    texts = [None if cell is None or cell != cell or cell == "" else str(cell) for cell in cells]  # noqa: PLR0124
    for row, text in enumerate(texts):
        if text is not None and not is_storable(text):
            raise LedgerFault(f"第 {row + 1} 户的“{column.header}”里有残缺的字符，请重新输入后再月结。")
    return list(texts)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Return whether every database keeps a text: no NUL, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def _texts(cells: Sequence[object]) -> list[str]:
    return ["" if cell is None or cell != cell else str(cell) for cell in cells]  # noqa: PLR0124 - NaN


def _decoded(coded: Coded) -> list[str]:
    words = [*coded.texts, ""]
    return [words[code] for code in coded.codes.tolist()]


def _coded(column: Any) -> Coded:
    return Coded.of(text or None for text in column.tolist())


def _days(days: np.ndarray[Any, Any]) -> list[str]:
    return ["" if day is None else day.isoformat() for day in days.tolist()]
