"""In which row of a table do its headers stand? Exports put titles and notes above them, or spread them over two rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from attrs import frozen

SEARCHED_ROWS = 30
"""So many rows are looked through for the headers."""

Knows = Callable[[list[str]], tuple[bool, int]]
"""Tells of headers whether all that a table needs is among them, and how many of them are understood."""


@frozen
class HeaderRows:
    """The headers of a table, each another one; how many rows stand above its data; whether all it needs is among them."""

    headers: list[str]
    above: int
    whole: bool


def find_headers(rows: Sequence[Sequence[str]], knows: Knows) -> HeaderRows | None:
    """Return the first row, or two rows one above the other, with all that is needed, else the row of which most is understood.

    None where no row has a cell.
    """
    searched = rows[:SEARCHED_ROWS]
    best, most = None, -1
    for headers, above in (*_single(searched), *_double(searched)):
        whole, understood = knows(headers)
        if whole:
            return HeaderRows(headers, above, whole=True)
        if understood > most:
            best, most = HeaderRows(headers, above, whole=False), understood
    return best


def distinct(cells: Iterable[str]) -> list[str]:
    """Return headers of which no two are the same and none is blank."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = header = cell.strip() or f"第{place}列"
        again = 0
        while name in names:
            again += 1
            name = f"{header}.{again}"
        names.append(name)
    return names


def _single(rows: Sequence[Sequence[str]]) -> Iterator[tuple[list[str], int]]:
    """Yield every row with more than one cell; where none has, the first with one."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    least = min(2, max(filled, default=0)) or 1
    for at, row in enumerate(rows):
        if filled[at] >= least:
            yield distinct(row), at + 1


def _double(rows: Sequence[Sequence[str]]) -> Iterator[tuple[list[str], int]]:
    """Yield every two rows as one: the lower cell, or the upper one where there is none; then both together, merged cells filled."""
    for at, (upper, lower) in enumerate(pairwise(rows)):
        width = max(len(upper), len(lower))
        above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
        yield distinct(low.strip() or high for high, low in zip(above, below, strict=True)), at + 2
        filled, last = [], ""
        for high, low in zip(above, below, strict=True):
            last = high.strip() or (last if low.strip() else "")
            filled.append(last + low.strip())
        yield distinct(filled), at + 2
