"""From findings to events: overlapping causes folded, numbers said as sentences, times as times."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, cast

from ccgrade_xl.meters.checks import CHECK
from ccgrade_xl.meters.events import EVENT_NAMES, SEVERITIES
from ccgrade_xl.meters.steps import DAY

if TYPE_CHECKING:
    import pandas as pd

DIGITS, DECIMALS = 6, 2
"""Significant digits of the numbers of an event: engines that add up in another order agree on these. A large number has decimals all
the same, as a register is shown on its dial.
"""


def events(findings: pd.DataFrame, customers: pd.Series) -> pd.DataFrame:
    """Return the event table of findings with their `code`; `customers` are customer ids by meter id.

    A finding that another finding of the same meter explains (`Check.folded_into`) is left out where they overlap, a day to
    either side. Sorted by meter, first time and code.
    """
    import pandas as pd  # noqa: PLC0415

    if not len(findings):
        return pd.DataFrame({name: [] for name in EVENT_NAMES}).astype(_TYPES)
    kept = (
        _folded(findings)
        .sort_values(["meter_id", "first", "code", "last"], kind="stable")
        .reset_index(drop=True)
    )
    for name in ("value", "threshold", "stake_m3", "a", "b"):
        kept[name] = kept[name].astype("float64").map(_rounded)
    table = pd.DataFrame(
        {
            "meter_id": kept.meter_id,
            "customer_id": _customers_of(kept.meter_id, customers),
            "code": kept.code,
            "severity": kept.level.astype(int).map(dict(enumerate(SEVERITIES))),
            "first_time": pd.to_datetime(kept["first"], unit="s"),
            "last_time": pd.to_datetime(kept["last"], unit="s"),
            "evidence": [_sentence(row) for row in cast("list[dict[str, Any]]", kept.to_dict("records"))],
            "value": kept.value,
            "threshold": kept.threshold,
            "stake_m3": kept.stake_m3,
        }
    )
    return table[list(EVENT_NAMES)].astype(_TYPES)


_TYPES = {
    "meter_id": "str",
    "customer_id": "str",
    "code": "str",
    "severity": "str",
    "first_time": "datetime64[us]",
    "last_time": "datetime64[us]",
    "evidence": "str",
    "value": "float64",
    "threshold": "float64",
    "stake_m3": "float64",
}


def _folded(findings: pd.DataFrame) -> pd.DataFrame:
    """Leave out what another finding explains. One that is itself explained away still explains."""
    findings = findings.reset_index(drop=True)
    by_meter: dict[str, dict[str, list[tuple[int, int]]]] = {}
    rows = findings[["meter_id", "code", "first", "last"]].itertuples(index=False, name=None)
    for meter, code, first, last in rows:
        by_meter.setdefault(meter, {}).setdefault(code, []).append((int(first), int(last)))
    stays = [
        not any(
            first <= end + DAY and begin - DAY <= last
            for cause in CHECK[code].folded_into
            for begin, end in by_meter[meter].get(cause, ())
        )
        for meter, code, first, last in findings[["meter_id", "code", "first", "last"]].itertuples(
            index=False, name=None
        )
    ]
    return findings[stays]


def _customers_of(meters: pd.Series, customers: pd.Series) -> list[str]:
    by_meter = {meter: customer for meter, customer in customers.items() if isinstance(customer, str)}
    return [by_meter.get(meter, "") for meter in meters]


class _Number(float):
    """A number of a sentence; with `分钟` behind its format it says how long so many minutes are, in hours or days where it is."""

    def __format__(self, form: str) -> str:
        if not form.endswith(_MINUTES):
            return super().__format__(form)
        for unit, minutes in _LONGER:
            if abs(self) >= 2 * minutes:
                return f"{self / minutes:.1f}".removesuffix(".0") + f" {unit}"
        return f"{float(self):{form.removesuffix(_MINUTES)}} {_MINUTES}"


_MINUTES = "分钟"
_LONGER = (("天", 1440), ("小时", 60))
"""The units that minutes are said in from two of them on, and their minutes."""


def _sentence(row: dict[str, Any]) -> str:
    check = CHECK[row["code"]]
    row = {name: _Number(value) if isinstance(value, float) else value for name, value in row.items()}
    bare = check.evidence_bare and math.isnan(row["a"])
    form = check.evidence_bare if bare else check.evidence
    finer = (_finer(form, decimals) for decimals in range(DIGITS))
    return next((each for each in finer if _tells_apart(each, row)), form).format(**row)


_COMPARED = re.compile(r"\{(value|threshold):(?:\.(\d)([f%](?:分钟)?)|g)\}")
"""Where a sentence says a value, or the limit it was compared with."""


def _finer(form: str, decimals: int) -> str:
    """Return the form of a sentence that says value and limit with more decimals."""
    return _COMPARED.sub(
        lambda at: at[0] if at[2] is None else f"{{{at[1]}:.{int(at[2]) + decimals}{at[3]}}}", form
    )


def _tells_apart(form: str, row: dict[str, Any]) -> bool:
    """Tell whether a form says two different numbers where value and limit differ."""
    said = {at[1]: _as_said(at[0].format(**row)) for at in _COMPARED.finditer(form)}
    return len(said) < 2 or row["value"] == row["threshold"] or said["value"] != said["threshold"]


def _as_said(text: str) -> tuple[float, str]:
    """Return the number that a text says, and the unit behind it."""
    number, _, unit = text.partition(" ")
    return float(number.rstrip("%")), unit


def _rounded(value: float) -> float:
    if abs(value) < 10 ** (DIGITS - DECIMALS):
        return float(f"{value:.{DIGITS}g}")
    return round(value, DECIMALS)
