"""A list that came back from the field as a file: how it is told from a list of customers, and read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ccgrade_xl import undo
from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.list_cells import text_in
from ccgrade_xl.pages.verification.listing import standing_list
from ccgrade_xl.pages.verification.taking_back import filled_in
from ccgrade_xl.workbook.book import Book, CellValue, Outcome
from ccgrade_xl.workbook.identifiers import LeadingZeros, UnusableIdentifier, identifier, is_stored_as_number
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.sources import SourceTable, read_source
from ccgrade_xl.workbook.verification import SHEET, VERIFICATION

_MARKS = (KEY, "核实项目", "核实结果")
_SEARCHED = 30
_LARGEST = 2_000_000
"""No list for the field is larger, in bytes; a larger file is not read twice."""


def header_at(rows: Sequence[Sequence[CellValue]]) -> int | None:
    """Return where the header of a returned list stands; None for any other list."""
    for at, row in enumerate(rows[:_SEARCHED]):
        if set(_MARKS) <= {text_in(cell) for cell in row}:
            return at
    return None


def is_returned(path: Path) -> bool:
    """Return whether a file is a list that came back from the field; one that cannot be read is for the import to say."""
    if not path.is_file() or path.stat().st_size > _LARGEST:
        return False
    try:
        return any(header_at(table.rows) is not None for table in read_source(path))
    except FileFault:
        return False


def returned_rows(path: Path, known: Sequence[str]) -> list[dict[str, CellValue]]:
    """Return the rows of a returned list by header, customer numbers mended as the import does.

    Raises `BookFault` for a file that is none, `FileFault` for one that cannot be read.
    """
    found = [row for table in read_source(path) for row in _rows(table)]
    if not found:
        raise BookFault(f"文件“{path.name}”不是待核实清单的回表：应有“{'”“'.join(_MARKS)}”三列和至少一行。")
    lost = {str(row[KEY]) for row in found if row.pop("_number")}
    zeros = LeadingZeros.seen_in(known, (), lost)
    for row in found:
        row[KEY] = zeros.restored(str(row[KEY]))
    return found


def _rows(table: SourceTable) -> list[dict[str, CellValue]]:
    at = header_at(table.rows)
    if at is None:
        return []
    headers = [text_in(cell) for cell in table.rows[at]]
    found = []
    for cells in table.rows[at + 1 :]:
        # A row of a file ends at its last filled cell; what stands beside the headers belongs to nobody.
        row: dict[str, CellValue] = dict(zip(headers, cells, strict=False))
        row = {header: row.get(header) for header in VERIFICATION.headers}
        row["_number"] = is_stored_as_number(row[KEY])
        try:
            row[KEY] = identifier(row[KEY])
        except UnusableIdentifier:
            continue
        if row[KEY] and text_in(row[KEY]) != KEY:
            found.append(row)
    return found


def fill_in(book: Book, paths: Sequence[Path]) -> Outcome:
    """Put what came back into the list on 待核实, from where 待核实清单 takes it back."""
    standing = standing_list(book)
    rows, faults, filled = standing, [], 0
    for path in paths:
        back = returned_rows(path, [str(row[KEY]) for row in standing])
        filled += sum(bool(text_in(row["核实结果"]) or text_in(row["核实值"])) for row in back)
        rows, strangers = filled_in(rows, back)
        faults += strangers
    before = {VERIFICATION.name: book.read_table(VERIFICATION.name).rows}
    undo.remember(book.location, undo.Replaced("导入核实回表", CUSTOMER_TABLE, {}, None, {}, before))
    book.replace_rows(VERIFICATION.name, VERIFICATION.rows(rows))
    message = f"已把 {filled - len(faults)} 条核实结果填入“{SHEET}”，请核对后按“待核实清单”收回。"
    return Outcome(message, faults, {"filled": filled - len(faults)})
