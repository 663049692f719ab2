"""How are single cells of a worksheet written, everything else in it left as it was?

A written cell keeps its style; a cell that did not exist takes the style of its pattern row (a table's first
data row). Formulas that are written over give way to the value and are reported, so that calcChain can follow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from attrs import define, field, frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.cells import column_letters, column_number, column_xml
from ccgrade_xl.workbook.row_shape import Shape, shape_of, stretch
from ccgrade_xl.workbook.sheet_edit import Pattern, SheetEdit
from ccgrade_xl.workbook.sheet_ranges import column_styles, extended_ranges, widened_dimension, with_widths
from ccgrade_xl.workbook.sheet_xml import Row, SheetXml, cell_column, cell_pattern, rows, split_sheet
from ccgrade_xl.workbook.styles import Styles
from ccgrade_xl.workbook.torn_formulas import refuse_torn_formulas

_STYLE = re.compile(rb'\ss="\d+"')
_SPANS = re.compile(rb'\sspans="(\d+):(\d+)[^"]*"')
_KEPT_FOR_NEW_ROW = re.compile(rb'\s(?:ht|customHeight|s|customFormat)="[^"]*"')
_NOTHING = b"/>"
"""What follows the style in an empty cell."""


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
    writer = _Writer(
        sheet, edit, styles, edit.columns_by_row(), _rests(edit, sheet.prefix, from_1904), column_styles(sheet.head)
    )  # fmt: skip
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


def _rests(edit: SheetEdit, prefix: bytes, from_1904: bool) -> dict[int, dict[int, bytes]]:
    """Return what follows the style in every written cell, by column and row."""
    return {
        column: column_xml(_letters(column), cells, prefix, from_1904)
        for column, cells in edit.columns.items()
    }


@define
class _Writer:
    """Walks a sheet's rows and writes those of an edit.

    `written` are the columns written in each row, `rests` what follows the style in each written cell, `columns`
    the styles of whole columns.
    """

    sheet: SheetXml
    edit: SheetEdit
    styles: Styles
    written: Mapping[int, Sequence[int]]
    rests: Mapping[int, Mapping[int, bytes]]
    columns: Mapping[int, bytes]
    dated: dict[int, frozenset[int]] = field(init=False)
    formulas_gone: list[str] = field(factory=list)
    excerpt: list[bytes] = field(factory=list)
    looks: dict[int, tuple[bytes, dict[int, bytes]]] = field(factory=dict)
    learnt: dict[tuple[int, int], bytes] = field(factory=dict)
    moulds: dict[object, tuple[bytes, frozenset[int]] | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        days = {
            column: frozenset(row for row, value in cells.items() if isinstance(value, dt.date))
            for column, cells in self.edit.columns.items()
        }
        self.dated = {column: rows_of for column, rows_of in days.items() if rows_of}

    def patched_body(self) -> list[bytes]:
        """Walk the rows once; untouched ones are copied in long slices."""
        self._learn_looks()
        chunks: list[bytes] = []
        pending = list(self.written)
        copied = at = 0
        for row in rows(self.sheet):
            if at == len(pending):
                break
            if pending[at] > row.number:
                continue
            chunks.append(self.sheet.body[copied : row.start])
            copied = row.start
            while at < len(pending) and pending[at] < row.number:
                chunks.append(self._new_row(pending[at]))
                at += 1
            if at < len(pending) and pending[at] == row.number:
                chunks.append(self._patched_row(row))
                copied = row.end
                at += 1
        chunks.append(self.sheet.body[copied:])
        chunks.extend(self._new_row(number) for number in pending[at:])
        return chunks

    def _learn_looks(self) -> None:
        """Read row attributes and cell styles of every pattern row."""
        wanted = {pattern.row for pattern in self.edit.patterns}
        for row in rows(self.sheet) if wanted else ():
            if row.number in wanted:
                styles, column = {}, 0
                for match in cell_pattern(self.sheet.prefix).finditer(row.inner):
                    column = cell_column(match, column, self.sheet.title)
                    styles[column] = _style(match[2])
                self.looks[row.number] = b"".join(_KEPT_FOR_NEW_ROW.findall(row.attributes)), styles
            if row.number >= max(wanted):
                break

    def _new_row(self, number: int) -> bytes:
        attributes = next(
            (
                self.looks[pattern.row][0]
                for pattern in self.edit.patterns
                if pattern.area.top <= number <= pattern.area.bottom and pattern.row in self.looks
            ),
            b"",
        )
        cells = self._moulded(number, ())
        if cells is None:
            found = self._cells(number, {})
            cells = b"".join([found[column] for column in sorted(found)])
        return self._row(number, attributes, self._excerpted(number, cells)) if cells else b""

    def _patched_row(self, row: Row) -> bytes:
        prefix, written = self.sheet.prefix, self.written[row.number]
        start, end = stretch(row, prefix, written[0], written[-1])
        middle = row.inner[start:end]
        shape = shape_of(middle, prefix)
        cells = None
        if shape is not None and b"<%bf" % prefix not in middle and not self._grown(row.number):
            cells = self._moulded(row.number, shape)
        if cells is not None:
            self._excerpted(row.number, cells)
        else:
            cells, end = self._walked(row, start, end)
        attributes = _respanned(row.attributes, written[0], written[-1]) if cells else row.attributes
        return b"<%brow%b>%b%b%b</%brow>" % (
            prefix, attributes, row.inner[:start], cells, row.inner[end:], prefix,
        )  # fmt: skip

    def _row(self, number: int, attributes: bytes, cells: bytes) -> bytes:
        prefix = self.sheet.prefix
        return b'<%brow r="%d"%b>%b</%brow>' % (prefix, number, attributes, cells, prefix)

    def _excerpted(self, number: int, cells: bytes) -> bytes:
        """Keep the written cells of a row for the excerpt, and return them."""
        self.excerpt.append(self._row(number, b"", cells))
        return cells

    def _walked(self, row: Row, start: int, end: int) -> tuple[bytes, int]:
        """Write a row cell by cell; return its cells, and where in the row the last that was met ends."""
        written = set(self.written[row.number])
        cells: dict[int, bytes] = {}
        styles: dict[int, bytes] = {}
        column, met, grown = 0, start, self._grown(row.number)
        for match in cell_pattern(self.sheet.prefix).finditer(row.inner, start, end):
            column = cell_column(match, column, self.sheet.title)
            met = match.end()
            if column not in written:
                cells[column] = match[0]
                continue
            if column not in grown:
                styles[column] = _style(match[2])
            if match[3]:
                self._note_content(row.number, column, match[3], column in grown)
        fresh = self._cells(row.number, styles)
        self._excerpted(row.number, b"".join([fresh[column] for column in sorted(fresh)]))
        cells |= fresh
        return b"".join([cells[column] for column in sorted(cells)]), met

    # --- rows of a known shape ---------------------------------------------------------------------------------

    def _moulded(self, number: int, shape: Shape) -> bytes | None:
        """Return the cells of a row that stands in a shape; None where it must be walked cell by cell."""
        written = self.written[number]
        key = (
            shape,
            tuple(written),
            tuple(number in days for days in self.dated.values()),
            self._place(number),
        )
        if key not in self.moulds:
            self.moulds[key] = self._mould(number, shape)
        found = self.moulds[key]
        if found is None:
            return None
        mould, bare = found
        rests = [self.rests[column][number] for column in written]
        if bare and any(rest == _NOTHING and at in bare for at, rest in zip(written, rests, strict=True)):
            return None
        filling: list[bytes] = [b"%d" % number] * (2 * len(rests))
        filling[1::2] = rests
        return mould % tuple(filling)

    def _place(self, number: int) -> tuple[bool, ...]:
        return tuple(pattern.area.top <= number <= pattern.area.bottom for pattern in self.edit.patterns)

    def _mould(self, number: int, shape: Shape) -> tuple[bytes, frozenset[int]] | None:
        """Return the cells of a shape with places for row number and rest, and the columns that need no empty cell.

        None where cells stand among those written that stay as they are.
        """
        written = self.written[number]
        stands = {column_number(letters.decode()): style for letters, style in shape}
        if not stands.keys() <= set(written):
            return None
        pieces, bare = [], set()
        for column in written:
            style = stands.get(column)
            look = self._look(number, column) if style is None else b' s="%b"' % style if style else b""
            if style is None and not look:
                bare.add(column)
            if number in self.dated.get(column, ()):
                look = self.styles.dated(look)
            pieces.append(b'<%bc r="%b%%b"%b%%b' % (self.sheet.prefix, _letters(column), look))
        return b"".join(pieces), frozenset(bare)

    # --- single cells ------------------------------------------------------------------------------------------

    def _cells(self, number: int, styles: Mapping[int, bytes]) -> dict[int, bytes]:
        """Return the written cells of one row by column; `styles` are those of the cells written over."""
        cells = {}
        for column in self.written[number]:
            rest = self.rests[column][number]
            style = styles.get(column)
            if style is None:
                style = self._look(number, column)
                if rest == _NOTHING and not style:
                    continue
            if number in self.dated.get(column, ()):
                style = self.styles.dated(style)
            cells[column] = b'<%bc r="%b%d"%b%b' % (self.sheet.prefix, _letters(column), number, style, rest)
        return cells

    def _look(self, number: int, column: int) -> bytes:
        """Return the style of a cell that does not stand yet: as its pattern's row has it, else its column's."""
        for place, pattern in enumerate(self.edit.patterns):
            area = pattern.area
            if area.top <= number <= area.bottom and area.left <= column <= area.right:
                style = self.learnt.get((place, column))
                if style is None:
                    style = self.learnt[place, column] = self._like(pattern, column)
                return style
        return self.columns.get(column, b"")

    def _like(self, pattern: Pattern, column: int) -> bytes:
        known = self.looks.get(pattern.row, (b"", {}))[1]
        style = known.get(pattern.like.get(column, column), b"")
        if column in pattern.formats:
            return self.styles.formatted(style, pattern.formats[column])
        return style or self.columns.get(column, b"")

    def _grown(self, number: int) -> frozenset[int]:
        """Return the columns of a row that a table grows over: blank cells there look like its others from now on."""
        return frozenset(
            column
            for growth in self.edit.growth
            if growth.before.bottom < number <= growth.after.bottom
            for column in range(growth.after.left, growth.after.right + 1)
        )

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


@cache
def _letters(column: int) -> bytes:
    return column_letters(column).encode()


@lru_cache(maxsize=4096)
def _style(attributes: bytes) -> bytes:
    found = _STYLE.search(attributes)
    return found[0] if found else b""


def _respanned(attributes: bytes, first: int, last: int) -> bytes:
    found = _SPANS.search(attributes)
    if found is None:
        return attributes
    spans = b' spans="%d:%d"' % (min(first, int(found[1])), max(last, int(found[2])))
    return attributes[: found.start()] + spans + attributes[found.end() :]
