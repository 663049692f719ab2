"""Grade or explain a file from the command line: a workbook or a list on a sheet in place, a CSV into a new file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from attrs import evolve

from ccgrade_xl import boundary
from ccgrade_xl.commands import (
    explain_customer,
    explained,
    grade_customers,
    graded_outcome,
    import_customers,
    rules_of,
)
from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.customer_list import CustomerList, read_customer_list
from ccgrade_xl.hosts.result_files import csv_cell
from ccgrade_xl.inspection import findings
from ccgrade_xl.pages.customers import graded_day, row_named, today
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table, result_columns
from ccgrade_xl.workbook.book import CellValue, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.replace_file import replace_file
from ccgrade_xl.workbook.template import new_book

Status = Callable[[str, float | None], None]
WORKBOOKS = (".xlsm", ".xlsx")


def grade_file(
    file: Path, out: Path | None, rules: RuleSet | None, as_of: dt.date, status: Status
) -> Outcome:
    """Grade a file: a workbook into itself (or `out`), a list into itself, `out`, or a whole workbook (`out` .xlsm).

    A list in a spreadsheet gets its results on the right. One in any other file is somebody else's as it is: without
    `out` its result goes beside it as `<name>_评级.csv`.
    """
    if file.is_dir():
        raise FileFault(f"“{file}”是文件夹，不是文件。请选择一个文件。")
    book = ClosedFileBook(file, on_status=status) if _is_workbook(file) else None
    if book is not None and not book.holds_list:
        outcome = grade_customers(book, rules, as_of)
        book.commit(out)
        return outcome
    target = out or (file.with_name(f"{file.stem}_评级.csv") if book is None else file)
    kind = target.suffix.lower()
    if book is not None and kind == file.suffix.lower():
        return _beside_the_list(book, target, rules or rules_of(book), as_of)
    if kind == ".xlsm":
        return _into_new_book(file, target, rules, as_of, status)
    if kind == ".csv":
        chosen = rules or (RuleSet.default() if book is None else rules_of(book))
        return _into_csv(read_customer_list(file, chosen, book), target, chosen, as_of)
    kinds = dict.fromkeys((".csv", ".xlsm") if book is None else (file.suffix.lower(), ".csv", ".xlsm"))
    *others, last = kinds
    raise FileFault(
        f"“{file.name}”的评级结果可以写成 {'、'.join(others)} 或 {last}，不能写成“{target.suffix}”；请改 -o 的文件名。"
    )


def explain_in_file(file: Path, number: str, rules: RuleSet | None, as_of: dt.date | None = None) -> Outcome:
    """Explain one customer of a workbook or a list, as of the day it stands graded of where no day is asked for."""
    book = ClosedFileBook(file) if _is_workbook(file) else None
    if book is not None and not book.holds_list:
        return explain_customer(book, number, rules, as_of)
    chosen = rules or (RuleSet.default() if book is None else rules_of(book))
    row = row_named(read_customer_list(file, chosen, book).graded_table, number)
    return explained(row, chosen, as_of or graded_day(row) or today())


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() in WORKBOOKS


def _beside_the_list(book: ClosedFileBook, target: Path, rules: RuleSet, as_of: dt.date) -> Outcome:
    """Write results to the right of a list's customers; rows that are none get none."""
    listed, body = read_customer_list(book.path, rules, book), book.read_table(CUSTOMER_TABLE)
    outcome, results = _graded(listed, rules, as_of, restored=False)
    columns: dict[str, list[CellValue]] = {}
    for name, values in results.items():
        columns[name] = [None] * len(body.rows)
        for row, value in zip(listed.rows, values, strict=True):
            columns[name][row - body.first_row] = value
    book.write_columns(CUSTOMER_TABLE, columns)
    book.commit(target)
    return outcome


def _into_new_book(
    file: Path, target: Path, rules: RuleSet | None, as_of: dt.date, status: Status
) -> Outcome:
    new_book(target)
    book = ClosedFileBook(target, on_status=status)
    imported = import_customers(book, [file])
    graded = grade_customers(book, rules, as_of)
    book.commit()
    return Outcome(
        f"{imported.message}\n{graded.message}", [*imported.attention, *graded.attention], graded.data
    )


def _into_csv(listed: CustomerList, target: Path, rules: RuleSet, as_of: dt.date) -> Outcome:
    outcome, results = _graded(listed, rules, as_of, restored=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*listed.table.headers, *results])
    for row, result in zip(listed.table.rows, zip(*results.values(), strict=True), strict=True):
        writer.writerow([csv_cell(cell) for cell in (*row, *result)])
    replace_file(target, text.getvalue().encode("utf-8-sig"), lambda _content: None)
    return evolve(
        outcome, message=f"{outcome.message}\n已写入 {target}。", data={**outcome.data, "out": str(target)}
    )


def _graded(
    listed: CustomerList, rules: RuleSet, as_of: dt.date, *, restored: bool
) -> tuple[Outcome, dict[str, list[CellValue]]]:
    """Grade a list; return what to say and the result columns, one value a customer."""
    table = listed.table
    grades = grade_table(table, rules, as_of)
    found = findings(table, rules, grades.customers, listed.places)
    outcome = graded_outcome(table, grades, [*listed.attention(restored=restored), *found])
    return outcome, result_columns(grades)


def sample_usage(file: Path) -> Sequence[float]:
    """Return the monthly usage of every customer of a workbook or a list, NaN where unknown."""
    book = ClosedFileBook(file) if _is_workbook(file) else None
    if book is not None and not book.holds_list:
        table = book.read_table(CUSTOMER_TABLE)
    else:
        table = read_customer_list(file, RuleSet.default(), book).table
    cells = table.column("月均用气量")
    return [float(usage) for usage in boundary.customers_from({"月均用气量": cells}, len(cells)).usage]
