"""Which ranges around the rows follow when a table grows? Validation, conditional formats, the dimension."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.sheet_edit import Growth

_DIMENSION = re.compile(rb'(<(?:\w+:)?dimension\s[^>]*?ref=")([^"]+)(")')
_COLS = re.compile(rb"(<(?:\w+:)?cols>)(.*?)(</(?:\w+:)?cols>)", re.DOTALL)
_COL = re.compile(
    rb'<(?:\w+:)?col\s(?=[^>]*\bmin="(\d+)")(?=[^>]*\bmax="(\d+)")[^>]*?(?:/>|></(?:\w+:)?col>)'
)
_COL_STYLE = re.compile(rb'\sstyle="(\d+)"')
_SQREF = re.compile(rb'(\ssqref="|<(?:\w+:)?sqref>)([^"<]+)')
# A sparkline's place is also an sqref, of one cell: it must not follow.
_SPARKLINES = re.compile(rb"(<(?:\w+:)?sparklineGroups\b.*?</(?:\w+:)?sparklineGroups>)", re.DOTALL)


def widened_dimension(head: bytes, written: Iterable[Area]) -> bytes:
    """Return the head with `dimension` covering the written cells as well."""
    found = _DIMENSION.search(head)
    area = Area.parse(found[2].decode()) if found else None
    if found is None or area is None:
        return head
    areas = [area, *written]
    whole = Area(
        min(each.top for each in areas),
        min(each.left for each in areas),
        max(each.bottom for each in areas),
        max(each.right for each in areas),
    )
    return head[: found.start(2)] + str(whole).encode() + head[found.end(2) :]


def with_widths(head: bytes, widths: Mapping[int, float], prefix: bytes) -> bytes:
    """Return the head with widths for columns (number → characters) that have none of their own."""
    if not widths:
        return head
    found = _COLS.search(head)
    known = [(int(col[1]), int(col[2]), col[0]) for col in _COL.finditer(found[2])] if found else []
    new = [
        (at, at, b'<%bcol min="%d" max="%d" width="%.2f" customWidth="1"/>' % (prefix, at, at, width))
        for at, width in widths.items()
        if not any(first <= at <= last for first, last, _ in known)
    ]
    columns = b"".join(element for _, _, element in sorted((*known, *new)))
    if found:
        return head[: found.start(2)] + columns + head[found.end(2) :]
    at = head.rfind(b"<%bsheetData" % prefix)
    return head[:at] + b"<%bcols>%b</%bcols>" % (prefix, columns, prefix) + head[at:] if columns else head


def column_styles(head: bytes) -> dict[int, bytes]:
    """Return the style (` s="5"`) of each column that has one: a new cell there shows it, as in Excel."""
    styles: dict[int, bytes] = {}
    for column in _COL.finditer(head):
        style = _COL_STYLE.search(column[0])
        if style is not None:
            styles.update(dict.fromkeys(range(int(column[1]), int(column[2]) + 1), b' s="%b"' % style[1]))
    return styles


def extended_ranges(tail: bytes, growth: Sequence[Growth]) -> bytes:
    """Return the tail with every sqref that covered a table's old data rows covering the new ones."""
    if not growth:
        return tail
    pieces = _SPARKLINES.split(tail)
    for at in range(0, len(pieces), 2):
        pieces[at] = _SQREF.sub(lambda found: found[1] + _followed(found[2], growth), pieces[at])
    return b"".join(pieces)


def _followed(references: bytes, growth: Sequence[Growth]) -> bytes:
    return b" ".join(_followed_one(one, growth) for one in references.split())


def _followed_one(reference: bytes, growth: Sequence[Growth]) -> bytes:
    area = Area.parse(reference.decode("ascii", "replace"))
    if area is None:
        return reference
    for change in growth:
        followed = follow(area, change.before, change.after)
        if followed != area:
            return str(followed).encode()
    return reference


def follow(area: Area, before: Area, after: Area) -> Area:
    """Return where an area ends once the data rows it covered have grown or shrunk."""
    covers = (
        area.top <= before.top
        and area.bottom >= before.bottom
        and area.left <= before.right
        and before.left <= area.right
    )
    if not covers or (area.bottom > before.bottom and area.bottom >= after.bottom):
        return area
    return Area(area.top, area.left, after.bottom, area.right)
