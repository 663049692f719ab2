"""远程抄表: the whole page from the results of the last scan, and what it replaces."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec

from attrs import frozen

from ccgrade_xl import undo
from ccgrade_xl.casework.calendar import Limit, due
from ccgrade_xl.errors import BookFault
from ccgrade_xl.list_cells import text_in, texts_in
from ccgrade_xl.meters.events import SEVERITIES
from ccgrade_xl.meters.store import Results
from ccgrade_xl.pages import meter_summary
from ccgrade_xl.pages.alarm_list import AlarmList, Cells, Owner, alarm_list
from ccgrade_xl.pages.alarm_states import record_states, remembered_states, sheet_states
from ccgrade_xl.pages.customers import today
from ccgrade_xl.pages.meter_owners import MeterOwners, meters_of_customers
from ccgrade_xl.pages.meter_panel import panel
from ccgrade_xl.pages.meter_sources import sources_of
from ccgrade_xl.pages.meter_tables import (
    OwnerOf,
    first_month_ahead,
    forecast_rows,
    month_labels,
    report_month,
    usage_rows,
)
from ccgrade_xl.rules.dates import month_text
from ccgrade_xl.workbook.book import Book, CellValue, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.lists import SheetList
from ccgrade_xl.workbook.meter_lists import ALARMS, ARCHIVE, FORECAST, MONTHS_SHOWN, READING_HEADERS, USAGE
from ccgrade_xl.workbook.meter_page import (
    BY_CHECK,
    CHOSEN,
    FIGURES,
    FORECAST_MONTHS,
    FORECAST_NOTES,
    LIST_NOTES,
    NOTES,
    SOURCES,
    TOP,
    USAGE_MONTHS,
    USAGE_NOTES,
)

Rows = Sequence[Sequence[CellValue]]

LIMITS = {"高": Limit(1, "工作日"), "中": Limit(3, "工作日"), "低": Limit(10, "工作日")}
"""异常用气核查: how long each severity may take; a low one goes with the next reading route. Source: `default`."""


@frozen
class Fresh:
    """What a button is about to write: rows of tables and of blocks, by name."""

    tables: Mapping[str, Rows]
    blocks: Mapping[str, Rows]


def fill(
    book: Book,
    results: Results,
    *,
    label: str = "读取异常",
    day: dt.date | None = None,
    sources: Rows | None = None,
    headers: Rows | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Bring the whole page up to date with the results of a scan; marks survive, and undo puts everything back.

    `day` is today where left out; `sources` are the settings, `headers` the rows of 读数表头 to be remembered with it; `at` is when, now
    when left out.
    """
    settings, meters = sources_of(book), meters_of_customers(book)
    owner = owners(book, meters)
    standing = sheet_states(book)
    remembered, faults = remembered_states(book, standing, lambda *numbers: owner(*numbers).name)
    made = _alarms([*standing, *remembered], results, owner, settings.listed_days, day or today())
    fresh = _page(book, results, made, owner, settings.listed_days, day or today())
    month = report_month(results, settings.month)
    fresh = _joined(fresh, _usage(results, month, owner), _forecast(results, owner))
    if sources is not None:
        fresh = _joined(fresh, Fresh({}, {SOURCES.name: sources}))
    if headers is not None:
        fresh = _joined(fresh, Fresh({READING_HEADERS.name: headers}, {}))
    write(book, label, fresh)
    faults += record_states(book, [*made.listed, *made.archive], at)
    return _outcome(results, made, [*faults, *meters.faults])


def fill_headers(book: Book, headers: Rows, sources: Rows) -> None:
    """List the headers of readings that are not understood, and remember where they are; undo takes both back."""
    write(book, "读取异常", Fresh({READING_HEADERS.name: headers}, {SOURCES.name: sources}))


def fill_usage(book: Book, results: Results) -> Outcome:
    """Bring 用气月报 up to date."""
    month = report_month(results, sources_of(book).month)
    fresh = _usage(results, month, owners(book, meters_of_customers(book)))
    write(book, "用气月报", fresh)
    count = len(fresh.tables[USAGE.name])
    total = sum(float(row[4]) for row in fresh.tables[USAGE.name] if isinstance(row[4], int | float))
    return Outcome(
        f"用气月报已更新：{month_text(month)}，{count} 户，共 {total:,.0f} m³。",
        data={"month": month_text(month), "customers": count, "m3": total},
    )


def fill_forecast(book: Book, results: Results) -> Outcome:
    """Bring 预测 up to date."""
    if not results.report.forecast:
        raise BookFault("上次扫描没有做预测。请按“读取异常”重新扫描，再按“预测”。")
    fresh = _forecast(results, owners(book, meters_of_customers(book)))
    write(book, "预测", fresh)
    count = len(fresh.tables[FORECAST.name])
    left = FORECAST.headers.index("可用天数")
    short = sum(isinstance(row[left], float) and row[left] < 7 for row in fresh.tables[FORECAST.name])  # type: ignore[operator]
    return Outcome(
        f"预测已更新：{count} 户；预收余额不够 7 天的 {short} 户，排在最前。",
        data={"customers": count, "short": short},
    )


def write(book: Book, label: str, fresh: Fresh) -> None:
    """Write tables and blocks, and remember what they replace."""
    tables = {name: book.read_table(name).rows for name in fresh.tables}
    blocks = {name: book.read_block(name) for name in fresh.blocks if book.has_name(name)}
    first, *others = tables
    undo.remember(
        book.location,
        undo.Replaced(label, first, {}, tables[first], blocks, {name: tables[name] for name in others}),
    )
    for name, rows in fresh.tables.items():
        book.replace_rows(name, rows)
    for name in blocks:
        book.write_block(name, fresh.blocks[name])


def owners(book: Book, meters: MeterOwners) -> OwnerOf:
    """Return who a customer is and whose, by customer or meter number, after table 客户."""
    people, claims = _people(book), meters.by_meter

    def owner(customer: str, meter: str) -> Owner:
        number = customer if customer in people or meter not in claims else claims[meter].customer
        return people.get(number, Owner())

    return owner


def _people(book: Book) -> dict[str, Owner]:
    table = book.read_table(CUSTOMER_TABLE)
    if "客户编号" not in table.headers:
        return {}
    columns = [texts_in(table, name) for name in ("客户编号", "客户名称", "客户经理", "班组")]
    return {
        number: Owner(name, person or team)
        for number, name, person, team in zip(*columns, strict=True)
        if number
    }


def _alarms(
    standing: Sequence[Cells], results: Results, owner: OwnerOf, days: float, day: dt.date
) -> AlarmList:
    return alarm_list(
        results.all_alarms(),
        [row for row in standing if not row.get("去向")],
        [row for row in standing if row.get("去向")],
        as_of=results.report.as_of,
        today=day,
        days=days,
        owner=owner,
        due=_due,
    )


@lru_cache(maxsize=4096)
def _due(found: dt.date, severity: str) -> dt.date | None:
    """Return by when an alarm is to be handled; None where no calendar of working days is installed."""
    return due(found, LIMITS[severity]).day if find_spec("chinese_calendar") else None


def _page(book: Book, results: Results, made: AlarmList, owner: OwnerOf, days: float, day: dt.date) -> Fresh:
    report = results.report
    asked = text_in(book.read_name(CHOSEN.name)) if book.has_name(CHOSEN.name) else ""
    blocks: dict[str, Rows] = {
        FIGURES.name: meter_summary.figures(made, report, day),
        BY_CHECK.name: meter_summary.by_check(made, report),
        NOTES.name: meter_summary.notes(made, report, days),
        TOP.name: meter_summary.top_customers(made),
        LIST_NOTES.name: [[_of_when(results) + f"，{day:%Y-%m-%d} 刷新。填好状态、结果、误报后再刷新，标记会保留。"]],
        **panel(results, asked, made, owner),
    }  # fmt: skip
    return Fresh(
        {ALARMS.name: _rows(ALARMS, made.listed), ARCHIVE.name: _rows(ARCHIVE, made.archive)}, blocks
    )


def _usage(results: Results, month: int, owner: OwnerOf) -> Fresh:
    rows = usage_rows(results, month, owner)
    said = f"报告月份 {month_text(month)}，{_of_when(results)}。估算占比高的先补读数。"
    labels = [month_labels(month - MONTHS_SHOWN + 1)]
    return Fresh({USAGE.name: _rows(USAGE, rows)}, {USAGE_MONTHS.name: labels, USAGE_NOTES.name: [[said]]})


def _forecast(results: Results, owner: OwnerOf) -> Fresh:
    rows = forecast_rows(results, owner)
    said = f"{_of_when(results)}。区间应包含八成的情况；余额不够 28 天的排在最前。"
    labels = [month_labels(first_month_ahead(results))]
    return Fresh(
        {FORECAST.name: _rows(FORECAST, rows)}, {FORECAST_MONTHS.name: labels, FORECAST_NOTES.name: [[said]]}
    )


def _joined(*parts: Fresh) -> Fresh:
    return Fresh(
        {name: rows for part in parts for name, rows in part.tables.items()},
        {name: rows for part in parts for name, rows in part.blocks.items()},
    )


def _rows(declared: SheetList, rows: Sequence[Cells]) -> Rows:
    return declared.rows(rows)


def _of_when(results: Results) -> str:
    return f"读数截至 {results.report.as_of:%Y-%m-%d %H:%M}"


def _outcome(results: Results, made: AlarmList, faults: Sequence[str]) -> Outcome:
    counts = Counter(str(row["级别"]) for row in made.listed)
    said = "、".join(f"{rank} {counts[rank]}" for rank in reversed(SEVERITIES))
    suppressed = f"，已抑制误报 {len(made.suppressed)} 条" if made.suppressed else ""
    older = f"，另有 {made.older} 条早已结束，没有列入" if made.older else ""
    report = results.report
    return Outcome(
        f"{report.meters} 块表、{report.readings:,} 条读数：列入异常 {len(made.listed)} 条（{said}）{suppressed}{older}。",
        [*faults, *(str(run) for run in report.not_run)],
        {
            "meters": report.meters,
            "readings": report.readings,
            "listed": len(made.listed),
            "severities": {rank: counts[rank] for rank in reversed(SEVERITIES)},
            "suppressed": len(made.suppressed),
            "older": made.older,
            "not_run": [run.code for run in report.not_run],
            "as_of": report.as_of.isoformat(),
        },
    )
