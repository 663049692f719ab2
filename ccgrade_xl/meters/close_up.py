"""The suspicious days once more, reading by reading: times, counts and volumes that the broad pass leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccgrade_xl.meters.checks.flow import LEAST_FLOWS, OVER_RANGE, SPIKE
from ccgrade_xl.meters.checks.register import ROLLBACK
from ccgrade_xl.meters.checks.state import BATTERY, PRESSURE
from ccgrade_xl.meters.conversion import ZERO_C
from ccgrade_xl.meters.days import ROUNDING
from ccgrade_xl.meters.readings import REGISTERS
from ccgrade_xl.meters.steps import Words, changes_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings


READS = (
    "meter_id",
    "t",
    *REGISTERS,
    "actual_flow",
    "temperature_c",
    "pressure_kpa",
    "battery_pct",
    "valve",
    "status",
)
"""The columns of the readings that are looked at once more, where they are there."""
_APART = 0.1
"""Share by which the registers of a day must differ for one of them to have stood; compressibility makes a tenth of it."""


def suspicious(days: ir.Table, settings: Settings) -> ir.Table:
    """Return `meter` and `gas_day` of the days that `close_up` must look at, and `day_before`, the meter's day with readings before it.

    `days` come with the registry's columns.
    """
    d = days
    limit = settings.value(PRESSURE, "share")
    used = (d.standard_m3 > 0).fill_null(False) | (d.actual_m3 > 0).fill_null(False)
    signs = (
        d.longest_hours >= 24 - ROUNDING,
        d.actual_m3_least < 0,
        d.standard_m3_least < 0,
        d.flow_most > d.qmax_m3h * (1 + ROUNDING),
        _may_spike(d, settings),
        (d.temperature_least < d.temperature_min_c) | (d.temperature_most > d.temperature_max_c),
        (d.pressure_set_kpa - d.pressure_least) > d.pressure_set_kpa * limit,
        (d.pressure_most - d.pressure_set_kpa) > d.pressure_set_kpa * limit,
        d.battery_low * 2 > d.battery_readings,
        d.telling > 0,
        (d.shut > 0) & used,
        _may_stand(d),
    )
    asked = signs[0].fill_null(False)
    for sign in signs[1:]:
        asked = asked | sign.fill_null(False)
    marked = d.select("meter", "gas_day", asked=asked)
    marked = marked.mutate(day_before=marked.gas_day.lag().over(group_by="meter", order_by="gas_day"))
    return marked.filter(marked.asked).drop("asked")


def _may_spike(d: ir.Table, settings: Settings) -> ir.BooleanValue:
    """Tell the days whose highest flow may stand out of the third highest; it is looked for close up."""
    stands_out = d.flow_most > d.flow_third_least * (1 + settings.value(SPIKE, "share"))
    high = d.flow_most > d.qmax_m3h * settings.value(SPIKE, "qmax_share")
    return stands_out & high & (d.readings >= LEAST_FLOWS)


def _may_stand(d: ir.Table) -> ir.BooleanValue:
    """Tell the days on which one register counted far from what pressure and temperature make of the other."""
    pressure = d.weighed_pressure / d.weighed_m3 + d.atmosphere
    kelvin = d.weighed_temperature / d.weighed_m3 + ZERO_C
    ideal = pressure / d.base_pressure_kpa * d.base_temperature_k / kelvin
    differ = (d.standard_m3 / d.actual_m3 / ideal - 1).abs() > _APART
    return ((d.actual_m3 > 0) != (d.standard_m3 > 0)) | ((d.actual_m3 >= 20 * d.pulse_m3) & differ).fill_null(
        False
    )


def close_up(steps: ir.Table, words: Words, settings: Settings) -> ir.Table:
    """Return `CLOSE_FACTS` of the meters and gas days that mended `steps` hold."""
    import ibis  # noqa: PLC0415

    asked = _times(steps) | _registers(steps, settings)
    asked |= _flows(steps, settings) | _state(steps, settings) | _words(steps, words)
    grouped = steps.group_by("meter", "gas_day").agg(**asked)
    if "flows" in asked:
        flows = grouped.flows.sort()
        grouped = grouped.mutate(flow_third=(flows.length() >= 3).ifelse(flows[flows.length() - 3], None))
    lacking = {name: ibis.null(kind) for name, kind in CLOSE_FACTS.items() if name not in grouped.columns}
    return grouped.mutate(**lacking).select("meter", "gas_day", *CLOSE_FACTS)


def of_meters(meters: ir.Table) -> ir.Table:
    """Return what the facts of a suspicious day ask of the registry."""
    limits = ("pressure_set_kpa", "temperature_min_c", "temperature_max_c", "qmax_m3h")
    return meters.select("meter", "meter_id", "start_seconds", "range_m3", "pulse_m3", *limits)


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
    return facts


def _flows(s: ir.Table, settings: Settings) -> dict[str, Any]:
    if "actual_flow" not in s.columns:
        return {}
    flow = s.actual_flow
    over = flow > s.qmax_m3h * (1 + ROUNDING)
    return {
        "flows": flow.collect(),
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
            "battery_least": s.battery_pct.min(),
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
    "standard_alone_begin standard_alone_end peak_t over far_over over_begin over_end temperature_outside "
    "temperature_begin temperature_end pressure_outside pressure_begin pressure_end battery_empty "
    "battery_begin battery_end shut_steps shut_begin shut_end tampered tampered_begin tampered_end substituted substituted_begin "
    "substituted_end"
)
_NUMBERS = (
    "actual_mended actual_up actual_fall standard_mended standard_up standard_fall actual_alone standard_alone "
    "shut_use battery_least flow_third"
)
CLOSE_FACTS: dict[str, str] = dict.fromkeys(_COUNTS.split(), "int64") | dict.fromkeys(
    _NUMBERS.split(), "float64"
)
"""Every fact of a suspicious day and its type; times are seconds, volumes m³."""
