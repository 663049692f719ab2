"""Notes on the cells of a closed workbook, written beside whatever notes, buttons and pictures a sheet has.

A note is a `comment` in a part of its own and a box in the sheet's old drawing; the sheet names the drawing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from attrs import frozen
from lxml import etree

from ccgrade_xl.errors import BookFault
from ccgrade_xl.spreadsheet.opening import damaged_workbook
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.note_shapes import blocks_in, has_boxes, new_drawing, with_boxes, without_boxes
from ccgrade_xl.workbook.notes import note_text
from ccgrade_xl.workbook.package import Package, children, parse_xml, serialised, unescape
from ccgrade_xl.workbook.package_links import Links
from ccgrade_xl.workbook.sheet_geometry import geometry_of
from ccgrade_xl.workbook.sheet_xml import SheetXml, split_sheet

Place: TypeAlias = tuple[int, int]
"""A cell: its row and its column, both from 1."""

AUTHOR = "ccgrade"

_TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_LINKS = {
    _TRANSITIONAL: "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    _STRICT: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_LOOK = (("sz", "9"), ("color", "81"), ("rFont", "Tahoma"), ("family", "2"))
"""The look Excel gives a new note."""

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = re.compile(rb"""<(?:\w+:)?legacyDrawing(?=\s)[^>]*?:id\s*=\s*["']([^"']*)["'][^>]*>""")
_TAG = re.compile(rb"""<(/?)([\w:.-]+)(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
_BEHIND_DRAWING = frozenset(
    {
        b"legacyDrawingHF", b"drawingHF", b"picture", b"oleObjects", b"controls", b"webPublishItems",
        b"tableParts", b"extLst",
    }
)  # fmt: skip
"""What stands behind `legacyDrawing` in a worksheet (ECMA-376 part 1, CT_Worksheet)."""


def read_notes(package: Package, sheet: str) -> dict[Place, str]:
    """Return the notes of a sheet by cell, without their authors."""
    part = package.related(package.sheet(sheet).part, "comments")
    if part is None or part not in package.archive:
        return {}
    return {
        (cell.top, cell.left): unescape("".join(_texts(comment)))
        for comment in children(package.xml(part), "commentList", "comment")
        if (cell := Area.parse(comment.get("ref", ""))) is not None
    }


def _texts(comment: etree._Element) -> Iterator[str]:
    for text in children(comment, "text"):
        for node in [*children(text, "t"), *children(text, "r", "t")]:
            yield node.text or ""


def write_notes(links: Links, name: str, wanted: Mapping[Place, str | None], data: bytes) -> bytes:
    """Write notes (None: take the note away) and return the sheet's part; other parts are changed in `links`.

    Raises `BookFault` for a cell with a threaded comment, whose text Excel keeps elsewhere.
    """
    package, part = links.package, links.package.sheet(name).part
    _refuse_threads(package, name, wanted)
    sheet = split_sheet(data, package.title)
    standing = package.related(part, "comments")
    if standing is None and not any(wanted.values()):
        return data
    namespace = _STRICT if _STRICT.encode() in sheet.head else _TRANSITIONAL
    comments = standing or _new_comments(links, part, namespace)
    tail, drawing = _drawing_of(links, part, sheet, namespace)
    cells = {Area(row, column, row, column): text for (row, column), text in wanted.items()}
    notes = {cell: note_text(text) for cell, text in cells.items() if text}
    said, boxes = parse_xml(links.read(comments), package.title), without_boxes(links.read(drawing), cells)
    _say(said, cells, notes, package.title)
    if notes:
        boxes = with_boxes(boxes, notes, _free_block(links), geometry_of(sheet))
    links.write(comments, serialised(said))
    links.write(drawing, boxes)
    if not children(said, "commentList", "comment"):
        tail = _emptied(links, _Parts(part, comments, drawing), tail)
    return sheet.head + sheet.data[sheet.start : sheet.end] + tail


def _refuse_threads(package: Package, sheet: str, wanted: Mapping[Place, str | None]) -> None:
    part = package.related(package.sheet(sheet).part, "threadedComment")
    if part is None or part not in package.archive:
        return
    for comment in package.xml(part).iterchildren("*"):
        cell = Area.parse(comment.get("ref", ""))
        if cell is not None and (cell.top, cell.left) in wanted:
            raise BookFault(
                f"工作表“{sheet}”的单元格 {cell} 上有会话式批注，不能再加批注。请先在 Excel 中删除那条批注。"
            )


# --- the parts -----------------------------------------------------------------------------------------------


@frozen
class _Parts:
    """A sheet's part, and those of its comments and of its old drawing."""

    sheet: str
    comments: str
    drawing: str


def _new_comments(links: Links, part: str, namespace: str) -> str:
    """Add the part for a sheet's comments, without any yet."""
    comments = links.free_name("xl/comments{}.xml")
    none = f'<comments xmlns="{namespace}"><authors/><commentList/></comments>'
    links.add(comments, none.encode(), _COMMENTS_TYPE)
    links.link(part, comments, f"{_LINKS[namespace]}/comments")
    return comments


def _drawing_of(links: Links, part: str, sheet: SheetXml, namespace: str) -> tuple[bytes, str]:
    """Return what follows the rows, and the part of the old drawing it names: a new one where it named none.

    The drawing of a sheet's header and footer is another one.
    """
    named = _NAMED.search(sheet.tail)
    targets = {link.id: link.target for link in links.package.relationships(part)}
    drawing = targets.get(named[1].decode()) if named else None
    if drawing is not None and drawing in links:
        return sheet.tail, drawing
    if named is not None:
        raise damaged_workbook(sheet.title)
    drawing = links.free_name("xl/drawings/vmlDrawing{}.vml")
    links.add_of_kind(drawing, new_drawing(_free_block(links)), _VML_TYPE)
    link = links.link(part, drawing, f"{_LINKS[namespace]}/vmlDrawing")
    element = b'<%blegacyDrawing xmlns:r="%b" r:id="%b"/>' % (
        sheet.prefix, _LINKS[namespace].encode(), link.encode(),
    )  # fmt: skip
    at = _place_of_drawing(sheet)
    return sheet.tail[:at] + element + sheet.tail[at:], drawing


def _free_block(links: Links) -> int:
    """Return a block of shape numbers that no drawing of the workbook uses."""
    names = [*links.package.archive.entries, *links.added]
    used = {
        block
        for name in names
        if name.endswith(".vml") and name in links
        for block in blocks_in(links.read(name))
    }
    return max(used, default=0) + 1


def _place_of_drawing(sheet: SheetXml) -> int:
    """Return where in a sheet's tail the drawing is named: before the first element that stands behind it."""
    depth = 1  # the tail begins with the end of the rows
    for tag in _TAG.finditer(sheet.tail):
        is_end, name = bool(tag[1]), tag[2].rpartition(b":")[2]
        if not is_end and depth == 0 and _stands_behind(name, sheet.tail[tag.end() : tag.end() + 400]):
            return tag.start()
        if is_end and depth == 0:
            return tag.start()
        depth += -1 if is_end else not tag[3]
    raise damaged_workbook(sheet.title)


def _stands_behind(name: bytes, inside: bytes) -> bool:
    """Return whether an element stands behind the drawing; one that holds alternatives goes by what it holds."""
    if name == b"AlternateContent":
        return any(word in inside for word in (b"controls", b"oleObjects", b"picture"))
    return name in _BEHIND_DRAWING


def _emptied(links: Links, parts: _Parts, tail: bytes) -> bytes:
    """Take out comments of which none is left, and a drawing of which nothing is; return what follows the rows."""
    boxes = links.read(parts.drawing)
    links.remove(parts.sheet, parts.comments)
    if has_boxes(boxes):
        return tail
    links.remove(parts.sheet, parts.drawing)
    return _NAMED.sub(b"", tail)


# --- the comments --------------------------------------------------------------------------------------------


def _say(said: etree._Element, cells: Collection[Area], notes: Mapping[Area, str], title: str) -> None:
    """Take out the comments on some cells, and put in others."""
    lists = children(said, "commentList")
    if not lists:
        raise damaged_workbook(title)
    for comment in children(lists[0], "comment"):
        if Area.parse(comment.get("ref", "")) in cells:
            lists[0].remove(comment)
    space = f"{{{etree.QName(said).namespace}}}"
    author = _author(said, space, title) if notes else 0
    for cell, text in notes.items():
        comment = etree.SubElement(lists[0], f"{space}comment", ref=str(cell), authorId=str(author))
        _write_text(comment, space, text)


def _write_text(comment: etree._Element, space: str, text: str) -> None:
    run = etree.SubElement(etree.SubElement(comment, f"{space}text"), f"{space}r")
    look = etree.SubElement(run, f"{space}rPr")
    for name, value in _LOOK:
        etree.SubElement(look, f"{space}{name}", {"indexed" if name == "color" else "val": value})
    shown = etree.SubElement(run, f"{space}t", {_SPACE: "preserve"})
    shown.text = _ESCAPED.sub("_x005F_", text)


def _author(said: etree._Element, space: str, title: str) -> int:
    """Return our number among the authors of a sheet's comments."""
    lists = children(said, "authors")
    if not lists:
        raise damaged_workbook(title)
    authors = [author.text for author in children(lists[0], "author")]
    if AUTHOR not in authors:
        etree.SubElement(lists[0], f"{space}author").text = AUTHOR
        authors.append(AUTHOR)
    return authors.index(AUTHOR)
