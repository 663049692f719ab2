"""Tables: names, ranges, and headers that repeat what stands in the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from addin.lint.cells import place
from addin.lint.fault import Fault
from addin.lint.opened import Opened, TablePart


def table_faults(opened: Opened) -> Iterator[Fault]:
    """Yield what is wrong with tables."""
    yield from _names(opened)
    for table in opened.tables:
        yield from _columns(table)
        yield from _headers(opened, table)
    yield from _overlaps(opened)


def _names(opened: Opened) -> Iterator[Fault]:
    for name, count in Counter(table.name.lower() for table in opened.tables).items():
        if count > 1:
            yield Fault("duplicate table name", name, "table names differ by more than case")
    defined = {element.get("name", "").lower() for element in opened.defined_names}
    for table in opened.tables:
        if table.name.lower() in defined:
            yield Fault("table name is a defined name", table.name, "one name can mean one thing")


def corners(reference: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row, last column of a range, from 1."""
    first, _, last = reference.partition(":")
    return *place(first), *place(last or first)


def _columns(table: TablePart) -> Iterator[Fault]:
    for name, count in Counter(name.lower() for name in table.columns).items():
        if count > 1:
            yield Fault("duplicate table column", table.name, name)
    top, left, bottom, right = corners(table.root.get("ref", ""))
    if right - left + 1 != len(table.columns):
        yield Fault("table width", table.name, f"{len(table.columns)} columns in {table.root.get('ref')}")
    if bottom <= top:
        yield Fault("table without rows", table.name, table.root.get("ref", ""))


def _headers(opened: Opened, table: TablePart) -> Iterator[Fault]:
    top, left, _, right = corners(table.root.get("ref", ""))
    texts = {
        place(cell.get("r", ""))[1]: opened.text(cell)
        for cell in opened.cells(table.sheet)
        if place(cell.get("r", ""))[0] == top
    }
    for column, name in zip(range(left, right + 1), table.columns, strict=False):
        if texts.get(column) != name:
            yield Fault("table header is not its cell", table.name, f"{name!r} over {texts.get(column)!r}")


def _overlaps(opened: Opened) -> Iterator[Fault]:
    for index, one in enumerate(opened.tables):
        for other in opened.tables[:index]:
            if one.sheet.part == other.sheet.part and _overlap(one, other):
                yield Fault("tables overlap", one.sheet.name, f"{one.name}, {other.name}")


def _overlap(one: TablePart, other: TablePart) -> bool:
    top, left, bottom, right = corners(one.root.get("ref", ""))
    other_top, other_left, other_bottom, other_right = corners(other.root.get("ref", ""))
    return top <= other_bottom and other_top <= bottom and left <= other_right and other_left <= right
