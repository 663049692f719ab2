"""What is a customer's number, after a spreadsheet has had it? Zeros lost, digits lost, blanks added."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import frozen

from ccgrade_xl.errors import CellError
from ccgrade_xl.rules.separators import BETWEEN_VALUES
from ccgrade_xl.rules.wording import written
from ccgrade_xl.workbook.book import CellValue

LENGTH_LIMIT = 20
"""Longer than any real customer number (18 is the longest code in use, 统一社会信用代码)."""
EXACT_DIGITS = 15
"""A number cell keeps this many digits; the rest have become zeros."""

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+?\d+")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


class UnusableIdentifier(ValueError):
    """A number cannot be trusted; `str()` says why, as the cause of a rejected row."""


def identifier(value: CellValue) -> str | None:
    """Return a customer or meter number as text; None for a blank.

    Raises `UnusableIdentifier` for what has lost digits (1.0002E+11, more than 15 digits in a number cell), for
    fractions, dates, truth values and error values, and for more than `LENGTH_LIMIT` characters.
    """
    if value is None:
        return None
    if isinstance(value, str):
        if value.isascii() and value.isdigit() and len(value) <= LENGTH_LIMIT:  # as nearly every number is
            return value
        return _from_text(value)
    if isinstance(value, CellError):
        raise UnusableIdentifier(f"编号是{value.named}")
    if isinstance(value, bool):
        raise UnusableIdentifier("编号是逻辑值")
    if isinstance(value, int | float):
        return _from_number(float(value))
    raise UnusableIdentifier(f"编号被存成了日期 {value:%Y-%m-%d}，请改为文本格式重新录入")


def _from_number(value: float) -> str:
    if value < 0:
        raise UnusableIdentifier(f"编号 {written(value)} 是负数")
    if not value.is_integer():
        raise UnusableIdentifier(f"编号 {written(value)} 不是整数")
    if value >= 10**EXACT_DIGITS:
        raise UnusableIdentifier(
            f"编号 {value:.0f} 超过 {EXACT_DIGITS} 位却存成了数字，末尾的数位已丢失，请按文本重新导出"
        )
    return str(int(value))


def _from_text(value: str) -> str | None:
    quoted = _QUOTED_FORMULA.fullmatch(value.strip())
    text = unicodedata.normalize("NFKC", quoted[1] if quoted else value)
    text = "".join(
        letter for letter in text if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf")
    ).removeprefix("'")
    if not text:
        return None
    if _SCIENTIFIC.fullmatch(text):
        raise UnusableIdentifier(f"编号“{text}”是科学计数法，数位已丢失，请按文本重新导出")
    if len(text) > LENGTH_LIMIT:
        raise UnusableIdentifier(
            f"编号“{text[:LENGTH_LIMIT]}…”有 {len(text)} 位，超过 {LENGTH_LIMIT} 位，请核对"
        )
    if text.isascii() and text.endswith(".0") and text[:-2].isdigit():
        return text[:-2]
    return text


def standing_number(value: CellValue) -> str | None:
    """Return a number as `identifier` does, and one that cannot be trusted as it stands: it is still somebody's."""
    try:
        return identifier(value)
    except UnusableIdentifier:
        return written(value)


def meter_numbers(value: CellValue) -> str | None:
    """Return meter numbers as text, several separated by `;`. Raises `UnusableIdentifier` as `identifier`."""
    return ";".join(filter(None, map(identifier, listed_meters(value)))) or None


def listed_meters(value: CellValue) -> list[CellValue]:
    """Return what a 表号 cell lists, each meter as it is written: several in one text are divided by `;`, `，`, `、`, `/`."""
    return list(BETWEEN_VALUES.split(value)) if isinstance(value, str) else [value]


def full_width(identifiers: Iterable[str], stored_as_number: Iterable[str] = ()) -> int:
    """Return the one width that all-digit numbers have, or 0 where the sample does not show one.

    `identifiers` are trusted texts, `stored_as_number` came from number cells and may have lost zeros; those with
    letters lose none and say nothing of the others. A width
    shows where every trusted number has it; or where numbers with a leading zero all have the greatest width and
    those that are shorter begin with another digit, as numbers that lost their zeros do.
    """
    trusted, doubtful = set(filter(_is_of_digits, identifiers)), set(stored_as_number)
    if len(trusted) < 2:
        return 0
    width = max(map(len, trusted))
    short = [number for number in trusted if len(number) < width]
    if any(len(number) > width for number in doubtful) or any(number.startswith("0") for number in short):
        return 0
    if not short:
        return width
    zeros_kept = any(number.startswith("0") for number in trusted)
    return width if zeros_kept and len(short) <= len(trusted) / 2 else 0


@frozen
class LeadingZeros:
    """What puts back the zeros that a spreadsheet took from customer numbers.

    `width` is how many digits a number has, 0 where they differ; `known` are the customers' numbers. `by_digits` finds a
    number with zeros, a customer's or the list's own, by its digits without them; None where several have these.
    """

    width: int
    known: frozenset[str]
    by_digits: Mapping[str, str | None]

    @classmethod
    def seen_in(
        cls, known: Iterable[str], trusted: Iterable[str] = (), stored_as_number: Iterable[str] = ()
    ) -> LeadingZeros:
        """Look how wide numbers are: those of customers already known, and of a list as in `full_width`."""
        customers = frozenset(known)
        seen = {*customers, *trusted}
        by_digits: dict[str, str | None] = {}
        for number in seen:
            if number.startswith("0") and _is_of_digits(number):
                digits = number.lstrip("0")
                by_digits[digits] = None if digits in by_digits else number
        return cls(full_width(seen, stored_as_number), customers, by_digits)

    def restored(self, number: str) -> str:
        """Return a number with its zeros: the known customer's it is with some, else as wide as all others are."""
        if number.startswith("0") or not _is_of_digits(number):
            return number
        wide = number.zfill(self.width)
        if wide in self.known:
            return wide
        return number if number in self.known else self.by_digits.get(number) or wide


def alike_but_for_zeros(numbers: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the numbers of digits that differ by leading zeros alone, those of one customer as it seems together."""
    by_digits: dict[str, dict[str, None]] = {}
    for number in filter(_is_of_digits, numbers):
        by_digits.setdefault(number.lstrip("0"), {})[number] = None
    return [tuple(alike) for alike in by_digits.values() if len(alike) > 1]


def _is_of_digits(number: str) -> bool:
    return number.isascii() and number.isdigit()


def is_stored_as_number(value: CellValue) -> bool:
    """Return True where a cell holds a number, so that leading zeros may be lost."""
    return isinstance(value, int | float) and not isinstance(value, bool | datetime)
