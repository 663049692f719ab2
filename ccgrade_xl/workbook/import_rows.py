"""Which rows of a source become customers, which do not and why, and what should be looked at?

No row vanishes: read = imported + rejected + blank. Values are cleaned only lightly; what an option or a number
means is for the grading to say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, field, frozen

from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.rules.numerals import number_in
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.dates import read_date
from ccgrade_xl.workbook.headers import read_header
from ccgrade_xl.workbook.identifiers import (
    UnusableIdentifier,
    full_width,
    identifier,
    is_stored_as_number,
    meter_numbers,
)
from ccgrade_xl.workbook.layout import COLUMN, INPUT_COLUMNS, STATUS_SYNONYMS
from ccgrade_xl.workbook.mapping import KEY, HeaderMatch, find_mapping
from ccgrade_xl.workbook.mapping import Mapping as HeaderMapping
from ccgrade_xl.workbook.mapping import Reader as HeaderReader
from ccgrade_xl.workbook.sources import SourceTable

_TOTALS = re.compile(r"(?:本页|累计|全部|户数)?(?:合计|总计|小计|共计|总和)[::]?.*")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_PLACES = {column.name: at for at, column in enumerate(INPUT_COLUMNS)}
_ROWS_NAMED = 5


@frozen
class RejectedRow:
    """A row that was not imported: file, sheet, 1-based row number, the cause as a clause, its raw values."""

    file: str
    sheet: str
    row: int
    cause: str
    values: tuple[CellValue, ...]

    def __str__(self) -> str:
        """Say it as one sentence."""
        sheet = f"的工作表“{self.sheet}”" if self.sheet else ""
        return f"文件“{self.file}”{sheet}第 {self.row} 行没有导入：{self.cause}。"


@frozen
class ImportResult:
    """What one list gave. `rows` are as wide as `INPUT_COLUMNS`; `origins` are their 1-based source rows.

    `mapping.matches` names the columns the list has: the others are None in every row and say nothing.
    """

    source: SourceTable = field(repr=False)
    mapping: HeaderMapping
    rows: tuple[tuple[CellValue, ...], ...] = field(repr=False)
    origins: tuple[int, ...] = field(repr=False)
    rejected: tuple[RejectedRow, ...]
    attention: tuple[str, ...]
    read: int
    blank: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The input columns this list has, in our order."""
        return tuple(
            column.name for column in INPUT_COLUMNS if self.mapping.position(column.name) is not None
        )


def import_tables(
    tables: Sequence[SourceTable],
    *,
    known_ids: Iterable[str] = (),
    options: Mapping[str, Mapping[str, str]] | None = None,
    reader: Callable[[SourceTable], HeaderReader] = lambda _table: read_header,
) -> tuple[ImportResult, ...]:
    """Import every list among the sheets of one file; `reader` gives what reads the headers of a sheet.

    Raises `BookFault` where none has a header we know.
    """
    known = tuple(known_ids)
    results = []
    for table in tables:
        mapping = find_mapping(table.rows, table.where, reader(table))
        if mapping is not None:
            results.append(import_rows(table, mapping, known_ids=known, options=options))
    if not results:
        title = tables[0].file if tables else ""
        raise BookFault(
            f"文件“{title}”里没有找到客户表的表头。请确认前 30 行内有一行写着客户编号、客户名称等列名。"
        )
    return tuple(results)


def import_rows(
    table: SourceTable,
    mapping: HeaderMapping,
    *,
    known_ids: Iterable[str] = (),
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> ImportResult:
    """Turn the rows below a header into customers.

    `known_ids` are customer numbers already in the book (they show how many digits a number has); `options` the
    accepted words of each option column (`option_words`).
    """
    start = mapping.header_rows[1]
    rows = [(number, tuple(row)) for number, row in enumerate(table.rows[start:], start + 1)]
    filled = [(number, row) for number, row in rows if not _is_blank(row)]
    reader = _Reader(table, mapping, options or {}, _width(filled, mapping, known_ids))
    for number, row in filled:
        reader.take(number, row)
    return ImportResult(
        table,
        mapping,
        tuple(reader.rows),
        tuple(reader.origins),
        tuple(reader.rejected),
        (*mapping.notes, *reader.attention()),
        len(rows),
        len(rows) - len(filled),
    )


def option_words(rules: RuleSet) -> dict[str, dict[str, str]]:
    """Return the accepted words of every option column, each with the option it means.

    Columns are 客户状态, the option indicators and 否决事项.
    """
    words: dict[str, dict[str, str]] = {"客户状态": {}, "否决事项": {}}
    for state, synonyms in STATUS_SYNONYMS.items():
        words["客户状态"].update(dict.fromkeys((state, *synonyms), state))
    for option in rules.options:
        words.setdefault(option.indicator, {}).update(
            dict.fromkeys((option.name, *option.synonyms), option.name)
        )
    for veto in rules.vetoes:
        words["否决事项"].update(dict.fromkeys((veto.name, *veto.synonyms), veto.name))
    return words


def is_total(row: Sequence[CellValue]) -> bool:
    """Return True for a row of totals (合计, 小计 …), told by its first text."""
    first = next((plain(value) for value in row if isinstance(value, str) and plain(value)), "")
    return bool(_TOTALS.fullmatch(first)) and len(first) < 12


def _is_blank(row: Sequence[CellValue]) -> bool:
    return all(value is None or (isinstance(value, str) and not plain(value)) for value in row)


def _width(
    rows: Sequence[tuple[int, tuple[CellValue, ...]]], mapping: HeaderMapping, known_ids: Iterable[str]
) -> int:
    """Return how many digits a customer number has, 0 where they differ."""
    place = mapping.position(KEY)
    texts: set[str] = set(known_ids)
    numbers: set[str] = set()
    for _, row in rows:
        value = row[place] if place is not None and place < len(row) else None
        try:
            number = None if is_total(row) else identifier(value)
        except UnusableIdentifier:
            continue
        if number is not None:
            (numbers if is_stored_as_number(value) else texts).add(number)
    return full_width(texts, numbers)


@define
class _Reader:
    table: SourceTable
    mapping: HeaderMapping
    options: Mapping[str, Mapping[str, str]]
    width: int
    rows: list[tuple[CellValue, ...]] = field(factory=list)
    origins: list[int] = field(factory=list)
    rejected: list[RejectedRow] = field(factory=list)
    restored: list[int] = field(factory=list)
    seen: dict[str, tuple[int, tuple[CellValue, ...]]] = field(factory=dict)
    remarks: dict[tuple[str, str, str], list[int]] = field(factory=dict)
    judged: dict[tuple[str, str], str | None] = field(factory=dict)

    def take(self, number: int, raw: tuple[CellValue, ...]) -> None:
        """Import one row or reject it with its cause."""
        cause, key = self._key(number, raw)
        if key is None:
            self.rejected.append(RejectedRow(self.table.file, self.table.sheet, number, cause, raw))
            return
        self.seen[key] = number, raw
        row: list[CellValue] = [None] * len(INPUT_COLUMNS)
        for match in self.mapping.matches:
            if match.column in _PLACES and match.position < len(raw):
                row[_PLACES[match.column]] = self._value(number, match, raw[match.position])
        row[_PLACES[KEY]] = key
        self.rows.append(tuple(row))
        self.origins.append(number)

    def _key(self, number: int, raw: tuple[CellValue, ...]) -> tuple[str, str | None]:
        """Return the customer number, or why the row has none that can be used."""
        if is_total(raw):
            return "这是合计行", None
        place = self.mapping.position(KEY)
        value = raw[place] if place is not None and place < len(raw) else None
        if isinstance(value, str) and plain(value) == plain(self.mapping.headers[place or 0]):
            return "这是重复的表头", None
        try:
            key = identifier(value)
        except UnusableIdentifier as reason:
            return str(reason), None
        if key is None:
            return f"没有{KEY}", None
        if len(key) < self.width and key.isdigit() and not key.startswith("0"):
            key = key.zfill(self.width)
            self.restored.append(number)
        if key in self.seen:
            first, before = self.seen[key]
            same = "内容完全相同" if before == raw else "内容不同，请核对以哪一行为准"
            return f"{KEY} {key} 与第 {first} 行重复，{same}", None
        return "", key

    def _value(self, number: int, match: HeaderMatch, value: CellValue) -> CellValue:
        kind = COLUMN[match.column].kind
        if isinstance(value, str):
            value = value.strip("\ufeff\u200b\u3000\xa0 \t\r\n") or None
        if value is None:
            return None
        if isinstance(value, CellError):
            self._remark(number, match.column, value.value, "是错误值，按未知处理")
            return value
        if kind == "identifier":
            return self._meters(number, match.column, value)
        if kind == "date":
            return self._date(number, match.column, value)
        if kind in ("number", "count", "money"):
            return self._number(number, match, value)
        if kind == "option":
            self._judge_option(number, match.column, str(value))
        return _as_text(value)

    def _meters(self, number: int, column: str, value: CellValue) -> CellValue:
        try:
            return meter_numbers(value)
        except UnusableIdentifier as reason:
            self._remark(number, column, str(value), f"不可靠（{reason}），已原样保留")
            return _as_text(value)

    def _date(self, number: int, column: str, value: CellValue) -> CellValue:
        day = read_date(value)
        if day is None:
            self._remark(number, column, str(value), "不是看得懂的日期，已原样保留")
            return value
        return day

    def _number(self, number: int, match: HeaderMatch, value: CellValue) -> CellValue:
        if isinstance(value, str):
            read = number_in(value)
            if read is None:
                return value
            if match.factor != 1 and not _PLAIN_NUMBER.fullmatch(plain(value).replace(",", "")):
                self._remark(number, match.column, value, f"没有按表头的单位“{match.unit}”换算，已原样保留")
                return value
            value = read
        if isinstance(value, int | float) and not isinstance(value, bool) and match.factor != 1:
            return round(value * match.factor, 6)
        return value

    def _judge_option(self, number: int, column: str, text: str) -> None:
        words = self.options.get(COLUMN[column].options)
        if not words:
            return
        parts = re.split(r"[;；、]", text) if column == "否决事项" else [text]
        for part in parts:
            if (column, part) not in self.judged:
                self.judged[column, part] = _misspelt(part, words)
            verdict = self.judged[column, part]
            if verdict is not None:
                self._remark(number, column, part, verdict)

    def _remark(self, number: int, column: str, value: str, verdict: str) -> None:
        self.remarks.setdefault((column, value, verdict), []).append(number)

    def attention(self) -> list[str]:
        """Return the sentences for what was imported but should be looked at, like ones together."""
        sentences = [
            f"{self.table.where}{_listed(numbers)}：{column}“{value[:30]}”{verdict}。"
            for (column, value, verdict), numbers in self.remarks.items()
        ]
        if self.restored:
            sentences.append(
                f"{self.table.where}{_listed(self.restored)}：{KEY}不足 {self.width} 位，已补回丢失的前导零。"
            )
        return sentences


def _misspelt(text: str, words: Mapping[str, str]) -> str | None:
    """Return what to say of a text that is none of the accepted words; None where it is one."""
    accepted = {plain(word): option for word, option in words.items()}
    wanted = plain(text)
    if not wanted or wanted in accepted:
        return None
    near = difflib.get_close_matches(wanted, accepted, 1, 0.5)
    hint = f"，是不是“{accepted[near[0]]}”" if near else ""
    return f"不在选项里，按未知处理{hint}"


def _listed(numbers: Sequence[int]) -> str:
    named = "、".join(map(str, numbers[:_ROWS_NAMED]))
    return f"第 {named} 行" if len(numbers) <= _ROWS_NAMED else f"第 {named} 等 {len(numbers)} 行"


def _as_text(value: CellValue) -> CellValue:
    """Return a number in a text column as text (a class 3 is `3`, not 3.0)."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)
