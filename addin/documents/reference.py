"""The reference of sheets, columns, buttons and cell functions."""

from __future__ import annotations

from addin.documents.tables import table
from addin.workbook.guide import ERRORS, signature
from addin.workbook.self_check import formula_of, value_in
from addin.workbook.self_check_cases import CASES, Case
from ccgrade_xl.answering import Argument, CellFunction
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.errors import CellError
from ccgrade_xl.functions import FUNCTIONS, call
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, INPUT_COLUMNS, SHEETS

_TRIED: dict[str, tuple[tuple[str, object], ...]] = {
    "number": (("空白", None), ("文字", "很多"), ("负数", -1.0)),
    "count": (("空白", None), ("文字", "很多"), ("负数", -1.0)),
    "money": (("空白", None), ("文字", "很多"), ("负数", -1.0)),
    "option": (("空白", None), ("不在选项中", "不是选项")),
    "star": (("空白", None), ("不是星级", "不是星级")),
    "aspect": (("空白", None), ("不是六个方面之一", "天气")),
    "rules": (("没有这个版本", "R-00000000"),),
    "signed": (("空白", None), ("文字", "很多")),
    "meter": (("空白", None), ("没有这个编号", "没有这块表")),
    "day": (("看不懂的日期", "昨天"),),
    "month": (("看不懂的月份", "上个月"),),
    "severity": (("不是级别", "紧急"),),
    "pressure": (("看不懂", "大气压"),),
    "date": (("看不懂的日期", "昨天"),),
}
"""What is tried with an argument of a kind, and in which words the manual says it."""
_BLOCK_FAULT = "缺少需要的列、列名重复 → `#VALUE!`"


def sheets() -> str:
    """Return every sheet and what it is for."""
    rows = [
        (
            f"[{sheet.name}](#{sheet.name})",
            sheet.purpose if sheet.ready else f"{sheet.purpose}（本版尚未启用）",
        )
        for sheet in SHEETS
    ]
    return table(("工作表", "用途"), rows)


def columns() -> str:
    """Return every column of 客户数据."""
    rows = [(each.name, each.group, each.unit, each.help) for each in CUSTOMER_COLUMNS]
    return table(("列", "分组", "单位", "填什么 / 是什么"), rows)


def headers() -> str:
    """Return the header words an imported file may use for each column."""
    rows = [(each.name, each.unit, "、".join(each.synonyms)) for each in INPUT_COLUMNS]
    return table(("对应的列", "单位", "也认得这些写法"), rows)


def buttons() -> str:
    """Return every button."""
    rows = [(command.label, command.group, command.help) for command in COMMANDS.values()]
    return table(("按钮", "分组", "作用"), rows)


def functions() -> str:
    """Return every cell function: what it is, its arguments, examples and errors."""
    errors = table(("显示", "意思"), [(f"`{error}`", text) for error, text in ERRORS])
    return "\n\n".join([errors, *(_function(each) for each in FUNCTIONS.values())])


def _function(function: CellFunction) -> str:
    arguments = _folded(function.arguments)
    examples = [case for case in CASES if case.function == function.name]
    parts = [f"#### {function.name}", function.description, f"写法：`{signature(function)}`"]
    if arguments:
        rows = [_argument(function, first, last) for first, last in arguments]
        parts.append(table(("参数", "说明", "用不了时显示"), rows))
    parts.append(table(("例子", "结果"), [(f"`={formula_of(case)}`", _result(case)) for case in examples]))
    return "\n\n".join(parts)


def _folded(arguments: tuple[Argument, ...]) -> list[tuple[Argument, Argument]]:
    """Return arguments as (first, last) of those that differ in their number alone."""
    folded: list[tuple[Argument, Argument]] = []
    for argument in arguments:
        if folded and argument.optional and argument.help == folded[-1][0].help:
            folded[-1] = folded[-1][0], argument
        else:
            folded.append((argument, argument))
    return folded


def _argument(function: CellFunction, first: Argument, last: Argument) -> tuple[str, str, str]:
    name = first.label if first is last else f"{first.label} … {last.label}"
    return (f"[{name}]" if first.optional else name), first.help, _unusable(function, first)


def _unusable(function: CellFunction, argument: Argument) -> str:
    """Say what the cell shows where an argument cannot be used: each case is tried on the function's example."""
    if argument.kind == "block":
        return _BLOCK_FAULT
    at = function.arguments.index(argument)
    example = next(case for case in CASES if case.function == function.name)
    answers = []
    for said, value in _TRIED.get(argument.kind, ()):
        values = [value_in(given) for given in example.arguments]
        values += [None] * (at + 1 - len(values))
        values[at] = value
        answer = call(function.name, values)
        if isinstance(answer, CellError):
            answers.append(f"{said} → `{answer.value}`")
        elif value is None:
            answers.append("空白按未知处理")
    return "；".join(answers)


def _result(case: Case) -> str:
    if isinstance(case.expected, str):
        return f"`{case.expected}`" if case.expected.startswith("#") else case.expected or "（空文本）"
    return f"{case.expected:g}"
