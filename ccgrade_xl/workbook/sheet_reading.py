"""How are the cells of a sheet read? With calamine; a long sheet in stretches, side by side.

calamine lets go of Python's lock while it reads, so that every core takes a stretch; a short one is read faster, too,
than its share of a long sheet. What calamine is given is a zip that holds the one sheet and has its merged areas before
the rows: it looks for them from the beginning, and would read all rows a second time on its way (calamine 0.36).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, cast

from attrs import field, frozen
from python_calamine import CalamineSheet

from ccgrade_xl.spreadsheet.opening import opened
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.package import Package, SheetPart
from ccgrade_xl.workbook.sheet_xml import SheetXml, split_sheet
from ccgrade_xl.workbook.stretches import side_by_side, stretches_of

HEAD = 500
"""Rows of a sheet in which everything stands that is beside a long list: they are as wide as nothing below them."""


@frozen
class SheetCells:
    """A sheet's cells from A1 on as calamine gives them, "" for an empty one, and its merged areas.

    A row may end before the sheet's last column, after the last of its own cells.
    """

    rows: list[list[Any]] = field(repr=False)
    merged: tuple[Area, ...] = ()


@frozen
class _Stretch:
    """The rows from the first cell on: `top` rows and `left` columns lie before it."""

    top: int
    left: int
    rows: list[list[Any]]
    merged: tuple[Area, ...]


def read_sheet(package: Package, sheet: SheetPart, data: bytes) -> SheetCells:
    """Read the cells of a sheet, its part as `data` has it. Raises `FileFault` where it is damaged.

    The size of what it holds is known to be sane.
    """
    split = split_sheet(data, package.title)
    others = frozenset(each.part for each in package.sheets if each.part != sheet.part)
    head, tail = _merged_areas_first(split)

    def read(stretch: tuple[int, int]) -> _Stretch:
        start, end = stretch
        part = b"".join((head, memoryview(split.data)[start:end], tail))
        content = package.archive.replaced({sheet.part: part}, others, stored=True)
        with opened(content, package.title) as book:
            return _stretch(book.get_sheet_by_name(sheet.name))

    rows: list[list[Any]] = []
    merged: tuple[Area, ...] = ()
    ahead = len(package.shared_texts) + len(head) + len(tail)  # what calamine reads again before each stretch
    for stretch in side_by_side(read, list(pairwise(_cuts(split, ahead)))):
        if stretch.rows and stretch.top < len(rows):
            # Where rows do not stand in their order, stretches do not either: such a sheet is read as one.
            return _cells(read((split.start, split.end)))
        rows += _rows_below(len(rows), stretch)
        merged = stretch.merged
    return SheetCells(rows, merged)


def _merged_areas_first(sheet: SheetXml) -> tuple[bytes, bytes]:
    """Return what stands before and behind a sheet's rows, the merged areas moved in front of them where they are found."""
    name, tail = b"%bmergeCells" % sheet.prefix, sheet.tail
    areas = b"<%b></%b>" % (name, name)
    if b"mergeCells" in tail:
        start, end = tail.find(b"<%b" % name), tail.find(b"</%b>" % name)
        if not 0 <= start < end:  # written as nobody writes it: calamine may look for it
            return sheet.head, tail
        behind = end + len(b"</%b>" % name)
        areas, tail = tail[start:behind], tail[:start] + tail[behind:]
    opening = sheet.head.rfind(b"<%bsheetData" % sheet.prefix)
    return sheet.head[:opening] + areas + sheet.head[opening:], tail


def cells_in(content: bytes, title: str) -> dict[str, SheetCells]:
    """Read every sheet of a workbook whose size is known to be sane. Raises `FileFault` where one is damaged."""
    with opened(content, title) as book:
        return {name: _cells(_stretch(book.get_sheet_by_name(name))) for name in book.sheet_names}


def _stretch(sheet: CalamineSheet) -> _Stretch:
    top, left = sheet.start or (0, 0)
    merged = tuple(
        Area(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    return _Stretch(top, left, cast("list[list[Any]]", sheet.to_python()), merged)


def _cells(stretch: _Stretch) -> SheetCells:
    """Return a stretch as a sheet from A1 on."""
    return SheetCells(_rows_below(0, stretch), stretch.merged)


def _rows_below(height: int, stretch: _Stretch) -> list[list[Any]]:
    """Return the rows that a stretch adds to so many others, those between that hold nothing too, from column A on."""
    if not stretch.rows:
        return []
    between: list[list[Any]] = [[] for _ in range(stretch.top - height)]
    before = [""] * stretch.left
    return between + ([[*before, *row] for row in stretch.rows] if before else stretch.rows)


def _cuts(sheet: SheetXml, ahead: int) -> list[int]:
    """Return where to cut the rows into stretches, the head and below it some of about the same size; both ends included.

    A row that does not tell its number stays with the one before.
    """
    below = sheet.data.find(b'<%brow r="%d"' % (sheet.prefix, HEAD + 1), sheet.start, sheet.end)
    count = stretches_of(sheet.end - below, ahead) if below >= 0 else 1
    if count == 1:
        return [sheet.start, sheet.end]
    numbered = re.compile(rb'<%brow r="\d' % sheet.prefix)
    wanted = [below + (sheet.end - below) * at // count for at in range(1, count)]
    found = (numbered.search(sheet.data, at, sheet.end) for at in wanted)
    return sorted({sheet.start, below, sheet.end, *(match.start() for match in found if match)})
