"""Every cell function, declared once: name, Chinese description, arguments, and what it computes.

From these declarations follow the VBA wrappers, the LibreOffice registration, the wizard texts, the xlwings
functions (`hosts`), the function reference and the 自检 sheet. `call` is the one way in for every host.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from ccgrade_xl import boundary
from ccgrade_xl.answering import Argument, Block, CellFunction, answer
from ccgrade_xl.errors import CcgradeError, CellError, CellFault, NotUnderstood
from ccgrade_xl.functions.declaring import DECLARED, function
from ccgrade_xl.workbook.book import CellValue

__all__ = ["CATEGORY", "DESCRIPTION_LIMIT", "FUNCTIONS", "Argument", "CellFunction", "call"]

CATEGORY = "客户分级"
DESCRIPTION_LIMIT = 255
"""Excel cuts a function's or an argument's description at this many characters."""

_FAMILIES = ("grading", "meters", "casework", "processes")
"""The modules that declare them, in the order the manual lists them."""

for _family in _FAMILIES:
    import_module(f"{__name__}.{_family}")

_CHECKED = 12


@function(
    "CCG_CHECK",
    "检查一个函数的参数：没有问题返回空文本，否则用一句话说明哪里不对、怎么改。",
    Argument("function_name", "函数名", "要检查的函数，例如 CCG_CREDIT。", "any"),
    *(
        Argument(f"argument{at}", f"参数{at}", "按该函数的顺序给出参数；可以省略。", "any", True)
        for at in range(1, _CHECKED + 1)
    ),
)
def _check(name: object, *arguments: object) -> str:
    function = FUNCTIONS.get(str(name).strip().upper())
    if function is None:
        return f"没有名为 {boundary.shown(name)} 的函数，函数名见“使用说明”。"
    try:
        _, faults = answer(function, arguments)
    except CcgradeError as fault:
        return str(fault)
    return str(next(iter(faults.values()))) if faults else ""


FUNCTIONS: dict[str, CellFunction] = DECLARED
"""Every cell function by name, in the order the manual lists them."""


def call(name: str, arguments: Sequence[object]) -> CellValue | Block:
    """Answer a cell function as a host would: `arguments` are cell values or blocks (tuples of rows).

    Trailing optional arguments may be missing or None. Faults come back as `CellError` values in their place;
    an unknown name raises `NotUnderstood`.
    """
    if name not in FUNCTIONS:
        raise NotUnderstood(f"没有名为 {boundary.shown(name)} 的函数。")
    try:
        return answer(FUNCTIONS[name], arguments)[0]
    except CellFault as fault:
        return fault.error
    except CcgradeError:
        return CellError.VALUE
