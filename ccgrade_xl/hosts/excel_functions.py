"""The cell functions as xlwings UDFs: `UDF MODULES = ccgrade_xl.hosts.excel_functions`.

Every function of `functions.FUNCTIONS` becomes a module attribute that `xlwings.udfs.call_udf` can call and
from which xlwings can generate its own wrappers. Arguments come in raw: a cell stays a scalar, a range a
tuple of rows, and an error cell COM's number for it, which the boundary knows; xlwings' own cleaning would
make errors look like empty cells and turn a column into a row.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import xlwings as xw

from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import CATEGORY, FUNCTIONS, CellFunction, call
from ccgrade_xl.workbook.book import CellValue

__all__ = list(FUNCTIONS)


def for_excel(result: CellValue | tuple[tuple[CellValue, ...], ...]) -> Any:
    """Give a result the form COM carries: an error as Excel's text for it, an integer as a float.

    The VBA wrapper makes `CVErr` of the error texts. Integers from 2^31 on would travel as VT_I8, which a
    cell refuses.
    """
    if isinstance(result, tuple):
        return [[_cell_for_excel(cell) for cell in row] for row in result]
    return _cell_for_excel(result)


def _cell_for_excel(cell: CellValue) -> Any:
    if isinstance(cell, CellError):
        return cell.value
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return cell


def _udf(function: CellFunction) -> Callable[..., Any]:
    """Dress a cell function as xlwings expects it: a plain function with named arguments and its help."""

    def answer(*arguments: object) -> Any:
        return for_excel(call(function.name, arguments))

    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__ = function.description
    answer.__annotations__ = {}  # xlwings would take them for converters
    answer.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(
                argument.name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=None if argument.optional else Parameter.empty,
            )
            for argument in function.arguments
        ]
    )
    udf: Callable[..., Any] = answer
    for argument in function.arguments:
        udf = xw.arg(argument.name, convert="raw", doc=argument.help)(udf)
    return xw.func(category=CATEGORY)(udf)  # last, for `xw.arg` sets the category back


globals().update({name: _udf(function) for name, function in FUNCTIONS.items()})
