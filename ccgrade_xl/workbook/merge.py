"""How do imported lists and the customers already in the book become one table?

A customer is known by the 客户编号. A list says something only of the columns it has, and a blank says nothing:
contracts may come from one list and payments from another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import define, field, frozen

from ccgrade_xl.rules.wording import shown
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.identifiers import standing_number
from ccgrade_xl.workbook.import_rows import ImportResult
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.origins import Batch
from ccgrade_xl.workbook.precedence import Sourcing

_NAMES = tuple(column.name for column in INPUT_COLUMNS)


@frozen
class Merged:
    """The new rows of the 客户 table (as wide as its headers), and what became of the customers."""

    rows: list[list[CellValue]]
    added: int
    changed: int
    unchanged: int
    attention: tuple[str, ...]


def merge_customers(
    table: Table,
    results: Sequence[ImportResult],
    sourcing: Sourcing | None = None,
    batches: Sequence[Batch] = (),
) -> Merged:
    """Merge imported lists into the 客户 table, later ones over earlier ones.

    Customers keep their place, new ones follow. Where two lists disagree about a value the later one stands and
    a sentence says so; with `sourcing`, the one that prevails by column, and `batches` are the lists' own. Input
    columns the table lacks are left out.
    """
    times = Counter(name for result in results for name in result.columns)
    merging = _Merging(table, sourcing, frozenset(name for name, count in times.items() if count > 1))
    for at, result in enumerate(results):
        merging.take(result, batches[at] if sourcing is not None else None)
    known = {row for row in merging.touched if row < len(table.rows)}
    return Merged(
        merging.rows,
        len(merging.rows) - len(table.rows),
        len(known & merging.changed),
        len(known - merging.changed),
        tuple(merging.attention),
    )


@define
class _Merging:
    """The table as the lists merged so far leave it: its rows, where each customer stands, what lists have said.

    `shared` are the columns that more than one list has.
    """

    table: Table
    sourcing: Sourcing | None
    shared: frozenset[str]
    rows: list[list[CellValue]] = field(init=False)
    at: dict[str, int] = field(init=False)
    said: dict[tuple[str, str], CellValue] = field(factory=dict)
    touched: set[int] = field(factory=set)
    changed: set[int] = field(factory=set)
    attention: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        key = self.table.headers.index(KEY)
        self.rows = [list(row) for row in self.table.rows]
        standing = (standing_number(row[key]) for row in self.rows)
        self.at = {number: at for at, number in enumerate(standing) if number is not None}

    def take(self, result: ImportResult, batch: Batch | None) -> None:
        """Merge one list, row by row."""
        headers = self.table.headers
        used = [
            (name, headers.index(name), place)
            for place, name in enumerate(_NAMES)
            if name in headers and name in result.columns and name != KEY
        ]
        key_place = _NAMES.index(KEY)
        for number, row in zip(result.origins, result.rows, strict=True):
            key = str(row[key_place])
            at = self._row_of(key)
            cells = self.rows[at]
            values = [(name, place, row[source]) for name, place, source in used if row[source] is not None]
            taken = self._taken(key, number, cells, values, batch)
            for (name, place, value), wins in zip(values, taken, strict=True):
                before = cells[place]
                if name in self.shared and self.said.get((key, name), value) != value:
                    self.attention.append(
                        _disagreement(result, number, (key, name), value, before, taken=wins)
                    )
                if not wins:
                    continue
                if name in self.shared:
                    self.said[key, name] = value
                if before != value:
                    cells[place] = value
                    self.changed.add(at)

    def _row_of(self, key: str) -> int:
        """Return where a customer stands, on a new row where it is new."""
        if key not in self.at:
            self.at[key] = len(self.rows)
            self.rows.append([None] * len(self.table.headers))
        at, place = self.at[key], self.table.headers.index(KEY)
        self.touched.add(at)
        if self.rows[at][place] != key:
            self.rows[at][place] = key
            self.changed.add(at)
        return at

    def _taken(
        self,
        key: str,
        number: int,
        cells: Sequence[CellValue],
        values: Sequence[tuple[str, int, CellValue]],
        batch: Batch | None,
    ) -> list[bool]:
        """Return of each value whether it is taken."""
        if self.sourcing is None or batch is None:
            return [True] * len(values)
        given = [(name, cells[place], value) for name, place, value in values]
        return self.sourcing.take_row(key, given, batch, number)


def _disagreement(
    result: ImportResult,
    number: int,
    cell: tuple[str, str],
    value: CellValue,
    before: CellValue,
    *,
    taken: bool,
) -> str:
    used, unused = (value, before) if taken else (before, value)
    return (
        f"{result.source.where}第 {number} 行：客户 {cell[0]} 的{cell[1]}与前面的文件不一致，"
        f"采用{shown(used)}，没有用{shown(unused)}。"
    )
