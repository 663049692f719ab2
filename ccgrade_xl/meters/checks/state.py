"""Do temperature, pressure, battery and valve make sense, and was the meter touched?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl.meters.declaration import Check, Threshold
from ccgrade_xl.meters.findings import Stretches, found

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings


def _temperature(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    yield from _out_or_frozen(facts, close, settings, TEMPERATURE, "temperature")


def _pressure(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    yield from _out_or_frozen(facts, close, settings, PRESSURE, "pressure")


def _out_or_frozen(
    facts: ir.Table, close: ir.Table, settings: Settings, check: Check, name: str
) -> Iterator[Stretches]:
    """A sensor is frozen where it reads one value through whole days, with flow among them."""
    readings, hours = settings.value(check, "readings"), settings.value(check, "frozen_hours")
    now = facts.filter(~facts.ahead)
    out = close.filter(~close.ahead & (close[f"{name}_outside"] >= readings))
    least, most = out[f"{name}_least"], out[f"{name}_most"]
    if name == "temperature":
        above = most > out.temperature_max_c
        value, threshold = (
            above.ifelse(most, least),
            above.ifelse(out.temperature_max_c, out.temperature_min_c),
        )
    else:
        middle, share = out.pressure_set_kpa, settings.value(check, "share")
        above = (most - middle) > (middle - least)
        value, threshold = above.ifelse(most, least), middle * above.ifelse(1 + share, 1 - share)
    outside = found(
        out,
        level=1,
        value=value,
        threshold=threshold,
        first=out[f"{name}_begin"],
        last=out[f"{name}_end"],
        a=1.0,
    )
    still = now.filter((now[f"{name}_least"] == now[f"{name}_most"]) & (now.readings > 1))
    order = {"group_by": "meter", "order_by": "gas_day"}
    reading = still[f"{name}_least"]
    still = still.mutate(same=(reading == reading.lag().over(**order)).fill_null(False))
    # A new value begins a new stretch: moving later days apart by one keeps them from being joined.
    moved = still.same.ifelse(None, 1).count().over(**order, rows=(None, 0))
    yield Stretches(outside, gap=2)
    yield Stretches(
        found(
            still.mutate(gas_day=still.gas_day + 2 * moved),
            level=1,
            value=24.0,
            threshold=hours,
            stake=still.use,
            b=reading,
        ),
        value="sum",
        then=lambda frozen: frozen.filter((frozen.value >= hours) & (frozen.stake_m3 > 0)),
    )


def _battery(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    """A day is low when most of its readings are, so that single bad readings do not count."""
    low, medium, least = (settings.value(BATTERY, name) for name in ("low_pct", "medium_pct", "readings"))
    days = close.filter(~close.ahead & (close.battery_low * 2 > close.battery_readings))
    empty = days.battery_empty * 2 > days.battery_readings

    def counted(low_days: ir.Table) -> ir.Table:
        enough = low_days.filter(low_days.value >= least)
        limit = (enough.level == 1).ifelse(medium, low).cast("float64")
        return enough.mutate(a=enough.value, value=enough.b, threshold=limit)

    yield Stretches(
        found(
            days,
            level=empty.ifelse(1, 0),
            value=days.battery_low,
            threshold=empty.ifelse(medium, low),
            first=days.battery_begin,
            last=days.battery_end,
            b=days.battery_least,
        ),
        gap=3,
        value="sum",
        then=counted,
    )


def _valve(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    least = settings.value(VALVE, "least_m3")
    days = close.filter(~close.ahead & close.sound & (close.shut_steps >= 2) & (close.shut_use > least))
    yield Stretches(
        found(
            days,
            level=2,
            value=days.shut_use,
            threshold=least,
            first=days.shut_begin,
            last=days.shut_end,
            stake=days.shut_use,
            a=days.shut_steps,
        ),
        gap=2,
    )


def _tamper(facts: ir.Table, close: ir.Table, settings: Settings) -> Iterator[Stretches]:
    days = close.filter(~close.ahead & (close.tampered > 0))
    yield Stretches(
        found(
            days, level=2, value=days.tampered, threshold=0, first=days.tampered_begin, last=days.tampered_end
        ),
        gap=2,
    )


_FROZEN_HOURS = Threshold(
    "frozen_hours",
    "不变时间",
    72,
    "h",
    "有流量而读数一直不变，达到它即报警；只计整个用气日，首尾不足一天的不算。",
    most=8760,
)
"""Of a temperature and of a pressure alike."""
_OFTEN = Threshold("readings", "超限次数", 2, "次", "一天里超出范围达到这么多次才报警。", least=1, most=96)

TEMPERATURE = Check(
    "temperature",
    "温度异常",
    "state",
    ("中",),
    "介质温度超出 −20…60 ℃（或档案的范围），或有流量而 72 小时（3 个整用气日）不变。",
    "介质温度读到 {value:.1f} ℃，界限 {threshold:.0f} ℃，共 {days} 天。",
    _temperature,
    evidence_bare="有流量而温度一直是 {b:.1f} ℃，至少 {value:.0f} 小时，时限 {threshold:.0f} 小时。",
    thresholds=(
        _FROZEN_HOURS,
        _OFTEN,
    ),
    reads=("temperature_c",),
    asks="readings temperature_least temperature_most use",
    asks_close="temperature_outside temperature_begin temperature_end temperature_least temperature_most temperature_min_c temperature_max_c",
)

PRESSURE = Check(
    "pressure",
    "压力异常",
    "state",
    ("中",),
    "压力超出设定值的 ±20%，或有流量而 72 小时（3 个整用气日）不变。",
    "压力读到 {value:.1f} kPa，界限 {threshold:.1f} kPa，共 {days} 天。",
    _pressure,
    evidence_bare="有流量而压力一直是 {b:.2f} kPa，至少 {value:.0f} 小时，时限 {threshold:.0f} 小时。",
    thresholds=(
        Threshold("share", "允许偏差", 0.2, "", "偏离设定值的比例超过它。", most=10),
        _FROZEN_HOURS,
        _OFTEN,
    ),
    reads=("pressure_kpa",),
    knows=("pressure_set_kpa",),
    asks="readings pressure_least pressure_most use",
    asks_close="pressure_outside pressure_begin pressure_end pressure_least pressure_most pressure_set_kpa",
)

BATTERY = Check(
    "battery",
    "电池欠压",
    "state",
    ("低", "中"),
    "电池电量连续三次不高于 20%；不高于 10% 为中。",
    "电池电量最低 {value:.0f}%，界限 {threshold:.0f}%；电量低的读数有 {a:.0f} 次。",
    _battery,
    (
        Threshold("low_pct", "低级别电量", 20, "%", "不高于它即报警。", most=100),
        Threshold("medium_pct", "中级别电量", 10, "%", "不高于它，级别为中。", "Honeywell ERX", most=100),
        Threshold("readings", "连续次数", 3, "次", "连续这么多次才报警。", "Honeywell ERX", least=1, most=96),
    ),
    reads=("battery_pct",),
    asks_close="battery_empty battery_begin battery_end battery_least battery_readings battery_low",
)

VALVE = Check(
    "valve",
    "阀门矛盾",
    "state",
    ("高",),
    "阀门关着却有流量。",
    "阀门关着，一天最多走了 {value:.1f} m³（{a:.0f} 次读数），允许 {threshold:g} m³。",
    _valve,
    (Threshold("least_m3", "最少用气", 1, "m³", "关阀期间一天用气超过它即报警。", most=1e6),),
    reads=("valve",),
    asks_close="shut_steps shut_begin shut_end shut_use sound",
)

TAMPER = Check(
    "tamper",
    "磁干扰/开盖",
    "state",
    ("高",),
    "状态报磁干扰或开盖。",
    "状态一天最多 {value:.0f} 次报磁干扰或开盖，共 {days} 天。",
    _tamper,
    reads=("status",),
    asks_close="tampered tampered_begin tampered_end",
)

CHECKS = (TEMPERATURE, PRESSURE, BATTERY, VALVE, TAMPER)
