"""流程手册: the city's rule on arrears and a flow chart of each process; beside them the steps, cases and cities."""

from __future__ import annotations

from addin.workbook.flow_charts import COLUMN_WIDTH, Chart, draw_chart, laid_out
from addin.workbook.lists import ROWS, draw_list
from addin.workbook.page import LAST_ROW, Page, Range, cell_at, in_column
from addin.workbook.style import AMBER, AMBER_TINT, GREEN, GREEN_TINT, GREY, NAVY, RED, RED_TINT
from ccgrade_xl.casework.processes import default_manual
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.lists import SheetList
from ccgrade_xl.workbook.processes import CASE_LIST, CITY, CITY_LIST, STEP_LIST, city_rows, step_rows

LEFT = 1
CHARTS = tuple(laid_out(process) for process in default_manual().processes)
STAGES = max(chart.stages for chart in CHARTS)
LAST = LEFT + STAGES
STEPS = LAST + 2
CASES = STEPS + len(STEP_LIST.columns) + 1
CITIES = CASES + len(CASE_LIST.columns) + 1
LAST_COLUMN = CITIES + len(CITY_LIST.columns) - 1
BANDS = (
    (STEP_LIST, STEPS, "时限可以修改，在办流程按这里计算；流程图按随附的流程绘制，改动时以本表为准。"),
    (CASE_LIST, CASES, "浅黄色各列由您填写；按“任务清单”算出到期日和情况，过期未办结的为红色。"),
    (CITY_LIST, CITIES, "空白处没有公开规定，请按合同办理，或由法务确认后填写。"),
)
CITY_ROW, LIST_HEADING, LIST_HEAD, FIRST_CHART = 4, 8, 10, 11
PAGE_ROWS = 30
"""Rows of charts that a printed page holds."""
FIRST_CITY = "深圳"


def draw(page: Page) -> None:
    """Draw the sheet."""
    page.on_screen(zoom=90)
    page.widths(2, 15, *[COLUMN_WIDTH] * STAGES, 3)
    page.title(LAST, "实线框的时限有公开依据；虚线框是默认值，请按本单位制度修改。")
    for at, (declared, first, _) in enumerate(BANDS, LEFT + 1):
        place = f"internal:'{page.sheet.name}'!{cell_at(0, first, fixed=False)}"
        page.worksheet.write_url(0, at, place, page.formats("link"), f"{declared.title} →")
    _city(page)
    areas = _charts(page)
    rows = {STEP_LIST.name: step_rows(default_manual()), CITY_LIST.name: city_rows(default_manual())}
    for declared, first, note in BANDS:
        _band(page, declared, first, note, rows.get(declared.name, []))
    _step_choices(page)
    _case_colours(page)
    page.print_on_a4(landscape=True, last_row=LAST_ROW, last_column=LAST)
    page.print_areas(
        *areas, *((0, first, LAST_ROW, first + len(declared.columns) - 1) for declared, first, _ in BANDS)
    )
    page.worksheet.repeat_rows(LIST_HEAD)


def _city(page: Page) -> None:
    """Draw the chosen city's rule on arrears; what is not published says so."""
    page.heading(CITY_ROW - 1, LEFT, LAST, "欠费停气规定")
    page.put(CITY_ROW, LEFT, "城市", "label", bold=True)
    page.put(CITY_ROW, LEFT + 1, FIRST_CITY, "input", bold=True)
    page.name(CITY, CITY_ROW, LEFT + 1)
    first = LIST_HEAD + 1
    source = f"={cell_at(first, CITIES)}:{cell_at(first + 99, CITIES)}"
    page.worksheet.data_validation(
        CITY_ROW, LEFT + 1, CITY_ROW, LEFT + 1,
        {"validate": "list", "source": source, "error_type": "warning", "error_message": "请从下拉列表中选择，或在“欠费规定”表里增加一行。"},
    )  # fmt: skip
    found = f"INDEX({CITY_LIST.name}[{{}}],MATCH({CITY},{CITY_LIST.name}[城市],0))"
    nothing = '"没有公开规定：按合同 / 待法务确认"'
    facts = (
        ("规定", found.format("规定")),
        ("欠费多久", f'{found.format("欠费天数")}&" 天，从"&{found.format("从何时起算")}&"起"'),
        ("书面通知", f'"停气前 "&{found.format("书面通知天数")}&" 天"'),
    )
    needed = (found.format("规定"), found.format("欠费天数"), found.format("书面通知天数"))
    for at, ((label, formula), key) in enumerate(zip(facts, needed, strict=True)):
        row = CITY_ROW + 1 + at
        page.put(row, LEFT, label, "label")
        page.fill(row, LEFT + 1, LAST, "result", left=0, right=0)
        page.formula(
            row, LEFT + 1, f'=IFERROR(IF({key}="",{nothing},{formula}),{nothing})', "", "result", right=0
        )
    for at, (label, header, unit) in enumerate(
        (("缴清后", "复气小时", " 小时内恢复供气"), ("依据", "依据", ""))
    ):
        column = LEFT + 2 + 2 * at
        key = found.format(header)
        page.formula(
            CITY_ROW, column,
            f'=IFERROR("{label}："&IF({key}="","没有公开规定",{key}&"{unit}"),"")', "", "note",
        )  # fmt: skip


def _charts(page: Page) -> list[Range]:
    """Draw every chart; return the areas to print, each as many whole charts as a page holds."""
    row, start = FIRST_CHART, 0
    areas: list[Range] = []
    for chart in CHARTS:
        if row + _height(chart) - start > PAGE_ROWS and row > FIRST_CHART:
            areas.append((start, 0, row - 1, LAST))
            start = row
        draw_chart(page, chart, row, LEFT, STAGES)
        row += _height(chart)
    return [*areas, (start, 0, row - 1, LAST)]


def _height(chart: Chart) -> int:
    return chart.rows + 2


def _band(page: Page, declared: SheetList, left: int, note: str, rows: list[list[CellValue]]) -> None:
    last = left + len(declared.columns) - 1
    page.put(0, left, declared.title, "title")
    page.put(1, left, note, "purpose")
    page.fill(2, left, last, "text", top=2, top_color=NAVY)
    page.heading(LIST_HEADING, left, last, declared.title)
    draw_list(page, declared, LIST_HEAD, left, rows=rows)
    page.worksheet.set_column(left - 1, left - 1, 3, page.formats())


def _step_choices(page: Page) -> None:
    """Offer, for each process under way, the steps that table 流程步骤 lists for it."""
    first, column = LIST_HEAD + 1, CASES + CASE_LIST.headers.index("步骤")
    names = f"{cell_at(first, STEPS)}:{cell_at(first + ROWS, STEPS)}"
    chosen = in_column(first, CASES + CASE_LIST.headers.index("流程"))
    source = (
        f"=OFFSET({cell_at(LIST_HEAD, STEPS + 1)},MATCH({chosen},{names},0),0,COUNTIF({names},{chosen}),1)"
    )
    page.worksheet.data_validation(
        first, column, first + ROWS, column,
        {"validate": "list", "source": source, "error_type": "warning", "error_title": "步骤", "error_message": "请先选流程，再从下拉列表中选择步骤。"},
    )  # fmt: skip


def _case_colours(page: Page) -> None:
    first = LIST_HEAD + 1
    due, done = (CASES + CASE_LIST.headers.index(header) for header in ("到期日", "办结日期"))
    state = CASES + CASE_LIST.headers.index("情况")
    open_until = f'AND({in_column(first, due)}<>"",{in_column(first, done)}=""'
    said = in_column(first, state)
    rules = (
        (
            due,
            f"{open_until},{in_column(first, due)}<TODAY())",
            {"bg_color": RED_TINT, "font_color": RED, "bold": True},
        ),
        (
            due,
            f"{open_until},{in_column(first, due)}=TODAY())",
            {"bg_color": AMBER_TINT, "font_color": AMBER},
        ),
        (state, f'OR({said}="已办结",{said}="逾期办结")', {"font_color": GREY}),
        (state, f'{said}="在办"', {"font_color": GREEN, "bg_color": GREEN_TINT}),
        (state, f'{said}="今天到期"', {"font_color": AMBER, "bg_color": AMBER_TINT}),
        (state, f'{said}<>""', {"font_color": RED, "bg_color": RED_TINT}),
    )
    for column, condition, colours in rules:
        page.worksheet.conditional_format(
            first, column, first + ROWS, column,
            {"type": "formula", "criteria": f"={condition}", "format": page.formats.tint(**colours), "stop_if_true": True},
        )  # fmt: skip
