"""Grade or explain a file from the command line: a workbook in place, or a plain list into a new file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from ccgrade_xl import boundary
from ccgrade_xl.commands import explain_customer, explained, grade_customers, graded_outcome, import_customers
from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.hosts.result_files import csv_cell
from ccgrade_xl.inspection import findings
from ccgrade_xl.pages.customers import row_named, today
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table, result_columns
from ccgrade_xl.workbook.book import Outcome, Table
from ccgrade_xl.workbook.import_rows import import_tables, option_words
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS
from ccgrade_xl.workbook.replace_file import replace_file
from ccgrade_xl.workbook.sources import read_source
from ccgrade_xl.workbook.template import new_book

Status = Callable[[str, float | None], None]
WORKBOOKS = (".xlsm", ".xlsx")


def grade_file(
    file: Path, out: Path | None, rules: RuleSet | None, as_of: dt.date, status: Status
) -> Outcome:
    """Grade a file: a workbook into itself (or `out`), a CSV list into `out` (.csv, or .xlsm for a whole workbook).

    Without `out` a list's result goes beside it as `<name>_评级.csv`: the list itself is somebody else's.
    """
    if file.is_dir():
        raise FileFault(f"“{file}”是文件夹，不是文件。请选择一个文件。")
    if _is_workbook(file):
        book = ClosedFileBook(file, on_status=status)
        outcome = grade_customers(book, rules, as_of)
        book.commit(out)
        return outcome
    target = out or file.with_name(f"{file.stem}_评级.csv")
    if target.suffix.lower() == ".xlsm":
        return _into_new_book(file, target, rules, as_of, status)
    if target.suffix.lower() != ".csv":
        raise FileFault(
            f"“{file.name}”的评级结果可以写成 .csv 或 .xlsm，不能写成“{target.suffix}”；请改 -o 的文件名。"
        )
    return _into_csv(file, target, rules or RuleSet.default(), as_of)


def explain_in_file(file: Path, number: str, rules: RuleSet | None, as_of: dt.date | None = None) -> Outcome:
    """Explain one customer of a workbook, as of the day it stands graded of, or of a list, as of today, where no day is asked for."""
    if _is_workbook(file):
        return explain_customer(ClosedFileBook(file), number, rules, as_of)
    table, _ = _listed(file, rules or RuleSet.default())
    return explained(row_named(table, number), rules or RuleSet.default(), as_of or today())


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() in WORKBOOKS


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


def _into_csv(file: Path, target: Path, rules: RuleSet, as_of: dt.date) -> Outcome:
    table, imported = _listed(file, rules)
    grades = grade_table(table, rules, as_of)
    results = result_columns(grades)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*table.headers, *results])
    for row, result in zip(table.rows, zip(*results.values(), strict=True), strict=True):
        writer.writerow([csv_cell(cell) for cell in (*row, *result)])
    replace_file(target, text.getvalue().encode("utf-8-sig"), lambda _content: None)
    outcome = graded_outcome(table, grades, [*imported, *findings(table, rules, grades.customers)])
    return Outcome(
        f"{outcome.message}\n已写入 {target}。", outcome.attention, {**outcome.data, "out": str(target)}
    )


def _listed(file: Path, rules: RuleSet) -> tuple[Table, list[str]]:
    """Read a list as a table with our headers, and the sentences on rows that could not be taken."""
    results = import_tables(read_source(file), options=option_words(rules))
    rows = [row for result in results for row in result.rows]
    said = [str(row) for result in results for row in result.rejected]
    if not rows:
        raise FileFault(f"“{file.name}”里没有可以评级的客户行。{said[0] if said else ''}")
    table = Table(CUSTOMER_TABLE, tuple(column.name for column in INPUT_COLUMNS), rows, file.name)
    return table, said


def sample_usage(file: Path) -> Sequence[float]:
    """Return the monthly usage of every customer of a workbook or a list, NaN where unknown."""
    if _is_workbook(file):
        cells = ClosedFileBook(file).read_table(CUSTOMER_TABLE).column("月均用气量")
    else:
        cells = _listed(file, RuleSet.default())[0].column("月均用气量")
    return [float(usage) for usage in boundary.customers_from({"月均用气量": cells}, len(cells)).usage]
