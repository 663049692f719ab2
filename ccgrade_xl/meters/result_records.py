"""What is said of a scan's results: alarms, volumes by day and month, forecasts, and what the scan did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ccgrade_xl.meters.headers import Header
from ccgrade_xl.meters.report import CheckRun, said_of_files


@frozen
class Alarm:
    """One row of the event table; the fields are those of `events.EVENT_COLUMNS`. Numbers that say nothing are None."""

    meter_id: str
    customer_id: str
    code: str
    severity: str
    first_time: dt.datetime
    last_time: dt.datetime
    evidence: str
    value: float | None
    threshold: float | None
    stake_m3: float | None


@frozen
class DayVolume:
    """The standard volume of a gas day in m³, and the part of it that was laid on this day by estimation; None: not known."""

    day: dt.date
    m3: float | None
    estimated_m3: float | None


@frozen
class MonthVolume:
    """The standard volume of a month (year·12 + month − 1) in m³, the part no measurement puts into it, and the days covered."""

    month: int
    m3: float
    estimated_m3: float
    days: int

    @property
    def estimated_share(self) -> float:
        """Return the estimated part as a share of the volume."""
        return self.estimated_m3 / self.m3 if self.m3 > 0 else 0.0


@frozen
class Expected:
    """A forecast volume in m³ with its interval (80 %; None: too little is known for one).

    `when` is a date, or a month as year·12 + month − 1.
    """

    when: Any
    m3: float
    low: float | None
    high: float | None


@frozen
class MeteredUse:
    """What table 客户 asks for: 月均用气量 (m³/month, None without a whole month of use) and 在用月数."""

    mean_m3: float | None
    months: int


@frozen
class Report:
    """What the scan did; the fields are those of `report.ScanReport` but for the rejected rows themselves.

    `settings_hash` names the checks and thresholds it ran with (`settings` in full); `first_day` and `last_day` are those with volumes;
    `opened` is how many files were.
    """

    as_of: dt.datetime
    meters: int
    readings: int
    checks: tuple[CheckRun, ...]
    rejected: Mapping[str, int]
    unknown_meters: tuple[str, ...]
    silent_meters: tuple[str, ...]
    remarks: tuple[str, ...]
    settings_hash: str
    settings: str = field(repr=False)
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    forecast: bool = False
    opened: int | None = None
    files: int = 0
    reread: str = ""
    headers: tuple[Header, ...] = ()

    @property
    def reading(self) -> str:
        """Say how many files were opened and why; "" where no scan before is remembered."""
        return "" if self.opened is None else said_of_files(self.opened, self.files, self.reread)

    @property
    def not_run(self) -> tuple[CheckRun, ...]:
        """Return the checks that ran on no meter, or not on every one, for lack of data."""
        return tuple(check for check in self.checks if check.lacking)


@frozen
class Subject:
    """Whom a number means: a meter or a customer, and the series of its volumes (None: no readings)."""

    number: str
    is_meter: bool
    series: int | None
    days_left: float | None
