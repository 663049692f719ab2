"""报告: the overview for leaders."""

from __future__ import annotations

import datetime as dt

from ccgrade_xl import undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.pages.customers import read_customers, rules_of, today
from ccgrade_xl.pages.overview import overview_before, write_overview
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE


@command("overview", "更新概览", "报告", "按现有资料和规则重新统计“分级概览”的各张表和图。", large=True)
def refresh_overview(book: Book, rules: RuleSet | None = None, as_of: dt.date | None = None) -> Outcome:
    """Recount 分级概览 from the customers as they stand."""
    table = read_customers(book)
    grades = grade_table(table, rules or rules_of(book), as_of or today())
    undo.remember(book.location, undo.Replaced("更新概览", CUSTOMER_TABLE, {}, None, overview_before(book)))
    write_overview(book, table, grades)
    book.activate("分级概览")
    return Outcome(f"概览已更新：参评 {int(grades.graded.sum())} 户。")
