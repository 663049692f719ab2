"""Grading the customers of a book: by its rules, and above what its ledger froze last."""

from __future__ import annotations

import datetime as dt

from ccgrade_xl.grading.customers import Coded
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.pages.customers import customer_numbers
from ccgrade_xl.pages.ledger import has_ledger, ledger_of
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook.book import Book, Table


def grades_of(
    book: Book, table: Table, rules: RuleSet, as_of: dt.date, month: str | dt.date | None = None
) -> Grades:
    """Return the grades of customers of a book on a day.

    Where 一期只升一级 is on, a credit grade is at most one above that of the last month frozen before `month`, the day's own
    when left out. Raises `LedgerFault` for a ledger that is asked for it and cannot be read.
    """
    return grade_table(table, rules, as_of, previous_grades(book, table, rules, month or as_of))


def previous_grades(book: Book, table: Table, rules: RuleSet, month: str | dt.date) -> Coded | None:
    """Return each customer's frozen credit grade before a month, where 一期只升一级 is on and there is a ledger.

    None where the switch is off or nothing has ever been frozen; a ledger that cannot be read is a `LedgerFault`.
    """
    if not rules.switches.one_grade_up or not has_ledger(book):
        return None
    from ccgrade_xl.casework.month_close import previous_credit_grades  # noqa: PLC0415
    from ccgrade_xl.casework.months import month_of  # noqa: PLC0415

    before = month if isinstance(month, str) else month_of(month)
    with ledger_of(book).reading() as view:
        return previous_credit_grades(view, customer_numbers(table), before)
