"""导入: bring customers from files into table 客户, and say what became of every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from ccgrade_xl import boundary, undo
from ccgrade_xl.errors import Cancelled, FileFault
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sourcing import BookSources, day_of_list, read_sources, write_sources
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.cells import ROWS
from ccgrade_xl.workbook.headers import read_header
from ccgrade_xl.workbook.identifiers import alike_but_for_zeros, standing_number
from ccgrade_xl.workbook.import_rows import (
    ImportResult,
    find_lists,
    import_rows,
    numbers_led_by_zero,
    option_words,
)
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.mapping import KEY, Reader
from ccgrade_xl.workbook.mapping import Mapping as HeaderMapping
from ccgrade_xl.workbook.merge import Merged, merge_customers
from ccgrade_xl.workbook.origins import Batch
from ccgrade_xl.workbook.precedence import Sourcing
from ccgrade_xl.workbook.sources import SourceTable, read_source
from ccgrade_xl.workbook.verification import CONFLICTS, SHEET

_NAMED = 5
"""How many pairs of customers a sentence names."""


@frozen
class Delivery:
    """What is known of the files beforehand: their source, the day of their data, and today; "" and None: by name."""

    today: dt.date
    source: str = ""
    day: dt.date | None = None


def import_into(
    book: Book, paths: Sequence[Path], rules: RuleSet, delivery: Delivery | None = None
) -> Outcome:
    """Import files into a book: customers it knows are updated, new ones appended; results are left as they are.

    Nothing is written before every file is read. Where the book keeps sources (待核实), each cell's origin and every
    disagreement between sources is noted. Raises `FileFault` or `BookFault` for a file that is no list.
    """
    delivery = delivery or Delivery(dt.datetime.now().astimezone().date())
    known_sources = read_sources(book)
    whole = book.read_table(CUSTOMER_TABLE)
    standing = _without_blank_rows(whole)
    lists: list[tuple[Path, SourceTable, HeaderMapping]] = []
    for at, path in enumerate(paths):
        book.status(f"正在读取 {path.name}……", at / (len(paths) + 1))
        tables = read_source(path)
        _refuse_too_many(tables, standing)
        found = find_lists(tables, _reader(known_sources, delivery))
        lists += ((path, table, mapping) for table, mapping in found)
        if book.cancelled():
            raise Cancelled("已取消导入，什么都没有改变。")
    known = {number for cell in standing.column(KEY) if (number := standing_number(cell)) is not None}
    known |= numbers_led_by_zero([(table, mapping) for _, table, mapping in lists])
    options = option_words(rules)
    results = [import_rows(table, mapping, known_ids=known, options=options) for _, table, mapping in lists]
    batches = [
        _batch(known_sources, path, result, delivery)
        for (path, _, _), result in zip(lists, results, strict=True)
        if known_sources
    ]
    _refuse_nothing(results)
    sourcing = known_sources.sourcing if known_sources else None
    merged = merge_customers(standing, results, sourcing, batches)
    book.status(f"正在写入 {len(merged.rows)} 户……", len(paths) / (len(paths) + 1))
    undo.remember(
        book.location,
        _replaced(whole, standing, merged, results, known_sources.before if known_sources else {}),
    )
    book.replace_rows(CUSTOMER_TABLE, merged.rows)
    if known_sources is not None:
        key = standing.headers.index(KEY)
        numbers = (standing_number(row[key]) for row in merged.rows)
        write_sources(book, known_sources, [number for number in numbers if number is not None])
    return _outcome(results, merged, sourcing, batches, _alike(standing, merged))


def _alike(standing: Table, merged: Merged) -> list[str]:
    """Name new customers whose numbers differ from others' by leading zeros alone: they may be the same ones."""
    key = standing.headers.index(KEY)
    before = {text for cell in standing.column(KEY) if (text := standing_number(cell)) is not None}
    numbers = [text for row in merged.rows if (text := standing_number(row[key])) is not None]
    new = [alike for alike in alike_but_for_zeros(numbers) if not before.issuperset(alike)]
    if not new:
        return []
    named = "；".join(" 和 ".join(alike) for alike in new[:_NAMED])
    return [
        f"有 {len(new)} 户的客户编号只差开头的 0，没有合并，可能是同一户：{named}{'……' if len(new) > _NAMED else ''}。"
        "是的话，请撤销这次导入，先把工作簿或文件里缺 0 的编号补完整，再导入。"
    ]


def _replaced(
    whole: Table,
    standing: Table,
    merged: Merged,
    results: Sequence[ImportResult],
    tables: Mapping[str, Sequence[Sequence[CellValue]]],
) -> undo.Replaced:
    """Return what undo needs: all rows, or where none is new or left out only the columns that the lists have."""
    if len(merged.rows) != len(whole.rows):
        return undo.Replaced("导入", CUSTOMER_TABLE, {}, standing.rows, {}, tables)
    given = {name for result in results for name in result.columns}
    columns = {name: whole.column(name) for name in whole.headers if name in given}
    return undo.Replaced("导入", CUSTOMER_TABLE, columns, None, {}, tables)


def _reader(sources: BookSources | None, delivery: Delivery) -> Callable[[SourceTable], Reader]:
    """Return what reads the headers of a sheet: as saved for its source."""

    def reader(table: SourceTable) -> Reader:
        if sources is None:
            return read_header
        return sources.reader(delivery.source or sources.source_of(table.file, table.sheet))

    return reader


def _batch(sources: BookSources, path: Path, result: ImportResult, delivery: Delivery) -> Batch:
    """Open the batch of a list, and save how its headers were understood."""
    table = result.source
    source = delivery.source or sources.source_of(table.file, table.sheet)
    day = delivery.day or day_of_list(path, delivery.today)
    batch = sources.sourcing.origins.open_batch(source, table.file, table.sheet, day, delivery.today)
    sources.learn(source, result, batch)
    return batch


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


def _outcome(
    results: Sequence[ImportResult],
    merged: Merged,
    sourcing: Sourcing | None,
    batches: Sequence[Batch],
    alike: Sequence[str],
) -> Outcome:
    read, blank = sum(result.read for result in results), sum(result.blank for result in results)
    rejected = [row for result in results for row in result.rejected]
    imported = sum(len(result.rows) for result in results)
    message = (
        f"读取 {read} 行：导入 {imported} 行（新增 {merged.added} 户，更新 {merged.changed} 户，"
        f"没有变化 {merged.unchanged} 户），拒绝 {len(rejected)} 行，空行 {blank} 行。"
    )
    attention = [*alike, *(str(row) for row in rejected)]
    for result in results:
        attention += result.attention
    attention += merged.attention
    attention += _sourced(sourcing)
    data = {
        "read": read,
        "imported": imported,
        "added": merged.added,
        "changed": merged.changed,
        "unchanged": merged.unchanged,
        "blank": blank,
        "rejected": [{"file": r.file, "sheet": r.sheet, "row": r.row, "cause": r.cause} for r in rejected],
        "mappings": [_mapping(result) for result in results],
        "sources": [
            {"file": batch.file, "sheet": batch.sheet, "source": batch.source, "date": batch.day.isoformat()}
            for batch in batches
        ],
        "conflicts": len(sourcing.conflicts) if sourcing else 0,
    }
    return Outcome(message, attention, data)


def _sourced(sourcing: Sourcing | None) -> list[str]:
    """Say how many values sources disagree about, and how many came too late."""
    said = []
    if sourcing is not None and sourcing.conflicts:
        said.append(
            f"不同来源的资料有 {len(sourcing.conflicts)} 处不一致，双方的值、来源和日期列在“{SHEET}”页的“{CONFLICTS.name}”表。"
        )
    if sourcing is not None and sourcing.older:
        customer, column = sourcing.older[0]
        said.append(
            f"有 {len(sourcing.older)} 个值比已有的资料旧，没有采用（例如客户 {customer} 的{column}）；"
            "如果文件其实较新，请在文件名里写上年月再导入。"
        )
    return said


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
