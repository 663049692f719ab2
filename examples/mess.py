"""What happens to clean customers on the way to a manager's desk: one function a kind of mess.

Every kind draws from its own random stream, so that changing one leaves the others where they were.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from attrs import frozen

from examples.customers import SEED

Cell: TypeAlias = str | float | dt.date | None
Columns: TypeAlias = dict[str, list[Cell]]
Generator = np.random.Generator

VERBATIM_COPIES = 9
REVISED_COPIES = 5
TOTAL = "合计"

HEADERS: dict[str, str] = {
    "客户编号": "户号",
    "客户名称": "用户名称",
    "客户状态": "用户状态",
    "地址": "用气地址",
    "表号": "表具编号",
    "开户日期": "通气日期",
    "班组": "片区",
    "客户经理": "客户管理员",
    "用气单位性质": "单位性质",
    "用气单位所属": "产权归属",
    "合同签订": "合同状态",
    "月均用气量": "月均气量({cubic}/月)",
    "在用月数": "用气月数",
    "月均气费": "月均气费(元)",
    "预收气费余额": "预收余额（元）",
    "缴费方式": "付款方式",
    "逾期次数": "逾期缴费次数",
    "最长逾期天数": "最长逾期(天)",
    "当前欠费天数": "欠费天数",
    "燃气安全状况": "安检结果",
    "否决事项": "一票否决",
    "否决日期": "失信日期",
    "备注": "备注",
}
"""The columns in the order of the billing system's list, and what it calls them. 备注 is nobody's column."""


@frozen
class Medium:
    """What a file can hold: `space` the stray blank it carries, `cubic` how it writes cubic metres.

    GBK knows neither the no-break space nor ³. `typed` cells may be numbers and dates, else all is text.
    """

    space: str
    cubic: str
    typed: bool


GBK_CSV = Medium(space="\u3000", cubic="m3", typed=False)
WORKBOOK = Medium(space="\u00a0", cubic="m³", typed=True)

SYNONYMS = {
    "民营企业": "民企",
    "国有企业": "国企",
    "个体工商户": "个体户",
    "有效且信息一致": "有效",
    "自动顺延": "自动续签",
    "九十日内到期": "90天内到期",
    "自有物业": "自有产权",
    "租赁一至三年": "租赁1-3年",
    "银行代扣": "银行托收",
    "网上营业厅": "网厅",
    "对公转账": "银行转账",
    "在用": "正常用气",
    "销户": "已销户",
}
"""Other systems' words for an option; ccgrade knows them."""

MISSPELT = {
    "民营企业": "民营企也",
    "个体工商户": "个休工商户",
    "有效且信息一致": "有效且信息一直",
    "变更未改签": "变更末改签",
    "租赁三年及以上": "租凭三年及以上",
    "租赁一至三年": "租凭一至三年",
    "银行代扣": "银行代口",
    "对公转账": "对公转帐户",
    "预付费表": "予付费表",
}
"""Typing slips; nobody can know these for certain."""

STARTING_LIKE_FORMULAS = {
    "客户名称": ("=1+1", "=1+1快餐店（澄安二店）", "@恒远咖啡"),
    "地址": ("-1层B12号铺，澄安市高新区云锦路8号", "+2号楼底商，澄安市东湾区新柳街66号"),
}
"""Names and addresses as people really write them, which a spreadsheet would take for formulas."""

OPTIONS = ("用气单位性质", "合同签订", "用气单位所属", "缴费方式")
UNITS = {
    "月均用气量": "{cubic}",
    "月均气费": "元",
    "预收气费余额": "元",
    "最长逾期天数": "天",
    "逾期次数": "次",
}
BLANKED = {**dict.fromkeys(OPTIONS, 11), "客户状态": 4, "逾期次数": 12, "预收气费余额": 14}
HARDLY_KNOWN = range(295, 305)
"""Customers of whom next to nothing is known: too little to grade them."""

DATES = ("开户日期", "否决日期")


def messy_rows(customers: pd.DataFrame, medium: Medium) -> list[list[Cell]]:
    """Return the rows of the list, without header: customers, copies, and the total at the end."""
    columns = _as_columns(customers)
    for stream, make in enumerate(KINDS):
        make(np.random.default_rng([SEED, stream]), columns, medium)
    rows = [list(row) for row in zip(*(columns[name] for name in HEADERS), strict=True)]
    _insert_copies(np.random.default_rng([SEED, 100]), rows)
    return [*rows, _total_row(customers)]


def header_texts(medium: Medium) -> list[str]:
    """Return the header of each column as the medium writes it."""
    return [text.format(cubic=medium.cubic) for text in HEADERS.values()]


def _as_columns(customers: pd.DataFrame) -> Columns:
    columns: Columns = {name: [_as_cell(value) for value in customers[name]] for name in customers}
    return {**columns, "备注": [None] * len(customers)}


def _as_cell(value: object) -> Cell:
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value  # type: ignore[return-value]


def lost_leading_zeros(rng: Generator, columns: Columns, medium: Medium) -> None:
    """A spreadsheet took the customer number for a number."""
    numbers = columns["客户编号"]
    for at in _some(rng, len(numbers), 40):
        digits = str(numbers[at]).lstrip("0")
        numbers[at] = float(digits) if medium.typed else digits


def options_in_other_words(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Another system writes the option differently."""
    _replace_texts(rng, columns, (*OPTIONS, "客户状态"), SYNONYMS, 90)


def options_misspelt(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Somebody typed the option by hand."""
    _replace_texts(rng, columns, OPTIONS, MISSPELT, 18)


def cells_left_blank(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Nobody knew, or nobody asked."""
    for name, count in BLANKED.items():
        for at in _some(rng, len(columns[name]), count):
            columns[name][at] = None
    for name in (*OPTIONS, "月均用气量", "预收气费余额"):
        for at in HARDLY_KNOWN:
            columns[name][at] = None


def numbers_as_text(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Thousands separators, and the unit behind the number."""
    for name, unit in UNITS.items():
        for at, with_unit in zip(_filled(rng, columns[name], 60), rng.random(60) < 0.4, strict=False):
            text = _grouped(columns[name][at])
            columns[name][at] = text + unit.format(cubic=medium.cubic) if with_unit else text


def full_width_digits(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Typed with a Chinese input method."""
    for name, count in (("月均用气量", 12), ("逾期次数", 8), ("客户编号", 6)):
        for at in _filled(rng, columns[name], count):
            columns[name][at] = _plain_text(columns[name][at]).translate(_FULL_WIDTH)


def dates_in_four_notations(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Every colleague writes dates her own way."""
    for name in DATES:
        notation = rng.integers(0, 4, len(columns[name]))
        columns[name] = [
            _date_text(value, int(way), medium) if isinstance(value, dt.date) else value
            for value, way in zip(columns[name], notation, strict=True)
        ]


def stray_spaces(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Blanks that look like nothing and break every lookup."""
    for name in ("客户名称", "用气单位性质", "缴费方式", "客户编号"):
        for turn, at in enumerate(_filled(rng, columns[name], 10)):
            text = _plain_text(columns[name][at])
            columns[name][at] = medium.space + text if turn % 2 else text + medium.space


def texts_like_formulas(rng: Generator, columns: Columns, medium: Medium) -> None:
    """Texts that begin with = @ - or +."""
    for name, texts in STARTING_LIKE_FORMULAS.items():
        for at, text in zip(_some(rng, len(columns[name]), len(texts)), texts, strict=True):
            columns[name][at] = text


def remarks(rng: Generator, columns: Columns, medium: Medium) -> None:
    """A column that belongs to no one."""
    for at in _some(rng, len(columns["备注"]), 15):
        columns["备注"][at] = "合同原件在档案室"


KINDS: tuple[Callable[[Generator, Columns, Medium], None], ...] = (
    lost_leading_zeros,
    options_in_other_words,
    options_misspelt,
    cells_left_blank,
    numbers_as_text,
    full_width_digits,
    dates_in_four_notations,
    stray_spaces,
    texts_like_formulas,
    remarks,
)


def _some(rng: Generator, length: int, count: int) -> list[int]:
    return [int(at) for at in rng.choice(length, min(count, length), replace=False)]


def _filled(rng: Generator, cells: Sequence[Cell], count: int) -> list[int]:
    """Pick cells that hold something."""
    return [at for at in _some(rng, len(cells), len(cells)) if cells[at] not in (None, "")][:count]


def _replace_texts(
    rng: Generator, columns: Columns, names: Sequence[str], words: dict[str, str], count: int
) -> None:
    places = [(name, at) for name in names for at, cell in enumerate(columns[name]) if cell in words]
    for place in _some(rng, len(places), count):
        name, at = places[place]
        columns[name][at] = words[str(columns[name][at])]


def _plain_text(cell: Cell) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _grouped(cell: Cell) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:,.0f}" if cell.is_integer() else f"{cell:,.2f}"


_FULL_WIDTH = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


def _date_text(date: dt.date, notation: int, medium: Medium) -> Cell:
    year, month, number = date.year, date.month, date.day
    texts: tuple[Cell, ...] = (
        date if medium.typed else f"{year}-{month:02d}-{number:02d}",
        f"{year}{month:02d}{number:02d}" if medium.typed else f"{year}/{month}/{number}",
        f"{year}.{month:02d}.{number:02d}",
        f"{year}年{month}月{number}日",
    )
    return texts[notation]


def _insert_copies(rng: Generator, rows: list[list[Cell]]) -> None:
    """Repeat some rows word for word, and some with a newer usage and the number's zeros lost."""
    names = list(HEADERS)
    number, usage = names.index("客户编号"), names.index("月均用气量")
    copies = []
    for turn, at in enumerate(_some(rng, len(rows), VERBATIM_COPIES + REVISED_COPIES)):
        copy = list(rows[at])
        if turn >= VERBATIM_COPIES:
            copy[number] = _plain_text(copy[number]).lstrip("0０")
            copy[usage] = float(rng.integers(800, 40_000))
        copies.append((at, copy))
    for at, copy in sorted(copies, key=lambda pair: -pair[0]):
        rows.insert(min(at + 7, len(rows)), copy)


def _total_row(customers: pd.DataFrame) -> list[Cell]:
    summed = {name: f"{customers[name].sum():,.2f}" for name in ("月均用气量", "月均气费", "预收气费余额")}
    return [TOTAL if name == "客户编号" else summed.get(name) for name in HEADERS]
