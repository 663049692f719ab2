"""What is a note (批注) on a cell? Its text as every host can hold it, and the size of the box that shows it.

A note is what Excel calls a comment of the old kind: a text that shows while the mouse rests on its cell.
"""

from __future__ import annotations

import math
import re
import unicodedata

NOTE_LIMIT = 1_000
"""Characters of a note: an old Excel takes no more at once, and nobody reads so many."""

NOTE_WIDTH = 300
"""Pixels (96 an inch)."""

_MARGINS = 20
_LINE, _WIDE, _NARROW = 16, 12.5, 6.5
"""Pixels of a line, of a Chinese character and of any other one, at 9 points."""

_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def note_text(text: str) -> str:
    """Return a text as a note holds it: one kind of line break, no character that XML cannot hold, not too long."""
    plain = _UNHOLDABLE.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain if len(plain) <= NOTE_LIMIT else f"{plain[: NOTE_LIMIT - 1]}…"


def note_height(text: str) -> int:
    """Return how many pixels high a box of `NOTE_WIDTH` must be to show a whole note."""
    inside = NOTE_WIDTH - _MARGINS
    lines = sum(max(1, math.ceil(_width(line) / inside)) for line in text.split("\n"))
    return lines * _LINE + _MARGINS


def _width(line: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in line)
