"""远程抄表: scan the readings, report the use by month, forecast it."""

from __future__ import annotations

import datetime as dt
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import BookFault, Cancelled, NothingScanned
from ccgrade_xl.meters.headers import UnknownHeaders
from ccgrade_xl.meters.profiles import remember_headers
from ccgrade_xl.meters.store import Results, results
from ccgrade_xl.pages.meter_headers import headers_told, keeps_headers, with_headers
from ccgrade_xl.pages.meter_owners import registry_of_customers
from ccgrade_xl.pages.meter_sources import (
    Sources,
    ask_for_files,
    check_settings_of,
    near,
    remembered,
    sources_of,
)
from ccgrade_xl.pages.metered_usage import fill_metered_usage, metered_changes
from ccgrade_xl.pages.meters import fill, fill_forecast, fill_headers, fill_usage
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.meter_lists import READING_HEADERS, SHEET

if TYPE_CHECKING:
    import pandas as pd

_NEEDED = {"duckdb": "duckdb", "ibis": "ibis-framework", "pyarrow": "pyarrow", "pandas": "pandas"}
"""What a scan imports, and the packages that bring it."""

_SCANNED = 0.97
"""The share of the button that is done once the scan is."""


@command(
    "alarms",
    "读取异常",
    "远程抄表",
    "检查远程抄表的读数，列出异常和要去的地方；也可以不重新扫描，只按上次的结果刷新。",
    large=True,
)
def read_alarms(book: Book, sources: Sources | None = None, day: dt.date | None = None) -> Outcome:
    """Scan the readings and fill the page; without what a scan needs, show the results of the last one."""
    before = _last()
    lacking = lacking_to_scan()
    if lacking and before is None:
        raise BookFault(f"{lacking}没有上次的扫描结果，本页没有改变。")
    if before is not None and (lacking or (sources is None and not _wants_a_scan(book, before))):
        outcome = fill(book, before, day=day)
    else:
        outcome = _scan(book, ask_for_files(book, sources or sources_of(book)), day)
    book.activate(SHEET)
    if not lacking:
        return outcome
    return Outcome(f"{lacking}显示的是上次扫描的结果。{outcome.message}", outcome.attention, outcome.data)


def _scan(book: Book, chosen: Sources, day: dt.date | None) -> Outcome:
    """Scan and fill the page; where the headers are not understood, list them for the user to say which is which."""
    customers = None if chosen.registry else registry_of_customers(book)
    registry = near(book, chosen.registry) if customers is None else customers.meters
    try:
        found = _scanned(book, chosen, registry)
    except UnknownHeaders as fault:
        if not keeps_headers(book):
            raise
        fill_headers(book, with_headers(book, chosen.readings, fault.headers), remembered(book, chosen))
        return Outcome(
            f"没有扫描：{fault}",
            [
                f"这些表头已列在“{SHEET}”页最右边的“{READING_HEADERS.name}”表：请在“对应列”里选好{'、'.join(fault.lacking)}，"
                "单位不是 m³、m³/h、kPa、℃ 的再选“单位”，然后再按“读取异常”。选过一次就会记住。"
            ],
            {"lacking": list(fault.lacking), "headers": [header.text for header in fault.headers]},
        )
    book.status("正在写入……", _SCANNED)
    headers = with_headers(book, chosen.readings, found.report.headers) if keeps_headers(book) else None
    outcome = fill(book, found, day=day, sources=remembered(book, chosen), headers=headers)
    faults = () if customers is None else customers.faults
    return Outcome(outcome.message + found.report.reading, [*outcome.attention, *faults], outcome.data)


@command("usage", "用气月报", "远程抄表", "按客户列出本月、上月、去年同月的用气量和估算部分。")
def report_usage(book: Book) -> Outcome:
    """Fill 用气月报 from the last scan, and where the user wants it 月均用气量 and 在用月数 of 客户数据, too."""
    found = results()
    outcome = fill_usage(book, found)
    book.activate(SHEET)
    count = len(metered_changes(book.read_table(CUSTOMER_TABLE), found))
    if not count or not book.ask(
        f"“客户数据”里有 {count} 户的月均用气量或在用月数与读数不同。要按读数改写吗？按“撤销本次评级”可以恢复。"
    ):
        return outcome
    filled = fill_metered_usage(book, found)
    return Outcome(
        f"{outcome.message}{filled.message}", filled.attention, {**outcome.data, "filled": filled.data}
    )


@command("forecast", "预测", "远程抄表", "按客户预测今后 28 天和 12 个月的用气量，预收余额还够几天。")
def show_forecast(book: Book) -> Outcome:
    """Fill 预测 from the last scan."""
    outcome = fill_forecast(book, results())
    book.activate(SHEET)
    return outcome


def _scanned(book: Book, sources: Sources, registry: str | pd.DataFrame) -> Results:
    """Scan, with progress; Esc between two batches leaves the results of the scan before."""
    from ccgrade_xl.meters.job import run  # noqa: PLC0415 - a scan's imports are heavy, and may be missing
    from ccgrade_xl.meters.seen import own_state  # noqa: PLC0415

    def progress(text: str, share: float) -> None:
        book.status(f"{text}……", share * _SCANNED)
        if book.cancelled():
            raise Cancelled("已取消，什么都没有改变，上次的扫描结果还在。")

    settings, told = check_settings_of(book), headers_told(book, sources.readings)
    readings = near(book, sources.readings)
    found = run(
        readings,
        registry,
        settings,
        sources.engine or None,
        sources.as_of,
        near(book, sources.weather) or None,
        progress,
        profile=told,
        zone=sources.zone,
        incremental=own_state(readings, sources.engine),
        full=sources.full,
    )
    remember_headers(readings, told)
    return found


def _wants_a_scan(book: Book, before: Results) -> bool:
    report = before.report
    return book.ask(
        f"上次扫描了 {report.meters} 块表，读数截至 {report.as_of:%Y-%m-%d %H:%M}。要重新扫描读数吗？\n"
        "选“否”：不扫描，只按上次的结果刷新本页（改了标记、换了要看的表，这样就够）。"
    )


def _last() -> Results | None:
    try:
        return results()
    except NothingScanned:
        return None


def lacking_to_scan() -> str:
    """Return a sentence about what a scan needs and this installation lacks; "" where nothing is."""
    packages = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    if not packages:
        return ""
    return f'没有装 {"、".join(packages)}，不能扫描读数；请先运行 pip install "ccgrade[meters]"。'
