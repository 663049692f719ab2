"""Month close (月结): the grades of a month are frozen, once. What was wrong is corrected beside it, never in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from ccgrade_xl.casework.ledger.chain import Head
from ccgrade_xl.casework.ledger.frozen import must_be_complete
from ccgrade_xl.casework.ledger.frozen_table import Columns
from ccgrade_xl.casework.ledger.pen import Pen
from ccgrade_xl.casework.ledger.records import GradesCorrected, MonthFrozen, StepDone
from ccgrade_xl.casework.ledger.star_totals import packed
from ccgrade_xl.casework.ledger.store import Ledger
from ccgrade_xl.casework.ledger.views import Entry, View
from ccgrade_xl.casework.months import first_day
from ccgrade_xl.errors import LedgerFault, MonthClosed
from ccgrade_xl.grading.customers import Coded
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, RuleSet

_NAMED = 5
"""How many customers a sentence names."""


def close_month(
    ledger: Ledger,
    month: str,
    table: Columns,
    rules: RuleSet,
    person: str,
    *,
    reviewer: str = "",
    at: dt.datetime | None = None,
) -> tuple[Entry[MonthFrozen], Head]:
    """Freeze a month's grades; return the record and the ledger's head after it.

    Args:
        ledger: an open ledger.
        month: as 2026-03.
        table: what `frozen_table` made of every customer of the month, graded or not, one row each.
        rules: the rule set the grades come from; its content is kept.
        person: who freezes.
        reviewer: who looked the grades over; recorded as the step 复核 where somebody did.
        at: when; now when left out.

    Raises:
        MonthClosed: the month, or a later one, is frozen already; the sentence says by whom and when.
        LedgerFault: a customer without a number or there twice, grades from other rules, a month that has not
            begun, or the ledger cannot be written. Nothing was frozen then.
    """
    _check(table, rules)
    with ledger.writing(person, at) as pen:
        if first_day(month) > pen.at.astimezone().date():
            raise LedgerFault(f"{month} 还没有到，不能月结，请检查月份。")
        _must_be_next(pen, month)
        if reviewer.strip():
            pen.append(StepDone(month=month, step="复核", note=f"复核人：{reviewer.strip()}"), rules.version)
        pen.keep_rules(rules)
        record = MonthFrozen(
            month=month,
            graded_on=dt.date.fromisoformat(table["评级日期"].tolist()[0]),
            customers=len(table),
            graded=int((table["星级"] != "").sum()),
            seal=pen.freeze(month, 0, table),
            spread=packed(pen.counted(month)),
        )
        entry = pen.append(record, rules.version)
        return entry, pen.head()


def correct_month(
    ledger: Ledger,
    month: str,
    table: Columns,
    rules: RuleSet,
    person: str,
    *,
    reason: str,
    approver: str,
    at: dt.datetime | None = None,
) -> Entry[GradesCorrected]:
    """Put right grades beside those of a frozen month; what was frozen stays as it was.

    `table` holds the corrected customers only, as `frozen_table` made them. Raises `LedgerFault` for a month that
    is not frozen, without a reason or an approver, and as `close_month` does.
    """
    _check(table, rules)
    if not reason.strip() or not approver.strip():
        raise LedgerFault(f"更正 {month} 的评级要写明原因和批准人，请填写后再试。")
    with ledger.writing(person, at) as pen:
        if month not in pen.months():
            raise LedgerFault(f"{month} 还没有月结，不需要更正；请直接重新评级。")
        pen.keep_rules(rules)
        revision = pen.revision(month) + 1
        record = GradesCorrected(
            month=month,
            revision=revision,
            reason=reason.strip(),
            approver=approver.strip(),
            customers=len(table),
            seal=pen.freeze(month, revision, table),
            spread=packed(pen.counted(month)),
        )
        return pen.append(record, rules.version)


def previous_credit_grades(view: View, customers: Sequence[str], month: str) -> Coded:
    """Return each customer's credit grade in the last month frozen before `month`, as `grade_sample` takes it.

    Where the customer was 待定, or not graded, the latest grade decided before that counts: a month without papers
    is no way around 一期只升一级. Blank for a customer never graded.
    """
    before = [each for each in view.months() if each < month]
    if not before:
        return Coded.blank(len(customers))
    last = view.frozen(before[-1], ("客户编号", "信用等级"))
    found = {
        customer: grade
        for customer, grade in zip(last["客户编号"].tolist(), last["信用等级"].tolist(), strict=True)
        if grade in CREDIT_GRADES
    }
    found = view.last_credit_grades([each for each in customers if each not in found], before[-1]) | found
    return Coded.of(found.get(customer) for customer in customers)


def _must_be_next(pen: Pen, month: str) -> None:
    """Refuse a month that is frozen, or lies before one that is."""
    months = pen.months()
    if month in months:
        entry = pen.entries(MonthFrozen, month=month)[0]
        when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M")
        raise MonthClosed(
            f"{month} 已由{entry.person}于 {when} 月结（{entry.record.customers} 户），不能再次月结；"
            "有错请用更正，原记录会保留。"
        )
    if months and month < months[-1]:
        raise MonthClosed(f"{month} 早于已经月结的 {months[-1]}，不能再补月结；请检查月份。")


def _check(table: Columns, rules: RuleSet) -> None:
    """Refuse what would freeze nonsense: no customers, no numbers, the same number twice, other rules."""
    if not len(table):
        raise LedgerFault("没有客户可以月结，请先导入数据并评级。")
    must_be_complete(table)
    numbers = table["客户编号"].tolist()
    blank = [row for row, number in enumerate(numbers, start=1) if not str(number).strip()]
    if blank:
        rows = "、".join(map(str, blank[:_NAMED]))
        raise LedgerFault(f"第 {rows} 户等 {len(blank)} 户没有客户编号，不能月结，请先补上。")
    twice = [number for number, times in Counter(numbers).items() if times > 1]
    if twice:
        named = "、".join(twice[:_NAMED])
        raise LedgerFault(f"客户编号 {named} 等 {len(twice)} 个重复出现，不能月结，请先合并或改正。")
    others = sorted(set(table["规则版本"].tolist()) - {rules.version})
    if others:
        raise LedgerFault(
            f"评级用的规则版本是 {'、'.join(others[:_NAMED])}，不是 {rules.version}，请重新评级后再月结。"
        )
