"""Which customers does a plain list hold? A list is a list, whether it stands in a CSV or on a sheet."""

from __future__ import annotations

from pathlib import Path

from attrs import field, frozen

from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.import_rows import ImportResult, import_rows, import_tables, option_words
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS, RESULT_COLUMNS
from ccgrade_xl.workbook.sources import read_source


@frozen
class CustomerList:
    """The customers of a list: one row each under our input headers, and where in the source each stands."""

    file: Path
    results: tuple[ImportResult, ...] = field(repr=False)

    @property
    def table(self) -> Table:
        """The customers under our headers."""
        rows = [row for result in self.results for row in result.rows]
        return Table(CUSTOMER_TABLE, tuple(column.name for column in INPUT_COLUMNS), rows, self.file.name)

    @property
    def places(self) -> list[str]:
        """Where each customer stands, for a sentence."""
        return [place for result in self.results for place in result.places]

    @property
    def rows(self) -> list[int]:
        """The 1-based source row of each customer."""
        return [row for result in self.results for row in result.origins]

    @property
    def graded_table(self) -> Table:
        """The customers with the results that stand beside them in the list."""
        table = self.table
        names = [column.name for column in RESULT_COLUMNS if self._has(column.name)]
        standing = (cells for result in self.results for cells in _standing(result, names))
        rows = [[*row, *cells] for row, cells in zip(table.rows, standing, strict=True)]
        return Table(table.name, (*table.headers, *names), rows, table.sheet)

    def attention(self, *, restored: bool) -> list[str]:
        """Return the sentences on the list itself; `restored` where numbers are kept with the zeros they got back."""
        said = [row.without("评级") for result in self.results for row in result.rejected]
        for result in self.results:
            said += [*result.mapping.notes, *(result.restored if restored else ()), *result.doubtful]
        return said

    def _has(self, column: str) -> bool:
        return any(result.mapping.position(column) is not None for result in self.results)


def read_customer_list(file: Path, rules: RuleSet, book: ClosedFileBook | None = None) -> CustomerList:
    """Read a list; `book` is its file where it is a workbook. Raises `FileFault` where no row is a customer."""
    words = option_words(rules)
    if book is None:
        results = import_tables(read_source(file), options=words)
    else:
        results = (import_rows(*book.bare_list(), options=words),)
    found = CustomerList(file, results)
    if not any(result.rows for result in results):
        rejected = found.attention(restored=False)
        raise FileFault(f"“{file.name}”里没有客户可以评级。{rejected[0] if rejected else ''}")
    return found


def _standing(result: ImportResult, names: list[str]) -> list[list[CellValue]]:
    """Return what the list says in these columns, customer by customer."""
    places = [result.mapping.position(name) for name in names]
    raws = (result.source.rows[row - 1] for row in result.origins)
    return [
        [raw[place] if place is not None and place < len(raw) else None for place in places] for raw in raws
    ]
