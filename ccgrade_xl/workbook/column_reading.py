"""What do the cells of an imported column say? Cleaned only lightly; what should be looked at is noted by row.

A column holds the same words again and again: each is read once.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Mapping, Sequence

from attrs import define, field

from ccgrade_xl.errors import CellError
from ccgrade_xl.rules.numerals import number_in
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.dates import read_date
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, meter_numbers
from ccgrade_xl.workbook.layout import COLUMN
from ccgrade_xl.workbook.mapping import HeaderMatch

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_MARGINS = "\ufeff\u200b\u3000\xa0 \t\r\n"
_ROWS_NAMED = 5
_FIRST_YEAR = 1904
"""The first year of which every workbook can hold the days; those that count from 1900 hold four more."""


@define
class ColumnReader:
    """Reads the columns of one list. `where` names it in sentences; `options` are as in `import_rows`."""

    where: str
    options: Mapping[str, Mapping[str, str]]
    _remarks: dict[tuple[str, str, str], list[int]] = field(factory=dict)
    _found: list[tuple[str, str]] = field(factory=list)

    def read(self, match: HeaderMatch, numbers: Sequence[int], cells: Sequence[CellValue]) -> list[CellValue]:
        """Return a column's cells as they are kept; `numbers` are their source rows."""
        known: dict[CellValue, tuple[CellValue, Sequence[tuple[str, str]]]] = {}
        values: list[CellValue] = []
        for number, cell in zip(numbers, cells, strict=True):
            if cell is None:
                values.append(None)
                continue
            # A truth value equals a number: only texts and numbers are looked up.
            read = known.get(cell) if type(cell) is str or type(cell) is float else None
            if read is None:
                self._found = []
                read = self._value(match, cell), self._found
                if type(cell) is str or type(cell) is float:
                    known[cell] = read
            values.append(read[0])
            for said, verdict in read[1]:
                self._remarks.setdefault((match.column, said, verdict), []).append(number)
        return values

    def attention(self) -> list[str]:
        """Return the sentences for what should be looked at, like ones together, in the order of their rows."""
        remarks = sorted(self._remarks.items(), key=lambda remark: remark[1][0])
        return [
            f"{self.where}{listed_rows(numbers)}：{column}“{value[:30]}”{verdict}。"
            for (column, value, verdict), numbers in remarks
        ]

    def _value(self, match: HeaderMatch, value: CellValue) -> CellValue:
        kind = COLUMN[match.column].kind
        if isinstance(value, str):
            value = value.strip(_MARGINS) or None
        if value is None:
            return None
        if isinstance(value, CellError):
            self._remark(value.value, "是错误值，按未知处理")
            return value
        if (unwritable := _unwritable(value)) is not None:
            self._remark(unwritable, "不是单元格能存的值，已按文字原样保留")
            return unwritable
        if kind == "identifier":
            return self._meters(value)
        if kind == "date":
            return self._date(value)
        if kind in ("number", "count", "money"):
            return self._number(match, value)
        if kind == "option":
            self._judge_option(match.column, str(value))
        return _as_text(value)

    def _meters(self, value: CellValue) -> CellValue:
        try:
            return meter_numbers(value)
        except UnusableIdentifier as reason:
            self._remark(str(value), f"不可靠（{reason}），已原样保留")
            return _as_text(value)

    def _date(self, value: CellValue) -> CellValue:
        day = read_date(value)
        if day is None or _unwritable(day) is not None:
            self._remark(str(value), "不是看得懂的日期，已原样保留")
            return value
        return day

    def _number(self, match: HeaderMatch, value: CellValue) -> CellValue:
        number = self._scaled(match, value)
        if isinstance(number, float) and not math.isfinite(number):
            self._remark(str(value), "太大，已原样保留")
            return str(value)
        return number

    def _scaled(self, match: HeaderMatch, value: CellValue) -> CellValue:
        """Return a number in our unit; infinite where it is larger than a number can be."""
        if isinstance(value, str):
            read = number_in(value)
            if read is None:
                return value
            if match.factor != 1 and not _PLAIN_NUMBER.fullmatch(plain(value).replace(",", "")):
                self._remark(value, f"没有按表头的单位“{match.unit}”换算，已原样保留")
                return value
            value = read
        if isinstance(value, int | float) and not isinstance(value, bool) and match.factor != 1:
            return round(value * match.factor, 6)
        return value

    def _judge_option(self, column: str, text: str) -> None:
        words = self.options.get(COLUMN[column].options)
        if not words:
            return
        for part in re.split(r"[;；、]", text) if column == "否决事项" else [text]:
            verdict = _misspelt(part, words)
            if verdict is not None:
                self._remark(part, verdict)

    def _remark(self, value: str, verdict: str) -> None:
        self._found.append((value, verdict))


def _misspelt(text: str, words: Mapping[str, str]) -> str | None:
    """Return what to say of a text that is none of the accepted words; None where it is one."""
    accepted = {plain(word): option for word, option in words.items()}
    wanted = plain(text)
    if not wanted or wanted in accepted:
        return None
    near = difflib.get_close_matches(wanted, accepted, 1, 0.5)
    hint = f"，是不是“{accepted[near[0]]}”" if near else ""
    return f"不在选项里，按未知处理{hint}"


def _unwritable(value: CellValue) -> str | None:
    """Return as a text what stands in a list and no cell of a workbook can hold; None for what one can."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}" if value.year < _FIRST_YEAR else None
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return None


def _as_text(value: CellValue) -> CellValue:
    """Return a number in a text column as text (a class 3 is `3`, not 3.0)."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def listed_rows(numbers: Sequence[int]) -> str:
    """Name some rows of a list, the first few of many."""
    named = "、".join(map(str, numbers[:_ROWS_NAMED]))
    return f"第 {named} 行" if len(numbers) <= _ROWS_NAMED else f"第 {named} 等 {len(numbers)} 行"
