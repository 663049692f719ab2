"""The written cells of a row as XML: rows of a known shape are cast whole, others are made cell by cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache, lru_cache

from attrs import define, field, frozen

from ccgrade_xl.workbook.cells import column_letters, column_number, column_xml
from ccgrade_xl.workbook.row_shape import Shape
from ccgrade_xl.workbook.sheet_edit import Pattern, SheetEdit
from ccgrade_xl.workbook.sheet_ranges import column_styles
from ccgrade_xl.workbook.sheet_xml import Row, SheetXml, cell_column, cell_pattern, rows
from ccgrade_xl.workbook.styles import Styles

_STYLE = re.compile(rb'\ss="\d+"')
_KEPT_FOR_NEW_ROW = re.compile(rb'\s(?:ht|customHeight|s|customFormat)="[^"]*"')
_NOTHING = b"/>"
"""What follows the style in an empty cell."""


@frozen
class _Mould:
    """The cells of a row with a place each for its number and for what follows the style.

    Where one of the `bare` columns is emptied, no cell is needed at all.
    """

    xml: bytes
    bare: frozenset[int]


@define
class RowCells:
    """What an edit writes into the rows of one sheet.

    `written` are the columns written in each row, `rests` what follows the style in each written cell.
    """

    sheet: SheetXml
    edit: SheetEdit
    styles: Styles
    from_1904: bool
    written: Mapping[int, tuple[int, ...]] = field(init=False)
    rests: Mapping[int, Mapping[int, bytes]] = field(init=False)
    _days: list[frozenset[int]] = field(init=False)
    _columns: Mapping[int, bytes] = field(init=False)
    _looks: dict[int, tuple[bytes, dict[int, bytes]]] = field(init=False)
    _learnt: dict[tuple[int, int], bytes] = field(factory=dict)
    _moulds: dict[object, _Mould | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        columns, prefix = self.edit.columns, self.sheet.prefix
        self.written = self.edit.columns_by_row()
        self.rests = {
            column: column_xml(_letters(column), cells, prefix, self.from_1904)
            for column, cells in columns.items()
        }
        days = (
            frozenset([row for row, value in cells.items() if isinstance(value, dt.date)])
            for cells in columns.values()
        )
        self._days = [rows_of for rows_of in days if rows_of]
        self._columns = column_styles(self.sheet.head)
        self._looks = _looks(self.sheet, {pattern.row for pattern in self.edit.patterns})

    def attributes(self, number: int) -> bytes:
        """Return the attributes a new row takes over from its pattern row."""
        for pattern in self.edit.patterns:
            if pattern.area.top <= number <= pattern.area.bottom and pattern.row in self._looks:
                return self._looks[pattern.row][0]
        return b""

    def cast(self, number: int, shape: Shape) -> bytes | None:
        """Return the written cells of a row whose cells stand in a shape; None where the row must be walked."""
        written = self.written[number]
        dated = [number in rows_of for rows_of in self._days]
        inside = [pattern.area.top <= number <= pattern.area.bottom for pattern in self.edit.patterns]
        key = shape, written, tuple(dated), tuple(inside)
        if key not in self._moulds:
            self._moulds[key] = self._mould(number, shape)
        mould = self._moulds[key]
        if mould is None:
            return None
        rests = [self.rests[column][number] for column in written]
        if mould.bare and any(
            rest == _NOTHING and at in mould.bare for at, rest in zip(written, rests, strict=True)
        ):
            return None
        filling = [b"%d" % number] * (2 * len(rests))
        filling[1::2] = rests
        return mould.xml % tuple(filling)

    def _mould(self, number: int, shape: Shape) -> _Mould | None:
        """Return the mould of a shape; None where cells that stay as they are stand among those written."""
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
            pieces.append(
                b'<%bc r="%b%%b"%b%%b'
                % (self.sheet.prefix, _letters(column), self._dated(number, column, look))
            )
        return _Mould(b"".join(pieces), frozenset(bare))

    def made(self, number: int, styles: Mapping[int, bytes]) -> dict[int, bytes]:
        """Return the written cells of one row by column; `styles` are those of the cells written over."""
        cells = {}
        for column in self.written[number]:
            rest = self.rests[column][number]
            style = styles.get(column)
            if style is None:
                style = self._look(number, column)
                if rest == _NOTHING and not style:
                    continue
            cells[column] = b'<%bc r="%b%d"%b%b' % (
                self.sheet.prefix, _letters(column), number, self._dated(number, column, style), rest,
            )  # fmt: skip
        return cells

    def _dated(self, number: int, column: int, style: bytes) -> bytes:
        """Return a style in which a day shows as one, where a day is written."""
        is_day = isinstance(self.edit.value(number, column, None), dt.date)
        return self.styles.dated(style) if is_day else style

    def _look(self, number: int, column: int) -> bytes:
        """Return the style of a cell that does not stand yet: as its pattern's row has it, else its column's."""
        for place, pattern in enumerate(self.edit.patterns):
            area = pattern.area
            if area.top <= number <= area.bottom and area.left <= column <= area.right:
                style = self._learnt.get((place, column))
                if style is None:
                    style = self._learnt[place, column] = self._like(pattern, column)
                return style
        return self._columns.get(column, b"")

    def _like(self, pattern: Pattern, column: int) -> bytes:
        known = self._looks.get(pattern.row, (b"", {}))[1]
        style = known.get(pattern.like.get(column, column), b"")
        if column in pattern.formats:
            return self.styles.formatted(style, pattern.formats[column])
        return style or self._columns.get(column, b"")


def _looks(sheet: SheetXml, wanted: set[int]) -> dict[int, tuple[bytes, dict[int, bytes]]]:
    """Return row attributes and cell styles of every pattern row."""
    found: dict[int, tuple[bytes, dict[int, bytes]]] = {}
    for row in rows(sheet) if wanted else ():
        if row.number in wanted:
            found[row.number] = b"".join(_KEPT_FOR_NEW_ROW.findall(row.attributes)), _styles_of(row, sheet)
        if row.number >= max(wanted):
            break
    return found


def _styles_of(row: Row, sheet: SheetXml) -> dict[int, bytes]:
    styles, column = {}, 0
    for match in cell_pattern(sheet.prefix).finditer(row.inner):
        column = cell_column(match, column, sheet.title)
        styles[column] = style_in(match[2])
    return styles


@lru_cache(maxsize=4096)
def style_in(attributes: bytes) -> bytes:
    """Return the style among a cell's attributes, ` s="5"`, or nothing."""
    found = _STYLE.search(attributes)
    return found[0] if found else b""


def joined(cells: Mapping[int, bytes]) -> bytes:
    """Return cells by column as they follow one another."""
    return b"".join([cells[column] for column in sorted(cells)])


@cache
def _letters(column: int) -> bytes:
    return column_letters(column).encode()
