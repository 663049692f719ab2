"""How are single cells of a worksheet written, everything else in it left as it was?

A written cell keeps its style; a cell that did not exist takes the style of its pattern row (a table's first
data row). Where a table grows shorter, what it leaves below is no cell any more. Formulas that are written over give way
to the value and are reported, so that calcChain can follow.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from attrs import define, field, frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.cells import Area, column_letters
from ccgrade_xl.workbook.row_cells import RowCells, joined, row_xml, style_in
from ccgrade_xl.workbook.row_shape import columns_filled, columns_of, shape_of, stretch
from ccgrade_xl.workbook.sheet_edit import SheetEdit
from ccgrade_xl.workbook.sheet_ranges import extended_ranges, widened_dimension, with_widths
from ccgrade_xl.workbook.sheet_xml import Row, SheetXml, cell_column, cell_pattern, rows_at, split_sheet
from ccgrade_xl.workbook.styles import Styles
from ccgrade_xl.workbook.torn_formulas import refuse_torn_formulas

_SPANS = re.compile(rb'\sspans="(\d+):(\d+)[^"]*"')


@frozen
class SheetPatch:
    """A patched sheet: its part, and the cells (`A1`) that held a formula and hold a value now.

    `excerpt` is the part with the written cells alone, for whoever reads them back.
    """

    data: bytes
    formulas_gone: frozenset[str]
    excerpt: bytes


def patch_sheet(
    data: bytes,
    edit: SheetEdit,
    title: str,
    styles: Styles,
    from_1904: bool = False,
) -> SheetPatch:
    """Write the edit's cells into a worksheet part; `styles` grows by the number formats that are missing.

    Raises `BookFault` where a formula reaches beyond the written cells, or where a table would grow over other
    content.
    """
    sheet = split_sheet(data, title)
    refuse_torn_formulas(sheet, edit)
    writer = _Writer(sheet, edit, RowCells(sheet, edit, styles, from_1904))
    body = writer.patched_body()
    area = edit.area()
    head = widened_dimension(sheet.head, [area] if area else [])
    head = with_widths(head, edit.widths, sheet.prefix)
    tail = extended_ranges(sheet.tail, edit.growth)
    return SheetPatch(
        b"".join((head, *body, tail)),
        frozenset(writer.formulas_gone),
        b"".join((head, *writer.excerpt, tail)),
    )


@frozen
class _Places:
    """Rows, and which of their columns."""

    areas: Sequence[tuple[range, Area]]

    def columns(self, number: int) -> frozenset[int]:
        """Return the columns of a row."""
        found = [_columns(area) for rows_of, area in self.areas if number in rows_of]
        return found[0] if len(found) == 1 else frozenset().union(*found)


@lru_cache(maxsize=64)
def _columns(area: Area) -> frozenset[int]:
    return frozenset(range(area.left, area.right + 1))


@define
class _Writer:
    """Walks a sheet's rows and writes those of an edit."""

    sheet: SheetXml
    edit: SheetEdit
    cells: RowCells
    formulas_gone: list[str] = field(factory=list)
    excerpt: list[bytes] = field(factory=list)
    _grown: _Places = field(init=False)
    _left: _Places = field(init=False)

    def __attrs_post_init__(self) -> None:
        bottoms = [(each.before.bottom, each.after.bottom, each.after) for each in self.edit.growth]
        self._grown = _Places([(range(before + 1, after + 1), area) for before, after, area in bottoms])
        self._left = _Places([(range(after + 1, before + 1), area) for before, after, area in bottoms])

    def patched_body(self) -> list[bytes]:
        """Walk the rows once; untouched ones are copied in long slices."""
        chunks: list[bytes] = []
        pending = list(self.cells.written)
        copied, at = self.sheet.start, 0
        for row in rows_at(self.sheet, pending):
            if at == len(pending):
                break
            if pending[at] > row.number:
                continue
            chunks.append(self.sheet.data[copied : row.start])
            copied = row.start
            here = bisect_left(pending, row.number, at)
            chunks.extend(self._new_rows(pending[at:here]))
            at = here
            if at < len(pending) and pending[at] == row.number:
                chunks.append(self._patched_row(row))
                copied = row.end
                at += 1
        chunks.append(self.sheet.data[copied : self.sheet.end])
        chunks.extend(self._new_rows(pending[at:]))
        return chunks

    def _new_rows(self, numbers: Sequence[int]) -> list[bytes]:
        """Return rows that do not stand yet: whole as they are they belong into the excerpt."""
        new = list(self.cells.new_rows(numbers))
        self.excerpt.extend(new)
        return new

    def _patched_row(self, row: Row) -> bytes:
        prefix, written = self.sheet.prefix, self.cells.written[row.number]
        reached = self._left_blank(row.number).union(written)
        start, end = stretch(row, prefix, min(reached), max(reached))
        cells = self._recast(row.number, row.inner[start:end])
        if cells is None:
            cells, end = self._walked(row, start, end)
        if not cells and start == 0 and end == len(row.inner) and self.cells.looks_usual(row.attributes):
            return b""
        attributes = _respanned(row.attributes, written[0], written[-1]) if cells else row.attributes
        return b"<%brow%b>%b%b%b</%brow>" % (
            prefix, attributes, row.inner[:start], cells, row.inner[end:], prefix,
        )  # fmt: skip

    def _recast(self, number: int, standing: bytes) -> bytes | None:
        """Return what takes the place of a stretch of cells; None where it must be walked cell by cell."""
        prefix = self.sheet.prefix
        shape = None if b"<%bf" % prefix in standing else shape_of(standing, prefix)
        if shape is not None and (left := self._left_blank(number)):
            kept = columns_filled(standing, shape, prefix).difference(self.cells.written[number])
            return b"" if columns_of(shape) <= left - kept else None
        if shape is not None and (grown := self._grown.columns(number)):
            # Blank cells that a table grows over look as if they did not stand; what else stands there is walked.
            written = grown.intersection(self.cells.written[number])
            if b"</%bc>" % prefix in standing or not columns_of(shape) <= written:
                return None
            shape = ()
        cast = None if shape is None else self.cells.cast(number, shape, standing)
        if cast is None:
            return None
        self._excerpted(number, cast.written)
        return cast.cells

    def _excerpted(self, number: int, cells: bytes) -> None:
        """Keep the written cells of a row for the excerpt."""
        self.excerpt.append(row_xml(self.sheet.prefix, number, b"", cells))

    def _walked(self, row: Row, start: int, end: int) -> tuple[bytes, int]:
        """Write a row cell by cell; return its cells, and where in the row the last that was met ends."""
        written = set(self.cells.written[row.number])
        cells: dict[int, bytes] = {}
        styles: dict[int, bytes] = {}
        column, met = 0, start
        grown, left = self._grown.columns(row.number), self._left_blank(row.number)
        for match in cell_pattern(self.sheet.prefix).finditer(row.inner, start, end):
            column = cell_column(match, column, self.sheet.title)
            met = match.end()
            if column not in written:
                if column not in left or match[3]:
                    cells[column] = match[0]
                continue
            if column not in grown:
                styles[column] = style_in(match[2])
            if match[3]:
                self._note_content(row.number, column, match[3], column in grown)
        made = self.cells.made(row.number, styles)
        fresh = {column: cell for column, cell in made.items() if column not in left}
        self._excerpted(row.number, joined(fresh))
        return joined(cells | fresh), met

    def _left_blank(self, number: int) -> frozenset[int]:
        """Return the columns of a row that a table has left behind, but for those into which something is written."""
        left = self._left.columns(number)
        return left - self.cells.filled(number) if left else left

    def _note_content(self, number: int, column: int, content: bytes, is_grown_over: bool) -> None:
        """Report a formula written over; refuse to grow a table over content below it."""
        if b"<%bf" % self.sheet.prefix in content:
            self.formulas_gone.append(f"{column_letters(column)}{number}")
        if is_grown_over:
            raise BookFault(
                f"工作表“{self.edit.sheet}”的表格要加长到第 {self._grown_to(column)} 行，"
                f"但单元格 {column_letters(column)}{number} 已有内容。请把表格下面的内容移走后再试。"
            )

    def _grown_to(self, column: int) -> int:
        return max(
            each.after.bottom for each in self.edit.growth if each.after.left <= column <= each.after.right
        )


def _respanned(attributes: bytes, first: int, last: int) -> bytes:
    found = _SPANS.search(attributes)
    if found is None:
        return attributes
    spans = b' spans="%d:%d"' % (min(first, int(found[1])), max(last, int(found[2])))
    return attributes[: found.start()] + spans + attributes[found.end() :]
