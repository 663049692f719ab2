"""流程手册: the processes under way get their last day and their state, by the limits that stand on the sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from ccgrade_xl import boundary
from ccgrade_xl.casework.cases import Case, CaseState, case_state
from ccgrade_xl.casework.processes import Manual, default_manual, manual_of
from ccgrade_xl.errors import CcgradeError, CellFault, NotUnderstood
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.processes import CASE_LIST, STEP_LIST

Row = Mapping[str, CellValue]
FILLED = ("客户名称", "岗位", "时限", "到期日", "情况")


def read_manual(book: Book) -> Manual:
    """Return the manual as it stands in table 流程步骤; the shipped one where a book has no such table."""
    if STEP_LIST.name not in book.table_names():
        return default_manual()
    rows = STEP_LIST.records(book.read_table(STEP_LIST.name))
    return manual_of([{header: boundary.text_of(cell) for header, cell in row.items()} for row in rows])


def case_columns(
    book: Book, customers: Table, as_of: dt.date
) -> tuple[dict[str, list[CellValue]], list[str]]:
    """Return what is to be filled in beside the processes under way, and a sentence for each that wants attention."""
    if CASE_LIST.name not in book.table_names():
        return {}, []
    table = book.read_table(CASE_LIST.name)
    CASE_LIST.records(table)  # names the columns that are missing
    manual, names = read_manual(book), _names(customers)
    rows: list[list[CellValue]] = []
    attention = []
    for at, cells in enumerate(table.rows, table.first_row):
        row = dict(zip(table.headers, cells, strict=True))
        if all(boundary.is_blank(row[header]) for header in CASE_LIST.entered):
            rows.append([None] * len(FILLED))
            continue
        found = _state(row, manual, as_of)
        name = names.get(boundary.text_of(row["客户编号"]))
        place = f"{CASE_LIST.sheet}第 {at} 行 {boundary.text_of(row['流程'])}·{boundary.text_of(row['步骤'])}"
        if isinstance(found, str):
            rows.append([name, None, None, None, found])
            attention.append(f"{place}：{found}")
            continue
        rows.append([name, found.owner, found.limit, found.due, found.state])
        if found.is_late:
            attention.append(f"{place}：{found.state}（{found.due} 到期）。")
    return {header: [row[at] for row in rows] for at, header in enumerate(FILLED)}, attention


def case_rows_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return the rows of 在办流程 as they stand, for 撤销本次评级."""
    return (
        {CASE_LIST.name: book.read_table(CASE_LIST.name).rows} if CASE_LIST.name in book.table_names() else {}
    )


def _state(row: Row, manual: Manual, as_of: dt.date) -> CaseState | str:
    """Return how a row's case stands, or the sentence that says what it lacks."""
    try:
        start = _day(row, "开始日期")
        if start is None:
            raise NotUnderstood("缺开始日期，请填写。")
        extended = bool(boundary.text_of(row["延期批准人"]))
        process, step = boundary.text_of(row["流程"]), boundary.text_of(row["步骤"])
        return case_state(Case(process, step, start, extended, _day(row, "办结日期")), manual, as_of)
    except CcgradeError as fault:
        return str(fault)


def _day(row: Row, header: str) -> dt.date | None:
    try:
        return boundary.read_date(row[header])
    except CellFault as fault:
        raise NotUnderstood(f"{header}：{fault}") from None


def _names(customers: Table) -> dict[str, CellValue]:
    if "客户编号" not in customers.headers or "客户名称" not in customers.headers:
        return {}
    numbers = (boundary.text_of(cell) for cell in customers.column("客户编号"))
    return dict(zip(numbers, customers.column("客户名称"), strict=True))
