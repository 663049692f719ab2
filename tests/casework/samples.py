"""Graded customers to freeze: ordinary ones in any number, and the awkward ones of the grading tests."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ccgrade_xl import RuleSet
from ccgrade_xl.boundary import customers_from
from ccgrade_xl.casework.calendar import working_days_between
from ccgrade_xl.casework.ledger import frozen_table
from ccgrade_xl.grading.customers import Customers
from ccgrade_xl.grading.sample import Grades, grade_sample

AS_OF = dt.date(2026, 3, 31)
AT = dt.datetime(2026, 9, 8, 9, 30, tzinfo=dt.UTC)
"""When the tests write: after every month they freeze."""

DEFAULT = RuleSet.default()
STATES = ("在用", "暂停", "销户", "拆表")


def is_working_day(day: dt.date) -> bool:
    """Return whether a day is one of work: the only one from the day before it up to it."""
    return working_days_between(day - dt.timedelta(days=1), day) == 1


def customers(count: int, seed: int = 0, **changes: object) -> Customers:
    """Return so many customers at random, the same for a seed; `changes` set whole columns by header."""
    random = np.random.default_rng(seed)
    columns: dict[str, object] = {
        "客户状态": random.choice(STATES, count, p=[0.9, 0.04, 0.03, 0.03]).tolist(),
        "月均用气量": random.lognormal(9, 1.5, count),
        "在用月数": random.integers(1, 13, count).astype(float),
        "用气单位性质": random.choice(["学校", "民营企业", "国有企业", ""], count).tolist(),
        "合同签订": random.choice(["有效且信息一致", "未签订", "自动顺延", ""], count).tolist(),
        "用气单位所属": random.choice(["自有物业", "转租", "不明"], count).tolist(),
        "逾期次数": random.integers(0, 4, count).astype(float),
        "最长逾期天数": random.integers(0, 40, count).astype(float),
        "当前欠费天数": random.choice([0.0, 0.0, 0.0, 20.0, 90.0], count),
        "缴费方式": random.choice(["银行代扣", "现金", "柜台"], count).tolist(),
        "预收气费余额": random.uniform(0, 20_000, count).round(2),
        "月均气费": np.full(count, 10_000.0),
        "否决事项": random.choice(["", "", "", "", "窃气"], count).tolist(),
        "否决日期": [dt.date(2025, 6, 1)] * count,
    }
    columns |= changes
    return customers_from(columns, count)  # type: ignore[arg-type]


def graded(count: int, seed: int = 0, rules: RuleSet = DEFAULT, **changes: object) -> Grades:
    """Return so many graded customers."""
    return grade_sample(customers(count, seed, **changes), rules, AS_OF)


def numbered(count: int, first: int = 1) -> dict[str, list[str]]:
    """Return who they are: numbers with leading zeros, names, teams and managers."""
    numbers = [f"{at:08}" for at in range(first, first + count)]
    return {
        "客户编号": numbers,
        "客户名称": [f"客户{number}" for number in numbers],
        "班组": [f"{at % 3}组" for at in range(count)],
        "客户经理": ["张三"] * count,
    }


def month_frame(count: int = 8, seed: int = 0, rules: RuleSet = DEFAULT, **changes: object) -> pd.DataFrame:
    """Return what a month freezes of so many customers, as a data frame, which tests take apart and put together."""
    return frozen_table(numbered(count), graded(count, seed, rules, **changes)).to_pandas()
