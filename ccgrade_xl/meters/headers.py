"""Which column of a source is which column of the readings, and what turns its unit into ours?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import tomli_w
from attrs import frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.meters.readings import READING_COLUMN, READING_COLUMNS, ReadingColumn, missing_columns
from ccgrade_xl.rules.wording import plain, shown

_BRACKETS = re.compile(r"[(\[【](.*?)[)\]】]")
_UNITS: dict[str, dict[str, tuple[float, float]]] = {
    "m³": {
        **dict.fromkeys(("m3", "立方米", "立方", "方", "nm3", "sm3", "标方", "标立方米"), (1.0, 0.0)),
        **dict.fromkeys(("l", "升", "dm3"), (0.001, 0.0)),
        **dict.fromkeys(("万m3", "万立方米", "万方"), (10_000.0, 0.0)),
    },
    "m³/h": {
        **dict.fromkeys(("m3/h", "立方米/小时", "立方米/时", "方/小时", "nm3/h", "sm3/h"), (1.0, 0.0)),
        **dict.fromkeys(("l/h", "升/小时"), (0.001, 0.0)),
        "m3/min": (60.0, 0.0),
        "l/min": (0.06, 0.0),
    },
    "kPa": {
        "kpa": (1.0, 0.0),
        "千帕": (1.0, 0.0),
        "mpa": (1000.0, 0.0),
        "兆帕": (1000.0, 0.0),
        "bar": (100.0, 0.0),
        "pa": (0.001, 0.0),
        "mbar": (0.1, 0.0),
    },
    "℃": {"°c": (1.0, 0.0), "c": (1.0, 0.0), "摄氏度": (1.0, 0.0), "k": (1.0, -273.15)},
    "%": {"%": (1.0, 0.0), "百分比": (1.0, 0.0)},
    "dBm": {"dbm": (1.0, 0.0)},
    "元": {"元": (1.0, 0.0), "万元": (10_000.0, 0.0), "分": (0.01, 0.0)},
}
"""What turns a unit (as `plain` compares it) into the column's own: factor and addend."""


@frozen
class SourceColumn:
    """A column of the source that is one of ours: value × `factor` + `addend` is in our unit."""

    header: str
    factor: float = 1.0
    addend: float = 0.0


@frozen
class HeaderMap:
    """How a source maps onto the readings: source columns by canonical name, headers that mean nothing to us, remarks."""

    columns: Mapping[str, SourceColumn]
    unmapped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def map_headers(headers: Sequence[str], where: str, profile: Mapping[str, str] | None = None) -> HeaderMap:
    """Return the mapping of headers; `profile` (header by canonical name) goes before names and synonyms.

    Raises `FileFault` naming `where` when a required column, or every register, is missing.
    """
    found: dict[str, SourceColumn] = {}
    remarks: list[str] = []
    for column in READING_COLUMNS:
        header = _profiled(column, headers, profile or {}) or _named(column, headers, found)
        if header is not None:
            found[column.name] = _with_unit(column, header, where, remarks)
    lacking = missing_columns(found)
    if lacking:
        raise FileFault(
            f"{where}的表头里找不到“{'、'.join(lacking)}”列（表头是：{'、'.join(map(str, headers))[:120]}）。"
            "请改正表头，或在表头对照里指明。"
        )
    used = {column.header for column in found.values()}
    return HeaderMap(found, tuple(header for header in headers if header not in used), tuple(remarks))


def read_profile(path: Path) -> dict[str, str]:
    """Return the header profile of a TOML file, header by canonical name. Raises `FileFault`."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FileFault(f"读不到表头对照文件“{path}”，或者它不合 TOML 格式。请检查文件。") from error
    for name, header in document.items():
        if name not in READING_COLUMN or not isinstance(header, str):
            raise FileFault(
                f"表头对照文件“{path}”里不认识 {shown(name)}，可以写 {'、'.join(READING_COLUMN)}。"
            )
    return document


def profile_text(mapping: HeaderMap) -> str:
    """Return a mapping as the text of a profile; `read_profile` reads it."""
    return "# 表头对照：我们的列 = 来源的表头\n" + tomli_w.dumps(
        {name: column.header for name, column in mapping.columns.items()}
    )


def _profiled(column: ReadingColumn, headers: Sequence[str], profile: Mapping[str, str]) -> str | None:
    wanted = profile.get(column.name)
    return next((header for header in headers if wanted is not None and plain(header) == plain(wanted)), None)


def _named(column: ReadingColumn, headers: Sequence[str], found: Mapping[str, SourceColumn]) -> str | None:
    taken = {other.header for other in found.values()}
    for name in (column.name, column.header, *column.synonyms):
        for header in headers:
            if header not in taken and plain(name) in (plain(header), _bare(header)):
                return header
    return None


def _bare(header: str) -> str:
    return _BRACKETS.sub("", plain(header)).strip("_-/")


def _with_unit(column: ReadingColumn, header: str, where: str, remarks: list[str]) -> SourceColumn:
    known = _UNITS.get(column.unit, {})
    for unit in _BRACKETS.findall(plain(header)):
        if unit in known:
            return SourceColumn(header, *known[unit])
        if known:
            remarks.append(
                f"{where}：表头{shown(header)}的单位不能换算成 {column.unit}，已按原数读入，请核对。"
            )
    return SourceColumn(header)
