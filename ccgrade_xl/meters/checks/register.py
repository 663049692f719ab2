"""Do the registers count as registers do, and agree with each other and with the site?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl.meters.conversion import ZERO_C, compressibility
from ccgrade_xl.meters.declaration import Check, Threshold
from ccgrade_xl.meters.findings import Stretches, each, found

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings

_ROUNDING = 1e-6
_WIDEST = 40.0
"""℃ between a day's lowest and highest temperature from which its mean no longer stands for the day: at 40 ℃ it errs by 0.5 %."""


def _rollback(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    days = close.filter(~close.ahead & (close.fell > 0) & ~_clock_was_set(close))
    actual, standard = days.actual_fall.fill_null(0.0), days.standard_fall.fill_null(0.0)
    fall = (actual > standard).ifelse(actual, standard)
    allowed = days.pulse_m3 * settings.value(ROLLBACK, "digits")
    yield each(
        found(
            days,
            level=2,
            value=fall,
            threshold=allowed,
            first=days.fall_begin,
            last=days.fall_end,
            stake=standard,
            a=days.fell,
        )
    )


def _clock_was_set(close: ir.Table) -> ir.BooleanValue:
    """Tell a day on which the clock was set back, by the delays of its readings: old and new readings then stand among each other
    and seem to fall, by no more than flowed in that time.
    """
    hours = (close.delay_most - close.delay_least - close.delay_range) / 60.0
    fall = close.actual_fall.coalesce(close.standard_fall)
    flowed = close.flow_most * (hours + close.interval_hours)
    return ((hours * 60 > _CLOCK_MINUTES) & (fall <= flowed)).fill_null(False)


_CLOCK_MINUTES = 5


def _one_register_stands(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Pulses of two coarse registers come in different hours: what only one counted must outweigh what only the other did."""
    least, hours = (settings.value(ONE_REGISTER_STANDS, name) for name in ("least_m3", "hours"))
    both = close.filter(
        ~close.ahead & close.sound & (close.actual_alone.notnull() | close.standard_alone.notnull())
    )
    pulses = 5 * both.pulse_m3
    enough = (pulses > least).ifelse(pulses, least)

    def standing(alone: str, other: str, runs: str) -> ir.Table:
        surplus = both[alone].fill_null(0.0) - both[other].fill_null(0.0)
        span = (both[f"{alone}_end"] - both[f"{alone}_begin"]) / 3600.0
        days = both.mutate(surplus=surplus, enough=enough, span=span).filter(
            (surplus >= enough) & (surplus >= 0.15 * both[runs]) & (span >= hours)
        )
        return found(
            days,
            level=2,
            value=days.surplus,
            threshold=days.enough,
            first=days[f"{alone}_begin"],
            last=days[f"{alone}_end"],
            stake=days.surplus,
            a=1.0 if alone == "actual_alone" else None,
        )

    yield Stretches(standing("actual_alone", "standard_alone", "actual"), gap=4)
    yield Stretches(standing("standard_alone", "actual_alone", "standard"), gap=4)


def _conversion(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """Compressibility below 50 kPa gauge is taken as one; above, it is that of pipeline gas (GB/T 17747).

    A corrector converts every pulse at the pressure and temperature it has then. Those of one reading stand for the gas of the hours
    before it only where they are few: gas in a pipe outdoors changes by ten degrees and more between night and day (3 %), and by less than the
    share allowed within four hours.
    """
    medium, high, units, least_days = (
        settings.value(CONVERSION, name) for name in ("medium_share", "high_share", "least_units", "days")
    )
    days = facts.filter(
        ~facts.ahead
        & (facts.actual_m3_least >= 0)
        & (facts.standard_m3_least >= 0)
        & (facts.actual_m3 >= units * facts.pulse_m3)
        & ((facts.weighed_m3 / facts.actual_m3 - 1).abs() < _ROUNDING)
        & (facts.temperature_most - facts.temperature_least < _WIDEST)
        & (facts.longest_hours <= CONVERSION.hours_apart)
    )
    pressure = days.weighed_pressure / days.weighed_m3 + days.atmosphere
    celsius = days.weighed_temperature / days.weighed_m3
    ideal = pressure / days.base_pressure_kpa * days.base_temperature_k / (celsius + ZERO_C)
    expected = ideal * compressibility(pressure, celsius)
    reported = days.standard_m3 / days.actual_m3
    days = days.mutate(off=(reported / expected - 1).abs(), expected=expected, reported=reported)
    days = days.filter(days.off > medium)
    yield Stretches(
        found(
            days,
            level=(days.off > high).ifelse(2, 1),
            value=days.off,
            threshold=(days.off > high).ifelse(high, medium),
            stake=(days.standard_m3 - days.expected * days.actual_m3).abs(),
            a=days.reported,
            b=days.expected,
        ),
        gap=4,
        then=lambda off: off.filter(off.days >= least_days),
    )


def _disturbance(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """The counter rises within a day or since the day before; a status that tells of substitutes is enough."""
    least = settings.value(DISTURBANCE, "least_m3")
    before = facts.disturbance_before.coalesce(facts.disturbance_least)
    rise = (facts.disturbance_most - before).fill_null(0.0)
    days = facts.mutate(rise=rise).filter(~facts.ahead & (rise > least))
    counted = found(days, level=2, value=days.rise, threshold=least, stake=days.rise, a=1.0)
    says = close.filter(~close.ahead & (close.substituted > 0))
    told = found(
        says,
        level=2,
        value=None,
        threshold=None,
        first=says.substituted_begin,
        last=says.substituted_end,
    )
    yield Stretches(counted.union(told), gap=2)


def _site_difference(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """The share is of the use since the visit before, of the whole reading at the first visit.

    What arose between two visits is told once: a difference that only stands on is none.
    """
    share, least = (settings.value(SITE_DIFFERENCE, name) for name in ("share", "least_m3"))
    visits = facts.filter(~facts.ahead & facts.site_difference.notnull())
    order = {"group_by": "meter", "order_by": "gas_day"}
    before = visits.site_actual_m3.lag().over(**order).fill_null(0.0)
    since = (visits.site_actual_m3 - before).abs() * share
    visits = visits.mutate(
        allowed=(since > least).ifelse(since, least),
        arose=(visits.site_difference - visits.site_difference.lag().over(**order).fill_null(0.0)).abs(),
        visited=visits.site_t.lag().over(**order).coalesce(visits.site_t),
    )
    days = visits.filter((visits.site_difference > visits.allowed) & (visits.arose > visits.allowed))
    yield each(
        found(
            days,
            level=2,
            value=days.site_difference,
            threshold=days.allowed,
            first=days.visited,
            last=days.site_t,
            stake=days.site_difference,
            a=days.site_actual_m3,
        )
    )


ROLLBACK = Check(
    "rollback",
    "倒走",
    "register",
    ("高",),
    "累计读数减少超过一个最小单位；满位回零和换表除外。",
    "读数减少 {value:.2f} m³，允许 {threshold:g} m³。",
    _rollback,
    (Threshold("digits", "允许回退", 1, "个最小单位", "减少超过几个最小单位即报警。", most=1000),),
    asks_close="fell fall_begin fall_end actual_fall standard_fall delay_least delay_most flow_most delay_range interval_hours pulse_m3",
)

ONE_REGISTER_STANDS = Check(
    "one_register_stands",
    "标况停/工况走",
    "register",
    ("高",),
    "工况、标况两个累计读数一个在走，另一个不动。",
    "工况一天最多走了 {value:.1f} m³ 而标况不动，共 {days} 天；达到 {threshold:g} m³ 即报警。",
    _one_register_stands,
    evidence_bare="标况一天最多走了 {value:.1f} m³ 而工况不动，共 {days} 天；达到 {threshold:g} m³ 即报警。",
    thresholds=(
        Threshold("least_m3", "最少用气", 1, "m³", "一个读数至少走了它，另一个不动，才报警。", most=1e6),
        Threshold("hours", "最短时间", 3, "h", "至少持续这么久。", most=720),
    ),
    reads=("actual_m3", "standard_m3"),
    asks_close="actual_alone_begin actual_alone_end standard_alone_begin standard_alone_end actual_alone standard_alone actual standard sound pulse_m3",
)

CONVERSION = Check(
    "conversion",
    "PTZ异常",
    "register",
    ("中", "高"),
    "上传的标况与工况之比，同按温度、压力算出的换算系数相差超过 1%；超过 3% 为高。",
    "换算系数最多相差 {value:.1%}：上传 {a:.4f}，应为 {b:.4f}；允许 {threshold:.1%}，共 {days} 天。",
    _conversion,
    (
        Threshold("medium_share", "中级别偏差", 0.01, "", "偏差超过它即报警。", most=1),
        Threshold("high_share", "高级别偏差", 0.03, "", "偏差超过它，级别为高。", most=1),
        Threshold(
            "least_units",
            "最少用气",
            200,
            "个最小单位",
            "当天用气少于它不判断，读数的取整会盖过偏差。",
            most=1e6,
        ),
        Threshold("days", "最少天数", 2, "天", "连续几天都偏差才报警。", least=1, most=31),
    ),
    reads=("actual_m3", "standard_m3", "temperature_c", "pressure_kpa"),
    knows=("pressure_kind",),
    within_hours=4,
    folded_into=("标况停/工况走", "倒走"),
    asks="actual_m3 actual_m3_least standard_m3 standard_m3_least weighed_pressure weighed_temperature weighed_m3 atmosphere base_pressure_kpa base_temperature_k temperature_least temperature_most longest_hours pulse_m3",
)

DISTURBANCE = Check(
    "disturbance",
    "替代值/扰动量",
    "register",
    ("高",),
    "修正仪的扰动量（替代值期间的累计量）在增加，或状态报替代值。",
    "扰动量一天最多增加 {value:.1f} m³，共 {days} 天；超过 {threshold:g} m³ 即报警。",
    _disturbance,
    evidence_bare="状态报替代值，共 {days} 天：这些天的读数不全是实测。",
    thresholds=(Threshold("least_m3", "最少增量", 0, "m³", "增量超过它即报警。", most=1e6),),
    reads_any=("disturbance_m3", "status"),
    asks="disturbance_least disturbance_most disturbance_before",
    asks_close="substituted substituted_begin substituted_end",
)

SITE_DIFFERENCE = Check(
    "site_difference",
    "抄表差异",
    "register",
    ("高",),
    "现场读数与远传读数之差超过用气的 1% 且超过 1 m³。",
    "现场读数与远传读数 {a:.2f} m³ 相差 {value:.2f} m³，允许 {threshold:.2f} m³。",
    _site_difference,
    (
        Threshold("share", "相对差异", 0.01, "", "差异占上次现场抄表以来用气的比例。", most=1),
        Threshold("least_m3", "绝对差异", 1, "m³", "差异同时要超过它。", most=1e6),
    ),
    reads=("site_m3",),
    reads_any=("actual_m3",),
    folded_into=("倒走", "标况停/工况走"),
    asks="site_difference site_actual_m3 site_t",
)

CHECKS = (ROLLBACK, ONE_REGISTER_STANDS, CONVERSION, DISTURBANCE, SITE_DIFFERENCE)
