"""Rule sets as TOML: read with every fault at once, written so that a person can edit them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from ccgrade_xl.errors import FileFault, NotUnderstood
from ccgrade_xl.rules.reading import RuleReader, everywhere
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES, TABLE_BY_FIELD, RuleColumn, RuleTable, chosen, wanted
from ccgrade_xl.rules.wording import shown

SIZE_LIMIT = 4_000_000
"""A rule file is some 20 kB; one larger than this many bytes is something else."""

_POSITION = re.compile(r"at line (\d+), column (\d+)")


def parse_rules(text: str) -> RuleSet:
    """Return the rule set a TOML text holds, validated.

    Every table must be there; a key of `[switches]` that is left out stands at its default. Raises
    `FileFault` with the line where the text is no TOML, `RuleFaults` with every fault of the rules.
    """
    document = _document(text)
    reader = RuleReader(read=_value, label=lambda entry: f"“{entry.header}”（{entry.attribute}）")
    for name in sorted(document.keys() - TABLE_BY_FIELD.keys()):
        reader.faults.append(f"规则文件：不认识 {name}，请删去，或改成 {'、'.join(TABLE_BY_FIELD)} 之一。")
    for table in RULE_TABLES.values():
        if table.field not in document:
            reader.fault(
                table, f"{_name(table)}：规则文件里没有这张表，请补上；可以先导出一份完整的规则再修改。"
            )
        elif table.is_switches:
            _read_switches(reader, table, document[table.field])
        else:
            _read_rows(reader, table, document[table.field])
    return reader.finish()


def read_rules(path: Path) -> RuleSet:
    """Return the validated rule set of a TOML file.

    Raises `FileFault` naming the file (and the line) where it is missing, too large, not UTF-8 or no TOML,
    `RuleFaults` with every fault of the rules.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise FileFault(f"规则文件“{path}”太大，不像是评分规则，请检查文件。")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FileFault(f"读不到规则文件“{path}”，请检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise FileFault(f"规则文件“{path}”不是 UTF-8 编码的文本，请另存为 UTF-8 编码。") from error
    try:
        return parse_rules(text)
    except FileFault as fault:
        raise FileFault(f"“{path}”：{fault}") from fault


def rules_text(rules: RuleSet) -> str:
    """Return a rule set as TOML, a row a line under Chinese headings; `parse_rules` gives it back exactly."""
    tables = sorted(
        RULE_TABLES.values(), key=lambda table: table.is_switches
    )  # a [table] comes after every array
    return f"# 评分规则 {rules.version}\n\n" + "\n".join(
        _heading(table)
        + (_switch_lines if table.is_switches else _row_lines)(table, getattr(rules, table.field))
        for table in tables
    )


def _document(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        at = _POSITION.search(str(error))
        where = f"第 {at[1]} 行第 {at[2]} 列附近" if at else "末尾附近"
        raise FileFault(
            f"规则文件{where}不合 TOML 格式，请检查引号、括号和逗号是否成对、是否用了中文标点。"
        ) from error


def _name(table: RuleTable) -> str:
    return f"{table.name}（{table.field}）"


def _read_rows(reader: RuleReader, table: RuleTable, items: Any) -> None:
    if not isinstance(items, list):
        reader.fault(table, f"{_name(table)}：应当是若干行的列表，请写成 {table.field} = [ {{ … }}, … ]。")
        return
    rows = []
    for number, item in enumerate(items, start=1):
        place = f"{_name(table)}第 {number} 行"
        if _is_row(reader, table, item, place):
            rows.append(reader.row(table, item, everywhere(place)))
    reader.fields[table.field] = [row for row in rows if row is not None]


def _read_switches(reader: RuleReader, table: RuleTable, item: Any) -> None:
    if _is_row(reader, table, item, _name(table)):
        switches = reader.row(table, item, everywhere(_name(table)), otherwise=table.row())
        reader.fields[table.field] = switches or table.row()


def _is_row(reader: RuleReader, table: RuleTable, item: Any, place: str) -> bool:
    if not isinstance(item, dict):
        reader.fault(table, f"{place}：应当是一组“名称 = 值”，请写成 {{ … }}。")
        return False
    known = [entry.attribute for entry in table.entries]
    for key in sorted(item.keys() - known):
        reader.fault(table, f"{place}：不认识 {key}，请删去，或改成 {'、'.join(known)} 之一。")
    return True


def _value(entry: RuleColumn, value: object) -> object:
    if entry.kind == "words":
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(word.strip() for word in value)
        raise NotUnderstood(f"的{shown(value)}不是文字的列表，请写成方括号里的列表。")
    if entry.kind == "yes_no":
        if isinstance(value, bool):
            return value
        raise NotUnderstood(f"的{shown(value)}不是 true 或 false，请改成其中之一。")
    if entry.kind == "text":
        if isinstance(value, str):
            return chosen(entry, value)
        raise NotUnderstood(f"的{shown(value)}不是文字，请{wanted(entry)}，加上引号。")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _float(value)
    raise NotUnderstood(f"的{shown(value)}不是数字，请{wanted(entry)}，不加引号。")


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise NotUnderstood("的数字太大，请改小。") from error


def _heading(table: RuleTable) -> str:
    entries = "".join(f"#   {entry.attribute}  {entry.header}：{entry.help}\n" for entry in table.entries)
    return f"# {table.name}：{table.help}\n{entries}"


def _row_lines(table: RuleTable, rows: tuple[Any, ...]) -> str:
    lines = "".join(
        "    { " + ", ".join(f"{key} = {text}" for key, text in _literals(table, row).items()) + " },\n"
        for row in rows
    )
    return f"{table.field} = [\n{lines}]\n"


def _switch_lines(table: RuleTable, switches: Any) -> str:
    return f"[{table.field}]\n" + "".join(
        f"{key} = {text}\n" for key, text in _literals(table, switches).items()
    )


def _literals(table: RuleTable, row: Any) -> Mapping[str, str]:
    """Return a row's attributes as TOML, without those that are empty."""
    values = {entry.attribute: getattr(row, entry.attribute) for entry in table.entries}
    return {key: _literal(value) for key, value in values.items() if value not in (None, "", ())}


def _literal(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return tomli_w.dumps({"_": value}).removeprefix("_ = ").removesuffix("\n")
