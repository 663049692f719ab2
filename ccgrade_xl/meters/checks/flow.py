"""Is the flow one that this meter can measure?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl.meters.declaration import Check, Threshold
from ccgrade_xl.meters.findings import Stretches, each, found

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings


def _spike(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    share, of_qmax = settings.value(SPIKE, "share"), settings.value(SPIKE, "qmax_share")
    days = close.filter(~close.ahead & (close.readings >= LEAST_FLOWS))
    days = days.filter(
        (days.flow_most > days.flow_third * (1 + share))
        & (days.flow_most > days.qmax_m3h * of_qmax)
        & (days.flow_third > 0)
    )
    yield each(
        found(
            days,
            level=0,
            value=days.flow_most / days.flow_third - 1,
            threshold=share,
            first=days.peak_t,
            last=days.peak_t,
            a=days.flow_most,
            b=days.flow_third,
        )
    )


LEAST_FLOWS = 12
"""Readings a day must have for its highest flow to be compared with the third highest."""


def _over_range(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    intervals, factor = settings.value(OVER_RANGE, "intervals"), settings.value(OVER_RANGE, "high_factor")
    days = close.filter(~close.ahead & ((close.over >= intervals) | (close.far_over > 0)))
    far = days.far_over > 0
    yield Stretches(
        found(
            days,
            level=far.ifelse(2, 1),
            value=days.flow_most,
            threshold=far.ifelse(factor, 1.0) * days.qmax_m3h,
            first=days.over_begin,
            last=days.over_end,
            a=days.over,
        ),
        gap=2,
    )


def _under_qmin(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Counted by calendar month."""
    share, hours = settings.value(UNDER_QMIN, "share"), settings.value(UNDER_QMIN, "least_hours")
    days = facts.filter(~facts.ahead & (facts.flowing > 0))
    months = days.group_by("meter", "month").agg(
        gas_day=days.month.max(),
        begin=days.begin.min(),
        end=days.end.max(),
        hours=(days.flowing * days.interval_hours).sum(),
        share=days.under.sum() / days.flowing.sum(),
    )
    months = months.filter((months.hours >= hours) & (months.share > share))
    yield Stretches(found(months, level=1, value=months.share, threshold=share, a=months.hours))


SPIKE = Check(
    "spike",
    "尖峰",
    "flow",
    ("低",),
    "一天里最高的流量比第三高的多 180% 以上，且超过 Qmax 的 20%。",
    "最高流量 {a:.2f} m³/h，第三高 {b:.2f} m³/h，多 {value:.0%}，允许 {threshold:.0%}。",
    _spike,
    (
        Threshold(
            "share", "超出第三高", 1.8, "", "（最高 − 第三高）÷ 第三高 超过它。", "Oracle VEE", most=100
        ),
        Threshold("qmax_share", "占 Qmax", 0.2, "", "最高流量超过 Qmax 的这个比例。", most=10),
    ),
    reads=("actual_flow",),
    knows=("qmax_m3h",),
    within_hours=24 / LEAST_FLOWS,
    folded_into=("超量程", "倒走", "突增/突降"),
    asks_close="peak_t flow_third readings flow_most qmax_m3h",
)

OVER_RANGE = Check(
    "over_range",
    "超量程",
    "flow",
    ("中", "高"),
    "工况流量两次以上超过 Qmax；一次超过 1.2 倍 Qmax 为高。",
    "工况流量最高 {value:.1f} m³/h，界限 {threshold:.1f} m³/h；那天 {a:.0f} 次超过 Qmax，共 {days} 天。",
    _over_range,
    (
        Threshold("intervals", "次数", 2, "次", "一天里超过 Qmax 达到这么多次即报警。", least=1, most=96),
        Threshold("high_factor", "高级别倍数", 1.2, "倍 Qmax", "一次超过它，级别为高。", least=1, most=10),
    ),
    reads=("actual_flow",),
    knows=("qmax_m3h",),
    folded_into=("倒走",),
    asks_close="over far_over over_begin over_end flow_most qmax_m3h",
)

UNDER_QMIN = Check(
    "under_qmin",
    "低于Qmin",
    "flow",
    ("中",),
    "有流量的小时里 20% 以上低于 Qmin：表具选大了。",
    "一个月里最多 {value:.0%} 的用气时间流量低于 Qmin，允许 {threshold:.0%}，共 {days} 个月。",
    _under_qmin,
    (
        Threshold("share", "时间占比", 0.2, "", "有流量的读数中低于 Qmin 的比例超过它。", most=1),
        Threshold("least_hours", "最少读数", 168, "h", "一个月里有流量的小时数达到它才判断。", most=744),
    ),
    reads=("actual_flow",),
    knows=("qmin_m3h",),
    folded_into=("持续小流量", "月环比异常"),
    asks="flowing under month interval_hours",
)

CHECKS = (SPIKE, OVER_RANGE, UNDER_QMIN)
