"""Defined names: what Excel takes as one, and once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from addin.lint.fault import Fault
from addin.lint.opened import Opened

LONGEST_NAME = 255
_NAME = re.compile(r"[^\W\d][\w.]*|\\[\w.]*")
_CELL_LIKE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}|R[0-9]*C[0-9]*|R|C", re.IGNORECASE)


def name_faults(opened: Opened) -> Iterator[Fault]:
    """Yield what is wrong with defined names and table names as names."""
    scoped = []
    for element in opened.defined_names:
        name = element.get("name", "")
        scoped.append((name.lower(), element.get("localSheetId", "")))
        if not name.startswith("_xlnm."):
            yield from _spelling(name)
    for table in opened.tables:
        yield from _spelling(table.name)
    for (name, scope), count in Counter(scoped).items():
        if count > 1:
            yield Fault("duplicate defined name", name, f"scope {scope or 'workbook'}")


def _spelling(name: str) -> Iterator[Fault]:
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        yield Fault("defined name", name, "letters, digits, _ and . only, no digit first, at most 255")
    elif _CELL_LIKE.fullmatch(name):
        yield Fault("defined name", name, "reads as a cell reference")
