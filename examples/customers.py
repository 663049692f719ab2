"""Clean customers: every value typed and in its column, as a company with perfect books would keep them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from examples.sectors import (
    BRAND_FIRST,
    BRAND_SECOND,
    CITY,
    DISTRICTS,
    SAFETY,
    SECTORS,
    STATES,
    STREETS,
    TEAMS,
    VETOES,
)

AS_OF = dt.date(2026, 10, 31)
"""The month-end the sample describes."""

SEED = 20261031

Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Generator = np.random.Generator


def clean_customers(n: int, seed: int = SEED) -> pd.DataFrame:
    """Return n customers, the input columns of the 客户 table in order. Same n and seed, same customers."""
    rng = np.random.default_rng(seed)
    sector = rng.choice(len(SECTORS), n, p=_shares([row.share for row in SECTORS]))
    trust = rng.normal(np.array([row.trust for row in SECTORS])[sector], 1.0)
    opened = _opening_days(rng, n)
    columns: dict[str, object] = {
        **_who(rng, sector, opened),
        **_usage(rng, sector, opened),
        **_standing(rng, sector, trust),
        **_payments(rng, trust),
    }
    columns |= _money(rng, sector, trust, np.asarray(columns["月均用气量"], float))
    columns |= _safety_and_vetoes(rng, trust)
    return pd.DataFrame({column.name: columns[column.name] for column in INPUT_COLUMNS})


def _shares(weights: Sequence[float]) -> Floats:
    array = np.array(weights, dtype=float)
    return array / array.sum()


def _pick(rng: Generator, frequencies: Mapping[str, float], n: int) -> Texts:
    names = np.array(list(frequencies), dtype=object)
    return names[rng.choice(len(names), n, p=_shares(list(frequencies.values())))]


def _pick_by_sector(rng: Generator, sector: Integers, attribute: str) -> Texts:
    picked = np.empty(len(sector), dtype=object)
    for position, row in enumerate(SECTORS):
        here = sector == position
        picked[here] = _pick(rng, getattr(row, attribute), int(here.sum()))
    return picked


def _opening_days(rng: Generator, n: int) -> Integers:
    """Days before AS_OF on which each customer was connected: some new, most 1-15 years ago."""
    return np.where(rng.random(n) < 0.035, rng.integers(10, 85, n), rng.integers(130, 15 * 365, n))


def _who(rng: Generator, sector: Integers, opened: Integers) -> dict[str, object]:
    n = len(sector)
    district = _pick(rng, DISTRICTS, n)
    team = _pick(rng, dict.fromkeys(TEAMS, 1.0), n)
    number = 10_200_000 + np.cumsum(rng.integers(1, 9, n))
    status = _pick(rng, STATES, n)
    return {
        "客户编号": [f"{value:010d}" for value in number],
        "客户名称": _names(rng, sector, district),
        "表号": _meters(rng, sector),
        "地址": _addresses(rng, district),
        "客户状态": status,
        "开户日期": np.datetime64(AS_OF, "D") - opened,
        "班组": team,
        "客户经理": [TEAMS[name][at % 3] for name, at in zip(team, rng.integers(0, 3, n), strict=True)],
    }


def _names(rng: Generator, sector: Integers, district: Texts) -> list[str]:
    brands = [first + second for first in BRAND_FIRST for second in BRAND_SECOND if first != second]
    order = rng.permutation(len(brands))
    ends = rng.random(len(sector))
    names = []
    for at, position in enumerate(sector):
        row = SECTORS[position]
        brand = brands[order[at % len(brands)]]
        end = row.names[int(ends[at] * len(row.names))]
        place = CITY if row.name in {"大型工业", "中小工业", "集中供热"} else f"{CITY}市{district[at]}"
        names.append(f"{place}{brand}{end}")
    return names


def _meters(rng: Generator, sector: Integers) -> list[str]:
    large = np.array([row.usage >= 20_000 for row in SECTORS])[sector]
    several = np.where(large & (rng.random(len(sector)) < 0.4), rng.integers(2, 4, len(sector)), 1)
    serials = rng.integers(10_000_000, 99_999_999, (len(sector), 3))
    pairs = zip(serials, several, strict=True)
    return [";".join(f"LL{serial}" for serial in row[:count]) for row, count in pairs]


def _addresses(rng: Generator, district: Texts) -> list[str]:
    n = len(district)
    street, number = rng.integers(0, len(STREETS), n), rng.integers(1, 400, n)
    return [f"{CITY}市{a}{STREETS[b]}{c}号" for a, b, c in zip(district, street, number, strict=True)]


def _usage(rng: Generator, sector: Integers, opened: Integers) -> dict[str, object]:
    median = np.array([row.usage for row in SECTORS])[sector]
    spread = np.array([row.spread for row in SECTORS])[sector]
    suspended = np.where(rng.random(len(sector)) < 0.12, rng.integers(1, 5, len(sector)), 0)
    months = np.minimum(opened // 30, 12) - suspended
    return {
        "月均用气量": np.round(median * np.exp(spread * rng.standard_normal(len(sector)))),
        "在用月数": np.where(opened < 90, opened // 30, np.maximum(months, 3)).astype(float),
    }


def _standing(rng: Generator, sector: Integers, trust: Floats) -> dict[str, object]:
    contract = np.select(
        [trust + rng.normal(0, 0.7, len(trust)) > bound for bound in (-0.3, -0.8, -1.2, -1.9)],
        ["有效且信息一致", "自动顺延", "九十日内到期", "变更未改签"],
        "未签订",
    )
    return {
        "用气单位性质": _pick_by_sector(rng, sector, "natures"),
        "合同签订": contract.astype(object),
        "用气单位所属": _pick_by_sector(rng, sector, "premises"),
        "缴费方式": _pick_by_sector(rng, sector, "channels"),
    }


def _payments(rng: Generator, trust: Floats) -> dict[str, object]:
    late = np.minimum(rng.poisson(np.exp(-0.7 - 0.8 * trust)), 12)
    worst = np.where(late > 0, 1 + np.round(rng.exponential(8 * np.exp(-0.45 * trust))), 0)
    owing = (late > 0) & (rng.random(len(trust)) < 0.22)
    old = np.where(rng.random(len(trust)) < 0.1, 55, 0)
    still = np.round(worst * rng.uniform(0.4, 1.0, len(trust))) + old
    return {
        "逾期次数": late.astype(float),
        "最长逾期天数": np.minimum(worst, 330.0),
        "当前欠费天数": np.where(owing, np.minimum(still, 330.0), 0.0),
    }


def _money(rng: Generator, sector: Integers, trust: Floats, usage: Floats) -> dict[str, object]:
    price = np.array([row.price for row in SECTORS])[sector]
    bill = np.round(usage * price * rng.uniform(0.97, 1.03, len(usage)), 2)
    months = np.exp(rng.normal(0.3 + 0.3 * trust, 0.7))
    months = np.where(rng.random(len(usage)) < 0.09, 0.0, months)
    return {"月均气费": bill, "预收气费余额": np.round(bill * months, 2)}


def _safety_and_vetoes(rng: Generator, trust: Floats) -> dict[str, object]:
    n = len(trust)
    hit = rng.random(n) < 0.025 * np.exp(-0.5 * trust)
    ago = rng.integers(15, 900, n)
    return {
        "燃气安全状况": _pick(rng, SAFETY, n),
        "否决事项": np.where(hit, _pick(rng, VETOES, n), None),
        "否决日期": np.where(hit, np.datetime64(AS_OF, "D") - ago, np.datetime64("NaT", "D")),
    }
