"""月均用气量 and 在用月数 of table 客户 from what the meters counted, where the user asks for it."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ccgrade_xl import boundary, undo
from ccgrade_xl.errors import BookFault, CellFault
from ccgrade_xl.meters.result_records import MeteredUse
from ccgrade_xl.meters.results import Results
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier
from ccgrade_xl.workbook.layout import COLUMN, CUSTOMER_TABLE

KEY, USAGE, MONTHS = "客户编号", "月均用气量", "在用月数"
LABEL = "按读数填写用气量"
APART = 0.2
"""Metered and standing usage that differ by more than this share of the standing one are listed."""


@frozen
class Change:
    """A customer whose cells change: where it stands in the table, what stood there, what the meters say."""

    row: int
    number: str
    before: tuple[CellValue, CellValue]
    after: MeteredUse


def metered_changes(table: Table, results: Results) -> list[Change]:
    """Return the customers of table 客户 whose cells differ from what their meters counted.

    A customer whose meters sent nothing, or not for one whole month, keeps what stands there. Raises `BookFault` where a column
    is missing.
    """
    lacking = [name for name in (KEY, USAGE, MONTHS) if name not in table.headers]
    if lacking:
        raise BookFault(f"“客户数据”缺少“{'、'.join(lacking)}”列，请补上后再试。")
    known = results.metered_use()
    cells = zip(*(table.column(name) for name in (KEY, USAGE, MONTHS)), strict=True)
    changes = []
    for row, (key, *before) in enumerate(cells):
        number = _number(key, results)
        after = known.get(number)
        if after is None or after.mean_m3 is None:
            continue
        after = MeteredUse(round(after.mean_m3, 1), after.months)
        if [_read(*cell) for cell in zip((USAGE, MONTHS), before, strict=True)] != [
            after.mean_m3,
            float(after.months),
        ]:
            changes.append(Change(row, number, (before[0], before[1]), after))
    return changes


def fill_metered_usage(book: Book, results: Results) -> Outcome:
    """Write what the meters counted into table 客户; 撤销本次评级 puts the cells back. Grades stay until the next 一键评级."""
    table = book.read_table(CUSTOMER_TABLE)
    changes = metered_changes(table, results)
    data: dict[str, object] = {"changed": len(changes), "customers": [change.number for change in changes]}
    if not changes:
        return Outcome("“客户数据”里的月均用气量和在用月数与读数一致，没有改动。", data=data)
    before = {name: table.column(name) for name in (USAGE, MONTHS)}
    fresh = {name: list(cells) for name, cells in before.items()}
    for change in changes:
        fresh[USAGE][change.row] = change.after.mean_m3
        fresh[MONTHS][change.row] = float(change.after.months)
    undo.remember(book.location, undo.Replaced(LABEL, CUSTOMER_TABLE, before, None, {}))
    book.write_columns(CUSTOMER_TABLE, fresh)
    return Outcome(
        f"已按读数填写 {len(changes)} 户的月均用气量和在用月数，请再按“一键评级”。",
        _far_apart(table, changes),
        data,
    )


def _far_apart(table: Table, changes: Sequence[Change]) -> list[str]:
    """Name the customers whose metered usage is far from what stood there."""
    said = []
    for change in changes:
        stood, metered = _read(USAGE, change.before[0]), change.after.mean_m3
        if stood is None or metered is None or abs(metered - stood) <= APART * stood:
            continue
        place = f"{table.sheet or table.name}第 {table.first_row + change.row} 行"
        share = f"相差 {abs(metered - stood) / stood:.0%}" if stood else "原来是 0"
        said.append(
            f"{place} 客户 {change.number}：原来 {stood:,.1f}，读数 {metered:,.1f} m³/月，{share}，请核对。"
        )
    return said


def _number(cell: CellValue, results: Results) -> str:
    try:
        number = identifier(cell) or ""
        return results.with_zeros(number) if number.isdigit() else number
    except (UnusableIdentifier, CellFault):
        return ""


def _read(column: str, cell: CellValue) -> float | None:
    try:
        number = boundary.read_number(cell, COLUMN[column].unit)
    except CellFault:
        return None
    return None if number != number else number  # noqa: PLR0124 - NaN: blank
