"""Which rows of a source become customers, which do not and why, and what should be looked at?

No row vanishes: read = imported + rejected + blank. Values are cleaned only lightly; what an option or a number
means is for the grading to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from attrs import define, field, frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.rules.customer_states import STATE_WORDS
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.column_reading import ColumnReader, listed_rows
from ccgrade_xl.workbook.footers import footer_in, is_doubtful, is_total
from ccgrade_xl.workbook.headers import read_header
from ccgrade_xl.workbook.identifiers import (
    LeadingZeros,
    UnusableIdentifier,
    identifier,
    is_stored_as_number,
)
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import KEY, SEARCHED_ROWS, find_mapping
from ccgrade_xl.workbook.mapping import Mapping as HeaderMapping
from ccgrade_xl.workbook.mapping import Reader as HeaderReader
from ccgrade_xl.workbook.sources import SourceTable

_NAMES = tuple(column.name for column in INPUT_COLUMNS)


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
        return self.without("导入")

    def without(self, step: str) -> str:
        """Say as one sentence that the row went without a step, such as 评级."""
        sheet = f"的工作表“{self.sheet}”" if self.sheet else ""
        return f"文件“{self.file}”{sheet}第 {self.row} 行没有{step}：{self.cause}。"


@frozen
class ImportResult:
    """What one list gave. `rows` are as wide as `INPUT_COLUMNS`; `origins` are their 1-based source rows.

    `mapping.matches` names the columns the list has: the others are None in every row and say nothing. `attention` are
    all sentences the manager should read, among them `restored` on numbers that got their zeros back and `doubtful` on
    those that look like none.
    """

    source: SourceTable = field(repr=False)
    mapping: HeaderMapping
    rows: tuple[tuple[CellValue, ...], ...] = field(repr=False)
    origins: tuple[int, ...] = field(repr=False)
    rejected: tuple[RejectedRow, ...]
    attention: tuple[str, ...]
    restored: tuple[str, ...]
    doubtful: tuple[str, ...]
    read: int
    blank: int

    @property
    def places(self) -> tuple[str, ...]:
        """Name the source row of each customer for a sentence."""
        return tuple(f"{self.source.where}第 {row} 行" for row in self.origins)

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
    lists = find_lists(tables, reader)
    known = {*known_ids, *numbers_led_by_zero(lists)}
    return tuple(import_rows(table, mapping, known_ids=known, options=options) for table, mapping in lists)


def find_lists(
    tables: Sequence[SourceTable],
    reader: Callable[[SourceTable], HeaderReader] = lambda _table: read_header,
) -> tuple[tuple[SourceTable, HeaderMapping], ...]:
    """Return every list among the sheets of one file with its columns, as `import_tables` does."""
    mapped = ((table, find_mapping(table.rows, table.where, reader(table))) for table in tables)
    lists = tuple((table, mapping) for table, mapping in mapped if mapping is not None)
    if not lists:
        title = tables[0].file if tables else ""
        raise BookFault(
            f"文件“{title}”里没有找到客户表的表头。请确认前 {SEARCHED_ROWS} 行内有一行写着客户编号、客户名称等列名。"
        )
    return lists


def numbers_led_by_zero(lists: Sequence[tuple[SourceTable, HeaderMapping]]) -> set[str]:
    """Return the customer numbers that have kept their zeros: they show what the same ones have lost in another list."""
    found: set[str] = set()
    for table, mapping in lists if len(lists) > 1 else ():
        filled = enumerate(map(tuple, table.rows[mapping.header_rows[1] :]))
        found.update(number for number in _numbers(filled, mapping)[0] if number.startswith("0"))
    return found


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
    results = _result_places(mapping)
    filled = [(number, row) for number, row in rows if not _is_blank(_entered(row, results))]
    keys = _Keys(table, mapping, LeadingZeros.seen_in(known_ids, *_numbers(filled, mapping)))
    for number, row in filled:
        keys.take(number, row)
    columns = ColumnReader(table.where, options or {})
    read = {
        match.column: columns.read(match, keys.numbers, _at(match.position, keys.raws))
        for match in mapping.matches
        if match.column in _NAMES and match.column != KEY
    }
    nothing: list[CellValue] = [None] * len(keys.keys)
    read[KEY] = [*keys.keys]
    restored, doubtful = tuple(keys.restored()), tuple(keys.doubtful())
    return ImportResult(
        table,
        mapping,
        tuple(zip(*(read.get(name, nothing) for name in _NAMES), strict=True)),
        tuple(keys.numbers),
        tuple(keys.rejected),
        (*mapping.notes, *columns.attention(), *restored, *doubtful),
        restored,
        doubtful,
        len(rows),
        len(rows) - len(filled),
    )


def _at(position: int, rows: Sequence[tuple[CellValue, ...]]) -> list[CellValue]:
    """Return the cells of a column, None where a row ends before it."""
    return [row[position] if position < len(row) else None for row in rows]


def option_words(rules: RuleSet) -> dict[str, dict[str, str]]:
    """Return the accepted words of every option column, each with the option it means.

    Columns are 客户状态, the option indicators and 否决事项.
    """
    words: dict[str, dict[str, str]] = {"客户状态": {}, "否决事项": {}}
    for state, synonyms in STATE_WORDS.items():
        words["客户状态"].update(dict.fromkeys((state, *synonyms), state))
    for option in rules.options:
        words.setdefault(option.indicator, {}).update(
            dict.fromkeys((option.name, *option.synonyms), option.name)
        )
    for veto in rules.vetoes:
        words["否决事项"].update(dict.fromkeys((veto.name, *veto.synonyms), veto.name))
    return words


def _result_places(mapping: HeaderMapping) -> frozenset[int]:
    """Return where a list holds results of a grading, which nobody entered."""
    return frozenset(match.position for match in mapping.matches if match.column not in _NAMES)


def _entered(row: tuple[CellValue, ...], results: Set[int]) -> tuple[CellValue, ...]:
    return tuple(cell for at, cell in enumerate(row) if at not in results) if results else row


def _is_blank(row: Sequence[CellValue]) -> bool:
    return all(value is None or (isinstance(value, str) and not plain(value)) for value in row)


def _numbers(
    rows: Iterable[tuple[int, tuple[CellValue, ...]]], mapping: HeaderMapping
) -> tuple[set[str], set[str]]:
    """Return the customer numbers of a list: those that stand as texts, and those that stand as numbers."""
    place = mapping.position(KEY)
    texts: set[str] = set()
    numbers: set[str] = set()
    for _, row in rows:
        value = row[place] if place is not None and place < len(row) else None
        try:
            number = None if is_total(row) else identifier(value)
        except UnusableIdentifier:
            continue
        if number is not None:
            (numbers if is_stored_as_number(value) else texts).add(number)
    return texts, numbers


@define
class _Keys:
    """The rows that have a customer number of their own: the numbers, their source rows, the raw rows."""

    table: SourceTable
    mapping: HeaderMapping
    zeros: LeadingZeros
    keys: list[str] = field(factory=list)
    numbers: list[int] = field(factory=list)
    raws: list[tuple[CellValue, ...]] = field(factory=list)
    rejected: list[RejectedRow] = field(factory=list)
    _results: Set[int] = field(init=False)
    _restored: dict[str, list[int]] = field(factory=dict)
    _seen: dict[str, int] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._results = _result_places(self.mapping)

    def take(self, number: int, raw: tuple[CellValue, ...]) -> None:
        """Take one row or reject it with its cause."""
        cause, key = self._key(number, raw)
        if key is None:
            self.rejected.append(RejectedRow(self.table.file, self.table.sheet, number, cause, raw))
            return
        self._seen[key] = len(self.keys)
        self.keys.append(key)
        self.numbers.append(number)
        self.raws.append(raw)

    def _key(self, number: int, raw: tuple[CellValue, ...]) -> tuple[str, str | None]:
        """Return the customer number, or why the row has none that can be used."""
        place = self.mapping.position(KEY)
        value = raw[place] if place is not None and place < len(raw) else None
        if is_total(raw):
            return "这是合计行", None
        if isinstance(value, str) and plain(value) == plain(self.mapping.headers[place or 0]):
            return "这是重复的表头", None
        footer = footer_in(value)
        if footer is not None:
            return footer, None
        try:
            key = identifier(value)
        except UnusableIdentifier as reason:
            return str(reason), None
        if key is None:
            return f"没有{KEY}", None
        whole = self.zeros.restored(key)
        if whole in self._seen:
            first = self._seen[whole]
            alike = _entered(self.raws[first], self._results) == _entered(raw, self._results)
            same = "内容完全相同" if alike else "内容不同，请核对以哪一行为准"
            return f"{KEY} {whole} 与第 {self.numbers[first]} 行重复，{same}", None
        if whole != key:
            self._note_zeros(whole, number)
        return "", whole

    def _note_zeros(self, whole: str, number: int) -> None:
        """Note of a customer number that got its lost zeros back which way they were found."""
        said = (
            f"不足 {self.zeros.width} 位，已补回丢失的前导零"
            if len(whole) == self.zeros.width
            else "补上丢失的前导零就是已有的客户，已按已有客户导入"
        )
        self._restored.setdefault(said, []).append(number)

    def restored(self) -> Iterator[str]:
        """Say which numbers got their zeros back."""
        for said, rows in self._restored.items():
            yield f"{self.table.where}{listed_rows(rows)}：{KEY}{said}。"

    def doubtful(self) -> Iterator[str]:
        """Name the numbers that look like none of the others."""
        doubtful = [
            (number, key) for number, key in zip(self.numbers, self.keys, strict=True) if is_doubtful(key)
        ]
        for number, key in doubtful if 2 * len(doubtful) < len(self.keys) else ():
            yield f"{self.table.where}第 {number} 行：{KEY}“{key}”里没有数字，请核对是不是客户。"
