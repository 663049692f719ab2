"""Which column of the 客户 table does one header text mean?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from attrs import frozen

from ccgrade_xl.rules.units import FOREIGN, factors
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.layout import COLUMN, CUSTOMER_COLUMNS

_BRACKETS = re.compile(r"[(\[{<【〔〈《「](.*?)[)\]}>】〕〉》」]")
_MARKS = "*:;,.、。·#★※_/-"
_PERIOD = re.compile(r"^(?:最?近|过去|前)?(?:12|十二|一)个?(?:月|年)(?:内|的)?")


@frozen
class HeaderReading:
    """A header understood: the column, how exact (0 is its own name), the factor of its unit, an odd unit."""

    column: str
    rank: int
    factor: float = 1.0
    unit: str = ""
    foreign_unit: str = ""


@cache
def read_header(text: str) -> HeaderReading | None:
    """Return what a header means, through name, synonyms and both without unit or brackets; None: unknown."""
    whole = plain(text)
    remarks = [remark.strip(_MARKS) for remark in _BRACKETS.findall(whole)]
    bare = _BRACKETS.sub("", whole).strip(_MARKS)
    for candidate in dict.fromkeys((bare, _PERIOD.sub("", bare))):
        if candidate in _names():
            column, rank = _names()[candidate]
            return _with_unit(column, rank, remarks)
        for column, rank, factor, unit in _without_unit(candidate):
            return HeaderReading(column, rank, factor, unit)
    return None


def saved_reader(saved: Mapping[str, tuple[str, float] | None]) -> Callable[[str], HeaderReading | None]:
    """Return a reader that takes what was saved for a header before what its words say.

    `saved` gives by header, as `plain` compares it, the column and the factor to our unit; None for a header that
    is not to be read.
    """

    def read(text: str) -> HeaderReading | None:
        key = plain(text)
        if key not in saved:
            return read_header(text)
        found = saved[key]
        return None if found is None else HeaderReading(found[0], -1, found[1])

    return read


def _with_unit(column: str, rank: int, remarks: list[str]) -> HeaderReading:
    known = factors(COLUMN[column].unit)
    for remark in remarks:
        for word in (remark, remark.removeprefix("单位").strip(_MARKS)):
            if word in known:
                return HeaderReading(column, rank, known[word], word)
            if word in FOREIGN and COLUMN[column].unit:
                return HeaderReading(column, rank, foreign_unit=word)
    return HeaderReading(column, rank)


def _without_unit(text: str) -> list[tuple[str, int, float, str]]:
    """Read a header that ends in its unit without brackets: 月均用气量万m³, 预收余额/元."""
    found = []
    for name, (column, rank) in _names().items():
        rest = text.removeprefix(name).strip(_MARKS)
        if rest != text and rest in factors(COLUMN[column].unit):
            found.append((column, rank, factors(COLUMN[column].unit)[rest], rest))
    return sorted(found, key=lambda row: row[1])


@cache
def _names() -> dict[str, tuple[str, int]]:
    """Every name and synonym as compared: the column, and its place in the order of preference."""
    names: dict[str, tuple[str, int]] = {}
    for column in CUSTOMER_COLUMNS:
        names.setdefault(plain(column.name), (column.name, 0))
    for column in CUSTOMER_COLUMNS:
        for rank, synonym in enumerate(column.synonyms, 1):
            names.setdefault(plain(synonym), (column.name, rank))
    return names
