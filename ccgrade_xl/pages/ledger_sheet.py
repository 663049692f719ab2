"""评级台账: what its blocks and its list show of the ledger, and how they are filled."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ccgrade_xl import boundary
from ccgrade_xl.errors import LedgerFault, NotUnderstood
from ccgrade_xl.pages.ledger import entered, entered_month
from ccgrade_xl.rules.ruleset import STARS, UNDECIDED
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.book import Book, CellValue

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import FrozenTable, View

Row = Sequence[CellValue]


def shown_months(book: Book, view: View) -> tuple[str, str]:
    """Return the month the sheet shows and the one it is compared with, "" where there is none.

    Raises `LedgerFault` for a month that is named and not frozen.
    """
    months = view.months()
    shown = _named_month(book, sheet.SHOWN_MONTH, months) or (months[-1] if months else "")
    before = [month for month in months if month < shown]
    return shown, _named_month(book, sheet.COMPARED_MONTH, months) or (before[-1] if before else "")


def write_ledger(
    book: Book,
    view: View,
    today: dt.date,
    closing: str,
) -> str:
    """Show the ledger on the sheet: the checklist of the month `closing`, every block, the month list.

    Returns the month shown. What hangs on the rules that stand in the book is `rule_impact`'s.
    """
    shown, compared = shown_months(book, view)
    write_state(book, view)
    write_checklist(book, view, closing, today)
    _write(book, sheet.HISTORY.name, list(_history(view)))
    _write(book, sheet.CUSTOMER_LINE.name, list(_line(view, entered(book, sheet.SHOWN_CUSTOMER))))
    _write(book, sheet.RECORDS.name, list(_records(view, entered(book, sheet.SHOWN_CUSTOMER))))
    _write_months(book, view, shown, compared)
    _write_discrimination(book, view)
    return shown


def write_state(book: Book, view: View) -> None:
    """Say how many months and records the ledger holds."""
    _write(book, sheet.STATE, [[_state(view)]])


def write_checklist(book: Book, view: View, month: str, today: dt.date) -> None:
    """Show how far the close of a month is, by the days that are entered on the sheet."""
    from ccgrade_xl.casework.close_checklist import checklist, manual_with_days  # noqa: PLC0415

    steps = checklist(view, month, today, manual_with_days(step_days(book)))
    rows = [[step.owner, step.due, step.state, step.done_by, step.done_on] for step in steps]
    _write(book, sheet.CHECKLIST.name, rows)


def step_days(book: Book) -> dict[str, int]:
    """Return by which day of the next month each step is due. Raises `NotUnderstood` for a day there is not."""
    if not book.has_name(sheet.DAYS):
        return {}
    days = {}
    for step, default, row in zip(sheet.STEPS, sheet.STEP_DAYS, book.read_block(sheet.DAYS), strict=True):
        day = boundary.read_number(row[0], "天")
        if math.isnan(day):
            day = float(default)
        if not day.is_integer() or not 1 <= day <= 28:
            raise NotUnderstood(
                f"“评级台账”月结清单里“{step}”的期限是 {boundary.shown(row[0])}，请填 1 到 28 的整数。"
            )
        days[step] = int(day)
    return days


def ledger_before(book: Book) -> dict[str, Sequence[Row]]:
    """Return the blocks and sentences as they stand, for 撤销本次评级."""
    names = (*sheet.SENTENCES, *(block.name for block in sheet.BLOCKS))
    return {name: book.read_block(name) for name in names if book.has_name(name)}


def _named_month(book: Book, name: str, months: Sequence[str]) -> str:
    month = entered_month(book, name)
    if month and month not in months:
        raise LedgerFault(
            f"{month} 还没有月结；已月结的月份：{'、'.join(months) or '无'}。请改“评级台账”里的月份。"
        )
    return month


def _write(book: Book, name: str, rows: Sequence[Row]) -> None:
    if book.has_name(name):
        book.write_block(name, [[_cell(cell) for cell in row] for row in rows])


def _state(view: View) -> str:
    months, head = view.months(), view.head()
    if not head.number:
        return "台账是空的：还没有记录。"
    if not months:
        return f"共 {head.number} 条记录，还没有月结。"
    return f"已月结 {len(months)} 个月（{months[0]} 至 {months[-1]}），共 {head.number} 条记录。"


def _history(view: View) -> Iterator[Row]:
    from ccgrade_xl.casework.ledger import GradesCorrected, MonthFrozen  # noqa: PLC0415

    corrected = view.entries(GradesCorrected)
    for entry in view.entries(MonthFrozen)[-sheet.HISTORY.rows :]:
        month = entry.record.month
        totals = {total.star: total for total in view.totals(month)}
        counts = {star: total.customers for star, total in totals.items()}
        scored = sum(total.scored for total in totals.values())
        score = sum(total.score for total in totals.values())
        yield (
            month,
            entry.at.astimezone().replace(tzinfo=None),
            entry.person,
            sum(counts.values()),
            sum(count for star, count in counts.items() if star),
            *(counts.get(star, 0) for star in (*STARS, UNDECIDED)),
            sum(each.record.customers for each in corrected if each.record.month == month),
            round(score / scored, 6) if scored else None,
            sum(total.usage for star, total in totals.items() if star),
            entry.rule_version,
        )


def _line(view: View, customer: str) -> Iterator[Row]:
    if not customer:
        return
    headers = sheet.CUSTOMER_LINE.headers
    found = view.history(customer, headers[1:], sheet.CUSTOMER_LINE.rows)
    if not len(found):
        yield ("—", f"台账里没有客户 {customer}")
    for row in found.rows():
        yield [_cell(value) for value in row]


def _records(view: View, customer: str) -> Iterator[Row]:
    """Yield the last records, of a customer where one is named: when, whose, who, what kind, what it says."""
    from ccgrade_xl.casework.ledger import Record, said  # noqa: PLC0415

    for entry in reversed(view.entries(Record, customer=customer, last=sheet.RECORDS.rows)):
        when = entry.at.astimezone().replace(tzinfo=None)
        record = entry.record
        yield when, record.customer or None, entry.person, record.title, said(record)


def _write_months(book: Book, view: View, shown: str, compared: str) -> None:
    """Show the month: its list, and where there is one to compare with, who moved and what has shifted."""
    from ccgrade_xl.casework.health.migration import migrations  # noqa: PLC0415
    from ccgrade_xl.casework.health.stability import stability  # noqa: PLC0415
    from ccgrade_xl.casework.ledger import FROZEN_HEADERS  # noqa: PLC0415
    from ccgrade_xl.rules.indicators import INDICATORS  # noqa: PLC0415

    headers = [header for header in sheet.MONTH_LIST.headers if header in FROZEN_HEADERS]
    headers += [row.result for row in INDICATORS]
    after = view.frozen(shown, headers) if shown else None
    before = view.frozen(compared, headers) if compared else None
    moved = "还没有可以对比的两个月。"
    for block in (*sheet.MIGRATIONS.values(), sheet.STABILITY):
        _write(book, block.name, [(label,) for label in block.labels])
    if after is not None and before is not None:
        for matrix in migrations(before, after):
            block = sheet.MIGRATIONS[matrix.header]
            rows = zip(block.labels, matrix.counts.tolist(), strict=True)
            _write(book, block.name, [(label, *map(float, counts)) for label, counts in rows])
            if matrix.header == "星级":
                moved = f"{compared} → {shown}：星级升 {matrix.risen} 户，降 {matrix.fallen} 户，不变 {matrix.stayed} 户。"
        found = stability(before, after)
        _write(book, sheet.STABILITY.name, [(each.name, _cell(each.psi), each.light) for each in found])
    _write(book, sheet.COMPARISON, [[moved]])
    if sheet.MONTH_LIST.name in book.table_names():
        book.replace_rows(sheet.MONTH_LIST.name, _month_rows(after, before))


def _month_rows(after: FrozenTable | None, before: FrozenTable | None) -> list[list[CellValue]]:
    """Return the rows of the month list, column by column: there may be tens of thousands."""
    if after is None:
        return []
    rank = {star: at for at, star in enumerate(reversed(STARS))}
    columns: dict[str, list[CellValue]] = {
        header: [None if cell == "" or cell != cell else cell for cell in after[header].tolist()]  # noqa: PLR0124 - NaN
        for header in sheet.MONTH_LIST.headers
        if header in after
    }
    columns |= dict.fromkeys(("对比星级", "变动"), [None] * len(after))
    if before is not None:
        stood = dict(zip(before["客户编号"].tolist(), before["星级"].tolist(), strict=True))
        was = [stood.get(str(number)) for number in columns["客户编号"]]
        columns["对比星级"] = [star or None for star in was]
        columns["变动"] = [
            _moved(rank, old, str(new or "")) for old, new in zip(was, columns["星级"], strict=True)
        ]
    return [list(row) for row in zip(*(columns[header] for header in sheet.MONTH_LIST.headers), strict=True)]


def _moved(ladder: Mapping[str, int], was: str | None, star: str) -> str | None:
    if was is None:
        return "新增"
    if was not in ladder or star not in ladder:
        return None if was == star else "其他"
    return "升" if ladder[star] > ladder[was] else "降" if ladder[star] < ladder[was] else "不变"


def _write_discrimination(book: Book, view: View) -> None:
    """Show how the latest month that lies six months back told good customers from bad ones."""
    from ccgrade_xl.casework.health.discrimination import HORIZON, discriminations  # noqa: PLC0415

    months = view.months()
    if not months or not book.has_name(sheet.DISCRIMINATION.name):
        return
    month = months[-1 - HORIZON] if len(months) > HORIZON else months[0]
    found = discriminations(view, month)
    rows = [
        (each.name, each.customers, each.bads, _cell(each.ks), _cell(each.gini), each.verdict)
        for each in found
    ]
    _write(book, sheet.DISCRIMINATION.name, rows)
    _write(book, sheet.GOOD_MONTH, [[f"{month} 的得分，看其后 {HORIZON} 个月里逾期超过 30 天的客户。"]])


def _cell(value: object) -> CellValue:
    if isinstance(value, float) and math.isnan(value):
        return None
    return boundary.cell_of(value)  # type: ignore[arg-type]
