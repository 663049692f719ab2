"""培训自测: how a paper is set, its questions, each person's line of results, and 常见问题."""

from __future__ import annotations

from addin.workbook import charts
from addin.workbook.lists import ROWS, draw_list
from addin.workbook.page import Page, in_column
from addin.workbook.style import AMBER_TINT, GREEN_TINT, RED_TINT
from ccgrade_xl.casework.training.paper import FORMS, MOST
from ccgrade_xl.workbook.training import (
    ALIKE,
    APART,
    CONTENT,
    COUNT,
    EXAMINEE,
    FAQ,
    FORM,
    NOBODY,
    OPEN,
    PAPER,
    PAPER_ROWS,
    PEOPLE,
    QUESTIONS,
    RESULT_FORMATS,
    RESULT_HEADERS,
    RESULTS,
    RIGHT,
    WRONG,
)

LEFT = 1
SET_ROW = 3
HEAD = 14
"""The header row of both lists; their rows are tall enough for a question in words."""
TALL, TALL_ROWS = 62, 100
LAST = LEFT + QUESTIONS.headers.index("解析")
HIDDEN = LEFT + QUESTIONS.headers.index(CONTENT)
RIGHT_PAGE = HIDDEN + 2
RIGHT_LAST = RIGHT_PAGE + len(FAQ.columns) - 1
STEPS = (
    "1. 选卷别和题数，按“出题”：考试考规则；自查、互查是随机抽几户，盲评星级。",
    "2. 在“作答”列填字母、文字或分数。不看“客户数据”里的评级结果。",
    "3. 按“阅卷”：逐题对错和解析写在右边，成绩记入台账。",
    "互查：第一人阅卷后作答收起，第二人改“考试人”再答；两人都交卷后",
    "算一致率和 κ（扣除碰巧一致），不一致的题记入右边的“常见问题”。",
)
VERDICT_TINTS = {RIGHT: GREEN_TINT, ALIKE: GREEN_TINT, WRONG: RED_TINT, APART: RED_TINT, OPEN: AMBER_TINT}


def draw(page: Page) -> None:
    """Draw the page: the paper on the left, results and 常见问题 on the right."""
    page.on_screen(zoom=85)
    page.widths(2)
    page.title(LAST, "按现行规则和客户资料出题、阅卷，自查互查，记录每个人的成绩。")
    draw_list(page, QUESTIONS, HEAD, LEFT)
    page.worksheet.set_column(HIDDEN, HIDDEN, 4, page.formats(), {"hidden": True})
    page.worksheet.set_column(HIDDEN + 1, HIDDEN + 1, 3, page.formats())
    page.worksheet.set_column(RIGHT_LAST + 1, RIGHT_LAST + 1, 3, page.formats())
    for column in range(RIGHT_LAST + 2, RIGHT_LAST + 2 + len(RESULT_HEADERS)):
        page.worksheet.set_column(column, column, 9, page.formats())
    draw_list(page, FAQ, HEAD, RIGHT_PAGE)
    _setting(page)
    _results(page)
    _rows(page)
    page.worksheet.freeze_panes(HEAD + 1, 0)
    _print(page)


def _setting(page: Page) -> None:
    page.heading(SET_ROW, LEFT, LEFT + 2, "试卷")
    page.heading(SET_ROW, LEFT + 3, LAST, "怎样使用")
    entered = (
        ("卷别", FORM, FORMS[0], {"validate": "list", "source": list(FORMS)}),
        ("题数", COUNT, 20, {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": MOST}),
        ("考试人", EXAMINEE, None, {}),
    )
    for line, (label, name, value, validation) in enumerate(entered):
        row = SET_ROW + 1 + line
        page.put(row, LEFT, label, "label", right=0)
        page.put(row, LEFT + 1, None, "label", left=0)
        page.put(row, LEFT + 2, value, "input", align="left", num_format="@" if value is None else "General")
        page.name(name, row, LEFT + 2)
        if validation:
            page.worksheet.data_validation(
                row, LEFT + 2, row, LEFT + 2,
                {**validation, "error_title": label, "error_message": f"请填写正确的{label}。"},
            )  # fmt: skip
    first = SET_ROW + 1 + len(entered)
    for line, label in enumerate(PAPER_ROWS):
        page.put(first + line, LEFT, label, "label", right=0)
        page.put(first + line, LEFT + 1, None, "label", left=0)
        kind = {"num_format": "yyyy-mm-dd"} if label == "评级日期" else {"num_format": "@"}
        page.put(first + line, LEFT + 2, None, "result", align="left", bold=label == "结果", **kind)
    page.name(PAPER, first, LEFT + 2, first + len(PAPER_ROWS) - 1, LEFT + 2)
    for line, text in enumerate(STEPS):
        page.put(SET_ROW + 1 + line, LEFT + 3, text, font_color="#595959", indent=1)


def _results(page: Page) -> None:
    page.heading(SET_ROW, RIGHT_PAGE, RIGHT_LAST, f"每个人的成绩（得分占满分；最近考过的 {PEOPLE} 人）")
    first = SET_ROW + 2
    for offset, header in enumerate(RESULT_HEADERS):
        page.put(first - 1, RIGHT_LAST + 2 + offset, header, "head")
        for line in range(PEOPLE):
            page.put(
                first + line, RIGHT_LAST + 2 + offset, None if offset else NOBODY, "cell",
                num_format=RESULT_FORMATS[offset], align="center" if offset else "left",
            )  # fmt: skip
    last = RIGHT_LAST + 1 + len(RESULT_HEADERS)
    page.name(RESULTS, first, RIGHT_LAST + 2, first + PEOPLE - 1, last)
    names = [(first + line, RIGHT_LAST + 2) for line in range(PEOPLE)]
    chart = charts.lines(page, names, first - 1, RIGHT_LAST + 5, last, (900, 228))
    page.worksheet.insert_chart(
        SET_ROW + 1, RIGHT_PAGE, chart, {"x_offset": 4, "y_offset": 4, "object_position": 2}
    )


def _rows(page: Page) -> None:
    for row in range(HEAD + 1, HEAD + 1 + TALL_ROWS):
        page.worksheet.set_row(row, TALL)
    verdict = in_column(HEAD + 1, LEFT + QUESTIONS.headers.index("结果"))
    for text, tint in VERDICT_TINTS.items():
        page.worksheet.conditional_format(
            HEAD + 1, LEFT, HEAD + ROWS, LAST,
            {"type": "formula", "criteria": f'={verdict}="{text}"', "format": page.formats.tint(bg_color=tint)},
        )  # fmt: skip


def _print(page: Page) -> None:
    """Print the paper alone, as far as it reaches."""
    page.print_on_a4(landscape=True, last_row=HEAD + 1, last_column=LAST)
    page.worksheet.print_area(0, LEFT, 1048575, LAST)
    page.worksheet.repeat_rows(HEAD)
