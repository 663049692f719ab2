"""How is a cell addressed, and how is its value written in a sheet's XML?"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import cache, lru_cache

from attrs import frozen

from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.dates import DAY_ZERO, midnight

ROWS, COLUMNS = 1_048_576, 16_384
TEXT_LIMIT = 32_767
"""Excel's limits: rows and columns of a sheet, characters of a cell."""

_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
# Characters XML 1.0 cannot hold, and texts that would read as their escape.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# White space that a reader may drop or fold where it is not told to keep it.
_SPACED = re.compile(r"\A\s|\s\Z|[\t\n\r]|\s\s")
_DAY_ZERO_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - cells know no zone


@frozen
class Area:
    """A rectangle of cells: 1-based rows `top`-`bottom` and columns `left`-`right`, both included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, reference: str) -> Area | None:
        """Read `A1:C9`, `$A$1` …; None for anything else."""
        match = _AREA.fullmatch(reference.strip())
        if match is None:
            return None
        left, top = column_number(match[1]), int(match[2])
        right, bottom = (column_number(match[3]), int(match[4])) if match[3] else (left, top)
        inside = 1 <= top <= bottom <= ROWS and left <= right <= COLUMNS
        return cls(top, left, bottom, right) if inside else None

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left + 1

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top + 1

    def __str__(self) -> str:
        first = f"{column_letters(self.left)}{self.top}"
        last = f"{column_letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def holds(self, other: Area) -> bool:
        """Return True where the other area lies inside this one."""
        return (
            self.top <= other.top
            and self.left <= other.left
            and other.bottom <= self.bottom
            and other.right <= self.right
        )

    def meets(self, other: Area) -> bool:
        """Return True where the two areas share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


@cache
def column_number(letters: str) -> int:
    """`A` → 1, `XFD` → 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@cache
def column_letters(number: int) -> str:
    """1 → `A`, 16384 → `XFD`."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def serial_date(moment: dt.date, from_1904: bool = False) -> float:
    """Return a date's serial number, days since the workbook's epoch.

    In the 1900 system days before 1900-03-01 are one less, as Excel believes in 1900-02-29.
    Raises `BookFault` for a date before the epoch.
    """
    if not isinstance(moment, dt.datetime):
        moment = midnight(moment)
    return _serial(moment if moment.tzinfo is None else moment.replace(tzinfo=None), from_1904)


@lru_cache(maxsize=65_536)
def _serial(moment: dt.datetime, from_1904: bool) -> float:
    days = (moment - (_DAY_ZERO_1904 if from_1904 else DAY_ZERO)) / dt.timedelta(days=1)
    if not from_1904 and days < 61:
        days -= 1
    if days < 0:
        raise BookFault(f"日期 {moment:%Y-%m-%d} 早于 Excel 能保存的最早日期。请改正该日期。")
    return days


def cell_xml(column: int, row: int, style: bytes, value: CellValue) -> bytes:
    """Return the `<c>` element of one cell; `style` is its `s` attribute with a leading blank, or empty.

    Raises `BookFault` as `column_xml` does.
    """
    letters = column_letters(column).encode()
    return b'<c r="%b%d"%b%b' % (letters, row, style, column_xml(letters, {row: value})[row])


def column_xml(
    letters: bytes, cells: dict[int, CellValue], prefix: bytes = b"", from_1904: bool = False
) -> dict[int, bytes]:
    """Return, by row, what follows the style in each `<c>` element of a column, to the end of the element.

    Text is always text (`inlineStr`), also where it begins with = + - @. Raises `BookFault` for a text longer
    than `TEXT_LIMIT`, for nan and infinity, and for a date Excel cannot hold.
    """
    if not _TOLD_APART.issuperset(map(type, cells.values())):  # True equals 1, and is written differently
        return {row: _rest(value, letters, row, prefix, from_1904) for row, value in cells.items()}
    # Most values stand in a column more than once: each is written once, for the row it stands in first.
    first = {value: row for row, value in reversed(cells.items())}
    known = {
        value: _rest(value, letters, first[value], prefix, from_1904)
        for value in dict.fromkeys(cells.values())
    }
    return dict(zip(cells, map(known.__getitem__, cells.values()), strict=True))


_TOLD_APART = frozenset({str, float, int, type(None), dt.datetime, dt.date})
"""Types of which no two values are equal that are written differently."""


def _rest(value: CellValue, letters: bytes, row: int, prefix: bytes, from_1904: bool) -> bytes:
    kind = b""
    if value is None or value == "":
        return b"/>"
    if isinstance(value, CellError):
        kind, body = b' t="e"', value.stored.encode()
    elif isinstance(value, str):
        return _text_rest(str(value), letters, row, prefix)
    elif isinstance(value, bool):
        kind, body = b' t="b"', b"1" if value else b"0"
    elif isinstance(value, dt.date):
        body = _number_text(serial_date(value, from_1904), letters, row)
    else:
        body = _number_text(value, letters, row)
    return b"%b><%bv>%b</%bv></%bc>" % (kind, prefix, body, prefix, prefix)


def _text_rest(value: str, letters: bytes, row: int, prefix: bytes) -> bytes:
    if value.isalnum() and len(value) <= TEXT_LIMIT:  # nothing to escape, no white space to keep
        return b' t="inlineStr"><%bis><%bt>%b</%bt></%bis></%bc>' % (
            prefix, prefix, value.encode(), prefix, prefix, prefix,
        )  # fmt: skip
    if len(value) > TEXT_LIMIT:
        raise BookFault(
            f"单元格 {letters.decode()}{row} 的文字有 {len(value)} 个字，超过 Excel 的上限 {TEXT_LIMIT}。请缩短后再试。"
        )
    kept = b' xml:space="preserve"' if _SPACED.search(value) else b""
    return b' t="inlineStr"><%bis><%bt%b>%b</%bt></%bis></%bc>' % (
        prefix, prefix, kept, text_xml(value), prefix, prefix, prefix,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def text_xml(value: str) -> bytes:
    """Escape a text for XML; what XML cannot hold becomes `_xHHHH_` as Excel writes it."""
    value = _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", value)
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


def attribute_xml(value: str) -> bytes:
    """Escape a text for an attribute in double quotes."""
    return text_xml(value).replace(b'"', b"&quot;")


def _number_text(value: float, letters: bytes, row: int) -> bytes:
    number = float(value)
    if not math.isfinite(number):
        raise BookFault(f"单元格 {letters.decode()}{row} 的数值不是有限的数，不能写入。")
    return repr(int(number) if number.is_integer() and abs(number) < 1e15 else number).encode()
