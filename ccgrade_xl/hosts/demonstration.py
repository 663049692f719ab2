"""`ccgrade demo`: the main job on bundled data — a messy list becomes a graded, charted workbook with three closed months and what the meters say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from attrs import frozen

from ccgrade_xl.commands import grade_customers, import_customers
from ccgrade_xl.commands.meters import lacking_to_scan
from ccgrade_xl.errors import CcgradeError, FileFault
from ccgrade_xl.home import guest
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.demonstrated_months import close_months, fill_lists, morning
from ccgrade_xl.pages.ledger import must_be_installed
from ccgrade_xl.pages.meter_sources import Sources, remembered
from ccgrade_xl.pages.meters import fill
from ccgrade_xl.workbook.book import Outcome
from ccgrade_xl.workbook.layout import SHEETS
from ccgrade_xl.workbook.replace_file import replace_file
from ccgrade_xl.workbook.template import new_book

SOURCE, BOOK = "杂乱的客户表.csv", "客户分级演示.xlsm"
READINGS, REGISTRY, SCANNED = "远程抄表读数.parquet", "表具档案.parquet", "扫描结果"


@frozen
class Demonstration:
    """What the demo did: the import, the grading, the scan of the meters, the months of work, and the workbook it left.

    `pages` are the sheets worth looking at.
    """

    imported: Outcome
    graded: Outcome
    metered: Outcome
    worked: Outcome
    book: Path
    pages: tuple[str, ...]

    @property
    def data(self) -> dict[str, object]:
        """The demo for machines."""
        return {
            "book": str(self.book),
            "import": self.imported.data,
            "meters": self.metered.data,
            "work": self.worked.data,
            **self.graded.data,
        }


def run(folder: Path, as_of: dt.date, status: Callable[[str, float | None], None]) -> Demonstration:
    """Import and grade the bundled list in `folder`; the workbook there and its ledger are replaced. Raises `FileFault`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileFault(f"“{folder}”不能放演示：它是一个文件，或者不能建立。请换一个文件夹再试。") from error
    source, path = folder / SOURCE, folder / BOOK
    bundled = files("ccgrade_xl.demo").joinpath("messy_customers_gbk.csv").read_bytes()
    replace_file(source, bundled, lambda _content: None)
    new_book(path, overwrite=True)
    book = ClosedFileBook(path, on_status=status)
    with guest():
        at = morning(as_of)
        imported = import_customers(book, [source], at=at)
        lacking = _lacking_for_months()
        if not lacking:
            close_months(book, as_of)
        graded = grade_customers(book, None, as_of, at=at)
        unmetered = lacking_to_scan()
        metered = (
            Outcome(f"远程抄表没有演示：{unmetered}") if unmetered else _metered(book, folder, as_of, status)
        )
        worked = Outcome(lacking) if lacking else fill_lists(book, as_of, status)
        book.activate(SHEETS[0].name)
        book.commit()
    pages = (
        "分级概览",
        "客户数据",
        *(() if lacking else ("评级台账", "差异化策略")),
        *(() if unmetered else ("远程抄表",)),
    )
    return Demonstration(imported, graded, metered, worked, path, pages)


def _lacking_for_months() -> str:
    """Return why the months of work cannot be shown; empty where they can."""
    try:
        must_be_installed()
    except CcgradeError as fault:
        return f"月结、台账和任务没有演示：{fault}"
    return ""


def _metered(
    book: ClosedFileBook, folder: Path, as_of: dt.date, status: Callable[[str, float | None], None]
) -> Outcome:
    """Scan the bundled readings and fill 远程抄表; the results stay in the demo's folder, the user's own are not touched."""
    from ccgrade_xl.meters.job import run as scan  # noqa: PLC0415 - a scan's imports are heavy, and may be missing

    for name, shipped in ((READINGS, "readings.parquet"), (REGISTRY, "meters.parquet")):
        replace_file(
            folder / name, files("ccgrade_xl.demo").joinpath(shipped).read_bytes(), lambda _content: None
        )
    results = scan(folder / READINGS, folder / REGISTRY, progress=status, folder=folder / SCANNED)
    sources = remembered(book, Sources(READINGS, REGISTRY))
    return fill(book, results, day=as_of, sources=sources)
