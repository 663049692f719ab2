"""What would the rules on 评分规则 do at the next close? Shown on 评级台账 before anybody adopts them.

The customers as they stand are graded twice, by the rules of the month shown and by those on 评分规则; and each weight
is moved a little to see what hangs on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault, RuleFaults, UnknownRules
from ccgrade_xl.pages.closing import kept_rules
from ccgrade_xl.pages.customers import customer_numbers, read_customers, rules_of
from ccgrade_xl.sample import table_columns
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Book, CellValue, Table

if TYPE_CHECKING:
    from ccgrade_xl.casework.health.impact import Impact, Sensitivity
    from ccgrade_xl.casework.ledger import View
    from ccgrade_xl.grading.customers import Coded, Customers
    from ccgrade_xl.rules.ruleset import RuleSet

Row = Sequence[CellValue]


@frozen
class Outlook:
    """What is known before the next close: a sentence, what would change, and what hangs on each weight.

    `impact` is None where the rules are those of the month, or where nothing can be compared.
    """

    sentence: str
    impact: Impact | None = None
    sensitivities: Sequence[Sensitivity] = ()


def show_outlook(book: Book, view: View, month: str, as_of: dt.date, table: Table | None = None) -> Outlook:
    """Show what the rules on 评分规则 would change against those of a frozen month, "" where there is none.

    `table` is 客户 where it has been read already. What stands in the way is said on the sheet and changes nothing else.
    """
    try:
        table = table or read_customers(book)
        rules = rules_of(book)
    except RuleFaults as faults:
        found = Outlook(f"“评分规则”有 {len(faults.faults)} 处要先改正，还不能看影响：{faults.faults[0]}")
    except BookFault as fault:
        found = Outlook(f"还不能看规则的影响：{fault}")
    else:
        found = outlook(view, month, table, rules, as_of)
    _write(book, sheet.IMPACT_SAID, [[found.sentence]])
    _write(book, sheet.IMPACT.name, list(_moves(found.impact, table)))
    _write(book, sheet.IMPACT_STARS.name, list(_stars(found.impact)))
    _write(book, sheet.SENSITIVITY.name, list(_sensitivity(found.sensitivities)))
    return found


def outlook(view: View, month: str, table: Table, rules: RuleSet, as_of: dt.date) -> Outlook:
    """Return what rules would change for the customers of a table against the rules of a frozen month."""
    from ccgrade_xl.casework.health.impact import sensitivity  # noqa: PLC0415 - only a look at the ledger waits for it

    customers = customers_of(table)
    weights = sensitivity(customers, rules, as_of)
    if not month:
        return Outlook("还没有月结，没有可以比较的规则。", None, weights)
    try:
        then = rules_of_month(view, month)
    except UnknownRules as fault:
        return Outlook(f"不能与 {month} 比较：{fault}", None, weights)
    if then.version == rules.version:
        return Outlook(f"评分规则没有改动，仍是 {month} 月结时的规则 {rules.version}。", None, weights)
    from ccgrade_xl.casework.health.impact import impact  # noqa: PLC0415

    found = impact(customers, then, rules, as_of, _previous(view, table, as_of, (then, rules)))
    listed = ""
    if len(found.moves) > sheet.IMPACT.rows:
        listed = (
            f"下面列出用气量最大的 {sheet.IMPACT.rows} 户，"
            f"全部 {len(found.moves)} 户用命令行 ccgrade rules impact 查看。"
        )
    return Outlook(f"{month} 月结时的{said(found, then.version)}{listed}", found, weights)


def said(found: Impact, before: str) -> str:
    """Say in a sentence what a rule set would change against the one before."""
    if not found.moves:
        return f"规则 {before} → {found.draft}：没有客户变动。"
    share = found.usage_at_stake / found.usage if found.usage else 0.0
    return (
        f"规则 {before} → {found.draft}：{len(found.moves)} 户变动，"
        f"星级升 {found.stars_up} 户、降 {found.stars_down} 户；"
        f"星级变动涉及气量 {found.usage_at_stake:,.0f} m³/月（{share:.1%}）。"
    )


def rules_of_month(view: View, month: str) -> RuleSet:
    """Return the rules a month was frozen under. Raises `UnknownRules` where they are kept nowhere."""
    from ccgrade_xl.casework.ledger import MonthFrozen  # noqa: PLC0415

    return kept_rules(view, view.entries(MonthFrozen, month=month)[0].rule_version)


def customers_of(table: Table) -> Customers:
    """Return the customers of a table as they are graded."""
    return boundary.customers_from(table_columns(table), len(table.rows))


def _previous(view: View, table: Table, as_of: dt.date, rule_sets: Sequence[RuleSet]) -> Coded | None:
    """Return each customer's last frozen credit grade, where any of the rules looks at it."""
    if not any(rules.switches.one_grade_up for rules in rule_sets):
        return None
    from ccgrade_xl.casework.month_close import previous_credit_grades  # noqa: PLC0415
    from ccgrade_xl.casework.months import month_of  # noqa: PLC0415

    return previous_credit_grades(view, customer_numbers(table), month_of(as_of))


def _moves(found: Impact | None, table: Table | None) -> Iterator[Row]:
    """Yield who would move, the largest users first, as many as the sheet has rows for."""
    if found is None or table is None:
        return
    numbers = customer_numbers(table)
    names = table.column("客户名称") if "客户名称" in table.headers else [None] * len(numbers)
    for move in islice(found.moves, sheet.IMPACT.rows):
        yield (
            numbers[move.row], boundary.read_text(names[move.row]), move.credit_before, move.credit_after,
            move.star_before, move.star_after, boundary.cell_of(move.usage),
        )  # fmt: skip


def _stars(found: Impact | None) -> Iterator[Row]:
    """Yield the stars from where to where: those of customers who are graded."""
    labels = sheet.IMPACT_STARS.labels
    counts = {}
    if found is not None:
        matrix = next(each for each in found.migrations if each.header == "星级")
        counts = dict(zip(matrix.names, matrix.counts.tolist(), strict=True))
    for label in labels:
        yield label, *(float(count) for count in counts.get(label, ())[: len(labels)])


def _sensitivity(found: Sequence[Sensitivity]) -> Iterator[Row]:
    for each in islice(found, sheet.SENSITIVITY.rows):
        yield (
            each.indicator, each.weight, each.points, each.credit_moved, each.star_moved, each.usage_moved,
        )  # fmt: skip


def _write(book: Book, name: str, rows: Sequence[Row]) -> None:
    if book.has_name(name):
        book.write_block(name, rows)
