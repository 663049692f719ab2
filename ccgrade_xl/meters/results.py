"""What did the last complete scan find? Alarms, volumes and forecasts by meter or customer number, read from one file.

A customer's volumes are the sum over its meters. A number that a spreadsheet kept as a number may have lost its leading
zeros: see `Results.with_zeros`.
"""

from __future__ import annotations

import datetime as dt
import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ccgrade_xl.errors import NothingToGrade, NotUnderstood, OutOfRange
from ccgrade_xl.meters.events import SEVERITIES
from ccgrade_xl.meters.expected_use import expected_over
from ccgrade_xl.meters.known_numbers import KnownNumbers
from ccgrade_xl.meters.result_records import (
    Alarm,
    DayVolume,
    Expected,
    MeteredUse,
    MonthVolume,
    Report,
    Subject,
)
from ccgrade_xl.meters.results_reading import KeptFile, unpacked
from ccgrade_xl.rules.dates import EPOCH, day_number, day_numbered, month_text
from ccgrade_xl.rules.wording import shown

_DAY = 86_400


class Results:
    """The results kept in one file. A number is a meter's or a customer's; written `表号:…` or `客户编号:…` it is only that.

    Every look-up raises `NothingToGrade` for a number that is in none, and `NothingScanned` where the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = KeptFile(path)
        self._numbers = KnownNumbers(self._file)

    @property
    def report(self) -> Report:
        """Return what the scan did."""
        return self._file.report

    # --- who there is ---------------------------------------------------------------------------------------

    def meters(self) -> dict[str, str]:
        """Return the customer number of every meter; "" where the registry does not know the meter, or not whose it is."""
        return self._numbers.meters()

    def customers(self) -> dict[str, tuple[str, ...]]:
        """Return the meters of every customer in the registry."""
        return self._numbers.customers()

    def alone(self) -> tuple[str, ...]:
        """Return the meters that belong to no customer, each as a number that `find` understands."""
        return self._numbers.alone()

    def find(self, number: str) -> Subject:
        """Return whom a number means; see `KnownNumbers.find`."""
        return self._numbers.find(number)

    def with_zeros(self, number: str) -> str:
        """Return the one known number that differs by leading zeros only; see `KnownNumbers.with_zeros`."""
        return self._numbers.with_zeros(number)

    # --- alarms ---------------------------------------------------------------------------------------------

    def alarms(
        self,
        number: str,
        first: dt.date | None = None,
        last: dt.date | None = None,
        min_severity: str | None = None,
    ) -> tuple[Alarm, ...]:
        """Return the alarms of a meter or customer that touch the days from `first` to `last`, by first time.

        One that lasts to the midnight a day begins with does not touch that day.
        """
        where, given = self._chosen(number, first, last, min_severity)
        rows = self._file.rows(f"SELECT * FROM alarms WHERE {where} ORDER BY first, meter, code", *given)  # noqa: S608 - fixed texts
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
        return int(self._file.rows(f"SELECT count(*) FROM alarms WHERE {where}", *given)[0][0])  # noqa: S608 - fixed texts

    def all_alarms(self, min_severity: str | None = None) -> tuple[Alarm, ...]:
        """Return every alarm: the gravest first, then by volume at stake."""
        least = _level(min_severity)
        rows = self._file.rows(
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
            where.append("(last > ? OR first >= ?)")
            given += [day_number(first) * _DAY] * 2
        if last is not None:
            where.append("first < ?")
            given.append((day_number(last) + 1) * _DAY)
        return " AND ".join(where), tuple(given)

    # --- volumes --------------------------------------------------------------------------------------------

    def daily_usage(self, number: str, first: dt.date, last: dt.date) -> tuple[DayVolume, ...]:
        """Return every day from `first` to `last` that the scan reaches; a day without a volume stands with None.

        Raises `OutOfRange` where `first` is after `last`, `NothingToGrade` where no day is reached.
        """
        if first > last:
            raise OutOfRange(f"开始日期 {first:%Y-%m-%d} 在结束日期 {last:%Y-%m-%d} 之后，请对调。")
        begin, volumes, estimated = self._file.volumes(self._series(number))
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
        rows = self._file.rows(
            "SELECT month, m3, estimated_m3, days FROM months WHERE series = ? AND month = ?",
            self._series(number),
            month,
        )
        if not rows:
            raise NothingToGrade(f"{shown(number)} 在 {month_text(month)} 没有读数，请核对月份。")
        return MonthVolume(*rows[0])

    def usage_months(self, number: str) -> tuple[MonthVolume, ...]:
        """Return every month of a meter or customer, in order."""
        return tuple(
            MonthVolume(*row)
            for row in self._file.rows(
                "SELECT month, m3, estimated_m3, days FROM months WHERE series = ? ORDER BY month",
                self._series(number),
            )
        )

    def metered_use(self) -> dict[str, MeteredUse]:
        """Return what table 客户 asks for, of every customer with readings."""
        return {
            customer: MeteredUse(mean, months)
            for customer, mean, months in self._file.rows(
                "SELECT customer, mean_m3, active_months FROM customers WHERE series IS NOT NULL ORDER BY customer"
            )
        }

    def _series(self, number: str) -> int:
        series = self.find(number).series
        if series is None:
            raise NothingToGrade(f"{shown(number)} 在扫描的时段里没有两次读数，算不出用气量。请检查通讯。")
        return series

    # --- ahead ----------------------------------------------------------------------------------------------

    def forecast(self, number: str, days: int) -> float:
        """Return the volume in m³ that is expected over so many days after the last whole day.

        Beyond the days forecast one by one it is the share of each forecast month; what lies between the two has their mean day.
        Raises `OutOfRange` for less than 1 day or more than is forecast, `NothingToGrade` without a forecast.
        """
        return expected_over(days, self.forecast_days(number), self.forecast_months(number))

    def forecast_days(self, number: str) -> tuple[Expected, ...]:
        """Return the next 28 days; `when` is a date. Raises `NothingToGrade` without a forecast."""
        rows = self._file.rows("SELECT first_day, expected FROM ahead WHERE series = ?", self._series(number))
        if not rows:
            raise self._no_forecast(number)
        begin, values = rows[0][0], unpacked(rows[0][1])
        count = len(values) // 3
        return tuple(
            Expected(
                day_numbered(begin + at),
                values[at],
                _known(values[count + at]),
                _known(values[2 * count + at]),
            )
            for at in range(count)
        )

    def forecast_months(self, number: str) -> tuple[Expected, ...]:
        """Return the next 12 whole months; `when` is year·12 + month − 1. Raises `NothingToGrade` without a forecast."""
        rows = self._file.rows(
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


def _day_volume(day: int, m3: array[float], estimated: array[float] | None, at: int) -> DayVolume:
    volume = _known(m3[at]) if 0 <= at < len(m3) else None
    if volume is None:
        return DayVolume(day_numbered(day), None, None)
    return DayVolume(day_numbered(day), volume, 0.0 if estimated is None else estimated[at])


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _alarm(row: Sequence[Any]) -> Alarm:
    meter, customer, code, severity, first, last, evidence, *numbers = row
    begun, seen = (EPOCH + dt.timedelta(seconds=seconds) for seconds in (first, last))
    return Alarm(meter, customer, code, SEVERITIES[severity], begun, seen, evidence, *numbers)


def _level(severity: str | None) -> int:
    if severity is None:
        return 0
    if severity not in SEVERITIES:
        raise NotUnderstood(f"{shown(severity)} 不是级别，应为{'、'.join(SEVERITIES)}之一。")
    return SEVERITIES.index(severity)
