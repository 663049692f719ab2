"""分级概览: what stands in its blocks, and how they are filled."""

from __future__ import annotations

from collections.abc import Sequence

from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.overview import BLOCKS
from ccgrade_xl.workbook.overview_page import overview_rows


def overview_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return the blocks as they stand, for 撤销本次评级."""
    return {block.name: book.read_block(block.name) for block in BLOCKS if book.has_name(block.name)}


def write_overview(book: Book, table: Table, grades: Grades) -> None:
    """Fill the blocks a book has."""
    for name, rows in overview_rows(table, grades).items():
        if book.has_name(name):
            book.write_block(name, rows)
