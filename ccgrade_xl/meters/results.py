"""What did the last complete scan find? Alarms, volumes and forecasts by meter or customer number, read from one file.

Only Python's own SQLite is needed to read. A customer's volumes are the sum over its meters. A number that a spreadsheet kept as
a number may have lost its leading zeros: see `Results.with_zeros`.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import sqlite3
import zlib
from array import array
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ccgrade_xl.errors import NothingScanned, NothingToGrade, NotUnderstood, OutOfRange
from ccgrade_xl.meters.events import SEVERITIES
from ccgrade_xl.meters.headers import Header
from ccgrade_xl.meters.report import CheckRun, said_of_files
from ccgrade_xl.rules.wording import shown

FORMAT = 2
"""Changes with the tables of the file; a file of another format asks for a new scan."""
APPLICATION = 0x43434752
DAY = 86_400
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock time, as the readings are


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


def text_of_month(month: int) -> str:
    """Return a month (year·12 + month − 1) as `2026-06`."""
    return f"{month // 12}-{month % 12 + 1:02d}"


class Results:
    """The results kept in one file. A number is a meter's or a customer's; written `表号:…` or `客户编号:…` it is only that.

    Every look-up raises `NothingToGrade` for a number that is in none, and `NothingScanned` where the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _damaged(path) from error
        if self._rows("PRAGMA application_id")[0][0] != APPLICATION:
            raise _damaged(path)
        if self._rows("PRAGMA user_version")[0][0] != FORMAT:
            raise NothingScanned("上次扫描的结果是另一版本的 ccgrade 留下的，请重新读取异常（扫描一次）。")

    @cached_property
    def report(self) -> Report:
        """Return what the scan did."""
        rows = self._rows("SELECT text FROM report")
        if not rows:
            raise _damaged(self.path)
        kept: dict[str, Any] = json.loads(rows[0][0])
        checks = tuple(
            CheckRun(code, state, meters, without, tuple(lacking))
            for code, state, meters, without, lacking in kept.pop("checks")
        )
        for name in ("unknown_meters", "silent_meters", "remarks"):
            kept[name] = tuple(kept[name])
        kept["headers"] = tuple(Header(*told) for told in kept["headers"])
        for name in ("first_day", "last_day"):
            kept[name] = _date(kept[name])
        as_of = dt.datetime.fromisoformat(kept.pop("as_of"))
        return Report(as_of=as_of, checks=checks, **kept)

    # --- who there is ---------------------------------------------------------------------------------------

    def meters(self) -> dict[str, str]:
        """Return the customer number of every meter; "" where the registry does not know the meter."""
        return dict(self._rows("SELECT meter, customer FROM meters ORDER BY meter"))

    def customers(self) -> dict[str, tuple[str, ...]]:
        """Return the meters of every customer in the registry."""
        found: dict[str, list[str]] = {}
        for customer, meter in self._rows(
            "SELECT customer, meter FROM meters WHERE customer <> '' ORDER BY customer, meter"
        ):
            found.setdefault(customer, []).append(meter)
        return {customer: tuple(meters) for customer, meters in found.items()}

    def find(self, number: str) -> Subject:
        """Return whom a number means; one that lost its leading zeros is found again.

        Raises `NotUnderstood` where it is one customer's number and another one's meter, or several differ by zeros only.
        """
        kind, bare = _kind(number)
        meter = customer = None
        if kind != "客户编号":
            meter = self._rows("SELECT series, days_left, customer FROM meters WHERE meter = ?", bare)
        if kind != "表号":
            customer = self._rows("SELECT series, days_left FROM customers WHERE customer = ?", bare)
        if meter and customer and (meter[0][2] != bare or meter[0][0] != customer[0][0]):
            raise NotUnderstood(
                f"{shown(bare)} 既是表号又是客户编号，请写成“表号:{bare}”或“客户编号:{bare}”。"
            )
        if meter:
            return Subject(bare, True, *meter[0][:2])
        if customer:
            return Subject(bare, False, *customer[0])
        if bare.isascii() and bare.isdigit() and (whole := self.with_zeros(bare)) != bare:
            return self.find(number.replace(bare, whole))
        raise NothingToGrade(
            f"上次扫描的结果里没有表号或客户编号 {shown(bare)}，请核对编号；新装的表请先登记并重新扫描。"
        )

    def with_zeros(self, number: str) -> str:
        """Return the one known number that differs by leading zeros only; `number` itself where it is known or none is such.

        Raises `NotUnderstood` where several are.
        """
        known = self._by_digits.get(number.lstrip("0"), ())
        if number in known or not known:
            return number
        if len(known) > 1:
            raise NotUnderstood(
                f"{shown(number)} 丢了开头的 0，可能是 {'、'.join(sorted(known))}。请把编号改成文本。"
            )
        return next(iter(known))

    @cached_property
    def _by_digits(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for (number,) in self._rows("SELECT meter FROM meters UNION SELECT customer FROM customers"):
            found.setdefault(number.lstrip("0"), set()).add(number)
        return found

    # --- alarms ---------------------------------------------------------------------------------------------

    def alarms(
        self,
        number: str,
        first: dt.date | None = None,
        last: dt.date | None = None,
        min_severity: str | None = None,
    ) -> tuple[Alarm, ...]:
        """Return the alarms of a meter or customer that touch the days from `first` to `last`, by first time."""
        where, given = self._chosen(number, first, last, min_severity)
        rows = self._rows(f"SELECT * FROM alarms WHERE {where} ORDER BY first, meter, code", *given)  # noqa: S608 - fixed texts
        return tuple(map(_alarm, rows))

    def alarm_count(
        self,
        number: str,
        first: dt.date | None = None,
        last: dt.date | None = None,
        min_severity: str | None = None,
    ) -> int:
        """Return how many alarms `alarms` would give."""
        where, given = self._chosen(number, first, last, min_severity)
        return int(self._rows(f"SELECT count(*) FROM alarms WHERE {where}", *given)[0][0])  # noqa: S608 - fixed texts

    def all_alarms(self, min_severity: str | None = None) -> tuple[Alarm, ...]:
        """Return every alarm: the gravest first, then by volume at stake."""
        least = _level(min_severity)
        rows = self._rows(
            "SELECT * FROM alarms WHERE severity >= ? ORDER BY severity DESC, coalesce(stake, 0) DESC, meter, first, code",
            least,
        )
        return tuple(map(_alarm, rows))

    def _chosen(
        self, number: str, first: dt.date | None, last: dt.date | None, min_severity: str | None
    ) -> tuple[str, tuple[Any, ...]]:
        subject = self.find(number)
        where = [f"{'meter' if subject.is_meter else 'customer'} = ?", "severity >= ?"]
        given: list[Any] = [subject.number, _level(min_severity)]
        if first is not None:
            where.append("last >= ?")
            given.append(day_number(first) * DAY)
        if last is not None:
            where.append("first < ?")
            given.append((day_number(last) + 1) * DAY)
        return " AND ".join(where), tuple(given)

    # --- volumes --------------------------------------------------------------------------------------------

    def daily_usage(self, number: str, first: dt.date, last: dt.date) -> tuple[DayVolume, ...]:
        """Return every day from `first` to `last` that the scan reaches; a day without a volume stands with None.

        Raises `OutOfRange` where `first` is after `last`, `NothingToGrade` where no day is reached.
        """
        if first > last:
            raise OutOfRange(f"开始日期 {first:%Y-%m-%d} 在结束日期 {last:%Y-%m-%d} 之后，请对调。")
        begin, volumes, estimated = self._volumes(self._series(number))
        report = self.report
        low = max(day_number(first), day_number(report.first_day or first))
        high = min(day_number(last), day_number(report.last_day or last))
        if low > high:
            raise NothingToGrade(
                f"扫描的读数只有 {report.first_day} 至 {report.last_day}，请改日期，或读入新的读数后重新扫描。"
            )
        return tuple(_day_volume(day, volumes, estimated, day - begin) for day in range(low, high + 1))

    def month_usage(self, number: str, month: int) -> MonthVolume:
        """Return the volume of a month (year·12 + month − 1). Raises `NothingToGrade` for a month without any."""
        rows = self._rows(
            "SELECT month, m3, estimated_m3, days FROM months WHERE series = ? AND month = ?",
            self._series(number),
            month,
        )
        if not rows:
            raise NothingToGrade(f"{shown(number)} 在 {text_of_month(month)} 没有读数，请核对月份。")
        return MonthVolume(*rows[0])

    def usage_months(self, number: str) -> tuple[MonthVolume, ...]:
        """Return every month of a meter or customer, in order."""
        return tuple(
            MonthVolume(*row)
            for row in self._rows(
                "SELECT month, m3, estimated_m3, days FROM months WHERE series = ? ORDER BY month",
                self._series(number),
            )
        )

    def metered_use(self) -> dict[str, MeteredUse]:
        """Return what table 客户 asks for, of every customer with readings."""
        return {
            customer: MeteredUse(mean, months)
            for customer, mean, months in self._rows(
                "SELECT customer, mean_m3, active_months FROM customers WHERE series IS NOT NULL ORDER BY customer"
            )
        }

    def _series(self, number: str) -> int:
        series = self.find(number).series
        if series is None:
            raise NothingToGrade(f"{shown(number)} 在扫描的时段里没有一条读数，算不出用气量。请检查通讯。")
        return series

    def _volumes(self, series: int) -> tuple[int, array[float], array[float] | None]:
        rows = self._rows("SELECT first_day, m3, estimated, mark FROM series WHERE id = ?", series)
        if not rows:
            raise _damaged(self.path)
        begin, m3, estimated, mark = rows[0]
        if zlib.crc32(estimated or b"", zlib.crc32(m3)) != mark:
            raise _damaged(self.path)
        return begin, _numbers(m3), _numbers(estimated) if estimated is not None else None

    # --- ahead ----------------------------------------------------------------------------------------------

    def forecast(self, number: str, days: int) -> float:
        """Return the volume in m³ that is expected over so many days after the last whole day.

        Beyond the days forecast one by one it is the share of each forecast month; what lies between the two has their mean day.
        Raises `OutOfRange` for less than 1 day or more than is forecast, `NothingToGrade` without a forecast.
        """
        near, far = self.forecast_days(number), self.forecast_months(number)
        if days < 1:
            raise OutOfRange(f"天数应不小于 1，现在是 {days}。")
        if days <= len(near):
            return sum(each.m3 for each in near[:days])
        first = day_number(near[0].when)
        end, reached = first + days, first + len(near)
        total = sum(each.m3 for each in near)
        starts = [_month_start(far[0].when + at) for at in range(len(far) + 1)]
        if end > starts[-1]:
            raise OutOfRange(f"最多预测 {starts[-1] - first} 天，现在是 {days}。")
        if reached < starts[0]:
            total += total / len(near) * (min(end, starts[0]) - reached)
        for each, (begins, ends) in zip(far, pairwise(starts), strict=True):
            covered = max(0, min(end, ends) - max(reached, begins))
            total += each.m3 * covered / (ends - begins)
        return total

    def forecast_days(self, number: str) -> tuple[Expected, ...]:
        """Return the next 28 days; `when` is a date. Raises `NothingToGrade` without a forecast."""
        rows = self._rows("SELECT first_day, expected FROM ahead WHERE series = ?", self._series(number))
        if not rows:
            raise self._no_forecast(number)
        begin, values = rows[0][0], _numbers(rows[0][1])
        count = len(values) // 3
        return tuple(
            Expected(_day(begin + at), values[at], _known(values[count + at]), _known(values[2 * count + at]))
            for at in range(count)
        )

    def forecast_months(self, number: str) -> tuple[Expected, ...]:
        """Return the next 12 whole months; `when` is year·12 + month − 1. Raises `NothingToGrade` without a forecast."""
        rows = self._rows(
            "SELECT month, m3, low, high FROM months_ahead WHERE series = ? ORDER BY month",
            self._series(number),
        )
        if not rows:
            raise self._no_forecast(number)
        return tuple(Expected(*row) for row in rows)

    def days_left(self, number: str) -> float | None:
        """Return for how many days the prepaid balance lasts; None where it is not known. A customer's is its first meter to run out."""
        return self.find(number).days_left

    def _no_forecast(self, number: str) -> NothingToGrade:
        why = "这次扫描没有做预测" if not self.report.forecast else f"{shown(number)} 的用气记录不够预测"
        return NothingToGrade(f"{why}，请按“预测”，或用 ccgrade meters scan 重新扫描。")

    def _rows(self, sql: str, *given: Any) -> Sequence[Any]:
        try:
            return self._file.execute(sql, given).fetchall()
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path) from error


def day_number(day: dt.date) -> int:
    """Return a date as days since 1970."""
    return day.toordinal() - _EPOCH.toordinal()


def _day(number: int) -> dt.date:
    return dt.date.fromordinal(number + _EPOCH.toordinal())


def _month_start(month: int) -> int:
    return day_number(dt.date(month // 12, month % 12 + 1, 1))


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _numbers(packed: bytes) -> array[float]:
    values = array("d")
    values.frombytes(packed)
    return values


def _day_volume(day: int, m3: array[float], estimated: array[float] | None, at: int) -> DayVolume:
    volume = _known(m3[at]) if 0 <= at < len(m3) else None
    if volume is None:
        return DayVolume(_day(day), None, None)
    return DayVolume(_day(day), volume, 0.0 if estimated is None else estimated[at])


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _alarm(row: Sequence[Any]) -> Alarm:
    meter, customer, code, severity, first, last, evidence, *numbers = row
    begun, seen = (_EPOCH + dt.timedelta(seconds=seconds) for seconds in (first, last))
    return Alarm(meter, customer, code, SEVERITIES[severity], begun, seen, evidence, *numbers)


def _level(severity: str | None) -> int:
    if severity is None:
        return 0
    if severity not in SEVERITIES:
        raise NotUnderstood(f"{shown(severity)} 不是级别，应为{'、'.join(SEVERITIES)}之一。")
    return SEVERITIES.index(severity)


def _kind(number: str) -> tuple[str, str]:
    for kind in ("表号", "客户编号"):
        for colon in ":：":
            if number.startswith(kind + colon):
                return kind, number[len(kind) + 1 :].strip()
    return "", number


def _damaged(path: Path) -> NothingScanned:
    return NothingScanned(f"上次扫描的结果文件“{path}”已损坏，请重新读取异常（扫描一次）。")
