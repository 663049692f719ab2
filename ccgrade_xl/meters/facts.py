"""Everything the checks ask: a meter's day, what was seen close up, what is known of the meter, and its own rhythm."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ccgrade_xl.meters.declaration import GIVEN
from ccgrade_xl.meters.steps import DAY, FUTURE

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

FESTIVE_BEFORE, FESTIVE_AFTER = 12, 18
"""Days around 正月初一 in which works stop and start again as they please: use is not judged."""
_BURNS_WHEN_WARM = 0.8
"""Share of warm days with use from which a customer who burns by the weather is not one who only heats."""
_HEATING_MONTHS = (11, 0, 1)
"""December, January, February (months since 1970 modulo 12): between them and the rest of the year heating begins and ends."""
_TURNING_MONTHS = (9, 10, 2, 3)
"""October, November, March, April: heating begins and ends in them, by the place and the weather of the year."""
VACATION_BEFORE = 21
"""Days before 正月初一 from which schools are empty, and heated little."""
_LEAST_ASKED = 0.2
"""Share of the mean use that any temperature asks for when uses at two temperatures are compared."""
_WHOLE_DAY = (21.5, 26.5)
"""Hours a day's readings must cover for its use to be compared with that of other days."""
_HEATED_BELOW = 18.0
"""Temperature (℃) from which nothing is heated: the base of heating degree days HDD18 (GB 55015)."""
_WEATHER = -0.6
"""Correlation of daily use with gas temperature below which the weather drives the use, if it also makes a
difference as large as the mean use."""


def calendar(first_day: int, last_day: int, weather: Mapping[int, float] | None = None) -> pd.DataFrame:
    """Return one row a day (days since 1970): weekday 0–6, whether works do as on any such weekday, festive, school vacation, month
    number, outdoor temperature (℃, of `weather` by day) and whether it is given at all.
    """
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    from ccgrade_xl.meters.working_days import DayKind, day_kinds, days_from_new_year, weekdays  # noqa: PLC0415

    numbers = np.arange(first_day, last_day + 1)
    dates = numbers.astype("datetime64[D]")
    week, kinds, lunar = weekdays(dates), day_kinds(dates), days_from_new_year(dates)
    festive = (lunar >= -FESTIVE_BEFORE) & (lunar <= FESTIVE_AFTER)
    usual = kinds == np.where(week >= 5, DayKind.REST, DayKind.WORK)
    return pd.DataFrame(
        {
            "gas_day": numbers,
            "weekday": week,
            "usual": usual & ~festive,
            "festive": festive,
            "vacation": (lunar >= -VACATION_BEFORE) & (lunar <= FESTIVE_AFTER),
            "month": dates.astype("datetime64[M]").astype("int64"),
            "outdoor_c": [(weather or {}).get(int(day), np.nan) for day in numbers],
            "outdoors": weather is not None,
        }
    )


def known(
    days: ir.Table, close: ir.Table, meters: ir.Table, calendar: ir.Table, asked: Collection[str]
) -> ir.Table:
    """Return each day with its volumes mended, and what is `asked` of it, its meter and its date.

    Added: `begin`, `end` (s), `actual`, `standard`, `use` (m³; standard where there is one), `whole` (the day's readings cover
    it), `sound` (no register fell), `shut_day` (the valve was closed), `closed_use` (m³ in the hours the customer is closed). `temperature_mean` is that
    outdoors where it is given, else of the gas, and then null on days the sensor was out of its range.
    """
    mended = close.select("meter", "gas_day", "actual_mended", "standard_mended", "fell")
    seen = days.left_join(mended, ["meter", "gas_day"]).drop("meter_right", "gas_day_right")
    table = seen.join(meters, "meter").left_join(calendar, "gas_day").drop("gas_day_right")
    sane = (table.temperature_least >= table.temperature_min_c) & (
        table.temperature_most <= table.temperature_max_c
    )
    gas_mean = sane.ifelse(table.temperature_mean, None)
    table = table.mutate(
        begin=table.gas_day * DAY + table.start_seconds,
        end=(table.gas_day + 1) * DAY + table.start_seconds,
        actual=table.actual_mended.coalesce(table.actual_m3),
        standard=table.standard_mended.coalesce(table.standard_m3),
        sound=table.fell.fill_null(0) == 0,
        ahead=table.gas_day == FUTURE,
        usual=table.usual.fill_null(False),
        festive=table.festive.fill_null(False),
        closed_use=_closed_use(table),
        least=table.flow_least.coalesce(
            table.actual_m3_least.coalesce(table.standard_m3_least) / (table.covered_hours / table.steps)
        ),
        shut_day=(table.shut * 2 > table.readings).fill_null(False),
        temperature_mean=table.outdoors.fill_null(False).ifelse(table.outdoor_c, gas_mean),
    )
    use = table.standard.coalesce(table.actual)
    covered = (table.covered_hours >= _WHOLE_DAY[0]) & (table.covered_hours <= _WHOLE_DAY[1])
    table = table.mutate(use=(use > 0).ifelse(use, 0.0), whole=covered & ~table.ahead & use.notnull())
    names = dict.fromkeys((*GIVEN, *_COMPARED.split(), *asked))
    return table.select(*(name for name in names if name in table.columns))


_COMPARED = (
    "steps covered_hours delay_least delay_most flow_most temperature_mean balance disturbance_most interval_minutes weekday usual "
    "vacation month sound least use whole"
)
"""What a meter's habits, rhythm and course are told from."""


def habits(known: ir.Table) -> ir.Table:
    """Return what each meter is used to: interval (h), delay of its uploads, weather, first and last day."""
    k = known
    now = ~k.ahead
    judged = k.usual & k.whole & k.sound
    burning = judged & (k.use > 0)
    warm = k.temperature_mean
    cold = _felt(warm)
    table = k.group_by("meter").agg(
        usual_hours=(now & (k.steps > 0)).ifelse(k.covered_hours / k.steps, None).median(),
        usual_delay=now.ifelse(k.delay_least, None).median(),
        delay_range=now.ifelse(k.delay_most - k.delay_least, None).median(),
        first_day=k.gas_day.min(where=now),
        last_day=k.gas_day.max(where=now),
        judged_days=judged.sum(),
        weather=k.use.corr(warm, where=judged, how="pop"),
        heating=k.use.corr(cold, where=judged, how="pop"),
        warm_range=warm.max(where=judged) - warm.min(where=judged),
        cold_range=cold.max(where=judged) - cold.min(where=judged),
        warm_middle=burning.ifelse(warm, None).median(),
        cold_mean=cold.mean(where=burning),
        cold_square=(cold * cold).mean(where=burning),
        use_mean=k.use.mean(where=burning),
        cold_use=(cold * k.use).mean(where=burning),
        flow_top=k.flow_most.max(where=judged),
    )
    spread = table.cold_square - table.cold_mean * table.cold_mean
    slope = (spread > 1).ifelse((table.cold_use - table.cold_mean * table.use_mean) / spread, 0.0)
    swing = -slope * table.cold_range / table.use_mean
    follows = (table.weather < _WEATHER) | (table.heating < _WEATHER)
    driven = follows & (swing > 1) & (table.judged_days >= 60) & (table.warm_range >= 10)
    return table.mutate(
        weather_slope=slope,
        weather_driven=driven.fill_null(False),
        bitter=table.cold_use / table.use_mean,
    ).drop("judged_days", "weather", "heating", "warm_range", "cold_range", "cold_square", "cold_use")


def _felt(celsius: ir.FloatingValue) -> ir.FloatingValue:
    """Return a temperature as heating feels it: all from which nothing is heated are the same."""
    return (celsius > _HEATED_BELOW).ifelse(_HEATED_BELOW, celsius)


def rhythm(known: ir.Table) -> ir.Table:
    """Return each day that can be judged (usual, whole, sound) beside what its weekdays before let expect.

    Added: `recent`, `longer` and `coming` (median use, where there was any, of the same weekday's last 4, last 12 and next 4),
    `compared` (how many of the last 4 had use), `worked` (share of the last 12 that had), `recent_warm` (℃, mean of the last 4).
    """
    k = known.filter(known.usual & known.whole & known.sound)
    k = k.select(
        "meter", "weekday", "gas_day", "use", "temperature_mean", burnt=(k.use > 0).ifelse(k.use, None)
    )
    same: dict[str, Any] = {"group_by": ["meter", "weekday"], "order_by": "gas_day"}
    near = {f"back_{weeks}": k.burnt.lag(weeks).over(**same) for weeks in (1, 2, 3, 4)}
    near |= {f"ahead_{weeks}": k.burnt.lead(weeks).over(**same) for weeks in (1, 2, 3, 4)}
    k = k.select(
        "meter",
        "gas_day",
        **near,
        longer=k.burnt.median().over(**same, rows=(-12, -1)),
        compared=k.burnt.count().over(**same, rows=(-4, -1)),
        worked=(k.use > 0).ifelse(1.0, 0.0).mean().over(**same, rows=(-12, -1)),
        recent_warm=_felt(k.temperature_mean).mean().over(**same, rows=(-4, -1)),
    )
    recent, coming = (
        _middle_of_four([k[f"{name}_{weeks}"] for weeks in (1, 2, 3, 4)]) for name in ("back", "ahead")
    )
    return k.select(
        "meter",
        "gas_day",
        "longer",
        "compared",
        "worked",
        "recent_warm",
        recent=recent,
        coming=coming,
    )


_NEVER = 1e300
"""Stands behind every use."""


def _middle_of_four(uses: Sequence[ir.FloatingValue]) -> ir.FloatingValue:
    """Return the median of four uses, those that are null left out: a window that sorts costs many times as much."""
    import ibis  # noqa: PLC0415

    number = sum((use.notnull().cast("int64") for use in uses[1:]), uses[0].notnull().cast("int64"))
    one, two, three, four = (use.fill_null(_NEVER) for use in uses)
    low, other_low = ibis.least(one, two), ibis.least(three, four)
    high, other_high = ibis.greatest(one, two), ibis.greatest(three, four)
    first, inner, outer = (
        ibis.least(low, other_low),
        ibis.greatest(low, other_low),
        ibis.least(high, other_high),
    )
    second, third = ibis.least(inner, outer), ibis.greatest(inner, outer)
    lower = (number > 2).ifelse(second, first)
    upper = ibis.cases((number == 4, third), (number > 1, second), else_=first)
    return (number > 0).ifelse((lower + upper) / 2, None)


def course(known: ir.Table, habits: ir.Table) -> ir.Table:
    """Return each day beside the meter's days before it.

    Added: `before_m3` (mean use of the 30 days before), `paused` (share of the days with use, of the 56 before, in which the flow
    paused; `paused_days` of them), `balance_before`, `disturbance_before`, `sequence` (the number of the day among the meter's
    whole days), `warm_burning` (share of the meter's warm days on which it burns).
    """
    k = known.join(habits.select("meter", "warm_middle"), "meter")
    warm = k.usual & k.whole & k.sound & (k.temperature_mean > k.warm_middle)
    burns = (k.use > 0).ifelse(1.0, 0.0)
    k = k.select(
        "meter",
        "gas_day",
        "balance",
        "disturbance_most",
        counted=k.whole.ifelse(k.use, None),
        pausing=(k.use > 0).ifelse((k.least <= 0).ifelse(1.0, 0.0), None),
        warmly=warm.ifelse(burns, None),
        one=k.whole.ifelse(1, None),
    )
    before: dict[str, Any] = {"group_by": "meter", "order_by": "gas_day"}
    return k.select(
        "meter",
        "gas_day",
        before_m3=k.counted.mean().over(**before, range=(-30, -1)),
        paused=k.pausing.mean().over(**before, range=(-56, -1)),
        paused_days=k.pausing.count().over(**before, range=(-56, -1)),
        balance_before=k.balance.lag().over(**before),
        disturbance_before=k.disturbance_most.lag().over(**before),
        sequence=k.one.count().over(**before, rows=(None, 0)),
        warm_burning=k.warmly.mean().over(group_by="meter"),
    )


def facts(
    known: ir.Table, habits: ir.Table, rhythm: ir.Table, course: ir.Table, asked: Collection[str]
) -> ir.Table:
    """Return the facts that are `asked`: `known` days with the meter's habits, rhythm and course.

    Added: `by_weather` (m³ the weather asks for, from who burns by it), `recent_by_weather` (the recent use, at this day's temperature),
    `empty_school` (a day of the winter vacation, for these),
    `mild` (not a bitterly cold day, for these), `awaits` (a day that only the weeks after it can judge: one that is mild or outside the months
    that are heated everywhere, for these), `season_turns` (a day of the months in which heating begins or ends, for these), `burns_now` (everybody,
    but of who only heats: in the months that are heated everywhere), `judgeable`, `interval_hours`.
    """
    table = known.join(habits, "meter").left_join(rhythm, ["meter", "gas_day"])
    table = table.drop("meter_right", "gas_day_right").join(course, ["meter", "gas_day"])
    heated = (table.month % 12).isin(_HEATING_MONTHS)
    mild = table.temperature_mean > table.bitter
    table = table.mutate(
        judgeable=table.compared.notnull(),
        interval_hours=(table.interval_minutes / 60.0).coalesce(table.usual_hours),
        by_weather=table.weather_driven.ifelse(_asked(table, table.temperature_mean), None),
        recent_by_weather=table.weather_driven.ifelse(_recent_by_weather(table), None),
        empty_school=(table.weather_driven & table.vacation).fill_null(False),
        mild=(table.weather_driven & mild).fill_null(False),
        awaits=(table.weather_driven & (mild | ~heated)).fill_null(False),
        season_turns=(table.weather_driven & (table.month % 12).isin(_TURNING_MONTHS)).fill_null(False),
        burns_now=(~table.weather_driven | heated | (table.warm_burning >= _BURNS_WHEN_WARM)).fill_null(True),
    )
    return table.select(*dict.fromkeys((*GIVEN, *asked)))


def close_facts(close: ir.Table, facts: ir.Table, meters: ir.Table) -> ir.Table:
    """Return the suspicious days with what was seen close up, what was asked of the day, and the whole registry."""
    of_meter = [name for name in meters.columns if name in facts.columns and name != "meter"]
    known = close.join(facts.drop(*of_meter), ["meter", "gas_day"])
    return known.join(meters, "meter")


def _asked(table: ir.Table, celsius: ir.FloatingValue) -> ir.FloatingValue:
    """Return the use a gas temperature asks for."""
    asked = table.use_mean + table.weather_slope * (_felt(celsius) - table.cold_mean)
    return (asked > 0).ifelse(asked, 0.0)


def _recent_by_weather(table: ir.Table) -> ir.FloatingValue:
    """Return the recent use, raised or lowered as the day's temperature differs from that of those days."""
    then, least = _asked(table, table.recent_warm), _LEAST_ASKED * table.use_mean
    return table.recent * _asked(table, table.temperature_mean) / (then > least).ifelse(then, least)


def _closed_use(table: ir.Table) -> ir.FloatingValue:
    """Pick the day's use in closed hours: of the pattern of its weekday; pattern −1 is open all day."""
    pattern = table.pattern_0
    for day in range(1, 7):
        pattern = (table.weekday == day).ifelse(table[f"pattern_{day}"], pattern)
    use = (pattern == 0).ifelse(table.closed_m3_0, 0.0)
    for number in (1, 2):
        use = (pattern == number).ifelse(table[f"closed_m3_{number}"], use)
    return use
