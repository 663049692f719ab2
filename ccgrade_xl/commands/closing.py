"""工作: freeze the month's grades, put right what was wrong in a frozen one, and look at any month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ccgrade_xl import boundary, undo
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.commands.grading import grade_customers
from ccgrade_xl.errors import Cancelled, LedgerFault
from ccgrade_xl.pages.closing import (
    graded_on,
    kept_rules,
    month_to_close,
    must_have_ledger,
    standing_grades,
    who,
    working_month,
)
from ccgrade_xl.pages.customers import (
    day_of,
    number_meant,
    read_customers,
    row_of,
    rules_of,
    stop_if_cancelled,
)
from ccgrade_xl.pages.grading import grades_of
from ccgrade_xl.pages.ledger import entered, entered_month, has_ledger, ledger_of, note_head, person_of
from ccgrade_xl.pages.ledger_sheet import ledger_before, write_ledger
from ccgrade_xl.pages.outliving import outlive_month
from ccgrade_xl.pages.overview import write_overview
from ccgrade_xl.pages.rule_impact import show_outlook
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Book, Outcome, Table
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import FrozenTable

_NAMED = 5
"""How many corrected customers are named."""
_CORRECTED = ("信用等级", "星级")
_UNGRADED = "不参评"


@command(
    "close",
    "月结",
    "工作",
    "把现有的评级封存为一个月的结果：按清单检查进度，封存后不能改，只能更正。",
    large=True,
)
def close_month_in(
    book: Book,
    month: str | None = None,
    as_of: dt.date | None = None,
    *,
    rules: RuleSet | None = None,
    reviewer: str | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Freeze the grades that stand in the book as a month's; with `as_of` grade by that date first."""
    from ccgrade_xl.casework.ledger.frozen import frozen_table  # noqa: PLC0415 - only a close waits for the ledger
    from ccgrade_xl.casework.month_close import close_month  # noqa: PLC0415

    day = day_of(at)
    if as_of is not None:
        grade_customers(book, rules, as_of, at=at)
    table = read_customers(book)
    ledger = ledger_of(book, create=True)
    asked = boundary.read_month_text(month)
    with ledger.reading() as view:
        named = asked or working_month(book, view, day)
    named = month_to_close(book, named, graded_on(table), day, is_named=asked is not None)
    book.status(f"正在核对 {named} 的评级……", 0.1)
    grades = standing_grades(book, table, rules, rules_of(book), named)
    frozen, checked_by = frozen_table(who(table), grades), reviewer or entered(book, sheet.REVIEWER)
    stop_if_cancelled(book)
    if not book.ask(_question(named, len(frozen), checked_by)):
        raise Cancelled("没有月结，什么都没有改变。")
    book.status(f"正在封存 {named}……", 0.3)
    chosen = grades.scales.rules
    entry, _ = close_month(ledger, named, frozen, chosen, person_of(book), reviewer=checked_by, at=at)
    note_head(book, ledger)
    said = outlive_month(book, table, named, day, at)
    book.status("正在更新评级台账……", 0.8)
    with ledger.reading() as view:
        shown = write_ledger(book, view, day, named)
        show_outlook(book, view, shown, grades.as_of, table)
    write_overview(book, table, grades)
    attention = [*said] if checked_by else ["没有填写复核人，“复核”一步没有登记。", *said]
    return Outcome(
        f"{named} 已月结：{len(frozen)} 户，参评 {entry.record.graded} 户，规则 {chosen.version}，经办人 {entry.person}。",
        attention,
        {"month": named, "customers": len(frozen), "graded": entry.record.graded, "seal": entry.record.seal},
    )


@command(
    "ledger",
    "查看台账",
    "工作",
    "在“评级台账”显示所填月份、客户和对比月份：历次月结、变动、健康检查，以及现在的评分规则会让谁变动。",
)
def show_ledger(book: Book, *, at: dt.datetime | None = None) -> Outcome:
    """Show on 评级台账 what its cells ask for."""
    if not has_ledger(book) and not book.ask("还没有评级台账。现在在工作簿旁边建立一个吗？"):
        raise Cancelled("没有建立台账，什么都没有改变。")
    book.expect(CUSTOMER_TABLE)
    day = day_of(at)
    try:
        ledger = ledger_of(book, create=True)
        book.status("正在读取评级台账……", 0.2)
        with ledger.reading() as view:
            undo.remember(book.location, undo.Replaced("查看台账", "", {}, None, ledger_before(book)))
            months = view.months()
            closing = working_month(book, view, day)
            shown = write_ledger(book, view, day, closing)
            book.status("正在看规则的影响……", 0.8)
            found = show_outlook(book, view, shown, day)
    except LedgerFault as fault:
        if book.has_name(sheet.STATE):
            book.write_block(sheet.STATE, [[f"× {fault}"]])
        return Outcome(f"评级台账打不开：{fault}", data={"failed": True})
    book.activate(sheet.SHEET_NAME)
    if not shown:
        return Outcome("台账里还没有月结。评级、复核后按“月结”。", data={"months": []})
    return Outcome(
        f"已显示 {shown}，台账里共有 {len(months)} 个月。\n{found.sentence}",
        data={"months": months, "shown": shown, "rules": found.sentence},
    )


@command(
    "correct", "更正", "工作", "更正已月结月份里个别客户的评级：原记录保留，另存一条，写明原因和批准人。"
)
def correct_month_in(
    book: Book,
    month: str | None = None,
    customers: list[str] | None = None,
    *,
    reason: str | None = None,
    approver: str | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Grade some customers of a frozen month again, by its rules and date, and keep that beside what was frozen."""
    from ccgrade_xl.casework.ledger import MonthFrozen  # noqa: PLC0415
    from ccgrade_xl.casework.month_close import correct_month  # noqa: PLC0415

    must_have_ledger(book)
    named = boundary.read_month_text(month) or entered_month(book, sheet.CORRECTED_MONTH)
    if not named:
        raise LedgerFault("请在“评级台账”的“更正月份”里填写要更正的月份，如 2026-03。")
    ledger = ledger_of(book)
    numbers = customers or _numbers(entered(book, sheet.CORRECTED_CUSTOMERS))
    why = reason or entered(book, sheet.CORRECTION_REASON)
    by = approver or entered(book, sheet.CORRECTION_APPROVER)
    with ledger.reading() as view:
        found = view.entries(MonthFrozen, month=named)
        if not found:
            raise LedgerFault(f"{named} 还没有月结，不需要更正；请直接重新评级。")
        rules = kept_rules(view, found[0].rule_version)
        before = view.frozen(named, ("客户编号", *_CORRECTED))
    frozen = _graded_again(book, numbers, rules, found[0].record.graded_on, named)
    if not book.ask(f"更正 {named} 的 {len(frozen)} 户，批准人 {by or '（未填）'}。原记录保留，现在更正吗？"):
        raise Cancelled("没有更正，什么都没有改变。")
    entry = correct_month(ledger, named, frozen, rules, person_of(book), reason=why, approver=by, at=at)
    note_head(book, ledger)
    for name in (sheet.CORRECTED_MONTH, sheet.CORRECTED_CUSTOMERS, sheet.CORRECTION_REASON):
        if book.has_name(name):
            book.write_block(name, [[None]])
    with ledger.reading() as view:
        write_ledger(book, view, day_of(at), working_month(book, view, day_of(at)))
    changed = list(_changed(before, frozen))
    more = "……" if len(changed) > _NAMED else ""
    return Outcome(
        f"{named} 已更正 {len(frozen)} 户（第 {entry.record.revision} 次更正）：{'，'.join(changed[:_NAMED])}{more}。"
        "原记录保留在台账里。",
        data={"month": named, "revision": entry.record.revision, "customers": len(frozen)},
    )


def _changed(before: FrozenTable, after: FrozenTable) -> Iterator[str]:
    """Say of each corrected customer what was frozen of it last, and what stands now."""
    frozen = {number: grade for number, *grade in before.rows("客户编号", *_CORRECTED)}
    for number, *grade in after.rows("客户编号", *_CORRECTED):
        now, was = " ".join(filter(None, grade)) or _UNGRADED, frozen.get(number)
        if was is None:
            yield f"{number} 当月没有封存，现为 {now}"
        elif was == grade:
            yield f"{number} 仍为 {now}"
        else:
            yield f"{number} 由 {' '.join(filter(None, was)) or _UNGRADED} 改为 {now}"


def _question(month: str, customers: int, reviewer: str) -> str:
    review = f"复核人 {reviewer}。" if reviewer else "还没有填写复核人。"
    return f"{month} 共 {customers} 户，{review}月结后这些评级不能再改，只能更正。现在月结吗？"


def _numbers(text: str) -> list[str]:
    for mark in ("；", "，", "、", ","):
        text = text.replace(mark, ";")
    return [part.strip() for part in text.split(";") if part.strip()]


def _graded_again(book: Book, numbers: list[str], rules: RuleSet, as_of: dt.date, month: str) -> FrozenTable:
    """Return the customers named, graded by the rules and on the day of a frozen month."""
    from ccgrade_xl.casework.ledger.frozen import frozen_table  # noqa: PLC0415

    if not numbers:
        raise LedgerFault("请写明要更正哪几户：在“评级台账”的“客户编号”里填写，多户用 ; 隔开。")
    table = read_customers(book)
    meant = dict.fromkeys(number_meant(table, number) for number in numbers)
    rows = [table.rows[row_of(table, number)] for number in meant]
    chosen = Table(table.name, table.headers, rows, table.sheet, table.first_row, table.first_column)
    grades = grades_of(book, chosen, rules, as_of, month)
    return frozen_table(who(chosen), grades)
