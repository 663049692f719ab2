"""How wide are a sheet's columns, and how high its rows, in pixels? Drawings are anchored to cells."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from ccgrade_xl.workbook.sheet_xml import SheetXml, rows

_COLUMN = re.compile(rb"<(?:\w+:)?col(?=\s)([^>]*)>")
_FORMAT = re.compile(rb"<(?:\w+:)?sheetFormatPr(?=\s)([^>]*)>")
_ATTRIBUTE = re.compile(rb"""\s(\w+)\s*=\s*["']([^"']*)["']""")
_LENGTH = re.compile(rb"\d{1,5}(?:\.\d{1,20})?")
_DIGIT = 7
"""Pixels of a digit in the usual font: column widths are counted in digits."""

_USUAL_COLUMN, _USUAL_ROW = 64, 20
_PIXELS_A_POINT = 4 / 3
_TRUE = (b"1", b"true")

Length = Callable[[int], int]
"""The pixels of a column or of a row, both from 1; 0 for a hidden one."""


@frozen
class Geometry:
    """A sheet's columns and rows."""

    column: Length
    row: Length


def geometry_of(sheet: SheetXml) -> Geometry:
    """Read how wide columns and how high rows are; what is not told is as usual."""
    told = _FORMAT.search(sheet.head)
    usual = _attributes(told[1]) if told else {}
    return Geometry(_columns(sheet, usual), _rows(sheet, usual))


def _columns(sheet: SheetXml, usual: dict[bytes, bytes]) -> Length:
    otherwise = _pixels(usual.get(b"defaultColWidth"), _DIGIT, _USUAL_COLUMN)
    told: list[tuple[int, int, int]] = []
    for found in _COLUMN.finditer(sheet.head):
        given = _attributes(found[1])
        wide = 0 if given.get(b"hidden") in _TRUE else _pixels(given.get(b"width"), _DIGIT, otherwise)
        told.append((_pixels(given.get(b"min"), 1, 0), _pixels(given.get(b"max"), 1, 0), wide))
    return lambda column: next((wide for first, last, wide in told if first <= column <= last), otherwise)


def _rows(sheet: SheetXml, usual: dict[bytes, bytes]) -> Length:
    otherwise = _pixels(usual.get(b"defaultRowHeight"), _PIXELS_A_POINT, _USUAL_ROW)
    told: dict[int, int] = {}
    for row in rows(sheet) if sheet.holds(b" ht=") or sheet.holds(b" hidden=") else ():
        given = _attributes(row.attributes)
        if b"ht" in given or given.get(b"hidden") in _TRUE:
            told[row.number] = (
                0 if given.get(b"hidden") in _TRUE else _pixels(given.get(b"ht"), _PIXELS_A_POINT, otherwise)
            )
    return lambda row: told.get(row, otherwise)


def _attributes(text: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(text))


def _pixels(told: bytes | None, each: float, otherwise: int) -> int:
    """Return a length in pixels; what is no sane length is as usual."""
    return round(float(told) * each) if told is not None and _LENGTH.fullmatch(told) else otherwise
