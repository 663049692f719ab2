"""差异化策略: what each star means for six aspects of management, for one customer, in numbers; and its bands."""

from __future__ import annotations

from addin.workbook import decisions, tasks
from addin.workbook.customers import NUMBERS_NAME
from addin.workbook.page import LAST_ROW, Page, cell_at
from addin.workbook.style import STAR_TINTS
from ccgrade_xl.casework.measures import DEFAULT_MEASURES
from ccgrade_xl.casework.measures import MEASURES as MEASURE_NUMBERS
from ccgrade_xl.rules.ruleset import ASPECTS, STARS
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.names import STRATEGY_CUSTOMER
from ccgrade_xl.workbook.tasks import MEASURE_LIST, measure_rows

HEADING, HEAD, COUNT = 3, 4, 5
FIRST = 6
MEASURES = tasks.LIST_HEADING
"""Its header stands beside that of the lists, which is repeated on each printed page."""
LOOKUP = MEASURES + 2 + len(MEASURE_NUMBERS) + 2
LABEL, LAST = 1, 1 + len(STARS)
BANDS = (
    ("任务清单", tasks.LEFT, tasks.LAST),
    ("人工调整", decisions.OVERRIDES, decisions.OVERRIDES_LAST),
    ("客户异议", decisions.OBJECTIONS, decisions.OBJECTIONS_LAST),
    ("异议答复书", decisions.LETTER_AT, decisions.LETTER_LAST),
)
"""The bands to the right: what each is called, its first and its last column."""


def draw(page: Page) -> None:
    """Draw the page: native formulas only, so that it works in every host."""
    page.on_screen()
    page.widths(2, 24, 26, 26, 26, 26, 26, 3)
    page.title(LAST, "各星级客户在六个方面的管理策略。内容来自“评分规则”的“策略”表，在那里修改。")
    _matrix(page)
    _lookup(page)
    _measures(page)
    tasks.draw(page)
    decisions.draw(page)
    _links(page)
    _print(page)


def _links(page: Page) -> None:
    for at, (name, first, _) in enumerate(BANDS, LABEL + 1):
        place = f"internal:'{page.sheet.name}'!{cell_at(0, first, fixed=False)}"
        page.worksheet.write_url(0, at, place, page.formats("link"), f"{name} →")


def _print(page: Page) -> None:
    """Print each band on pages of its own, lists to their end, of the letter its text alone; the lookup is for the screen."""
    last_row = MEASURES + 2 + len(MEASURE_NUMBERS)
    page.print_on_a4(landscape=True, last_row=last_row, last_column=LAST)
    lists = ((0, first, LAST_ROW, last) for _, first, last in BANDS[:-1])
    page.print_areas((0, 0, last_row, LAST), *lists, decisions.LETTER_TEXT)
    page.worksheet.repeat_rows(tasks.LIST_HEAD)


def _measures(page: Page) -> None:
    """Draw table 策略参数: one row a measure, its value for each star."""
    page.heading(MEASURES, LABEL, LAST, MEASURE_LIST.title)
    page.put(
        MEASURES + 1, LABEL,
        "任务按这些数值安排，均为默认值，可以修改；不影响评级，也不改变规则版本。", "note",
    )  # fmt: skip
    head, rows = MEASURES + 2, measure_rows(DEFAULT_MEASURES)
    page.worksheet.add_table(
        head, LABEL, head + len(rows), LAST,
        {
            "name": MEASURE_LIST.name, "style": None, "banded_rows": False, "autofilter": False,
            "columns": [
                {"header": column.header, "header_format": page.formats("head")} for column in MEASURE_LIST.columns
            ],
        },
    )  # fmt: skip
    for line, row in enumerate(rows, head + 1):
        page.put(line, LABEL, row[0], "label")
        for offset, value in enumerate(row[1:], LABEL + 1):
            page.put(line, offset, value, "input", align="center", text_wrap=True)


def _matrix(page: Page) -> None:
    page.heading(HEADING, LABEL, LAST, "策略一览")
    page.put(HEAD, LABEL, "方面", "head")
    page.put(COUNT, LABEL, "客户户数", "label")
    by_star = {strategy.star: strategy for strategy in page.rules.strategies}
    page.worksheet.set_row(HEAD, 24)
    for offset, star in enumerate(STARS):
        at = LABEL + 1 + offset
        page.put(HEAD, at, star, "head", font_size=11)
        counted = f"COUNTIF({CUSTOMER_TABLE}[星级],{cell_at(HEAD, at)})"
        page.formula(COUNT, at, f"={counted}", "", "cell", align="center", num_format='#,##0" 户"', bold=True)
        for line, (aspect, attribute) in enumerate(ASPECTS.items()):
            formula = _measure(cell_at(HEAD, at), aspect)
            text = getattr(by_star[star], attribute)
            page.formula(FIRST + line, at, formula, text, "wrap", bg_color=STAR_TINTS[star])
    for line, aspect in enumerate(ASPECTS):
        page.worksheet.set_row(FIRST + line, 32)
        page.put(FIRST + line, LABEL, aspect, "label", bold=True)


def _measure(star: str, aspect: str) -> str:
    return f'=IFERROR(INDEX(策略[{aspect}],MATCH({star},策略[星级],0)),"")'


def _lookup(page: Page) -> None:
    page.heading(LOOKUP, LABEL, LAST, "按客户查策略")
    number, star = (LOOKUP + 1, LABEL + 1), (LOOKUP + 3, LABEL + 1)
    page.put(number[0], LABEL, "客户编号", "label", bold=True)
    page.put(*number, None, "input", num_format="@", bold=True)
    page.name(STRATEGY_CUSTOMER, *number)
    page.worksheet.data_validation(
        *number, *number,
        {
            "validate": "list", "source": f"={NUMBERS_NAME}", "error_type": "warning",
            "error_title": "没有这个客户编号", "error_message": "“客户数据”里没有这个编号，请核对。",
        },
    )  # fmt: skip
    place = f'MATCH({STRATEGY_CUSTOMER}&"",{CUSTOMER_TABLE}[客户编号],0)'
    page.formula(
        number[0], LABEL + 2,
        f'=IF({STRATEGY_CUSTOMER}="","从下拉列表选择或输入客户编号。",'
        f'IF(ISERROR({place}),"“客户数据”里没有这个客户编号，请核对。",""))',
        "", "note",
    )  # fmt: skip
    for row, name in ((LOOKUP + 2, "客户名称"), (LOOKUP + 3, "星级")):
        page.put(row, LABEL, name, "label")
        value = f"INDEX({CUSTOMER_TABLE}[{name}],{place})"
        page.formula(
            row, LABEL + 1, f'=IFERROR(IF({value}="","",{value}),"")', "", "result", bold=True, right=0
        )
        page.put(row, LABEL + 2, None, "result", left=0)
    for line, aspect in enumerate(ASPECTS):
        row = LOOKUP + 4 + line
        page.put(row, LABEL, aspect, "label")
        page.formula(row, LABEL + 1, _measure(cell_at(*star), aspect), "", "result", right=0)
        page.put(row, LABEL + 2, None, "result", left=0)
