"""From raw values to the rows of a rule set: what TOML and the tables of 评分规则 have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import NOTHING, define, field

from ccgrade_xl.errors import NotUnderstood, RuleFaults
from ccgrade_xl.rules.ruleset import RuleSet, Switches
from ccgrade_xl.rules.schema import RULE_TABLES, RuleColumn, RuleTable, wanted
from ccgrade_xl.rules.validation import faults
from ccgrade_xl.rules.wording import plain

ReadValue = Callable[[RuleColumn, object], object]
"""Reads one raw value as its column asks; raises `NotUnderstood` with the end of a fault sentence."""


@define
class RuleReader:
    """Collects the rows of a rule set and every fault on the way.

    `read` reads one value, `label` names a column in a fault. `fields` are the `RuleSet` attributes read so
    far, `rows` the row numbers each was written in, `spoiled` the tables that could not be read whole.
    """

    read: ReadValue
    label: Callable[[RuleColumn], str]
    fields: dict[str, Any] = field(factory=dict)
    rows: dict[str, Sequence[int]] = field(factory=dict)
    faults: list[str] = field(factory=list)
    spoiled: set[str] = field(factory=set)

    def fault(self, table: RuleTable, sentence: str) -> None:
        """Note a fault; the table it is in is not looked at further."""
        self.faults.append(sentence)
        self.spoiled.add(table.field)

    def row(
        self,
        table: RuleTable,
        raw: Mapping[str, object],
        place: Callable[[RuleColumn], str],
        otherwise: Any = None,
    ) -> Any:
        """Return a row made of raw values by attribute, None after a fault.

        What is empty is as in `otherwise`, where there is one.
        """
        values: dict[str, object] = {}
        for entry in table.entries:
            try:
                values[entry.attribute] = self._value(table, entry, raw, otherwise)
            except NotUnderstood as fault:
                self.fault(table, f"{place(entry)}：{self.label(entry)}{fault}")
        return table.row(**values) if len(values) == len(table.entries) else None

    def _value(
        self, table: RuleTable, entry: RuleColumn, raw: Mapping[str, object], otherwise: Any
    ) -> object:
        value = raw.get(entry.attribute)
        if not is_blank(value):
            return self.read(entry, value)
        if value is None and otherwise is not None:
            return getattr(otherwise, entry.attribute)
        default = table.default(entry)
        if default is NOTHING or (entry.needed_with and not is_blank(raw.get(entry.needed_with))):
            raise NotUnderstood(f"没有填，请{wanted(entry)}。")
        return default

    def finish(self) -> RuleSet:
        """Return the validated rule set; raise `RuleFaults` with every fault there is."""
        empty: dict[str, Any] = {
            table.field: Switches() if table.is_switches else () for table in RULE_TABLES.values()
        }
        rules = RuleSet(**(empty | self.fields))
        found = [*self.faults, *faults(rules, rows=self.rows, without=self.spoiled)]
        if found:
            raise RuleFaults(found)
        return rules


def everywhere(place: str) -> Callable[[RuleColumn], str]:
    """Return a place that is the same for every column of a row."""
    return lambda _: place


def is_blank(value: object) -> bool:
    """Return whether a raw value is none at all: empty, or a text of blanks."""
    return value is None or (isinstance(value, str) and not plain(value))
