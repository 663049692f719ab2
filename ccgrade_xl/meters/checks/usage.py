"""Is the use what this customer's own rhythm lets expect?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl.meters.declaration import Check, Threshold
from ccgrade_xl.meters.findings import Stretches, each, found, in_stretches

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings


_WORKS = 0.5
"""Share of the last same weekdays with use from which a customer is used to work on that weekday."""
_LEAST_COMPARED = 3
"""Same weekdays with use, of the last four, that a day is compared with."""
_SEASON = 1.25
"""How far the weeks before and after a day may differ where its season stands still."""
_PAUSES = 0.6
"""Share of its days on which a meter pauses from which it is used to pause."""
_STEADY = 1.6
"""How far the middle of a leak's daily minima may lie above the least of them."""


def _zero_days(facts: ir.Table) -> ir.Table:
    """Return the days without use and with an open valve: `works` on days this customer is used to burn on."""
    zero = facts.filter(facts.whole & facts.sound & (facts.use == 0) & ~facts.shut_day & ~facts.out_of_use)
    works = zero.judgeable & zero.burns_now & (zero.worked >= _WORKS)
    return zero.mutate(
        works=works.fill_null(False), season=~zero.festive & zero.burns_now, gas_day=zero.sequence
    )


def _zero_found(days: ir.Table, counted: ir.BooleanValue, level: int, least: float) -> ir.Table:
    """Return days without use; summed up, `value` is how many of a stretch are `counted`, `a` the use before the first of these."""
    return found(
        days,
        level=level,
        value=counted.ifelse(1.0, 0.0),
        threshold=least,
        stake=days.works.ifelse(days.longer, 0.0),
        a=counted.ifelse(days.before_m3, None),
    )


def _zero_use(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Only days on which this customer is used to burn count; those between belong to the stretch."""
    least, mean = settings.value(ZERO_USE, "days"), settings.value(ZERO_USE, "mean_m3")
    days = _zero_days(facts)
    yield Stretches(
        _zero_found(days, days.works, 1, least),
        value="sum",
        then=lambda zero: zero.filter((zero.value >= least) & (zero.a > mean)),
    )


def _standstill(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Days off count too, but not festive ones, nor warm ones of who burns by the weather."""
    least, mean = settings.value(STANDSTILL, "days"), settings.value(STANDSTILL, "mean_m3")
    days = _zero_days(facts)

    def long(zero: ir.Table) -> ir.Table:
        stands = (zero.value > least) | ((zero.days > least) & (zero.value >= _BEYOND_FESTIVE))
        return zero.filter(stands & (zero.a > mean)).mutate(value=zero.days.cast("float64"))

    yield Stretches(_zero_found(days, days.season, 2, least), value="sum", then=long)


def _day_jump(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """A day must stand out from the last 4 weeks and from the last 12: after a fault the last 4 are no measure.

    Who burns by the weather must also stand out from what a colder or warmer day asks for and from the weeks after, for heating begins
    and ends; while these have not come, only a bitterly cold day of the months that are heated everywhere is judged. A day without any use, or
    with nothing but a leak where use pauses, is a matter for 零用气 or 持续小流量.
    """
    import ibis  # noqa: PLC0415

    rise, fall, least = (settings.value(DAY_JUMP, name) for name in ("rise_share", "fall_share", "least_m3"))
    days = facts.filter(facts.judgeable & (facts.compared >= _LEAST_COMPARED) & (facts.use > 0))
    days = days.filter(~days.empty_school & (~days.awaits | days.coming.notnull()))
    after = days.weather_driven.ifelse(days.coming, None)
    season = ((after > days.recent * _SEASON) | (days.recent > after * _SEASON)).fill_null(True)
    weather = (season | ~days.mild).ifelse(days.by_weather, days.recent_by_weather)
    longer = days.mild.ifelse(None, days.longer)
    days = days.mutate(
        high=ibis.greatest(days.recent, after, weather, longer),
        low=ibis.least(days.recent, after, weather, longer),
    )
    up = days.filter((days.use > days.high * (1 + rise)) & (days.use - days.high > least) & (days.high > 0))
    idles = (days.paused >= _PAUSES) & (days.least > 0) & (days.actual <= days.least * 24 * _STEADY)
    down = days.filter(
        (days.use < days.low * (1 - fall)) & (days.low - days.use > least) & ~idles.fill_null(False)
    )
    rises = found(
        up,
        level=1,
        value=up.use / up.high - 1,
        threshold=rise,
        stake=up.use - up.high,
        a=up.use,
        b=up.high,
    )
    falls = found(
        down,
        level=1,
        value=1 - down.use / down.low,
        threshold=fall,
        stake=down.low - down.use,
        a=down.use,
        b=down.low,
    )
    yield Stretches(rises, gap=3)
    yield Stretches(falls, gap=3)


def _month_change(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Months are compared by the middle of their usual days with use, so that holidays and stops do not count.

    Without a year of readings the comparison with last year falls away; who burns by the weather is then not judged, nor in a month
    in which heating begins or ends, which it does on another day every year. The days of an empty school are left out: its vacation moves
    with 正月初一 from month to month.
    """
    share, least = settings.value(MONTH_CHANGE, "share"), settings.value(MONTH_CHANGE, "least_m3")
    days = facts.filter(facts.judgeable & (facts.use > 0) & ~facts.empty_school)
    months = days.group_by("meter", "month").agg(
        middle=days.use.median(),
        counted=days.count(),
        begin=days.begin.min(),
        end=days.end.max(),
        gas_day=days.gas_day.min(),
        weather_driven=days.weather_driven.max(),
        season_turns=days.season_turns.max(),
    )
    order = {"group_by": "meter", "order_by": "month"}
    months = months.filter(months.counted >= _LEAST_MONTH).mutate(
        before=months.middle.mean().over(**order, range=(-3, -1)),
        had=months.middle.count().over(**order, range=(-3, -1)),
        last_year=months.middle.max().over(**order, range=(-12, -12)),
    )
    change = months.middle / months.before - 1
    yearly = (months.middle / months.last_year - 1).abs().fill_null(share + 1.0)
    hit = months.mutate(change=change).filter(
        (months.had >= 2)
        & (~months.weather_driven | months.last_year.notnull())
        & ~months.season_turns
        & (change.abs() > share)
        & (yearly > share)
        & ((months.middle - months.before).abs() * 30 > least)
    )
    yield Stretches(
        found(
            hit,
            level=1,
            value=hit.change.abs(),
            threshold=share,
            stake=(hit.middle - hit.before).abs() * hit.counted,
            a=hit.middle,
            b=hit.before,
        ),
        gap=0,
    )


_BEYOND_FESTIVE = 5
"""Days outside the festive time that a long standstill which began in it must last."""
_LEAST_MONTH = 10
"""Usual days with use that a month must have to be compared."""


def _small_flow(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """A leak is small, steady, and new: this meter used to pause on most days. Heating that does not pause is none."""
    medium, high = settings.value(SMALL_FLOW, "medium_days"), settings.value(SMALL_FLOW, "high_days")
    heating = facts.by_weather > 0
    days = facts.filter(facts.whole & (facts.least > 0) & ~heating.fill_null(False)).mutate(
        gas_day=facts.sequence
    )
    days = in_stretches(days, 1, "meter")
    runs = days.group_by("meter", "stretch").agg(
        days=days.count(),
        gas_day=days.gas_day.min(),
        begin=days.begin.min(),
        end=days.end.max(),
        least=days.least.min(),
        middle=days.least.median(),
        paused=days.paused.max(),
        paused_days=days.paused_days.max(),
        small=(3 * days.qmin_m3h).coalesce(days.flow_top * 0.1).max(),
        factor=(days.actual > 0).ifelse(days.use / days.actual, None).median(),
    )
    runs = runs.filter(
        (runs.days >= medium)
        & (runs.paused >= _PAUSES)
        & (runs.paused_days >= _LEAST_COMPARED)
        & (runs.middle <= runs.least * _STEADY)
        & (runs.middle <= runs.small)
    )
    yield each(
        found(
            runs,
            level=(runs.days >= high).ifelse(2, 1),
            value=runs.days,
            threshold=(runs.days >= high).ifelse(high, medium),
            stake=runs.middle * 24 * runs.days * runs.factor.fill_null(1.0),
            a=runs.middle,
        )
    )


def _closed_hours(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Found are all nights of a week that has enough of them, from the first."""
    nights, least = settings.value(CLOSED_HOURS, "nights"), settings.value(CLOSED_HOURS, "least_m3")
    order = {"group_by": "meter", "order_by": "gas_day"}
    used = facts.filter(~facts.ahead & facts.sound & facts.knows_hours & (facts.closed_use > least))
    used = used.mutate(ended=used.count().over(**order, range=(-6, 0)))
    used = used.mutate(nights=used.ended.max().over(**order, range=(0, 6)))
    days = used.filter(used.nights >= nights)
    yield Stretches(
        found(
            days,
            level=1,
            value=days.nights,
            threshold=nights,
            stake=days.closed_use,
        ),
        gap=7,
    )


ZERO_USE = Check(
    "zero_use",
    "零用气",
    "usage",
    ("中",),
    "连续 3 个用气日为零，而之前 30 天平均每天超过 10 m³。",
    "连续 {value:.0f} 个用气日为零，之前 30 天日均 {a:.0f} m³；达到 {threshold:.0f} 天即报警。",
    _zero_use,
    (
        Threshold(
            "days",
            "连续天数",
            3,
            "天",
            "按惯常用气的日子计，节假日和惯常不用气的星期不计。",
            least=1,
            most=60,
        ),
        Threshold("mean_m3", "之前日均", 10, "m³/d", "之前 30 天的日均超过它才报警。", most=1e6),
    ),
    folded_into=("停走疑似", "标况停/工况走", "通讯中断"),
    asks="out_of_use festive sound shut_day use whole longer worked before_m3 sequence judgeable burns_now",
)

STANDSTILL = Check(
    "standstill",
    "停走疑似",
    "usage",
    ("高",),
    "阀门开着，超过 15 天没有用气。",
    "阀门开着，{value:.0f} 天没有用气，之前 30 天日均 {a:.0f} m³；超过 {threshold:.0f} 天即报警。",
    _standstill,
    (
        Threshold("days", "天数", 15, "天", "零用气超过这么多天即报警。", least=1, most=365),
        Threshold(
            "mean_m3", "之前日均", 10, "m³/d", "之前 30 天的日均超过它才报警；惯常停用的季节不报。", most=1e6
        ),
    ),
    folded_into=("标况停/工况走", "通讯中断"),
    asks="out_of_use festive sound shut_day use whole longer worked before_m3 sequence judgeable burns_now",
)

DAY_JUMP = Check(
    "day_jump",
    "突增/突降",
    "usage",
    ("中",),
    "一天的用气比前 4 周同星期几的中位数多 100% 以上或少 60% 以上，且相差超过 50 m³。",
    "相差最多的一天用气 {a:.0f} m³，惯常 {b:.0f} m³，相差 {value:.0%}（允许 {threshold:.0%}），共 {days} 天。",
    _day_jump,
    (
        Threshold("rise_share", "突增", 1.0, "", "多出的比例超过它。", most=100),
        Threshold("fall_share", "突降", 0.6, "", "减少的比例超过它。", most=1),
        Threshold("least_m3", "最少相差", 50, "m³", "相差超过它才报警。", most=1e9),
    ),
    folded_into=("零用气", "停走疑似", "标况停/工况走", "倒走", "通讯中断", "月环比异常", "超量程"),
    asks="actual least use weather_driven longer compared recent coming paused judgeable by_weather recent_by_weather empty_school mild awaits",
)

MONTH_CHANGE = Check(
    "month_change",
    "月环比异常",
    "usage",
    ("中",),
    "一个月的用气与前 3 个月的平均、与去年同月都相差 50% 以上。",
    "一个月日均用气 {a:.1f} m³，前 3 个月 {b:.1f} m³，相差 {value:.0%}，允许 {threshold:.0%}。",
    _month_change,
    (
        Threshold("share", "相差比例", 0.5, "", "与两者都相差超过它才报警。", most=100),
        Threshold("least_m3", "最少相差", 500, "m³/月", "相差超过它才报警。", most=1e9),
    ),
    folded_into=("零用气", "停走疑似", "标况停/工况走", "倒走", "通讯中断", "持续小流量"),
    asks="month use weather_driven judgeable empty_school season_turns",
)

SMALL_FLOW = Check(
    "small_flow",
    "持续小流量",
    "usage",
    ("中", "高"),
    "连续 7 天从不断流，而这户惯常有停用的时候；30 天为高。",
    "{value:.0f} 天从不断流，每天的最小流量约 {a:.2f} m³/h；达到 {threshold:.0f} 天即报警。",
    _small_flow,
    (
        Threshold(
            "medium_days", "中级别天数", 7, "天", "连续这么多天最小流量大于零即报警。", least=1, most=365
        ),
        Threshold(
            "high_days", "高级别天数", 30, "天", "连续这么多天，级别为高。", "Tokyo Gas", least=1, most=365
        ),
    ),
    reads_any=("actual_flow", "standard_flow", "actual_m3", "standard_m3"),
    asks="qmin_m3h actual least use whole flow_top paused paused_days sequence by_weather",
)

CLOSED_HOURS = Check(
    "closed_hours",
    "非营业/夜间用气",
    "usage",
    ("中",),
    "一周里有 3 个以上的夜晚在营业时间之外用气。",
    "一周里最多 {value:.0f} 夜在营业时间之外用气，共 {days} 夜、{stake_m3:.1f} m³；一周达到 {threshold:.0f} 夜即报警。",
    _closed_hours,
    (
        Threshold("nights", "每周夜数", 3, "夜", "一周里达到它即报警。", least=1, most=7),
        Threshold("least_m3", "每夜最少用气", 1, "m³", "一夜用气超过它才算。", most=1e6),
    ),
    knows=("business_hours",),
    within_hours=1,
    folded_into=("持续小流量", "停户用气"),
    asks="knows_hours sound closed_use",
)

CHECKS = (ZERO_USE, STANDSTILL, DAY_JUMP, MONTH_CHANGE, SMALL_FLOW, CLOSED_HOURS)
