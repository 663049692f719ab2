"""客户数据: the customers and the rules as they stand in a book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault, Cancelled
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.rules.tables import rules_from_tables
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, alike_but_for_zeros, identifier
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import KEY

INPUTS = frozenset(column.name for column in INPUT_COLUMNS)
"""The headers of what the user enters; the others are results."""


def read_customers(book: Book, *, blank_rows: bool = False) -> Table:
    """Read table 客户. Rows at the end that hold nothing are left out unless asked for."""
    table = book.read_table(CUSTOMER_TABLE)
    if blank_rows:
        return table
    rows = list(table.rows)
    inputs = [at for at, header in enumerate(table.headers) if header.strip() in INPUTS]
    while rows and all(boundary.is_blank(rows[-1][at]) for at in inputs):
        rows.pop()
    if not rows:
        raise BookFault("“客户数据”里还没有客户，请先导入或粘贴客户资料。")
    _refuse_untold_customers(table, rows)
    return Table(table.name, table.headers, rows, table.sheet, table.first_row, table.first_column)


def _refuse_untold_customers(table: Table, rows: Sequence[Sequence[CellValue]]) -> None:
    """Raise `BookFault` where no customer number of the table can be trusted: nobody could tell whose grade it is."""
    if KEY not in table.headers:
        return
    first: tuple[int, UnusableIdentifier] | None = None
    for row, cell in enumerate(cells[table.headers.index(KEY)] for cells in rows):
        try:
            if identifier(cell) is not None:
                return
        except UnusableIdentifier as reason:
            first = first or (row, reason)
    if first is not None:
        place = f"{table.sheet or table.name}第 {table.first_row + first[0]} 行"
        raise BookFault(f"{place}的客户{first[1]}；没有一个可靠的客户编号，没有评级。")


def customer_numbers(table: Table) -> list[str]:
    """Return the numbers of table 客户, row by row; "" for none, and for one that cannot be trusted, which 检查数据 tells."""
    if KEY not in table.headers:
        return [""] * len(table.rows)
    return [_number(cell) for cell in table.column(KEY)]


def _number(cell: CellValue) -> str:
    try:
        return identifier(cell) or ""
    except UnusableIdentifier:
        return ""


def rules_of(book: Book) -> RuleSet:
    """Return the rule set of a book's 评分规则 tables; tables it lacks are the default's."""
    present = [name for name in book.table_names() if name in RULE_TABLES]
    tables = {name: book.read_table(name) for name in present}
    return rules_from_tables(
        {name: (table.headers, table.rows) for name, table in tables.items()},
        first_rows={name: table.first_row for name, table in tables.items()},
    )


def row_of(table: Table, number: str) -> int:
    """Return where in table 客户 a customer stands, named as `number_meant` takes it."""
    return customer_numbers(table).index(number_meant(table, number))


def number_meant(table: Table, number: str) -> str:
    """Return the number of table 客户 that is meant: the same, or the only one that differs by leading zeros.

    Raises `BookFault` where there is none, or where several differ by zeros alone.
    """
    if KEY not in table.headers:
        raise BookFault("表里没有“客户编号”列，找不到客户。")
    numbers, wanted = customer_numbers(table), number.strip()
    if wanted in numbers:
        return wanted
    alike = list(dict.fromkeys(each for each in numbers if alike_but_for_zeros((each, wanted))))
    if not alike:
        raise BookFault(f"“{table.sheet or table.name}”里没有客户编号 {number}，请核对。")
    if len(alike) > 1:
        raise BookFault(f"客户编号 {number} 可能是 {' 或 '.join(alike)}，请写明前面的 0。")
    return alike[0]


def row_named(table: Table, number: str) -> Table:
    """Return the one row of table 客户 that a customer number names. Raises `BookFault` where there is none."""
    at = row_of(table, number)
    return Table(
        table.name, table.headers, [table.rows[at]], table.sheet, table.first_row + at, table.first_column
    )


def graded_day(table: Table) -> dt.date | None:
    """Return the day the customers stand graded of, the latest where there are several; None where none is."""
    cells = table.column("评级日期") if "评级日期" in table.headers else []
    days = {day for cell in cells if (day := boundary.read_date(cell)) is not None}
    return max(days, default=None)


def stop_if_cancelled(book: Book) -> None:
    """Raise `Cancelled` once the user has asked to stop."""
    if book.cancelled():
        raise Cancelled("已取消，什么都没有改变。")


def day_of(at: dt.datetime | None) -> dt.date:
    """Return the user's own day at a moment; today when left out."""
    return today() if at is None else at.astimezone().date()


def today() -> dt.date:
    """Return the user's own day."""
    return dt.datetime.now().astimezone().date()
