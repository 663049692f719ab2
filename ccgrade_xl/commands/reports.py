"""报告: the overview for leaders."""

from __future__ import annotations

import datetime as dt

from ccgrade_xl import boundary, undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import BookFault
from ccgrade_xl.pages.customers import read_customers, rules_of, today
from ccgrade_xl.pages.grading import grades_of
from ccgrade_xl.pages.overview import overview_before, write_overview
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.overview import PRINTED_PAGES, TOTALS


@command("overview", "更新概览", "报告", "按现有资料和规则重新统计“分级概览”的各张表和图。", large=True)
def refresh_overview(book: Book, rules: RuleSet | None = None, as_of: dt.date | None = None) -> Outcome:
    """Recount 分级概览 from the customers as they stand."""
    table = read_customers(book)
    grades = grades_of(book, table, rules or rules_of(book), as_of or today())
    undo.remember(book.location, undo.Replaced("更新概览", CUSTOMER_TABLE, {}, None, overview_before(book)))
    write_overview(book, table, grades)
    book.activate("分级概览")
    return Outcome(f"概览已更新：参评 {int(grades.graded.sum())} 户。")


@command("print", "打印", "报告", "打开“分级概览”准备打印：A4 横向，第 1 页就是给领导看的一页。")
def print_overview(book: Book) -> Outcome:
    """Bring 分级概览 to the front, ready to print; no dialog opens unasked."""
    graded = book.read_block(TOTALS.name)[TOTALS.labels.index("评级日期")][0]
    day = boundary.read_date(graded)
    if day is None:
        raise BookFault("“分级概览”还是空的，请先按“一键评级”或“更新概览”，再打印。")
    book.activate("分级概览")
    return Outcome(
        f"已打开“分级概览”（评级日期 {day}），可以打印：A4 横向，共 {PRINTED_PAGES} 页，第 1 页是领导看的一页。"
        "请按 Ctrl+P，只要第 1 页就把页码选为 1。",
        data={"pages": PRINTED_PAGES, "as_of": day.isoformat()},
    )
