"""What XlsxWriter leaves to be said of form buttons: they are printed, and carry the book's font."""

from __future__ import annotations

from addin.packaging import Parts
from addin.workbook.style import FONT


def dress_buttons(parts: Parts) -> Parts:
    """Return the parts with every form button set in the book's font and shown on paper."""
    return {name: _dressed(content) if name.endswith(".vml") else content for name, content in parts.items()}


def _dressed(drawing: bytes) -> bytes:
    changes = (
        (b"<x:PrintObject>False</x:PrintObject>", b""),
        (b'face="Calibri" size="220"', f'face="{FONT}" size="200"'.encode()),
    )
    for old, new in changes:
        drawing = drawing.replace(old, new)
    return drawing
