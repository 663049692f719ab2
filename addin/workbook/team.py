"""人员分工: the table of people, the organisation chart drawn in cells, and the redistribution before and after."""

from __future__ import annotations

from addin.workbook.lists import draw_list
from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.style import AMBER, BLUE, GREY, LINE, MIST, NAVY, WHITE
from ccgrade_xl.workbook.team import (
    CHART_COLUMNS,
    CHART_FIRST,
    CHART_LEADER,
    CHART_NAME,
    CHART_ROWS,
    CHART_SPECIALIST,
    CHART_TEAM,
    CHART_TOP,
    COMPARISON,
    PEOPLE,
    TOTAL,
)

LEFT = 1
CHART_LEFT = LEFT + len(PEOPLE.columns) + 1
COMPARISON_LEFT = CHART_LEFT + CHART_COLUMNS + 1
LAST = COMPARISON_LEFT + len(COMPARISON.columns) - 1
LINK_ROW, NOTE_ROW, HEADING_ROW, HEAD_ROW = 3, 4, 5, 6
ROWS = 2000
"""How many rows below the comparison's header colours reach."""
BOX, BETWEEN = 15, 1.6
"""Widths of a box of the chart and of the gap beside it."""


def draw(page: Page) -> None:
    """Draw the sheet: the user fills in 人员, 任务分派 fills in the chart and the comparison."""
    page.on_screen(zoom=90)
    page.worksheet.set_column(0, 0, 2, page.formats())
    page.title(
        LAST, "人员表由组长填写；按“任务分派”把在用客户均匀分给承担客户的人，并画出架构图、列出前后对比。"
    )
    _links(page)
    page.heading(HEADING_ROW, LEFT, CHART_LEFT - 2, "人员")
    draw_list(page, PEOPLE, HEAD_ROW, LEFT)
    _chart(page)
    page.heading(HEADING_ROW, COMPARISON_LEFT, LAST, COMPARISON.title)
    draw_list(page, COMPARISON, HEAD_ROW, COMPARISON_LEFT)
    _comparison_colours(page)
    page.worksheet.freeze_panes(HEAD_ROW + 1, 0)
    _print(page)


def _links(page: Page) -> None:
    for column, at, text in (
        (LEFT, CHART_LEFT, "架构图 →"), (LEFT + 2, COMPARISON_LEFT, "前后对比 →"),
        (CHART_LEFT, LEFT, "← 人员"), (CHART_LEFT + 2, COMPARISON_LEFT, "前后对比 →"),
        (COMPARISON_LEFT, LEFT, "← 人员"), (COMPARISON_LEFT + 2, CHART_LEFT, "← 架构图"),
    ):  # fmt: skip
        place = f"internal:'{page.sheet.name}'!{cell_at(0, at, fixed=False)}"
        page.worksheet.write_url(LINK_ROW, column, place, page.formats("link"), text)
    page.put(NOTE_ROW, LEFT, "承担客户留空：一线人员为是，组长、技术骨干为否。", "note")
    page.put(NOTE_ROW, CHART_LEFT, "“1+1”：组长和技术骨干带一线人员；按“任务分派”更新。", "note")
    page.put(
        NOTE_ROW, COMPARISON_LEFT, "同一班组内户数相差不超过 1 户；每一级用气量、低星与否也同样均分。", "note"
    )


def _chart(page: Page) -> None:
    for offset in range(CHART_COLUMNS):
        at = CHART_LEFT + offset
        page.worksheet.set_column(at, at, BETWEEN if offset % 2 else BOX, page.formats())
    page.worksheet.set_column(CHART_LEFT - 1, CHART_LEFT - 1, 3, page.formats())
    page.worksheet.set_column(COMPARISON_LEFT - 1, COMPARISON_LEFT - 1, 3, page.formats())
    page.heading(HEADING_ROW, CHART_LEFT, CHART_LEFT + CHART_COLUMNS - 1, "组织架构")
    for row in range(CHART_ROWS):
        for offset in range(0, CHART_COLUMNS, 2):
            page.put(HEAD_ROW + row, CHART_LEFT + offset, None, align="center", shrink=True)
    last = CHART_LEFT + CHART_COLUMNS - 1
    page.name(CHART_NAME, HEAD_ROW, CHART_LEFT, HEAD_ROW + CHART_ROWS - 1, last)
    _box(page, CHART_TOP, 1, bg_color=NAVY, font_color=WHITE, bold=True)
    _box(page, CHART_TEAM, 1, bg_color=BLUE, font_color=WHITE, bold=True)
    _box(page, CHART_LEADER, 2, bg_color=MIST, font_color=NAVY, bold=True)
    _box(page, CHART_FIRST, CHART_ROWS - CHART_FIRST, bg_color=WHITE)
    for row in (CHART_TOP + 1, CHART_SPECIALIST + 1):
        for offset in range(0, CHART_COLUMNS, 2):
            page.put(HEAD_ROW + row, CHART_LEFT + offset, None, align="center", font_color=GREY)


def _box(page: Page, row: int, rows: int, **properties: object) -> None:
    """Draw a box around each cell of these rows that holds something."""
    first = HEAD_ROW + row
    page.worksheet.conditional_format(
        first, CHART_LEFT, first + rows - 1, CHART_LEFT + CHART_COLUMNS - 1,
        {
            "type": "formula", "criteria": f'={cell_at(first, CHART_LEFT, fixed=False)}<>""',
            "format": page.formats.tint(border=1, border_color=BLUE, **properties),
        },
    )  # fmt: skip


def _comparison_colours(page: Page) -> None:
    first = HEAD_ROW + 1
    name = in_column(first, COMPARISON_LEFT)
    at = {header: COMPARISON_LEFT + place for place, header in enumerate(COMPARISON.headers)}
    rules = (
        (COMPARISON_LEFT, LAST, f'={name}="{TOTAL}"', {"bold": True, "bg_color": MIST, "bottom": 1, "bottom_color": LINE}),
        (at["调入"], at["调出"], f'=AND({name}<>"",N({cell_at(first, at["调入"], fixed=False)})>0)',
         {"font_color": AMBER, "bold": True, "bottom": 1, "bottom_color": LINE}),
        (COMPARISON_LEFT, LAST, f'={name}<>""', {"bottom": 1, "bottom_color": LINE}),
    )  # fmt: skip
    for left, right, criteria, properties in rules:
        page.worksheet.conditional_format(
            first, left, first + ROWS, right,
            {"type": "formula", "criteria": criteria, "format": page.formats.tint(**properties)},
        )  # fmt: skip


def _print(page: Page) -> None:
    page.print_on_a4(landscape=True, last_row=HEAD_ROW + 1, last_column=LAST)
    page.worksheet.print_area(0, 0, 1048575, LAST)
    page.worksheet.set_print_scale(56)
    page.worksheet.set_v_pagebreaks([CHART_LEFT, COMPARISON_LEFT])
    page.worksheet.repeat_rows(HEADING_ROW, HEAD_ROW)
