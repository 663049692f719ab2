"""What makes a rule set contradictory: every fault a sentence that names table, row and remedy."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from attrs import frozen

from ccgrade_xl.errors import RuleFaults
from ccgrade_xl.rules import ladder_checks, step_checks, word_checks
from ccgrade_xl.rules.places import Places
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import TABLE_BY_FIELD, RuleColumn, wanted
from ccgrade_xl.rules.wording import shown


@frozen
class Check:
    """One check, and the tables it looks at; it is left out when one of them cannot be trusted."""

    fields: tuple[str, ...]
    find: Callable[[RuleSet, Places], Iterator[str]]


CHECKS: tuple[Check, ...] = (
    Check(("usage_tiers",), ladder_checks.usage_tiers),
    Check(("indicators",), word_checks.indicators),
    Check(("options",), word_checks.options),
    Check(("indicators", "options"), word_checks.indicators_without_options),
    Check(("payment_steps",), step_checks.payment_steps),
    Check(("prepayment_steps",), step_checks.prepayment_steps),
    Check(("credit_bands",), ladder_checks.credit_bands),
    Check(("star_bands",), ladder_checks.star_bands),
    Check(("vetoes",), word_checks.vetoes),
    Check(("switches",), step_checks.switches),
    Check(("payment_steps", "switches"), step_checks.open_debt_score),
    Check(("strategies",), word_checks.strategies),
)


def faults(
    rules: RuleSet, *, rows: Mapping[str, Sequence[int]] | None = None, without: Collection[str] = ()
) -> tuple[str, ...]:
    """Return every fault of a rule set, none when it can grade.

    The order of rows does not matter, and a fault names a row as it was written: `rows` gives the row number
    of each row by `RuleSet` attribute (left out: counted from 1). Tables `without` are not looked at.
    """
    places = Places(rows or {})
    unfit = list(_unfit_values(rules, places, without))
    untrusted = {*without, *(field for field, _ in unfit)}
    found = [sentence for _, sentence in unfit]
    for each in CHECKS:
        if untrusted.isdisjoint(each.fields):
            found.extend(each.find(rules, places))
    return tuple(found)


def check(rules: RuleSet) -> RuleSet:
    """Return `rules` when they can grade; raise `RuleFaults` with every fault otherwise."""
    found = faults(rules)
    if found:
        raise RuleFaults(found)
    return rules


def _unfit_values(rules: RuleSet, places: Places, without: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield a fault for each value that no cell or file could hold, with the table it is in."""
    for field, table in TABLE_BY_FIELD.items():
        if field in without:
            continue
        value = getattr(rules, field)
        for row_at, row in enumerate((value,) if table.is_switches else value):
            for entry_at, entry in enumerate(table.entries):
                if cause := _unfit(entry, getattr(row, entry.attribute)):
                    place = places.at(field, entry_at if table.is_switches else row_at)
                    yield field, f"{place}：“{entry.header}”{cause}。"


def _unfit(entry: RuleColumn, value: object) -> str:
    """Return what is wrong with a value by itself and the remedy, nothing when it is fit."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"不是有限的数字，请{wanted(entry)}"
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, str) and text != text.strip():
            return f"的{shown(text)}前后有空格，请去掉"
        if isinstance(text, str) and any("\ud800" <= mark <= "\udfff" for mark in text):
            return "里有残缺的字符，请重新输入"
    return ""
