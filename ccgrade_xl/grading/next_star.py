"""The smallest change that lifts a customer one star: single changes are tried first, then pairs.

Every candidate is a copy of the customer with one or two facts changed; all are graded in one pass.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from attrs import evolve, frozen

from ccgrade_xl.grading.customers import Coded, Customers
from ccgrade_xl.grading.remarks import held_part
from ccgrade_xl.grading.sample import Grades, grade_sample
from ccgrade_xl.grading.scales import Scales, scales_of
from ccgrade_xl.rules.indicators import BY_KEY
from ccgrade_xl.rules.numerals import grouped
from ccgrade_xl.rules.ruleset import RuleSet

_UNCHANGEABLE = frozenset({"nature"})
"""A customer does not become a hospital to pay its gas bill more easily."""

_PUT_RIGHT = frozenset({"contract", "safety"})
"""What is put right is right afterwards: nobody is told to sign a contract that is about to end."""


@frozen
class Change:
    """One fact of a customer changed: what it concerns, what to do, how much effort (a rank, not a unit)."""

    fact: str
    advice: str
    effort: float
    apply: Callable[[Customers, int], None]


@frozen
class Advice:
    """The changes that reach a higher star, with the grade and star they reach; or why none does."""

    changes: tuple[Change, ...]
    credit_grade: str
    star: str
    reason: str

    @property
    def sentence(self) -> str:
        """The advice as one Chinese sentence."""
        if not self.changes:
            return self.reason
        steps = "，并且".join(change.advice for change in self.changes)
        return f"{steps} → 信用等级 {self.credit_grade}，升为{self.star}"


def next_star(customer: Customers, rules: RuleSet, as_of: dt.date, previous: Coded | None = None) -> Advice:
    """Return the smallest change that lifts one customer (a sample of one) by a star, or why none can.

    `previous` is as in `grade_sample`.
    """
    scales = scales_of(rules)
    now = grade_sample(customer, rules, as_of, previous)
    if (reason := _hopeless(now)) is not None:
        return Advice((), now.credit_name(0), now.star_name(0), reason)
    changes = possible_changes(now)
    near = tuple(change for change in changes if change.effort < _FAR)
    for pool, count in ((near, 1), (near, 2), (changes, 1), (changes, 2)):
        trials = [
            trial for trial in combinations(pool, count) if len({change.fact for change in trial}) == count
        ]
        if best := _best(now, trials, rules, scales):
            return best
    return Advice((), now.credit_name(0), now.star_name(0), _stuck(now))


def _hopeless(now: Grades) -> str | None:
    """Say why no change can help, where that is plain from the start."""
    if not now.graded[0]:
        return f"客户状态为{now.customers.status.text_at(0)}，不参评。"
    if now.star[0] == len(now.scales.star.names) - 1:
        return f"已经是{now.star_name(0)}，没有更高的星级。"
    if np.isnan(now.customers.usage[0]):
        return "月均用气量未知，先补充用气量才能定星级。"
    return None


def _stuck(now: Grades) -> str:
    """Say why neither one nor two changes reach the next star."""
    if now.veto.in_force[0]:
        last = now.veto.last_day(0)
        when = "否决日期未填，先核实日期" if np.isnat(last) else f"{last} 期满，次日起"
        return f"否决事项“{now.customers.vetoes.text_at(0)}”生效中，{when}才可能升星。"
    if now.held[0]:
        return f"{held_part(now, 0)}，下期才可能再升。"
    if now.provisional[0]:
        months = now.scales.rules.switches.provisional_months
        return f"新户暂定：在用满 {months:g} 个月后才可能升星。"
    return "改变一项或两项都不足以升星：主要受用气量等级和信用等级共同限制。"


def _best(now: Grades, trials: Sequence[tuple[Change, ...]], rules: RuleSet, scales: Scales) -> Advice | None:
    """Grade all trials in one pass; return the least effort among those that reach the nearest higher star."""
    if not trials:
        return None
    copies = now.customers.take([0] * len(trials))
    copies = evolve(
        copies,
        options={key: _widened(coded, key, scales) for key, coded in copies.options.items()},
    )
    for row, trial in enumerate(trials):
        for change in trial:
            change.apply(copies, row)
    graded = grade_sample(copies, rules, now.as_of, now.previous.take([0] * len(trials)))
    higher = np.flatnonzero(graded.star > now.star[0])
    if not len(higher):
        return None
    row = min(
        (int(at) for at in higher),
        key=lambda at: (graded.star[at], sum(change.effort for change in trials[at]), at),
    )
    return Advice(trials[row], graded.credit_name(row), graded.star_name(row), "")


def _widened(coded: Coded, key: str, scales: Scales) -> Coded:
    """Add every option of an indicator to its texts, so that a change is a change of code."""
    names = [option.name for option in scales.rules.options if option.indicator == BY_KEY[key].name]
    return Coded(coded.codes.copy(), coded.texts + tuple(name for name in names if name not in coded.texts))


def possible_changes(now: Grades) -> tuple[Change, ...]:
    """Return every single change worth trying for one customer: better options, payments, prepayment, usage."""
    changes = [*_payment_changes(now), *_prepayment_changes(now), *_usage_changes(now)]
    for key in now.customers.options:
        if key not in _UNCHANGEABLE and now.scales.weights[key] > 0:
            changes += _option_changes(now, key)
    return tuple(changes)


_EFFORT = {
    "prepayment": 10.0,
    "channel": 20.0,
    "contract": 30.0,
    "safety": 40.0,
    "payment": 50.0,
    "ownership": 70.0,
    "usage": 90.0,
}
"""Which facts a customer changes more easily (`default`)."""


def _option_changes(now: Grades, key: str) -> list[Change]:
    indicator, score = BY_KEY[key], float(now.scored[key].score[0])
    current = -1.0 if math.isnan(score) else score
    verb = "核实并补充" if math.isnan(score) else "把"
    better: dict[float, str] = {}
    for option in sorted(now.scales.rules.options, key=lambda option: option.score):
        if option.indicator == indicator.name and option.score > current:
            better.setdefault(option.score, option.name)
    worth_trying = [*better.items()][-1:] if key in _PUT_RIGHT else better.items()
    changed = "为" if verb != "把" else "改为"
    return [
        Change(
            key,
            f"{verb}{indicator.name}{changed}“{name}”",
            _EFFORT[key] + points / 100,
            _set_option(key, name),
        )
        for points, name in worth_trying
    ]


def _set_option(key: str, name: str) -> Callable[[Customers, int], None]:
    def apply(customers: Customers, row: int) -> None:
        coded = customers.options[key]
        coded.codes[row] = coded.texts.index(name)

    return apply


def _payment_changes(now: Grades) -> list[Change]:
    """Clear the debt; then keep to each better step for the twelve months the score looks back on."""
    customers, scales = now.customers, now.scales
    if scales.weights["payment"] == 0:
        return []
    changes, score = [], float(now.scored["payment"].score[0])
    if customers.open_days[0] > 0:
        changes.append(Change("payment", "结清当前欠费", _EFFORT["payment"] - 35, _set_payment(None, None)))
    for max_late, max_days, points in scales.payment:
        if (
            not points > (-1.0 if math.isnan(score) else score)
            or math.isinf(max_late)
            or math.isinf(max_days)
        ):
            continue
        how = "全部按期缴费" if max_late == 0 else f"逾期不超过 {max_late:g} 次、每次不超过 {max_days:g} 天"
        advice = f"近 12 个月气费{how}（无欠费）"
        changes.append(
            Change("payment", advice, _EFFORT["payment"] + points / 10, _set_payment(max_late, max_days))
        )
    return changes


def _set_payment(late: float | None, worst: float | None) -> Callable[[Customers, int], None]:
    def apply(customers: Customers, row: int) -> None:
        debt = customers.open_days[row]
        customers.open_days[row] = 0.0
        # A debt paid late stays a late payment of its twelve months.
        customers.late[row] = max(customers.late[row], 1.0) if late is None else late
        customers.worst[row] = max(customers.worst[row], debt) if worst is None else worst

    return apply


def _prepayment_changes(now: Grades) -> list[Change]:
    balance, bill = float(now.customers.balance[0]), float(now.customers.bill[0])
    if now.scales.weights["prepayment"] == 0 or not bill > 0:
        return []
    have = 0.0 if math.isnan(balance) else balance
    changes = []
    for months, closed, points in now.scales.prepayment:
        fen = round(months * bill * 100, 6)  # 1.5 × 2999.80 is 4499.70 to a manager, and must be to a float
        target = (math.ceil(fen) if closed else math.floor(fen) + 1) / 100
        if target <= have:
            continue
        if math.isnan(balance):
            advice = f"先核实预收气费余额，不足 {target:,.2f} 元（{months:g} 个月气费）的补足"
        else:
            advice = f"预收气费补到 {target:,.2f} 元（{months:g} 个月气费，再存 {target - have:,.2f} 元）"
        changes.append(
            Change("prepayment", advice, _EFFORT["prepayment"] + points / 100, _set_balance(target))
        )
    return changes


def _set_balance(target: float) -> Callable[[Customers, int], None]:
    def apply(customers: Customers, row: int) -> None:
        customers.balance[row] = target

    return apply


_FAR = 1000.0
"""Effort from which a change is only advised when nothing nearer helps."""

_NEAR_USAGE = 1.3
"""A customer may plausibly come to use this many times as much gas (`default`)."""


def _usage_changes(now: Grades) -> list[Change]:
    usage, level = float(now.customers.usage[0]), int(now.level[0])
    changes = []
    for position in range(level + 1, len(now.scales.usage.names)):
        lower = float(now.scales.usage.lower[position])
        more = math.ceil(round(lower - usage, 6))
        advice = (
            f"月均用气量增加到 {grouped(lower)} m³（再增 {more:,} m³，{now.scales.usage.names[position]}）"
        )
        effort = _EFFORT["usage"] + position + (0.0 if lower <= _NEAR_USAGE * usage else _FAR)
        changes.append(Change("usage", advice, effort, _set_usage(lower)))
    return changes


def _set_usage(target: float) -> Callable[[Customers, int], None]:
    def apply(customers: Customers, row: int) -> None:
        customers.usage[row] = target

    return apply
