"""How is a cell function answered? Arguments are read, shapes matched, faults put in their places.

Cells in, cells out: what a function computes stands in `functions`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from ccgrade_xl import boundary
from ccgrade_xl.errors import CellError, CellFault, NothingToGrade, NotUnderstood, PassedThrough
from ccgrade_xl.grading.customers import Coded, Floats
from ccgrade_xl.grading.scales import Scales, scales_of
from ccgrade_xl.rules.ruleset import ASPECTS, UNDECIDED, RuleSet
from ccgrade_xl.rules.store import recall
from ccgrade_xl.rules.wording import plain
from ccgrade_xl.workbook.book import CellValue

ArgumentKind = Literal[
    "number",
    "count",
    "money",
    "signed",
    "option",
    "star",
    "aspect",
    "meter",
    "day",
    "month",
    "severity",
    "pressure",
    "rules",
    "date",
    "block",
    "any",
]
Block = tuple[tuple[CellValue, ...], ...]


@frozen
class Argument:
    """One argument: its ASCII name (VBA, IDL), what the wizard calls it, and its help.

    A `number` or `count` is 0 or more, `money` and `signed` may be negative; `option` is an answer to the credit indicator
    `indicator`; `meter` is a meter's or a customer's number; `day` is read as days since 1970, `month` as year·12 + month − 1;
    `pressure` says whether it is over the air's or absolute; a number may have its `unit` behind it, but no other. These may be a cell or a range, but for a function that spills;
    `rules`, `date`, `block` and `any` are taken whole.
    """

    name: str
    label: str
    help: str
    kind: ArgumentKind = "any"
    optional: bool = False
    indicator: str = ""
    unit: str = ""


@frozen
class CellFunction:
    """A cell function. `spills` is true where the result is a block of its own shape."""

    name: str
    description: str
    arguments: tuple[Argument, ...]
    compute: Callable[..., Any] = field(repr=False)
    spills: bool = False


_WHOLE = frozenset({"rules", "date", "block", "any"})
Place = tuple[int, int]


def answer(
    function: CellFunction, arguments: Sequence[object]
) -> tuple[CellValue | Block, dict[Place, CellFault]]:
    """Answer a function, with the fault of each cell that shows an error. A fault of the whole call is raised."""
    given = list(arguments)
    while given and given[-1] is None:
        given.pop()
    if len(given) > len(function.arguments):
        raise NotUnderstood(f"{function.name} 最多 {len(function.arguments)} 个参数，给了 {len(given)} 个。")
    given += [None] * (len(function.arguments) - len(given))
    whole = [
        _read_single(argument, value)
        if function.spills and argument.kind not in _WHOLE
        else _read_whole(argument, value)
        for argument, value in zip(function.arguments, given, strict=True)
    ]
    if function.spills or not any(argument.kind not in _WHOLE for argument in function.arguments):
        return _filled(function.compute(*whole)), {}
    return _cell_by_cell(function, whole)


def _read_whole(argument: Argument, value: object) -> Any:
    """Read an argument that is taken whole; leave the others as they came."""
    if argument.kind == "rules":
        return _chosen_rules(_single(argument, value))
    if argument.kind == "date":
        return boundary.read_date(_single(argument, value))
    if argument.kind == "block":
        if value is None and not argument.optional:
            raise NotUnderstood(f"缺少参数“{argument.label}”。")
        return None if value is None else _grid(value)
    return value


def _read_single(argument: Argument, value: object) -> Any:
    """Read the one cell that a spilling function takes for an argument; a blank is None."""
    cell = _single(argument, value)
    try:
        read = _reader(argument, scales_of(RuleSet.default()))[0](cell)
    except CellFault as fault:
        raise fault.of(argument.label) from None
    if read is None or (isinstance(read, float) and math.isnan(read)):
        if argument.optional:
            return None
        raise NothingToGrade(f"参数“{argument.label}”是空白的，请先填写。")
    return read


def _chosen_rules(cell: CellValue) -> RuleSet:
    if (error := boundary.error_in(cell)) is not None:
        raise PassedThrough(error)
    return RuleSet.default() if boundary.is_blank(cell) else recall(str(cell).strip())


def _single(argument: Argument, value: Any) -> CellValue:
    """Return the one cell of an argument that takes no range."""
    if not isinstance(value, (tuple, list)):
        return value  # type: ignore[no-any-return]
    grid = _grid(value)
    if len(grid) != 1 or len(grid[0]) != 1:
        raise NotUnderstood(f"参数“{argument.label}”只能是一个单元格。")
    return grid[0][0]


def _cell_by_cell(
    function: CellFunction, given: Sequence[Any]
) -> tuple[CellValue | Block, dict[Place, CellFault]]:
    """Answer a function of cells: ranges of one shape, single cells repeated; one bad cell spoils no other."""
    rules = next((value for value in given if isinstance(value, RuleSet)), None) or RuleSet.default()
    scales = scales_of(rules)
    data = [(a, v) for a, v in zip(function.arguments, given, strict=True) if a.kind not in _WHOLE]
    shape = _common_shape([value for _, value in data])
    rows, width = shape or (1, 1)
    faults: dict[int, CellFault] = {}
    columns = [_read_cells(argument, value, rows * width, scales, faults) for argument, value in data]
    values = function.compute(scales, *columns)
    cells = values.tolist() if isinstance(values, np.ndarray) else list(values)
    for at, cell in enumerate(cells):
        if at in faults:
            cells[at] = faults[at].error
        elif isinstance(cell, CellFault):
            faults[at] = cell
            cells[at] = cell.error
        elif cell is None or (isinstance(cell, float) and math.isnan(cell)):
            faults[at] = NothingToGrade(f"{function.name}：资料空白或不足，没有可以计算的内容，请先补充。")
            cells[at] = CellError.NA
    places = {divmod(at, width): fault for at, fault in sorted(faults.items())}
    if shape is None:
        return cells[0], places
    return tuple(tuple(cells[row * width : (row + 1) * width]) for row in range(rows)), places


def _common_shape(values: Sequence[Any]) -> tuple[int, int] | None:
    """Return the one shape of all ranges among the arguments; None where all are single cells."""
    shapes = {
        (len(grid), len(grid[0]))
        for value in values
        if isinstance(value, (tuple, list))
        for grid in [_grid(value)]
    }
    if len(shapes) > 1:
        shapes.discard((1, 1))
    if len(shapes) > 1:
        listed = "、".join(f"{rows} 行 × {width} 列" for rows, width in sorted(shapes))
        raise NotUnderstood(f"各参数区域的大小不一致（{listed}），请选同样大小的区域。")
    return shapes.pop() if shapes else None


def _read_cells(
    argument: Argument, value: Any, length: int, scales: Scales, faults: dict[int, CellFault]
) -> Floats | Coded:
    """Read one argument's cells, row by row; remember the first fault of each place."""
    if length == 1 and type(value) is str and argument.kind == "option":
        coded = _one_answer(value, argument.indicator, scales)
        if coded is not None:
            return coded
    cells = [cell for row in _grid(value) for cell in row] if isinstance(value, (tuple, list)) else (value,)
    read, empty = _reader(argument, scales)
    values = []
    for at, cell in enumerate(cells):
        try:
            values.append(read(cell))
        except CellFault as fault:
            values.append(empty)
            for place in range(length) if len(cells) == 1 else (at,):
                faults.setdefault(place, fault.of(argument.label))
    if len(values) == 1 and length > 1:
        values *= length
    return np.array(values, dtype=np.float64) if empty is not None else Coded.of(values)


@lru_cache(maxsize=4096)
def _one_answer(text: str, key: str, scales: Scales) -> Coded | None:
    """Return a single known answer as a column: sheets ask for the same few again and again. None: a fault."""
    try:
        return Coded.of([_read_option(text, key, scales)])
    except CellFault:
        return None


def _reader(argument: Argument, scales: Scales) -> tuple[Callable[[object], Any], float | None]:
    """Return what reads one cell of an argument, and what stands for a cell that cannot be read."""
    if argument.kind == "option":
        return lambda cell: _read_option(cell, argument.indicator, scales), None
    if argument.kind == "star":
        return lambda cell: _read_star(cell, scales), None
    if argument.kind in _TEXTS:
        return _TEXTS[argument.kind], None
    if argument.kind in _MOMENTS:
        return _MOMENTS[argument.kind], math.nan
    read = _NUMBERS[argument.kind]
    return lambda cell: read(cell, argument.unit), math.nan


_NUMBERS: dict[str, boundary.NumberReader] = {
    "number": boundary.read_number,
    "count": boundary.read_count,
    "money": boundary.read_money,
    "signed": boundary.read_signed,
}
_MOMENTS: dict[str, Callable[[object], float]] = {"day": boundary.read_day, "month": boundary.read_month}


def _read_option(cell: object, key: str, scales: Scales) -> str | None:
    text = boundary.read_text(cell)
    if text is not None and scales.option(key, text) is None:
        raise NotUnderstood(f"{boundary.shown(text)} 不在选项中，请从下拉列表选择。")
    return text


def _read_star(cell: object, scales: Scales) -> str | None:
    text = boundary.read_text(cell)
    if text is None or text == UNDECIDED:
        return None
    digit = plain(text).removesuffix("级").removesuffix("星")
    names = {name.removesuffix("星级"): name for name in scales.star.names}
    name = names.get("一二三四五"["12345".index(digit)] if digit in tuple("12345") else digit)
    if name is None:
        raise NotUnderstood(f"{boundary.shown(text)} 不是星级，应为五星级至一星级。")
    return name


def _read_aspect(cell: object) -> str | None:
    text = boundary.read_text(cell)
    if text is not None and text not in ASPECTS:
        raise NotUnderstood(f"{boundary.shown(text)} 不是策略的方面，应为{'、'.join(ASPECTS)}之一。")
    return text


_TEXTS: dict[str, Callable[[object], str | None]] = {
    "aspect": _read_aspect,
    "meter": boundary.read_text,
    "severity": boundary.read_severity,
    "pressure": boundary.read_pressure_kind,
}


def _grid(value: Any) -> Block:
    """Return a value as rows of cells: a single cell is 1 × 1, a flat sequence one row."""
    if not isinstance(value, (tuple, list)):
        return ((value,),)
    if not value:
        raise NothingToGrade("区域是空的。")
    if not isinstance(value[0], (tuple, list)):
        return (tuple(value),)
    if len({len(row) for row in value}) > 1:
        raise NotUnderstood("区域各行的宽度不一致，请选一块完整的区域。")
    return tuple(tuple(row) for row in value)


def _filled(result: Any) -> CellValue | Block:
    """Give a block no empty cells: an array formula would show them as 0. Dates read as 2026-01-05."""
    if not isinstance(result, tuple):
        return result  # type: ignore[no-any-return]
    return tuple(
        tuple(
            "" if cell is None else cell.isoformat()[:10] if isinstance(cell, dt.date) else cell
            for cell in row
        )
        for row in result
    )
