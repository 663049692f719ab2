"""What stands in a file the manager wants to import? Any spreadsheet or text list, as raw rows.

Spreadsheets keep their types. Texts of a CSV stay texts: leading zeros and texts that look like formulas survive.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import field, frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.spreadsheet.archive import open_archive
from ccgrade_xl.spreadsheet.extent import CELL_LIMIT
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.grid import Grid, grids_of, read_grids
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.package import is_encrypted, package_of, read_bytes, refuse_other_formats

ROW_LIMIT = 1_048_575
"""Customers a sheet can hold below its header."""
LINE_LIMIT = 10_000_000
"""Bytes of one line of a text: a full row of a sheet with a sentence in each cell stays far below."""
DELIMITERS = (",", "\t", ";", "|", "，", "；")
_SAMPLE = 65_536
_ENCODINGS = ("utf-8-sig", "gb18030")


@frozen
class SourceTable:
    """One sheet (or a whole CSV) as rows: `rows[0]` is the sheet's row 1. `where` names it in sentences."""

    file: str
    sheet: str
    rows: Sequence[Sequence[CellValue]] = field(repr=False)
    encoding: str = ""

    @property
    def where(self) -> str:
        """Name file and sheet for a sentence."""
        return f"文件“{self.file}”的工作表“{self.sheet}”" if self.sheet else f"文件“{self.file}”"


def read_source(path: Path) -> tuple[SourceTable, ...]:
    """Read every sheet of .xlsx, .xlsm or .xls, or a CSV or text file of any usual encoding and delimiter.

    Of a workbook that has the table 客户 only that table's sheet is read: its other sheets show the same customers.
    Raises `FileFault` with one sentence for a file that is missing, empty, too large, protected or not a list.
    """
    content = read_bytes(path)
    if content.startswith(b"PK"):
        return _workbook(content, path.name)
    if content.startswith(b"\xd0\xcf\x11\xe0") and not is_encrypted(content):
        return _tables(grids_of(content, path.name), path.name)
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls") or content.startswith(
        (b"%PDF", b"\xd0\xcf\x11\xe0")
    ):
        refuse_other_formats(content, path.name)
    _refuse_endless_lines(content, path.name)
    text, encoding = _decoded(content, path.name)
    rows = _csv_rows(text, path.name)
    return (SourceTable(path.name, "", rows, encoding),)


def _workbook(content: bytes, title: str) -> tuple[SourceTable, ...]:
    if b"mimetypeapplication/vnd.oasis" in content[:200]:
        raise FileFault(f"文件“{title}”是 ODS 格式。请在 LibreOffice 中另存为 .xlsx 后再试。")
    if "xl/workbook.bin" in open_archive(content, title):
        raise FileFault(f"文件“{title}”是 .xlsb 格式。请在 Excel 中另存为 .xlsx 后再试。")
    package = package_of(content, title)
    ours = [table.sheet for table in package.tables if table.name == CUSTOMER_TABLE]
    return _tables(read_grids(package, ours or [sheet.name for sheet in package.sheets]), title)


def _tables(grids: dict[str, Grid], title: str) -> tuple[SourceTable, ...]:
    return tuple(SourceTable(title, name, filled(grid)) for name, grid in grids.items())


def filled(grid: Grid) -> list[list[CellValue]]:
    """Return a sheet's rows with every merged area showing its value in each of its cells."""
    rows = grid.rows
    for area in grid.merged:
        value = grid.value(area.top, area.left)
        for row in rows[area.top - 1 : area.bottom] if value is not None else ():
            last = min(area.right, len(row))
            row[area.left - 1 : last] = [value] * max(0, last - area.left + 1)
    return rows


def _refuse_endless_lines(content: bytes, title: str) -> None:
    """Refuse a text with a line that no list has, before anything of it is held twice."""
    at = 0
    while len(content) - at > LINE_LIMIT:
        end = at + LINE_LIMIT
        at = 1 + max(content.rfind(b"\n", at, end), content.rfind(b"\r", at, end))
        if not at:
            raise FileFault(
                f"文件“{title}”里有一行超过 {LINE_LIMIT // 1_000_000} MB，不像客户表。请确认文件来源，或重新导出后再试。"
            )


def _decoded(content: bytes, title: str) -> tuple[str, str]:
    """Decode by byte order mark, then UTF-8, then UTF-16 by its zero bytes, then GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content:
        even, odd = content[:_SAMPLE:2].count(0), content[1:_SAMPLE:2].count(0)
        candidates = ("utf-16-le",) if odd > even else ("utf-16-be",)
    else:
        candidates = _ENCODINGS
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff"), encoding
    raise FileFault(
        f"文件“{title}”的文字编码认不出来，或者它不是文本文件。请用 Excel 打开后另存为“CSV UTF-8”再试。"
    )


def _csv_rows(text: str, title: str) -> list[list[CellValue]]:
    if not text.strip():
        raise FileFault(f"文件“{title}”里没有内容。请重新导出后再试。")
    delimiter = _delimiter(text)
    seen: dict[str, str] = {}
    rows: list[list[CellValue]] = []
    cells = 0
    for row in _parsed(text, delimiter, title):
        cells += len(row)
        if len(rows) > ROW_LIMIT + 50:
            raise FileFault(f"文件“{title}”的行数超过工作表的上限 {ROW_LIMIT} 行。请拆成几个文件再试。")
        if cells > CELL_LIMIT:
            raise FileFault(
                f"文件“{title}”太大：读到第 {len(rows)} 行时已超过 {CELL_LIMIT} 个单元格。请拆成几个文件再试。"
            )
        rows.append([seen.setdefault(value, value) if value else None for value in row])
    return rows


def _parsed(text: str, delimiter: str, title: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise FileFault(
            f"文件“{title}”第 {reader.line_num} 行附近的引号或分隔符不成对，读不下去。请改正后再试。"
        ) from error


def _delimiter(text: str) -> str:
    """Choose the delimiter that divides most of the first lines into the same number of cells, more than one."""
    sample = text[:_SAMPLE]
    if sample.lower().startswith("sep=") and len(sample) > 4:
        return sample[4]

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)][:50]
        common = max(set(widths), key=lambda width: (width > 1, widths.count(width), width), default=1)
        return (widths.count(common) if common > 1 else 0), common

    try:
        return max(DELIMITERS, key=evenness)
    except csv.Error:
        return max(DELIMITERS, key=sample.count)
