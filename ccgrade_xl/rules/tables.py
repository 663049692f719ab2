"""The rule set as the tables of sheet 评分规则, both ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ccgrade_xl.rules.cells import Cell, from_cell, text_in, to_cell
from ccgrade_xl.rules.reading import RuleReader, everywhere, is_blank
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES, SWITCHES, RuleColumn, RuleTable
from ccgrade_xl.rules.wording import plain, shown

__all__ = [
    "RULE_TABLES",
    "SWITCHES",
    "Cells",
    "RuleColumn",
    "RuleTable",
    "rule_tables",
    "rules_from_tables",
    "table_named_by",
]

Cells: TypeAlias = tuple[Sequence[str], Sequence[Sequence[Cell]]]
"""A table as it stands on a sheet: its headers, and its rows of cell values."""

_UNIT_BEHIND = re.compile(r"[(\[【].*[)\]】]\s*$")


def rule_tables(rules: RuleSet) -> dict[str, tuple[tuple[str, ...], list[tuple[Cell, ...]]]]:
    """Return every table of 评分规则 by name, each its headers and its rows.

    Numbers are floats, yes and no are 是 and 否, synonyms stand in one cell, None is an empty cell.
    `rules_from_tables` gives the same rule set back.
    """
    return {table.name: (table.headers, list(_rows(table, getattr(rules, table.field)))) for table in _all()}


def rules_from_tables(
    tables: Mapping[str, Cells], base: RuleSet | None = None, *, first_rows: Mapping[str, int] | None = None
) -> RuleSet:
    """Return the validated rule set that the tables of 评分规则 hold.

    `tables` are by table name; one that is absent is taken from `base` (the default set), and so is a switch
    that is not written out. Headers may stand in any order, columns that are not ours are left alone, wholly
    empty rows too. `first_rows` gives the sheet row of each table's first data row; without it faults count a
    table's rows from 1. Raises `RuleFaults` with every fault in every table.
    """
    base = RuleSet.default() if base is None else base
    reader = RuleReader(read=from_cell, label=lambda entry: f"“{entry.header}”")
    for name in sorted(tables.keys() - RULE_TABLES.keys()):
        reader.faults.append(f"没有叫“{name}”的规则表，请改成{'、'.join(RULE_TABLES)}之一。")
    for table in _all():
        if table.name not in tables:
            reader.fields[table.field] = getattr(base, table.field)
            continue
        headers, rows = tables[table.name]
        first = (first_rows or {}).get(table.name, 1)
        cells = list(_cells(reader, table, headers, rows, first))
        if table.is_switches:
            _read_switches(reader, table, cells, base)
        else:
            _read_rows(reader, table, cells)
    return reader.finish()


def table_named_by(headers: Sequence[str]) -> str | None:
    """Return the name of the rule table that has these headers, None when no single one fits best.

    More than half of a table's columns must be there, so that one with a misspelt header is still recognised
    (and its fault named by `rules_from_tables`).
    """
    present = {_heading(header) for header in headers}
    shares = {
        table.name: sum(_heading(header) in present for header in table.headers) / len(table.columns)
        for table in _all()
    }
    ranked = sorted(((share, len(RULE_TABLES[name].columns)), name) for name, share in shares.items())
    (second, _), (best, name) = ranked[-2:]
    return name if best[0] > 0.5 and best != second else None


def _all() -> Sequence[RuleTable]:
    return tuple(RULE_TABLES.values())


def _rows(table: RuleTable, value: Any) -> Iterator[tuple[Cell, ...]]:
    if table.is_switches:
        for entry in table.entries:
            yield entry.header, to_cell(entry, getattr(value, entry.attribute)), entry.help
        return
    for row in value:
        yield tuple(to_cell(column, getattr(row, column.attribute)) for column in table.columns)


def _cells(
    reader: RuleReader, table: RuleTable, headers: Sequence[str], rows: Sequence[Sequence[Cell]], first: int
) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Yield each row that is not empty as its row number and its cells by header of the table."""
    places = _places(reader, table, headers)
    remarks = {column.header for column in table.columns if column.is_remark}
    for number, row in enumerate(rows, start=first):
        cells = {header: row[at] if at < len(row) else None for header, at in places.items()}
        if any(not is_blank(cell) for header, cell in cells.items() if header not in remarks):
            yield number, cells


def _places(reader: RuleReader, table: RuleTable, headers: Sequence[str]) -> dict[str, int]:
    """Return where each column of the table stands; note those that are missing or there twice."""
    present = [_heading(header) for header in headers]
    places = {}
    for column in table.columns:
        times = present.count(_heading(column.header))
        if times > 1:
            reader.fault(table, f"{table.name} 表头：“{column.header}”有 {times} 列，请只留一列。")
        elif times:
            places[column.header] = present.index(_heading(column.header))
        elif not column.is_remark:
            reader.fault(table, f"{table.name} 表头：缺少“{column.header}”这一列，请补上或改正表头。")
    return places if table.field not in reader.spoiled else {}


def _heading(header: str) -> str:
    """Return the form in which headers are compared: without the unit in brackets behind it."""
    return plain(_UNIT_BEHIND.sub("", unicodedata.normalize("NFKC", header)))


def _read_rows(reader: RuleReader, table: RuleTable, rows: Sequence[tuple[int, dict[str, Cell]]]) -> None:
    read = [
        reader.row(
            table,
            {column.attribute: cells[column.header] for column in table.columns},
            everywhere(f"{table.name} 第 {number} 行"),
        )
        for number, cells in rows
    ]
    reader.fields[table.field] = [row for row in read if row is not None]
    reader.rows[table.field] = [number for number, _ in rows]


def _read_switches(
    reader: RuleReader, table: RuleTable, rows: Sequence[tuple[int, dict[str, Cell]]], base: RuleSet
) -> None:
    name_header, value_header, *_ = table.headers
    by_name = {plain(entry.header): entry for entry in table.entries}
    numbers: dict[str, int] = {}
    raw: dict[str, object] = {}
    for number, cells in rows:
        place = f"{table.name} 第 {number} 行"
        entry = by_name.get(plain(text_in(cells[name_header])))
        if entry is None:
            names = "、".join(table.columns[0].choices)
            reader.fault(
                table, f"{place}：没有叫{shown(cells[name_header])}的开关，请改成{names}之一，或删去这一行。"
            )
        elif entry.attribute in raw:
            before = numbers[entry.attribute]
            reader.fault(table, f"{place}：“{entry.header}”在第 {before} 行已经写过，请删去其中一行。")
        elif is_blank(cells[value_header]):
            reader.fault(table, f"{place}：“{entry.header}”的取值没有填，请填写；要用默认值请删去这一行。")
        else:
            raw[entry.attribute] = cells[value_header]
            numbers[entry.attribute] = number
    switches = reader.row(
        table,
        raw,
        lambda entry: f"{table.name} 第 {numbers[entry.attribute]} 行",
        otherwise=base.switches,
    )
    reader.fields[table.field] = switches or base.switches
    reader.rows[table.field] = [numbers.get(entry.attribute, 0) for entry in table.entries]
