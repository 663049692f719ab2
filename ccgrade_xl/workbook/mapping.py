"""Where is the header of a customer list, and which of its columns is which of ours?

Title rows above the header are passed over. A header may stand in two rows (缴费情况 over 逾期次数, 最长逾期天数).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from attrs import frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import column_letters
from ccgrade_xl.workbook.headers import HeaderReading, read_header
from ccgrade_xl.workbook.layout import COLUMN, INPUT_COLUMNS

SEARCHED_ROWS = 30
"""A header further down is not looked for."""
KEY = "客户编号"
_ENOUGH = 2

Reader = Callable[[str], HeaderReading | None]
"""What a header text means: `read_header`, or what was saved for a source (`headers.saved_reader`)."""


@frozen
class HeaderMatch:
    """A column of the source: its header text, its 0-based place, our column, and the factor to our unit."""

    header: str
    position: int
    column: str
    factor: float
    unit: str


@frozen
class Mapping:
    """How a list maps onto the 客户 table.

    `header_rows` are the 1-based first and last row of the header; data begin below. `unmapped` are headers that
    mean nothing to us, `missing` our input columns the list lacks, `notes` sentences the manager should read.
    """

    where: str
    header_rows: tuple[int, int]
    headers: tuple[str, ...]
    matches: tuple[HeaderMatch, ...]
    unmapped: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    def position(self, column: str) -> int | None:
        """Return the 0-based place of one of our columns in the source."""
        return next((match.position for match in self.matches if match.column == column), None)


def find_mapping(
    rows: Sequence[Sequence[CellValue]], where: str, read: Reader = read_header
) -> Mapping | None:
    """Find the header among the first rows; None where nothing looks like one.

    `where` names file and sheet in sentences. Raises `BookFault` where a column is there twice, or where the
    header is clear but 客户编号 is not in it.
    """
    best: tuple[tuple[int, int], tuple[int, int], list[str]] | None = None
    window = list(rows[:SEARCHED_ROWS])
    singles = [((at, at), _texts(row)) for at, row in enumerate(window, 1)]
    doubles = [
        ((at, at + 1), _joined(_texts(upper), _texts(lower), read))
        for at, (upper, lower) in enumerate(pairwise(window), 1)
        if _only_texts(lower)
    ]
    for place, headers in (*singles, *doubles):
        score = _score(headers, read)
        if score[0] >= _ENOUGH and (best is None or score > best[0]):
            best = score, place, headers
    if best is None:
        return None
    return _mapping(best[2], best[1], where, read)


def _score(headers: list[str], read: Reader) -> tuple[int, int]:
    """Count the columns understood, then those that name their unit (a second row may hold the units)."""
    readings = [reading for text in headers if text and (reading := read(text))]
    return len({reading.column for reading in readings}), sum(bool(reading.unit) for reading in readings)


def _mapping(headers: list[str], place: tuple[int, int], where: str, read: Reader) -> Mapping:
    readings = [(at, text, read(text)) for at, text in enumerate(headers) if text]
    chosen: dict[str, tuple[int, str, HeaderReading]] = {}
    unmapped: list[str] = []
    notes: list[str] = []
    for at, text, reading in readings:
        if reading is None:
            unmapped.append(text)
            continue
        other = chosen.get(reading.column)
        if other is None:
            chosen[reading.column] = at, text, reading
            continue
        if other[2].rank == reading.rank:
            raise BookFault(
                f"{where}的第 {place[1]} 行表头里“{reading.column}”出现了两次"
                f"（{_cited(other[:2])}和 {_cited((at, text))}）。请删除或改名其中一列后再试。"
            )
        better, worse = sorted((other, (at, text, reading)), key=lambda row: row[2].rank)
        chosen[reading.column] = better
        unmapped.append(worse[1])
        notes.append(f"{where}：“{reading.column}”取自 {_cited(better[:2])}，没有用 {_cited(worse[:2])}。")
    if KEY not in chosen:
        raise BookFault(
            f"{where}的第 {place[1]} 行像是表头，但没有“{KEY}”列（也可以叫"
            f"{'、'.join(COLUMN[KEY].synonyms)}）。请补上这一列后再试。"
        )
    notes += [
        f"{where}：表头“{text}”的单位“{reading.foreign_unit}”不能换算成{COLUMN[reading.column].unit}，"
        "已按原数读入，请核对。"
        for _, text, reading in chosen.values()
        if reading.foreign_unit
    ]
    matches = tuple(
        HeaderMatch(text, at, reading.column, reading.factor, reading.unit)
        for at, text, reading in sorted(chosen.values(), key=lambda row: row[0])
    )
    missing = tuple(column.name for column in INPUT_COLUMNS if column.name not in chosen)
    return Mapping(where, place, tuple(headers), matches, tuple(unmapped), missing, tuple(notes))


def _cited(header: tuple[int, str]) -> str:
    return f"{column_letters(header[0] + 1)} 列“{header[1]}”"


def _texts(row: Sequence[CellValue]) -> list[str]:
    return ["".join(value.split()) if isinstance(value, str) else "" for value in row]


def _only_texts(row: Sequence[CellValue]) -> bool:
    return all(value is None or isinstance(value, str) for value in row)


def _joined(upper: list[str], lower: list[str], read: Reader) -> list[str]:
    """Join a two-row header: the lower text where it says enough, else both, else the upper."""
    width = max(len(upper), len(lower))
    above = upper + [""] * (width - len(upper))
    below = lower + [""] * (width - len(lower))
    spanned = ""
    joined = []
    for top, bottom in zip(above, below, strict=True):
        spanned = top or (spanned if bottom else "")
        if not bottom or read(bottom) or not read(spanned + bottom):
            joined.append(bottom or top)
        else:
            joined.append(spanned + bottom)
    return joined
