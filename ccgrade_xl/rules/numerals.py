"""Numbers as people type them (full-width digits, thousands separators, 千, 万, 亿, and the unit behind them) and read them."""

from __future__ import annotations

import re
from decimal import Decimal

from attrs import frozen

from ccgrade_xl.rules.units import SCALES, factors
from ccgrade_xl.rules.wording import plain

_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""As nearly every number is written."""
_NUMERAL = re.compile(
    r"(?P<yuan>¥?)"
    r"(?P<digits>[-+]?(?:\d{1,3}(?:,\d{3})+(?:\.\d*)?|(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[-+]?\d{1,3})?))"
    r"(?P<unit>(?:[^\W\d_]|[%°]).*)?"
)


@frozen
class Numeral:
    """A number as it was typed: its digits without separators, and its unit as `plain` compares it, "" for none."""

    digits: str
    unit: str

    def within(self, unit: str) -> float | None:
        """Return the number in a column's own unit, None where it was typed in another one.

        A number without a unit is in the column's own; `unit` "" takes numbers without a unit alone.
        """
        if not self.unit:
            return float(self.digits)
        factor = SCALES.get(self.unit) or factors(unit).get(self.unit)
        if factor is None:
            return None
        # Moving the decimal point keeps 1.13万 at 11300 to the last bit.
        return float(self.digits) if factor == 1 else float(Decimal(self.digits) * Decimal(factor))


def numeral_in(text: str) -> Numeral | None:
    """Return the number and the unit a text says, None when it is no number.

    `１２,０００ m³/月`, `1.2万`, `￥500`, `30 天`, `1e5` and `85%` are numbers.
    """
    found = _NUMERAL.fullmatch(plain(text))
    if found is None:
        return None
    unit = found["unit"] or ""
    return Numeral(
        found["digits"].replace(",", ""), f"{unit}元" if found["yuan"] and "元" not in unit else unit
    )


def number_in(text: str, unit: str = "") -> float | None:
    """Return the number a text means in a unit; None when it means none, or is in another unit."""
    if _PLAIN.fullmatch(text):
        return float(text)
    numeral = numeral_in(text)
    return None if numeral is None else numeral.within(unit)


def grouped(number: float) -> str:
    """Return a number in its shortest digits with thousands separators: 1,500.5."""
    return f"{number:,.15g}"


def is_percentage(text: str) -> bool:
    """Return whether a text ends in a percent sign."""
    numeral = numeral_in(text)
    return numeral is not None and numeral.unit == "%"
