"""导入: bring customers from files into table 客户, and say what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ccgrade_xl import boundary, undo
from ccgrade_xl.errors import Cancelled, FileFault
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, Outcome, Table
from ccgrade_xl.workbook.cells import ROWS
from ccgrade_xl.workbook.import_rows import ImportResult, import_tables, option_words
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.merge import Merged, merge_customers
from ccgrade_xl.workbook.sources import SourceTable, read_source


def import_into(book: Book, paths: Sequence[Path], rules: RuleSet) -> Outcome:
    """Import files into a book: customers it knows are updated, new ones appended; results are left as they are.

    Nothing is written before every file is read. Raises `FileFault` or `BookFault` for a file that is no list.
    """
    standing = _without_blank_rows(book.read_table(CUSTOMER_TABLE))
    known = [text for cell in standing.column(KEY) if (text := _number(cell)) is not None]
    results: list[ImportResult] = []
    for at, path in enumerate(paths):
        book.status(f"正在读取 {path.name}……", at / (len(paths) + 1))
        tables = read_source(path)
        _refuse_too_many(tables, standing)
        results += import_tables(tables, known_ids=known, options=option_words(rules))
        if book.cancelled():
            raise Cancelled("已取消导入，什么都没有改变。")
    _refuse_nothing(results)
    merged = merge_customers(standing, results)
    book.status(f"正在写入 {len(merged.rows)} 户……", len(paths) / (len(paths) + 1))
    undo.remember(book.location, undo.Replaced("导入", CUSTOMER_TABLE, {}, standing.rows, {}))
    book.replace_rows(CUSTOMER_TABLE, merged.rows)
    return _outcome(results, merged)


def _number(cell: object) -> str | None:
    return None if boundary.error_in(cell) is not None else boundary.read_text(cell)


def _refuse_too_many(tables: Sequence[SourceTable], standing: Table) -> None:
    """Raise `FileFault` for a list that table 客户 has no room for, before its rows are judged."""
    room = ROWS - standing.first_row + 1
    for table in tables:
        given = len(table.rows) if len(table.rows) <= room else sum(map(any, table.rows))
        if given > room:
            raise FileFault(
                f"{table.where}有 {given} 行，“{CUSTOMER_TABLE}”表最多放 {room} 行。请拆成几个文件，导入几个工作簿。"
            )


def _refuse_nothing(results: Sequence[ImportResult]) -> None:
    """Raise `FileFault` where no row of any file became a customer, naming the first row's cause."""
    if any(result.rows for result in results):
        return
    rejected = [row for result in results for row in result.rejected]
    if not rejected:
        raise FileFault(f"{results[0].source.where}只有表头，没有客户行，什么都没有导入。请核对文件。")
    others = f"另有 {len(rejected) - 1} 行也没有导入。" if len(rejected) > 1 else ""
    raise FileFault(f"{rejected[0]}{others}没有一户可以导入，工作簿没有改动。")


def _without_blank_rows(table: Table) -> Table:
    rows = [row for row in table.rows if any(not boundary.is_blank(cell) for cell in row)]
    return Table(table.name, table.headers, rows, table.sheet, table.first_row, table.first_column)


def _outcome(results: Sequence[ImportResult], merged: Merged) -> Outcome:
    read, blank = sum(result.read for result in results), sum(result.blank for result in results)
    rejected = [row for result in results for row in result.rejected]
    imported = sum(len(result.rows) for result in results)
    message = (
        f"读取 {read} 行：导入 {imported} 行（新增 {merged.added} 户，更新 {merged.changed} 户，"
        f"没有变化 {merged.unchanged} 户），拒绝 {len(rejected)} 行，空行 {blank} 行。"
    )
    attention = [str(row) for row in rejected]
    for result in results:
        attention += [*result.mapping.notes, *result.attention]
    attention += merged.attention
    data = {
        "read": read,
        "imported": imported,
        "added": merged.added,
        "changed": merged.changed,
        "unchanged": merged.unchanged,
        "blank": blank,
        "rejected": [{"file": r.file, "sheet": r.sheet, "row": r.row, "cause": r.cause} for r in rejected],
        "mappings": [_mapping(result) for result in results],
    }
    return Outcome(message, attention, data)


def _mapping(result: ImportResult) -> dict[str, object]:
    """Return how a list's headers were understood, for the user to see."""
    mapping = result.mapping
    used = [match for match in mapping.matches if match.column in result.columns]
    unused = [match.header for match in mapping.matches if match not in used]
    return {
        "where": result.source.where,
        "encoding": result.source.encoding,
        "matched": [
            {"header": match.header, "column": match.column, "factor": match.factor} for match in used
        ],
        "unmapped": [*mapping.unmapped, *unused],
        "missing": list(mapping.missing),
    }
