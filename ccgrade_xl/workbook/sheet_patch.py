"""How are single cells of a worksheet written, everything else in it left as it was?

A written cell keeps its style; a cell that did not exist takes the style of its pattern row (a table's first
data row). Formulas that are written over give way to the value and are reported, so that calcChain can follow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache, lru_cache

from attrs import define, field, frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area, cell_xml, column_letters, column_number
from ccgrade_xl.workbook.sheet_ranges import column_styles, extended_ranges, widened_dimension, with_widths
from ccgrade_xl.workbook.sheet_xml import Row, SheetXml, cell_column, cell_pattern, rows, split_sheet
from ccgrade_xl.workbook.styles import Styles
from ccgrade_xl.workbook.torn_formulas import refuse_torn_formulas

_STYLE = re.compile(rb'\ss="\d+"')
_LETTERS = re.compile(rb"[A-Z]{1,3}")
_SPANS = re.compile(rb'\sspans="(\d+):(\d+)[^"]*"')
_KEPT_FOR_NEW_ROW = re.compile(rb'\s(?:ht|customHeight|s|customFormat)="[^"]*"')


@frozen
class Pattern:
    """New cells inside `area` look like the cells of `row`.

    A column that has none there takes the look of another one (`like`), with its own number format (`formats`).
    """

    area: Area
    row: int
    like: Mapping[int, int] = field(factory=dict)
    formats: Mapping[int, str] = field(factory=dict)


@frozen
class Growth:
    """A table's data rows before and after."""

    before: Area
    after: Area


@define
class SheetEdit:
    """What is written to one sheet: `values[row][column]`, how new cells look, and which table resizes.

    `widths` are the widths of columns that were not there before, in characters.
    """

    sheet: str
    values: dict[int, dict[int, CellValue]] = field(factory=dict)
    patterns: list[Pattern] = field(factory=list)
    growth: list[Growth] = field(factory=list)
    widths: dict[int, float] = field(factory=dict)

    def put(self, row: int, column: int, value: CellValue) -> None:
        """Write one cell; a later write of the same cell wins."""
        self.values.setdefault(row, {})[column] = value


@frozen
class SheetPatch:
    """A patched sheet: its part, and the cells (`A1`) that held a formula and hold a value now."""

    data: bytes
    formulas_gone: frozenset[str]


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
    writer = _Writer(sheet, edit, styles, from_1904, columns=column_styles(sheet.head))
    body = writer.patched_body()
    head = with_widths(widened_dimension(sheet.head, writer.written), edit.widths, sheet.prefix)
    return SheetPatch(
        b"".join((head, *body, extended_ranges(sheet.tail, edit.growth))), frozenset(writer.formulas_gone)
    )


@define
class _Writer:
    sheet: SheetXml
    edit: SheetEdit
    styles: Styles
    from_1904: bool
    formulas_gone: list[str] = field(factory=list)
    written: list[Area] = field(factory=list)
    looks: dict[int, tuple[bytes, dict[int, bytes]]] = field(factory=dict)
    columns: dict[int, bytes] = field(factory=dict)
    learnt: dict[tuple[int, int], bytes] = field(factory=dict)

    def patched_body(self) -> list[bytes]:
        """Walk the rows once; untouched ones are copied in long slices."""
        self._learn_looks()
        chunks: list[bytes] = []
        pending = sorted(self.edit.values)
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
        prefix = self.sheet.prefix
        cells = self._cells(number, {}, {})
        if not cells:
            return b""
        return b'<%brow r="%d"%b>%b</%brow>' % (
            prefix, number, attributes, b"".join(cells[column] for column in sorted(cells)), prefix,
        )  # fmt: skip

    def _patched_row(self, row: Row) -> bytes:
        prefix, values = self.sheet.prefix, self.edit.values[row.number]
        cells: dict[int, bytes] = {}
        styles: dict[int, bytes] = {}
        column, start = 0, self._first_written(row)
        end, grown = start, self._grown(row.number)
        for match in cell_pattern(prefix).finditer(row.inner, start):
            column = cell_column(match, column, self.sheet.title)
            end = match.end()
            if column not in values:
                cells[column] = match[0]
                continue
            if column not in grown:
                styles[column] = _style(match[2])
            if match[3]:
                self._note_content(row.number, column, match[3], column in grown)
        cells = self._cells(row.number, cells, styles)
        attributes = _respanned(row.attributes, min(cells), max(cells)) if cells else row.attributes
        inner = b"".join([cells[column] for column in sorted(cells)])
        return b"<%brow%b>%b%b%b</%brow>" % (
            prefix, attributes, row.inner[:start], inner, row.inner[end:], prefix,
        )  # fmt: skip

    def _first_written(self, row: Row) -> int:
        """Return where the first written cell begins: what is left of it need not be looked at.

        The end where the row stops short of it; 0 where cells without an address hide it: then all are walked.
        """
        first = min(self.edit.values[row.number])
        opening = b'<%bc r="' % self.sheet.prefix
        at = row.inner.find(b'%b%b%d"' % (opening, _letters(first), row.number))
        if at >= 0:
            return at
        tag = b"<%bc" % self.sheet.prefix
        addressed = row.inner.count(opening)
        if not addressed or addressed != row.inner.count(tag + b" ") or tag + b">" in row.inner:
            return 0
        last = _LETTERS.match(row.inner, row.inner.rfind(opening) + len(opening))
        return len(row.inner) if last is not None and column_number(last[0].decode()) < first else 0

    def _cells(self, number: int, cells: dict[int, bytes], styles: dict[int, bytes]) -> dict[int, bytes]:
        """Put the edit's values of one row among the cells that stand (`styles` of those written over)."""
        values = self.edit.values[number]
        row = b"%d" % number
        for column, value in values.items():
            style = styles.get(column)
            if style is None:
                style = self._look(number, column)
                if value is None and not style:
                    continue
            if isinstance(value, dt.date):
                style = self.styles.dated(style)
            reference = _letters(column) + row
            cells[column] = cell_xml(reference, style, value, self.sheet.prefix, self.from_1904)
        if values:
            self.written.append(Area(number, min(values), number, max(values)))
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
