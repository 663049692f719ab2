"""说明: one short sentence a customer, e.g. `缴纳 45/100（逾期3次）；未知：预收`.

A million customers share few sentences: each part of the remark is a small integer, rows with the same
integers share one string.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from ccgrade_xl.grading.customers import Floats, Integers, Texts
from ccgrade_xl.grading.indicators import prepayment_months
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.grading.veto import named_vetoes
from ccgrade_xl.rules.indicators import INDICATORS, CreditIndicator
from ccgrade_xl.rules.wording import digits

LOSSES_NAMED = 2
"""How many indicators a remark names."""

LOSS_FLOOR = 3.0
"""Points of the credit score an indicator must lose to be named."""


def remarks(grades: Grades) -> Texts:
    """Return each customer's remark."""
    losses = largest_losses(grades)
    first, which = _distinct(_keys(grades, losses), len(grades))
    texts = np.array([remark(grades, int(row), losses[:, row]) for row in first], dtype=object)
    result: Texts = texts[which]
    return result


def remark(grades: Grades, row: int, losses: Integers) -> str:
    """Write one customer's remark; `losses` are positions in `INDICATORS`, the largest first, -1 for none."""
    customers = grades.customers
    if not grades.graded[row]:
        return f"不参评：{customers.status.text_at(row)}"
    parts = [*veto_parts(grades, row)]
    if grades.provisional[row]:
        parts.append(f"暂定：在用不足{grades.scales.rules.switches.provisional_months:g}个月")
    if grades.held[row]:
        parts.append(held_part(grades, row))
    parts += [loss_part(grades, row, INDICATORS[at]) for at in losses if at >= 0]
    if unknown := unknown_parts(grades, row):
        parts.append("未知：" + "、".join(unknown))
    if grades.credit.limited[row]:
        parts.append("信用得分按已知情况封顶")
    if note := customers.notes.text_at(row):
        parts.append(note)
    return "；".join(parts)


def largest_losses(grades: Grades, count: int = LOSSES_NAMED, floor: float = LOSS_FLOOR) -> Integers:
    """Return the indicators that cost each customer most points, the largest first; -1 where none costs `floor`.

    Shape (count, customers). One indicator at a time is sorted into the `count` largest so far.
    """
    largest = [np.full(len(grades), np.nextafter(floor, 0.0)) for _ in range(count)]
    ranked = [np.full(len(grades), -1, dtype=np.int64) for _ in range(count)]
    for at, indicator in enumerate(INDICATORS):
        if grades.scales.weights[indicator.key] == 0:
            continue
        lost, which = points_lost(grades, indicator), np.full(len(grades), at)
        for rank in range(count):
            larger = lost > largest[rank]
            largest[rank], lost = np.where(larger, lost, largest[rank]), np.where(larger, largest[rank], lost)
            ranked[rank], which = np.where(larger, which, ranked[rank]), np.where(larger, ranked[rank], which)
    return np.stack(ranked)


def points_lost(grades: Grades, indicator: CreditIndicator) -> Floats:
    """Return the points of the credit score each customer loses on an indicator; 0 where unknown or off."""
    weight = grades.scales.weights[indicator.key]
    known_weight = grades.credit.completeness * grades.scales.total_weight
    score = grades.scored[indicator.key].score
    share = np.divide(weight, known_weight, out=np.zeros(len(grades)), where=known_weight > 0)
    return np.nan_to_num(share * (100.0 - score))


def held_part(grades: Grades, row: int) -> str:
    """Say that the credit grade was held one step above the previous one."""
    return f"一期只升一级：上期{grades.previous.text_at(row)}"


def veto_parts(grades: Grades, row: int) -> list[str]:
    """Say which vetoes hold the customer down, and which were set aside and why."""
    text = grades.customers.vetoes.text_at(row)
    if text is None:
        return []
    known, unknown = named_vetoes(text, grades.scales)
    named, date, parts = "、".join(known), grades.customers.veto_date[row], []
    if grades.veto.undated[row]:
        parts.append(f"否决：{named}（日期未填，待核实）")
    elif grades.veto.in_force[row]:
        parts.append(f"否决：{named}（至{grades.veto.last_day(row)}）")
    elif grades.veto.ahead[row]:
        parts.append(f"否决日期晚于评级日期，未计入，待核实：{named}（{date}）")
    parts += [f"否决事项“{word}”不在规则中，未计入，待核实" for word in unknown]
    return parts


def loss_part(grades: Grades, row: int, indicator: CreditIndicator) -> str:
    """Say what an indicator scored and why, e.g. `缴纳 45/100（逾期3次）`."""
    return f"{indicator.short} {grades.scored[indicator.key].score[row]:g}/100（{cause(grades, row, indicator)}）"


def cause(grades: Grades, row: int, indicator: CreditIndicator) -> str:
    """Say what the score of an indicator rests on: the option, the late payments, the months prepaid."""
    customers = grades.customers
    if indicator.scoring == "payment":
        return payment_cause(grades, row)
    if indicator.scoring == "prepayment":
        months = prepayment_months(customers.balance[row : row + 1], customers.bill[row : row + 1])
        return f"预收{digits(float(_tenths(months)[0]) / 10)}个月"
    text = customers.options[indicator.key].text_at(row)
    option = grades.scales.option(indicator.key, text or "")
    return option.name if option is not None else "未知"


def payment_cause(grades: Grades, row: int) -> str:
    """Say what decides a payment score: the open debt, the longest delay, or the number of late payments."""
    customers = grades.customers
    late, worst, debt = (
        float(column[row]) for column in (customers.late, customers.worst, customers.open_days)
    )
    if debt > grades.scales.rules.switches.open_debt_limit:
        return f"欠费{digits(debt)}天"
    lates, days = max(late, float(debt > 0)), max(worst, debt)
    if lates == 0 and days == 0:
        return "无逾期"
    if grades.delay_decides[row]:
        return f"欠费{digits(debt)}天" if debt >= worst else f"最长逾期{digits(days)}天"
    return f"逾期{digits(lates)}次"


def unknown_parts(grades: Grades, row: int) -> list[str]:
    """Name what is unknown of a graded customer, with an option text that is not in the rules."""
    customers, parts = grades.customers, []
    if customers.status.codes[row] < 0:
        parts.append("客户状态")
    if np.isnan(customers.usage[row]):
        parts.append("用气量")
    if np.isnan(customers.months[row]):
        parts.append("在用月数")
    for indicator in INDICATORS:
        if grades.scales.weights[indicator.key] == 0 or not np.isnan(grades.scored[indicator.key].score[row]):
            continue
        text = customers.options[indicator.key].text_at(row) if indicator.scoring == "option" else None
        parts.append(indicator.short if text is None else f"{indicator.short}（“{text}”不在选项中）")
    return parts


def _tenths(months: Floats) -> Floats:
    """Return months of prepayment as they are shown: whole tenths, rounded down."""
    tenths: Floats = np.floor(months * 10 + 1e-9)
    return tenths


def _keys(grades: Grades, losses: Integers) -> Iterator[npt.NDArray[Any]]:
    """Yield the integers that decide a remark, a column at a time: customers alike in all of them read alike."""
    customers = grades.customers
    yield from (grades.graded, grades.provisional, grades.credit.limited)
    yield from (customers.status.codes, customers.notes.codes, customers.vetoes.codes)
    yield np.where(grades.held, grades.previous.codes, -1)
    yield np.isnan(customers.usage)
    yield np.isnan(customers.months)
    if customers.vetoes.texts:
        yield np.where(customers.vetoes.codes < 0, 0, customers.veto_date.view(np.int64))
    for indicator in INDICATORS:
        if grades.scales.weights[indicator.key] > 0:
            score = grades.scored[indicator.key].score
            answers = customers.options[indicator.key].codes if indicator.scoring == "option" else -1
            yield np.where(np.isnan(score), answers + 1, -1)
    for ranked in losses:
        yield ranked
        score, wording, number = (np.zeros(len(grades)) for _ in range(3))
        for at, indicator in enumerate(INDICATORS):
            named = ranked == at
            if named.any():
                said = (grades.scored[indicator.key].score, *_detail(grades, indicator))
                for part, values in zip((score, wording, number), said, strict=True):
                    np.copyto(part, values, where=named)
        yield from map(_integers, (score, wording, number))


def _detail(grades: Grades, indicator: CreditIndicator) -> tuple[Floats | float, Floats | Integers]:
    """Return what decides what `cause` says of an indicator: which wording it takes, and the number or option in it."""
    customers = grades.customers
    if indicator.scoring == "option":
        return 0.0, customers.options[indicator.key].codes
    if indicator.scoring == "prepayment":
        return 0.0, _tenths(np.nan_to_num(prepayment_months(customers.balance, customers.bill)))
    debt, worst = np.nan_to_num(customers.open_days), np.nan_to_num(customers.worst)
    lates = np.fmax(np.nan_to_num(customers.late), np.where(debt > 0, 1.0, 0.0))
    overdue = debt > grades.scales.rules.switches.open_debt_limit
    of_debt = overdue | (grades.delay_decides & (debt >= worst))
    cases = [of_debt, grades.delay_decides]
    return np.select(cases, [0.0, 1.0], 2.0), np.select(cases, [debt, worst], lates)


def _integers(numbers: Floats) -> Integers:
    """Return an integer for each number, the same for equal ones alone."""
    if (np.abs(numbers) < _WIDEST).all() and (np.floor(numbers) == numbers).all():
        return numbers.astype(np.int64)
    return (numbers + 0.0).view(np.int64)


def _distinct(keys: Iterable[npt.NDArray[Any]], length: int) -> tuple[Integers, Integers]:
    """Return the first row of each distinct combination of keys, and which combination each row has."""
    packed, span = np.zeros(length, dtype=np.int64), 1
    for key in keys:
        column = key.astype(np.int64)
        low = int(column.min(initial=0))
        width = int(column.max(initial=0)) - low + 1
        if span * width > _WIDEST:
            packed = np.unique(packed, return_inverse=True)[1].reshape(-1)
            span = int(packed.max(initial=0)) + 1
        if width > _WIDEST // span:
            column, low = np.unique(column, return_inverse=True)[1].reshape(-1), 0
            width = int(column.max(initial=0)) + 1
        packed = packed * width + (column - low)
        span *= width
    return _first_of_each(packed)


def _first_of_each(packed: Integers) -> tuple[Integers, Integers]:
    if len(packed) < _MANY:
        _, first, which = np.unique(packed, return_index=True, return_inverse=True)
        return first, which.reshape(-1)
    import pandas as pd  # noqa: PLC0415 - hashing beats sorting, once a sample is large enough to wait for pandas

    which, values = pd.factorize(packed)
    first = np.empty(len(values), dtype=np.int64)
    first[which[::-1]] = np.arange(len(packed) - 1, -1, -1)
    return first, which


_MANY = 50_000
_WIDEST = 2**62
