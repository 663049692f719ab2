"""One value of a rule set ↔ one cell of 评分规则."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

from ccgrade_xl.errors import CellError, NotUnderstood
from ccgrade_xl.rules.numerals import is_percentage, number_in
from ccgrade_xl.rules.schema import RuleColumn, chosen, wanted
from ccgrade_xl.rules.separators import BETWEEN_WORDS
from ccgrade_xl.rules.wording import plain, shown

Cell: TypeAlias = float | str | bool | dt.datetime | dt.date | CellError | None
"""What a cell holds; None is an empty one."""

_REST = {plain(word) for word in ("其余", "其他", "其它", "不限", "以上以外")}
_TRUE = {plain(word) for word in ("是", "true", "1", "yes", "y", "✓", "✔", "√", "对", "启用", "开", "开启")}
_FALSE = {
    plain(word) for word in ("否", "false", "0", "no", "n", "✗", "✘", "×", "x", "不", "停用", "关", "关闭")
}


def from_cell(column: RuleColumn, cell: object) -> object:
    """Return what a cell that is not empty means in its column.

    Raises `NotUnderstood` with the end of a fault sentence, e.g. `的“abc”不是数字，请填数字（天）。`
    """
    if isinstance(cell, CellError):
        raise NotUnderstood(f"是{cell.named}，请改正这个单元格的公式或{wanted(column)}。")
    if isinstance(cell, dt.date):
        raise NotUnderstood(f"的{shown(cell)}是日期，请把单元格格式改为常规，再{wanted(column)}。")
    if column.kind == "yes_no":
        return _yes_no(column, cell)
    if column.kind in {"number", "share"}:
        return _number(column, cell)
    text = text_in(cell)
    if column.kind == "words":
        return tuple(word.strip() for word in BETWEEN_WORDS.split(text) if plain(word))
    return chosen(column, text)


def to_cell(column: RuleColumn, value: object) -> Cell:
    """Return the cell that `from_cell` reads as `value`; None where the column may be and is empty."""
    if value is None or value in ("", ()):
        return None
    if isinstance(value, bool):
        return column.choices[0] if value else column.choices[1]
    if isinstance(value, tuple):
        return "、".join(value)
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def text_in(cell: object) -> str:
    """Return a cell's text without the blanks around it; a number gives its shortest digits."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    return str(cell).strip()


def _yes_no(column: RuleColumn, cell: object) -> bool:
    word = plain(text_in(cell))
    for value, choice, also in ((True, column.choices[0], _TRUE), (False, column.choices[1], _FALSE)):
        if word == plain(choice) or word in also:
            return value
    raise NotUnderstood(f"的{shown(cell)}看不懂，请{wanted(column)}。")


def _number(column: RuleColumn, cell: object) -> float | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    if isinstance(cell, str):
        if column.blank and plain(cell) in _REST:
            return None
        percent = column.kind == "share" and is_percentage(cell)
        number = number_in(cell, "%" if percent else column.unit)
        if number is not None:
            return number / 100 if percent else number
    raise NotUnderstood(f"的{shown(cell)}不是数字，请{wanted(column)}。")
