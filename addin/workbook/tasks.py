"""差异化策略, second band: the month's calendar, what there is to do in figures, and the list of tasks."""

from __future__ import annotations

from addin.workbook.lists import ROWS, draw_list
from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.style import AMBER, AMBER_TINT, GREY, MIST, NAVY, RED, RED_TINT, STAR_TINTS
from ccgrade_xl.workbook.tasks import (
    DEFAULT_HORIZON,
    DONE,
    OPEN,
    SKIPPED,
    TASK_DAY,
    TASK_HORIZON,
    TASK_LIST,
    TASK_MONTH,
)

LEFT = 8
LAST = LEFT + len(TASK_LIST.columns) - 1
HEADERS = {header: LEFT + at for at, header in enumerate(TASK_LIST.headers)}

HEADING, MONTH, WEEKDAYS, WEEKS = 3, 4, 5, 6
LIST_HEADING, LIST_HEAD = 13, 15
PANEL = HEADERS["客户名称"]
_WEEKDAY_NAMES = ("一", "二", "三", "四", "五", "六", "日")
_NAME = TASK_LIST.name


def draw(page: Page) -> None:
    """Draw the band; the formulas are native, so the figures follow every mark at once."""
    page.put(0, LEFT, TASK_LIST.title, "title")
    page.put(1, LEFT, "按“任务清单”按钮列出；办完选“已办”，再按一次即记入台账并排出下一次。", "purpose")
    page.fill(2, LEFT, LAST, "text", top=2, top_color=NAVY)
    _calendar(page)
    _panel(page)
    page.heading(LIST_HEADING, LEFT, LAST, "任务清单")
    page.put(LIST_HEADING + 1, LEFT, "浅黄色各列由您填写。逾期未办的到期日为红色。", "note")
    draw_list(page, TASK_LIST, LIST_HEAD, LEFT)
    _colours(page)


def _calendar(page: Page) -> None:
    last = LEFT + len(_WEEKDAY_NAMES) - 1
    page.heading(HEADING, LEFT, last, "本月日历")
    month = f'IF({TASK_MONTH}="",TODAY(),{TASK_MONTH})'
    page.formula(
        MONTH, LEFT, f"={month}-DAY({month})+1", "", "text",
        num_format='yyyy"年"m"月"', bold=True, align="left", font_size=11, font_color=NAVY,
    )  # fmt: skip
    first = cell_at(MONTH, LEFT)
    for weekday, name in enumerate(_WEEKDAY_NAMES):
        page.put(WEEKDAYS, LEFT + weekday, name, "head")
        for week in range(6):
            day = f"{first}-WEEKDAY({first},2)+{1 + 7 * week + weekday}"
            count = f'COUNTIFS({_NAME}[到期日],{day},{_NAME}[状态],"{OPEN}")'
            page.formula(
                WEEKS + week, LEFT + weekday,
                f'=IF(MONTH({day})<>MONTH({first}),"",DAY({day})&IF({count}=0,"",CHAR(10)&{count}&" 项"))',
                "", "cell", align="center", text_wrap=True, **({"font_color": GREY} if weekday > 4 else {}),
            )  # fmt: skip
    area = (WEEKS, LEFT, WEEKS + 5, last)
    here = cell_at(WEEKS, LEFT, fixed=False)
    day = f"{first}-WEEKDAY({first},2)+1+7*(ROW()-{WEEKS + 1})+COLUMN()-{LEFT + 1}"
    busy = f'ISNUMBER(FIND("项",{here}))'
    for condition, colours in (
        (f"AND({busy},{day}<TODAY())", {"bg_color": RED_TINT, "font_color": RED}),
        (f"AND({busy},{day}<=TODAY()+7)", {"bg_color": AMBER_TINT, "font_color": AMBER}),
        (busy, {"bg_color": MIST, "font_color": NAVY}),
    ):
        page.worksheet.conditional_format(
            *area,
            {"type": "formula", "criteria": f"={condition}", "format": page.formats.tint(**colours), "stop_if_true": True},
        )  # fmt: skip


def _panel(page: Page) -> None:
    """Draw what the list is made from, and its figures."""
    page.heading(HEADING, PANEL, PANEL + 1, "安排和统计")
    page.put(MONTH, PANEL, "日历月份", "label")
    page.put(MONTH, PANEL + 1, None, "input", num_format="yyyy-mm", align="left")
    page.name(TASK_MONTH, MONTH, PANEL + 1)
    page.put(WEEKDAYS, PANEL, "提前列出天数", "label")
    page.put(WEEKDAYS, PANEL + 1, DEFAULT_HORIZON, "input", num_format='0" 天（默认值）"', align="left")
    page.name(TASK_HORIZON, WEEKDAYS, PANEL + 1)
    page.put(WEEKS, PANEL, "统计日", "label")
    page.put(WEEKS, PANEL + 1, None, "result", num_format="yyyy-mm-dd", align="left")
    page.name(TASK_DAY, WEEKS, PANEL + 1)
    days = f"{_NAME}[到期日]"
    state = f'{_NAME}[状态],"{OPEN}"'
    figures = (
        ("待办任务", f"=COUNTIFS({state})", '#,##0" 项"'),
        ("其中逾期", f'=COUNTIFS({days},"<"&TODAY(),{state})', '#,##0" 项"'),
        ("七日内到期", f'=COUNTIFS({days},">="&TODAY(),{days},"<="&TODAY()+7,{state})', '#,##0" 项"'),
        ("应催收预收气费", f"=SUMIFS({_NAME}[金额],{state})", '#,##0.00" 元"'),
    )
    for line, (label, formula, number_format) in enumerate(figures, WEEKS + 1):
        page.put(line, PANEL, label, "label")
        page.formula(
            line, PANEL + 1, formula, "", "result", num_format=number_format, align="left", bold=True
        )


def _colours(page: Page) -> None:
    first, last = LIST_HEAD + 1, LIST_HEAD + ROWS
    state = in_column(first, HEADERS["状态"])
    closed = f'OR({state}="{DONE}",{state}="{SKIPPED}")'
    page.worksheet.conditional_format(
        first, LEFT, last, LAST,
        {"type": "formula", "criteria": f"={closed}", "format": page.formats.tint(font_color=GREY, italic=True), "stop_if_true": True},
    )  # fmt: skip
    due = in_column(first, HEADERS["到期日"])
    for condition, colours in (
        (f'AND({due}<>"",{due}<TODAY())', {"bg_color": RED_TINT, "font_color": RED, "bold": True}),
        (f'AND({due}<>"",{due}<=TODAY()+7)', {"bg_color": AMBER_TINT, "font_color": AMBER}),
    ):
        page.worksheet.conditional_format(
            first, HEADERS["到期日"], last, HEADERS["到期日"],
            {"type": "formula", "criteria": f"={condition}", "format": page.formats.tint(**colours), "stop_if_true": True},
        )  # fmt: skip
    for name, tint in STAR_TINTS.items():
        page.worksheet.conditional_format(
            first, HEADERS["星级"], last, HEADERS["星级"],
            {"type": "cell", "criteria": "==", "value": f'"{name}"', "format": page.formats.tint(bg_color=tint)},
        )  # fmt: skip
