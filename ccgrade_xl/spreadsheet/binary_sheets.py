"""How far do the sheets of an .xls reach, and would memory hold them? Told from its records, before calamine reads it.

MS-XLS, BIFF5 and BIFF8. calamine reads every sheet at once, holds each as one dense block from the first to the last cell
that has a value, makes room for as much as a sheet or the table of shared texts declares, and copies a shared text
wherever it is used. What is declared is not believed here: where it says more than is there, it is refused or struck out.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from attrs import define, field, frozen

from ccgrade_xl.errors import CellError, FileFault
from ccgrade_xl.spreadsheet.compound_file import DamagedContainer, container, stream_of
from ccgrade_xl.spreadsheet.extent import CELL_LIMIT, SHEET_TEXT_LIMIT
from ccgrade_xl.spreadsheet.opening import damaged_workbook

_STREAMS = ("Workbook", "Book")
"""Where BIFF8 and BIFF5 keep their records."""

_HEAD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")
_BOUND_SHEET, _SHARED_TEXTS, _CONTINUE, _END, _DIMENSIONS = 0x0085, 0x00FC, 0x003C, 0x000A, 0x0200
_FILE_PASS = 0x002F
_FORMULA, _NUMBER, _LABEL, _BOOLEAN, _SMALL_NUMBER, _SHARED_TEXT = (
    0x0006,
    0x0203,
    0x0204,
    0x0205,
    0x027E,
    0x00FD,
)
_SMALL_NUMBERS, _FORMATTED_LABEL = 0x00BD, 0x00D6
_CELLS = frozenset(
    (_FORMULA, _NUMBER, _LABEL, _BOOLEAN, _SMALL_NUMBER, _SHARED_TEXT, _SMALL_NUMBERS, _FORMATTED_LABEL)
)
_STRING = 0x0207
_LONG, _FORMATTED, _EXTENDED = 0x1, 0x8, 0x4
"""Of a text's flags: two bytes a letter, runs of formats behind it, data of its reading behind it."""

_SHORTEST = 3
"""Bytes a shared text takes at least."""


_ERRORS = {
    0x00: CellError.NULL,
    0x07: CellError.DIV0,
    0x0F: CellError.VALUE,
    0x17: CellError.REF,
    0x1D: CellError.NAME,
    0x24: CellError.NUM,
    0x2A: CellError.NA,
}

Errors: TypeAlias = dict[tuple[int, int], CellError]
"""The errors that stand on a sheet, by 1-based row and column."""


@frozen
class BinaryWorkbook:
    """An .xls for calamine, and the errors on each of its sheets in their order, which calamine shows as empty cells."""

    content: bytes = field(repr=False)
    errors: tuple[Errors, ...]


@define
class _Extent:
    """The rows and columns between which the cells of a sheet lie, how often it uses each shared text, its errors."""

    top: int = 0xFFFF
    left: int = 0xFFFF
    bottom: int = -1
    right: int = -1
    uses: Counter[int] = field(factory=Counter)
    errors: Errors = field(factory=dict)

    def take(self, row: int, left: int, right: int) -> None:
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, left), max(self.right, right)

    @property
    def cells(self) -> int:
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)


def sound_workbook(content: bytes, title: str) -> BinaryWorkbook:
    """Return an .xls that holds the cells of this one and nothing else, once memory is known to hold them.

    Raises `FileFault` for one that is damaged, has a password, or holds more than can be read.
    """
    try:
        stream = bytearray(stream_of(content, _STREAMS))
        sheets, lengths = _globals(stream, title)
        extents = _bounded(stream, sheets, lengths, title)
    except (DamagedContainer, struct.error, IndexError) as error:
        raise damaged_workbook(title) from error
    return BinaryWorkbook(container("Workbook", bytes(stream)), tuple(extent.errors for extent in extents))


def _globals(stream: bytearray, title: str) -> tuple[list[int], Sequence[int]]:
    """Return where each sheet's records begin, and the lengths of the shared texts in bytes."""
    sheets: list[int] = []
    lengths: Sequence[int] = ()
    for kind, data, end in _records(stream, 0):
        if kind == _FILE_PASS:
            raise FileFault(f"文件“{title}”设有打开密码，读不出内容。请在 Excel 中去掉打开密码后再试。")
        if kind == _BOUND_SHEET:
            sheets.append(struct.unpack_from("<I", stream, data)[0])
        elif kind == _SHARED_TEXTS:
            lengths = _shared_lengths(stream, data, end)
    return sheets, lengths


def _bounded(stream: bytearray, sheets: Sequence[int], lengths: Sequence[int], title: str) -> list[_Extent]:
    """Return how far each sheet reaches, and strike out what it declares of that. Raises `FileFault` where all hold too much."""
    cells = text = 0
    extents: list[_Extent] = []
    for number, start in enumerate(sheets, 1):
        extent = _extent(stream, start)
        extents.append(extent)
        cells += extent.cells
        text += sum(count * lengths[index] for index, count in extent.uses.items() if index < len(lengths))
        if cells > CELL_LIMIT:
            raise FileFault(
                f"文件“{title}”的第 {number} 张工作表延伸到第 {extent.bottom + 1} 行、第 {extent.right + 1} 列，"
                "超过了能处理的大小。请删除远处多余的内容，或拆成几个文件再试。"
            )
        if text > SHEET_TEXT_LIMIT:
            raise FileFault(f"文件“{title}”里的文字展开后大得不正常，为安全起见没有读取。请确认文件来源。")
    return extents


def _extent(stream: bytearray, start: int) -> _Extent:
    found = _Extent()
    for kind, data, end in _records(stream, start):
        if kind in _CELLS:
            row, column = _PLACE.unpack_from(stream, data)
            last = struct.unpack_from("<H", stream, end - 2)[0] if kind == _SMALL_NUMBERS else column
            found.take(row, column, last)
            error = _error_in(stream, kind, data)
            if error is not None:
                found.errors[row + 1, column + 1] = error
            if kind == _SHARED_TEXT:
                found.uses[struct.unpack_from("<I", stream, data + 6)[0]] += 1
            elif kind in (_LABEL, _FORMATTED_LABEL):
                _refuse_longer(stream, data + 6, end)
        elif kind == _STRING:
            _refuse_longer(stream, data, end)
        elif kind == _DIMENSIONS:
            stream[data:end] = bytes(end - data)
    return found


def _error_in(stream: bytearray, kind: int, data: int) -> CellError | None:
    """Return the error a cell holds, or its formula came to; None for any other value."""
    if kind == _BOOLEAN and stream[data + 7] == 1:
        return _ERRORS.get(stream[data + 6])
    if kind == _FORMULA and stream[data + 6] == 2 and stream[data + 12 : data + 14] == b"\xff\xff":
        return _ERRORS.get(stream[data + 8])
    return None


def _records(stream: bytearray, start: int) -> Iterator[tuple[int, int, int]]:
    """Go through records up to the next end: kind, where the data begins and ends. Raises `DamagedContainer`."""
    at = start
    while at + _HEAD.size <= len(stream):
        kind, size = _HEAD.unpack_from(stream, at)
        data, at = at + _HEAD.size, at + _HEAD.size + size
        if at > len(stream):
            raise DamagedContainer
        if kind == _END:
            return
        yield kind, data, at
    raise DamagedContainer


def _refuse_longer(stream: bytearray, data: int, end: int) -> None:
    """Raise `DamagedContainer` for a text that is said to be longer than its record, and room made for it."""
    (letters,) = struct.unpack_from("<H", stream, data)
    if letters > end - data and _HEAD.unpack_from(stream, end)[0] != _CONTINUE:
        raise DamagedContainer


def _shared_lengths(stream: bytearray, data: int, end: int) -> Sequence[int]:
    """Return the lengths of the shared texts, which go on in the records behind. Raises `DamagedContainer` for too many."""
    blocks = [(data + 8, end)]
    while _HEAD.unpack_from(stream, end)[0] == _CONTINUE:
        size = _HEAD.unpack_from(stream, end)[1]
        blocks.append((end + _HEAD.size, end + _HEAD.size + size))
        end += _HEAD.size + size
    (count,) = struct.unpack_from("<I", stream, data + 4)
    if count * _SHORTEST > sum(end - start for start, end in blocks):
        raise DamagedContainer
    reader = _TextReader(stream, blocks)
    return [reader.length() for _ in range(count)]


class _TextReader:
    """Goes through the shared texts, which are cut wherever a record is full."""

    def __init__(self, stream: bytearray, blocks: Sequence[tuple[int, int]]) -> None:
        self._stream, self._blocks = stream, iter(blocks)
        self._at, self._end = next(self._blocks)

    def length(self) -> int:
        """Return the length of the next text in bytes. Raises `DamagedContainer` where there is none."""
        if self._at == self._end:
            self._next_block()
        letters: int
        letters, flags = struct.unpack_from("<HB", self._stream, self._at)
        self._at += _SHORTEST
        behind = 0
        if flags & _FORMATTED:
            behind += 4 * struct.unpack_from("<H", self._stream, self._at)[0]
            self._at += 2
        if flags & _EXTENDED:
            behind += struct.unpack_from("<I", self._stream, self._at)[0]
            self._at += 4
        self._skip_letters(letters, flags)
        self._skip(behind)
        return 3 * letters  # UTF-8 needs no more

    def _skip_letters(self, letters: int, flags: int) -> None:
        while letters:
            width = 2 if flags & _LONG else 1
            here = min(letters, (self._end - self._at) // width)
            self._at += here * width
            letters -= here
            if letters:
                self._next_block()
                flags = self._stream[self._at]
                self._at += 1

    def _skip(self, count: int) -> None:
        while count > self._end - self._at:
            count -= self._end - self._at
            self._next_block()
        self._at += count

    def _next_block(self) -> None:
        following = next(self._blocks, None)
        if following is None:
            raise DamagedContainer
        self._at, self._end = following
