"""How well were the faults of a simulated fleet found, and how many sound meters were alarmed about?"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

GRAVE = ("中", "高")
"""The severities a group lead is troubled with."""
TOLERANCE_HOURS = 1
"""What an alarm may miss a fault by: a reading tells of the hour before it, and clocks are never quite right."""


@frozen(eq=False)
class Score:
    """How alarms compare with the truth.

    `by_code` has one row a code that was made: `hit` and `missed` faults, `false` alarms, `precision`, `recall`, `f1`. `macro_f1` is
    the mean of the F1; `clean` counts meters without a fault, `alarmed` those of them with an alarm of severity 中 or 高.
    """

    by_code: pd.DataFrame
    clean: int
    alarmed: int

    @property
    def macro_f1(self) -> float:
        """The mean F1 over the codes."""
        return float(self.by_code.f1.mean())

    @property
    def alarmed_share(self) -> float:
        """The share of clean meters with an alarm of severity 中 or above."""
        return self.alarmed / max(self.clean, 1)


def score(events: pd.DataFrame, truth: pd.DataFrame, meter_ids: Collection[str]) -> Score:
    """Compare alarms with the faults that were made.

    A fault is hit by an alarm of its meter and code whose time overlaps its own, an hour to either side; an alarm that overlaps no fault of its meter and
    code is false, whatever else is wrong with the meter.

    Args:
        events: one row an alarm: `meter_id`, `code`, `severity`, `first_time`, `last_time`.
        truth: one row a fault, as `Simulation.truth`.
        meter_ids: every meter of the fleet.
    """
    import pandas as pd  # noqa: PLC0415

    faults = truth.reset_index(drop=True).rename_axis("fault").reset_index()
    alarms = events.reset_index(drop=True).rename_axis("alarm").reset_index()
    pairs = faults.merge(alarms, on=["meter_id", "code"], suffixes=("", "_of_alarm"))
    slack = pd.Timedelta(hours=TOLERANCE_HOURS)
    begins, ends = pairs.first_time_of_alarm - slack, pairs.last_time_of_alarm + slack
    pairs = pairs[(begins <= pairs.last_time) & (ends >= pairs.first_time)]
    made = faults.groupby("code").size()
    hit = faults[faults.fault.isin(pairs.fault)].groupby("code").size()
    false = alarms[~alarms.alarm.isin(pairs.alarm)].groupby("code").size()
    table = pd.DataFrame({"hit": hit, "false": false}).reindex(made.index).fillna(0).astype(int)
    table["missed"] = made - table.hit
    table["precision"] = (table.hit / (table.hit + table.false)).fillna(0.0)
    table["recall"] = table.hit / made
    table["f1"] = 2 * table.hit / (2 * table.hit + table.false + table.missed)
    clean = set(meter_ids) - set(truth.meter_id)
    troubled = clean & set(events.meter_id[events.severity.isin(GRAVE)])
    return Score(table, len(clean), len(troubled))
