"""How much standard gas did each meter and customer use, by day and month, and on how many months?"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

from ccgrade_xl.meters.batches import batches_of, gathered, in_store
from ccgrade_xl.meters.closing import closing
from ccgrade_xl.meters.fleet import Fleet
from ccgrade_xl.meters.lanes import side_by_side
from ccgrade_xl.meters.registry_reading import Registry, joined
from ccgrade_xl.meters.steps import DAY, Latest, Words, mended, steps
from ccgrade_xl.meters.telling import Texts, texts_of, words_from
from ccgrade_xl.meters.vee import calendar, volumes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ibis.expr.types as ir
    import pandas as pd

    from ccgrade_xl.meters.engine import Engine
    from ccgrade_xl.meters.keeping import Keeper
    from ccgrade_xl.meters.seen import Closed

WHOLE_MONTH = 0.9
"""The share of a month's days that must be covered for it to count as a month of use."""
IN_USE_M3 = 1.0
"""A month with less use than this is suspended: it is left out of the mean."""
MONTHS = 12
"""The mean is taken over this many months of use, the last ones."""


def daily_usage(
    engine: Engine,
    readings: ir.Table,
    registry: Registry,
    fleet: Fleet,
    status: Callable[[str, float], None] | None = None,
    *,
    readings_apart: ir.Table | None = None,
    texts: Texts | None = None,
    closed: Closed | None = None,
    kept: Keeper | None = None,
) -> pd.DataFrame:
    """Return the volume of every meter and gas day, batch by batch.

    Args:
        engine: where the passes run.
        readings: canonical, with `t`, as `sources.open_readings` gives them.
        registry: the meters known.
        fleet: the fleet; readings after its `now` are left out, and meters silent before it are estimated.
        status: told a sentence and the share done after each batch.
        readings_apart: the readings of the meters judged apart where they are `batches.gathered` already.
        texts: those of the status column where they are known.
        closed: what was measured on the closed days of runs before, which `readings` then no longer hold.
        kept: what remembers this run.

    Returns:
        `meter_id`, `day` (days since 1970), `month` (year·12 + month − 1), `m3` standard (actual where a meter uploads no standard
        volume), `estimated_m3`, `lost_m3`, `share`: see `vee.volumes_of`.
    """
    import pandas as pd  # noqa: PLC0415

    if readings_apart is None:
        readings_apart = gathered(engine, readings, fleet)
    names = frozenset(readings.columns)
    words = words_from(texts_of(engine, readings, names) if texts is None else texts)
    dates = calendar(fleet.first // DAY - 1, fleet.now // DAY + 1)

    def ready(lane: Engine) -> Callable[[Sequence[str]], pd.DataFrame]:
        days = lane.put("usage_days", dates)

        def count(batch: Sequence[str]) -> pd.DataFrame:
            known = joined(registry, batch, fleet.now)[_KNOWN]
            meters = lane.put("usage_meters", known)
            part = in_store(readings, readings_apart, fleet, batch)
            changes = lane.keep("usage_changes", _changes(lane, part, meters, words, batch, fleet.now))
            counted = closing(lane, changes, batch, closed, kept)
            return lane.frame(volumes_of(lane, counted, days, meters, fleet.now))

        return count

    batches = list(batches_of(fleet, engine.lanes))
    parts, done = [], 0
    with contextlib.closing(side_by_side(engine, batches, ready)) as counted:
        for batch, part in zip(batches, counted, strict=True):
            parts.append(part)
            done += len(batch)
            if status is not None:
                status(f"已统计 {done} 块表的用气量", done / len(fleet.meter_ids))
    if not parts:
        return pd.DataFrame({name: [] for name in DAILY})
    return pd.concat(parts, ignore_index=True).sort_values(["meter_id", "day"], ignore_index=True)


_KNOWN = ["meter_id", "start_seconds", "range_m3", "out_of_use"]
"""What the volumes ask of the registry."""
DAILY = ("meter_id", "day", "month", "m3", "estimated_m3", "lost_m3", "share")
"""The columns of the daily volumes."""


def _changes(
    engine: Engine, readings: ir.Table, meters: ir.Table, words: Words, batch: Sequence[str], now: int
) -> ir.Table:
    """Return what each register did between readings, as `measured` asks for it, with the `gas_day` of the later one."""
    wanted = [
        name for name in ("meter_id", "t", "actual_m3", "standard_m3", "status") if name in readings.columns
    ]
    part = readings.filter(readings.meter_id.between(batch[0], batch[-1]) & (readings.t <= now)).select(
        *wanted
    )
    table = mended(steps(engine, part, meters, Latest(now, now)), words)
    table = table.filter(table.hours.notnull())
    m3 = table.d_standard if "d_standard" in table.columns else table.d_actual
    if "d_standard" in table.columns and "d_actual" in table.columns:
        nothing = table.standard_m3.isnull() & table.standard_m3_before.isnull()
        m3 = nothing.ifelse(table.d_actual, table.d_standard)
    return table.select("meter_id", "gas_day", "t_before", "t", "start_seconds", m3=m3)


def monthly(daily: ir.Table) -> ir.Table:
    """Return `meter_id`, `month` (year·12 + month − 1), `m3`, `estimated_m3`, `estimated_share` and covered `days` from daily volumes.

    A month's estimated part is what no measurement puts into that month: a gap inside a month has a known volume.
    """
    table = daily.group_by("meter_id", "month").agg(
        m3=daily.m3.sum(),
        estimated_m3=daily.lost_m3.sum(),
        days=(daily.share >= 0.5).sum(),
    )
    return table.mutate(estimated_share=(table.m3 > 0).ifelse(table.estimated_m3 / table.m3, 0.0))


def customer_daily(daily: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """Return daily volumes by `customer_id`: the sum over its meters; a meter in no registry, or without a customer there, is its
    own customer.
    """
    table = daily.merge(registry[["meter_id", "customer_id"]], on="meter_id", how="left")
    table["customer_id"] = table["customer_id"].replace("", None).fillna(table["meter_id"])
    volumes = table.groupby(["customer_id", "day", "month"], as_index=False)
    return volumes.agg(
        m3=("m3", "sum"),
        estimated_m3=("estimated_m3", "sum"),
        lost_m3=("lost_m3", "sum"),
        share=("share", "max"),
    )


def customer_usage(daily: pd.DataFrame, registry: pd.DataFrame) -> pd.DataFrame:
    """Return what table 客户 asks for: `月均用气量` (m³/month) and `在用月数`, by `customer_id`.

    Only whole months count (`WHOLE_MONTH` of their days covered by any of the customer's meters), and of them those with use; the
    mean is over the last twelve such months, the number over all. A customer without one has 0 months and no mean (NaN). Source: `default`.
    """
    import pandas as pd  # noqa: PLC0415

    volumes = customer_daily(daily, registry)
    volumes["covered"] = volumes["share"] >= 0.5
    months = volumes.groupby(["customer_id", "month"], as_index=False).agg(
        m3=("m3", "sum"), covered=("covered", "sum")
    )
    begins = (months["month"].to_numpy() - 1970 * 12).astype("datetime64[M]")
    length = (
        (begins + np.timedelta64(1, "M")).astype("datetime64[D]") - begins.astype("datetime64[D]")
    ).astype(np.int64)
    active = months[(months["covered"] >= WHOLE_MONTH * length) & (months["m3"] >= IN_USE_M3)]
    last = active.sort_values("month").groupby("customer_id").tail(MONTHS)
    found = pd.DataFrame(
        {
            "月均用气量": last.groupby("customer_id")["m3"].mean(),
            "在用月数": active.groupby("customer_id")["m3"].size(),
        }
    )
    everyone = pd.Index(sorted(volumes["customer_id"].unique()), name="customer_id")
    result = found.reindex(everyone)
    result["在用月数"] = result["在用月数"].fillna(0).astype("int64")
    return result
