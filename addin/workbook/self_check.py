"""自检: the worked examples as live formulas, each green or red, and one sentence over all of them."""

from __future__ import annotations

from typing import Any

from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.self_check_cases import CASES, SAMPLE_HEADERS, SAMPLE_ROWS, Argument, Case, Range
from addin.workbook.style import AMBER_TINT, GREEN, GREEN_TINT, RED, RED_TINT, WHITE
from ccgrade_xl.functions import call
from ccgrade_xl.workbook.names import SELF_CHECK_RESULT

LEFT, LAST = 1, 5
TEST, FORMULA, EXPECTED, ACTUAL, VERDICT = range(LEFT, LAST + 1)
RESULT_ROW, HEAD_ROW = 3, 5
FIRST = HEAD_ROW + 1
PASSED, FAILED = "通过", "不通过"
ERROR_TYPES = {"#N/A": 7, "#VALUE!": 3, "#NUM!": 6}
"""What ERROR.TYPE says of each error a function of ours shows."""

BLOCKS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "自检_样本": (SAMPLE_HEADERS, *SAMPLE_ROWS),
    "自检_表头": (SAMPLE_HEADERS,),
    "自检_甲": (SAMPLE_ROWS[0],),
    "自检_乙": (SAMPLE_ROWS[1],),
    "自检_空白": ((None,),),
    "自检_分布": ((120, 80),),
    "自检_负户数": ((-1, 80),),
    "NA()": (("#N/A",),),
}
"""What each range of the examples holds."""


def draw(page: Page) -> None:
    """Draw the page: all examples use the default rules, whatever 评分规则 says."""
    page.on_screen()
    page.widths(2, 34, 78, 36, 36, 10)
    page.title(LAST, "每个函数的标准算例。全部通过，说明安装和计算都正常；与“评分规则”的修改无关。")
    page.row(HEAD_ROW, LEFT, ("测试", "公式", "应得", "实得", "结果"), "head")
    for offset, case in enumerate(CASES):
        _case(page, FIRST + offset, case)
    _result(page)
    _sample(page)
    _paint(page)
    page.hide_columns(LAST + 2)
    page.worksheet.freeze_panes(HEAD_ROW + 1, 0)
    page.print_on_a4(landscape=True, last_row=FIRST + len(CASES) - 1, last_column=LAST)
    page.worksheet.repeat_rows(HEAD_ROW)


def formula_of(case: Case) -> str:
    """Return the formula of an example, without the leading `=`."""
    formula = f"{case.function}({','.join(_written(argument) for argument in case.arguments)})"
    return formula if case.cell is None else f"INDEX({formula},{case.cell[0]},{case.cell[1]})"


def value_of(case: Case) -> float | str:
    """Return what the core answers to an example, as a cell shows it."""
    answer: Any = call(case.function, [value_in(argument) for argument in case.arguments])
    if case.cell is not None:
        answer = answer[case.cell[0] - 1][case.cell[1] - 1]
    shown: float | str = getattr(answer, "value", answer)
    return shown


def _written(argument: Argument) -> str:
    if isinstance(argument, Range):
        return argument.name
    if isinstance(argument, str):
        return '"{}"'.format(argument.replace('"', '""'))
    return f"{argument:g}" if float(argument).is_integer() else repr(argument)


def value_in(argument: Argument) -> object:
    if not isinstance(argument, Range):
        return argument
    block = BLOCKS[argument.name]
    return block[0][0] if len(block) == len(block[0]) == 1 else block


def _case(page: Page, row: int, case: Case) -> None:
    page.put(row, TEST, case.name, "label")
    page.put(row, FORMULA, "=" + formula_of(case), "cell", font_size=9, font_color="#595959")
    page.put(row, EXPECTED, case.expected, "cell", align="left")
    page.formula(row, ACTUAL, "=" + formula_of(case), value_of(case), "result", align="left")
    expected, actual = cell_at(row, EXPECTED, fixed=False), cell_at(row, ACTUAL, fixed=False)
    page.formula(row, VERDICT, _verdict(expected, actual, case.expected), PASSED, "cell", align="center")


def _verdict(expected: str, actual: str, value: float | str) -> str:
    """Return a formula that compares what stands with what should, errors by their type."""
    if value in ERROR_TYPES:
        same = f"IF(ISERROR({actual}),ERROR.TYPE({actual})={ERROR_TYPES[str(value)]},{actual}={expected})"
    elif isinstance(value, str):
        same = f'EXACT({actual}&"",{expected}&"")'
    else:
        same = f"ABS({actual}-{expected})<0.000001"
    return f'=IF(IFERROR({same},FALSE),"{PASSED}","{FAILED}")'


def _result(page: Page) -> None:
    verdicts = f"{cell_at(FIRST, VERDICT)}:{cell_at(FIRST + len(CASES) - 1, VERDICT)}"
    page.worksheet.set_row(RESULT_ROW, 40)
    properties = {"font_size": 16, "bold": True, "bg_color": GREEN, "font_color": WHITE, "indent": 1}
    page.fill(RESULT_ROW, LEFT, LAST, "text", **properties)
    page.formula(
        RESULT_ROW, LEFT,
        f'=IF(COUNTIF({verdicts},"{PASSED}")={len(CASES)},"全部通过：{len(CASES)} 项",'
        f'IF(ISERROR(CCG_X(1)),"函数没有连接：请先安装 ccgrade 并启用宏",'
        f'COUNTIF({verdicts},"{FAILED}")&" 项不通过，见下面红色的行"))',
        f"全部通过：{len(CASES)} 项", "text", **properties,
    )  # fmt: skip
    page.name(SELF_CHECK_RESULT, RESULT_ROW, LEFT)


def _sample(page: Page) -> None:
    """Write the sample the block examples use, to the right of the printed columns."""
    top, left = HEAD_ROW, LAST + 2
    page.put(top - 1, left, "算例用的客户样本（请勿修改）", "note")
    page.row(top, left, SAMPLE_HEADERS, "note")
    for offset, row in enumerate(SAMPLE_ROWS, 1):
        page.row(top + offset, left, row, "note")
    last = left + len(SAMPLE_HEADERS) - 1
    page.name("自检_样本", top, left, top + len(SAMPLE_ROWS), last)
    page.name("自检_表头", top, left, top, last)
    page.name("自检_甲", top + 1, left, top + 1, last)
    page.name("自检_乙", top + 2, left, top + 2, last)
    page.name("自检_空白", top + len(SAMPLE_ROWS) + 2, left)
    for line, name in enumerate(("自检_分布", "自检_负户数"), top + len(SAMPLE_ROWS) + 3):
        page.row(line, left, BLOCKS[name][0], "note")
        page.name(name, line, left, line, left + 1)


def _paint(page: Page) -> None:
    last = FIRST + len(CASES) - 1
    for text, background, ink in ((PASSED, GREEN_TINT, GREEN), (FAILED, RED_TINT, RED)):
        page.worksheet.conditional_format(
            FIRST, VERDICT, last, VERDICT,
            {
                "type": "cell", "criteria": "==", "value": f'"{text}"',
                "format": page.formats.tint(bg_color=background, font_color=ink, bold=True),
            },
        )  # fmt: skip
    page.worksheet.conditional_format(
        FIRST, TEST, last, ACTUAL,
        {
            "type": "formula", "criteria": f'={in_column(FIRST, VERDICT)}="{FAILED}"',
            "format": page.formats.tint(bg_color=AMBER_TINT),
        },
    )  # fmt: skip
    page.worksheet.conditional_format(
        RESULT_ROW, LEFT, RESULT_ROW, LAST,
        {
            "type": "formula", "criteria": f'=LEFT({cell_at(RESULT_ROW, LEFT)},4)<>"全部通过"',
            "format": page.formats.tint(bg_color=RED),
        },
    )  # fmt: skip
