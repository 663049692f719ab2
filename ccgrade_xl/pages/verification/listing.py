"""待核实 as it stands in a book: what is read before a list is made, and the settings that shape it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.calendar import working_days_later
from ccgrade_xl.errors import BookFault, CcgradeError, CellFault
from ccgrade_xl.pages.ledger import has_ledger, reading
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.verification import (
    DEFAULT_LIMIT,
    DEFAULT_PER_PERSON,
    DEFAULT_VALID,
    LIMIT_NAME,
    PER_PERSON_NAME,
    SHEET,
    VALID_NAME,
    VERIFICATION,
)

_ALARMS = "异常"
_ALARM_HEADERS = ("客户编号", "异常", "级别", "表号")


@frozen
class Settings:
    """How the list is made: working days to verify, new entries a person at most (0: all), months that are quiet."""

    limit: int = DEFAULT_LIMIT
    per_person: int = DEFAULT_PER_PERSON
    valid_months: int = DEFAULT_VALID


@frozen
class Remembered:
    """What the ledger knows: what was confirmed last about each cell, and the customers of the last frozen month."""

    confirmed: Mapping[tuple[str, str], tuple[str, dt.date]]
    month: str
    frozen: Mapping[str, Mapping[str, object]]


def standing_list(book: Book) -> list[dict[str, CellValue]]:
    """Return the rows of the list as they stand. Raises `BookFault` for a book that has none."""
    if VERIFICATION.name not in book.table_names():
        raise BookFault(f"工作簿里没有“{SHEET}”页的“{VERIFICATION.name}”表，请用新模板重建工作簿。")
    return VERIFICATION.records(book.read_table(VERIFICATION.name))


def settings_of(book: Book) -> Settings:
    """Return the settings cells; a blank per person means no bound. Raises `BookFault` for one that is no number."""
    return Settings(
        _count(book, LIMIT_NAME, "办理时限", "天", DEFAULT_LIMIT),
        _count(book, PER_PERSON_NAME, "每人最多条数", "条", 0),
        _count(book, VALID_NAME, "有效月数", "月", DEFAULT_VALID),
    )


def _count(book: Book, name: str, label: str, unit: str, blank: int) -> int:
    if not book.has_name(name) or boundary.is_blank(book.read_name(name)):
        return blank
    try:
        return boundary.read_whole(book.read_name(name), unit) or 0
    except CellFault as fault:
        raise BookFault(f"“{SHEET}”页的“{label}”：{fault}") from None


def remembered(book: Book) -> tuple[Remembered, list[str]]:
    """Ask the ledger, where there is one, what was confirmed and frozen; a ledger that cannot be read is told."""
    nothing = Remembered({}, "", {})
    if not has_ledger(book):
        return nothing, []
    from ccgrade_xl.casework.ledger.records import Verified  # noqa: PLC0415 - only a book with a ledger waits for it

    try:
        with reading(book) as view:
            confirmed = {
                (entry.record.customer, entry.record.column): (entry.record.found, entry.record.verified_on)
                for entry in view.current(Verified)
            }
            months = view.months()
            headers = (KEY, "月均用气量", "月均气费")
            rows = view.frozen(months[-1], headers).rows() if months else ()
            last = {row[0]: dict(zip(headers, row, strict=True)) for row in rows}
    except CcgradeError as fault:
        return nothing, [f"没有参考评级台账（上月数值和以前的核实结果）：{fault}"]
    return Remembered(confirmed, months[-1] if months else "", last), []


def open_alarms(book: Book) -> list[dict[str, CellValue]]:
    """Return the rows of the list of meter alarms; none for a book without it."""
    if _ALARMS not in book.table_names():
        return []
    table = book.read_table(_ALARMS)
    if not set(_ALARM_HEADERS) <= set(table.headers):
        return []
    return [dict(zip(table.headers, row, strict=True)) for row in table.rows]


def due_day(start: dt.date, working_days: int) -> tuple[dt.date, list[str]]:
    """Return the last day to verify; where no holiday calendar is installed, weekends alone count, and it is told."""
    try:
        due = working_days_later(start, working_days)
    except ModuleNotFoundError:
        day, left = start, working_days
        while left:
            day += dt.timedelta(days=1)
            left -= day.weekday() < 5
        return day, ["这台电脑没有安装工作日历（chinesecalendar），截止日期只跳过周六和周日，请核对节假日。"]
    return due.day, [due.note] if due.note else []
