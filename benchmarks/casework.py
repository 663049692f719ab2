"""How long does a month close take, and looking at any month? 20,000 customers, 36 frozen months.

    python -m benchmarks.casework

The workbook is a closed file: `close` opens it, freezes the month, shows it and writes the file; `refresh` is
查看台账 on the open book, as in a spreadsheet that is open, and once more with the file written. Seconds are those of
the processor, so that other work on the machine does not count.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.measure import Figure, table
from ccgrade_xl.casework.ledger import Ledger, beside, frozen_frame
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.casework.months import last_day, months_later
from ccgrade_xl.commands import close_month_in, show_ledger
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.closing import who
from ccgrade_xl.pages.customers import read_customers
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.ledger_sheet import SHOWN_CUSTOMER
from ccgrade_xl.workbook.template import new_book

CUSTOMERS, MONTHS, FIRST = 20_000, 36, "2023-01"
AT = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)


def measure() -> list[Figure]:
    """Return the time of a close, of a refresh, and the workbook's size."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["CCGRADE_HOME"] = name
        path = Path(name) / "客户分级.xlsm"
        _company(path)
        month = months_later(FIRST, MONTHS)
        close = _processor(lambda: _close(path, month))
        book = ClosedFileBook(path)
        book.write_block(SHOWN_CUSTOMER, [["00000001"]])
        refresh = _processor(lambda: show_ledger(book, at=AT))
        written = refresh + _processor(book.commit)
        size = path.stat().st_size / 1e6
    what = f"{CUSTOMERS:,} customers, {MONTHS} frozen months"
    return [
        Figure(f"month close, {what}, file written", f"{close:.1f} s", "≤ 10 s", close <= 10),
        Figure(
            f"any month on 评级台账, {what}",
            f"{refresh:.1f} s; with the file written {written:.1f} s", "≤ 3 s", refresh <= 3,
        ),
        Figure("that workbook", f"{size:.1f} MB", "≤ 20 MB", size <= 20),
    ]  # fmt: skip


def _processor(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def _company(path: Path) -> None:
    """Make the workbook, graded, and the ledger of the months before."""
    new_book(path)
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, _rows())
    book.commit()
    ledger, rules = Ledger.create(beside(path)), RuleSet.default()
    customers = read_customers(book)
    for count in range(MONTHS):
        month = months_later(FIRST, count)
        frame = frozen_frame(who(customers), grade_table(customers, rules, last_day(month)))
        close_month(ledger, month, frame, rules, "张三", at=AT)


def _close(path: Path, month: str) -> None:
    book = ClosedFileBook(path)
    close_month_in(book, month, last_day(month), reviewer="李四", at=AT)
    book.commit()


def _rows() -> list[list[object]]:
    random = np.random.default_rng(1)
    columns: dict[str, list[object]] = {
        "客户编号": [f"{at:08}" for at in range(1, CUSTOMERS + 1)],
        "客户名称": [f"第{at}用气单位有限公司" for at in range(1, CUSTOMERS + 1)],
        "客户状态": ["在用"] * CUSTOMERS,
        "月均用气量": random.lognormal(9, 1.5, CUSTOMERS).round(1).tolist(),
        "在用月数": [12.0] * CUSTOMERS,
        "用气单位性质": random.choice(["学校", "民营企业", "国有企业"], CUSTOMERS).tolist(),
        "合同签订": random.choice(["有效且信息一致", "未签订", "自动顺延"], CUSTOMERS).tolist(),
        "用气单位所属": random.choice(["自有物业", "转租"], CUSTOMERS).tolist(),
        "逾期次数": random.integers(0, 4, CUSTOMERS).astype(float).tolist(),
        "最长逾期天数": random.integers(0, 40, CUSTOMERS).astype(float).tolist(),
        "当前欠费天数": random.choice([0.0, 0.0, 20.0, 90.0], CUSTOMERS).tolist(),
        "缴费方式": random.choice(["银行代扣", "现金", "柜台"], CUSTOMERS).tolist(),
        "预收气费余额": random.uniform(0, 20_000, CUSTOMERS).round(2).tolist(),
        "月均气费": [10_000.0] * CUSTOMERS,
    }
    blank = [None] * CUSTOMERS
    return [
        list(row) for row in zip(*(columns.get(each.name, blank) for each in CUSTOMER_COLUMNS), strict=True)
    ]


if __name__ == "__main__":
    print(table(measure()))
