"""Which part of a text file is written to its end? A platform may be writing the file that is read.

The last line is left for the next time where it does not end, and either has fewer fields than the header or was written just now:
half a register reading is a wrong one.
"""

from __future__ import annotations

import codecs
import io
import time
from pathlib import Path

DELIMITERS = (",", "\t", ";", "|")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
JUST_NOW = 600.0
"""Seconds after its last change in which a file may still be being written."""
_TAIL = 1 << 16


def finished_size(file: Path) -> int:
    """Return how many bytes of a text file are lines that are written to their end. Raises OSError."""
    with file.open("rb") as content:
        head = content.read(_TAIL)
        size = content.seek(0, io.SEEK_END)
        wide = _WIDE.get(head[:2], "")
        newline = "\n".encode(wide or "ascii")
        header = head[: _end_of(head.find(newline), newline)]
        begin = max(size - _TAIL, len(header)) // 2 * 2
        content.seek(begin)
        tail = content.read(size - begin)
    last = tail[_end_of(tail.rfind(newline), newline) :]
    if not last.strip() or not header.endswith(newline):
        return size
    delimiters = [mark.encode(wide or "ascii") for mark in DELIMITERS]
    fewer = max(map(last.count, delimiters)) < max(map(header.count, delimiters))
    return size - len(last) if fewer or was_just_written(file) else size


def _end_of(newline_at: int, newline: bytes) -> int:
    return newline_at + len(newline) if newline_at >= 0 else 0


def was_just_written(file: Path) -> bool:
    """Tell whether a file changed so lately that it may change again."""
    return time.time() - file.stat().st_mtime < JUST_NOW


class Beginning(io.RawIOBase):
    """The first bytes of a file, as a file of their own."""

    def __init__(self, file: Path, size: int) -> None:
        self._file, self._left = file.open("rb"), size

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read what is left, as far as it fits into the buffer."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        count = self._file.readinto(view[: min(len(view), self._left)])
        self._left -= count
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def open_beginning(file: Path, size: int) -> io.BufferedReader:
    """Open the first bytes of a file for reading. Raises OSError."""
    return io.BufferedReader(Beginning(file, size))
