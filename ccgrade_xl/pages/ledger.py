"""How does a book find its ledger? Where it lies, who writes, and the last record the book has seen of it.

Three cells on 评级台账: `台账_位置` (blank: the file beside the workbook), `台账_操作人` (blank: who is logged in)
and the hidden `台账_末条`, which shows whether the ledger was cut short or replaced behind the book's back.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ccgrade_xl import boundary
from ccgrade_xl.casework import LEDGER_FILE
from ccgrade_xl.errors import BookFault, CellFault, LedgerFault, NotUnderstood
from ccgrade_xl.last_ledger import note_ledger
from ccgrade_xl.workbook.book import Book
from ccgrade_xl.workbook.names import LEDGER_HEAD, LEDGER_PERSON, LEDGER_PLACE

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Ledger, Pen, View


def ledger_of(book: Book, *, create: bool = False, wait: float | None = None) -> Ledger:
    """Open the ledger of a book; make it where there has never been one and `create` asks for it.

    `wait` is how many seconds a writer waits for another. Raises `LedgerFault` for a ledger that is missing, damaged,
    or not the one this book has written to, and where what reads a ledger is not installed.
    """
    must_be_installed()
    from ccgrade_xl.casework.ledger import Head, Ledger  # noqa: PLC0415 - a book without casework opens fast
    from ccgrade_xl.casework.ledger.engines import WAIT  # noqa: PLC0415

    place, wait = ledger_place(book), WAIT if wait is None else wait
    seen = Head.of(entered(book, LEDGER_HEAD))
    if seen.number == 0 and create and isinstance(place, Path) and not place.exists():
        ledger = Ledger.create(place, wait=wait)
    else:
        ledger = Ledger.open(place, wait=wait)
    if seen.number:
        with ledger.reading() as view:
            if not view.holds(seen):
                raise LedgerFault(
                    f"评级台账“{ledger.place.shown}”不是这个工作簿用过的那一份，或末尾的记录被删除过"
                    f"（应有第 {seen.number} 条记录）。请用备份恢复（ccgrade ledger restore），再继续。"
                )
    note_ledger(place)
    return ledger


def has_ledger(book: Book) -> bool:
    """Return whether a book has a ledger, without opening it: one it has written to, a database, or a file beside it."""
    if not book.has_name(LEDGER_HEAD):
        return False
    if entered(book, LEDGER_HEAD):
        return True
    if not entered(book, LEDGER_PLACE) and not Path(book.location).is_absolute():
        return False
    place = ledger_place(book)
    return isinstance(place, str) or place.exists()


def ledger_place(book: Book) -> Path | str:
    """Return where the ledger of a book lies. Raises `BookFault` for a book that was never saved.

    A path that names no drive or root is counted from the workbook's folder.
    """
    place, location = entered(book, LEDGER_PLACE), Path(book.location)
    if "://" in place:
        return place
    if not Path(place).is_absolute() and not location.is_absolute():
        raise BookFault("请先保存工作簿：评级台账放在工作簿旁边，没有保存就没有地方放。")
    return location.parent / (place or LEDGER_FILE)


def must_be_installed() -> None:
    """Raise `LedgerFault` where the database component is missing."""
    if find_spec("sqlalchemy") is None:
        raise LedgerFault(
            '评级台账需要附加组件 sqlalchemy，这台电脑没有安装。请管理员运行：pip install "ccgrade[ledger]"，再试。'
        )


def person_of(book: Book) -> str:
    """Return who is working in the book."""
    return entered(book, LEDGER_PERSON) or getpass.getuser()


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


def entered(book: Book, name: str) -> str:
    """Return the text of a named cell; "" where it is blank or the book has none."""
    return (boundary.read_text(book.read_name(name)) or "") if book.has_name(name) else ""


def entered_month(book: Book, name: str) -> str:
    """Return the month that a named cell of 评级台账 means, as `2026-03`; "" where it is blank or the book has none.

    Raises `NotUnderstood` naming the cell.
    """
    try:
        return (boundary.read_month_text(book.read_name(name)) or "") if book.has_name(name) else ""
    except CellFault as fault:
        raise NotUnderstood(f"“评级台账”页的“{name.removeprefix('台账_')}”：{fault}") from None
