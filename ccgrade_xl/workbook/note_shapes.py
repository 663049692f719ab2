"""The drawing behind notes: each note is a hidden box in a VML part, which also holds a sheet's old buttons.

Boxes are put in and taken out as bytes: Excel's VML need not be sound XML, and what else stands in it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.cells import COLUMNS, ROWS, Area
from ccgrade_xl.workbook.notes import NOTE_WIDTH, note_height
from ccgrade_xl.workbook.sheet_geometry import Geometry, Length

_NAMESPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE_ID = b"_x0000_t202"
_TYPE = (
    b'<v:shapetype %b id="%b" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
) % (_NAMESPACES, _TYPE_ID)
_DRAWING = b'<xml %b><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout></xml>'
_SHAPE = (
    b'<v:shape %b id="_x0000_s%d" type="#%b" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    b'width:%dpt;height:%dpt;z-index:%d;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    b'<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    b'<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    b'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    b"<x:Anchor>%b</x:Anchor><x:AutoFill>False</x:AutoFill>"
    b"<x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>"
)
_BOX = re.compile(
    rb"""<((?:\w+:)?)shape(?=[\s>])(?:[^>"']|"[^"]*"|'[^']*')*(?<!/)>.*?</\1shape\s*>""", re.DOTALL
)
_IS_NOTE = re.compile(rb"""\bObjectType\s*=\s*["']Note["']""")
_ROW = re.compile(rb"<(?:\w+:)?Row>\s*(\d{1,7})\s*</")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d{1,7})\s*</")
_BLOCKS = re.compile(rb"""(<(?:\w+:)?idmap\b[^>]*?\bdata=["'])([\d,\s]*)(["'])""")
_BLOCK = re.compile(rb"\b\d{1,7}\b")
_SHAPE_ID = re.compile(rb"""_s(\d{1,10})["']""")
_END = re.compile(rb"</(?:\w+:)?xml\s*>\s*\Z")
_IDS_OF_A_BLOCK = 1024
_APART = 12, 2
"""Pixels between a cell and its box: to the right, and down."""


def new_drawing(block: int) -> bytes:
    """Return a drawing without a box; its boxes have the numbers of this block."""
    return _DRAWING % (_NAMESPACES, block)


def blocks_in(drawing: bytes) -> set[int]:
    """Return the blocks of numbers that a drawing uses: no two sheets may share one."""
    return {int(number) for found in _BLOCKS.findall(drawing) for number in _BLOCK.findall(found[1])}


def has_boxes(drawing: bytes) -> bool:
    """Return whether anything stands in a drawing."""
    return _BOX.search(drawing) is not None


def with_boxes(drawing: bytes, notes: Mapping[Area, str], free_block: int, geometry: Geometry) -> bytes:
    """Put the boxes of notes into a drawing; blocks from `free_block` on are taken where its own are full."""
    if b'id="%b"' % _TYPE_ID not in drawing:
        drawing = _before_the_end(drawing, _TYPE)
    blocks, numbers = blocks_in(drawing), _numbers(drawing, free_block)
    boxes = []
    for layer, (place, text) in enumerate(notes.items(), len(_BOX.findall(drawing)) + 1):
        number = next(numbers)
        blocks.add(number // _IDS_OF_A_BLOCK)
        boxes.append(_box(number, layer, place, note_height(text), geometry))
    listed = ",".join(map(str, sorted(blocks))).encode()
    drawing = _BLOCKS.sub(lambda found: found[1] + listed + found[3], drawing, count=1)
    return _before_the_end(drawing, b"".join(boxes))


def _box(number: int, layer: int, place: Area, height: int, geometry: Geometry) -> bytes:
    return _SHAPE % (
        _NAMESPACES, number, _TYPE_ID, NOTE_WIDTH * 3 // 4, height * 3 // 4, layer,
        _anchor(place, height, geometry), place.top - 1, place.left - 1,
    )  # fmt: skip


def without_boxes(drawing: bytes, cells: Collection[Area]) -> bytes:
    """Take the boxes of the notes on some cells out of a drawing."""
    places = {(cell.top - 1, cell.left - 1) for cell in cells}

    def left(found: re.Match[bytes]) -> bytes:
        row, column = _ROW.search(found[0]), _COLUMN.search(found[0])
        if row is None or column is None or not _IS_NOTE.search(found[0]):
            return found[0]
        return b"" if (int(row[1]), int(column[1])) in places else found[0]

    return _BOX.sub(left, drawing)


def _anchor(place: Area, height: int, geometry: Geometry) -> bytes:
    """Return where a box lies: column, pixels into it, row, pixels into it, of its first corner and of its last."""
    right, down = _APART
    first = min(place.left + 1, COLUMNS)
    numbers = (
        first - 1, right, place.top - 1, down,
        *_reached(first, right + NOTE_WIDTH, geometry.column, COLUMNS),
        *_reached(place.top, down + height, geometry.row, ROWS),
    )  # fmt: skip
    return b", ".join(b"%d" % number for number in numbers)


def _reached(start: int, pixels: int, length: Length, last: int) -> tuple[int, int]:
    """Return the column or row, from 0, that lies so many pixels from the beginning of one, and the pixels into it."""
    at = start
    while at < last and pixels > length(at):
        pixels -= length(at)
        at += 1
    return at - 1, min(pixels, length(at))


def _numbers(drawing: bytes, free_block: int) -> Iterator[int]:
    """Give the numbers of a drawing's next boxes."""
    taken = [int(number) for number in _SHAPE_ID.findall(drawing)]
    for block in chain(sorted(blocks_in(drawing)), count(free_block)):
        first, last = block * _IDS_OF_A_BLOCK, (block + 1) * _IDS_OF_A_BLOCK
        yield from range(max([at for at in taken if first <= at < last], default=first) + 1, last)


def _before_the_end(drawing: bytes, element: bytes) -> bytes:
    end = _END.search(drawing)
    if end is None:
        raise BookFault("工作表上旧式按钮和批注所在的部件已损坏，批注没有写入。请用 Excel 打开并另存后再试。")
    return drawing[: end.start()] + element + drawing[end.start() :]
