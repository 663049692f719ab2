"""The cell functions of the remote meters: alarms, volumes and forecasts of the last scan, and the conversion to standard volume.

They look results up where the last complete scan was kept, and never read a reading.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ccgrade_xl.answering import Argument, Block
from ccgrade_xl.errors import CellFault, NothingToGrade, OutOfRange
from ccgrade_xl.functions.declaring import function
from ccgrade_xl.grading.customers import Coded, Floats
from ccgrade_xl.grading.scales import Scales
from ccgrade_xl.meters.conversion import BASE_TEMPERATURE_K, conversion_factor
from ccgrade_xl.meters.store import Results, results
from ccgrade_xl.rules.dates import day_numbered
from ccgrade_xl.workbook.book import CellValue

CELL_TEXT = 255
"""Older Excel shows #VALUE! for a longer text in a block."""

_WHO = Argument(
    "meter_or_customer",
    "表号或客户编号",
    "表号，或客户编号（其全部表具合计）；一个单元格或一片区域。",
    "meter",
)
_ONE = Argument(
    "meter_or_customer", "表号或客户编号", "一个表号，或一个客户编号（其全部表具合计）。", "meter"
)
_FROM = Argument("from_day", "开始日期", "只要这一天及以后还在的异常；省略时不限。", "day", True)
_TO = Argument("to_day", "结束日期", "只要这一天及以前开始的异常；省略时不限。", "day", True)
_SEVERITY = Argument(
    "min_severity", "最低级别", "低、中 或 高；只要这一级别及以上，省略时不限。", "severity", True
)


@function(
    "CCG_ALARMS",
    "上次扫描发现的异常：带表头的一片区域，每条一行，按开始时间排列。",
    _ONE,
    _FROM,
    _TO,
    _SEVERITY,
    spills=True,
)
def _alarms(number: str, first: float | None, last: float | None, severity: str | None) -> Block:
    rows = results().alarms(number, _day(first), _day(last), severity)
    return (
        ("表号", "告警", "级别", "首次时间", "末次时间", "依据", "涉及气量"),
        *(
            (
                alarm.meter_id,
                alarm.code,
                alarm.severity,
                f"{alarm.first_time:%Y-%m-%d %H:%M}",
                f"{alarm.last_time:%Y-%m-%d %H:%M}",
                alarm.evidence[:CELL_TEXT],
                alarm.stake_m3,
            )
            for alarm in rows
        ),
    )


@function("CCG_ALARM_COUNT", "上次扫描发现的异常条数，没有异常为 0。", _WHO, _FROM, _TO, _SEVERITY)
def _alarm_count(
    _scales: Scales, who: Coded, first: Floats, last: Floats, severity: Coded
) -> Sequence[CellValue | CellFault]:
    def count(kept: Results, number: str, at: int) -> float:
        return float(kept.alarm_count(number, _day(first[at]), _day(last[at]), severity.text_at(at)))

    return _each(who, count)


@function(
    "CCG_METER_USAGE",
    "一个月的标况用气量，m³，缺数按规则估算。",
    _WHO,
    Argument("month", "月份", "这个月里的任一日期，或 2026-06 这样的文本。", "month"),
)
def _meter_usage(_scales: Scales, who: Coded, month: Floats) -> Sequence[CellValue | CellFault]:
    def volume(kept: Results, number: str, at: int) -> float | None:
        return None if math.isnan(month[at]) else kept.month_usage(number, int(month[at])).m3

    return _each(who, volume)


@function(
    "CCG_DAILY_USAGE",
    "逐日标况用气量：带表头的一片区域，每天一行：日期、用气量 m³、其中估算 m³；没有读数的日子留空。",
    _ONE,
    Argument("from_day", "开始日期", "第一天。", "day"),
    Argument("to_day", "结束日期", "最后一天。", "day"),
    spills=True,
)
def _daily_usage(number: str, first: float, last: float) -> Block:
    days = results().daily_usage(number, _date(first), _date(last))
    return (("日期", "用气量", "估算"), *((day.day, day.m3, day.estimated_m3) for day in days))


@function(
    "CCG_FORECAST",
    "从最后一个完整的用气日次日起，今后若干天预计的标况用气量合计，m³。",
    _WHO,
    Argument("days", "天数", "今后多少天，1 至约 365。", "count", unit="天"),
)
def _forecast(_scales: Scales, who: Coded, days: Floats) -> Sequence[CellValue | CellFault]:
    def volume(kept: Results, number: str, at: int) -> float | None:
        if math.isnan(days[at]):
            return None
        if not float(days[at]).is_integer():
            raise OutOfRange(f"天数应为整数，现在是 {days[at]:g}。")
        return kept.forecast(number, int(days[at]))

    return _each(who, volume)


@function(
    "CCG_PTZ",
    "把工况体积换算成标况体积，m³：Vb = Vm·(P/Pb)·(Tb/T)·(Zb/Z)，Pb 101.325 kPa；表压低于 50 kPa 时 Z 取 1。",
    Argument("actual_m3", "工况体积", "工况体积，m³。", "number", unit="m³"),
    Argument("pressure_kpa", "压力", "压力，kPa；默认是表压。", "signed", unit="kPa"),
    Argument("temperature_c", "温度", "气体温度，℃。", "signed", unit="℃"),
    Argument("gauge", "压力类型", "“表压”或“绝压”，也可写 TRUE（表压）；省略时为表压。", "pressure", True),
    Argument(
        "base_temperature_k",
        "标准温度",
        "标准状态的温度，K；省略或填 0 时为 293.15（20 ℃）。",
        "number",
        True,
        unit="K",
    ),
)
def _standard_volume(
    _scales: Scales, actual: Floats, pressure: Floats, celsius: Floats, kind: Coded, base: Floats
) -> Sequence[CellValue | CellFault]:
    return [
        _or_fault(partial(_converted, *given, kind.text_at(at)))
        for at, given in enumerate(
            zip(actual.tolist(), pressure.tolist(), celsius.tolist(), base.tolist(), strict=True)
        )
    ]


def _converted(actual: float, pressure: float, celsius: float, base: float, kind: str | None) -> float | None:
    if math.isnan(actual) or math.isnan(pressure) or math.isnan(celsius):
        return None
    kelvin = (
        BASE_TEMPERATURE_K if math.isnan(base) or base == 0 else base
    )  # some hosts hand over a blank as 0
    if not 250 <= kelvin <= 320:
        raise OutOfRange(f"标准温度 {kelvin:g} K 不在 250–320 K 之间，请核对单位。")
    return actual * conversion_factor(pressure, celsius, kind != "绝压", kelvin)


def _each(who: Coded, ask: Callable[[Results, str, int], Any]) -> list[CellValue | CellFault]:
    """Look up each number; what it cannot be answered for stands in its place."""
    try:
        kept = results()
    except NothingToGrade as nothing:
        return [nothing] * len(who.codes)
    numbers = (who.text_at(at) for at in range(len(who.codes)))
    return [
        None if number is None else _or_fault(partial(ask, kept, number, at))
        for at, number in enumerate(numbers)
    ]


def _or_fault(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except CellFault as fault:
        return fault


def _day(number: float | None) -> dt.date | None:
    return None if number is None or math.isnan(number) else _date(number)


def _date(number: float) -> dt.date:
    return day_numbered(int(number))
