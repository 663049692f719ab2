"""`ccgrade demo`: the main job on bundled data — a messy list becomes a graded, charted workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from attrs import frozen

from ccgrade_xl.commands import grade_customers, import_customers
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.book import Outcome
from ccgrade_xl.workbook.replace_file import replace_file
from ccgrade_xl.workbook.template import new_book

SOURCE, BOOK = "杂乱的客户表.csv", "客户分级演示.xlsm"


@frozen
class Demonstration:
    """What the demo did: the import, the grading, and the workbook it left."""

    imported: Outcome
    graded: Outcome
    book: Path

    @property
    def data(self) -> dict[str, object]:
        """The demo for machines."""
        return {"book": str(self.book), "import": self.imported.data, **self.graded.data}


def run(folder: Path, as_of: dt.date, status: Callable[[str, float | None], None]) -> Demonstration:
    """Import and grade the bundled list in `folder`; the workbook there is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    source, path = folder / SOURCE, folder / BOOK
    bundled = files("ccgrade_xl.demo").joinpath("messy_customers_gbk.csv").read_bytes()
    replace_file(source, bundled, lambda _content: None)
    new_book(path, overwrite=True)
    book = ClosedFileBook(path, on_status=status)
    imported = import_customers(book, [source])
    graded = grade_customers(book, None, as_of)
    book.commit()
    return Demonstration(imported, graded, path)
