"""Calls of every cell function, made from its declaration: good values, blanks, nonsense, errors, in a mix."""

from __future__ import annotations

import random
from collections.abc import Sequence

from addin.workbook.self_check_cases import SAMPLE_HEADERS, SAMPLE_ROWS
from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import Argument, CellFunction
from ccgrade_xl.rules.indicators import BY_KEY
from ccgrade_xl.rules.ruleset import ASPECTS, RuleSet
from ccgrade_xl.rules.store import keep
from ccgrade_xl.workbook.book import CellValue
from tests.meters.kept import LEFT, LONE, SILENT, STRAY

ROWS = 30

_NONSENSE = ("看不懂", "#1", CellError.NA, CellError.DIV0, CellError.VALUE, None, None)
_NUMBERS = (
    0.0, 3.0, 8000.0, 2999.999, 3000.0, 100000.0, 12.5, 0.1, "１２，０００ m³", "1,234.5元", " 30 天", -1.0, *_NONSENSE,
)  # fmt: skip
_CREDIT_SCORES = (100.0, 89.95, 89.94, 90.0, 79.99, 60.0, 0.0)


_METERED: dict[str, tuple[CellValue, ...]] = {
    "meter": ("甲", LONE, 117.0, "乙", LEFT, "表号:M-2", STRAY, SILENT, "不存在", CellError.NA, None),
    "day": ("2026-06-01", "2026-06-30", 46180.0, "2026年5月3日", "昨天", CellError.NUM, None),
    "month": ("2026-06", 46180.0, "2026年5月", 202605.0, "2019-01", "上月", CellError.NUM, None),
    "severity": ("中", "高", "低", "紧急", CellError.NA, None),
    "pressure": ("表压", "绝压", "大气压", CellError.NA),
}
"""The first of each is good; the results of `tests.meters.kept` are looked up."""


def rows_for(function: CellFunction, count: int = ROWS) -> list[tuple[CellValue, ...]]:
    """Return that many argument lists for a function of cells, the same at every run."""
    draw = random.Random(function.name)
    choices = [_values(argument) for argument in function.arguments]
    plain = [tuple(_good(argument) for argument in function.arguments)]
    mixed = [
        tuple(_good(argument) if draw.random() < 0.6 else draw.choice(values) for argument, values in pairs)
        for pairs in [list(zip(function.arguments, choices, strict=True))] * (count - 1)
    ]
    return plain + mixed


def blocks_for(function: CellFunction) -> list[Sequence[Sequence[CellValue]]]:
    """Return the blocks a function of blocks is called with here, one an argument that must be given."""
    sample = [SAMPLE_HEADERS, *SAMPLE_ROWS]
    known = {
        "customers": sample,
        "headers": [SAMPLE_HEADERS],
        "row": [SAMPLE_ROWS[1]],
        "expected": [(120.0, 80.0, 40.0)],
        "actual": [(90.0, 110.0, 40.0)],
    }
    return [known[argument.name] for argument in function.arguments if not argument.optional]


def _good(argument: Argument) -> CellValue:
    if argument.kind == "option":
        return _options(argument)[0]
    if argument.kind in _METERED:
        return _METERED[argument.kind][0]
    known = {
        "number": 90.0,
        "count": 1.0,
        "money": 5000.0,
        "signed": 5.0,
        "star": "四星级",
        "aspect": next(iter(ASPECTS)),
    }
    return known.get(argument.kind)


def _values(argument: Argument) -> tuple[CellValue, ...]:
    if argument.kind in _METERED:
        return _METERED[argument.kind]
    if argument.kind in {"number", "count", "money", "signed"}:
        return (*_NUMBERS, *_CREDIT_SCORES)
    if argument.kind == "option":
        return (*_options(argument), f" {_options(argument)[0]}　", *_NONSENSE)
    if argument.kind == "star":
        return ("五星级", "四星", "3", 2.0, "一星级", *_NONSENSE)
    if argument.kind == "aspect":
        return (*ASPECTS, *_NONSENSE)
    return (None, None, keep(RuleSet.default()), "R-00000000", CellError.NUM)


def _options(argument: Argument) -> tuple[str, ...]:
    indicator = BY_KEY[argument.indicator].name
    return tuple(option.name for option in RuleSet.default().options if option.indicator == indicator)
