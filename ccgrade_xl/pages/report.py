"""A report of a book: its customers graded as they stand, its frozen months beside them; nothing is written."""

from __future__ import annotations

import datetime as dt

from ccgrade_xl.casework.months import month_of
from ccgrade_xl.pages.customers import read_customers, rules_of
from ccgrade_xl.pages.grading import grades_of
from ccgrade_xl.pages.overview import frozen_months
from ccgrade_xl.reports.content import Report
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.overview_page import overview_rows


def report_of(book: Book, rules: RuleSet | None, as_of: dt.date) -> Report:
    """Return what 分级概览 shows of a book at a date."""
    table = read_customers(book)
    past, note = frozen_months(book, month_of(as_of))
    return Report(overview_rows(table, grades_of(book, table, rules or rules_of(book), as_of), past), note)
