"""How does a book find its ledger? Where it lies, who writes, and the last record the book has seen of it.

Three cells on 评级台账: `台账_位置` (blank: the file beside the workbook), `台账_操作人` (blank: who is logged in)
and the hidden `台账_末条`, which shows whether the ledger was cut short or replaced behind the book's back.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault, LedgerFault
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.names import LEDGER_HEAD, LEDGER_PERSON, LEDGER_PLACE

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Ledger, Pen, View


def ledger_of(book: Book, *, create: bool = False) -> Ledger:
    """Open the ledger of a book; make it where there has never been one and `create` asks for it.

    Raises `LedgerFault` for a ledger that is missing, damaged, or not the one this book has written to.
    """
    from ccgrade_xl.casework.ledger import Head, Ledger  # noqa: PLC0415 - a book without casework opens fast

    place = ledger_place(book)
    seen = Head.of(_cell(book, LEDGER_HEAD))
    if seen.number == 0 and create and isinstance(place, Path) and not place.exists():
        return Ledger.create(place)
    ledger = Ledger.open(place)
    if seen.number:
        with ledger.reading() as view:
            if not view.holds(seen):
                raise LedgerFault(
                    f"评级台账“{ledger.place.shown}”不是这个工作簿用过的那一份，或末尾的记录被删除过"
                    f"（应有第 {seen.number} 条记录）。请用备份恢复（ccgrade ledger restore），再继续。"
                )
    return ledger


def ledger_place(book: Book) -> Path | str:
    """Return where the ledger of a book lies. Raises `BookFault` for a book that was never saved."""
    from ccgrade_xl.casework.ledger import beside  # noqa: PLC0415

    place = _cell(book, LEDGER_PLACE)
    if place:
        return place if "://" in place else Path(place)
    location = Path(book.location)
    if not location.is_absolute():
        raise BookFault("请先保存工作簿：评级台账放在工作簿旁边，没有保存就没有地方放。")
    return beside(location)


def person_of(book: Book) -> str:
    """Return who is working in the book."""
    return _cell(book, LEDGER_PERSON) or getpass.getuser()


@contextmanager
def reading(book: Book) -> Iterator[View]:
    """Look at the ledger of a book as it is at one moment."""
    with ledger_of(book).reading() as view:
        yield view


@contextmanager
def writing(book: Book, at: dt.datetime | None = None) -> Iterator[Pen]:
    """Write into the ledger of a book in the name of whoever works in it, all or nothing; then let the book know.

    The ledger is made where there has never been one. `at` is when; now when left out.
    """
    ledger = ledger_of(book, create=True)
    with ledger.writing(person_of(book), at) as pen:
        yield pen
    note_head(book, ledger)


def note_head(book: Book, ledger: Ledger) -> None:
    """Let the book know the last record of its ledger."""
    if book.has_name(LEDGER_HEAD):
        with ledger.reading() as view:
            book.write_block(LEDGER_HEAD, [[str(view.head())]])


def _cell(book: Book, name: str) -> str:
    return (boundary.read_text(book.read_name(name)) or "") if book.has_name(name) else ""
