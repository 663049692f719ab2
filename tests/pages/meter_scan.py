"""A small fleet, scanned once, whose meters belong to three customers of a workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook import meter_page as page
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.template import new_book
from tests.hosts.customers import customer

METERS = 12

BLOCKS = (
    page.FIGURES, page.BY_CHECK, page.NOTES, page.TOP, page.CHOSEN_SAYS, page.CHOSEN_DAYS, page.CHOSEN_AHEAD, page.CHOSEN_ALARMS,
    page.USAGE_MONTHS, page.FORECAST_MONTHS, page.LIST_NOTES, page.USAGE_NOTES, page.FORECAST_NOTES, page.SOURCES,
)  # fmt: skip
"""Every block of the page that a button writes."""


def simulated(folder: Path) -> Path:
    """Write a fleet's readings and registry into a folder."""
    from ccgrade_xl.meters.simulation import FleetSpec, write_simulation

    start = dt.date(2026, 7, 24)
    write_simulation(folder, FleetSpec(meters=METERS, faulty_share=1.0), seed=4, start=start, days=100)
    return folder


def scan(folder: Path) -> None:
    """Scan a simulated fleet and keep its results."""
    from ccgrade_xl.meters.job import run

    run(folder / "readings", folder / "registry.parquet")


class Desk(ClosedFileBook):
    """A closed workbook with a manager before it: she answers questions and sees where she is brought."""

    def __init__(self, path: Path, **callbacks: Any) -> None:
        super().__init__(path, **callbacks)
        self.shown: list[str] = []

    def activate(self, sheet: str) -> None:
        super().activate(sheet)
        self.shown.append(sheet)


def book_with_customers(path: Path) -> Path:
    """Write a workbook with the fleet's first customers."""
    new_book(path)
    book = ClosedFileBook(path)
    rows = [
        customer(f"{at + 1:08}", 客户名称=f"={at}号厂", 客户经理="张三" if at % 2 else None, 班组="一组", 表号=f"0{2024000000 + at}")
        for at in range(METERS - 2)
    ]  # fmt: skip
    book.replace_rows(CUSTOMER_TABLE, rows)
    book.commit()
    return path
