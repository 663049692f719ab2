"""What does one meter's or customer's panel show? Its last 35 days, the next 28, and its alarms."""

from __future__ import annotations

import datetime as dt

from ccgrade_xl.errors import CellFault, NothingToGrade
from ccgrade_xl.meters.store import Results
from ccgrade_xl.pages.alarm_list import MINUTES, STILL, AlarmList
from ccgrade_xl.pages.meter_tables import OwnerOf
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.meter_lists import ENDED, GOES_ON
from ccgrade_xl.workbook.meter_page import CHOSEN_AHEAD, CHOSEN_ALARMS, CHOSEN_DAYS, CHOSEN_SAYS

Rows = list[list[CellValue]]


def panel(results: Results, asked: str, made: AlarmList, owner: OwnerOf) -> dict[str, Rows]:
    """Return the rows of the panel's blocks for the number the user asked for, or for the first alarm's meter."""
    number = asked or (f"表号:{made.listed[0]['表号']}" if made.listed else "")
    blocks: dict[str, Rows] = {
        block.name: [] for block in (CHOSEN_SAYS, CHOSEN_DAYS, CHOSEN_AHEAD, CHOSEN_ALARMS)
    }
    if not number:
        return blocks | {CHOSEN_SAYS.name: [["清单里没有异常；在左边填上表号或客户编号，再按“读取异常”。"]]}
    try:
        number = results.with_zeros(number)
        says = _says(results, number, owner)
    except CellFault as fault:
        return blocks | {CHOSEN_SAYS.name: [[str(fault)]]}
    return {
        CHOSEN_SAYS.name: [[says]],
        CHOSEN_DAYS.name: _days(results, number),
        CHOSEN_AHEAD.name: _ahead(results, number),
        CHOSEN_ALARMS.name: _alarms(results, number),
    }


def _says(results: Results, number: str, owner: OwnerOf) -> str:
    subject = results.find(number)
    meters = results.meters()
    customer = meters.get(subject.number, "") if subject.is_meter else subject.number
    whose = owner(customer, subject.number if subject.is_meter else "")
    parts = [
        f"{'表号' if subject.is_meter else '客户'} {subject.number}",
        f"客户 {customer} {whose.name}".strip() if subject.is_meter and customer else whose.name,
        f"责任人 {whose.person}" if whose.person else "",
        f"异常 {results.alarm_count(number)} 条",
        f"预收余额约够 {subject.days_left:.0f} 天" if subject.days_left is not None and subject.days_left < 3660 else "",
    ]  # fmt: skip
    return "，".join(part for part in parts if part) + "。"


def _days(results: Results, number: str) -> Rows:
    last = results.report.last_day or results.report.as_of.date()
    try:
        days = results.daily_usage(number, last - dt.timedelta(days=CHOSEN_DAYS.rows - 1), last)
    except NothingToGrade:
        return []
    return [
        [
            each.day,
            None if each.m3 is None else each.m3 - (each.estimated_m3 or 0.0),
            each.estimated_m3 or None,
        ]
        for each in days
    ]


def _ahead(results: Results, number: str) -> Rows:
    try:
        return [[each.when, each.m3, each.low, each.high] for each in results.forecast_days(number)]
    except NothingToGrade:
        return []


def _alarms(results: Results, number: str) -> Rows:
    alarms = sorted(results.alarms(number), key=lambda alarm: alarm.last_time, reverse=True)
    still = results.report.as_of - STILL
    return [
        [
            alarm.code,
            alarm.severity,
            GOES_ON if alarm.last_time >= still else ENDED,
            alarm.first_time.strftime(MINUTES),
            alarm.last_time.strftime(MINUTES),
            alarm.stake_m3,
            alarm.evidence,
        ]
        for alarm in alarms[: CHOSEN_ALARMS.rows]
    ]
