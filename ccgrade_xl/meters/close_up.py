"""The suspicious days once more, reading by reading: times, counts and volumes that the broad pass leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccgrade_xl.meters.checks.flow import OVER_RANGE, SPIKE
from ccgrade_xl.meters.checks.register import ROLLBACK
from ccgrade_xl.meters.checks.state import BATTERY, PRESSURE
from ccgrade_xl.meters.conversion import ZERO_C
from ccgrade_xl.meters.days import ROUNDING
from ccgrade_xl.meters.steps import FUTURE, Words, changes_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings


_APART = 0.1
"""Share by which the registers of a day must differ for one of them to have stood; compressibility makes a tenth of it."""


def suspicious(days: ir.Table, settings: Settings) -> ir.Table:
    """Return meter, gas day and its broad facts of the days that `close_up` must look at; `days` with the registry's columns.

    Added: `day_before`, the meter's day with readings before this one.
    """
    d = days.mutate(
        day_before=days.gas_day.lag().over(group_by="meter_id", order_by="gas_day"),
        last_day=days.gas_day.max(where=days.gas_day < FUTURE).over(group_by="meter_id"),
    )
    limit = settings.value(PRESSURE, "share")
    used = (d.standard_m3 > 0).fill_null(False) | (d.actual_m3 > 0).fill_null(False)
    signs = (
        d.gas_day == d.last_day,
        d.longest_hours >= 24 - ROUNDING,
        d.actual_m3_least < 0,
        d.standard_m3_least < 0,
        d.flow_most > d.qmax_m3h * (1 + ROUNDING),
        _may_spike(d, settings),
        (d.temperature_least < d.temperature_min_c) | (d.temperature_most > d.temperature_max_c),
        (d.pressure_set_kpa - d.pressure_least) > d.pressure_set_kpa * limit,
        (d.pressure_most - d.pressure_set_kpa) > d.pressure_set_kpa * limit,
        d.battery_pct <= settings.value(BATTERY, "low_pct"),
        d.telling > 0,
        (d.shut > 0) & used,
        d.site_readings > 0,
        _may_stand(d),
    )
    asked = signs[0].fill_null(False)
    for sign in signs[1:]:
        asked = asked | sign.fill_null(False)
    return d.filter(asked).select("meter_id", "gas_day", "day_before")


def _may_spike(d: ir.Table, settings: Settings) -> ir.BooleanValue:
    stands_out = d.flow_most > d.flow_third * (1 + settings.value(SPIKE, "share"))
    return stands_out & (d.flow_most > d.qmax_m3h * settings.value(SPIKE, "qmax_share"))


def _may_stand(d: ir.Table) -> ir.BooleanValue:
    """Tell the days on which one register counted far from what pressure and temperature make of the other."""
    pressure = d.weighed_pressure / d.weighed_m3 + d.atmosphere
    kelvin = d.weighed_temperature / d.weighed_m3 + ZERO_C
    ideal = pressure / d.base_pressure_kpa * d.base_temperature_k / kelvin
    apart = (d.standard_m3 / d.actual_m3 / ideal - 1).abs() > _APART
    return ((d.actual_m3 > 0) != (d.standard_m3 > 0)) | ((d.actual_m3 >= 20 * d.pulse_m3) & apart).fill_null(
        False
    )


def close_up(steps: ir.Table, words: Words, settings: Settings) -> ir.Table:
    """Return `CLOSE_FACTS` of the meters and gas days that mended `steps` hold."""
    import ibis  # noqa: PLC0415

    asked = _times(steps) | _registers(steps, settings)
    asked |= _flows(steps, settings) | _state(steps, settings) | _words(steps, words)
    grouped = steps.group_by("meter_id", "gas_day").agg(**asked)
    lacking = {name: ibis.null(kind) for name, kind in CLOSE_FACTS.items() if name not in grouped.columns}
    return grouped.mutate(**lacking).select("meter_id", "gas_day", *CLOSE_FACTS)


def _times(s: ir.Table) -> dict[str, Any]:
    far = s.hours >= 24 - ROUNDING
    return {
        "gap_begin": s.t_before.min(where=far),
        "gap_end": s.t.max(where=far),
    }


def _registers(s: ir.Table, settings: Settings) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    changes = changes_of(s.columns)
    allowed = s.pulse_m3 * (settings.value(ROLLBACK, "digits") + 1e-3)
    falls = [-s[change] > allowed for change in changes.values()]
    fell = falls[0].fill_null(False)
    for fall in falls[1:]:
        fell = fell | fall.fill_null(False)
    for register, change in changes.items():
        name = register.removesuffix("_m3")
        facts |= {
            f"{name}_mended": s[change].sum(),
            f"{name}_up": s[change].sum(where=s[change] > 0),
            f"{name}_fall": -s[change].min(),
        }
    facts |= {"fell": fell.sum(), "fall_begin": s.t.min(where=fell), "fall_end": s.t.max(where=fell)}
    if len(changes) == 2:
        alone = {"actual": s.d_standard == 0, "standard": s.d_actual == 0}
        for name, other_stands in alone.items():
            change = s[f"d_{name}"]
            runs = other_stands & (change > 0)
            facts |= {
                f"{name}_alone": change.sum(where=runs),
                f"{name}_alone_begin": s.t_before.min(where=runs),
                f"{name}_alone_end": s.t.max(where=runs),
            }
    if {"site_m3", "actual_m3"} <= set(s.columns):
        difference = (s.site_m3 - s.actual_m3).abs()
        facts |= {
            "site_difference": difference.max(),
            "site_share": (difference / s.actual_m3).max(),
            "site_actual_m3": s.actual_m3.max(where=difference.notnull()),
            "site_t": s.t.max(where=difference.notnull()),
        }
    return facts


def _flows(s: ir.Table, settings: Settings) -> dict[str, Any]:
    if "actual_flow" not in s.columns:
        return {}
    flow = s.actual_flow
    over = flow > s.qmax_m3h * (1 + ROUNDING)
    return {
        "peak_t": s.t.argmax(flow),
        "over": over.sum(),
        "far_over": (flow > s.qmax_m3h * (settings.value(OVER_RANGE, "high_factor") + ROUNDING)).sum(),
        "over_begin": s.t.min(where=over),
        "over_end": s.t.max(where=over),
    }


def _state(s: ir.Table, settings: Settings) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "temperature_c" in s.columns:
        warm = s.temperature_c
        facts |= _outside(
            "temperature",
            s,
            (warm < s.temperature_min_c - ROUNDING) | (warm > s.temperature_max_c + ROUNDING),
        )
    if "pressure_kpa" in s.columns:
        share = settings.value(PRESSURE, "share") + ROUNDING
        off = (s.pressure_kpa - s.pressure_set_kpa).abs() > s.pressure_set_kpa * share
        facts |= _outside("pressure", s, off)
    if "battery_pct" in s.columns:
        low = s.battery_pct <= settings.value(BATTERY, "low_pct")
        facts |= {
            "battery_readings": s.battery_pct.count(),
            "battery_least": s.battery_pct.min(),
            "battery_low": low.sum(),
            "battery_empty": (s.battery_pct <= settings.value(BATTERY, "medium_pct")).sum(),
            "battery_begin": s.t.min(where=low),
            "battery_end": s.t.max(where=low),
        }
    return facts


def _outside(name: str, s: ir.Table, outside: ir.BooleanValue) -> dict[str, Any]:
    return {
        f"{name}_outside": outside.sum(),
        f"{name}_begin": s.t.min(where=outside),
        f"{name}_end": s.t.max(where=outside),
    }


def _words(s: ir.Table, words: Words) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "valve" in s.columns and words.closed:
        use = s[[*changes_of(s.columns).values()][-1]]
        shut = s.valve.isin(words.closed) & (use > 0)
        facts |= {
            "shut_use": use.sum(where=shut),
            "shut_steps": shut.sum(),
            "shut_begin": s.t.min(where=shut),
            "shut_end": s.t.max(where=shut),
        }
    for name, texts in (("tampered", words.tampered), ("substituted", words.substituted)):
        if "status" in s.columns and texts:
            told = s.status.isin(texts)
            facts |= {
                name: told.sum(),
                f"{name}_begin": s.t.min(where=told),
                f"{name}_end": s.t.max(where=told),
            }
    return facts


_COUNTS = (
    "gap_begin gap_end fell fall_begin fall_end actual_alone_begin actual_alone_end "
    "standard_alone_begin standard_alone_end site_t peak_t over far_over over_begin over_end temperature_outside "
    "temperature_begin temperature_end pressure_outside pressure_begin pressure_end battery_readings battery_low battery_empty "
    "battery_begin battery_end shut_steps shut_begin shut_end tampered tampered_begin tampered_end substituted substituted_begin "
    "substituted_end"
)
_NUMBERS = (
    "actual_mended actual_up actual_fall standard_mended standard_up standard_fall actual_alone standard_alone "
    " site_difference site_share site_actual_m3 shut_use battery_least"
)
CLOSE_FACTS: dict[str, str] = dict.fromkeys(_COUNTS.split(), "int64") | dict.fromkeys(
    _NUMBERS.split(), "float64"
)
"""Every fact of a suspicious day and its type; times are seconds, volumes m³."""
