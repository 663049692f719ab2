"""The rule tables: what each column holds, the default values, and what a fault in it is answered with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addin.documents.tables import table
from addin.workbook.rule_sheet import GAP, LANES, TOP
from ccgrade_xl.errors import RuleFaults
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES, RuleTable
from ccgrade_xl.rules.tables import rule_tables as tables_of
from ccgrade_xl.rules.tables import rules_from_tables

Rows = list[list[Any]]


def _set(row: int, column: int, value: object) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row][column] = value

    return change


def _without_last(rows: Rows) -> None:
    rows.pop()


MISTAKES: dict[str, tuple[str, Callable[[Rows], None]]] = {
    "用气量分档": ("把四级的下限改成 100000", _set(1, 1, 100000.0)),
    "信用指标": ("把气费缴纳的权重写成“三成半”", _set(3, 1, "三成半")),
    "指标选项": ("把“事业单位”也写成“机关单位”", _set(1, 1, "机关单位")),
    "缴纳分档": ("删去最后一行", _without_last),
    "预收分档": ("把第一行的“含下限”清空", _set(0, 1, None)),
    "信用等级分档": ("把 4A 的下限改成 95", _set(1, 1, 95.0)),
    "星级分档": ("把一星级的下限改成 1", _set(4, 1, 1.0)),
    "否决规则": ("把窃气的期限改成 0", _set(0, 1, 0.0)),
    "评级开关": ("把完整度下限改成 6", _set(0, 1, 6.0)),
    "策略": ("删去一星级这一行", _without_last),
}
"""One mistake a table: what was done, and doing it."""


def rule_tables() -> str:
    """Return every rule table: its columns, its default values, a mistake and its answer."""
    tables = tables_of(RuleSet.default())
    return "\n\n".join(_table(declared, *tables[name]) for name, declared in RULE_TABLES.items())


def _table(declared: RuleTable, headers: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    columns = [
        (column.header, column.unit, column.help, "、".join(column.choices)) for column in declared.columns
    ]
    done, _ = MISTAKES[declared.name]
    return "\n\n".join(
        [
            f"#### {declared.name}",
            declared.help,
            table(("列", "单位", "填什么", "可选"), columns),
            "默认值：",
            table(headers, rows),
            f"填错时的提示，例如{done}：",
            f"> {_answered(declared.name)}",
        ]
    )


def _answered(name: str) -> str:
    """Return the sentence that a mistake in a table is answered with."""
    tables = {
        each: (headers, [list(row) for row in rows])
        for each, (headers, rows) in tables_of(RuleSet.default()).items()
    }
    MISTAKES[name][1](tables[name][1])
    try:
        rules_from_tables(tables, RuleSet.default(), first_rows=first_rows())
    except RuleFaults as found:
        return found.faults[0]
    raise AssertionError(f"the mistake in {name} is none")


def first_rows() -> dict[str, int]:
    """Return the sheet row of every table's first line of data, as the template places it."""
    tables = tables_of(RuleSet.default())
    rows = {}
    for _left, _widths, names in LANES:
        row = TOP
        for name in names:
            rows[name] = row + 4
            row += 3 + len(tables[name][1]) + GAP
    return rows
