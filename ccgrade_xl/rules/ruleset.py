"""The rule set: every number that decides a grade, as frozen values.

attrs, not pydantic: the same classes load inside LibreOffice's own Python and before the first formula of
the day, where a compiled core and 100 ms of import would be felt; and a fault here must name a *table row*
in Chinese, all faults at once, which `validation` does better than a generic validator's report.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from ccgrade_xl.rules.indicators import INDICATORS

USAGE_LEVELS = ("五级", "四级", "三级", "二级", "一级")
"""Usage levels from the largest users down (paper 2.1 (1))."""

CREDIT_GRADES = ("5A", "4A", "3A", "2A", "1A")
"""Credit grades from the best down (paper 2.1 (1))."""

STARS = ("五星级", "四星级", "三星级", "二星级", "一星级")
"""Stars from the best down (paper 3.1)."""

UNDECIDED = "待定"
"""What stands for a credit grade or star that too little is known to give."""

ASPECTS: dict[str, str] = {
    "合同": "contract",
    "档案": "archive",
    "预收气费": "prepayment",
    "信用评估跟踪": "tracking",
    "抄表": "reading",
    "增值服务": "value_added",
}
"""The six aspects of differentiated management (paper 3.1), and the `Strategy` field of each."""


@frozen
class UsageTier:
    """A usage level: `lower` is the closed lower bound in m³/month, `x` the standard score."""

    name: str
    lower: float
    x: float


@frozen
class Indicator:
    """The weight of a credit indicator, and whether it counts.

    A `next_stage` indicator takes its weight from the others: they shrink so that the total stays
    (`default`: 燃气安全状况 10, others × 0.9; paper 2.1 (4)).
    """

    name: str
    weight: float
    on: bool = True
    next_stage: bool = False


@frozen
class Option:
    """One answer to an option indicator: its score 0-100, other ways to write it, the best grade it gets."""

    indicator: str
    name: str
    score: float
    synonyms: tuple[str, ...] = ()
    credit_cap: str = ""


@frozen
class PaymentStep:
    """At most `max_late` late payments, none later than `max_days`; both None: everything worse."""

    max_late: float | None
    max_days: float | None
    score: float


@frozen
class PrepaymentStep:
    """Balance ÷ mean monthly bill at least (`closed`) or above `lower`; None: everything less."""

    lower: float | None
    closed: bool
    score: float


@frozen
class CreditBand:
    """A credit grade: closed lower bound of the credit score, standard score y, optional best star."""

    name: str
    lower: float
    y: float
    star_cap: str = ""


@frozen
class StarBand:
    """A star: closed lower bound of the star score X·Y."""

    name: str
    lower: float


@frozen
class Veto:
    """An event that puts a customer at the lowest credit grade for `months` months."""

    name: str
    months: float
    synonyms: tuple[str, ...] = ()


@frozen
class Switches:
    """Single values; every default is a reasoned one (`default`)."""

    completeness_floor: float = 0.6
    provisional_months: float = 3.0
    provisional_cap: str = "3A"
    open_debt_limit: float = 60.0
    open_debt_score: float = 0.0
    star_cap_on: bool = False
    one_grade_up: bool = False


@frozen
class Strategy:
    """What differentiated management says for one star, in six aspects (paper 3.1)."""

    star: str
    contract: str
    archive: str
    prepayment: str
    tracking: str
    reading: str
    value_added: str


def _rows(rows: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(rows)


@define(frozen=True, slots=False, cache_hash=True)
class RuleSet:
    """Everything that decides a grade. Rows keep the order they were declared in; it decides nothing.

    One that comes from TOML (`load`, `toml_file`) or from the tables of 评分规则 (`tables`) is validated.
    One built or evolved in Python is not: `validation.check(rules)` raises `RuleFaults`. The hash is kept,
    because grading looks up what it compiled by rule set.
    """

    usage_tiers: tuple[UsageTier, ...] = field(converter=_rows)
    indicators: tuple[Indicator, ...] = field(converter=_rows)
    options: tuple[Option, ...] = field(converter=_rows)
    payment_steps: tuple[PaymentStep, ...] = field(converter=_rows)
    prepayment_steps: tuple[PrepaymentStep, ...] = field(converter=_rows)
    credit_bands: tuple[CreditBand, ...] = field(converter=_rows)
    star_bands: tuple[StarBand, ...] = field(converter=_rows)
    vetoes: tuple[Veto, ...] = field(converter=_rows)
    switches: Switches
    strategies: tuple[Strategy, ...] = field(converter=_rows)

    @classmethod
    def default(cls) -> RuleSet:
        """Return the rule set ccgrade ships (`default.toml`)."""
        from ccgrade_xl.rules.presets import default_rules  # noqa: PLC0415 - presets build on this module

        return default_rules()

    @classmethod
    def load(cls, path: Path | str) -> RuleSet:
        """Read and validate a TOML file; raise `RuleFaults` with every fault, `FileFault` if unreadable."""
        from ccgrade_xl.rules.toml_file import read_rules  # noqa: PLC0415 - toml_file builds on this module

        return read_rules(Path(path))

    @cached_property
    def version(self) -> str:
        """The rule version, e.g. `R-3fa9c1d2`: a hash of the content, not of its order or formatting."""
        from ccgrade_xl.rules.version import version_of  # noqa: PLC0415 - version builds on this module

        return version_of(self)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Effective weight by indicator key; 0 for one that is off (see `Indicator.next_stage`)."""
        rows = {row.name: row for row in self.indicators if row.on}
        base = sum(row.weight for row in rows.values() if not row.next_stage)
        taken = sum(row.weight for row in rows.values() if row.next_stage)
        keep = (base - taken) / base if 0 < taken < base else 1.0
        return {indicator.key: _effective(rows.get(indicator.name), keep) for indicator in INDICATORS}


def _effective(row: Indicator | None, keep: float) -> float:
    if row is None:
        return 0.0
    return row.weight if row.next_stage else row.weight * keep
