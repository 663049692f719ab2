"""A platform that writes readings slowly, a few bytes at a time: `python -m tests.meters.slow_writer appended|renamed|in_place FROM TO`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

PIECES, PAUSE = 12, 0.02
"""Pieces a file is written in, and the seconds between two of them."""


def written(file: Path, content: bytes) -> None:
    """Write a file piece by piece; pieces end in the middle of a line and of a character."""
    size = len(content) // PIECES + 1
    with file.open("wb") as out:
        for begin in range(0, len(content), size):
            out.write(content[begin : begin + size])
            out.flush()
            time.sleep(PAUSE)


def appended(source: Path, folder: Path) -> None:
    """Write all files into one, one behind the other; the header stands in each."""
    parts = [file.read_bytes().split(b"\n", 1) for file in sorted(source.iterdir())]
    written(folder / "all.csv", parts[0][0] + b"\n" + b"".join(rows for _, rows in parts))


def renamed(source: Path, folder: Path) -> None:
    """Write each file under another name first."""
    for file in sorted(source.iterdir()):
        half = folder / f"{file.name}.tmp"
        written(half, file.read_bytes())
        half.rename(folder / file.name)


def in_place(source: Path, folder: Path) -> None:
    """Write each file under its own name."""
    for file in sorted(source.iterdir()):
        written(folder / file.name, file.read_bytes())


if __name__ == "__main__":
    {"appended": appended, "renamed": renamed, "in_place": in_place}[sys.argv[1]](*map(Path, sys.argv[2:]))
