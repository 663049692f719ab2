"""Where did a cell of table 客户 come from? Kept in the book itself, a short text a customer.

`12.345:AabBcd` says: columns A and B came from row 345 of batch 12; `ab` and `cd` are check marks of their values,
so that a cell changed by hand since is told from one that still stands as it came. A customer's text holds every
column once, a few dozen letters, and goes wherever the workbook goes.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from attrs import define, field, frozen

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.layout import INPUT_COLUMNS

Packed: TypeAlias = tuple[int, int, str]
"""An origin as it is kept: the number of the batch, the row in it, the mark of the value."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BATCH = re.compile(r"(?<!\S)(\d+)\.")
_CODES = {column.name: letter for column, letter in zip(INPUT_COLUMNS, _DIGITS, strict=False)}
_COLUMNS = {letter: name for name, letter in _CODES.items()}


@frozen
class Batch:
    """A list that was imported: its number, source, file and sheet, the day of its data, when, and by whom."""

    number: int
    source: str
    file: str
    sheet: str
    day: dt.date
    taken: dt.date
    person: str = ""

    @property
    def shown(self) -> str:
        """Name source and day in a sentence."""
        return f"{self.source} {self.day:%Y-%m-%d}"


@frozen
class Origin:
    """Where one value came from, and the mark of the value that came."""

    batch: Batch
    row: int
    mark: str

    def still(self, value: CellValue) -> bool:
        """Return whether a value is the one that came."""
        return mark_of(value) == self.mark


@define
class Origins:
    """The origins of all customers: texts as they stand in the book, read one by one when asked."""

    batches: dict[int, Batch]
    texts: dict[str, str]
    _read: dict[str, dict[str, Packed]] = field(factory=dict)

    def of(self, customer: str, column: str) -> Origin | None:
        """Return where a customer's value in a column came from; None where nothing is known."""
        found = self.columns_of(customer).get(column)
        if found is None or found[0] not in self.batches:
            return None
        return Origin(self.batches[found[0]], found[1], found[2])

    def note(self, customer: str, column: str, value: CellValue, batch: Batch, row: int = 0) -> None:
        """Note that a value came from a row of a batch."""
        self.columns_of(customer)[column] = batch.number, row, mark_of(value)

    def open_batch(
        self, source: str, file: str, sheet: str, day: dt.date, taken: dt.date, person: str = ""
    ) -> Batch:
        """Add a batch and return it; one that says the same is taken again."""
        for batch in self.batches.values():
            if (batch.source, batch.file, batch.sheet, batch.day, batch.taken, batch.person) == (
                source, file, sheet, day, taken, person,
            ):  # fmt: skip
                return batch
        batch = Batch(max(self.batches, default=0) + 1, source, file, sheet, day, taken, person)
        self.batches[batch.number] = batch
        return batch

    def written(self) -> dict[str, str]:
        """Return each customer's text."""
        return self.texts | {customer: _packed(columns) for customer, columns in self._read.items()}

    def forget_reading(self) -> None:
        """Read texts afresh when asked."""
        self._read.clear()

    def used_batches(self) -> list[Batch]:
        """Return the batches that values still come from, by number."""
        numbers = set(map(int, _BATCH.findall(" ".join(self.written().values()))))
        return [batch for number, batch in sorted(self.batches.items()) if number in numbers]

    def columns_of(self, customer: str) -> dict[str, Packed]:
        """Return where a customer's values came from, by column; what is changed there is written."""
        if customer not in self._read:
            self._read[customer] = _unpacked(self.texts.get(customer, ""))
        return self._read[customer]


def is_alike(value: CellValue, other: CellValue) -> bool:
    """Return whether two values say the same: a number and its text do, a day and its midnight too."""
    if type(value) is float and type(other) is float and not math.isclose(value, other, rel_tol=1e-10):
        return False
    return (value == other and type(value) is type(other)) or _said(value) == _said(other)


@lru_cache(maxsize=65_536, typed=True)
def mark_of(value: CellValue) -> str:
    """Return two letters that change with a value; of values that say the same they are the same."""
    number = zlib.crc32(_said(value).encode("utf-8", "surrogatepass")) & 0xFFF
    return _DIGITS[number >> 6] + _DIGITS[number & 63]


def _said(value: CellValue) -> str:
    if type(value) is str:
        return value.strip()
    if isinstance(value, CellError):
        return value.stored
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:.12g}"
    return "" if value is None else str(value).strip()


def _packed(columns: Mapping[str, Packed]) -> str:
    groups: dict[tuple[int, int], str] = {}
    for name, (batch, row, mark) in columns.items():
        groups[batch, row] = groups.get((batch, row), "") + _CODES[name] + mark
    return " ".join(f"{batch}.{row}:{cells}" for (batch, row), cells in sorted(groups.items()))


def _unpacked(text: str) -> dict[str, Packed]:
    """Read a customer's text; what is damaged is unknown."""
    columns: dict[str, Packed] = {}
    for group in text.split():
        place, _, cells = group.partition(":")
        batch, _, row = place.partition(".")
        if not (batch.isdecimal() and row.isdecimal()):
            continue
        for at in range(0, len(cells) - 2, 3):
            if cells[at] in _COLUMNS:
                columns[_COLUMNS[cells[at]]] = int(batch), int(row), cells[at + 1 : at + 3]
    return columns


def without(texts: Mapping[str, str], customers: Iterable[str]) -> dict[str, str]:
    """Return the texts of these customers only: those that have left the book are not kept."""
    kept = set(customers)
    return {customer: text for customer, text in texts.items() if customer in kept}
