"""Which alarms are listed, and what has become of each? New findings meet the marks the manager has made.

An alarm that goes on keeps its marks; a false alarm is not listed again unless it grows graver; one that was handled and has
ended leaves for 异常记录. Whatever leaves the list stands there with every mark.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, field, frozen

from ccgrade_xl.list_cells import day_in
from ccgrade_xl.meters.events import SEVERITIES
from ccgrade_xl.meters.store import Alarm
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.meter_lists import (
    ALARMS,
    CLOSED,
    ENDED,
    FALSE_ALARM,
    GOES_ON,
    HANDLED,
    NOT_FOUND,
    OPEN,
    SUPPRESSED,
)

Row = Mapping[str, CellValue]
Cells = dict[str, CellValue]

STILL = dt.timedelta(hours=48)
"""An alarm last seen no longer ago than this before the end of the readings goes on."""
MINUTES = "%Y-%m-%d %H:%M"
MARKS = (*ALARMS.entered, "发现日期")
"""What an alarm keeps from refresh to refresh."""


@frozen
class Owner:
    """Who a customer is, and whose."""

    name: str = ""
    person: str = ""


@define
class AlarmList:
    """The rows of 异常 and 异常记录 by header, and how many findings were left out because they are older."""

    listed: list[Cells] = field(factory=list)
    archive: list[Cells] = field(factory=list)
    older: int = 0

    @property
    def suppressed(self) -> list[Cells]:
        """The rows of the archive that are false alarms."""
        return [row for row in self.archive if row["去向"] == SUPPRESSED]


def alarm_list(
    alarms: Iterable[Alarm],
    listed: Sequence[Row],
    archive: Sequence[Row],
    *,
    as_of: dt.datetime,
    today: dt.date,
    days: float,
    owner: Callable[[str, str], Owner],
    due: Callable[[dt.date, str], dt.date | None],
) -> AlarmList:
    """Return what stands in the two lists after a scan.

    Args:
        alarms: all that the scan found.
        listed, archive: the rows as they stand, with the manager's marks.
        as_of: the end of the readings.
        today: the day on which a new alarm is found.
        days: an alarm that ended longer ago and that nobody has touched is not listed.
        owner: who a customer is, by customer and meter number.
        due: by when an alarm of a severity found on a day is to be handled; None: not known.
    """
    made, standing, found = AlarmList(), _Standing([*listed, *archive]), list(alarms)
    for alarm, before in zip(found, standing.taken_by(found), strict=True):
        if before is None and alarm.last_time < as_of - dt.timedelta(days=days):
            made.older += 1
            continue
        _place(made, _cells(alarm, before or {}, as_of, today, owner, due), before)
    for row in standing.left:
        _place(made, {**row, "现状": NOT_FOUND}, row)
    made.listed.sort(key=_grave)
    made.archive.sort(key=lambda row: str(row["最后"]), reverse=True)
    return made


def judged_false(row: Row) -> bool:
    """Return whether the manager has called an alarm false."""
    return row.get("误报") == "是" or row.get("状态") == FALSE_ALARM


def judged_true(row: Row) -> bool:
    """Return whether the manager has called an alarm true, or handled it without calling it false."""
    return not judged_false(row) and (row.get("误报") == "否" or row.get("状态") == HANDLED)


def _place(made: AlarmList, row: Cells, before: Row | None) -> None:
    """Put an alarm where it belongs."""
    before = before or {}
    if judged_false(row) and not _graver(row, before):
        made.archive.append({**row, "去向": SUPPRESSED})
    elif row.get("状态") == HANDLED and row["现状"] != GOES_ON and not _graver(row, before):
        made.archive.append({**row, "去向": CLOSED})
    elif before.get("去向") in (SUPPRESSED, CLOSED):
        made.listed.append(_returned(row, graver=_graver(row, before)))
    else:
        made.listed.append(row)


def _returned(row: Cells, *, graver: bool) -> Cells:
    """Return an alarm that comes back from the archive, to be handled anew."""
    fresh = {**row, "误报": None} if graver else dict(row)
    if fresh["状态"] in (HANDLED, FALSE_ALARM):
        fresh["状态"] = OPEN
    return fresh


def _graver(row: Row, before: Row) -> bool:
    """Return whether an alarm that had left the list has a higher severity now."""
    if not before.get("去向"):
        return False
    return _level(row) > _level(before)


def _cells(
    alarm: Alarm,
    before: Row,
    as_of: dt.datetime,
    today: dt.date,
    owner: Callable[[str, str], Owner],
    due: Callable[[dt.date, str], dt.date | None],
) -> Cells:
    whose = owner(alarm.customer_id, alarm.meter_id)
    kept = {header: before.get(header) for header in MARKS}
    found = day_in(kept["发现日期"]) or today
    return {
        "级别": alarm.severity,
        "异常": alarm.code,
        "表号": alarm.meter_id,
        "客户编号": alarm.customer_id or None,
        "客户名称": whose.name or None,
        "现状": GOES_ON if alarm.last_time >= as_of - STILL else ENDED,
        "开始": alarm.first_time.strftime(MINUTES),
        "最后": alarm.last_time.strftime(MINUTES),
        "涉及气量": alarm.stake_m3,
        "依据": alarm.evidence,
        "期限": due(found, alarm.severity),
        **kept,
        "责任人": kept["责任人"] or whose.person or None,
        "状态": kept["状态"] or OPEN,
        "发现日期": found,
    }


class _Standing:
    """The rows that stand, each taken at most once: by its key, else by an overlap in time of the same meter and alarm."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._by_key: dict[tuple[str, ...], Row] = {ALARMS.key_of(row): row for row in reversed(rows)}
        self._by_alarm: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in self._by_key.values():
            self._by_alarm[ALARMS.key_of(row)[:2]].append(row)

    def taken_by(self, alarms: Sequence[Alarm]) -> list[Row | None]:
        """Return the row of each alarm: exact keys first, so that no neighbour takes them."""
        rows = [self._by_key.pop(_key(alarm), None) for alarm in alarms]
        return [row or self._overlapping(alarm) for row, alarm in zip(rows, alarms, strict=True)]

    def _overlapping(self, alarm: Alarm) -> Row | None:
        meter, code, first = _key(alarm)
        last = alarm.last_time.strftime(MINUTES)
        for row in self._by_alarm.get((meter, code), ()):
            key = ALARMS.key_of(row)
            if key in self._by_key and str(row.get("开始")) <= last and first <= str(row.get("最后")):
                return self._by_key.pop(key)
        return None

    @property
    def left(self) -> list[Row]:
        return list(self._by_key.values())


def _key(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.meter_id, alarm.code, alarm.first_time.strftime(MINUTES)


def _grave(row: Row) -> tuple[int, float, str, str, str]:
    stake = row["涉及气量"]
    volume = float(stake) if isinstance(stake, int | float) else 0.0
    return -_level(row), -volume, str(row["表号"]), str(row["开始"]), str(row["异常"])


def _level(row: Row) -> int:
    severity = row.get("级别")
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1
