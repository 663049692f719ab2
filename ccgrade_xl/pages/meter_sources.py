"""Where do the readings of a book come from? The settings on 远程抄表, asked for once and remembered in the workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from attrs import evolve, frozen

from ccgrade_xl import boundary
from ccgrade_xl.boundary import read_month, read_number
from ccgrade_xl.errors import BookFault, Cancelled, CellFault
from ccgrade_xl.list_cells import text_in
from ccgrade_xl.meters.checks import CHECKS
from ccgrade_xl.meters.readings import TIME_ZONE, is_zone
from ccgrade_xl.meters.settings import Settings, settings_from_tables
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.meter_lists import SHEET
from ccgrade_xl.workbook.meter_page import (
    AS_OF,
    ENGINE,
    HOW,
    LISTED_DAYS,
    MONTH,
    READINGS,
    REGISTRY,
    SETTINGS,
    SOURCES,
    WEATHER,
    ZONE,
)

LISTED = 35.0
"""So many days an alarm that ended is listed, where the book says nothing: five weeks, as the panel's chart."""
ALL_FILES, NEW_FILES = ("全部", "全部重读"), ("新文件", "只读新增的文件", "增量")
"""How the files of a folder are read, as the setting says it."""
SETTING_TABLES = ("异常项", "异常阈值")
"""The tables of 评分规则 that hold checks and thresholds; see `meters.settings`."""


@frozen
class Sources:
    """Where readings, registry and weather are, and how they are read; "" is a blank cell."""

    readings: str = ""
    registry: str = ""
    weather: str = ""
    zone: str = TIME_ZONE
    engine: str = ""
    as_of: dt.datetime | None = None
    listed_days: float = LISTED
    month: int | None = None
    full: bool = False


def sources_of(book: Book) -> Sources:
    """Return the settings as they stand in a book. Raises `BookFault` naming every one that cannot be used."""
    if not book.has_name(SOURCES.name):
        raise BookFault(f"工作簿的“{SHEET}”页没有数据来源，版本可能较旧，请用新模板重建工作簿。")
    cells = [row[0] for row in book.read_block(SOURCES.name)]
    cells += [None] * (len(SETTINGS) - len(cells))  # a book of an older template has fewer
    faults = [
        f"{_place(at)}是{error.named}，请改正或留空。"
        for at, cell in enumerate(cells[: len(SETTINGS)])
        if (error := boundary.error_in(cell)) is not None
    ]
    cells = [None if boundary.error_in(cell) is not None else cell for cell in cells]
    texts = [text_in(cell) for cell in cells]
    sources = Sources(
        texts[READINGS],
        texts[REGISTRY],
        texts[WEATHER],
        texts[ZONE] or TIME_ZONE,
        texts[ENGINE],
        _moment(cells[AS_OF], faults),
        _days(cells[LISTED_DAYS], faults),
        _month(cells[MONTH], faults),
        _is_full(texts[HOW], faults),
    )
    if not is_zone(sources.zone):
        faults.append(f"{_place(ZONE)}“{sources.zone}”不是时区名，请写成 Asia/Shanghai 这样的名称，或留空。")
    if faults:
        raise BookFault("\n".join(faults))
    return sources


def ask_for_files(book: Book, sources: Sources) -> Sources:
    """Ask for what is blank. Raises `Cancelled` where no readings are chosen; without a registry the customers' 表号 do."""
    if sources.readings:
        return sources
    readings = book.choose_files("选择远程抄表的读数文件")
    if not readings:
        raise Cancelled("没有选择读数，什么都没有改变。也可以把读数的文件夹填在“远程抄表”页的“数据来源”里。")
    if len(readings) > 1:
        raise BookFault(
            "一次只能选一个读数文件。请把几个文件放进一个文件夹，把文件夹填在“远程抄表”页“数据来源”的“读数”里。"
        )
    registry = (
        () if sources.registry else book.choose_files("选择表具档案（没有就按取消，用“客户数据”的表号）")
    )
    chosen = str(registry[0]) if registry else sources.registry
    return evolve(sources, readings=str(readings[0]), registry=chosen)


def remembered(book: Book, sources: Sources) -> list[list[CellValue]]:
    """Return the settings block with the files of `sources` in it; the other cells stay as the user wrote them."""
    cells: list[list[CellValue]] = [[row[0]] for row in book.read_block(SOURCES.name)]
    for at, text in ((READINGS, sources.readings), (REGISTRY, sources.registry), (WEATHER, sources.weather)):
        cells[at] = [text or None]
    return cells


def near(book: Book, place: str) -> str:
    """Return a path as it is meant: beside the workbook where it is relative; connection strings stay."""
    if not place or "://" in place or Path(place).is_absolute():
        return place
    return str(Path(book.location).parent / place)


def check_settings_of(book: Book) -> Settings:
    """Return the checks and thresholds of 评分规则.

    Raises `RuleFaults` with every fault, by table, row and remedy; `BookFault` where every check is off.
    """
    present = [name for name in SETTING_TABLES if name in book.table_names()]
    tables = {name: book.read_table(name) for name in present}
    settings = settings_from_tables({name: (table.headers, table.rows) for name, table in tables.items()})
    if not any(settings.is_on(check) for check in CHECKS):
        raise BookFault("“评分规则”的异常项全部关闭了，没有可以检查的。请至少把一项的“启用”改成是。")
    return settings


def _place(at: int) -> str:
    return f"“{SHEET}”页数据来源的“{SETTINGS[at].label}”"


def _moment(cell: CellValue, faults: list[str]) -> dt.datetime | None:
    if isinstance(cell, dt.datetime) or not text_in(cell):
        return cell.replace(tzinfo=None) if isinstance(cell, dt.datetime) else None
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day) + dt.timedelta(days=1)  # noqa: DTZ001 - wall-clock time
    try:
        return dt.datetime.fromisoformat(text_in(cell).replace("/", "-")).replace(tzinfo=None)
    except ValueError:
        faults.append(
            f"{_place(AS_OF)}“{text_in(cell)}”看不懂，请写成 2026-10-31 24:00 前的时间，如 2026-10-31 08:00，或留空。"
        )
        return None


def _days(cell: CellValue, faults: list[str]) -> float:
    try:
        days = read_number(cell, "天")
    except CellFault:
        days = -1.0
    if days != days:  # noqa: PLR0124 - NaN is a blank cell
        return LISTED
    if not 1 <= days <= 3660:
        faults.append(f"{_place(LISTED_DAYS)}应是 1–3660 的数字，请改正或留空。")
    return days


def _month(cell: CellValue, faults: list[str]) -> int | None:
    try:
        month = read_month(cell)
    except CellFault as fault:
        faults.append(f"{_place(MONTH)}：{fault}")
        return None
    return None if month != month else int(month)  # noqa: PLR0124 - NaN is a blank cell


def _is_full(text: str, faults: list[str]) -> bool:
    if text and plain(text) not in map(plain, (*ALL_FILES, *NEW_FILES)):
        faults.append(f"{_place(HOW)}“{text}”看不懂，请写“{ALL_FILES[0]}”，或留空（只读新增的文件）。")
    return plain(text) in map(plain, ALL_FILES)
