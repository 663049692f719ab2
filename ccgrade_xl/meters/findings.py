"""What a check hands over: the days on which it finds something, and how they join to findings, one a stretch of time.

The stretches of all checks are joined together: one window for twenty-five checks costs a tenth of one for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

if TYPE_CHECKING:
    import ibis.expr.types as ir

NUMBERS = ("value", "threshold", "stake_m3", "a", "b")
"""The numbers of a finding: what is compared with what, the volume at stake, and two more for the sentence."""

COLUMNS = ("meter", "level", "first", "last", "days", *NUMBERS)
"""Every column of the findings of a check."""


@frozen(eq=False)
class Stretches:
    """Days that were `found`, and how they join.

    Those of one meter that are at most `gap` days apart are one finding, with the highest level and the sum of the stakes; `value` says
    which value stands for it. `a` and `b` are those of the day which that value is of, the first such, so that a sentence of all three is
    true; where values are summed up, `a` is that of the first day that has one, and `b` the lowest. `then` returns what remains of the
    findings, and what they tell. `code` is that of the check, which need not say it.
    """

    found: ir.Table
    gap: int = 1
    value: Literal["max", "min", "sum"] = "max"
    then: Callable[[ir.Table], ir.Table] | None = None
    code: str = ""


def each(found: ir.Table) -> Stretches:
    """Return findings as they were found, one a day."""
    return Stretches(found, gap=-1)


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
    """Return what is found on single days: `level` 0 低, 1 中, 2 高; times in seconds, the gas day's bounds when left out."""
    import ibis  # noqa: PLC0415

    def number(given: Any) -> Any:
        return ibis.null("float64") if given is None else _value(given).cast("float64")

    return days.select(
        "meter",
        gas_day=days.gas_day.cast("int64"),
        level=_value(level).cast("int64"),
        first=(days.begin if first is None else first).cast("int64"),
        last=(days.end if last is None else last).cast("int64"),
        value=number(value),
        threshold=number(threshold),
        stake_m3=number(stake),
        a=number(a),
        b=number(b),
    )


def laid_out(parts: Sequence[Stretches]) -> ir.Table:
    """Return the days of all parts, each with the number of its `part` and how far its days may be apart."""
    import ibis  # noqa: PLC0415

    return ibis.union(
        *(
            part.found.mutate(part=ibis.literal(number, "int64"), gap=ibis.literal(part.gap, "int64"))
            for number, part in enumerate(parts)
        )
    )


def stretches(days: ir.Table, parts: Sequence[Stretches]) -> ir.Table:
    """Return the stretches of `days` that are `laid_out`; `days` counts those of each, a day that was found twice once."""
    import ibis  # noqa: PLC0415

    days = in_stretches(days, days.gap, "meter", "part")
    least, total = (days.part.isin(_numbers(parts, value)) for value in ("min", "sum"))
    rank = total.ifelse(days.a.notnull().ifelse(0.0, None), least.ifelse(-days.value, days.value))
    # All engines order such rows alike: by the first column, then by the next.
    ranked = ibis.struct({"rank": rank, "earlier": -days.gas_day, "a": days.a, "b": days.b})
    days = days.mutate(least=least, total=total, ranked=ranked)
    runs = days.group_by("meter", "part", "stretch", "least", "total").agg(
        days=days.gas_day.nunique(),
        level=days.level.max(),
        first=days["first"].min(),
        last=days["last"].max(),
        highest=days.value.max(),
        lowest=days.value.min(),
        summed=days.value.sum(),
        threshold=days.threshold.max(),
        low_threshold=days.threshold.min(),
        stake_m3=days.stake_m3.sum(),
        told=days.ranked.max(where=days.ranked["rank"].notnull()),
        low_b=days.b.min(),
    )
    b = runs.total.ifelse(runs.low_b, runs.told["b"])
    value = runs.least.ifelse(runs.lowest, runs.total.ifelse(runs.summed, runs.highest))
    threshold = runs.least.ifelse(runs.low_threshold, runs.threshold)
    return runs.mutate(value=value, threshold=threshold, a=runs.told["a"], b=b).select("part", *COLUMNS)


def in_stretches(days: ir.Table, gap: Any, *by: str) -> ir.Table:
    """Number the stretches of days of each `by`: a day at most `gap` days after the one before is of the same `stretch`."""
    order: dict[str, Any] = {"group_by": list(by), "order_by": "gas_day"}
    near = (days.gas_day - days.gas_day.lag().over(**order) <= gap).fill_null(False)
    days = days.mutate(begins=near.ifelse(None, 1))
    return days.mutate(stretch=days.begins.count().over(**order, rows=(None, 0)))


def told(runs: ir.Table, parts: Sequence[Stretches]) -> ir.Table:
    """Return the findings that remain of the `stretches`, with their `code`."""
    import ibis  # noqa: PLC0415

    asked = {number: part.then for number, part in enumerate(parts) if part.then is not None}
    others = runs.filter(~runs.part.isin(list(asked)))
    kept = (then(runs.filter(runs.part == number)) for number, then in asked.items())
    findings = ibis.union(others, *(each.select(*others.columns) for each in kept))
    codes = enumerate(part.code for part in parts)
    return findings.mutate(code=findings.part.cases(*codes, else_="")).drop("part")


def _numbers(parts: Sequence[Stretches], value: str) -> list[int]:
    return [number for number, part in enumerate(parts) if part.value == value]


def _value(given: Any) -> Any:
    import ibis  # noqa: PLC0415

    return given if isinstance(given, ibis.Value) else ibis.literal(given)
