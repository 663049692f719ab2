"""Which cells stand in a row, and how do they look? Read as one shape, for rows mostly come in a few of them.

A sheet of 20,000 customers has 800,000 cells in a handful of shapes: what is known of a shape is worked out once.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TypeAlias

from ccgrade_xl.workbook.cells import column_letters, column_number
from ccgrade_xl.workbook.sheet_xml import Row

Shape: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""The cells of a stretch of a row, left to right: column letters, and the number of the style or nothing."""

_LETTERS = re.compile(rb"[A-Z]{1,3}")


def stretch(row: Row, prefix: bytes, first: int, last: int) -> tuple[int, int]:
    """Return where in a row the cells of the columns `first`-`last` lie, and what may lie between them.

    All of the row where cells without an address hide it.
    """
    number = b'%d"' % row.number
    start = _start(row, prefix, first, number)
    end = row.inner.find(_opening(prefix, last + 1) + number, start)
    if end < 0:
        end = row.inner.find(_opening(prefix, last) + number, start)
        end = row.inner.find(b"<%bc" % prefix, end + 1) if end >= 0 else -1
    return start, end if end >= 0 else len(row.inner)


def _start(row: Row, prefix: bytes, first: int, number: bytes) -> int:
    """Return where the first cell begins: what is left of it need not be looked at.

    The end where the row stops short of it; 0 where cells without an address hide it: then all are walked.
    """
    at = row.inner.find(_opening(prefix, first) + number)
    if at >= 0:
        return at
    opening, tag = b'<%bc r="' % prefix, b"<%bc" % prefix
    addressed = row.inner.count(opening)
    if not addressed or addressed != row.inner.count(tag + b" ") or tag + b">" in row.inner:
        return 0
    last = _LETTERS.match(row.inner, row.inner.rfind(opening) + len(opening))
    return len(row.inner) if last is not None and column_number(last[0].decode()) < first else 0


@cache
def _opening(prefix: bytes, column: int) -> bytes:
    return b'<%bc r="%b' % (prefix, column_letters(column).encode())


def shape_of(cells: bytes, prefix: bytes) -> Shape | None:
    """Return the shape of a stretch of cells; None where one is not written as nearly everybody writes it."""
    found = _usual(prefix).findall(cells)
    return tuple(found) if len(found) == cells.count(b"<%bc" % prefix) else None


@lru_cache(maxsize=4096)
def columns_of(shape: Shape) -> frozenset[int]:
    """Return the columns of a shape's cells."""
    return frozenset(column_number(letters.decode()) for letters, _ in shape)


def columns_filled(cells: bytes, shape: Shape, prefix: bytes) -> frozenset[int]:
    """Return the columns of those cells of a shape that have something inside."""
    pieces = cells.split(b"<%bc " % prefix)[1:]
    letters = [name for (name, _), piece in zip(shape, pieces, strict=True) if not piece.endswith(b"/>")]
    return frozenset(column_number(name.decode()) for name in letters)


@lru_cache(maxsize=8)
def _usual(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb'<%bc r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="\w+")?/?>' % prefix)
