"""What does a book know of where its data come from, and what does it learn from an import?

The tables stand on 待核实. A book that lacks them is imported into all the same, without sources.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import define, field

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault, CellFault
from ccgrade_xl.list_cells import day_in, text_in
from ccgrade_xl.rules.separators import BETWEEN_NAMES
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import Book, CellValue
from ccgrade_xl.workbook.headers import saved_reader
from ccgrade_xl.workbook.import_rows import ImportResult
from ccgrade_xl.workbook.layout import COLUMN
from ccgrade_xl.workbook.lists import SheetList
from ccgrade_xl.workbook.mapping import KEY, Reader
from ccgrade_xl.workbook.origins import Batch, Origins, without
from ccgrade_xl.workbook.precedence import ColumnRule, Conflict, Sourcing
from ccgrade_xl.workbook.verification import (
    BATCHES,
    CONFLICTS,
    HEADERS,
    IGNORED,
    INDEX,
    PRECEDENCE,
    SHEET,
    SIDE_TABLES,
    SOURCES,
)

Row = dict[str, CellValue]
_MONTH = re.compile(
    r"(?<!\d)(20\d\d)\s*[-_.年/]?\s*(1[0-2]|0?[1-9])(?:\s*[-_.月/]?\s*(3[01]|[12]\d|0?[1-9])(?!\d)|\s*月|(?!\d))"
)
_NO_NAME = re.compile(r"[\d\s\-_.()（）年月日号]+")


@define
class BookSources:
    """The tables of a book as they stand, and what an import adds to them."""

    sourcing: Sourcing
    sources: list[Row]
    headers: list[Row]
    before: dict[str, Sequence[Sequence[CellValue]]] = field(factory=dict)

    def source_of(self, file: str, sheet: str) -> str:
        """Return the source a list belongs to, by the words of its name; one nobody named is named after its file."""
        for name in (sheet, Path(file).stem):
            for row in self.sources:
                words = [word for word in BETWEEN_NAMES.split(text_in(row["文件名特征"])) if word]
                if any(plain(word) in plain(name) for word in words):
                    return text_in(row["来源"])
        return _NO_NAME.sub("", Path(file).stem) or "导入"

    def reader(self, source: str) -> Reader:
        """Return what reads the headers of a source: as saved, else by their words."""
        saved: dict[str, tuple[str, float] | None] = {}
        for at, row in enumerate(self.headers):
            column = text_in(row["对应列"])
            if text_in(row["来源"]) != source or not column:
                continue
            if column != IGNORED and (column not in COLUMN or COLUMN[column].kind == "result"):
                raise BookFault(
                    f"“{SHEET}”的“{HEADERS.name}”表第 {at + 1} 行把表头“{text_in(row['文件里的表头'])}”对应到“{column}”，"
                    "客户数据里没有这个可导入的列，请从下拉列表里改选。"
                )
            saved[plain(text_in(row["文件里的表头"]))] = (
                None if column == IGNORED else (column, _factor(row, at))
            )
        return saved_reader(saved)

    def learn(self, source: str, result: ImportResult, batch: Batch) -> None:
        """Save how a list's headers were understood, and that its source has delivered."""
        known = {(text_in(row["来源"]), plain(text_in(row["文件里的表头"]))) for row in self.headers}
        found: list[tuple[str, str, float | None]] = [
            (match.header, match.column, match.factor if match.factor != 1 else None)
            for match in result.mapping.matches
        ]
        found += [(header, "", None) for header in result.mapping.unmapped]
        for header, column, factor in found:
            if (source, plain(header)) not in known:
                known.add((source, plain(header)))
                self.headers.append(
                    {"来源": source, "文件里的表头": header, "对应列": column or None, "倍数": factor}
                )
        delivered: Row = {
            "最近文件": batch.file, "数据日期": batch.day, "导入日期": batch.taken, "行数": float(len(result.rows)),
        }  # fmt: skip
        standing = next((row for row in self.sources if text_in(row["来源"]) == source), None)
        if standing is None:
            self.sources.append({"来源": source, "文件名特征": source, **delivered})
        else:
            standing.update(delivered)


def read_sources(book: Book) -> BookSources | None:
    """Read what a book knows of its sources; None for a book without these tables."""
    if not {table.name for table in SIDE_TABLES} <= set(book.table_names()):
        return None
    tables = {table.name: book.read_table(table.name) for table in SIDE_TABLES}
    records = {table.name: table.records(tables[table.name]) for table in SIDE_TABLES}
    return BookSources(
        Sourcing(
            _origins(records[BATCHES.name], records[INDEX.name]),
            column_rules(records[PRECEDENCE.name]),
            {(row.customer, row.column): row for row in map(_conflict, records[CONFLICTS.name])},
        ),
        records[SOURCES.name],
        records[HEADERS.name],
        {name: table.rows for name, table in tables.items()},
    )


def write_sources(book: Book, found: BookSources, customers: Sequence[str]) -> None:
    """Write what was learnt; customers that have left the book leave the index and the conflicts too."""
    origins, kept = found.sourcing.origins, set(customers)
    origins.texts = without(origins.written(), customers)
    origins.forget_reading()
    index: list[Row] = [{KEY: customer, "来源": packed} for customer, packed in origins.texts.items()]
    conflicts = [row for row in found.sourcing.conflicts.values() if row.customer in kept]
    fresh: dict[SheetList, list[Row]] = {
        INDEX: index,
        BATCHES: [_batch_row(batch) for batch in origins.used_batches()],
        CONFLICTS: [_conflict_row(conflict) for conflict in conflicts],
        SOURCES: found.sources,
        HEADERS: found.headers,
    }
    for table, rows in fresh.items():
        written = table.rows(rows)
        if written != [list(row) for row in found.before[table.name]]:
            book.replace_rows(table.name, written)


def column_rules(rows: Sequence[Mapping[str, CellValue]]) -> dict[str, ColumnRule]:
    """Return the rule of each column. Raises `BookFault` for a number of months that is none."""
    rules = {}
    for at, row in enumerate(rows):
        try:
            held = boundary.read_whole(row["时效（月）"], "月")
        except CellFault as fault:
            raise BookFault(f"“{SHEET}”的“{PRECEDENCE.name}”表第 {at + 1} 行的“时效（月）”{fault}") from None
        sources = tuple(word for word in BETWEEN_NAMES.split(text_in(row["优先来源"])) if word)
        rules[text_in(row["列"])] = ColumnRule(sources, held, text_in(row["途径"]))
    return rules


def day_of_list(path: Path, today: dt.date) -> dt.date:
    """Return the day a file's data are of: the month or day its name says, else when the file was last changed."""
    found = _MONTH.search(path.stem)
    if found is not None:
        year, month, day = int(found[1]), int(found[2]), int(found[3] or 0)
        following = dt.date(year + month // 12, month % 12 + 1, 1)
        last = following - dt.timedelta(days=1)
        return min(last.replace(day=min(day, last.day)) if day else last, today)
    try:
        changed = dt.datetime.fromtimestamp(path.stat().st_mtime).astimezone().date()
    except OSError:
        return today
    return min(changed, today)


def _origins(batches: Sequence[Row], index: Sequence[Row]) -> Origins:
    read = (_batch(row) for row in batches)
    return Origins(
        {batch.number: batch for batch in read if batch is not None},
        {text_in(row[KEY]): text_in(row["来源"]) for row in index if text_in(row[KEY])},
    )


def _batch(row: Row) -> Batch | None:
    """Read a row of 导入记录; one that is damaged is as good as none."""
    day, taken, number = day_in(row["数据日期"]), day_in(row["导入日期"]), text_in(row["批次"])
    if day is None or taken is None or not number.isdecimal():
        return None
    source, file, sheet = (text_in(row[name]) for name in ("来源", "文件", "工作表"))
    return Batch(int(number), source, file, sheet, day, taken, text_in(row["经办人"]))


def _batch_row(batch: Batch) -> Row:
    return {
        "批次": float(batch.number), "来源": batch.source, "文件": batch.file or None, "工作表": batch.sheet or None,
        "数据日期": batch.day, "导入日期": batch.taken, "经办人": batch.person or None,
    }  # fmt: skip


def _conflict(row: Row) -> Conflict:
    return Conflict(
        text_in(row[KEY]), text_in(row["列"]),
        row["采用值"], text_in(row["采用来源"]), day_in(row["采用日期"]),
        row["另一值"], text_in(row["另一来源"]), day_in(row["另一日期"]),
    )  # fmt: skip


def _conflict_row(conflict: Conflict) -> Row:
    return {
        KEY: conflict.customer, "列": conflict.column,
        "采用值": boundary.text_of(conflict.taken), "采用来源": conflict.taken_from, "采用日期": conflict.taken_day,
        "另一值": boundary.text_of(conflict.other), "另一来源": conflict.other_from, "另一日期": conflict.other_day,
    }  # fmt: skip


def _factor(row: Row, at: int) -> float:
    try:
        factor = boundary.read_number(row["倍数"], "倍")
    except CellFault as fault:
        raise BookFault(f"“{SHEET}”的“{HEADERS.name}”表第 {at + 1} 行的“倍数”{fault}") from None
    return 1.0 if math.isnan(factor) else factor
