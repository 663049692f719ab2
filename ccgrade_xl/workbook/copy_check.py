"""Is a written copy sound, and does it hold what was written?

Three things together answer for every byte: each new part stands in the copy as it was made; what was written into
a sheet reads back, by another program's eyes, as what it should be; everything else in the sheet are the bytes that
stood there before.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccgrade_xl.errors import FileFault
from ccgrade_xl.workbook.book_patch import BookEdit, PatchedBook
from ccgrade_xl.workbook.grid import first_difference
from ccgrade_xl.workbook.notes import note_text
from ccgrade_xl.workbook.package import Package, check_xml, package_of
from ccgrade_xl.workbook.sheet_notes import Place, read_notes


def checked_copy(copy: bytes, title: str, patched: PatchedBook, edit: BookEdit) -> Package:
    """Open a copy read back from disk. Raises `FileFault` where it is not sound, or is not what was made."""
    package = package_of(copy, title, patched.package)
    for part, data in patched.parts.items():
        if package.archive.read(part) != data:
            raise FileFault(f"写入的内容与读回的不同（{part}），原文件没有改动。请检查磁盘后再试。")
    sheets = {package.sheet(name).part for name in patched.sheets}
    for part in patched.parts.keys() - sheets:
        if not part.endswith(".vml"):  # Excel's own need not be sound XML
            check_xml(patched.parts[part], title)
    for name, patch in patched.sheets.items():
        check_xml(patch.excerpt, title)
        _check_notes(package, name, edit.sheets[name].notes)
    return package


def check_cells(patched: PatchedBook, edit: BookEdit) -> None:
    """Read the written cells as another program does. Raises `FileFault` where one is not what was written into it."""
    before = patched.package
    sheets = {before.sheet(name).part for name in patched.sheets}
    beside = {part: data for part, data in patched.changed.items() if part not in sheets}
    content = before.archive.replaced(beside, patched.removed, patched.added, stored=True)
    package = package_of(content, before.title, before)
    for name, patch in patched.sheets.items():
        row = first_difference(package, package.sheet(name), patch.excerpt, edit.sheets[name].columns)
        if row is not None:
            raise FileFault(
                f"写入后的检查没有通过（工作表“{name}”第 {row} 行），原文件没有改动。请把文件另存后再试。"
            )


def _check_notes(package: Package, name: str, wanted: Mapping[Place, str | None]) -> None:
    standing = read_notes(package, name) if wanted else {}
    for place, text in wanted.items():
        if standing.get(place) != (note_text(text) if text else None):
            raise FileFault(
                f"写入后的检查没有通过（工作表“{name}”第 {place[0]} 行的批注），原文件没有改动。请把文件另存后再试。"
            )
