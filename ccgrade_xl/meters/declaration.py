"""How a check is declared: its Chinese code, what it needs, and every number it decides by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from ccgrade_xl.meters.findings import Stretches
    from ccgrade_xl.meters.settings import Settings

Family = Literal["data", "register", "usage", "flow", "state", "account"]
"""Which file of `checks` a check stands in."""

FAMILIES: dict[Family, str] = {
    "data": "数据完整",
    "register": "读数",
    "usage": "用气量",
    "flow": "流量",
    "state": "工况与设备",
    "account": "客户与账户",
}


@frozen
class Threshold:
    """One number a check decides by.

    `name` is the TOML key, `label` what a sheet says; `source` is `default` or where the number was published.
    Values below `least` or above `most` are refused.
    """

    name: str
    label: str
    default: float
    unit: str
    help: str
    source: str = "default"
    least: float = 0.0
    most: float = 1e9


Find = Callable[["ir.Table", "ir.Table", "Settings"], "Iterator[Stretches]"]
"""From the facts of every day (`facts.facts`) and of the suspicious days (`facts.close_facts`) to what is found on them."""


GIVEN = ("meter", "gas_day", "begin", "end", "ahead")
"""The facts that every check is given: which meter and day, from when to when (s), and whether it lies in the future."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@frozen
class Check:
    """One check.

    `key` is its TOML table, `code` the alarm's Chinese name, `severities` those its alarms can have, lowest first.
    `find` makes its findings, `evidence` says one as a sentence: a format of the finding's numbers
    (`evidence_bare` where the finding has no `a`); `{value:.0f分钟}` says how long a value in minutes is, see `assembling`.
    It runs for a meter that has every column of `reads`, one of `reads_any` (if any are named) and every registry
    column of `knows`, and readings no more than `within_hours` apart (0: however far); `folded_into` names the checks that explain its
    finding where they overlap it in time.
    `asks` are the facts of a day it decides by, beside those `GIVEN`, `asks_close` those of a suspicious day: it is shown no others,
    for narrow tables are what makes twenty-five checks quick.
    """

    key: str
    code: str
    family: Family
    severities: tuple[str, ...]
    rule: str
    evidence: str
    find: Find
    thresholds: tuple[Threshold, ...] = ()
    reads: tuple[str, ...] = ()
    reads_any: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    within_hours: float = 0.0
    folded_into: tuple[str, ...] = ()
    on: bool = True
    evidence_bare: str = ""
    asks: tuple[str, ...] = field(default="", converter=_names)
    asks_close: tuple[str, ...] = field(default="", converter=_names)

    @property
    def hours_apart(self) -> float:
        """Return what readings may be apart, a little more than `within_hours`: clocks are never quite right."""
        return 1.01 * self.within_hours

    def default(self, name: str) -> float:
        """Return the default of one threshold; raises `KeyError` for a name that is not declared."""
        return {threshold.name: threshold.default for threshold in self.thresholds}[name]
