"""What a check hands over: findings, one row a stretch of time in which it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

NUMBERS = ("value", "threshold", "stake_m3", "a", "b")
"""The numbers of a finding: what is compared with what, the volume at stake, and two more for the sentence."""

COLUMNS = ("meter", "level", "first", "last", "days", *NUMBERS)
"""Every column of the findings of a check."""


def found(
    days: ir.Table,
    *,
    level: Any,
    value: Any,
    threshold: Any,
    first: Any = None,
    last: Any = None,
    stake: Any = None,
    a: Any = None,
    b: Any = None,
) -> ir.Table:
    """Return findings of single days: `level` 0 低, 1 中, 2 高; times in seconds, the gas day's bounds when left out."""
    import ibis  # noqa: PLC0415

    def number(given: Any) -> Any:
        return ibis.null("float64") if given is None else _value(given).cast("float64")

    return days.select(
        "meter",
        "gas_day",
        level=_value(level).cast("int64"),
        first=(days.begin if first is None else first).cast("int64"),
        last=(days.end if last is None else last).cast("int64"),
        value=number(value),
        threshold=number(threshold),
        stake_m3=number(stake),
        a=number(a),
        b=number(b),
    )


def each(findings: ir.Table) -> ir.Table:
    """Return findings as they are, one alarm a day."""
    import ibis  # noqa: PLC0415

    return findings.mutate(days=ibis.literal(1, "int64")).select(*COLUMNS)


def stretches(findings: ir.Table, gap: int = 1, value: str = "max") -> ir.Table:
    """Join findings of one meter that are at most `gap` days apart; `days` counts them.

    The highest level and `a` stand for the stretch, the lowest `b`, the sum of the stakes; `value` says which value does
    ("max", "min" or "sum").
    """
    order = {"group_by": "meter", "order_by": "gas_day"}
    apart = findings.mutate(
        begins=(findings.gas_day - findings.gas_day.lag().over(**order) > gap).fill_null(True)
    )
    joined = apart.mutate(stretch=apart.begins.ifelse(1, None).count().over(**order, rows=(None, 0)))
    grouped = joined.group_by("meter", "stretch").agg(
        days=joined.count(),
        level=joined.level.max(),
        first=joined["first"].min(),
        last=joined["last"].max(),
        value=getattr(joined.value, value)(),
        threshold=joined.threshold.min() if value == "min" else joined.threshold.max(),
        stake_m3=joined.stake_m3.sum(),
        a=joined.a.max(),
        b=joined.b.min(),
    )
    return grouped.select(*COLUMNS)


def _value(given: Any) -> Any:
    import ibis  # noqa: PLC0415

    return given if isinstance(given, ibis.Value) else ibis.literal(given)
