"""分级概览: what stands in its blocks, and how they are filled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ccgrade_xl.casework.months import month_of
from ccgrade_xl.casework.trend import MonthFigures, frozen_figures
from ccgrade_xl.errors import BookFault, LedgerFault
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.pages.ledger import entered, ledger_place, reading
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.names import LEDGER_HEAD
from ccgrade_xl.workbook.overview import BLOCKS, TREND_MONTHS, TREND_NOTE
from ccgrade_xl.workbook.overview_page import overview_rows, trend_note

NO_LEDGER_HERE = '本机没有安装台账所需的组件（pip install "ccgrade[ledger]"），变化和趋势没有更新。'


def overview_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return the blocks as they stand, for 撤销本次评级."""
    names = [*(block.name for block in BLOCKS), TREND_NOTE]
    return {name: book.read_block(name) for name in names if book.has_name(name)}


def write_overview(book: Book, table: Table, grades: Grades) -> None:
    """Fill the blocks a book has."""
    past, note = frozen_months(book, month_of(grades.as_of))
    for name, rows in overview_rows(table, grades, past).items():
        if book.has_name(name):
            book.write_block(name, rows)
    if book.has_name(TREND_NOTE):
        book.write_block(TREND_NOTE, [[note]])


def frozen_months(book: Book, month: str) -> tuple[list[MonthFigures], str]:
    """Return the figures of the last frozen months up to `month`, and a sentence on what they are or why there are none.

    A ledger that cannot be read does not keep anyone from grading: the sentence says what is wrong with it.
    """
    try:
        place = ledger_place(book)
    except BookFault:
        return [], trend_note(month, [])
    never_written = isinstance(place, Path) and not place.exists() and not entered(book, LEDGER_HEAD)
    if never_written:
        return [], trend_note(month, [])
    try:
        with reading(book) as view:
            months = [each for each in view.months() if each <= month][-TREND_MONTHS - 1 :]
            past = [frozen_figures(each, view.totals(each)) for each in months]
    except LedgerFault as fault:
        return [], str(fault)
    except ModuleNotFoundError:
        return [], NO_LEDGER_HERE
    return past, trend_note(month, past)
