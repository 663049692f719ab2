"""评级台账: settings, the month close as a checklist, every month, one customer's line, migration, health, lists."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.chart import Chart

from addin.workbook.home import MACRO
from addin.workbook.lists import draw_list
from addin.workbook.page import Page, cell_at
from addin.workbook.style import (
    AMBER,
    AMBER_TINT,
    BLUE,
    FONT,
    GREEN,
    GREEN_TINT,
    GREY,
    LINE,
    RED,
    RED_TINT,
    SERIES,
    STAR_TINTS,
    fitting,
)
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.rules.ruleset import STARS, UNDECIDED
from ccgrade_xl.workbook import ledger_sheet as sheet
from ccgrade_xl.workbook.names import LEDGER_HEAD
from ccgrade_xl.workbook.overview import OverviewBlock as Block

LEFT, RIGHT, LAST = 1, 10, 16
"""The first column of the page, of its right half, and the last."""
ADJUSTED = 18
"""Where the list of 样本调整 begins, beside the page: nothing may stand below a list."""
HIDDEN = ADJUSTED + len(sheet.ADJUSTMENT_LIST.columns) + 1
WIDTHS = (2, 15, 22, *(10.5 for _ in range(14)), 3)
SETTINGS_ROW, BUTTON_ROW, CORRECTION_ROW, HISTORY_ROW = 3, 11, 13, 22
CHART_ROW = HISTORY_ROW + sheet.HISTORY.rows + 3
LINE_ROW = CHART_ROW + 13
RECORD_ROW = LINE_ROW + sheet.CUSTOMER_LINE.rows + 3
MATRIX_ROW = RECORD_ROW + sheet.RECORDS.rows + 3
MATRIX_HEIGHT = 13
GRADES = 6
"""The grades of each matrix, 待定 or unknown among them."""
IMPACT_ROW = MATRIX_ROW + 3 * MATRIX_HEIGHT + 1
LIST_ROW = IMPACT_ROW + sheet.IMPACT.rows + 5
BUTTONS = ("close", "ledger", "correct", "adjust")
LEFT_ALIGNED = ("说明", "客户名称", "内容")
"""Texts that run on to the right."""
LIGHTS = {
    GREEN_TINT: (GREEN, ("稳定", "良好", "完成")),
    AMBER_TINT: (AMBER, ("有偏移", "可用", "今天到期", "逾期完成")),
    RED_TINT: (RED, ("明显偏移", "区分力弱", "逾期")),
}
"""The tint and ink of what a judgement says."""


def draw(page: Page) -> None:
    """Draw the page empty; what the ledger says comes with 月结 and 查看台账."""
    page.on_screen(zoom=90)
    page.widths(*WIDTHS)
    page.title(LAST, "历次月结的评级：只增不改，每条记录写明谁、何时、按哪版规则。填好黄色格子，再按按钮。")
    _settings(page)
    _checklist(page)
    _buttons(page)
    _correction(page)
    _flows(page)
    _block(page, sheet.HISTORY, HISTORY_ROW, LEFT, LAST)
    _charts(page)
    _block(page, sheet.CUSTOMER_LINE, LINE_ROW, LEFT, LAST)
    _block(page, sheet.RECORDS, RECORD_ROW, LEFT, LAST)
    _migrations(page)
    _health(page)
    _impact(page)
    page.heading(LIST_ROW, LEFT, LAST, sheet.MONTH_LIST.title)
    draw_list(page, sheet.MONTH_LIST, LIST_ROW + 1, LEFT, widths=False)
    _star_tints(page, LIST_ROW + 2, LIST_ROW + 20_001, LEFT + sheet.MONTH_LIST.headers.index("星级"))
    _adjusted(page)
    # The list of a month's customers may have tens of thousands of rows: it is for the screen.
    page.print_on_a4(landscape=True, last_row=LIST_ROW - 2, last_column=LAST)
    page.worksheet.set_h_pagebreaks([CHART_ROW, MATRIX_ROW, IMPACT_ROW])


def _settings(page: Page) -> None:
    page.heading(SETTINGS_ROW, LEFT, RIGHT - 2, "台账")
    for line, cell in enumerate(sheet.SETTINGS):
        _entered(page, SETTINGS_ROW + 1 + line, LEFT, cell, 3)
    for line, cell in enumerate(sheet.CLOSING):
        _entered(page, SETTINGS_ROW + 2 + line, LEFT + 5, cell, 2)
    page.put(SETTINGS_ROW + 6, LEFT, "台账状态", "label")
    page.put(SETTINGS_ROW + 6, LEFT + 1, "还没有台账：第一次月结时自动建立。", "text", font_color=GREY)
    page.name(sheet.STATE, SETTINGS_ROW + 6, LEFT + 1)
    page.worksheet.set_column(HIDDEN, HIDDEN, 8, None, {"hidden": True})
    page.put(SETTINGS_ROW + 1, HIDDEN, None, "code", num_format="@")
    page.name(LEDGER_HEAD, SETTINGS_ROW + 1, HIDDEN)


def _entered(page: Page, row: int, column: int, cell: sheet.EnteredCell, width: int) -> None:
    """Draw a label and the cell to its right; further cells up to `width` let a long text run on."""
    page.put(row, column, cell.label, "label")
    first = column + 1
    for at in range(first, first + width):
        edges = (
            {}
            if width == 1
            else {"right": 0 if at < first + width - 1 else 1, "left": 1 if at == first else 0}
        )
        page.put(row, at, None, "input", num_format="@", **edges)
    page.name(cell.name, row, first)
    page.worksheet.data_validation(
        row, first, row, first,
        {"validate": "any", "input_title": cell.label, "input_message": cell.help},
    )  # fmt: skip


def _checklist(page: Page) -> None:
    block, row = sheet.CHECKLIST, SETTINGS_ROW
    page.heading(row, RIGHT, LAST, "月结清单（期限可以改）")
    page.put(row + 1, RIGHT, "步骤", "head")
    page.put(row + 1, RIGHT + 1, "次月几日前", "head")
    for line, (step, day) in enumerate(zip(sheet.STEPS, sheet.STEP_DAYS, strict=True)):
        page.put(row + 2 + line, RIGHT, step, "label")
        page.put(row + 2 + line, RIGHT + 1, day, "input", align="center", num_format="0")
    page.name(sheet.DAYS, row + 2, RIGHT + 1, row + 1 + len(sheet.STEPS), RIGHT + 1)
    page.worksheet.data_validation(
        row + 2, RIGHT + 1, row + 1 + len(sheet.STEPS), RIGHT + 1,
        {
            "validate": "integer", "criteria": "between", "minimum": 1, "maximum": 28,
            "error_title": "次月几日前", "error_message": "请填 1 到 28 的整数。",
        },
    )  # fmt: skip
    _cells(page, block, row + 1, RIGHT + 2)
    _lights(page, row + 2, row + 1 + block.rows, RIGHT + 4)


def _buttons(page: Page) -> None:
    page.worksheet.set_row(BUTTON_ROW, 34)
    for number, name in enumerate(BUTTONS):
        command = COMMANDS[name]
        page.worksheet.insert_button(
            BUTTON_ROW, LEFT,
            {
                "macro": MACRO.format(name), "caption": command.label, "description": command.help,
                "width": 110, "height": 30, "x_offset": 4 + number * 122, "y_offset": 6,
            },
        )  # fmt: skip


def _correction(page: Page) -> None:
    page.heading(CORRECTION_ROW, LEFT, RIGHT - 2, "更正已月结的评级（原记录保留）")
    for line, cell in enumerate(sheet.CORRECTION):
        _entered(page, CORRECTION_ROW + 1 + line, LEFT, cell, 3)
    page.put(
        CORRECTION_ROW + 5, LEFT,
        "先在“客户数据”改好这几户的资料，填好上面四格，再按“更正”：按当月的规则和日期重评，另存一条更正。",
        "note",
    )  # fmt: skip


def _flows(page: Page) -> None:
    page.heading(CORRECTION_ROW, RIGHT, LAST, "样本调整（与上次月结相比）")
    _cells(page, sheet.FLOWS, CORRECTION_ROW + 1, RIGHT)
    approver = sheet.EnteredCell(
        sheet.ADJUSTMENT_APPROVER, "批准人", "核对清单后填写批准人，再按一次“样本调整”，记入台账。"
    )
    _entered(page, CORRECTION_ROW + 2, RIGHT + 5, approver, 1)
    page.worksheet.write_url(
        CORRECTION_ROW + 3, RIGHT + 5, f"internal:'{sheet.SHEET_NAME}'!{cell_at(SETTINGS_ROW, ADJUSTED)}",
        page.formats("link"), "看清单 →",
    )  # fmt: skip


def _charts(page: Page) -> None:
    counts = page.workbook.add_chart({"type": "column", "subtype": "stacked"})
    first = HISTORY_ROW + 2
    for star in (*STARS, UNDECIDED):
        at = LEFT + sheet.HISTORY.headers.index(star)
        counts.add_series({
            "name": star, "fill": {"color": SERIES[star]}, "gap": 45,
            "categories": [page.sheet.name, first, LEFT, first + sheet.HISTORY.rows - 1, LEFT],
            "values": [page.sheet.name, first, at, first + sheet.HISTORY.rows - 1, at],
        })  # fmt: skip
    counts.set_y_axis({"num_font": _TEXT, "line": {"none": True}, "major_gridlines": _GRID})
    page.worksheet.insert_chart(CHART_ROW, LEFT, _plain(counts, "各星级户数", (640, 300)), _PLACED)
    line = page.workbook.add_chart({"type": "line"})
    first, last = LINE_ROW + 2, LINE_ROW + 1 + sheet.CUSTOMER_LINE.rows
    for header, color in (("信用得分", BLUE),):
        at = LEFT + sheet.CUSTOMER_LINE.headers.index(header)
        line.add_series({
            "name": header, "line": {"color": color, "width": 2}, "marker": {"type": "circle", "size": 5},
            "categories": [page.sheet.name, first, LEFT, last, LEFT],
            "values": [page.sheet.name, first, at, last, at],
            "data_labels": {"value": True, "position": "above", "num_format": "0.0;;", "font": _TEXT},
        })  # fmt: skip
    line.set_y_axis({
        "min": 0, "max": 100, "num_font": _TEXT, "line": {"none": True}, "major_gridlines": _GRID,
    })  # fmt: skip
    line.show_blanks_as("gap")
    page.worksheet.insert_chart(CHART_ROW, RIGHT - 2, _plain(line, "所选客户的信用得分", (640, 300)), _PLACED)


_PLACED = {"x_offset": 0, "y_offset": 2, "object_position": 2}
_TEXT = {"name": FONT, "size": 9, "color": GREY}
_GRID = {"visible": True, "line": {"color": LINE, "width": 0.5}}


def _plain(chart: Chart, title: str, size: tuple[int, int]) -> Chart:
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 10, "bold": False, "color": GREY}})
    chart.set_x_axis({"num_font": _TEXT, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_legend({"position": "bottom", "font": _TEXT})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    chart.set_size({"width": size[0], "height": size[1]})
    return chart


def _migrations(page: Page) -> None:
    for number, block in enumerate(sheet.MIGRATIONS.values()):
        row = MATRIX_ROW + number * MATRIX_HEIGHT
        _block(page, block, row, LEFT, LEFT + len(block.headers) - 1)
        _matrix_tints(page, row + 2, LEFT + 1, block)
    page.put(MATRIX_ROW + 10, LEFT, None, "note")
    page.name(sheet.COMPARISON, MATRIX_ROW + 10, LEFT)


def _matrix_tints(page: Page, top: int, left: int, block: Block) -> None:
    """Mark who stayed on the diagonal of a matrix, and who rose or fell among its grades and 待定."""
    size = block.rows
    page.worksheet.conditional_format(
        top, left, top + size - 1, left + size - 1,
        {
            "type": "formula", "format": page.formats.tint(bg_color="#E9EFF6", bold=True),
            "criteria": f"=ROW()-{top}=COLUMN()-{left}",
        },
    )  # fmt: skip
    for below, tint in ((True, GREEN_TINT), (False, RED_TINT)):
        side = f"ROW()-{top}{'>' if below else '<'}COLUMN()-{left}"
        inside = f"ROW()<{top + GRADES},COLUMN()<{left + GRADES}"
        page.worksheet.conditional_format(
            top, left, top + size - 1, left + size - 1,
            {
                "type": "formula", "format": page.formats.tint(bg_color=tint),
                "criteria": f"=AND(N({cell_at(top, left, fixed=False)})>0,{side},{inside})",
            },
        )  # fmt: skip


def _health(page: Page) -> None:
    column = RIGHT + 1
    _block(page, sheet.STABILITY, MATRIX_ROW, column, column + 2)
    _lights(page, MATRIX_ROW + 2, MATRIX_ROW + 1 + sheet.STABILITY.rows, column + 2)
    row = MATRIX_ROW + MATRIX_HEIGHT
    _block(page, sheet.DISCRIMINATION, row, column, LAST)
    _lights(page, row + 2, row + 1 + sheet.DISCRIMINATION.rows, column + 5)
    page.put(row + 2 + sheet.DISCRIMINATION.rows, column, None, "note")
    page.name(sheet.GOOD_MONTH, row + 2 + sheet.DISCRIMINATION.rows, column)
    row += MATRIX_HEIGHT
    _block(page, sheet.SENSITIVITY, row, column, LAST)


def _impact(page: Page) -> None:
    page.heading(IMPACT_ROW, LEFT, LAST, sheet.IMPACT.title)
    page.put(IMPACT_ROW + 1, LEFT, "改过“评分规则”以后按“查看台账”，下次月结之前先看谁会变动。", "text")
    page.name(sheet.IMPACT_SAID, IMPACT_ROW + 1, LEFT)
    row = IMPACT_ROW + 2
    _cells(page, sheet.IMPACT, row, LEFT)
    for header in ("原星级", "新星级"):
        at = LEFT + sheet.IMPACT.headers.index(header)
        _star_tints(page, row + 1, row + sheet.IMPACT.rows, at)
    _cells(page, sheet.IMPACT_STARS, row, RIGHT)
    _matrix_tints(page, row + 1, RIGHT + 1, sheet.IMPACT_STARS)


def _adjusted(page: Page) -> None:
    declared = sheet.ADJUSTMENT_LIST
    page.heading(SETTINGS_ROW, ADJUSTED, ADJUSTED + len(declared.columns) - 1, declared.title)
    draw_list(page, declared, SETTINGS_ROW + 1, ADJUSTED)
    page.worksheet.conditional_format(
        SETTINGS_ROW + 2, ADJUSTED, SETTINGS_ROW + 5001, ADJUSTED,
        {"type": "cell", "criteria": "==", "value": '"缺失"', "format": page.formats.tint(bg_color=RED_TINT)},
    )  # fmt: skip


def _block(page: Page, block: Block, row: int, left: int, last: int) -> None:
    page.heading(row, left, last, block.title)
    _cells(page, block, row + 1, left)
    if "星级" in block.headers:
        at = left + block.headers.index("星级")
        _star_tints(page, row + 2, row + 1 + block.rows, at)
    if block.headers[-1] in LEFT_ALIGNED:
        _run_on(page, block, row + 1, left + len(block.headers) - 1, last)


def _run_on(page: Page, block: Block, row: int, column: int, last: int) -> None:
    """Let the texts of a block's last column run on to the right edge, inside the frame of their rows."""
    page.fill(row, column + 1, last, "head", left=0, right=0)
    page.put(row, column, block.headers[-1], "head", align="left", indent=1, right=0)
    for line in range(row + 1, row + 1 + block.rows):
        page.put(line, column, None, "cell", indent=1, right=0, **fitting(block.formats[-1]))
        page.fill(line, column + 1, last - 1, "cell", left=0, right=0)
        page.put(line, last, None, "cell", left=0)


def _cells(page: Page, block: Block, row: int, column: int) -> None:
    """Draw a block's headers, empty cells and labels, and name its range."""
    page.row(row, column, block.headers, "head")
    for line in range(block.rows):
        for offset, number_format in enumerate(block.formats):
            labelled = bool(block.labels) and offset == 0
            is_text = number_format == "@" and block.headers[offset] not in LEFT_ALIGNED
            align = {"align": "center"} if is_text and not labelled else {}
            page.put(
                row + 1 + line, column + offset, block.labels[line] if labelled else None,
                "label" if labelled else "cell", **fitting(number_format), **align,
            )  # fmt: skip
    page.name(block.name, row + 1, column, row + block.rows, column + len(block.headers) - 1)


def _lights(page: Page, first: int, last: int, column: int) -> None:
    for tint, (ink, words) in LIGHTS.items():
        _words(page, (first, last), column, words, tint, ink)


def _words(page: Page, rows: tuple[int, int], column: int, words: Sequence[str], tint: str, ink: str) -> None:
    for word in words:
        page.worksheet.conditional_format(
            rows[0], column, rows[1], column,
            {
                "type": "cell", "criteria": "==", "value": f'"{word}"',
                "format": page.formats.tint(bg_color=tint, font_color=ink, bold=True),
            },
        )  # fmt: skip


def _star_tints(page: Page, first: int, last: int, column: int) -> None:
    for star, tint in STAR_TINTS.items():
        page.worksheet.conditional_format(
            first, column, last, column,
            {"type": "cell", "criteria": "==", "value": f'"{star}"', "format": page.formats.tint(bg_color=tint)},
        )  # fmt: skip
