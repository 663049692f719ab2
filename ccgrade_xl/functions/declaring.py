"""How is a cell function declared? Name, Chinese description, arguments, and what it computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccgrade_xl.answering import Argument, CellFunction

DECLARED: dict[str, CellFunction] = {}
"""Every cell function by name, as the modules of this package declare them."""


def function(name: str, description: str, *arguments: Argument, spills: bool = False) -> Callable[..., Any]:
    """Declare the decorated function as a cell function."""

    def declare(compute: Callable[..., Any]) -> Callable[..., Any]:
        DECLARED[name] = CellFunction(name, description, arguments, compute, spills)
        return compute

    return declare


RULES = Argument(
    "rules", "规则版本", "规则版本文本，如 R-3fa9c1d2，由 CCG_RULES 得出；省略时用默认规则。", "rules", True
)
