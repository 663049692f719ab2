"""Where would cells change if values were written into them? What stands as it is to be need not be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.dates import midnight

T = TypeVar("T")
_NUMBERS = frozenset({int, float})


def is_same(value: CellValue, stood: CellValue) -> bool:
    """Return whether a cell would hold a value just as it holds another one."""
    if stood is None:
        return value is None or value == ""
    if type(value) is type(stood) or (type(value) in _NUMBERS and type(stood) in _NUMBERS):
        return value == stood
    return _stored(value) == _stored(stood)


def differing(
    values: Sequence[CellValue],
    standing: Sequence[CellValue],
    same: Callable[[CellValue, CellValue], bool] = is_same,
) -> list[int]:
    """Return the places at which a value is not the same as the one that stands there; the longer one's rest is not looked at."""
    return [
        at
        for at, (value, stood) in enumerate(zip(values, standing, strict=False))
        if value is not stood
        and not (type(value) is type(stood) and value == stood)  # as nearly all that is the same is
        and not same(value, stood)
    ]


def changed_parts(
    rows: Sequence[Sequence[CellValue]],
    standing: Sequence[Sequence[CellValue]],
    most_runs: int = 1,
    same: Callable[[CellValue, CellValue], bool] = is_same,
) -> list[Area]:
    """Return the parts of a block (A1 is its first cell) that hold all cells which would change.

    Neighbouring columns that change in the same rows are taken together. They are written run by run of rows where
    there are not more runs than `most_runs`, else from the first of these rows to the last.
    """
    columns = zip(zip(*rows, strict=True), zip(*standing, strict=True), strict=True)
    places = [differing(values, stood, same) for values, stood in columns]
    parts: list[Area] = []
    for changed, alike in groupby(enumerate(places, 1), lambda item: item[1]):
        if changed:
            found = [column for column, _ in alike]
            runs = list(neighbours(changed))
            if len(runs) > most_runs:
                runs = [(changed[0], changed[-1])]
            parts += [Area(first + 1, found[0], last + 1, found[-1]) for first, last in runs]
    return parts


def part_of(rows: Sequence[Sequence[T]], part: Area) -> Sequence[Sequence[T]]:
    """Return the values of a part of a block (A1 is its first cell)."""
    lines = rows[part.top - 1 : part.bottom]
    return lines if part.width == len(rows[0]) else [line[part.left - 1 : part.right] for line in lines]


def neighbours(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give first and last of the places that stand side by side; `places` ascend."""
    for _, run in groupby(enumerate(places), lambda item: item[1] - item[0]):
        found = [place for _, place in run]
        yield found[0], found[-1]


def _stored(value: CellValue) -> tuple[str, object]:
    """Return a value as a cell keeps it: what kind, and what."""
    if value is None or value == "":
        return "blank", None
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, int | float):
        return "number", value
    if isinstance(value, dt.datetime):
        return "time", value
    if isinstance(value, dt.date):
        return "time", midnight(value)
    return type(value).__name__, value
