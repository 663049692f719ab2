"""Where the manual is, which of its parts are generated, and putting them in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from addin.documents.command_line import commands
from addin.documents.reference import buttons, columns, functions, headers, sheets
from addin.documents.rules import rule_tables

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "使用手册.md"

PARTS: dict[str, Callable[[], str]] = {
    "工作表": sheets,
    "按钮": buttons,
    "客户数据的列": columns,
    "函数": functions,
    "规则表": rule_tables,
    "表头": headers,
    "命令": commands,
}
"""Every generated part by the name in its markers."""

_PART = re.compile(r"(<!-- 生成：(\S+) -->\n).*?(<!-- 生成结束 -->)", re.DOTALL)


def renewed(text: str) -> str:
    """Return the manual with every generated part made anew. Raises `ValueError` where a part has no place."""
    places = [found[2] for found in _PART.finditer(text)]
    if sorted(places) != sorted(PARTS):
        raise ValueError(f"the manual has places for {places}, and there are parts {list(PARTS)}")
    return _PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]()}\n\n{found[3]}", text)
