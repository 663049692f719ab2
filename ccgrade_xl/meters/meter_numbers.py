"""What is a meter's number, after spreadsheets and platforms have had it? Blanks and marks added, leading zeros or last digits lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.rules.wording import shown

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROUNDED = "#E+"
"""What stands for every number that has lost its last digits: many meters are one then."""
EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number."""
_BLANKS = "[\\s\u00a0\u3000\ufeff\u200b]"
_QUOTED = r"^=\"[^\"]*\"$"
_FRACTION = r"^\d+\.0+$"
_SCIENTIFIC = r"^\d+\.\d+[eE]\+?\d+$|^\d+[eE]\+\d+$"
_UNTIDY = rf"^{_BLANKS}|{_BLANKS}$|^'|{_QUOTED}|{_FRACTION}|{_SCIENTIFIC}"


def is_untidy(number: ir.StringValue) -> ir.BooleanValue:
    """Tell numbers that `tidied` changes."""
    return (number == "") | number.re_search(_UNTIDY)


def tidied(number: ir.StringValue) -> ir.StringValue:
    """Return numbers without blanks around them, `="…"`, an apostrophe before them or `.0` behind them; `ROUNDED` for 1.23E+11.

    Ibis' own `strip` takes letters off on Spark.
    """
    bare = number.re_replace(rf"^{_BLANKS}+|{_BLANKS}+$", "").re_replace("^'", "")
    bare = bare.re_search(_QUOTED).ifelse(bare.re_replace(rf"^=\"{_BLANKS}*|{_BLANKS}*\"$", ""), bare)
    whole = bare.re_search(_FRACTION).ifelse(bare.re_replace(r"\.0+$", ""), bare)
    return whole.re_search(_SCIENTIFIC).ifelse(ROUNDED, whole)


def from_number(number: ir.NumericValue) -> ir.StringValue:
    """Return numbers that are stored as numbers; what is too large to be exact is written as it is, and `is_untidy` tells it."""
    if not number.type().is_floating():
        return number.cast("string")
    exact = number.abs() < 10.0**EXACT_DIGITS
    return exact.ifelse(number.cast("int64").cast("string"), number.cast("string"))


def meter_number(cell: Any) -> str:
    """Return the number in a cell of the registry; "" for a blank. Raises `NotUnderstood` for one that has lost digits."""
    if isinstance(cell, float):
        text = str(int(cell)) if cell.is_integer() and abs(cell) < 10**EXACT_DIGITS else str(cell)
    else:
        text = str(cell)
    bare = re.sub(rf"^{_BLANKS}+|{_BLANKS}+$", "", text).removeprefix("'")
    if re.search(_QUOTED, bare):
        bare = re.sub(rf"^=\"{_BLANKS}*|{_BLANKS}*\"$", "", bare)
    if re.search(_FRACTION, bare):
        return bare.partition(".")[0]
    if re.search(_SCIENTIFIC, bare):
        raise NotUnderstood(f"{shown(text)}是科学计数法，数位已丢失，这一行没有读入，请按文本重新导出。")
    return bare


def known_as(heard: Collection[str], known: Collection[str]) -> dict[str, str]:
    """Return the known number of those heard that differ from it by leading zeros only, where no other one may be meant."""
    by_digits: dict[str, list[str]] = {}
    for number in known:
        if _is_digits(number):
            by_digits.setdefault(number.lstrip("0"), []).append(number)
    certain = set(known)
    meant: dict[str, list[str]] = {}
    for number in heard:
        if number not in certain and _is_digits(number):
            same = by_digits.get(number.lstrip("0"), [])
            if len(same) == 1:
                meant.setdefault(same[0], []).append(number)
    return {numbers[0]: number for number, numbers in meant.items() if len(numbers) == 1}


def renamed(number: ir.StringValue, names: Mapping[str, str]) -> ir.StringValue:
    """Return numbers with the zeros added or taken off that `known_as` found."""
    import ibis  # noqa: PLC0415

    by_zeros: dict[int, list[str]] = {}
    for heard, known in names.items():
        by_zeros.setdefault(len(known) - len(heard), []).append(heard)
    new = number
    for zeros, numbers in by_zeros.items():
        other = ibis.literal("0" * zeros) + number if zeros > 0 else number.substr(-zeros)
        new = number.isin(numbers).ifelse(other, new)
    return new


def _is_digits(number: str) -> bool:
    return number.isascii() and number.isdigit()
