"""What do the cells of an imported column say? Cleaned only lightly; what should be looked at is noted by row.

A column holds the same words again and again: each is read once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence, Set

from attrs import define, field

from ccgrade_xl.errors import CellError
from ccgrade_xl.rules.blank_words import NO_VETO, UNKNOWN
from ccgrade_xl.rules.nearness import nearest
from ccgrade_xl.rules.numerals import numeral_in
from ccgrade_xl.rules.separators import BETWEEN_VALUES
from ccgrade_xl.rules.wording import plain, written
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.dates import read_date
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, meter_numbers
from ccgrade_xl.workbook.layout import COLUMN
from ccgrade_xl.workbook.mapping import HeaderMatch

_MARGINS = "\ufeff\u200b\u3000\xa0 \t\r\n"
_ROWS_NAMED, _VALUES_NAMED, _LETTERS_NAMED = 5, 5, 30
_ERRORS = frozenset(error.value for error in CellError)
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
        """Return the sentences for what should be looked at, like ones together, in the order of their rows.

        Where a column says many things of one kind, a sentence names the first of them.
        """
        kinds: dict[tuple[str, str], dict[str, list[int]]] = {}
        for (column, value, verdict), numbers in self._remarks.items():
            kinds.setdefault((column, verdict), {})[value] = numbers
        said = [
            (numbers, f"{column}{values}{verdict}")
            for (column, verdict), found in kinds.items()
            for numbers, values in _named(found)
        ]
        said.sort(key=lambda each: each[0][0])
        return [f"{self.where}{listed_rows(numbers)}：{sentence}。" for numbers, sentence in said]

    def _value(self, match: HeaderMatch, value: CellValue) -> CellValue:
        kind = COLUMN[match.column].kind
        if isinstance(value, str):
            value = value.strip(_MARGINS) or None
        if value is None:
            return None
        if isinstance(value, CellError) or (isinstance(value, str) and value in _ERRORS):
            if value is CellError.CALC:
                self._remark("", f"是{value.named}，按未知处理")
            else:
                self._remark(value.value if isinstance(value, CellError) else value, "是错误值，按未知处理")
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
            self._remark(written(value), f"不可靠（{reason}），已原样保留")
            return _as_text(value)

    def _date(self, value: CellValue) -> CellValue:
        day = read_date(value)
        if day is None or _unwritable(day) is not None:
            if _is_unknown(value):
                return value
            self._remark(written(value), "不是看得懂的日期，已原样保留")
            return value
        return day

    def _number(self, match: HeaderMatch, value: CellValue) -> CellValue:
        number = self._scaled(match, value)
        if isinstance(number, float) and not math.isfinite(number):
            self._remark(written(value), "太大，已原样保留")
            return str(value)
        if isinstance(number, bool | dt.date):
            self._remark(written(number), "不是数字，已原样保留，按未知处理")
        elif isinstance(number, int | float) and number < 0 and COLUMN[match.column].kind != "money":
            self._remark(written(value), "小于 0，按未知处理")
        return number

    def _scaled(self, match: HeaderMatch, value: CellValue) -> CellValue:
        """Return a number in our unit; infinite where it is larger than a number can be."""
        if isinstance(value, str):
            numeral, unit = numeral_in(value), COLUMN[match.column].unit
            if numeral is None:
                if not _is_unknown(value):
                    self._remark(value, "不是看得懂的数字，已原样保留，按未知处理")
                return value
            read = numeral.within(unit)
            if read is None:
                self._remark(value, f"的单位看不懂，已原样保留，请改成数字（{unit}）")
                return value
            if match.factor != 1 and numeral.unit:
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
        for part in BETWEEN_VALUES.split(text) if column == "否决事项" else [text]:
            verdict = _misspelt(part, words, NO_VETO if column == "否决事项" else UNKNOWN)
            if verdict is not None:
                self._remark(part, verdict)

    def _remark(self, value: str, verdict: str) -> None:
        self._found.append((value, verdict))


def _named(found: Mapping[str, list[int]]) -> Iterator[tuple[list[int], str]]:
    """Name values with their rows: each by itself, or all at once where they are many."""
    quoted = [f"“{value[:_LETTERS_NAMED]}”" if value else "" for value in found]
    if len(found) <= _VALUES_NAMED:
        yield from zip(found.values(), quoted, strict=True)
    else:
        yield (
            sorted(number for numbers in found.values() for number in numbers),
            f"{'、'.join(quoted[:_VALUES_NAMED])}等 {len(found)} 种写法",
        )


def _misspelt(text: str, words: Mapping[str, str], blanks: Set[str]) -> str | None:
    """Return what to say of a text that is none of the accepted words and no blank; None where it is one."""
    wanted = plain(text)
    if wanted in blanks or wanted in map(plain, words):
        return None
    near = nearest(text, words)
    hint = f"，是不是“{near}”" if near else ""
    return f"不在选项里，按未知处理{hint}"


def _is_unknown(value: CellValue) -> bool:
    return isinstance(value, str) and plain(value) in UNKNOWN


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
