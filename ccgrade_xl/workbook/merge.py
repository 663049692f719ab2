"""How do imported lists and the customers already in the book become one table?

A customer is known by the 客户编号. A list says something only of the columns it has, and a blank says nothing:
contracts may come from one list and payments from another.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ccgrade_xl.workbook.book import CellValue, Table
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
    width, key_place = len(table.headers), table.headers.index(KEY)
    places = {name: table.headers.index(name) for name in _NAMES if name in table.headers}
    rows = [list(row) for row in table.rows]
    at = {str(row[key_place]): number for number, row in enumerate(rows) if row[key_place] is not None}
    standing = len(rows)
    said: dict[tuple[str, str], CellValue] = {}
    touched: set[int] = set()
    changed: set[int] = set()
    attention: list[str] = []
    for list_number, result in enumerate(results):
        for number, row in zip(result.origins, result.rows, strict=True):
            key = str(row[_NAMES.index(KEY)])
            if key not in at:
                at[key] = len(rows)
                rows.append([None] * width)
            touched.add(at[key])
            cells = rows[at[key]]
            for name, value in zip(_NAMES, row, strict=True):
                if value is None or name not in places:
                    continue
                before = cells[places[name]]
                taken = (
                    sourcing is None
                    or name == KEY
                    or sourcing.take(key, name, before, value, batches[list_number], number)
                )
                if name != KEY and said.get((key, name), value) != value:
                    attention.append(_disagreement(result, number, (key, name), value, before, taken=taken))
                if not taken:
                    continue
                said[key, name] = value
                if before != value:
                    cells[places[name]] = value
                    changed.add(at[key])
    known = {number for number in touched if number < standing}
    return Merged(rows, len(rows) - standing, len(known & changed), len(known - changed), tuple(attention))


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
        f"采用“{used}”，没有用“{unused}”。"
    )
