"""The written cells of a row as XML: rows of a known shape are cast whole, others are made cell by cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from attrs import define, field, frozen

from ccgrade_xl.workbook.cells import column_letters, column_number, column_xml
from ccgrade_xl.workbook.row_shape import Shape
from ccgrade_xl.workbook.sheet_edit import Pattern, SheetEdit
from ccgrade_xl.workbook.sheet_ranges import column_styles
from ccgrade_xl.workbook.sheet_xml import Row, SheetXml, cell_column, cell_pattern, rows
from ccgrade_xl.workbook.styles import Styles

_STYLE = re.compile(rb'\ss="\d+"')
_KEPT_FOR_NEW_ROW = re.compile(rb'\s(?:ht|customHeight|s|customFormat)="[^"]*"')
_SAYS_NOTHING = re.compile(rb'\s(?:r|spans|x14ac:dyDescent)="[^"]*"')
_NOTHING = b"/>"
"""What follows the style in an empty cell."""


class Cast(NamedTuple):
    """The cells of a stretch of a row as they are to stand, and those among them that were written."""

    cells: bytes
    written: bytes


@frozen
class _Mould:
    """The cells of a stretch with holes: for the written ones each a row number and a rest, else the cell that stands.

    `kept` pairs a hole with the place of a cell that stands, `filled` with that of a written one; `written` are the
    written cells alone. Where one of the `bare` columns is emptied, no cell is needed at all.
    """

    cells: bytes
    written: bytes
    holes: int
    kept: tuple[tuple[int, int], ...]
    filled: tuple[tuple[int, int], ...]
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
    _moulds: dict[object, _Mould] = field(factory=dict)

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
            if any(issubclass(kind, dt.date) for kind in set(map(type, cells.values())))
        )
        self._days = list(days)
        self._columns = column_styles(self.sheet.head)
        self._looks = _looks(self.sheet, {pattern.row for pattern in self.edit.patterns})

    def new_rows(self, numbers: Sequence[int]) -> Iterator[bytes]:
        """Return rows that do not stand yet, those that would be empty left out; rows of one kind that follow one another are cast together."""
        prefix = self.sheet.prefix
        for _, run in groupby(numbers, self._kind):
            alike = list(run)
            attributes = self._attributes(alike[0])
            mould, written = self._mould_of(alike[0]), self.written[alike[0]]
            rests = [list(map(self.rests[column].__getitem__, alike)) for column in written]
            if any(at in mould.bare and _NOTHING in rest for at, rest in zip(written, rests, strict=True)):
                made = ((number, joined(self.made(number, {}))) for number in alike)
                yield from (row_xml(prefix, number, attributes, cells) for number, cells in made if cells)
                continue
            labels = [b"%d" % number for number in alike]
            filling = zip(labels, *(each for rest in rests for each in (labels, rest)), strict=True)
            opening = b'<%brow r="%%b"%b>' % (prefix, attributes.replace(b"%", b"%%"))
            yield from map((opening + mould.written + b"</%brow>" % prefix).__mod__, filling)

    def _attributes(self, number: int) -> bytes:
        """Return the attributes a new row takes over from its pattern row."""
        for pattern in self.edit.patterns:
            if pattern.area.top <= number <= pattern.area.bottom and pattern.row in self._looks:
                return self._looks[pattern.row][0]
        return b""

    def _kind(self, number: int) -> tuple[object, ...]:
        """Return what rows whose written cells look alike have in common."""
        dated = [number in rows_of for rows_of in self._days]
        inside = [pattern.area.top <= number <= pattern.area.bottom for pattern in self.edit.patterns]
        return self.written[number], *dated, *inside

    def _mould_of(self, number: int, shape: Shape = ()) -> _Mould:
        key = shape, self._kind(number)
        mould = self._moulds.get(key)
        if mould is None:
            mould = self._moulds[key] = self._mould(number, shape)
        return mould

    def cast(self, number: int, shape: Shape, standing: bytes) -> Cast | None:
        """Return what takes the place of a row's cells that stand in a shape; None where they must be walked."""
        mould, written = self._mould_of(number, shape), self.written[number]
        rests = [self.rests[column][number] for column in written]
        if mould.bare and any(
            rest == _NOTHING and at in mould.bare for at, rest in zip(written, rests, strict=True)
        ):
            return None
        new = [b"%d" % number] * (2 * len(rests))
        new[1::2] = rests
        cells = mould.written % tuple(new)
        return Cast(self._filled(mould, standing, new) if mould.kept else cells, cells)

    def _filled(self, mould: _Mould, standing: bytes, new: Sequence[bytes]) -> bytes:
        """Return the cells of a stretch some of whose cells stay as they are."""
        pieces = standing.split(b"<%bc " % self.sheet.prefix)
        filling = [b""] * mould.holes
        for hole, place in mould.kept:
            filling[hole] = pieces[place + 1]
        for hole, at in mould.filled:
            filling[hole : hole + 2] = new[2 * at : 2 * at + 2]
        return mould.cells % tuple(filling)

    def _mould(self, number: int, shape: Shape) -> _Mould:
        prefix, written = self.sheet.prefix, self.written[number]
        stands = {column_number(letters.decode()): place for place, (letters, _) in enumerate(shape)}
        pieces, new, hole = [], [], 0
        kept: list[tuple[int, int]] = []
        filled: list[tuple[int, int]] = []
        bare: set[int] = set()
        for column in sorted({*stands, *written}):
            if column not in written:
                pieces.append(b"<%bc %%b" % prefix)
                kept.append((hole, stands[column]))
                hole += 1
                continue
            style = shape[stands[column]][1] if column in stands else None
            look = self._look(number, column) if style is None else b' s="%b"' % style if style else b""
            if style is None and not look:
                bare.add(column)
            look = self._dated(number, column, look)
            new.append(b'<%bc r="%b%%b"%b%%b' % (prefix, _letters(column), look))
            pieces.append(new[-1])
            filled.append((hole, len(filled)))
            hole += 2
        return _Mould(b"".join(pieces), b"".join(new), hole, tuple(kept), tuple(filled), frozenset(bare))

    def filled(self, number: int) -> frozenset[int]:
        """Return the columns of a row into which something is written."""
        return frozenset([at for at in self.written[number] if self.rests[at][number] != _NOTHING])

    def looks_usual(self, attributes: bytes) -> bool:
        """Return whether a row without cells need not stand: it says no more of itself than a new one would."""
        kept = b"".join(_KEPT_FOR_NEW_ROW.findall(attributes))
        usual = {b"", *(look for look, _ in self._looks.values())}
        return kept in usual and not _KEPT_FOR_NEW_ROW.sub(b"", _SAYS_NOTHING.sub(b"", attributes)).strip()

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


def row_xml(prefix: bytes, number: int, attributes: bytes, cells: bytes) -> bytes:
    """Return a row."""
    return b'<%brow r="%d"%b>%b</%brow>' % (prefix, number, attributes, cells, prefix)


def joined(cells: Mapping[int, bytes]) -> bytes:
    """Return cells by column as they follow one another."""
    return b"".join([cells[column] for column in sorted(cells)])


@cache
def _letters(column: int) -> bytes:
    return column_letters(column).encode()
