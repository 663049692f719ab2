"""试算: one customer, what stands in 客户 beside what changes; the same grading as 一键评级, live in cells."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from xlsxwriter.utility import xl_range_abs

from addin.workbook.customers import NUMBERS_NAME, entry_check
from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.style import AMBER, GREEN, GREEN_TINT, RED, RED_TINT
from ccgrade_xl.grading.explanation import HEADERS as EXPLANATION
from ccgrade_xl.grading.explanation import ROWS as EXPLANATION_ROWS
from ccgrade_xl.workbook.layout import (
    CUSTOMER_TABLE,
    INPUT_COLUMNS,
    RESULT_COLUMNS,
    RULE_VERSION_NAME,
    Column,
)
from ccgrade_xl.workbook.names import TRIAL_CUSTOMER
from ccgrade_xl.workbook.number_formats import PLAIN

INPUTS = tuple(
    column for column in INPUT_COLUMNS if column.group in ("用气量", "信用指标") or column.name == "客户状态"
)
"""The columns that decide a grade; the others only say who the customer is."""
SHOWN = tuple(column for column in RESULT_COLUMNS if column.name not in (RULE_VERSION_NAME, "评级日期"))

NUMBER_ROW, NAME_ROW, STATE_ROW = 3, 4, 5
HEAD_ROW = 7
FIRST = HEAD_ROW + 1
ADVICE_ROW = FIRST + len(SHOWN) + 1
EXPLAIN_ROW = ADVICE_ROW + 3
LABEL, PRESENT, CHANGED, TAKEN, UNIT = 1, 2, 3, 4, 5
RESULT, BEFORE, AFTER, DIFFERENCE = 7, 8, 9, 10
WORK = 13
"""First column of the working cells, outside the printed page."""


@frozen
class _Work:
    """References to the working cells: one row of headers, one of values, the graded row, the table row."""

    headers: str
    values: str
    graded: tuple[str, ...]
    place: str
    filled: str


def draw(page: Page) -> None:
    """Draw the page with no customer chosen: every result is blank until a value is given."""
    page.on_screen()
    page.widths(2, 17, 18, 18, 18, 8, 8, 14, 21, 21, 17, 3, 3)
    page.title(DIFFERENCE, "选一户客户，或直接在黄色格里填写；改一项，右边立刻显示结果怎样变化。")
    work = _working_cells(page)
    _customer(page, work)
    _inputs(page, work)
    _results(page, work)
    _advice(page, work)
    _explanation(page, work)
    _paint(page)
    page.hide_columns(WORK - 1)
    page.worksheet.freeze_panes(HEAD_ROW + 1, 0)
    page.print_on_a4(
        landscape=False, last_row=EXPLAIN_ROW + EXPLANATION_ROWS, last_column=DIFFERENCE, pages_high=1
    )
    page.worksheet.set_selection(NUMBER_ROW, PRESENT, NUMBER_ROW, PRESENT)


def _column(name: str) -> str:
    return f"{CUSTOMER_TABLE}[{name}]"


def _looked_up(name: str, work: _Work) -> str:
    """Return a formula for one column of the chosen customer, blank where there is nothing."""
    value = f"INDEX({_column(name)},{work.place})"
    return f'=IF(ISNUMBER({work.place}),IF({value}="","",{value}),"")'


def _working_cells(page: Page) -> _Work:
    """Lay out the row that CCG_GRADE reads and the row it answers, beside the page."""
    row = HEAD_ROW
    page.put(row - 1, WORK, "计算区（公式使用，请勿修改）", "note")
    place, filled = cell_at(row + 6, WORK + 1), cell_at(row + 7, WORK + 1)
    page.put(row + 6, WORK, "所在行", "note")
    page.formula(
        row + 6, WORK + 1, f'=IFERROR(MATCH({TRIAL_CUSTOMER}&"",{_column("客户编号")},0),"")', "", "note"
    )
    page.put(row + 7, WORK, "已填项数", "note")
    inputs = xl_range_abs(FIRST, TAKEN, FIRST + len(INPUTS) - 1, TAKEN)
    page.formula(row + 7, WORK + 1, f"=SUMPRODUCT(--(LEN({inputs})>0))", 0, "note")
    for offset, column in enumerate(INPUTS):
        page.put(row, WORK + offset, column.name, "note")
        taken = cell_at(FIRST + offset, TAKEN)
        page.formula(row + 1, WORK + offset, f"={taken}", "", "note", num_format=column.number_format)
    last = WORK + len(INPUTS) - 1
    block = xl_range_abs(row, WORK, row + 1, last)
    answer = (row + 3, WORK, row + 4, WORK + len(RESULT_COLUMNS) - 1)
    page.array(answer, f'=IF({filled}>0,CCG_GRADE({block},{RULE_VERSION_NAME}),"")', "note")
    graded = tuple(cell_at(row + 4, WORK + offset) for offset in range(len(RESULT_COLUMNS)))
    return _Work(
        xl_range_abs(row, WORK, row, last), xl_range_abs(row + 1, WORK, row + 1, last), graded, place, filled
    )


def _customer(page: Page, work: _Work) -> None:
    page.put(NUMBER_ROW, LABEL, "客户编号", "label", bold=True)
    page.put(NUMBER_ROW, PRESENT, None, "input", num_format="@", bold=True)
    page.name(TRIAL_CUSTOMER, NUMBER_ROW, PRESENT)
    page.worksheet.data_validation(
        NUMBER_ROW, PRESENT, NUMBER_ROW, PRESENT,
        {
            "validate": "list", "source": f"={NUMBERS_NAME}", "error_type": "warning",
            "error_title": "没有这个客户编号", "error_message": "“客户数据”里没有这个编号，请核对。",
        },
    )  # fmt: skip
    page.put(
        NUMBER_ROW,
        CHANGED,
        "从下拉列表选择，或在“客户数据”里选中一户后按“试算”。留空则只按下面填写的资料试算。",
        "note",
    )
    page.put(NAME_ROW, LABEL, "客户名称", "label")
    page.formula(NAME_ROW, PRESENT, _looked_up("客户名称", work), "", "result", right=0)
    page.put(NAME_ROW, CHANGED, None, "result", left=0, right=0)
    page.put(NAME_ROW, TAKEN, None, "result", left=0)
    page.formula(
        STATE_ROW, LABEL,
        f'=IF(ISERROR(CCG_X(1)),"函数没有连接：请先安装 ccgrade 再试算，见“使用说明”。",'
        f'IF(AND(LEN({TRIAL_CUSTOMER})>0,NOT(ISNUMBER({work.place}))),"“客户数据”里没有这个客户编号，请核对。",""))',
        "", "text", font_color=RED, bold=True,
    )  # fmt: skip


def _inputs(page: Page, work: _Work) -> None:
    page.row(HEAD_ROW, LABEL, ("资料", "现状", "改为（空白＝不改）", "采用", "单位"), "head")
    page.worksheet.set_row(HEAD_ROW, 24)
    for offset, column in enumerate(INPUTS):
        row = FIRST + offset
        shape: dict[str, Any] = {"num_format": column.number_format, "align": "center"}
        page.put(row, LABEL, column.name, "label")
        page.formula(row, PRESENT, _looked_up(column.name, work), "", "result", **shape)
        page.put(row, CHANGED, None, "input", **shape)
        present, changed = cell_at(row, PRESENT), cell_at(row, CHANGED)
        page.formula(row, TAKEN, f'=IF({changed}="",{present},{changed})', "", "result", bold=True, **shape)
        page.put(row, UNIT, column.unit, "note")
        _check(page, row, column)
    page.put(FIRST + len(INPUTS), LABEL, "填“未知”即按资料缺失试算。", "note", valign="top")


def _check(page: Page, row: int, column: Column) -> None:
    check = entry_check(column)
    if check is not None:
        # A warning, not a stop: 未知 may be tried in any cell.
        softened = {key: value for key, value in check.items() if not key.startswith("input_")}
        page.worksheet.data_validation(row, CHANGED, row, CHANGED, {**softened, "error_type": "warning"})


def _results(page: Page, work: _Work) -> None:
    page.row(HEAD_ROW, RESULT, ("结果", "现状", "试算", "变化"), "head")
    for offset, column in enumerate(SHOWN):
        row = FIRST + offset
        shape: dict[str, Any] = {"num_format": column.number_format, "align": "center"}
        if column.name in ("信用等级", "星级", "用气量等级"):
            shape |= {"bold": True}
        page.put(row, RESULT, column.name, "label")
        if column.name == "说明":
            shape |= {"align": "left", "text_wrap": True, "valign": "top", "font_size": 9}
            page.worksheet.set_row(row, 78)
        page.formula(row, BEFORE, _looked_up(column.name, work), "", "result", **shape)
        graded = work.graded[RESULT_COLUMNS.index(column)]
        page.formula(row, AFTER, f'=IF({work.filled}=0,"",IFERROR({graded},"—"))', "", "result", **shape)
        before, after = cell_at(row, BEFORE), cell_at(row, AFTER)
        page.formula(row, DIFFERENCE, _difference(before, after, column), "", "cell", align="center")


def _difference(before: str, after: str, column: Column) -> str:
    """Return a formula that says what changed: a signed number, or from what to what."""
    # Joined with "" first: LibreOffice finds a text out of an array formula unequal to the same text typed.
    unchanged = f'OR({before}&""="",{after}&""="",{before}&""={after}&"")'
    if column.name == "说明":
        return f'=IF({unchanged},"","有变化")'
    change = f"ROUND({after}-{before},4)"
    # TEXT has no format for a number with the decimals it has: "0.##" leaves a point, "General" is another word in each language.
    told = f'TEXT({change},"+0%;-0%")' if column.name == "完整度" else f'IF({change}>0,"+","")&{change}'
    return f'=IF({unchanged},"",IF(AND(ISNUMBER({before}),ISNUMBER({after})),{told},{before}&" → "&{after}))'


def _advice(page: Page, work: _Work) -> None:
    page.heading(ADVICE_ROW, LABEL, DIFFERENCE, "怎样升一星")
    page.formula(
        ADVICE_ROW + 1, LABEL,
        f'=IF({work.filled}=0,"",IFERROR(CCG_NEXT_STAR({work.headers},{work.values},{RULE_VERSION_NAME}),"—"))',
        "", "text", font_color=GREEN, bold=True,
    )  # fmt: skip


def _explanation(page: Page, work: _Work) -> None:
    page.heading(EXPLAIN_ROW, LABEL, DIFFERENCE, "为什么是这个等级（按“采用”的资料）")
    last_row, last = EXPLAIN_ROW + EXPLANATION_ROWS, LABEL + len(EXPLANATION) - 1
    formula = (
        f'=IF({work.filled}=0,"",IFERROR(CCG_EXPLAIN({work.headers},{work.values},{RULE_VERSION_NAME}),""))'
    )
    place = (EXPLAIN_ROW + 1, LABEL, last_row, last)
    page.array(place, formula, centred=range(2, len(EXPLANATION) - 1), num_format=PLAIN)


def _paint(page: Page) -> None:
    """Highlight what was changed and what it changes."""
    worksheet, tint = page.worksheet, page.formats.tint
    changed = in_column(FIRST, CHANGED)
    worksheet.conditional_format(
        FIRST, TAKEN, FIRST + len(INPUTS) - 1, TAKEN,
        {"type": "formula", "criteria": f'={changed}<>""', "format": tint(bg_color="#FFF2CC", font_color=AMBER)},
    )  # fmt: skip
    first = in_column(FIRST, DIFFERENCE)
    last = FIRST + len(SHOWN) - 1
    for criteria, properties in (
        (f'=LEFT({first},1)="+"', {"bg_color": GREEN_TINT, "font_color": GREEN}),
        (f'=LEFT({first},1)="-"', {"bg_color": RED_TINT, "font_color": RED}),
        (f'={first}<>""', {"bg_color": "#FFF2CC", "font_color": AMBER}),
    ):
        worksheet.conditional_format(
            FIRST,
            AFTER,
            last,
            DIFFERENCE,
            {"type": "formula", "criteria": criteria, "format": tint(**properties)},
        )
    line = in_column(EXPLAIN_ROW + 1, LABEL)
    worksheet.conditional_format(
        EXPLAIN_ROW + 1, LABEL, EXPLAIN_ROW + 1, DIFFERENCE,
        {"type": "formula", "criteria": f'={line}<>""', "format": tint(bg_color="#E9EFF6", bold=True)},
    )  # fmt: skip
    worksheet.conditional_format(
        EXPLAIN_ROW + 1, LABEL, EXPLAIN_ROW + EXPLANATION_ROWS, DIFFERENCE,
        {"type": "formula", "criteria": f'={line}<>""', "format": tint(bottom=1, bottom_color="#BFC9D6")},
    )  # fmt: skip
