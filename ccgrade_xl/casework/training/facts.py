"""What a question tells of a customer: the columns that decide her grade, rounded to what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from attrs import frozen

from ccgrade_xl.grading.customers import Coded, Customers
from ccgrade_xl.rules.customer_states import ACTIVE
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.numerals import grouped

Facts: TypeAlias = Mapping[str, str | float]
"""A customer's known facts by column of table 客户; what is absent is unknown. A date is text, 2026-03-31."""


@frozen
class _Amount:
    """A number column: the attribute of `Customers`, the decimals that count, the unit it is shown with."""

    attribute: str
    decimals: int
    unit: str


_AMOUNTS = {
    "月均用气量": _Amount("usage", 0, "m³"),
    "在用月数": _Amount("months", 0, "个月"),
    "逾期次数": _Amount("late", 0, "次"),
    "最长逾期天数": _Amount("worst", 0, "天"),
    "当前欠费天数": _Amount("open_days", 0, "天"),
    "预收气费余额": _Amount("balance", 0, "元"),
    "月均气费": _Amount("bill", 0, "元"),
}
_OPTIONS = {row.name: row.key for row in INDICATORS if row.scoring == "option"}

USAGE = ("月均用气量",)
CREDIT = ("在用月数", *(header for row in INDICATORS for header in row.inputs))
VETO = ("否决事项", "否决日期")
EVERYTHING = (*USAGE, *CREDIT, *VETO)
"""Every column that can decide a grade, in the order a question shows them."""


def facts_of(customers: Customers, row: int) -> Facts:
    """Return what is known of one customer."""
    found: dict[str, str | float] = {}
    for header, amount in _AMOUNTS.items():
        value = float(getattr(customers, amount.attribute)[row])
        if not np.isnan(value):
            found[header] = round(value, amount.decimals)
    for header, key in _OPTIONS.items():
        text = customers.options[key].text_at(row)
        if text is not None:
            found[header] = text
    veto = customers.vetoes.text_at(row)
    if veto is not None:
        found["否决事项"] = veto
    if not np.isnat(customers.veto_date[row]):
        found["否决日期"] = str(customers.veto_date[row].astype("datetime64[D]"))
    return found


def customers_of(facts: Sequence[Facts]) -> Customers:
    """Return customers of whom only these facts are known, all of them 在用."""
    count = len(facts)
    amounts = {
        amount.attribute: np.array([float(each.get(header, np.nan)) for each in facts])
        for header, amount in _AMOUNTS.items()
    }
    days = [str(each.get("否决日期", "NaT")) for each in facts]
    return Customers(
        status=_coded([ACTIVE] * count),
        options={key: _coded([each.get(header) for each in facts]) for header, key in _OPTIONS.items()},
        vetoes=_coded([each.get("否决事项") for each in facts]),
        veto_date=np.array(days, dtype="datetime64[D]"),
        notes=Coded.blank(count),
        **amounts,
    )


def shown(facts: Facts, headers: Sequence[str] = EVERYTHING, *, off: Sequence[str] = ()) -> str:
    """Return facts as a question shows them: `月均用气量：12,000 m³；…`, 未知 for what is not known.

    Columns in `off` are left out; so is an absent 否决事项.
    """
    parts = []
    for header in headers:
        if header in off or (header in VETO and header not in facts):
            continue
        parts.append(f"{header}：{_value(header, facts[header]) if header in facts else '未知'}")
    return "；".join(parts)


def _value(header: str, value: str | float) -> str:
    if header in _AMOUNTS:
        return f"{grouped(float(value))} {_AMOUNTS[header].unit}"
    return str(value).replace(";", "、").replace("；", "、")


def _coded(values: Sequence[str | float | None]) -> Coded:
    return Coded.of(None if value is None else str(value) for value in values)
