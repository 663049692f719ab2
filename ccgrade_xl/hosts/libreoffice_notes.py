"""Notes on the cells of a Calc sheet: read, written and taken away.

LibreOffice names as their author whoever its own settings name: there is no way to tell it another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ccgrade_xl.workbook.notes import NOTE_WIDTH, note_height, note_text

Place: TypeAlias = tuple[int, int]
"""A cell: its column and its row, both from 0."""

_A_PIXEL = 2540 / 96
"""Hundredths of a millimetre."""


def read_notes(sheet: Any, places: Iterable[Place]) -> dict[Place, str]:
    """Return the notes on some cells; cells without one are left out."""
    boxes = {place: sheet.getCellByPosition(*place).getAnnotation().getAnnotationShape() for place in places}
    # Of a note that came with a file Calc knows the text by its box only, which is made when first asked for.
    return {place: note_text(box.getString()) for place, box in boxes.items() if box is not None}


def write_notes(sheet: Any, wanted: Mapping[Place, str | None]) -> None:
    """Write notes, each in place of the one there; None takes a note away."""
    notes = sheet.getAnnotations()
    standing = [notes.getByIndex(at).getPosition() for at in range(notes.getCount())]
    for at in reversed(range(len(standing))):
        if (standing[at].Column, standing[at].Row) in wanted:
            notes.removeByIndex(at)
    for place, text in wanted.items():
        if text:
            _insert(sheet, notes, place, note_text(text))


def _insert(sheet: Any, notes: Any, place: Place, text: str) -> None:
    """Write a note whose box shows all of it: left to itself Calc makes it narrow and high."""
    cell = sheet.getCellByPosition(*place)
    notes.insertNew(cell.getCellAddress(), text)
    import uno  # noqa: PLC0415 - only there beside LibreOffice

    size = uno.createUnoStruct("com.sun.star.awt.Size")
    size.Width, size.Height = (round(pixels * _A_PIXEL) for pixels in (NOTE_WIDTH, note_height(text)))
    cell.getAnnotation().getAnnotationShape().setSize(size)
