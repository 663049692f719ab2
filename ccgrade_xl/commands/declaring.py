"""How is a button declared? Its id, Chinese label, group and help, and the command behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from attrs import field, frozen

from ccgrade_xl.workbook.book import Book, Outcome

RibbonGroup = Literal["数据", "评级", "远程抄表", "工作", "报告", "帮助"]
GROUPS: tuple[RibbonGroup, ...] = get_args(RibbonGroup)
"""The groups of the ribbon, left to right."""

FIRST = ("import", "check", "verify", "assign", "tasks", "decisions", "close")
"""The buttons that come first in their groups, in this order; the others follow as they are declared."""


@frozen
class Command:
    """A button. `name` is its ASCII id and icon file name; `help` its tooltip."""

    name: str
    label: str
    group: RibbonGroup
    help: str
    run: Callable[[Book], Outcome] = field(repr=False)
    large: bool = False


DECLARED: dict[str, Command] = {}
"""Every button by name, as the modules of this package declare them."""


def command(
    name: str, label: str, group: RibbonGroup, text: str, *, large: bool = False
) -> Callable[..., Callable[..., Outcome]]:
    """Declare the decorated function as a button."""

    def declare(run: Callable[..., Outcome]) -> Callable[..., Outcome]:
        DECLARED[name] = Command(name, label, group, text, run, large)
        return run

    return declare
