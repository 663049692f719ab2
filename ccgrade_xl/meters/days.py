"""From steps to days: the broad facts of one meter on one gas day, in one pass over all readings.

Only what every day needs is computed here, and only with plain sums and extremes: this pass is the price of a scan. What a few
suspicious days need beyond it is in `close_up`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccgrade_xl.meters.checks.state import BATTERY
from ccgrade_xl.meters.registry_reading import PATTERNS, SPELLS
from ccgrade_xl.meters.steps import Words, changes_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.settings import Settings

ROUNDING = 1e-6
"""A flow equal to Qmax, or a pressure equal to its limit, is within it whatever float arithmetic made of it."""


_TURNS = 3
"""Hours take turns: the highest flows of three kinds of hours are three readings, so the third highest is at least their least."""


def days(steps: ir.Table, words: Words, settings: Settings) -> ir.Table:
    """Return one row a meter and gas day: `DAY_FACTS`, null where the readings lack their columns."""
    import ibis  # noqa: PLC0415 - only whoever reads meters waits for it

    asked = _arrivals(steps) | _volumes(steps) | _flows(steps) | _state(steps, words, settings) | _site(steps)
    grouped = steps.group_by("meter", "gas_day").agg(**asked)
    if "turn_0" in asked:
        turns = (grouped[f"turn_{turn}"].fill_null(0.0) for turn in range(_TURNS))
        grouped = grouped.mutate(flow_third_least=ibis.least(*turns))
    lacking = {name: ibis.null(kind) for name, kind in DAY_FACTS.items() if name not in grouped.columns}
    return grouped.mutate(**lacking).select("meter", "gas_day", *DAY_FACTS)


def of_meters(meters: ir.Table) -> ir.Table:
    """Return what the broad facts of a day ask of the registry."""
    hours = (name for name in meters.columns if name.startswith(("open_", "shut_")))
    return meters.select("meter", "meter_id", "start_seconds", "qmin_m3h", *hours)


def _arrivals(s: ir.Table) -> dict[str, Any]:
    doubles = (s.hours == 0).sum().fill_null(0)
    facts = {
        "readings": s.count() - doubles,
        "steps": s.hours.count() - doubles,
        "first_t": s.t.min(),
        "last_t": s.t.max(),
        "covered_hours": s.hours.sum(),
        "longest_hours": s.hours.max(),
        "doubles": doubles,
    }
    if "received_t" in s.columns:
        facts |= {
            "delay_least": (s.received_t - s.t).min().cast("float64") / 60.0,
            "delay_most": (s.received_t - s.t).max().cast("float64") / 60.0,
        }
    return facts


def _volumes(s: ir.Table) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    changes = changes_of(s.columns)
    for register, change in changes.items():
        facts |= {register: s[change].sum(), f"{register}_least": s[change].min()}
    if {"actual_m3", "standard_m3", "pressure_kpa", "temperature_c"} <= set(s.columns):
        # Weighed by the gas that passed, as a corrector does; a step without pressure or temperature weighs nothing.
        facts |= {
            "weighed_pressure": (s.d_actual * s.pressure_kpa).sum(),
            "weighed_temperature": (s.d_actual * s.temperature_c).sum(),
            "weighed_m3": (s.d_actual + 0.0 * (s.pressure_kpa + s.temperature_c)).sum(),
        }
    use = s[[*changes.values()][-1]]
    for number in range(PATTERNS):
        if f"open_{number}_0" in s.columns:
            facts[f"closed_m3_{number}"] = _is_closed(s, number).ifelse(use, 0.0).sum()
    return facts


def _is_closed(s: ir.Table, pattern: int) -> ir.BooleanValue:
    """Tell the steps whose middle is outside the opening hours of a pattern; only steps up to an hour."""
    middle = (s.t + s.t_before).cast("float64") * 0.5 - (s.gas_day * 86400 + s.start_seconds)
    opened = [
        (middle >= s[f"open_{pattern}_{spell}"]) & (middle < s[f"shut_{pattern}_{spell}"])
        for spell in range(SPELLS)
    ]
    return ~(opened[0] | opened[1]) & (s.hours <= 1.01)


def _flows(s: ir.Table) -> dict[str, Any]:
    if "actual_flow" in s.columns:
        flow, hour = s.actual_flow, s.t // 3600
        return {
            "flow_least": flow.min(),
            "flow_most": flow.max(),
            **{f"turn_{turn}": (hour % _TURNS == turn).ifelse(flow, None).max() for turn in range(_TURNS)},
            "flowing": (flow > 0).sum(),
            "under": ((flow > 0) & (flow < s.qmin_m3h * (1 - ROUNDING))).sum(),
        }
    flow = s.standard_flow if "standard_flow" in s.columns else None
    return {} if flow is None else {"flow_least": flow.min(), "flow_most": flow.max()}


def _state(s: ir.Table, words: Words, settings: Settings) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for column, name in (("temperature_c", "temperature"), ("pressure_kpa", "pressure")):
        if column in s.columns:
            value = s[column]
            facts |= {f"{name}_least": value.min(), f"{name}_most": value.max()}
    if "temperature_c" in s.columns:
        facts["temperature_mean"] = s.temperature_c.mean()
    for column in ("battery_pct", "balance"):
        if column in s.columns:
            facts[column] = s[column].min()
    if "battery_pct" in s.columns:
        low = s.battery_pct <= settings.value(BATTERY, "low_pct")
        facts |= {"battery_readings": s.battery_pct.count(), "battery_low": low.sum()}
    if "disturbance_m3" in s.columns:
        facts |= {"disturbance_least": s.disturbance_m3.min(), "disturbance_most": s.disturbance_m3.max()}
    if "valve" in s.columns and words.closed:
        facts["shut"] = s.valve.isin(words.closed).sum()
    if "status" in s.columns and words.telling:
        facts["telling"] = s.status.isin(words.telling).sum()
    return facts


def _site(s: ir.Table) -> dict[str, Any]:
    """Return what was read on the site of a day, beside what the meter had sent then."""
    if "site_m3" not in s.columns:
        return {}
    facts = {"site_readings": s.site_m3.count()}
    if "actual_m3" in s.columns:
        difference = (s.site_m3 - s.actual_m3).abs()
        there = difference.notnull()
        facts |= {
            "site_difference": difference.max(),
            "site_actual_m3": s.actual_m3.argmax(difference),
            "site_t": there.ifelse(s.t, None).max(),
        }
    return facts


_COUNTS = "readings steps doubles first_t last_t flowing under battery_readings battery_low site_readings site_t shut telling"
_NUMBERS = (
    "covered_hours longest_hours delay_least delay_most actual_m3 actual_m3_least standard_m3 standard_m3_least "
    "weighed_pressure weighed_temperature weighed_m3 closed_m3_0 closed_m3_1 closed_m3_2 flow_least flow_most flow_third_least temperature_least temperature_most temperature_mean "
    "pressure_least pressure_most battery_pct balance disturbance_least disturbance_most site_difference site_actual_m3"
)
DAY_FACTS: dict[str, str] = dict.fromkeys(_COUNTS.split(), "int64") | dict.fromkeys(
    _NUMBERS.split(), "float64"
)
"""Every fact of a day and its type: counts and times (s) are whole, volumes m³, the rest as in the readings."""
