"""远程抄表: six bands side by side — 概况, 异常清单, 用气月报, 预测, 异常记录, 读数表头 — with links between them."""

from __future__ import annotations

from itertools import accumulate

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from addin.workbook import meter_charts
from addin.workbook.lists import ROWS, draw_list
from addin.workbook.page import Page, in_column
from addin.workbook.style import AMBER, AMBER_TINT, GREY, LINE, MIST, RED, RED_TINT
from ccgrade_xl.workbook.lists import SheetList
from ccgrade_xl.workbook.meter_lists import (
    ALARMS,
    ARCHIVE,
    EXPECTED_MONTHS,
    FORECAST,
    METER_LISTS,
    OPEN,
    READING_HEADERS,
    UNDER_WAY,
    USAGE,
    USED_MONTHS,
)
from ccgrade_xl.workbook.meter_page import (
    BY_CHECK,
    CHECK_HEADERS,
    CHOSEN,
    CHOSEN_AHEAD,
    CHOSEN_ALARMS,
    CHOSEN_DAYS,
    CHOSEN_HEADERS,
    CHOSEN_SAYS,
    FIGURE_LABELS,
    FIGURES,
    FORECAST_MONTHS,
    FORECAST_NOTES,
    LIST_NOTES,
    NOTES,
    SETTINGS,
    SOURCES,
    TOP,
    TOP_HEADERS,
    USAGE_MONTHS,
    USAGE_NOTES,
    Block,
)

LEFT, LAST = 1, 13
WIDTHS = (2, 18, 8, 9, 16, 16, 13, 9, 8, 8, 9, 12, 10, 62)
FORMATS = ("@", *["#,##0"] * 8, "0%", "@", "#,##0", "@")
"""Number formats of the block of checks, a column each."""
LINKS, HEADINGS, HEADERS = 3, 4, 5
"""The rows of links, of each band's heading, and of the lists' headers."""
TILES = ((1, 2), (3, 3), (4, 4), (5, 6), (7, 9), (10, 12))
"""First and last column of each key figure."""
CHECKS_ROW = 9
NOTES_ROW = CHECKS_ROW + 2 + BY_CHECK.rows + 1
TOP_ROW = NOTES_ROW + NOTES.rows + 2
PANEL_ROW = TOP_ROW + TOP.rows + 3
CHARTS_ROW = PANEL_ROW + 2
CHOSEN_ROW = CHARTS_ROW + 14
SETTINGS_ROW = CHOSEN_ROW + CHOSEN_ALARMS.rows + 3
LAST_ROW = SETTINGS_ROW + len(SETTINGS) + 2

_BEGINS = accumulate((len(declared.columns) + 1 for declared in METER_LISTS), initial=LAST + 2)
BANDS: tuple[tuple[SheetList, int], ...] = tuple(zip(METER_LISTS, _BEGINS, strict=False))
"""Each list and its first column."""
_SAID = {
    ARCHIVE: "已抑制的误报和已办结的异常，标记都在；把误报改成“否”或清空，下次刷新就回到清单。",
    READING_HEADERS: "认不出的列，在“对应列”选是哪一列，再按“读取异常”；选过一次就记住。",
}
"""What stands over the lists that no button says anything of."""
NOT_PRINTED = frozenset({"最后", "发现日期", "客户编号"})
"""Headers of the last columns of the alarms, which a printed list does without."""
DATA = BANDS[-1][1] + len(BANDS[-1][0].columns) + 1
"""The first column of what the charts of the panel draw."""


def draw(page: Page) -> None:
    """Draw the page empty; numbers come with the buttons."""
    page.on_screen(zoom=85)
    page.widths(*WIDTHS)
    page.title(
        LAST,
        "先看高级别的异常，再看涉及气量；填好状态和结果，刷新后保留。数字由“读取异常”“用气月报”“预测”填入。",
    )
    _links(page)
    _figures(page)
    _checks(page)
    _notes(page)
    _top(page)
    _chart_data(page)
    _panel(page)
    _settings(page)
    for declared, column in BANDS:
        _band(page, declared, column)
    page.worksheet.freeze_panes(HEADERS + 1, 0)
    _print(page)


def _links(page: Page) -> None:
    places = {
        "概况": (HEADINGS, LEFT), "前列客户": (TOP_ROW, LEFT), "单表": (PANEL_ROW, LEFT), "数据来源": (SETTINGS_ROW, LEFT),
        **{declared.title: (HEADINGS, column) for declared, column in BANDS},
    }  # fmt: skip
    columns = (1, 2, 3, 4, 5, 6, 7, 8, 10)
    for at, (name, place) in zip(columns, places.items(), strict=True):
        target = f"internal:'{page.sheet.name}'!{xl_rowcol_to_cell(*place)}"
        page.worksheet.write_url(LINKS, at, target, page.formats("link"), f"▸{name}")
    rules = page.formats("link")
    page.worksheet.write_url(LINKS, LAST, "internal:'评分规则'!AE7", rules, "▸异常项和异常阈值（评分规则）")


def _figures(page: Page) -> None:
    """Draw the key figures under their labels; they read the block beside the charts' data."""
    page.worksheet.set_row(HEADERS, 30)
    formats = ("#,##0", "#,##0", "#,##0", "#,##0", "#,##0", "yyyy-mm-dd hh:mm")
    for at, (label, (first, last)) in enumerate(zip(FIGURE_LABELS, TILES, strict=True)):
        term = f"INDEX({FIGURES.name},{at + 1})"
        for column in range(first, last + 1):
            page.put(HEADINGS, column, None, "figure_label", align="center_across")
            page.put(HEADERS, column, None, "figure", align="center_across", font_size=16)
        page.put(HEADINGS, first, label, "figure_label", align="center_across")
        page.formula(
            HEADERS, first, f'=IF({term}="","—",{term})', "", "figure",
            align="center_across", num_format=formats[at], font_size=16,
        )  # fmt: skip


def _checks(page: Page) -> None:
    page.heading(CHECKS_ROW - 2, LEFT, LAST, "各类异常和检查情况")
    note = "合计只算列入清单的；准确率＝属实÷（属实＋误报），已处理而没有标误报的算属实；未检查的不等于没有异常。"
    page.put(CHECKS_ROW - 1, LEFT, note, "note")
    page.row(CHECKS_ROW, LEFT, CHECK_HEADERS, "head")
    for line in range(BY_CHECK.rows):
        for offset, number_format in enumerate(FORMATS):
            plain = offset in (0, len(FORMATS) - 1)
            page.put(
                CHECKS_ROW + 1 + line, LEFT + offset, None, "label" if offset == 0 else "cell",
                num_format=number_format, **({} if plain else {"align": "center"}),
            )  # fmt: skip
    first, last = CHECKS_ROW + 1, CHECKS_ROW + BY_CHECK.rows
    _name(page, BY_CHECK, first, LEFT)
    for offset, tint in (
        (1, {"bg_color": RED_TINT, "font_color": RED, "bold": True}),
        (2, {"bg_color": AMBER_TINT, "font_color": AMBER}),
    ):
        page.worksheet.conditional_format(
            first, LEFT + offset, last, LEFT + offset,
            {"type": "cell", "criteria": ">", "value": 0, "format": page.formats.tint(**tint)},
        )  # fmt: skip
    page.worksheet.conditional_format(
        first, LEFT + 5, last, LEFT + 5, {"type": "data_bar", "bar_color": "#E0A93B", "bar_solid": True}
    )
    state = in_column(first, LEFT + CHECK_HEADERS.index("检查情况"))
    for word, tint in (
        ("未检查", {"font_color": RED, "bold": True}),
        ("部分检查", {"font_color": AMBER}),
        ("未启用", {"font_color": GREY, "italic": True}),
    ):
        page.worksheet.conditional_format(
            first, LEFT + 10, last, LAST,
            {"type": "formula", "criteria": f'={state}="{word}"', "format": page.formats.tint(**tint)},
        )  # fmt: skip


def _notes(page: Page) -> None:
    page.heading(NOTES_ROW, LEFT, LAST, "需要知道的")
    for line in range(NOTES.rows):
        page.put(NOTES_ROW + 1 + line, LEFT, None, "text")
    _name(page, NOTES, NOTES_ROW + 1, LEFT)


def _top(page: Page) -> None:
    last = LEFT + len(TOP_HEADERS) + 2
    page.heading(TOP_ROW, LEFT, last, "涉及气量前 10 名客户")
    page.fill(TOP_ROW + 1, LEFT, last, "head")
    page.row(TOP_ROW + 1, LEFT, TOP_HEADERS, "head")
    for row in range(TOP_ROW + 2, TOP_ROW + 2 + TOP.rows):
        page.row(row, LEFT, [None] * (len(TOP_HEADERS) - 1), "cell", align="center", num_format="#,##0")
        page.put(row, LEFT, None, "label", num_format="@")
        page.fill(row, LEFT + len(TOP_HEADERS) - 1, last, "text", bottom=1, bottom_color=LINE)
    _name(page, TOP, TOP_ROW + 2, LEFT)
    _severity(page, TOP_ROW + 2, TOP_ROW + 1 + TOP.rows, LEFT + 2, LEFT + 2)


def _panel(page: Page) -> None:
    page.heading(PANEL_ROW, LEFT, LAST, "单表（单户）：最近 35 天、今后 28 天和它的异常")
    page.put(PANEL_ROW + 1, LEFT, "表号或客户编号", "label")
    page.put(PANEL_ROW + 1, LEFT + 1, None, "input", num_format="@", right=0)
    page.put(PANEL_ROW + 1, LEFT + 2, None, "input", num_format="@", left=0)
    page.name(CHOSEN.name, PANEL_ROW + 1, LEFT + 1)
    page.worksheet.data_validation(
        PANEL_ROW + 1, LEFT + 1, PANEL_ROW + 1, LEFT + 1,
        {"validate": "any", "input_title": "要看哪块表", "input_message": "填表号或客户编号，再按“读取异常”（选“否”不重新扫描）；留空看清单的第一条。"},
    )  # fmt: skip
    page.put(PANEL_ROW + 1, LEFT + 3, None, "text", bold=True)
    _name(page, CHOSEN_SAYS, PANEL_ROW + 1, LEFT + 3)
    meter_charts.insert(page, CHARTS_ROW, LEFT, data_row=HEADERS + 1, data_column=DATA)
    page.row(CHOSEN_ROW, LEFT, CHOSEN_HEADERS, "head")
    page.fill(CHOSEN_ROW, LEFT + len(CHOSEN_HEADERS), LAST, "head")
    for line in range(1, CHOSEN_ALARMS.rows + 1):
        for offset in range(LAST - LEFT + 1):
            form = "#,##0" if offset == 5 else "@"
            page.put(
                CHOSEN_ROW + line,
                LEFT + offset,
                None,
                "text",
                num_format=form,
                bottom=1,
                bottom_color=LINE,
            )
    _name(page, CHOSEN_ALARMS, CHOSEN_ROW + 1, LEFT)
    _severity(page, CHOSEN_ROW + 1, CHOSEN_ROW + CHOSEN_ALARMS.rows, LEFT + 1, LEFT + 1)


def _settings(page: Page) -> None:
    page.heading(SETTINGS_ROW, LEFT, LAST, "数据来源（留空时按灰字办理）")
    for at, setting in enumerate(SETTINGS):
        row = SETTINGS_ROW + 1 + at
        page.put(row, LEFT, setting.label, "label")
        page.fill(row, LEFT + 2, LEFT + 5, "input", num_format="@", left=0, right=0)
        page.put(row, LEFT + 1, None, "input", num_format="@", right=0)
        page.put(row, LEFT + 6, f"{setting.help}留空：{setting.blank}。", "note")
    _name(page, SOURCES, SETTINGS_ROW + 1, LEFT + 1)


def _chart_data(page: Page) -> None:
    """Draw what the charts and figures read, right of everything."""
    page.heading(HEADINGS, DATA, DATA + 8, "图表数据")
    page.row(HEADERS, DATA, ("日期", "实测", "估算", "日期", "预测", "下限", "上限", "要点"), "head")
    for offset in range(8):
        page.worksheet.set_column(DATA + offset, DATA + offset, 11, page.formats())
    for line in range(CHOSEN_DAYS.rows):
        for offset in range(7):
            form = "yyyy-mm-dd" if offset in (0, 3) else "#,##0.0"
            page.put(HEADERS + 1 + line, DATA + offset, None, "cell", num_format=form)
    for line in range(FIGURES.rows):
        form = "yyyy-mm-dd hh:mm" if line == FIGURES.rows - 1 else "#,##0"
        page.put(HEADERS + 1 + line, DATA + 7, None, "cell", num_format=form)
    page.worksheet.set_column(DATA + 7, DATA + 7, 16, page.formats())
    _name(page, CHOSEN_DAYS, HEADERS + 1, DATA)
    _name(page, CHOSEN_AHEAD, HEADERS + 1, DATA + 3)
    _name(page, FIGURES, HEADERS + 1, DATA + 7)


def _band(page: Page, declared: SheetList, column: int) -> None:
    last = column + len(declared.columns) - 1
    page.worksheet.set_column(column - 1, column - 1, 2, page.formats())
    page.put(HEADINGS - 1, column, declared.title, "heading", bottom=0)
    said = {ALARMS: LIST_NOTES, USAGE: USAGE_NOTES, FORECAST: FORECAST_NOTES}.get(declared)
    if said is None:
        page.put(HEADINGS, column, _SAID[declared], "note")
    else:
        page.put(HEADINGS, column, None, "note")
        _name(page, said, HEADINGS, column)
    draw_list(page, declared, HEADERS, column)
    first, bottom = HEADERS + 1, HEADERS + ROWS
    at = {header: column + place for place, header in enumerate(declared.headers)}
    if "级别" in at:
        _severity(page, first, bottom, at["级别"], at["异常"])
        _alarm_tints(page, at, first, bottom, column, last)
    for months, block in ((USED_MONTHS, USAGE_MONTHS), (EXPECTED_MONTHS, FORECAST_MONTHS)):
        if months[0] in at:
            _months(page, block, at[months[0]])
    for header in ("环比", "同比"):
        if header in at:
            _change(page, first, bottom, at[header])
    if "可用天数" in at:
        place = in_column(first, at["可用天数"])
        for days, tint in (
            (3, {"bg_color": RED_TINT, "font_color": RED, "bold": True}),
            (7, {"bg_color": AMBER_TINT, "font_color": AMBER}),
        ):
            page.worksheet.conditional_format(
                first, at["可用天数"], bottom, at["可用天数"],
                {"type": "formula", "criteria": f"=AND(ISNUMBER({place}),{place}<{days})", "format": page.formats.tint(**tint), "stop_if_true": True},
            )  # fmt: skip


def _months(page: Page, block: Block, column: int) -> None:
    """Name the months over the columns."""
    for offset in range(block.columns):
        page.put(HEADINGS, column + offset, None, "note", align="center")
    _name(page, block, HEADINGS, column)


def _severity(page: Page, first: int, last: int, column: int, until: int) -> None:
    """Colour cells by the severity in `column`, that column and those up to `until`."""
    place = in_column(first, column)
    for rank, tint in (
        ("高", {"bg_color": RED_TINT, "font_color": RED, "bold": True}),
        ("中", {"bg_color": AMBER_TINT, "font_color": AMBER}),
        ("低", {"bg_color": MIST}),
    ):
        page.worksheet.conditional_format(
            first, column, last, until,
            {"type": "formula", "criteria": f'={place}="{rank}"', "format": page.formats.tint(**tint)},
        )  # fmt: skip


def _alarm_tints(page: Page, at: dict[str, int], first: int, last: int, left: int, right: int) -> None:
    state, due, here = (in_column(first, at[header]) for header in ("状态", "期限", "现状"))
    page.worksheet.conditional_format(
        first, at["期限"], last, at["期限"],
        {"type": "formula", "criteria": f'=AND(ISNUMBER({due}),{due}<TODAY(),OR({state}="{OPEN}",{state}="{UNDER_WAY}"))', "format": page.formats.tint(font_color=RED, bold=True)},
    )  # fmt: skip
    page.worksheet.conditional_format(
        first, left, last, right,
        {"type": "formula", "criteria": f'=OR({state}="已处理",{state}="误报")', "format": page.formats.tint(font_color=GREY)},
    )  # fmt: skip
    page.worksheet.conditional_format(
        first, at["现状"], last, at["现状"],
        {"type": "formula", "criteria": f'={here}="仍在"', "format": page.formats.tint(bold=True)},
    )  # fmt: skip


def _change(page: Page, first: int, last: int, column: int) -> None:
    place = in_column(first, column)
    page.worksheet.conditional_format(
        first, column, last, column,
        {"type": "formula", "criteria": f"=AND(ISNUMBER({place}),ABS({place})>=0.5)", "format": page.formats.tint(font_color=AMBER, bold=True)},
    )  # fmt: skip


def _name(page: Page, block: Block, row: int, column: int) -> None:
    page.name(block.name, row, column, row + block.rows - 1, column + block.columns - 1)


def _unprinted(declared: SheetList) -> int:
    """Return how many columns at the end of a list are not printed."""
    return len(NOT_PRINTED.intersection(declared.headers[-len(NOT_PRINTED) :]))


def _print(page: Page) -> None:
    """Print each band on its own pages, the lists with their headers repeated."""
    worksheet = page.worksheet
    page.print_on_a4(landscape=True, last_row=LAST_ROW, last_column=LAST)
    areas = [f"$A$1:{xl_rowcol_to_cell(LAST_ROW, LAST, row_abs=True, col_abs=True)}"]
    areas += [
        f"${xl_col_to_name(column)}:${xl_col_to_name(column + len(declared.columns) - 1 - _unprinted(declared))}"
        for declared, column in BANDS
        if declared is not READING_HEADERS
    ]
    # The one print area XlsxWriter takes would print the bands side by side on shared pages.
    worksheet.print_area_range = ",".join(f"'{page.sheet.name}'!{area}" for area in areas)
    worksheet.set_print_scale(56)
    worksheet.repeat_rows(LINKS, HEADERS)
    worksheet.set_h_pagebreaks([TOP_ROW - 1, SETTINGS_ROW - 1])
