"""What is to be done next for each customer, and by when: the six aspects of the strategies as dated tasks.

Deterministic: the same customers, measures, day and past give the same tasks. The past is what was last done
(`Done`) and what was listed before and is still open (`standing`: a task once given a day keeps it).
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Literal, TypeVar

from attrs import field, frozen

from ccgrade_xl.casework.calendar import month_later, working_days_later
from ccgrade_xl.casework.measures import Measures
from ccgrade_xl.casework.rounds import Days, days_from, next_rounds, working
from ccgrade_xl.rules.ruleset import UNDECIDED

ActionName = Literal["合同提醒", "档案复核", "预收催收", "信用复评", "抄表方式", "现场核对", "增值服务"]

ACTIONS: dict[ActionName, str] = {
    "合同提醒": "合同",
    "档案复核": "档案",
    "预收催收": "预收气费",
    "信用复评": "信用评估跟踪",
    "抄表方式": "抄表",
    "现场核对": "抄表",
    "增值服务": "增值服务",
}
"""Every kind of task, and the aspect of differentiated management it belongs to."""

SOON = 10
"""Working days for what should be in order already (`default`)."""

AGAIN_DAYS = 30
"""Days after which a payment that was asked for is asked for again, where the balance is still short (`default`)."""

METERED_IN_ADVANCE = "预付费表"
T = TypeVar("T")

NO_SERVICE = frozenset({"", "无", "暂不提供"})
_CENT = 0.005
_SPREAD = dt.date(2000, 1, 1)


@frozen
class Customer:
    """What tasks depend on. Amounts in yuan; None is unknown. `expires` is the contract's last day."""

    number: str
    star: str
    contract: str = ""
    channel: str = ""
    opened: dt.date | None = None
    expires: dt.date | None = None
    balance: float | None = None
    bill: float | None = None
    credit: str = ""
    strategy: str = ""
    anchor: dt.date = field(init=False)
    """The day from which the first round counts: the opening day, else one that spreads customers evenly."""

    @anchor.default
    def _anchor(self) -> dt.date:
        return self.opened or _SPREAD + dt.timedelta(days=zlib.crc32(self.number.encode()) % 3650)


@frozen
class Done:
    """When a kind of task was last done or skipped for a customer, and what it had said."""

    on: dt.date
    detail: str = ""


@frozen
class Action:
    """One task: for whom, what, by when, and the yuan to collect where it is about money."""

    customer: str
    name: ActionName
    due: dt.date
    detail: str
    amount: float | None = None

    @property
    def aspect(self) -> str:
        """The aspect of differentiated management."""
        return ACTIONS[self.name]


Past = Mapping[tuple[str, str], Done]
"""What was last done, by customer number and kind of task."""

Standing = Mapping[tuple[str, str], dt.date]
"""The days that tasks were given which are still open."""


def next_actions(
    customers: Iterable[Customer],
    measures: Mapping[str, Measures],
    as_of: dt.date,
    horizon: int,
    past: Past | None = None,
    standing: Standing | None = None,
) -> list[Action]:
    """Return the tasks due up to `horizon` days after `as_of`, late ones too, the earliest first.

    A customer whose star has no measures (待定, not graded) has none.
    """
    last = as_of + dt.timedelta(days=horizon)
    soon = working_days_later(as_of, SOON).day
    desk = _Desk(as_of, last, soon, _by_kind(past or {}), _by_kind(standing or {}))
    by_star: dict[str, list[Customer]] = {star: [] for star in measures}
    for customer in customers:
        if customer.star in by_star:
            by_star[customer.star].append(customer)
    groups = [_Group(tuple(alike), measures[star]) for star, alike in by_star.items() if alike]
    found = [action for group in groups for find in _ASPECTS for action in find(desk, group)]
    rank = {name: at for at, name in enumerate(ACTIONS)}
    found.sort(key=attrgetter("customer"))  # texts are compared faster by themselves than in tuples
    return sorted(found, key=lambda each: (each.due.toordinal(), rank[each.name], -(each.amount or 0)))


def to_collect(months: float, bill: float | None, balance: float | None) -> float:
    """Return the yuan that prepayment falls short of `months` × monthly bill; 0 where it does not or is unknown."""
    if bill is None or balance is None or months <= 0:
        return 0.0
    short = months * bill - balance
    return round(short, 2) if short >= _CENT else 0.0


@frozen(slots=False)
class _Group:
    """Customers of one star, and what is done for them."""

    customers: Sequence[Customer]
    measures: Measures

    @cached_property
    def anchors(self) -> Days:
        """The days from which the customers' first rounds count."""
        return days_from(customer.anchor for customer in self.customers)


def _by_kind(known: Mapping[tuple[str, str], T]) -> Mapping[str, Mapping[str, T]]:
    """Return what is known of tasks by their kind, then by customer number."""
    kinds: dict[str, dict[str, T]] = {name: {} for name in ACTIONS}
    for (number, name), each in known.items():
        kinds.setdefault(name, {})[number] = each
    return kinds


@frozen
class _Desk:
    """The day, the last day that is listed, when what should be in order already is due, and the past.

    What is due later than the last day is no task yet. The past goes by kind of task, then by customer number.
    """

    as_of: dt.date
    last: dt.date
    soon: dt.date
    past: Mapping[str, Mapping[str, Done]]
    standing: Mapping[str, Mapping[str, dt.date]]

    def periodic(self, group: _Group, name: ActionName, months: int) -> Iterator[tuple[Customer, dt.date]]:
        """Yield for whom something is due that comes every so many months, and when.

        The first round follows the opening day, the next ones the day it was last done.
        """
        if months < 1:
            return
        past, standing, last = self.past[name], self.standing[name], self.last
        rounds = next_rounds(group.anchors, months, self.as_of)
        for customer, first in zip(group.customers, rounds, strict=True):
            done = past.get(customer.number)
            if done is not None:
                due = working(month_later(done.on, months, done.on.day))
            else:
                due = min(first, standing.get(customer.number, first))
            if due <= last:
                yield customer, due

    def once(self, customer: Customer, name: ActionName, first: dt.date, again_days: int) -> dt.date | None:
        """Return when something is due that the data ask for; after it was done it rests for `again_days`."""
        done = self.past[name].get(customer.number)
        if done is not None and self.as_of < done.on + dt.timedelta(days=again_days):
            return None
        return self.listed(min(first, self.standing[name].get(customer.number, first)))

    def listed(self, day: dt.date) -> dt.date | None:
        """Return a day that is listed already; None for a later one."""
        return day if day <= self.last else None


def _contracts(desk: _Desk, group: _Group) -> Iterator[Action]:
    days = group.measures.contract_days
    extended = working(desk.as_of + dt.timedelta(days=days))
    for customer in group.customers:
        if customer.expires is not None:
            reminder = customer.expires - dt.timedelta(days=days)
            done = desk.past["合同提醒"].get(customer.number)
            if done is not None and done.on >= reminder:
                continue
            due = desk.listed(working(reminder))
            said = f"合同 {customer.expires} 到期：{customer.strategy}"
        elif customer.contract in _CONTRACTS:
            first = extended if customer.contract == "自动顺延" else desk.soon
            due = desk.once(customer, "合同提醒", first, days)
            said = f"合同{customer.contract}：{_CONTRACTS[customer.contract]}（{customer.strategy}）"
        else:
            continue
        if due is not None:
            yield Action(customer.number, "合同提醒", due, said)


_CONTRACTS = {
    "九十日内到期": "提醒续签",
    "自动顺延": "换签新合同",
    "变更未改签": "办理改签",
    "未签订": "补签合同",
}
"""What to do about a contract that is not in order, by 合同签订."""


def _archives(desk: _Desk, group: _Group) -> Iterator[Action]:
    for customer, due in desk.periodic(group, "档案复核", group.measures.archive_months):
        yield Action(customer.number, "档案复核", due, "核对证照、合同、用气设备和联系人")


def _prepayments(desk: _Desk, group: _Group) -> Iterator[Action]:
    months = group.measures.prepayment_months
    for customer in group.customers:
        amount = to_collect(months, customer.bill, customer.balance)
        if not amount or customer.channel == METERED_IN_ADVANCE:
            continue
        due = desk.once(customer, "预收催收", desk.soon, AGAIN_DAYS)
        if due is not None:
            said = f"预收目标 {months:g} 个月气费，还差 {amount:,.2f} 元"
            yield Action(customer.number, "预收催收", due, said, amount)


def _trackings(desk: _Desk, group: _Group) -> Iterator[Action]:
    for customer, due in desk.periodic(group, "信用复评", group.measures.tracking_months):
        yield Action(customer.number, "信用复评", due, f"复评信用，现为 {customer.credit or UNDECIDED}")


def _readings(desk: _Desk, group: _Group) -> Iterator[Action]:
    """Ask for another reading mode once the star asks for one other than the last site check, or this task, found."""
    asked = f"{_MODE}{group.measures.reading}"
    known = [desk.past[name] for name in _READ]
    for customer in group.customers if any(known) else ():
        found = [done for past in known if (done := past.get(customer.number)) is not None]
        if not found or max(found, key=lambda done: done.on).detail.endswith(asked):
            continue
        due = desk.listed(min(desk.soon, desk.standing["抄表方式"].get(customer.number, desk.soon)))
        if due is not None:
            yield Action(customer.number, "抄表方式", due, f"星级变动后改变{asked}")


_READ: tuple[ActionName, ...] = ("现场核对", "抄表方式")
_MODE = "抄表方式："


def _site_checks(desk: _Desk, group: _Group) -> Iterator[Action]:
    said = f"现场与远传读数核对；{_MODE}{group.measures.reading}"
    for customer, due in desk.periodic(group, "现场核对", group.measures.site_check_months):
        yield Action(customer.number, "现场核对", due, said)


def _services(desk: _Desk, group: _Group) -> Iterator[Action]:
    offered = group.measures.value_added
    if offered not in NO_SERVICE:
        for customer, due in desk.periodic(group, "增值服务", group.measures.value_added_months):
            yield Action(customer.number, "增值服务", due, offered)


_ASPECTS: tuple[Callable[[_Desk, _Group], Iterator[Action]], ...] = (
    _contracts, _archives, _prepayments, _trackings, _readings, _site_checks, _services,
)  # fmt: skip
