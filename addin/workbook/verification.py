"""待核实: the list with its counts and settings, and beside it where data come from and which source prevails."""

from __future__ import annotations

from addin.workbook.lists import draw_list
from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.style import AMBER, AMBER_TINT, GREEN, GREEN_TINT, LINE, RED, RED_TINT
from ccgrade_xl.workbook.lists import SheetList
from ccgrade_xl.workbook.verification import (
    BATCHES,
    CONFLICTS,
    DEFAULT_LIMIT,
    DEFAULT_PER_PERSON,
    DEFAULT_PRECEDENCE,
    DEFAULT_SOURCES,
    DEFAULT_VALID,
    HEADERS,
    INDEX,
    LIMIT_NAME,
    OPEN,
    PER_PERSON_NAME,
    PRECEDENCE,
    PRINTED,
    REASONS,
    SOURCES,
    VALID_NAME,
    VERIFICATION,
)

LEFT = 1
LINK_ROW, SETTING_ROW, COUNT_ROW, HEADING_ROW, HEAD_ROW = 3, 4, 5, 8, 9
ROWS = 5000
"""How many rows below the header are tall enough for two lines, and coloured."""
ROW_HEIGHT = 30
SIDES = (CONFLICTS, SOURCES, PRECEDENCE, HEADERS, BATCHES)
NOTES = {
    CONFLICTS: "两个来源对同一格的说法不同；由导入写入，核实或来源一致后自动消失。",
    SOURCES: "导入时按文件名认出来源；没有认出的会自动加一行。",
    PRECEDENCE: "默认值，可以修改。空值从不覆盖已有的值。",
    HEADERS: "每个来源的表头怎样读入；改“对应列”后，下次导入照此执行。",
    BATCHES: "现有的值来自哪些批次；查一格的来源：ccgrade origin 工作簿 客户编号 列。",
}
SETTINGS = (
    ("办理时限", LIMIT_NAME, DEFAULT_LIMIT, "个工作日"),
    ("每人最多条数", PER_PERSON_NAME, DEFAULT_PER_PERSON, "留空不限"),
    ("有效月数", VALID_NAME, DEFAULT_VALID, "核实属实后不再问"),
)


def draw(page: Page) -> None:
    """Draw the list empty; 待核实清单 fills it, 导入 fills the tables beside it."""
    page.on_screen(zoom=90)
    page.worksheet.set_column(0, 0, 2, page.formats())
    width = len(VERIFICATION.columns)
    page.title(
        PRINTED,
        "填好核实结果后按“待核实清单”：结果写入客户数据并重新评级，清单随之更新。按负责人筛选后打印，每人一份。",
    )
    for row in range(HEAD_ROW + 1, HEAD_ROW + 1 + ROWS):
        page.worksheet.set_row(row, ROW_HEIGHT)
    _settings(page)
    _counts(page)
    page.heading(HEADING_ROW, LEFT, LEFT + PRINTED - 1, VERIFICATION.title)
    draw_list(page, VERIFICATION, HEAD_ROW, LEFT, wrapped=True)
    _colours(page)
    places = _sides(page, LEFT + width + 1)
    _links(page, places)
    page.worksheet.freeze_panes(HEAD_ROW + 1, LEFT + 3)
    page.print_on_a4(landscape=True, last_row=HEAD_ROW + 1, last_column=LEFT + PRINTED - 1)
    page.worksheet.print_area(0, 0, 1048575, LEFT + PRINTED - 1)
    page.worksheet.repeat_rows(HEADING_ROW, HEAD_ROW)


def _settings(page: Page) -> None:
    for number, (label, name, value, unit) in enumerate(SETTINGS):
        column = (LEFT + 1, LEFT + 4, LEFT + 7)[number]
        page.put(SETTING_ROW, column, label, "label", align="right")
        page.put(SETTING_ROW, column + 1, value, "input", num_format="0", align="center")
        page.put(SETTING_ROW, column + 2, unit, "note")
        page.name(name, SETTING_ROW, column + 1)


def _counts(page: Page) -> None:
    """Count the list by reason: native formulas, so that they follow the list in every host."""
    page.put(COUNT_ROW, LEFT, "原因", "label", bold=True)
    page.put(COUNT_ROW + 1, LEFT, "条数", "label", bold=True)
    for offset, reason in enumerate((*REASONS, "合计")):
        at = LEFT + 1 + offset
        reasons = f"{VERIFICATION.name}[原因]"
        counted = f"COUNTA({reasons})" if reason == "合计" else f'COUNTIF({reasons},"{reason}")'
        page.put(COUNT_ROW, at, reason, "head")
        page.formula(COUNT_ROW + 1, at, f"={counted}", "", "result", align="center", num_format="0;;—")
    page.worksheet.set_row(COUNT_ROW + 2, 8)


def _colours(page: Page) -> None:
    first = HEAD_ROW + 1
    at = {header: LEFT + place for place, header in enumerate(VERIFICATION.headers)}

    def paint(left: int, right: int, criteria: str, **properties: object) -> None:
        page.worksheet.conditional_format(
            first, left, first + ROWS, right,
            {"type": "formula", "criteria": criteria, "format": page.formats.tint(**properties)},
        )  # fmt: skip

    reason, result, due = (in_column(first, at[header]) for header in ("原因", "核实结果", "截止日期"))
    owner = cell_at(first, at["负责人"], fixed=False)
    above = cell_at(first - 1, at["负责人"], fixed=False)
    paint(
        at["原因"],
        at["原因"],
        f'=OR({reason}="否决无日期",{reason}="选项有误",{reason}="看不懂")',
        bg_color=RED_TINT,
        font_color=RED,
    )
    paint(
        at["原因"],
        at["原因"],
        f'=OR({reason}="冲突",{reason}="合同到期",{reason}="抄表异常",{reason}="突变")',
        bg_color=AMBER_TINT,
        font_color=AMBER,
    )
    paint(at["截止日期"], at["截止日期"], f"=AND(ISNUMBER({due}),{due}<TODAY())", font_color=RED, bold=True)
    paint(at["核实结果"], at["依据"], f'={result}="{OPEN}"', bg_color=AMBER_TINT)
    paint(at["核实结果"], at["依据"], f'={result}<>""', bg_color=GREEN_TINT, font_color=GREEN)
    paint(LEFT, LEFT, f'=AND({owner}<>"",{owner}<>{above})', bold=True)
    paint(LEFT, LEFT + PRINTED, f'={in_column(first, at["客户编号"])}<>""', bottom=1, bottom_color=LINE)


def _sides(page: Page, left: int) -> dict[SheetList, int]:
    places = {}
    rows: dict[SheetList, tuple[tuple[object, ...], ...]] = {
        SOURCES: DEFAULT_SOURCES, PRECEDENCE: DEFAULT_PRECEDENCE,
    }  # fmt: skip
    for table in SIDES:
        page.worksheet.set_column(left - 1, left - 1, 3, page.formats())
        page.heading(HEADING_ROW, left, left + len(table.columns) - 1, table.title)
        page.put(HEADING_ROW - 1, left, NOTES[table], "note")
        draw_list(page, table, HEAD_ROW, left, rows=rows.get(table, ()))
        places[table] = left
        left += len(table.columns) + 1
    page.worksheet.set_row(HEADING_ROW - 1, 18)
    draw_list(page, INDEX, HEAD_ROW, left)
    page.hide_columns(left - 1)
    return places


def _links(page: Page, places: dict[SheetList, int]) -> None:
    for offset, table in enumerate(SIDES):
        column = (LEFT + 1, LEFT + 2, LEFT + 3, LEFT + 4, LEFT + 6)[offset]
        target = f"internal:'{page.sheet.name}'!{cell_at(HEADING_ROW, places[table], fixed=False)}"
        page.worksheet.write_url(LINK_ROW, column, target, page.formats("link"), f"{table.title} →")
        back = f"internal:'{page.sheet.name}'!A1"
        page.worksheet.write_url(LINK_ROW, places[table], back, page.formats("link"), "← 待核实清单")
