"""What do the headers of a book's readings mean? Table 读数表头, filled by each scan; what the user enters there counts from the next one on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ccgrade_xl.errors import BookFault, NotUnderstood
from ccgrade_xl.list_cells import text_in
from ccgrade_xl.meters.addresses import is_address
from ccgrade_xl.meters.headers import IGNORED, Header, meaning
from ccgrade_xl.meters.profiles import merged, place_of, profile_of
from ccgrade_xl.meters.readings import READING_COLUMN
from ccgrade_xl.pages.meter_sources import near
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.meter_lists import READING_HEADERS, SHEET

MOST = 500
"""So many headers of one source are listed at most."""

Row = Mapping[str, CellValue]


def keeps_headers(book: Book) -> bool:
    """Tell whether a book has the table; older ones lack it."""
    return READING_HEADERS.name in book.table_names()


def headers_told(book: Book, readings: str) -> dict[str, str]:
    """Return what the headers of a source mean: as the book says, else as this user once said on this machine.

    Raises `BookFault` naming the row where 对应列 or 单位 is none, `FileFault` where what was once said cannot be read.
    """
    known = profile_of(near(book, readings))
    before = {} if known is None else known.columns
    return merged(before, _told(book, readings)) if keeps_headers(book) else dict(before)


def _told(book: Book, readings: str) -> dict[str, str]:
    told: dict[str, str] = {}
    place = place_of(near(book, readings))
    table = book.read_table(READING_HEADERS.name)
    for at, row in enumerate(_records(book)):
        column, unit, header = (text_in(row[name]) for name in ("对应列", "单位", "文件里的表头"))
        if not column or place_of(near(book, text_in(row["来源"]))) != place:
            continue
        said = column if not unit or plain(column) == plain(IGNORED) else f"{column}（{unit}）"
        try:
            meaning(said)
        except NotUnderstood as fault:
            raise BookFault(
                f"“{SHEET}”页“{READING_HEADERS.name}”表表头“{header}”的一行（约第 {table.first_row + at} 行）：{fault}"
            ) from None
        told[header] = said
    return told


def with_headers(book: Book, readings: str, headers: Sequence[Header]) -> list[Sequence[CellValue]]:
    """Return the rows of the table with the headers of a source added that it does not list yet; every row that stands there stays."""
    standing = _records(book)
    place = place_of(near(book, readings))
    known = {
        plain(text_in(row["文件里的表头"]))
        for row in standing
        if place_of(near(book, text_in(row["来源"]))) == place
    }
    shown = place_of(readings) if is_address(readings) else readings
    fresh = [
        _row(shown, header)
        for header in headers[:MOST]
        if plain(header.text) and plain(header.text) not in known
    ]
    return READING_HEADERS.rows([*standing, *fresh])


def _row(readings: str, header: Header) -> dict[str, CellValue]:
    column = READING_COLUMN[header.column].header if header.column in READING_COLUMN else header.column
    return {
        "来源": readings,
        "文件里的表头": header.text,
        "对应列": column or None,
        "单位": header.unit or None,
    }


def _records(book: Book) -> Iterable[dict[str, CellValue]]:
    return READING_HEADERS.records(book.read_table(READING_HEADERS.name))
