"""Validate, estimate, edit: which gas day did the gas between two readings belong to, and how sure is that?

A register keeps counting while readings are lost, so the volume over a gap is known and only its days are not. Up to two hours
(or one and a half ordinary intervals) it is spread evenly, from point to point; over a longer gap as the like days of the four
weeks before it ran. Where the volume itself is lost, because a meter was changed, a register fell or nothing more arrives, it is
estimated by the mean of those days. Sources: IESO (≤ 1 h point to point), California (≤ 2 h linear, then reference days),
Itron (like days); the lengths are `default`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ccgrade_xl.meters.measured import DAY, RETURN_WITHIN, Measured, dated, measured
from ccgrade_xl.meters.working_days import DayKind, day_kinds, weekdays

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.engine import Engine

EVENLY_HOURS = 2.0
"""A gap up to this long is spread evenly."""
EVENLY_INTERVALS = 1.5
"""… or up to this many ordinary intervals of the meter, where that is longer."""
REFERENCE_DAYS = 28
"""How far like days are looked for: before the gap first, then after it too."""
WHOLE_DAY = 0.9
"""The share of a day that must be measured for it to serve as a reference."""
SILENT_DAYS = 31
"""How long after a meter's last reading its use is estimated."""
RETURN_SHARE = 0.98
"""A register that fell and rises by this share of the fall within a day was misread, not set back."""


def calendar(first_day: int, last_day: int) -> pd.DataFrame:
    """Return one row a gas day (days since 1970, both included): `day`, `month` (year·12 + month − 1), `likeness`.

    Like days are workdays, Saturdays, and Sundays with holidays.
    """
    import pandas as pd  # noqa: PLC0415

    numbers = np.arange(first_day, last_day + 1)
    dates = numbers.astype("datetime64[D]")
    kinds = day_kinds(dates)
    rest = np.where((kinds == DayKind.REST) & (weekdays(dates) == 5), 1, 2)
    return pd.DataFrame(
        {
            "day": numbers,
            "month": dates.astype("datetime64[M]").astype(np.int64) + 1970 * 12,
            "likeness": np.where(kinds == DayKind.WORK, 0, rest),
        }
    )


def daily_volumes(engine: Engine, changes: ir.Table, days: ir.Table, until: int | None = None) -> ir.Table:
    """Return one row a meter and gas day with its volume in m³, as far as it is measured or can be estimated.

    Args:
        engine: where the stages run.
        changes: as `measured.measured` takes them, and if known `out_of_use`: whether the customer is suspended or closed, so that its
            silence is not estimated.
        days: the `calendar` of at least all days the readings touch.
        until: the last second of the period; meters that fell silent earlier are estimated up to there, for 31 days.

    Returns:
        As `volumes_of`.
    """
    known = "out_of_use" in changes.columns
    meters = changes.group_by("meter_id").agg(
        out_of_use=changes.out_of_use.any() if known else (changes.t < 0).any()
    )
    return volumes_of(engine, measured(engine, changes), days, meters, until)


def volumes_of(
    engine: Engine, parts: Measured, days: ir.Table, meters: ir.Table, until: int | None = None
) -> ir.Table:
    """Return one row a meter and gas day from what was measured; `meters` have `out_of_use`, the rest is as in `daily_volumes`.

    Returns:
        `meter_id`, `day`, `month`, `m3`, `estimated_m3` (part of `m3` laid on this day by estimation), `lost_m3` (part of `m3`
        whose month is not known by measurement either), `share` of the day that is covered.
    """
    stage = f"vee_{until}"  # what is compiled once holds for one end of the period
    pace = engine.again(f"{stage}_meters", lambda: _meters(parts.paces, meters))
    misread = engine.again(f"{stage}_misread", lambda: _misread(parts))
    gaps = engine.again(f"{stage}_gaps", lambda: _gaps(_open(parts.across, pace, until), misread, days))
    reference = engine.again(f"{stage}_reference", lambda: _reference(gaps, parts.inside, days))
    inside = parts.inside.mutate(estimated_m3=0.0, lost_m3=0.0)
    pieces = engine.again(
        f"{stage}_pieces",
        lambda: _pieces(inside).union(_pieces(_laid(gaps, reference)), _pieces(_returned(misread, pace))),
    )
    return engine.again(f"{stage}_daily", lambda: _summed(pieces, days))


def _summed(pieces: ir.Table, days: ir.Table) -> ir.Table:
    total = pieces.group_by("meter_id", "day").agg(
        m3=pieces.m3.sum(),
        estimated_m3=pieces.estimated_m3.sum(),
        lost_m3=pieces.lost_m3.sum(),
        share=pieces.seconds.sum() / DAY,
    )
    return total.join(days, "day").select(
        "meter_id", "day", "month", "m3", "estimated_m3", "lost_m3", "share"
    )


def _pieces(table: ir.Table) -> ir.Table:
    """Return parts of days in the one form in which they are added up."""
    numbers = ("m3", "estimated_m3", "lost_m3", "seconds")
    return table.select("meter_id", "day", **{name: table[name].cast("float64") for name in numbers})


def _meters(paces: ir.Table, meters: ir.Table) -> ir.Table:
    """Return each meter's last reading (`t_last`), its `pace` in seconds between readings, its gas day, whether it is out of use."""
    table = paces.join(meters.select("meter_id", "out_of_use"), "meter_id")
    return table.select(
        "meter_id",
        "t_last",
        "start_seconds",
        "out_of_use",
        pace=(table.steps > 0).ifelse(table.seconds / table.steps, None),
    )


def _open(across: ir.Table, meters: ir.Table, until: int | None) -> ir.Table:
    """Return the changes that are not measured within one gas day, with the silence at the end, and whether each is spread evenly."""
    columns = tuple(across.columns)
    table = across
    if until is not None:
        quiet = meters.filter(~meters.out_of_use & (meters.t_last < until - DAY))
        end = (quiet.t_last + SILENT_DAYS * DAY < until).ifelse(quiet.t_last + SILENT_DAYS * DAY, until)
        silence = quiet.select(
            "meter_id", "start_seconds", t_before="t_last", t=end.cast("int64"), m3=_null()
        )
        table = table.union(dated(silence).select(*columns))
    table = table.join(meters.select("meter_id", "pace"), "meter_id")
    seconds = table.t - table.t_before
    return table.mutate(evenly=(seconds <= EVENLY_HOURS * 3600) | (seconds <= EVENLY_INTERVALS * table.pace))


def _gaps(table: ir.Table, misread: ir.Table, days: ir.Table) -> ir.Table:
    """Return a row for every gas day that a change across days, or of unknown volume, touches."""
    table = table.left_join(misread, [table.meter_id == misread.meter_id, table.t == misread.fell])
    known = (table.m3 >= 0).ifelse(table.m3, table.returned.notnull().ifelse(0.0, None))
    table = table.mutate(total=known).select(
        "meter_id", "t_before", "t", "total", "start_seconds", "first_day", "last_day", "evenly"
    )
    begin = days.view()
    table = table.join(days, [days.day >= table.first_day, days.day <= table.last_day])
    first, last = (
        begin.select(first_day="day", first_month="month"),
        begin.select(last_day="day", last_month="month"),
    )
    table = table.join(first, "first_day").join(last, "last_day")
    starts = table.day * DAY + table.start_seconds
    ends = starts + DAY
    since = (table.t_before > starts).ifelse(table.t_before, starts)
    till = (table.t < ends).ifelse(table.t, ends)
    return table.mutate(seconds=(till - since).cast("float64"))


def _misread(parts: Measured) -> ir.Table:
    """Return the falls that a rise as large made good within a day: when it `fell`, when it `returned`, by how much."""
    across = parts.across
    fall = across.filter(across.m3 < 0).select("meter_id", fell="t", fall="m3")
    both = fall.join(parts.rises, "meter_id")
    both = both.filter(
        (both.rose > both.fell)
        & (both.rose <= both.fell + RETURN_WITHIN)
        & (both.rise >= -RETURN_SHARE * both.fall)
    )
    return both.group_by("meter_id", "fell", "fall").agg(returned=both.rose.min())


def _returned(misread: ir.Table, meters: ir.Table) -> ir.Table:
    """Return what a register that came back counted twice, to be taken off the day it came back."""
    table = misread.join(meters.select("meter_id", "start_seconds"), "meter_id")
    return table.mutate(
        day=((table.returned - 1 - table.start_seconds) // DAY).cast("int64"),
        m3=table.fall,
        estimated_m3=0.0,
        lost_m3=0.0,
        seconds=0.0,
    )


def _reference(gaps: ir.Table, inside: ir.Table, days: ir.Table) -> ir.Table:
    """Return the mean volume of the like days of each meter and day that a longer gap touches."""
    asked = gaps.filter(~gaps.evenly | gaps.total.isnull())
    asked = asked.group_by("meter_id", "day", "likeness").agg(
        first_day=asked.first_day.min(), last_day=asked.last_day.max()
    )
    short = gaps.filter(gaps.evenly & gaps.total.notnull())
    laid = short.select(
        "meter_id", "day", m3=short.total * short.seconds / (short.t - short.t_before), seconds=short.seconds
    )
    known = inside.select("meter_id", "day", "m3", "seconds").union(laid)
    whole = known.group_by("meter_id", "day").agg(m3=known.m3.sum(), seconds=known.seconds.sum())
    whole = whole.filter(whole.seconds >= WHOLE_DAY * DAY).join(days, "day")
    whole = whole.mutate(m3=whole.m3 * DAY / whole.seconds)
    like = whole.select("meter_id", like_day="day", like_m3="m3", of="likeness")
    pairs = asked.join(like, "meter_id")
    before = (pairs.like_day <= pairs.first_day) & (pairs.like_day >= pairs.first_day - REFERENCE_DAYS)
    after = (pairs.like_day >= pairs.last_day) & (pairs.like_day <= pairs.last_day + REFERENCE_DAYS)
    pairs = pairs.filter(before | after)
    same, before = pairs.of == pairs.likeness, pairs.like_day <= pairs.first_day
    grouped = pairs.group_by("meter_id", "day").agg(
        strict=pairs.like_m3.mean(where=same & before),
        wide=pairs.like_m3.mean(where=same),
        any_day=pairs.like_m3.mean(),
    )
    return grouped.select("meter_id", "day", like_m3=grouped.strict.coalesce(grouped.wide, grouped.any_day))


def _laid(gaps: ir.Table, reference: ir.Table) -> ir.Table:
    """Lay every gap's volume on its days; days of a lost volume without any like day stay out."""
    table = gaps.left_join(reference, ["meter_id", "day"]).drop("meter_id_right", "day_right")
    table = table.mutate(likely=table.like_m3 * table.seconds / DAY)
    sums = table.group_by("meter_id", "t").agg(
        likely_total=table.likely.sum(), likely_days=table.likely.count(), all_days=table.count()
    )
    table = table.join(sums, ["meter_id", "t"])
    length = table.t - table.t_before
    like = ~table.evenly & (table.likely_total > 0) & (table.likely_days == table.all_days)
    part = like.ifelse(table.likely / table.likely_total, table.seconds / length)
    lost = table.total.isnull()
    m3 = lost.ifelse(table.likely, table.total * part)
    across = lost | (table.first_month != table.last_month)
    laid = table.mutate(
        m3=m3,
        estimated_m3=(lost | ~table.evenly).ifelse(m3, 0.0),
        lost_m3=(across & (lost | ~table.evenly)).ifelse(m3, 0.0),
    )
    return laid.filter(laid.m3.notnull())


def _null() -> ir.FloatingScalar:
    import ibis  # noqa: PLC0415

    return ibis.null("float64")
