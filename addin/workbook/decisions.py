"""差异化策略, further bands: overrides, objections, and the letter that answers one."""

from __future__ import annotations

from addin.workbook import tasks
from addin.workbook.lists import ROWS, draw_list
from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.style import AMBER, AMBER_TINT, GREEN, GREEN_TINT, GREY, NAVY, RED, RED_TINT
from ccgrade_xl.casework.decisions import WARNED_SHARE
from ccgrade_xl.workbook.decisions import (
    LETTER,
    LETTER_NUMBER,
    LETTER_ROWS,
    OBJECTION_LIST,
    OVERRIDE_LIST,
)
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.lists import SheetList

OVERRIDES = tasks.LAST + 2
OVERRIDES_LAST = OVERRIDES + len(OVERRIDE_LIST.columns) - 1
OBJECTIONS = OVERRIDES_LAST + 2
OBJECTIONS_LAST = OBJECTIONS + len(OBJECTION_LIST.columns) - 1
LETTER_AT = OBJECTIONS_LAST + 2
LETTER_LAST = LETTER_AT + 1

_HEAD, _HEADING = tasks.LIST_HEAD, tasks.LIST_HEADING
LETTER_TEXT = (_HEAD + 1, LETTER_LAST, _HEAD + LETTER_ROWS, LETTER_LAST)
"""First row and column and last row and column of the letter."""
_RULES = (
    "人工调整只写在计算结果旁边（“客户数据”的“说明”），不改动计算出的等级。",
    "原因、批准人、有效期至都要填；过了有效期自动失效。",
    "填好后按“调整和异议”：记入台账，旧的记录保留。",
)
_OBJECTION_RULES = (
    "收到异议当天登记，按“调整和异议”立即标注在说明里。",
    "2 个工作日内答复（收到当天不计）；经批准可延长 3 个工作日，写上延期批准人。",
    "答复后选处理结果，标注随即取消；右边是答复书。依据：深圳经济特区社会信用条例。",
)


def draw(page: Page) -> None:
    """Draw the three bands."""
    _band(page, OVERRIDE_LIST, OVERRIDES, "人工调整", _RULES)
    _share(page)
    _band(page, OBJECTION_LIST, OBJECTIONS, "客户异议", _OBJECTION_RULES)
    for column in (OVERRIDES - 1, OBJECTIONS - 1, LETTER_AT - 1):
        page.worksheet.set_column(column, column, 3, page.formats())
    _states(page, OVERRIDE_LIST, OVERRIDES)
    _states(page, OBJECTION_LIST, OBJECTIONS)
    _letter(page)


def _band(page: Page, declared: SheetList, left: int, title: str, rules: tuple[str, ...]) -> None:
    last = left + len(declared.columns) - 1
    page.put(0, left, title, "title")
    page.put(1, left, "浅黄色各列由您填写，其余由“调整和异议”按钮填写。", "purpose")
    page.fill(2, left, last, "text", top=2, top_color=NAVY)
    page.heading(3, left, last, "怎样办理")
    for line, rule in enumerate(rules, 4):
        page.put(line, left, f"{line - 3}. {rule}")
    page.heading(_HEADING, left, last, declared.title)
    draw_list(page, declared, _HEAD, left)


def _share(page: Page) -> None:
    """Show what share of the graded customers is decided by people, red above the limit."""
    row, counted = 8, f'COUNTIFS({OVERRIDE_LIST.name}[情况],"有效")'
    page.put(row, OVERRIDES, "有效占比", "label")
    graded = f'COUNTIFS({CUSTOMER_TABLE}[星级],"?*")'
    page.formula(
        row,
        OVERRIDES + 1,
        f"=IF({graded}=0,0,{counted}/{graded})",
        "",
        "result",
        num_format="0.0%",
        bold=True,
    )
    cell = cell_at(row, OVERRIDES + 1)
    page.formula(
        row, OVERRIDES + 2,
        f'=IF({cell}>{WARNED_SHARE},"超过 {WARNED_SHARE:.0%}：请检查评分规则是否合适，或清理人工调整。","不超过 {WARNED_SHARE:.0%}，正常。")',
        "", "text", bold=True, font_color=GREEN,
    )  # fmt: skip
    page.worksheet.conditional_format(
        row, OVERRIDES + 1, row, OVERRIDES + 2,
        {"type": "formula", "criteria": f"={cell}>{WARNED_SHARE}", "format": page.formats.tint(font_color=RED, bg_color=RED_TINT)},
    )  # fmt: skip


_STATES = (
    (("已到期", "已撤销", "已答复"), {"font_color": GREY}),
    (("有效", "待处理"), {"font_color": GREEN, "bg_color": GREEN_TINT}),
    (("今天到期",), {"font_color": AMBER, "bg_color": AMBER_TINT}),
)
"""The colours of a row's 情况 by how it begins; anything else wants attention and is red."""


def _states(page: Page, declared: SheetList, left: int) -> None:
    at = left + declared.headers.index("情况")
    first = _HEAD + 1
    here = in_column(first, at)
    rules = [
        ("OR(" + ",".join(f'LEFT({here},{len(word)})="{word}"' for word in words) + ")", colours)
        for words, colours in _STATES
    ]
    for condition, colours in (
        *rules,
        (f'{here}<>""', {"font_color": RED, "bg_color": RED_TINT, "bold": True}),
    ):
        page.worksheet.conditional_format(
            first, at, first + ROWS, at,
            {"type": "formula", "criteria": f"={condition}", "format": page.formats.tint(**colours), "stop_if_true": True},
        )  # fmt: skip


def _letter(page: Page) -> None:
    page.worksheet.set_column(LETTER_AT, LETTER_AT, 16, page.formats())
    page.worksheet.set_column(LETTER_LAST, LETTER_LAST, 110, page.formats())
    page.put(0, LETTER_AT, "异议答复书", "title")
    page.put(1, LETTER_AT, "“调整和异议”按钮为选定的异议写好正文，可以打印，也可以复制到公文里。", "purpose")
    page.fill(2, LETTER_AT, LETTER_LAST, "text", top=2, top_color=NAVY)
    page.heading(3, LETTER_AT, LETTER_LAST, "答复哪一件")
    page.put(4, LETTER_AT, "异议编号", "label")
    page.put(4, LETTER_LAST, None, "input", num_format="@")
    page.name(LETTER_NUMBER, 4, LETTER_LAST)
    page.put(5, LETTER_LAST, "不填时为最后一件。", "note")
    page.heading(_HEADING, LETTER_AT, LETTER_LAST, "正文")
    first, _, last, _ = LETTER_TEXT
    for row in range(first, last + 1):
        page.put(row, LETTER_LAST, None, "text", shrink=True)
    page.name(LETTER, *LETTER_TEXT)
