"""A workbook with a few graded customers, for the pages that build on grades."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from ccgrade_xl.commands import grade_customers
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.template import new_book

AS_OF = dt.date(2026, 3, 2)
FULL = {
    "客户状态": "在用", "在用月数": 12.0, "用气单位性质": "国有企业", "合同签订": "有效且信息一致",
    "用气单位所属": "自有物业", "逾期次数": 0.0, "最长逾期天数": 0.0, "当前欠费天数": 0.0, "缴费方式": "银行代扣",
    "预收气费余额": 200000.0, "月均气费": 100000.0, "开户日期": dt.date(2020, 5, 11), "客户经理": "李经理",
}  # fmt: skip
CUSTOMERS: tuple[dict[str, Any], ...] = (
    {"客户编号": "0001", "客户名称": "一厂", "月均用气量": 120000.0, **FULL},
    {
        "客户编号": "0002",
        "客户名称": "二厂",
        "月均用气量": 12000.0,
        **FULL,
        "预收气费余额": 40000.0,
        "合同签订": "未签",
    },
    {"客户编号": "0003", "客户名称": "三厂", "月均用气量": 800.0, **FULL, "客户状态": "销户"},
    {"客户编号": "0004", "客户名称": "四厂", "月均用气量": None, **FULL, "客户经理": None, "班组": "二组"},
)
"""五星级; 三星级 short of 110,000 yuan, its contract unsigned; closed; 待定."""


def graded_book(path: Path, as_of: dt.date = AS_OF) -> ClosedFileBook:
    """Make a workbook of these customers at `path`, graded."""
    new_book(path)
    book = ClosedFileBook(path)
    names = [column.name for column in CUSTOMER_COLUMNS]
    book.replace_rows(CUSTOMER_TABLE, [[customer.get(name) for name in names] for customer in CUSTOMERS])
    grade_customers(book, as_of=as_of)
    book.commit()
    return ClosedFileBook(path)


def rows_of(book: Any, name: str) -> list[dict[str, Any]]:
    """Return a table's rows by header, days as days."""
    table = book.read_table(name)
    rows = [dict(zip(table.headers, row, strict=True)) for row in table.rows]
    return [
        {header: cell.date() if isinstance(cell, dt.datetime) else cell for header, cell in row.items()}
        for row in rows
    ]


def enter(book: Any, name: str, row: int, **values: Any) -> None:
    """Enter values into one row of a table, as the manager would."""
    table = book.read_table(name)
    columns = {header: list(table.column(header)) for header in values}
    for header, value in values.items():
        columns[header][row] = value
    book.write_columns(name, columns)
