"""How do cell edits become a new package in which only the touched parts differ?

Touched are: a written sheet; the part of a table that resizes; styles where a new number format is needed;
calcChain where a formula gave way to a value; the workbook part where Excel must calculate again or a defined
name follows a table; where a note is written, what holds notes and what leads there. Every other part keeps its
raw bytes and its place.

What does not follow a resized table: cell references in formulas and charts elsewhere. Formulas should use the
table's own references, e.g. `客户[星级]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field, frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.calculation import (
    must_recalculate,
    with_full_calculation,
    without_formulas,
)
from ccgrade_xl.workbook.cells import ROWS, Area
from ccgrade_xl.workbook.package import Package, TablePart
from ccgrade_xl.workbook.package_links import Links
from ccgrade_xl.workbook.sheet_edit import Growth, SheetEdit
from ccgrade_xl.workbook.sheet_notes import write_notes
from ccgrade_xl.workbook.sheet_patch import SheetPatch, patch_sheet
from ccgrade_xl.workbook.sheet_ranges import follow
from ccgrade_xl.workbook.styles import Styles

_REF = re.compile(rb'(\sref=")([^"]+)(")')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([^"]+)"')


@frozen
class PatchedBook:
    """A package and what becomes of it: parts that are written anew, come in or leave, and each sheet's patch by tab name."""

    package: Package = field(repr=False)
    changed: Mapping[str, bytes] = field(factory=dict, repr=False)
    added: Mapping[str, bytes] = field(factory=dict, repr=False)
    removed: frozenset[str] = frozenset()
    sheets: Mapping[str, SheetPatch] = field(factory=dict, repr=False)

    @property
    def parts(self) -> Mapping[str, bytes]:
        """The parts that are not as they were."""
        return {**self.changed, **self.added}

    def packed(self) -> bytes:
        """Return the new workbook's bytes."""
        if not (self.parts or self.removed):
            return self.package.content
        return self.package.archive.replaced(self.changed, self.removed, self.added)


@define
class BookEdit:
    """All edits of one workbook: sheets by tab name, and the new last data row of tables that resize."""

    sheets: dict[str, SheetEdit] = field(factory=dict)
    resized: dict[str, int] = field(factory=dict)

    def sheet(self, name: str) -> SheetEdit:
        """Return the edit of a sheet, begun where there was none."""
        return self.sheets.setdefault(name, SheetEdit(name))


def patched_book(package: Package, edit: BookEdit) -> PatchedBook:
    """Make the edits. Raises `BookFault` where one cannot be made without loss."""
    links = Links(package)
    for table in package.tables:
        if table.name in edit.resized:
            _resize(package, table, edit, links.parts)
    styles = Styles.of(package)
    gone: dict[int, frozenset[str]] = {}
    sheets: dict[str, SheetPatch] = {}
    for name, change in edit.sheets.items():
        sheet = package.sheet(name)
        before = package.archive.read(sheet.part)
        patch = patch_sheet(
            before,
            change,
            package.title,
            styles,
            package.counts_from_1904,
        )
        if change.notes:
            patch = evolve(patch, data=write_notes(links, name, change.notes, patch.data))
        sheets[name] = patch
        if patch.data != before:
            links.parts[sheet.part] = patch.data
        if patch.formulas_gone:
            gone[sheet.number] = patch.formulas_gone
    if styles.patched:
        links.parts[styles.part] = styles.data
    _unchain(links, gone)
    workbook = _renamed_areas(package, edit)
    if must_recalculate(
        package, {name: sheets[name].data for name in sheets if edit.sheets[name].changes_cells}
    ):
        workbook = with_full_calculation(workbook)
    if workbook != package.archive.read(package.workbook_part):
        links.parts[package.workbook_part] = workbook
    return PatchedBook(package, links.parts, links.added, frozenset(links.removed), sheets)


def _resize(package: Package, table: TablePart, edit: BookEdit, parts: dict[str, bytes]) -> None:
    body = table.body
    after = Area(body.top, body.left, edit.resized[table.name], body.right)
    if after == body:
        return
    if table.totals_rows:
        raise BookFault(f"表格“{table.name}”带有汇总行，行数不能改变。请在“表设计”中取消“汇总行”后再试。")
    if after.bottom > ROWS:
        raise BookFault(f"表格“{table.name}”放不下这么多行：工作表最多 {ROWS} 行。")
    _refuse_collision(package, table, after)
    area = table.area

    def resized(match: re.Match[bytes]) -> bytes:
        inside = Area.parse(match[2].decode("ascii", "replace"))
        if inside is None or inside.bottom != area.bottom:
            return match[0]
        new = Area(inside.top, inside.left, after.bottom, inside.right)
        return match[1] + str(new).encode() + match[3]

    parts[table.part] = _REF.sub(resized, package.archive.read(table.part))
    edit.sheet(table.sheet).growth.append(Growth(body, after))


def _refuse_collision(package: Package, table: TablePart, after: Area) -> None:
    others: Sequence[tuple[str, Area]] = [
        (f"表格“{other.name}”", other.area)
        for other in package.tables
        if other.sheet == table.sheet and other.name != table.name
    ]
    data = package.archive.read(package.sheet(table.sheet).part)
    merges = (
        _MERGED.findall(data) if b"mergeCell" in data else ()
    )  # the pattern tries every tag of a long sheet
    merged = (Area.parse(ref.decode("ascii", "replace")) for ref in merges)
    for what, area in (*others, *(("合并单元格", area) for area in merged if area)):
        if area.meets(after) and not area.meets(table.area):
            raise BookFault(
                f"工作表“{table.sheet}”的表格“{table.name}”要加长到第 {after.bottom} 行，会碰到{what} {area}。请把它移走后再试。"
            )


def _unchain(links: Links, gone: Mapping[int, frozenset[str]]) -> None:
    """Drop overwritten formulas from calcChain; drop the part where nothing is left of it."""
    package = links.package
    part = package.related(package.workbook_part, "calcChain")
    if not gone or part is None or part not in package.archive:
        return
    chain = without_formulas(package.xml(part), gone)
    if chain is None:
        links.remove(package.workbook_part, part)
    else:
        links.parts[part] = chain


def _renamed_areas(package: Package, edit: BookEdit) -> bytes:
    """Return the workbook part with names (e.g. a print area) that covered a resized table covering it still."""
    workbook = package.archive.read(package.workbook_part)
    growths = [(sheet.sheet, growth) for sheet in edit.sheets.values() for growth in sheet.growth]
    for defined in package.names if growths else ():
        owner, _, reference = defined.refers_to.rpartition("!")
        area = Area.parse(reference)
        for sheet, growth in growths:
            if area is None or area.width * area.height == 1 or owner.strip("'").replace("''", "'") != sheet:
                continue
            new = follow(area, growth.before, growth.after)
            old_text, old_row = defined.refers_to.encode(), b"$%d" % area.bottom
            if new != area and old_text.endswith(old_row):
                new_text = old_text.removesuffix(old_row) + b"$%d" % new.bottom
                workbook = workbook.replace(b">" + old_text + b"<", b">" + new_text + b"<")
    return workbook
