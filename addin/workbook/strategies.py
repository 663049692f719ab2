"""差异化策略: what each star means for six aspects of management, and the six measures for one customer."""

from __future__ import annotations

from addin.workbook.customers import NUMBERS_NAME
from addin.workbook.page import Page, cell_at
from addin.workbook.style import STAR_TINTS
from ccgrade_xl.rules.ruleset import ASPECTS, STARS
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.names import STRATEGY_CUSTOMER

HEADING, HEAD, COUNT = 3, 4, 5
FIRST = 6
LOOKUP = FIRST + len(ASPECTS) + 1
LABEL, LAST = 1, 1 + len(STARS)


def draw(page: Page) -> None:
    """Draw the page: native formulas only, so that it works in every host."""
    page.on_screen()
    page.widths(2, 16, 26, 26, 26, 26, 26)
    page.title(LAST, "各星级客户在六个方面的管理策略。内容来自“评分规则”的“策略”表，在那里修改。")
    _matrix(page)
    _lookup(page)
    page.print_on_a4(landscape=True, last_row=LOOKUP + 4 + len(ASPECTS), last_column=LAST, pages_high=1)


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
        page.worksheet.set_row(FIRST + line, 36)
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
