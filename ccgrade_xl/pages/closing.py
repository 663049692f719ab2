"""月结: the month that is being closed, the grades that stand in the book, and the steps on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault, CcgradeError, LedgerFault, UnknownRules
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.pages.customers import day_of
from ccgrade_xl.pages.grading import grades_of
from ccgrade_xl.pages.ledger import entered_month, has_ledger, ledger_of, note_head, person_of
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.store import recall
from ccgrade_xl.sample import RESULT_HEADERS, result_columns
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier
from ccgrade_xl.workbook.ledger_sheet import CLOSING_MONTH
from ccgrade_xl.workbook.mapping import KEY

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import View

_LATE_DAY = 15
"""Up to this day of a month, where nothing is frozen yet, the month before is the one being closed (`default`)."""
_SHORT_WAIT = 2.0
"""How many seconds the note of a step waits for another writer: it must not hold up what the user asked for."""
_NAMED = 5


def working_month(book: Book, view: View | None, today: dt.date) -> str:
    """Return the month being worked on: the one named on 评级台账, the one after the last frozen, or by the day."""
    from ccgrade_xl.casework.months import month_of, months_later  # noqa: PLC0415

    months = view.months() if view is not None else []
    named = entered_month(book, CLOSING_MONTH)
    if named and named not in months:
        return named
    if months:
        return min(months_later(months[-1], 1), month_of(today))
    return months_later(month_of(today), -1 if today.day <= _LATE_DAY else 0)


def month_to_close(book: Book, month: str, graded: dt.date, today: dt.date, *, is_named: bool) -> str:
    """Return the month that grades of a day are frozen as; `is_named` says that somebody asked for `month`.

    Grades older than the month are those of their own month: a colleague may have frozen that meanwhile, and then
    the ledger says so. Raises `LedgerFault` for grades older than a month that was named, and for a month that nobody
    named and that is not over, or after which another was over when the grades were made.
    """
    from ccgrade_xl.casework.months import first_day, last_day, month_of, months_later  # noqa: PLC0415

    is_named = is_named or bool(entered_month(book, CLOSING_MONTH))
    if graded < first_day(month):
        if is_named:
            raise LedgerFault(
                f"现有评级的日期是 {graded}，早于 {month}，不能作为 {month} 月结；请重新评级，或检查月份。"
            )
        return month_of(graded)
    if not is_named and today <= last_day(month):
        raise LedgerFault(
            f"{month} 还没有过完。确实要提前月结，请在“评级台账”的“月结月份”里填写 {month}（命令行用 --month）。"
        )
    if not is_named and graded >= last_day(months_later(month, 1)):
        last_over = (
            month_of(graded) if graded == last_day(month_of(graded)) else months_later(month_of(graded), -1)
        )
        raise LedgerFault(
            f"{month} 还没有月结，现有评级的日期却是 {graded}。封存的是哪个月，"
            f"请在“评级台账”的“月结月份”里填写 {month} 或 {last_over}（命令行用 --month）。"
        )
    return month


def note_step(
    book: Book, step: str, note: str, at: dt.datetime | None = None, *, as_of: dt.date | None = None
) -> list[str]:
    """Record a step of the close where the book has a ledger; return what to tell where that did not work.

    `as_of` is the day it was done for, the grading date: the month worked on then is the one the step belongs to.
    Importing, checking and grading never fail for the ledger's sake.
    """
    if not has_ledger(book):
        return []
    try:
        ledger = ledger_of(book, wait=_SHORT_WAIT)
        from ccgrade_xl.casework.ledger import StepDone  # noqa: PLC0415 - only a book with a ledger waits for it

        with ledger.writing(person_of(book), at) as pen:
            month = _month_of_step(book, pen, as_of or day_of(at))
            pen.append(StepDone(month=month, step=step, note=note))
        note_head(book, ledger)
    except CcgradeError as fault:
        return [f"月结清单没有记下“{step}”：{fault}"]
    return []


def _month_of_step(book: Book, view: View, as_of: dt.date) -> str:
    """Return the month worked on as of a day; a month named on 评级台账 that had not begun then is another one."""
    from ccgrade_xl.casework.months import first_day, month_of  # noqa: PLC0415

    month = working_month(book, view, as_of)
    return month if first_day(month) <= as_of else month_of(as_of)


def standing_grades(book: Book, table: Table, rules: RuleSet | None, current: RuleSet, month: str) -> Grades:
    """Return the grades that stand in a table, computed again: what was reviewed is what is frozen.

    `rules` are those asked for, `current` those of the book. Raises `BookFault` for customers that are not graded,
    graded on different days or by other rules, or whose data changed since.
    """
    as_of = graded_on(table)
    chosen = rules or _rules_of_grades(table, current)
    grades = grades_of(book, table, chosen, as_of, month)
    fresh = result_columns(grades)
    changed = sorted(
        {
            at
            for header in RESULT_HEADERS
            if header in table.headers and header != "说明"  # people's decisions are noted there too
            for at, (standing, computed) in enumerate(zip(table.column(header), fresh[header], strict=True))
            if standing != computed and not _same(standing, computed)
        }
    )
    if changed:
        named = "、".join(str(table.first_row + at) for at in changed[:_NAMED])
        raise BookFault(
            f"“{table.sheet or table.name}”第 {named} 行等 {len(changed)} 户的资料或结果在评级之后改动过，"
            "请重新一键评级，复核后再月结。"
        )
    return grades


def who(table: Table) -> dict[str, Sequence[object]]:
    """Return the columns that say who a customer is, numbers as text. Raises `BookFault` for a cell not to be trusted."""
    from ccgrade_xl.casework.ledger.frozen import WHO  # noqa: PLC0415

    numbers = []
    for row, cell in enumerate(table.column(KEY), table.first_row):
        try:
            numbers.append(identifier(cell) or "")
        except UnusableIdentifier as reason:
            raise BookFault(f"“{table.sheet}”第 {row} 行的客户{reason}，不能月结。") from None
    headers = [header for header in WHO if header in table.headers and header != KEY]
    return {KEY: numbers, **{header: _texts(table, header) for header in headers}}


def _texts(table: Table, header: str) -> list[str]:
    """Return a column as text. Raises `BookFault` for an error value, naming its row."""
    cells = table.column(header)
    for row, cell in enumerate(cells, table.first_row):
        if (error := boundary.error_in(cell)) is not None:
            raise BookFault(f"“{table.sheet}”第 {row} 行的“{header}”是{error.named}，不能月结，请先改正。")
    return boundary.texts_of(cells)


def graded_on(table: Table) -> dt.date:
    """Return the day all customers were graded on. Raises `BookFault` where there is none, or more than one."""
    days = {boundary.read_date(cell) for cell in table.column("评级日期")}
    if days == {None}:
        raise BookFault("客户还没有评级，不能月结；请先按“一键评级”。")
    if None in days or len(days) > 1:
        raise BookFault("有的客户没有评级，或评级日期不一样，不能月结；请先按“一键评级”给全部客户评级。")
    return next(day for day in days if day is not None)


def _rules_of_grades(table: Table, current: RuleSet) -> RuleSet:
    versions = {boundary.read_text(cell) or "" for cell in table.column("规则版本")}
    if versions == {current.version}:
        return current
    shown = "、".join(sorted(versions - {current.version, ""}))
    raise BookFault(
        f"现有的评级用的规则是 {shown or '空白'}，“评分规则”现在是 {current.version}；请重新一键评级，复核后再月结。"
    )


def kept_rules(view: View, version: str) -> RuleSet:
    """Return the rules a month was frozen under, from the ledger or from this user's store."""
    try:
        return view.rules(version)
    except UnknownRules:
        return recall(version)


def _same(standing: CellValue, fresh: CellValue) -> bool:
    if isinstance(standing, dt.date) and isinstance(fresh, dt.date):
        return standing.isoformat()[:10] == fresh.isoformat()[:10]
    if isinstance(standing, float | int) and isinstance(fresh, float | int):
        return abs(standing - fresh) < 1e-9
    return (standing or None) == (fresh or None)


def must_have_ledger(book: Book) -> None:
    """Raise `LedgerFault` where a book has no ledger yet."""
    if not has_ledger(book):
        raise LedgerFault("这个工作簿还没有评级台账：第一次“月结”时自动建立。")
