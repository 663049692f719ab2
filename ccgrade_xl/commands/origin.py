"""Where did a cell of table 客户 come from? Asked on the command line and beside 解释所选客户."""

from __future__ import annotations

from collections.abc import Sequence

from ccgrade_xl.errors import BookFault, CcgradeError
from ccgrade_xl.pages.customers import read_customers, row_of
from ccgrade_xl.pages.ledger import has_ledger, reading
from ccgrade_xl.pages.verification.asking import shown_value
from ccgrade_xl.sourcing import BookSources, read_sources
from ccgrade_xl.workbook.book import Book, Outcome, Table
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.origins import Origin
from ccgrade_xl.workbook.verification import ON_SITE, SHEET

_NAMES = tuple(column.name for column in INPUT_COLUMNS if column.name != KEY)


def origin_of(book: Book, number: str, columns: Sequence[str] = ()) -> Outcome:
    """Say where a customer's values came from: of one column, or of every input column."""
    table = read_customers(book)
    row = row_of(table, number)
    wanted = tuple(columns) or tuple(name for name in _NAMES if name in table.headers)
    for column in wanted:
        if column not in _NAMES:
            raise BookFault(f"“{column}”不是导入的列，没有来源；可以查：{'、'.join(_NAMES)}。")
    sources = read_sources(book)
    if sources is None:
        raise BookFault(f"工作簿里没有“{SHEET}”页的来源表，查不到来源；请用新模板重建工作簿后导入。")
    verified, said = _verified(book, number)
    lines = {column: _line(table, row, number, column, sources, verified) for column in wanted}
    message = "\n".join([f"{number} 的来源：", *(f"{column}：{line}" for column, line in lines.items())])
    return Outcome(message, said, {"customer": number, "origins": lines})


def origins_in_short(book: Book, number: str) -> str:
    """Return one line that names the sources of a customer's values, column by column; "" where none is known."""
    sources = read_sources(book)
    table = read_customers(book)
    columns: dict[str, list[str]] = {}
    for column in _NAMES if sources is not None else ():
        origin = sources.sourcing.origins.of(number, column) if sources is not None else None
        if origin is None or column not in table.headers:
            continue
        still = origin.still(table.column(column)[row_of(table, number)])
        came = (
            f"{origin.batch.person}核实 {origin.batch.day:%Y-%m-%d}"
            if origin.batch.source == ON_SITE
            else origin.batch.shown
        )
        columns.setdefault(came if still else f"{came}，后手工改过", []).append(column)
    listed = "；".join(f"{'、'.join(names)}（{came}）" for came, names in columns.items())
    return f"资料来源：{listed}" if listed else ""


def _line(
    table: Table, row: int, number: str, column: str, sources: BookSources, verified: dict[str, str]
) -> str:
    cell = table.column(column)[row] if column in table.headers else None
    shown = f"“{shown_value(cell)}”" if cell is not None else "空"
    origin = sources.sourcing.origins.of(number, column)
    if origin is None:
        return (
            f"{shown}，没有来源记录（手工填写，或导入于本功能启用之前）"
            if cell is not None
            else "空，没有来源"
        )
    came = _came(origin)
    if column in verified and origin.batch.source == ON_SITE:
        came += verified[column]
    if not origin.still(cell):
        came = f"导入后手工改过；导入时来自{came}"
    conflict = sources.sourcing.conflicts.get((number, column))
    if conflict is not None:
        day = f" {conflict.other_day:%Y-%m-%d}" if conflict.other_day else ""
        came += f"；与“{conflict.other}”（{conflict.other_from}{day}）不一致"
    return f"{shown}，{came}"


def _came(origin: Origin) -> str:
    batch = origin.batch
    if batch.source == ON_SITE:
        return f"{batch.person}于 {batch.day:%Y-%m-%d} 核实"
    sheet = f"工作表“{batch.sheet}”" if batch.sheet else ""
    return (
        f"{batch.source}，文件“{batch.file}”{sheet}第 {origin.row} 行，数据日期 {batch.day:%Y-%m-%d}，"
        f"{batch.taken:%Y-%m-%d} 导入"
    )


def _verified(book: Book, number: str) -> tuple[dict[str, str], list[str]]:
    """Return what the ledger adds to a verified value: what stood before, and the evidence."""
    if not has_ledger(book):
        return {}, []
    from ccgrade_xl.casework.ledger.records import Verified  # noqa: PLC0415 - only a book with a ledger waits for it

    try:
        with reading(book) as view:
            records = [entry.record for entry in view.current(Verified, customer=number)]
    except CcgradeError as fault:
        return {}, [f"台账里的核实依据没有读出来：{fault}"]
    return {
        record.column: f"（原值“{record.before}”，依据：{record.evidence or '没有写'}）" for record in records
    }, []
