"""Where a fault is, as the person who wrote the rules sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from ccgrade_xl.rules.schema import TABLE_BY_FIELD


@frozen
class Places:
    """Names rows in faults.

    `rows` gives the row number each row was written in, by `RuleSet` attribute (of `switches`: of each
    switch, 0 where it is not written); a table that is not in it counts its rows from 1.
    """

    rows: Mapping[str, Sequence[int]]

    def row(self, field: str, index: int) -> str:
        """Return the words for the row of `index` (from 0), e.g. `第 3 行`; nothing where it has none."""
        if field not in self.rows:
            return "" if TABLE_BY_FIELD[field].is_switches else f"第 {index + 1} 行"
        number = self.rows[field][index]
        return f"第 {number} 行" if number else ""

    def at(self, field: str, index: int) -> str:
        """Return table and row, e.g. `用气量分档 第 3 行`."""
        return f"{table_name(field)} {self.row(field, index)}".rstrip()


def table_name(field: str) -> str:
    """Return the Chinese name of the table a `RuleSet` attribute stands in."""
    return TABLE_BY_FIELD[field].name
