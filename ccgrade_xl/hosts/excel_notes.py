"""Notes on the cells of an Excel sheet: read, written, taken away, and put back as they stood.

Excel names as their author whoever its own settings name: there is no way to tell it another one.
`sheet` is everywhere a Worksheet, as xlwings' `api` gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from attrs import frozen

from ccgrade_xl.hosts.excel_calls import asked, patiently, put
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.notes import NOTE_WIDTH, note_height, note_text

Place: TypeAlias = tuple[int, int]
"""A cell: its row and its column, both from 1."""

_POINTS_A_PIXEL = 0.75


def read_notes(sheet: Any, places: Iterable[Place]) -> dict[Place, str]:
    """Return the notes on some cells; cells without one are left out."""
    found = {place: asked(_cell(sheet, place), "Comment") for place in places}
    return {place: note_text(str(patiently(note.Text))) for place, note in found.items() if note is not None}


def write_notes(sheet: Any, wanted: Mapping[Place, str | None]) -> None:
    """Write notes, each in place of the one there; None takes a note away."""
    for place, text in wanted.items():
        cell = _cell(sheet, place)
        patiently(cell.ClearComments)
        if text:
            _add(cell, note_text(text))


def _add(cell: Any, text: str) -> None:
    """Write a note whose box shows all of it, while the mouse rests on the cell."""
    note = patiently(lambda: cell.AddComment(text))
    put(note, "Visible", False)
    box = asked(note, "Shape")
    put(box, "Width", NOTE_WIDTH * _POINTS_A_PIXEL)
    put(box, "Height", note_height(text) * _POINTS_A_PIXEL)


def _cell(sheet: Any, place: Place) -> Any:
    return patiently(lambda: sheet.Range(str(Area(*place, *place))))


@frozen
class ReplacedNotes:
    """The notes that stood on some cells of a sheet; None where there was none."""

    sheet: Any
    notes: dict[Place, str | None]

    @classmethod
    def of(cls, sheet: Any, places: Iterable[Place]) -> ReplacedNotes:
        """Take down what stands on some cells."""
        places = list(places)
        return cls(sheet, dict.fromkeys(places) | read_notes(sheet, places))

    def put_back(self, *, from_1904: bool) -> None:
        """Write everything back as it stood; how the workbook counts its days does not matter."""
        write_notes(self.sheet, self.notes)
