"""The scorecard's health and the impact of a draft, for the command line: a closed workbook and its ledger."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ccgrade_xl import boundary
from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.customers import customer_numbers, read_customers, rules_of
from ccgrade_xl.pages.grading import previous_grades
from ccgrade_xl.pages.ledger import ledger_of
from ccgrade_xl.pages.rule_impact import customers_of, rules_of_month, said
from ccgrade_xl.rules.toml_file import read_rules

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import View
    from ccgrade_xl.rules.ruleset import RuleSet

_LISTED = 50
"""How many movers are listed on the screen; `--json` lists all."""


@frozen
class Part:
    """One table of a report."""

    title: str
    headers: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    message: str = ""
    data: dict[str, Any] = field(factory=dict)


def health_of(file: Path, month: str | None, against: str | None) -> list[Part]:
    """Return stability, migration and discrimination between two frozen months, and the weights' sensitivity."""
    from ccgrade_xl.casework.health.impact import sensitivity  # noqa: PLC0415 - only these commands wait for it

    book = ClosedFileBook(file)
    with ledger_of(book).reading() as view:
        months = view.months()
        if not months:
            raise LedgerFault("台账里还没有月结，无法检查；先月结。")
        shown = boundary.read_month_text(month) or months[-1]
        before = [each for each in months if each < shown]
        compared = boundary.read_month_text(against) or (before[-1] if before else "")
        parts = _compared(view, shown, compared) if compared else []
        parts.append(_discrimination(view, months))
    table = read_customers(book)
    found = sensitivity(customers_of(table), rules_of(book), dt.datetime.now().astimezone().date())
    rows = [
        (each.indicator, _shown(each.weight), f"{each.points:+g}", each.credit_moved, each.star_moved, _shown(each.usage_moved))
        for each in found
    ]  # fmt: skip
    headers = ("指标", "权重", "变动", "信用等级变动户数", "星级变动户数", "涉及气量")
    return [*parts, Part("权重敏感性（现有资料）", headers, rows)]


def impact_of(file: Path, draft: Path | None, as_of: dt.date, month: str | None = None) -> Part:
    """Return who moves from where to where under a draft rule set, the largest users first.

    Without a draft, the rules on 评分规则 are one against those of a frozen month, the last where none is named.
    """
    from ccgrade_xl.casework.health.impact import impact  # noqa: PLC0415

    book = ClosedFileBook(file)
    table, current = read_customers(book), rules_of(book)
    if draft is None:
        rules, current = current, _rules_then(book, month)
    elif month is not None:
        raise LedgerFault("规则文件是与工作簿现在的规则相比，不用写月份：请去掉 --month，或去掉规则文件。")
    else:
        rules = read_rules(draft)
    previous = previous_grades(book, table, rules, as_of) or previous_grades(book, table, current, as_of)
    found = impact(customers_of(table), current, rules, as_of, previous)
    numbers = customer_numbers(table)
    rows = [
        (numbers[move.row], move.credit_before, move.credit_after, move.star_before, move.star_after, _shown(move.usage))
        for move in found.moves
    ]  # fmt: skip
    headers = ("客户编号", "原信用等级", "新信用等级", "原星级", "新星级", "月均用气量")
    message = said(found, current.version)
    if len(rows) > _LISTED:
        message += f"下面列出气量最大的 {_LISTED} 户，全部用 --json 查看。"
    data = {
        "rules": current.version, "draft": found.draft, "moved": [dict(zip(headers, row, strict=True)) for row in rows],
        "stars_up": found.stars_up, "stars_down": found.stars_down,
        "usage_at_stake": found.usage_at_stake, "usage": found.usage,
        "migrations": {
            each.header: {"names": list(each.names), "counts": each.counts.tolist()} for each in found.migrations
        },
    }  # fmt: skip
    return Part("规则影响", headers, rows[:_LISTED], message, data)


def _compared(view: View, shown: str, compared: str) -> list[Part]:
    from ccgrade_xl.casework.health.migration import migrations  # noqa: PLC0415
    from ccgrade_xl.casework.health.stability import stability  # noqa: PLC0415

    after, before = view.frozen(shown), view.frozen(compared)
    named = f"{compared} → {shown}"
    rows = [(each.name, _shown(each.psi, 3), each.light) for each in stability(before, after)]
    parts = [Part(f"样本稳定性 {named}", ("项目", "PSI", "判断"), rows)]
    for each in migrations(before, after):
        counts = [(name, *row) for name, row in zip(each.names, each.counts.tolist(), strict=True)]
        title = f"{each.header}变动 {named}：升 {each.risen} 户，降 {each.fallen} 户，不变 {each.stayed} 户"
        parts.append(Part(title, ("从＼到", *each.names), counts))
    return parts


def _discrimination(view: View, months: list[str]) -> Part:
    from ccgrade_xl.casework.health.discrimination import HORIZON, discriminations  # noqa: PLC0415

    month = months[-1 - HORIZON] if len(months) > HORIZON else months[0]
    rows = [
        (each.name, each.customers, each.bads, _shown(each.ks, 2), _shown(each.gini, 2), each.verdict)
        for each in discriminations(view, month)
    ]
    headers = ("项目", "户数", "逾期户", "KS", "Gini", "判断")
    return Part(f"区分力：{month} 的得分，看其后 {HORIZON} 个月", headers, rows)


def _rules_then(book: ClosedFileBook, month: str | None) -> RuleSet:
    """Return the rules of a frozen month, the last where none is named."""
    with ledger_of(book).reading() as view:
        months = view.months()
        if not months:
            raise LedgerFault("台账里还没有月结，没有可以比较的规则；请写明规则文件，或先月结。")
        named = boundary.read_month_text(month) or months[-1]
        if named not in months:
            raise LedgerFault(f"{named} 还没有月结；已月结的月份：{'、'.join(months)}。")
        return rules_of_month(view, named)


def _shown(number: float, digits: int = 0) -> str:
    return "—" if math.isnan(number) else f"{number:,.{digits}f}"
