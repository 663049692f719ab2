"""Which checks are on, and the thresholds they decide by: in Python, as TOML, and as two tables of a workbook."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from attrs import field, frozen

from ccgrade_xl.errors import FileFault, NotUnderstood, RuleFaults
from ccgrade_xl.meters.checks import CHECK, CHECKS
from ccgrade_xl.meters.declaration import FAMILIES, Check, Threshold
from ccgrade_xl.rules.numerals import number_in
from ccgrade_xl.rules.wording import plain, shown

CHECK_HEADERS = ("异常", "启用", "级别", "规则", "所属", "需要的资料")
"""The headers of workbook table 异常项: one row a check; only 启用 is the user's."""
THRESHOLD_HEADERS = ("异常", "参数", "取值", "单位", "来源", "说明")
"""The headers of workbook table 异常阈值: one row a threshold; only 取值 is the user's."""

SOURCE_SHOWN = {"default": "默认值"}
"""How a sheet shows where a threshold comes from: nothing published, so a default."""

Cells = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""A table as it stands on a sheet: its headers, and its rows of cell values."""
_YES_NO = {"是": True, "否": False}


@frozen
class Settings:
    """What differs from the declarations: checks that are on or off by code, values by (code, threshold name)."""

    switched: Mapping[str, bool] = field(factory=dict)
    values: Mapping[tuple[str, str], float] = field(factory=dict)

    def is_on(self, check: Check) -> bool:
        """Return whether a check is to be run."""
        return self.switched.get(check.code, check.on)

    def value(self, check: Check, name: str) -> float:
        """Return the threshold `name` of a check, in the unit it is declared in."""
        return self.values.get((check.code, name), check.default(name))


DEFAULT = Settings()
"""Every check and threshold as declared."""


def parse_settings(text: str, where: str = "异常规则文件") -> Settings:
    """Return the settings a TOML text holds; what is left out stands at its default. `where` names it in sentences.

    Raises `FileFault` where the text is no TOML, `RuleFaults` with every fault at once.
    """
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileFault(f"{where}不合 TOML 格式（{error}）。请检查引号和等号。") from error
    reader = _Reader()
    keys = {check.key: check for check in CHECKS}
    for key, table in document.items():
        check = keys.get(key)
        if check is None:
            reader.faults.append(f"异常规则：不认识 [{key}]，请删去，或改成 {'、'.join(keys)} 之一。")
        elif not isinstance(table, dict):
            reader.faults.append(f"异常规则：{key} 应当是一张表，请写成 [{key}]。")
        else:
            _read_toml(reader, check, table)
    return reader.finish(where)


def settings_text(settings: Settings = DEFAULT) -> str:
    """Return settings as TOML, every check and threshold with its meaning; `parse_settings` gives them back."""
    parts = ["# 远程抄表异常规则\n"]
    for check in CHECKS:
        lines = [f"# {check.code}（{'/'.join(check.severities)}）：{check.rule}", f"[{check.key}]"]
        lines.append(f"on = {'true' if settings.is_on(check) else 'false'}")
        lines += [
            f"{row.name} = {settings.value(check, row.name)!r}  # {row.label}，{row.unit or '比例'}：{row.help}（{row.source}）"
            for row in check.thresholds
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def settings_tables(settings: Settings = DEFAULT) -> dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    """Return settings as the workbook tables 异常项 and 异常阈值: headers and rows of each."""
    checks = [
        (
            check.code,
            "是" if settings.is_on(check) else "否",
            "/".join(check.severities),
            check.rule,
            FAMILIES[check.family],
            _needed(check),
        )
        for check in CHECKS
    ]
    thresholds = [
        (
            check.code,
            row.label,
            settings.value(check, row.name),
            row.unit,
            SOURCE_SHOWN.get(row.source, row.source),
            row.help,
        )
        for check in CHECKS
        for row in check.thresholds
    ]
    return {"异常项": (CHECK_HEADERS, checks), "异常阈值": (THRESHOLD_HEADERS, thresholds)}


def _needed(check: Check) -> str:
    """Return which readings and which parts of the registry a check needs, as a sheet shows it."""
    from ccgrade_xl.meters.readings import READING_COLUMN  # noqa: PLC0415 - only the sheet shows it
    from ccgrade_xl.meters.registry import REGISTRY_COLUMN  # noqa: PLC0415

    readings = [READING_COLUMN[name].header for name in check.reads]
    readings += (
        [" 或 ".join(READING_COLUMN[name].header for name in check.reads_any)] if check.reads_any else []
    )
    known = [REGISTRY_COLUMN[name].header for name in check.knows]
    often = f"（相隔不超过 {check.within_hours:g} 小时）" if check.within_hours else ""
    parts = [
        "读数：" + "、".join(readings or ["时间和累计读数"]) + often,
        "档案：" + "、".join(known) if known else "",
    ]
    return "；".join(part for part in parts if part)


def settings_from_tables(tables: Mapping[str, Cells]) -> Settings:
    """Return the settings the workbook tables hold; a table or a row that is absent stands at its default.

    Raises `RuleFaults` with every fault at once, each naming table and row.
    """
    reader = _Reader()
    for number, cells in _rows(reader, tables, "异常项", ("异常", "启用")):
        check = reader.check(cells["异常"], f"异常项 第 {number} 行")
        if check is not None:
            on = _YES_NO.get(plain(str(cells["启用"] or "")))
            if on is None:
                reader.faults.append(
                    f"异常项 第 {number} 行：“启用”的{shown(cells['启用'])}不是 是 或 否，请改正。"
                )
            else:
                reader.switch(check, on)
    for number, cells in _rows(reader, tables, "异常阈值", ("异常", "参数", "取值")):
        place = f"异常阈值 第 {number} 行"
        check = reader.check(cells["异常"], place)
        if check is not None:
            wanted = plain(str(cells["参数"] or ""))
            row = next((row for row in check.thresholds if plain(row.label) == wanted), None)
            if row is None:
                names = "、".join(row.label for row in check.thresholds)
                reader.faults.append(
                    f"{place}：“{check.code}”没有叫{shown(cells['参数'])}的参数，请改成{names}之一。"
                )
            else:
                reader.set(check, row, cells["取值"], place)
    return reader.finish("评分规则")


@frozen
class _Reader:
    """Collects settings that differ from the declarations, and every fault on the way."""

    switched: dict[str, bool] = field(factory=dict)
    values: dict[tuple[str, str], float] = field(factory=dict)
    faults: list[str] = field(factory=list)

    def check(self, code: Any, place: str) -> Check | None:
        found = next((check for check in CHECK.values() if plain(check.code) == plain(str(code or ""))), None)
        if found is None:
            self.faults.append(f"{place}：没有叫{shown(code)}的异常，请改成{'、'.join(CHECK)}之一。")
        return found

    def switch(self, check: Check, on: bool) -> None:
        if on != check.on:
            self.switched[check.code] = on

    def set(self, check: Check, row: Threshold, value: Any, place: str) -> None:
        try:
            number = _number(value, row.unit)
        except NotUnderstood as fault:
            self.faults.append(f"{place}：“{row.label}”{fault}")
            return
        if not row.least <= number <= row.most:
            self.faults.append(
                f"{place}：“{row.label}”的{shown(value)}不在 {row.least:g}–{row.most:g} 之间，请改正。"
            )
        elif number != row.default:
            self.values[check.code, row.name] = number

    def finish(self, where: str) -> Settings:
        settings = Settings(self.switched, self.values)
        self.faults.extend(_milder(settings))
        if self.faults:
            raise RuleFaults(self.faults, where)
        return settings


_LEVELS = ("low_", "medium_", "high_")


def _milder(settings: Settings) -> Iterator[str]:
    """Yield what is wrong where a graver level would be reached before a lighter one: their defaults tell which way they go."""
    for check in CHECKS:
        rows = {row.name: row for row in check.thresholds}
        for light, grave in combinations(_LEVELS, 2):
            for name, mild in rows.items():
                severe = rows.get(grave + name.removeprefix(light))
                if not name.startswith(light) or severe is None:
                    continue
                low, high = settings.value(check, name), settings.value(check, severe.name)
                rises = severe.default > mild.default
                if low > high if rises else low < high:
                    yield (
                        f"{check.code}：“{severe.label}”{high:g} 比“{mild.label}”{low:g} 还宽，"
                        f"应{'不小于' if rises else '不大于'}它，请改正。"
                    )


def _number(value: Any, unit: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    number = number_in(value, unit) if isinstance(value, str) else None
    if number is None:
        raise NotUnderstood(f"的{shown(value)}不是数字，请填数字{f'（{unit}）' if unit else ''}。")
    return number


def _read_toml(reader: _Reader, check: Check, table: Mapping[str, Any]) -> None:
    rows = {row.name: row for row in check.thresholds}
    for name, value in table.items():
        if name == "on":
            if isinstance(value, bool):
                reader.switch(check, value)
            else:
                reader.faults.append(
                    f"异常规则 [{check.key}]：on 的{shown(value)}不是 true 或 false，请改正。"
                )
        elif name not in rows:
            known = "、".join(("on", *rows))
            reader.faults.append(f"异常规则 [{check.key}]：不认识 {name}，请删去，或改成 {known} 之一。")
        elif isinstance(value, str):
            reader.faults.append(f"异常规则 [{check.key}]：{name} 的{shown(value)}不是数字，请去掉引号。")
        else:
            reader.set(check, rows[name], value, f"异常规则 [{check.key}]")


def _rows(
    reader: _Reader, tables: Mapping[str, Cells], name: str, headers: tuple[str, ...]
) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a table that are not empty, numbered from 1, as their cells by header."""
    if name not in tables:
        return []
    present = [plain(str(header)) for header in tables[name][0]]
    lacking = [header for header in headers if plain(header) not in present]
    if lacking:
        reader.faults.append(f"{name} 表头：缺少“{'、'.join(lacking)}”，请补上或改正表头。")
        return []
    places = {header: present.index(plain(header)) for header in headers}
    return [
        (number, cells)
        for number, row in enumerate(tables[name][1], 1)
        if any(
            (cells := {header: row[at] if at < len(row) else None for header, at in places.items()}).values()
        )
    ]
