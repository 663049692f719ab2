"""Cell values ↔ typed values: the only place that knows blanks, full-width digits and Excel errors.

A reader takes one cell value and gives a typed one, or raises the `CellFault` that says what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
from attrs import frozen

from ccgrade_xl.errors import CellError, CellFault, NotUnderstood, OtherUnit, OutOfRange, PassedThrough
from ccgrade_xl.grading.customers import Coded, Customers, Dates, Floats, Integers
from ccgrade_xl.meters.events import SEVERITIES
from ccgrade_xl.rules.blank_words import NO_VETO, UNKNOWN
from ccgrade_xl.rules.customer_states import state_of
from ccgrade_xl.rules.dates import day_number, month_number, month_text
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.numerals import numeral_in
from ccgrade_xl.rules.wording import is_of_letters, plain
from ccgrade_xl.rules.wording import shown as quoted
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.dates import read_date as day_in
from ccgrade_xl.workbook.layout import COLUMN

_LONGEST_BLANK = max(map(len, UNKNOWN))

_ERRORS = {error.value: error for error in CellError}
COM_ERRORS = {
    -2146826288: CellError.NULL,
    -2146826281: CellError.DIV0,
    -2146826273: CellError.VALUE,
    -2146826265: CellError.REF,
    -2146826259: CellError.NAME,
    -2146826252: CellError.NUM,
    -2146826246: CellError.NA,
    -2146826245: CellError.GETTING_DATA,
    -2146826243: CellError.SPILL,
    -2146826238: CellError.CALC,
}
"""How COM hands over an Excel error: VT_ERROR, as a signed 32-bit number."""


def error_in(cell: object) -> CellError | None:
    """Return the Excel error a cell value is, as an enum, as Excel's text for it, or as COM's number."""
    if isinstance(cell, CellError):
        return cell
    if isinstance(cell, str):
        return _ERRORS.get(cell)
    if isinstance(cell, int):
        return COM_ERRORS.get(cell)
    return None


def is_blank(cell: object) -> bool:
    """Return whether a cell says nothing: empty, white space, NaN, or a word for «not known»."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return True
    return isinstance(cell, str) and plain(cell) in UNKNOWN


def read_number(cell: object, unit: str = "", *, signed: bool = False) -> float:
    """Read a number generously; NaN for a blank. `signed` allows values below 0.

    A unit may stand behind it where it is a word for `unit`, the place's own; any other raises `OtherUnit`.
    """
    if type(cell) is float and 0 <= cell < math.inf:
        return cell
    if (error := error_in(cell)) is not None:
        raise PassedThrough(error)
    if is_blank(cell):
        return math.nan
    number = _plain_number(cell, unit)
    if math.isinf(number):
        raise OutOfRange(f"数字 {shown(cell)} 太大。")
    if number < 0 and not signed:
        raise OutOfRange(f"{shown(cell)} 是负数，这里不能小于 0。")
    return number


def _plain_number(cell: object, unit: str) -> float:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal, str, np.number)):
        raise NotUnderstood(f"{shown(cell)} 不是数字，请填写数字。")
    if not isinstance(cell, str):
        return float(cell)
    numeral = numeral_in(cell)
    if numeral is None:
        raise NotUnderstood(f"{shown(cell)} 看不懂，请填写数字。")
    number = numeral.within(unit)
    if number is None:
        expected = f"，单位是 {unit}" if unit else "，不带单位"
        raise OtherUnit(f"{shown(cell)} 的单位看不懂，请填写数字{expected}。")
    return number


def read_count(cell: object, unit: str = "") -> float:
    """Read a count of times, days or months (0 or more); NaN for a blank."""
    return read_number(cell, unit)


def read_whole(cell: object, unit: str = "") -> int | None:
    """Read a count that has no fraction (0 or more); None for a blank."""
    number = read_number(cell, unit)
    if math.isnan(number):
        return None
    if not number.is_integer():
        raise OutOfRange(f"{shown(cell)} 不是整数，请填写整数{f'（{unit}）' if unit else ''}。")
    return int(number)


def read_money(cell: object, unit: str = "元") -> float:
    """Read an amount in yuan, which may be below 0; NaN for a blank."""
    return read_number(cell, unit, signed=True)


def read_signed(cell: object, unit: str = "") -> float:
    """Read a number that may be below 0; NaN for a blank."""
    return read_number(cell, unit, signed=True)


def read_text(cell: object) -> str | None:
    """Read a text as the manager wrote it, trimmed; None for a blank. Numbers read as their digits."""
    if (error := error_in(cell)) is not None:
        raise PassedThrough(error)
    if is_blank(cell):
        return None
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float, Decimal, np.number)):
        number = float(cell)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(cell).strip()


def read_day(cell: object) -> float:
    """Read a date as days since 1970; NaN for a blank."""
    date = read_date(cell)
    return math.nan if date is None else float(day_number(date))


_MONTH = re.compile(
    r"(?P<year>(?:19|20|21)\d\d)(?:[-/.年](?P<month>0?[1-9]|1[0-2])|(?P<digits>0[1-9]|1[0-2]))月?"
)


def read_month(cell: object) -> float:
    """Read a month as year·12 + month − 1: 2026-06, 2026/6, 2026年6月, 202606, or a date in it; NaN for a blank."""
    text = plain(str(cell)).removesuffix(".0") if isinstance(cell, (str, int, float)) else ""
    if found := _MONTH.fullmatch(text):
        return float(int(found["year"]) * 12 + int(found["month"] or found["digits"]) - 1)
    try:
        date = read_date(cell)
    except NotUnderstood:
        raise NotUnderstood(f"{shown(cell)} 不是看得懂的月份，请按 2026-06 的样子填写。") from None
    return math.nan if date is None else float(month_number(date))


def read_month_text(cell: object) -> str | None:
    """Read a month, as `read_month` does, as a text like 2026-06; None for a blank."""
    number = read_month(cell)
    return None if math.isnan(number) else month_text(int(number))


def read_severity(cell: object) -> str | None:
    """Read how grave an alarm is: 低, 中 or 高; None for a blank."""
    text = read_text(cell)
    if text is not None and text not in SEVERITIES:
        raise NotUnderstood(f"{shown(text)} 不是级别，应为{'、'.join(SEVERITIES)}之一。")
    return text


def read_pressure_kind(cell: object) -> str | None:
    """Read whether a pressure is over the air's (表压, 是 or TRUE) or absolute (绝压, 否 or FALSE); None for a blank.

    0 is refused: some spreadsheets hand over a blank cell as 0, and FALSE too.
    """
    text = read_text(cell)
    if text is None:
        return None
    for kind, words in _PRESSURES.items():
        if plain(text) in words:
            return kind
    raise NotUnderstood(f"{shown(text)} 看不懂，请写“表压”或“绝压”；省略时为表压。")


_PRESSURES = {
    "表压": frozenset({"表压", "相对压力", "gauge", "是", "true", "1"}),
    "绝压": frozenset({"绝压", "绝对压力", "absolute", "否", "false"}),
}


def text_of(cell: CellValue) -> str:
    """Return what a cell shows, as plain text."""
    if cell is None:
        return ""
    if type(cell) is str:
        if len(cell) > _LONGEST_BLANK and is_of_letters(cell):  # as most names are, and longer than any blank
            return cell
        return cell if cell in _ERRORS else "" if plain(cell) in UNKNOWN else cell.strip()
    error = error_in(cell)
    return error.value if error is not None else read_text(cell) or ""


def texts_of(cells: Iterable[CellValue]) -> list[str]:
    """Return what the cells of a column show, each distinct text read once."""
    column = list(cells)
    if set(map(type, column)) <= _TEXT_OR_NOTHING:  # as most columns of texts are
        return list(map({cell: text_of(cell) for cell in set(column)}.__getitem__, column))
    known = {cell: text_of(cell) for cell in {cell for cell in column if type(cell) is str}}
    return [known[cell] if type(cell) is str else "" if cell is None else text_of(cell) for cell in column]


_TEXT_OR_NOTHING = frozenset({str, type(None)})


def read_veto(cell: object) -> str | None:
    """Read 否决事项; None for a blank and for 无."""
    text = read_text(cell)
    return None if text is None or plain(text) in NO_VETO else text


def read_date(cell: object) -> dt.date | None:
    """Read a date: a date value, an Excel serial number, 2026-01-05, 2026/1/5, 20260105, 2026年1月5日."""
    if type(cell) is dt.datetime:
        return cell.date()
    if (error := error_in(cell)) is not None:
        raise PassedThrough(error)
    if is_blank(cell):
        return None
    found = day_in(cell.item() if isinstance(cell, np.generic) else cell)
    if found is None:
        raise NotUnderstood(f"{shown(cell)} 不是看得懂的日期，请按 2026-01-05 的样子填写。")
    return found.date()


def read_status(cell: object) -> str | None:
    """Read 客户状态: one of the four states by name or synonym, any other text as written; None for a blank."""
    text = read_text(cell)
    return None if text is None else state_of(text) or text


def shown(cell: object) -> str:
    """Show a cell value inside a sentence: in quotes, cut short."""
    return quoted(cell.value if isinstance(cell, CellError) else cell)


_NUMBERS = frozenset({float, type(None)})

NumberReader: TypeAlias = Callable[[object, str], float]
"""What reads a number from a cell, given the unit it is in."""

Cells: TypeAlias = "Sequence[Any] | Floats | Distinct"
"""A column of cell values: one by one, as an array of floats, or as its distinct values."""


def customers_from(columns: Mapping[str, Cells], length: int) -> Customers:
    """Read the columns of 客户 that grading needs; a column that is absent is unknown throughout.

    A cell that cannot be read is unknown too, and the row's `notes` say which and why; nothing is raised.
    """
    notes: dict[int, list[str]] = {}

    def numbers(name: str, reader: NumberReader = read_number) -> Floats:
        cells, unit = columns.get(name), COLUMN[name].unit
        if cells is None:
            return np.full(length, math.nan)
        if not isinstance(cells, np.ndarray | Distinct) and _NUMBERS.issuperset(map(type, cells)):
            cells = np.array(cells, dtype=np.float64)  # an empty cell becomes NaN
        if isinstance(cells, np.ndarray) and cells.dtype == np.float64 and _all_in_range(cells, reader):
            return cells
        read = _read_column(name, cells, lambda cell: reader(cell, unit), math.nan, notes)
        return np.array(read, dtype=np.float64)

    def coded(name: str, reader: Callable[[object], str | None] = read_text) -> Coded:
        cells = columns.get(name)
        return Coded.blank(length) if cells is None else _read_coded(name, cells, reader, notes)

    def days(name: str) -> Dates:
        cells = columns.get(name)
        if cells is None:
            return np.full(length, "NaT", dtype="datetime64[D]")
        if isinstance(cells, Distinct):
            faults: dict[int, list[str]] = {}
            read = _days([*_read_column(name, cells.values, read_date, None, faults), None])
            _spread_faults(cells, faults, notes)
            return read[cells.codes]
        return _days(_read_column(name, cells, read_date, None, notes))

    customers = Customers(
        status=coded("客户状态", read_status),
        usage=numbers("月均用气量"),
        months=numbers("在用月数", read_count),
        options={row.key: coded(row.name) for row in INDICATORS if row.scoring == "option"},
        late=numbers("逾期次数", read_count),
        worst=numbers("最长逾期天数", read_count),
        open_days=numbers("当前欠费天数", read_count),
        balance=numbers("预收气费余额", read_money),
        bill=numbers("月均气费"),
        vetoes=coded("否决事项", read_veto),
        veto_date=days("否决日期"),
        notes=Coded.blank(length),
    )
    if not notes:
        return customers
    return customers.noted(Coded.of("；".join(notes[row]) if row in notes else None for row in range(length)))


def _spread(cells: Cells) -> Iterable[Any]:
    if not isinstance(cells, Distinct):
        return cells
    return (cells.values[code] if code >= 0 else None for code in cells.codes)


def _read_column(
    name: str,
    cells: Cells,
    reader: Callable[[object], Any],
    empty: Any,
    notes: dict[int, list[str]],
) -> list[Any]:
    values = []
    for row, cell in enumerate(_spread(cells)):
        try:
            values.append(reader(cell))
        except CellFault as fault:
            notes.setdefault(row, []).append(_note(name, cell, fault))
            values.append(empty)
    return values


@frozen(eq=False)
class Distinct:
    """A column as its distinct cell values and which of them each row holds (-1: an empty cell)."""

    codes: Integers
    values: tuple[Any, ...]

    @classmethod
    def of(cls, cells: Sequence[Any]) -> Distinct:
        """Take a column of hashable cell values apart."""
        index: dict[Any, int] = {}
        codes = np.fromiter((index.setdefault(cell, len(index)) for cell in cells), np.int64, len(cells))
        return cls(codes, tuple(index))


def _read_coded(
    name: str, cells: Cells, reader: Callable[[object], str | None], notes: dict[int, list[str]]
) -> Coded:
    """Read a text column, each distinct cell value once."""
    column = cells if isinstance(cells, Distinct) else Distinct.of(cells)  # type: ignore[arg-type]
    faults: dict[int, list[str]] = {}
    read = Coded.of(_read_column(name, column.values, reader, None, faults))
    _spread_faults(column, faults, notes)
    return Coded(np.append(read.codes, -1)[column.codes], read.texts)


def _spread_faults(column: Distinct, faults: dict[int, list[str]], notes: dict[int, list[str]]) -> None:
    """Note the fault of a distinct value at every row that holds it."""
    for code, sentences in faults.items():
        for row in np.flatnonzero(column.codes == code):
            notes.setdefault(int(row), []).extend(sentences)


def _note(name: str, cell: object, fault: CellFault) -> str:
    if (error := error_in(cell)) is not None:
        return f"{name}是{error.named}，按未知处理"
    unit = f"（{unit}）" if (unit := COLUMN[name].unit) else ""
    expected = (
        f"，应为不小于 0 的数字{unit}" if isinstance(fault, OutOfRange)
        else f"，应为数字{unit}" if isinstance(fault, OtherUnit)
        else ""
    )  # fmt: skip
    return f"{name}{shown(cell)}看不懂，按未知处理{expected}"


def _all_in_range(cells: Floats, reader: NumberReader) -> bool:
    return not np.isinf(cells).any() and (reader is read_money or not (cells < 0).any())


def _days(dates: Sequence[dt.date | None]) -> Dates:
    return np.array(["NaT" if date is None else date for date in dates], dtype="datetime64[D]")


def cell_of(value: float | str | dt.date | None) -> CellValue:
    """Give a typed value the form a cell takes: NaN and "" are empty."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value
