"""How long does a month close take, and every other button that fills a sheet? 20,000 customers, 36 frozen months.

    python -m benchmarks.casework

The workbook is a closed file: every command opens it, fills its sheet and writes the file. The customers are those of
the example company (`examples.customers`), as many as a large one has. Seconds are those of the clock on the wall, and
stand beside those a script of one's own spends to read the workbook with openpyxl, before it has done anything.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from openpyxl import load_workbook

from benchmarks.measure import Figure, seconds, table
from ccgrade_xl.casework.ledger import Ledger, beside, frozen_table
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.casework.months import last_day, months_later
from ccgrade_xl.collector import collector_at_rest
from ccgrade_xl.commands import COMMANDS, close_month_in, import_customers, list_tasks, run_command
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.closing import who
from ccgrade_xl.pages.customers import read_customers, today
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.ledger_sheet import SHOWN_CUSTOMER
from ccgrade_xl.workbook.team import PEOPLE
from ccgrade_xl.workbook.template import new_book
from examples.customers import clean_customers
from examples.sectors import TEAMS

CUSTOMERS, MONTHS, FIRST = 20_000, 36, "2023-10"
"""The month that is closed is the one after the frozen ones: that of the example company's books."""
AT = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)

REFRESHES = "grade", "check", "overview", "ledger", "adjust", "decisions", "verify", "assign", "tasks", "exam"
"""The buttons that fill a sheet from the customers and the ledger, as a month goes."""
PER_TEAM = 10
"""People who look after customers, in each of the company's teams."""
MOST = 3
"""Seconds a refresh may take."""


def measure() -> list[Figure]:
    """Return the time of a close, of every refresh and of an import, and the workbook's size."""
    with tempfile.TemporaryDirectory() as name:
        os.environ["CCGRADE_HOME"] = name
        path = Path(name) / "客户分级.xlsm"
        company(path)
        month = months_later(FIRST, MONTHS)
        close = _seconds(lambda: _close(path, month))
        show_one(path)
        taken = {COMMANDS[name].label: _seconds(partial(_press, name, path)) for name in REFRESHES}
        taken["任务清单，再按一次"] = _seconds(partial(_press, "tasks", path))
        taken["任务清单，一个月后，什么都没有办"] = _seconds(partial(_list_a_month_later, path))
        lists = _three_lists(Path(name))
        imported = _seconds(lambda: _import(path, lists))
        script = seconds(lambda: load_workbook(path, keep_vba=True))
        size = path.stat().st_size / 1e6
    what = f"{CUSTOMERS:,} customers, {MONTHS} frozen months"
    slowest = sorted(taken, key=lambda label: -taken[label])
    over = [label for label in slowest if taken[label] > MOST]
    said = "、".join(f"{label} {taken[label]:.1f} s" for label in over or slowest[:1])
    spread = f"{min(taken.values()):.1f}–{max(taken.values()):.1f} s ({'over the aim' if over else 'slowest'}: {said})"
    shares = [spent / script for spent in taken.values()]
    beside = (
        f"{min(shares):.0%}–{max(shares):.0%} of the {script:.0f} s in which openpyxl reads that workbook"
    )
    return [
        Figure(f"month close, {what}, file written", f"{close:.1f} s", "≤ 10 s", close <= 10),
        Figure(
            f"each of {len(taken)} presses of a button that fills a sheet, {what}, file written",
            f"{spread}; {beside}; an import of {len(lists)} departments' lists: {imported:.1f} s",
            f"≤ {MOST} s",
            not over,
        ),
        Figure("that workbook", f"{size:.1f} MB", "≤ 20 MB", size <= 20),
    ]


def show_one(path: Path) -> None:
    """Let 评级台账 show a customer's line."""
    book = ClosedFileBook(path)
    book.write_block(SHOWN_CUSTOMER, [book.read_table(CUSTOMER_TABLE).rows[0][:1]])
    book.commit()


def _press(name: str, path: Path) -> None:
    outcome = run_command(name, ClosedFileBook(path))
    if outcome.data.get("failed"):
        raise RuntimeError(f"{name}: {outcome.message}")


def _list_a_month_later(path: Path) -> None:
    """List the tasks of the next month beside those of this one, all of which are late by then."""
    book = ClosedFileBook(path)
    list_tasks(book, as_of=today() + dt.timedelta(days=31), at=AT)
    book.commit()


def _import(path: Path, lists: Sequence[Path]) -> None:
    book = ClosedFileBook(path)
    import_customers(book, lists, at=AT)
    book.commit()


def _three_lists(folder: Path) -> list[Path]:
    """Write lists of three departments; nearly every value is another one than the workbook's."""
    random = np.random.default_rng(2)
    lists: dict[str, dict[str, Sequence[object]]] = {
        "营业收费": {
            "月均用气量": random.lognormal(9, 1.5, CUSTOMERS).round(1),
            "缴费方式": random.choice(["银行代扣", "现金", "柜台"], CUSTOMERS),
            "逾期次数": random.integers(0, 4, CUSTOMERS),
            "最长逾期天数": random.integers(0, 40, CUSTOMERS),
        },
        "财务": {
            "预收气费余额": random.uniform(0, 20_000, CUSTOMERS).round(2),
            "月均气费": random.uniform(5_000, 20_000, CUSTOMERS).round(2),
            "当前欠费天数": random.choice([0, 0, 20, 90], CUSTOMERS),
        },
        "合同": {
            "合同签订": random.choice(["有效且信息一致", "未签订", "自动顺延"], CUSTOMERS),
            "用气单位所属": random.choice(["自有物业", "转租"], CUSTOMERS),
        },
    }
    numbers = clean_customers(CUSTOMERS)["客户编号"]
    files = []
    for name, columns in lists.items():
        files.append(folder / f"{name}.csv")
        pd.DataFrame({"客户编号": numbers, **columns}).to_csv(files[-1], index=False)
    return files


def _seconds(action: Callable[[], object]) -> float:
    with collector_at_rest():  # as every button and command runs
        return seconds(action)


def company(path: Path) -> None:
    """Make the workbook, its customers not graded in it yet, and the ledger of the months before."""
    new_book(path)
    book = ClosedFileBook(path)
    book.replace_rows(CUSTOMER_TABLE, _rows())
    book.replace_rows(PEOPLE.name, PEOPLE.rows(_people()))
    book.commit()
    ledger, rules = Ledger.create(beside(path)), RuleSet.default()
    customers = read_customers(book)
    for count in range(MONTHS):
        month = months_later(FIRST, count)
        frame = frozen_table(who(customers), grade_table(customers, rules, last_day(month)))
        close_month(ledger, month, frame, rules, "张三", at=AT)


def _close(path: Path, month: str) -> None:
    book = ClosedFileBook(path)
    close_month_in(book, month, last_day(month), reviewer="李四", at=AT)
    book.commit()


def _people() -> list[dict[str, CellValue]]:
    return [
        {"姓名": f"{team}第{number}人", "岗位": "客户经理", "班组": team, "承担客户": "是"}
        for team in TEAMS
        for number in range(1, PER_TEAM + 1)
    ]


def _rows() -> list[list[CellValue]]:
    customers = clean_customers(CUSTOMERS)
    known = customers.astype(object).where(customers.notna(), None)
    blank = [None] * (len(CUSTOMER_COLUMNS) - len(known.columns))
    return [[*map(_cell, row), *blank] for row in known.itertuples(index=False)]


def _cell(value: object) -> CellValue:
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else cast("CellValue", value)


if __name__ == "__main__":
    print(table(measure()))
