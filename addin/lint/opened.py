"""A package laid open: its parts as XML, its sheets, tables, names and texts, read once."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from zipfile import ZipFile

from attrs import frozen
from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
DOC_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@frozen
class Relation:
    """A relationship: its id, the last word of its type, and the part it leads to (None: outside)."""

    identity: str
    kind: str
    target: str | None


@frozen(eq=False)
class SheetPart:
    """A sheet: its name, its part and the part's XML."""

    name: str
    part: str
    root: etree._Element


@frozen(eq=False)
class TablePart:
    """A table: the sheet it stands on, its part and the part's XML."""

    sheet: SheetPart
    part: str
    root: etree._Element

    @property
    def name(self) -> str:
        """The name formulas use."""
        return self.root.get("displayName", "")

    @property
    def columns(self) -> list[str]:
        """The columns' names, left to right."""
        return [column.get("name", "") for column in self.root.iter(f"{MAIN}tableColumn")]


class Opened:
    """A built package. Only for files of this build: nothing here guards against hostile ones."""

    def __init__(self, package: bytes) -> None:
        with ZipFile(BytesIO(package)) as archive:
            self.names = archive.namelist()
            self.parts = {name: archive.read(name) for name in self.names}

    def xml(self, part: str) -> etree._Element:
        """Return a part's XML."""
        return etree.fromstring(self.parts[part])

    def relations(self, part: str) -> list[Relation]:
        """Return what a part refers to; the package itself is the part ""."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self.parts:
            return []
        return [_relation(element, folder) for element in self.xml(source).iter(f"{REL}Relationship")]

    @cached_property
    def workbook_part(self) -> str:
        """The part that lists the sheets."""
        return next(row.target for row in self.relations("") if row.kind == "officeDocument" and row.target)

    @cached_property
    def workbook(self) -> etree._Element:
        """The XML that lists the sheets and names."""
        return self.xml(self.workbook_part)

    @cached_property
    def sheets(self) -> list[SheetPart]:
        """Every worksheet in order."""
        targets = {row.identity: row.target for row in self.relations(self.workbook_part)}
        found = []
        for sheet in self.workbook.iter(f"{MAIN}sheet"):
            part = targets[sheet.get(f"{DOC_REL}id", "")] or ""
            found.append(SheetPart(sheet.get("name", ""), part, self.xml(part)))
        return found

    @cached_property
    def tables(self) -> list[TablePart]:
        """Every table of every sheet."""
        return [
            TablePart(sheet, row.target, self.xml(row.target))
            for sheet in self.sheets
            for row in self.relations(sheet.part)
            if row.kind == "table" and row.target
        ]

    @cached_property
    def defined_names(self) -> list[etree._Element]:
        """Every definedName element."""
        return list(self.workbook.iter(f"{MAIN}definedName"))

    @cached_property
    def shared_strings(self) -> list[str]:
        """The shared texts, by index."""
        part = self._part_of_kind("sharedStrings")
        if part is None:
            return []
        return [_text_of(item) for item in self.xml(part).iter(f"{MAIN}si")]

    @cached_property
    def style_count(self) -> int:
        """How many cell styles there are."""
        formats = None if self._styles is None else self._styles.find(f"{MAIN}cellXfs")
        return 1 if formats is None else len(formats)

    @cached_property
    def number_formats(self) -> list[str]:
        """The number formats of the book's own, of cells and of what is shown on a condition."""
        declared = [] if self._styles is None else self._styles.iter(f"{MAIN}numFmt")
        return [each.get("formatCode", "") for each in declared]

    @cached_property
    def _styles(self) -> etree._Element | None:
        part = self._part_of_kind("styles")
        return self.xml(part) if part else None

    def _part_of_kind(self, kind: str) -> str | None:
        return next((row.target for row in self.relations(self.workbook_part) if row.kind == kind), None)

    def cells(self, sheet: SheetPart) -> Iterator[etree._Element]:
        """Yield a sheet's cells as they stand."""
        return sheet.root.iter(f"{MAIN}c")

    def text(self, cell: etree._Element) -> str | None:
        """Return the text in a cell, None where it holds no constant text."""
        value = cell.findtext(f"{MAIN}v")
        if cell.get("t") == "s" and value is not None:
            index = int(value)
            return self.shared_strings[index] if index < len(self.shared_strings) else None
        if cell.get("t") == "inlineStr":
            return _text_of(cell)
        return None


def _text_of(element: etree._Element) -> str:
    return "".join(run.text or "" for run in element.iter(f"{MAIN}t"))


def _relation(element: etree._Element, folder: str) -> Relation:
    target: str | None = element.get("Target", "")
    if element.get("TargetMode") == "External":
        target = None
    elif target is not None:
        target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return Relation(element.get("Id", ""), element.get("Type", "").rsplit("/", 1)[-1], target)
