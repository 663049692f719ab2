"""Did the readings arrive, whole and on time?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl.meters.declaration import Check, Threshold
from ccgrade_xl.meters.findings import Stretches, each, found

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings

_DAILY = 12
"""Hours between readings from which a meter counts as one that uploads once a day."""


def _communication_gap(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """A gap ends with a reading, or has not ended by now; two gaps of a day cannot end on the same day."""
    check = COMMUNICATION_GAP
    high = settings.value(check, "high_days") * 24
    ended = close.filter(~close.ahead & (close.longest_hours >= _limit(close, settings)))
    silent = facts.mutate(silent_hours=(facts.now - facts.last_t) / 3600.0)
    silent = silent.filter(
        (silent.gas_day == silent.last_day) & (silent.silent_hours >= _limit(silent, settings))
    )
    gaps = found(
        ended,
        level=(ended.longest_hours >= high).ifelse(2, 1),
        value=ended.longest_hours,
        threshold=_limit(ended, settings),
        first=ended.gap_begin,
        last=ended.gap_end,
    )
    silences = found(
        silent,
        level=(silent.silent_hours >= high).ifelse(2, 1),
        value=silent.silent_hours,
        threshold=_limit(silent, settings),
        first=silent.last_t,
        last=silent.now,
    )
    yield each(gaps)
    yield each(silences)


def _limit(days: ir.Table, settings: Settings) -> ir.NumericValue:
    """Return after how many hours without a reading a meter is silent: it depends on how often it uploads, by the registry and in fact.

    One that has come to upload once a day instead of every hour is not silent anew each day: its days lack readings.
    """
    hourly, daily = (settings.value(COMMUNICATION_GAP, name) for name in ("hourly_hours", "daily_hours"))
    often = (days.interval_hours < _DAILY) & (days.usual_hours.fill_null(0.0) < _DAILY)
    return often.ifelse(hourly, daily)


def _missing_intervals(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """The first and the last day of a meter are not whole by nature."""
    limit = settings.value(MISSING_INTERVALS, "share")
    share = facts.readings * facts.interval_hours / 24.0
    between = (facts.gas_day > facts.first_day) & (facts.gas_day < facts.last_day)
    days = facts.mutate(share=share).filter(between & (facts.interval_hours < _DAILY) & (share < limit))
    yield Stretches(found(days, level=0, value=days.share, threshold=limit), value="min")


def _double_or_future(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    minutes = settings.value(DOUBLE_OR_FUTURE, "future_minutes")
    ahead = facts.filter(facts.ahead)
    double = facts.filter(~facts.ahead & (facts.doubles > 0))
    future = found(
        ahead,
        level=0,
        value=(ahead.last_t - ahead.now) / 60.0,
        threshold=minutes,
        first=ahead.first_t,
        last=ahead.last_t,
        a=ahead.readings,
    )
    twice = found(double, level=0, value=double.doubles, threshold=0)
    yield each(future)
    yield Stretches(twice)


def _clock_offset(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """The freshest reading of a day tells the clock; who uploads in batches is compared with the own usual delay.

    Where the freshest readings of a batch were lost, the next are older by as much.
    """
    low, medium = (settings.value(CLOCK_OFFSET, name) for name in ("low_minutes", "medium_minutes"))
    in_batches = facts.delay_range > 30
    lost_hours = 24 - (facts.readings - facts.doubles) * facts.interval_hours
    lost = ((lost_hours > 0) & (facts.interval_hours < _DAILY)).ifelse(lost_hours * 60, 0.0)
    behind = facts.delay_least - facts.usual_delay - lost
    late = in_batches.ifelse((behind > 0).ifelse(behind, 0.0), facts.delay_least)
    offset = (facts.delay_least < 0).ifelse(facts.delay_least, late)
    days = facts.mutate(off=offset.abs()).filter(~facts.ahead & (offset.abs() > low) & (facts.readings > 1))
    findings = found(
        days,
        level=(days.off > medium).ifelse(1, 0),
        value=days.off,
        threshold=(days.off > medium).ifelse(medium, low),
    )
    least = settings.value(CLOCK_OFFSET, "days")
    yield Stretches(findings, gap=2, then=lambda off: off.filter(off.days >= least))


COMMUNICATION_GAP = Check(
    "communication_gap",
    "通讯中断",
    "data",
    ("中", "高"),
    "按小时上传的表 24 小时没有读数，按日上传的 48 小时；7 天没有读数为高。",
    "{value:.0f} 小时没有读数，时限 {threshold:.0f} 小时。",
    _communication_gap,
    (
        Threshold(
            "hourly_hours", "小时表时限", 24, "h", "上传间隔不足一天的表，无读数达到它即报警。", most=8760
        ),
        Threshold("daily_hours", "日表时限", 48, "h", "一天上传一次的表，无读数达到它即报警。", most=8760),
        Threshold("high_days", "高级别天数", 7, "天", "无读数达到它，级别为高。", most=365),
    ),
    asks="last_t now last_day interval_hours usual_hours",
    asks_close="gap_begin gap_end longest_hours interval_hours usual_hours",
)

MISSING_INTERVALS = Check(
    "missing_intervals",
    "缺数",
    "data",
    ("低",),
    "一天收到的读数不足应有的 95%。",
    "{days} 天收到的读数不全，最少的一天只有 {value:.0%}，下限 {threshold:.0%}。",
    _missing_intervals,
    (Threshold("share", "到数率下限", 0.95, "", "一天的读数占应有读数的比例低于它即报警。", most=1),),
    folded_into=("通讯中断", "校时偏差"),
    asks="readings first_day last_day interval_hours",
)

DOUBLE_OR_FUTURE = Check(
    "double_or_future",
    "重复/未来时间",
    "data",
    ("低",),
    "同一块表同一时间有两条读数，或读数的时间在将来。",
    "{a:.0f} 条读数的时间在将来，最多超前 {value:.0f分钟}，允许 {threshold:.0f分钟}。",
    _double_or_future,
    evidence_bare="同一时间有重复的读数，一天最多 {value:.0f} 条，共 {days} 天。",
    thresholds=(
        Threshold("future_minutes", "允许超前", 5, "分钟", "时间比现在晚超过它即为将来时间。", most=1440),
    ),
    asks="readings doubles first_t last_t now",
)

CLOCK_OFFSET = Check(
    "clock_offset",
    "校时偏差",
    "data",
    ("低", "中"),
    "表具时钟与平台接收时间相差超过 5 分钟；超过 30 分钟为中。",
    "表具时钟与接收时间最多相差 {value:.0f分钟}，允许 {threshold:.0f分钟}，持续 {days} 天。",
    _clock_offset,
    (
        Threshold("low_minutes", "低级别偏差", 5, "分钟", "偏差超过它即报警。", most=1440),
        Threshold("medium_minutes", "中级别偏差", 30, "分钟", "偏差超过它，级别为中。", most=10080),
        Threshold(
            "days", "最少天数", 2, "天", "连续几天都偏差才报警；一次迟到的上传不算。", least=1, most=31
        ),
    ),
    reads=("received_time",),
    folded_into=("通讯中断",),
    asks="readings doubles delay_least usual_delay delay_range interval_hours",
)

CHECKS = (COMMUNICATION_GAP, MISSING_INTERVALS, DOUBLE_OR_FUTURE, CLOCK_OFFSET)
