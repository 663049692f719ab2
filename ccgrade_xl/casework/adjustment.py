"""Sample adjustment (样本调整): who joined, left, stopped or came back since the last frozen month; every count adds up."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from attrs import frozen

from ccgrade_xl.casework.ledger.frozen_table import Columns
from ccgrade_xl.casework.ledger.records import SampleAdjusted
from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.rules.customer_states import ACTIVE

Kind = Literal["新增", "缺失", "销户", "拆表", "暂停", "恢复", "其他"]

KINDS: dict[Kind, str] = {
    "新增": "上次月结时没有的客户",
    "缺失": "上次月结时有、现在的数据里没有的客户，须查明去向",
    "销户": "已经销户，退出样本",
    "拆表": "已经拆表，退出样本",
    "暂停": "暂停用气，暂不参评",
    "恢复": "恢复用气，重新参评",
    "其他": "客户状态改成了别的写法，须核实",
}
"""What can happen to a customer between two months, and what it means."""

NEEDED = ("客户编号", "客户名称", "客户状态", "月均用气量")
"""The columns, headers of table 客户, that both months must have."""

_BY_STATE: dict[str, Kind] = {ACTIVE: "恢复", "暂停": "暂停", "销户": "销户", "拆表": "拆表"}


@frozen
class Change:
    """What happened to one customer: its state before and now ("" where it is absent), its usage in m³/month."""

    customer: str
    name: str
    kind: Kind
    before: str
    now: str
    usage: float


@frozen
class Flow:
    """The customers of one state: `before` + `arrived` − `left` = `now`."""

    state: str
    before: int
    arrived: int
    left: int
    now: int


@frozen
class Adjustment:
    """Two months compared. `before` + 新增 − 缺失 = `now`, in all and for each state."""

    before: int
    now: int
    changes: tuple[Change, ...]
    flows: tuple[Flow, ...]

    def count(self, kind: Kind) -> int:
        """Return how many customers something happened to."""
        return sum(change.kind == kind for change in self.changes)

    def approved(self, month: str, since: str, approver: str) -> SampleAdjusted:
        """Return the record that the list was approved; `since` is the frozen month it was compared with."""
        if not approver.strip():
            raise LedgerFault("样本调整要写明批准人，请填写后再试。")
        return SampleAdjusted(
            month=month,
            since=since,
            approver=approver.strip(),
            joined=self.count("新增"),
            missing=self.count("缺失"),
            closed=self.count("销户"),
            dismantled=self.count("拆表"),
            suspended=self.count("暂停"),
            resumed=self.count("恢复"),
            other=self.count("其他"),
            total=self.now,
        )


def sample_adjustment(previous: Columns, current: Columns) -> Adjustment:
    """Compare the customers of a frozen month with those of now.

    Both have the columns `NEEDED`, a customer a row; a blank 客户状态 counts as 在用, as in grading. Changes come in
    the order of `KINDS`, the largest users first. Raises `LedgerFault` where a customer stands twice or has no
    number.
    """
    before, now = _customers(previous, "上次月结"), _customers(current, "现在")
    changes = [
        _change(number, before.get(number), now.get(number))
        for number in before | now
        if number not in before or number not in now or before[number][1] != now[number][1]
    ]
    order = list(KINDS)
    changes.sort(key=lambda change: (order.index(change.kind), -_known(change.usage), change.customer))
    return Adjustment(len(before), len(now), tuple(changes), _flows(changes, before, now))


_Customer = tuple[str, str, float]
"""Name, state and usage of a customer."""


def _customers(table: Columns, when: str) -> dict[str, _Customer]:
    columns = [table[header].tolist() for header in NEEDED]
    found: dict[str, _Customer] = {}
    for number, name, state, usage in zip(*columns, strict=True):
        if not str(number).strip():
            raise LedgerFault(f"{when}的数据里有客户没有客户编号，不能比较，请先补上。")
        if number in found:
            raise LedgerFault(f"{when}的数据里客户编号 {number} 出现了两次，不能比较，请先合并或改正。")
        found[number] = (name or "", state or ACTIVE, usage)
    return found


def _change(number: str, before: _Customer | None, now: _Customer | None) -> Change:
    name, _, usage = now or before or ("", "", 0.0)
    kind: Kind = "新增" if before is None else "缺失" if now is None else _BY_STATE.get(now[1], "其他")
    return Change(number, name, kind, before[1] if before else "", now[1] if now else "", usage)


def _flows(
    changes: list[Change], before: dict[str, _Customer], now: dict[str, _Customer]
) -> tuple[Flow, ...]:
    stood, stands = (Counter(state for _, state, _ in month.values()) for month in (before, now))
    arrived, left = Counter(each.now for each in changes), Counter(each.before for each in changes)
    states = [*_BY_STATE, *sorted((stood.keys() | stands.keys()) - _BY_STATE.keys())]
    return tuple(Flow(state, stood[state], arrived[state], left[state], stands[state]) for state in states)


def _known(usage: float) -> float:
    return usage if usage == usage else 0.0  # noqa: PLR0124 - NaN
