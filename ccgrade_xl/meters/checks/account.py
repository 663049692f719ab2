"""Does the use agree with the customer's state and balance?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl.meters.declaration import Check, Threshold
from ccgrade_xl.meters.findings import Stretches, found

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings


def _balance(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """What a day costs is read off the balance itself: how much it fell in the week before."""
    medium, high = settings.value(BALANCE, "medium_days"), settings.value(BALANCE, "high_days")
    spent = facts.balance_before - facts.balance
    week = {"group_by": "meter", "order_by": "gas_day", "range": (-6, 0)}
    prepaid = facts.filter(facts.balance.notnull()).select("meter").distinct()
    days = facts.mutate(spent=(spent > 0).ifelse(spent, 0.0)).semi_join(prepaid, "meter")
    days = days.mutate(daily=days.spent.mean().over(**week), paid=days.spent.count().over(**week))
    days = days.mutate(left=days.balance / days.daily)
    days = days.filter(~days.ahead & (days.daily > 0) & (days.paid >= 5) & (days.left < medium))
    yield Stretches(
        found(
            days,
            level=(days.left < high).ifelse(2, 1),
            value=days.left,
            threshold=(days.left < high).ifelse(high, medium),
            a=(days.balance >= 0).ifelse(days.daily, None),
            b=days.balance,
        ),
        gap=3,
        value="min",
    )


def _out_of_use_flow(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    least = settings.value(OUT_OF_USE_FLOW, "least_m3")
    days = facts.filter(~facts.ahead & facts.out_of_use & facts.sound & (facts.use > least))
    yield Stretches(found(days, level=2, value=days.use, threshold=least, stake=days.use), gap=7)


BALANCE = Check(
    "balance",
    "余额不足",
    "account",
    ("中", "高"),
    "余额不够 7 天用气；不够 3 天为高。",
    "余额 {b:.2f} 元，一天约用 {a:.2f} 元，只够 {value:.1f} 天；少于 {threshold:.0f} 天即报警。",
    _balance,
    evidence_bare="余额 {b:.2f} 元，已经透支；够用的天数少于 {threshold:.0f} 天即报警。",
    thresholds=(
        Threshold("medium_days", "中级别天数", 7, "天", "余额够用的天数少于它即报警。", most=365),
        Threshold("high_days", "高级别天数", 3, "天", "余额够用的天数少于它，级别为高。", most=365),
    ),
    reads=("balance",),
    asks="balance balance_before",
)

OUT_OF_USE_FLOW = Check(
    "out_of_use_flow",
    "停户用气",
    "account",
    ("高",),
    "暂停、销户或拆表的客户仍在用气。",
    "停用的客户一天最多用气 {value:.1f} m³，共 {days} 天；允许 {threshold:g} m³。",
    _out_of_use_flow,
    (Threshold("least_m3", "最少用气", 1, "m³", "一天用气超过它即报警。", most=1e6),),
    knows=("status",),
    asks="out_of_use sound use",
)

CHECKS = (BALANCE, OUT_OF_USE_FLOW)
