"""首页: what this book is, three steps with their buttons, the key figures, and the way to every sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addin.workbook import charts, overview
from addin.workbook.page import Page
from addin.workbook.style import BLUE, GREY, MIST, NAVY, WHITE
from ccgrade_xl import __version__
from ccgrade_xl.commands import COMMANDS, Command
from ccgrade_xl.commands.declaring import RibbonGroup
from ccgrade_xl.workbook.layout import RULE_VERSION_NAME, SHEETS
from ccgrade_xl.workbook.overview import BY_STAR, TOTALS

LEFT, LAST = 1, 12
STEPS: tuple[tuple[str, str, str], ...] = (
    ("import", "导入客户资料", "选择 Excel 或 CSV 文件，表头自动对应；也可以直接粘贴到“客户数据”。"),
    ("check", "检查资料", "列出看不懂的数字、重复编号和缺失项，改好再评。"),
    ("grade", "一键评级", "写入每户的等级、星级和理由，概览图随之更新。"),
)
"""The command of each step, its title, and what it does."""
FIGURES = ("参评户数", "待定户数", "否决户数", "月总气量", "平均信用得分", "评级日期")
STEP_ROW, OTHER_ROW = 4, 11
PANELS: tuple[tuple[RibbonGroup, ...], ...] = (("数据", "评级", "远程抄表"), ("工作", "报告", "帮助"))
"""The other buttons: a panel of groups on the left, one on the right, a row a group."""
A_LINE = 6
"""How many of the other buttons stand side by side."""
BUTTON_HEIGHT = 30
PANEL_COLUMNS = 5
"""The columns of the left panel, the first of them for the group's name."""
COLUMN_PIXELS, WIDEST = 85, 108
"""The width of a column of this page, and of the widest of the other buttons."""
CHART_COLUMN = 8


def _lines(groups: Sequence[RibbonGroup]) -> list[tuple[str, list[Command]]]:
    """Return the lines of a panel: a group's name and its first buttons, then the buttons that are left."""
    steps = {name for name, _title, _text in STEPS}
    lines = []
    for group in groups:
        buttons = [each for each in COMMANDS.values() if each.group == group and each.name not in steps]
        lines += [
            (group if first == 0 else "", buttons[first : first + A_LINE])
            for first in range(0, len(buttons), A_LINE)
        ]
    return lines


PANEL_LINES = [_lines(groups) for groups in PANELS]
FIGURE_ROW = OTHER_ROW + max(map(len, PANEL_LINES)) + 3
MAP_ROW = FIGURE_ROW + 4
LAST_ROW = MAP_ROW + len(SHEETS) + 2
EDGE: dict[str, Any] = {"left": 5, "left_color": BLUE}
"""The bar at the left of each card and figure."""
MACRO = "CcgCommand_{}"
"""The macro a button is bound to, by the command's name."""


def draw(page: Page) -> None:
    """Draw the page a manager sees first."""
    page.on_screen()
    page.widths(2, *([11.5] * LAST), 2)
    _masthead(page)
    _steps(page)
    _other_buttons(page)
    _figures(page)
    _map(page)
    _stars(page)
    page.print_on_a4(landscape=True, last_row=LAST_ROW, last_column=LAST, pages_high=1)


def _masthead(page: Page) -> None:
    page.worksheet.set_row(0, 10)
    for row, height in ((1, 40), (2, 24)):
        page.worksheet.set_row(row, height)
        page.fill(row, LEFT, LAST, "text", bg_color=NAVY)
    page.put(1, LEFT, "工商客户分级评定", bg_color=NAVY, font_color=WHITE, font_size=22, bold=True, indent=1)
    sentence = "用气量 × 信用 → 一至五星级：给每个工商客户评级，看清原因，按星级管理。"
    page.put(2, LEFT, sentence, bg_color=NAVY, font_color="#C9D6E6", font_size=11, indent=1)
    page.put(
        2, LAST, f"ccgrade {__version__}", bg_color=NAVY, font_color="#8FA6C4", font_size=9, align="right"
    )


def _steps(page: Page) -> None:
    page.heading(STEP_ROW, LEFT, LAST, "三步完成评级")
    page.worksheet.set_row(STEP_ROW + 1, 8)
    for number, (name, title, text) in enumerate(STEPS, 1):
        first = LEFT + (number - 1) * 4
        for row in range(STEP_ROW + 2, STEP_ROW + 6):
            page.fill(row, first, first + 3, "text", bg_color=MIST)
            page.put(row, first, None, bg_color=MIST, **EDGE)
        page.worksheet.set_row(STEP_ROW + 2, 30)
        page.put(
            STEP_ROW + 2, first, f"{number}  {title}",
            bg_color=MIST, font_size=14, bold=True, font_color=NAVY, indent=1, **EDGE,
        )  # fmt: skip
        for line, part in enumerate(_two_lines(text)):
            page.put(STEP_ROW + 3 + line, first, part, bg_color=MIST, font_color="#595959", indent=1, **EDGE)
        page.worksheet.set_row(STEP_ROW + 5, BUTTON_HEIGHT * 0.75 + 14)
        _button(page, STEP_ROW + 5, first, COMMANDS[name], 160, x_offset=16)


def _two_lines(text: str) -> tuple[str, str]:
    """Break a sentence at the punctuation nearest its middle."""
    stops = [at + 1 for at, letter in enumerate(text) if letter in "，；。"][:-1]
    middle = min(stops, key=lambda at: abs(at - len(text) / 2))
    return text[:middle], text[middle:]


def _other_buttons(page: Page) -> None:
    page.heading(OTHER_ROW, LEFT, LAST, "其他操作")
    for column, lines in zip((LEFT, LEFT + PANEL_COLUMNS), PANEL_LINES, strict=True):
        space = COLUMN_PIXELS * (PANEL_COLUMNS - 1 if column == LEFT else LAST - PANEL_COLUMNS - 1)
        width = min(WIDEST, space // max(len(buttons) for _label, buttons in lines))
        for line, (label, buttons) in enumerate(lines):
            row = OTHER_ROW + 1 + line
            page.worksheet.set_row(row, BUTTON_HEIGHT * 0.75 + 10)
            page.put(row, column, label, font_color=GREY, bold=True, indent=1)
            for number, command in enumerate(buttons):
                _button(page, row, column + 1, command, width - 8, x_offset=number * width)


def _button(page: Page, row: int, column: int, command: Command, width: int, x_offset: int) -> None:
    page.worksheet.insert_button(
        row, column,
        {
            "macro": MACRO.format(command.name), "caption": command.label, "description": command.help,
            "width": width, "height": BUTTON_HEIGHT, "x_offset": x_offset, "y_offset": 6,
        },
    )  # fmt: skip


def _figures(page: Page) -> None:
    page.worksheet.set_row(FIGURE_ROW - 1, 8)
    page.worksheet.set_row(FIGURE_ROW, 34)
    for number, label in enumerate(FIGURES):
        first = LEFT + number * 2
        number_format = TOTALS.by_row[TOTALS.labels.index(label)]
        unit = "（m³/月）" if label == "月总气量" else ""
        page.formula(
            FIGURE_ROW, first, overview.figure_formula(label), "", "figure",
            align="center_across", num_format=number_format, font_size=17, **EDGE,
        )  # fmt: skip
        page.put(FIGURE_ROW, first + 1, None, "figure", align="center_across", font_size=17)
        page.put(FIGURE_ROW + 1, first, label + unit, "figure_label", align="center_across", **EDGE)
        page.put(FIGURE_ROW + 1, first + 1, None, "figure_label", align="center_across")


def _map(page: Page) -> None:
    page.heading(MAP_ROW, LEFT, CHART_COLUMN - 2, "工作表")
    for line, sheet in enumerate(SHEETS[1:]):
        row = MAP_ROW + 1 + line
        link = page.formats("link", **({} if sheet.ready else {"font_color": GREY}))
        page.worksheet.write_url(row, LEFT, f"internal:'{sheet.name}'!A1", link, sheet.name, sheet.purpose)
        page.put(row, LEFT + 1, sheet.purpose, "note")
    row = LAST_ROW
    page.put(row, LEFT, "规则版本", "note")
    page.formula(row, LEFT + 1, f"={RULE_VERSION_NAME}", page.rules.version, "note")
    page.put(row, LEFT + 3, "所有资料只在本机处理，不上传。", "note")


def _stars(page: Page) -> None:
    page.heading(MAP_ROW, CHART_COLUMN, LAST, "星级分布（户）")
    chart = charts.columns(page, BY_STAR, overview.STAR_ROW + 2, overview.LEFT, "", column=1, size=(430, 290))
    page.worksheet.insert_chart(
        MAP_ROW + 1, CHART_COLUMN, chart, {"x_offset": 0, "y_offset": 6, "object_position": 2}
    )
