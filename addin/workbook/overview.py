"""分级概览: the named blocks that 更新概览 fills, the charts over them, and the key figures on top."""

from __future__ import annotations

from addin.workbook import charts
from addin.workbook.page import Page, cell_at, in_column
from addin.workbook.style import AMBER, STAR_TINTS, fitting
from ccgrade_xl.workbook.overview import (
    BY_CREDIT,
    BY_LEVEL,
    BY_STAR,
    CHANGE,
    COMPLETENESS,
    MATRIX,
    MONEY,
    TOP_CUSTOMERS,
    TOTALS,
    TREND,
    TREND_NOTE,
    OverviewBlock,
)

LEFT, RIGHT, LAST_COLUMN = 1, 8, 15
WIDTHS = (2, 15, 11, 11, 12, 11, 11, 3, 6, 16, 27, 13, 10, 10, 10, 10)
STAR_ROW = 7
TILES = (
    ("参评户数", 1, 2), ("月总气量", 3, 4), ("待定户数", 5, 6),
    ("否决户数", 8, 9), ("平均信用得分", 10, 11), ("平均完整度", 12, 15),
)  # fmt: skip
"""Key figures: a row of `TOTALS`, first and last column of the tile."""
CHANGE_ROW, TREND_ROW = 17, 30
SECOND_PAGE = 45
DISTRIBUTIONS = ((BY_STAR, STAR_ROW), (BY_CREDIT, SECOND_PAGE), (BY_LEVEL, SECOND_PAGE + 10))
"""Each distribution, and the row its heading stands in; the charts stand to its right."""
THIRD_PAGE = SECOND_PAGE + 20
COMPLETENESS_ROW = THIRD_PAGE + 8
TOTALS_ROW = THIRD_PAGE + 19
LAST_ROW = THIRD_PAGE + 32
PRINTED_PERCENT = 60
"""The size on paper at which the first page, all that leaders need, is one A4 page."""


def draw(page: Page) -> None:
    """Draw the page empty: labels and charts stand, numbers come with 更新概览."""
    page.on_screen(zoom=90)
    page.widths(*WIDTHS)
    page.title(LAST_COLUMN, "各级客户的户数、气量和分布。评级后自动更新，也可以按“更新概览”。")
    for block, row in DISTRIBUTIONS:
        _distribution(page, block, row)
    _change(page, CHANGE_ROW)
    _money(page, CHANGE_ROW)
    _trend(page, TREND_ROW)
    _matrix(page, THIRD_PAGE)
    _completeness(page, COMPLETENESS_ROW)
    _top_customers(page, THIRD_PAGE)
    _totals(page, TOTALS_ROW)
    _tiles(page, 4)
    page.print_on_a4(landscape=True, last_row=LAST_ROW, last_column=LAST_COLUMN)
    page.worksheet.set_print_scale(PRINTED_PERCENT)
    page.worksheet.set_h_pagebreaks([SECOND_PAGE, THIRD_PAGE])


def total(label: str) -> str:
    """Return the formula term that reads one of the `TOTALS`."""
    return f"INDEX({TOTALS.name},{TOTALS.labels.index(label) + 1})"


def figure_formula(label: str) -> str:
    """Return a formula that shows one of the `TOTALS`, a dash while there is none."""
    return f'=IF({total(label)}="","—",{total(label)})'


def _tiles(page: Page, row: int) -> None:
    page.worksheet.set_row(row, 30)
    for label, first, last in TILES:
        number_format = TOTALS.by_row[TOTALS.labels.index(label)]
        unit = "（m³/月）" if label == "月总气量" else ""
        page.fill(row, first, last, "figure")
        page.fill(row + 1, first, last, "figure_label")
        # Centred across the tile's cells, which stay single cells: nothing in the book is merged.
        page.formula(
            row, first, figure_formula(label), "", "figure", align="center_across", num_format=number_format
        )
        page.put(row + 1, first, label + unit, "figure_label", align="center_across")
        for column in range(first + 1, last + 1):
            page.put(row, column, None, "figure", align="center_across")
            page.put(row + 1, column, None, "figure_label", align="center_across")


def _distribution(page: Page, block: OverviewBlock, row: int) -> None:
    page.heading(row, LEFT, LEFT + 5, block.title)
    page.heading(row, RIGHT, LAST_COLUMN, f"{block.title}：户数和气量占比")
    _block(page, block, row + 1, LEFT)
    first, last = row + 2, row + 1 + block.rows
    page.worksheet.conditional_format(
        first, LEFT + 2, last, LEFT + 2, {"type": "data_bar", "bar_color": "#9DB7D3", "bar_solid": True}
    )
    page.worksheet.conditional_format(
        first, LEFT + 4, last, LEFT + 4, {"type": "data_bar", "bar_color": "#A9CDB3", "bar_solid": True}
    )
    if block is BY_STAR:
        for offset, label in enumerate(block.labels):
            if label in STAR_TINTS:
                page.put(first + offset, LEFT, label, "label", bg_color=STAR_TINTS[label], bold=True)
    counts = charts.columns(page, block, first, LEFT, "户数（户）", column=1)
    usage = charts.shares(page, block, first, LEFT)
    page.worksheet.insert_chart(row + 1, RIGHT, counts, {"x_offset": 0, "y_offset": 4, "object_position": 2})
    page.worksheet.insert_chart(
        row + 1, RIGHT + 3, usage, {"x_offset": 32, "y_offset": 4, "object_position": 2}
    )


def _block(page: Page, block: OverviewBlock, row: int, column: int) -> None:
    """Draw a block's headers, empty cells and labels, and name its range."""
    for offset, header in enumerate(block.headers):
        page.put(row, column + offset, header, "head")
    for line in range(block.rows):
        for offset in range(len(block.headers)):
            label = block.labels[line] if block.labels and offset == 0 else None
            style = "label" if offset == 0 and block.labels else "cell"
            page.put(row + 1 + line, column + offset, label, style, **fitting(block.format_at(line, offset)))
    page.name(block.name, row + 1, column, row + block.rows, column + len(block.headers) - 1)


def _change(page: Page, row: int) -> None:
    page.heading(row, LEFT, LEFT + 5, CHANGE.title)
    _block(page, CHANGE, row + 1, LEFT)


def _money(page: Page, row: int) -> None:
    page.heading(row, RIGHT, LAST_COLUMN, MONEY.title)
    _block(page, MONEY, row + 1, RIGHT + 1)
    first, last = row + 2, row + 1 + MONEY.rows
    for offset in range(len(MONEY.headers)):
        style = "label" if offset == 0 else "cell"
        value = MONEY.labels[-1] if offset == 0 else None
        page.put(last, RIGHT + 1 + offset, value, style, bold=True, **fitting(MONEY.formats[offset]))
    page.worksheet.conditional_format(
        first, RIGHT + 2, last - 1, RIGHT + 2, {"type": "data_bar", "bar_color": "#E3A59F", "bar_solid": True}
    )
    page.put(last + 1, RIGHT + 1, "估计欠费 = 当前欠费天数 × 月均气费 ÷ 30，只供参考，以财务账为准。", "note")
    page.put(
        last + 2, RIGHT + 1, "覆盖月数 = 预收余额 ÷ 月均气费；够一月：预收够一个月气费的户数占比。", "note"
    )


def _trend(page: Page, row: int) -> None:
    page.heading(row, LEFT, LEFT + 5, TREND.title)
    page.heading(row, RIGHT, LAST_COLUMN, "各星级户数的趋势")
    _block(page, TREND, row + 1, LEFT)
    for offset in range(len(TREND.headers)):
        for line in range(TREND.rows):
            page.put(
                row + 2 + line, LEFT + offset, None, "cell", align="center", num_format=TREND.formats[offset]
            )
    chart = charts.trend(page, row + 1, LEFT, (735, 270))
    page.worksheet.insert_chart(row + 2, RIGHT, chart, {"x_offset": 0, "y_offset": 4, "object_position": 2})
    page.put(row + 1, RIGHT, None, "note")
    page.name(TREND_NOTE, row + 1, RIGHT)


def _matrix(page: Page, row: int) -> None:
    page.heading(row, LEFT, LEFT + 5, MATRIX.title)
    _block(page, MATRIX, row + 1, LEFT)
    for line in range(MATRIX.rows):
        for offset in range(1, len(MATRIX.headers)):
            page.put(row + 2 + line, LEFT + offset, None, "cell", align="center", num_format="#,##0")
    page.worksheet.conditional_format(
        row + 2, LEFT + 1, row + 1 + MATRIX.rows, LEFT + len(MATRIX.headers) - 1,
        {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#5B8DB8"},
    )  # fmt: skip


def _completeness(page: Page, row: int) -> None:
    page.heading(row, LEFT, LEFT + 5, COMPLETENESS.title)
    _block(page, COMPLETENESS, row + 1, LEFT)
    first, last, share = row + 2, row + 1 + COMPLETENESS.rows, LEFT + 3
    for line in range(first, last + 1):
        page.put(line, LEFT + 1, None, "cell", align="center")
    page.worksheet.conditional_format(
        first, share, last, share,
        {
            "type": "data_bar", "bar_color": "#8CBF9A", "bar_solid": True,
            "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1,
        },
    )  # fmt: skip
    page.worksheet.conditional_format(
        first, LEFT, last, share,
        {
            "type": "formula", "criteria": f'={in_column(first, LEFT + 1)}="否"',
            "format": page.formats.tint(font_color="#8C8C8C", italic=True),
        },
    )  # fmt: skip
    page.worksheet.conditional_format(
        first, share, last, share,
        {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER({cell_at(first, share, fixed=False)}),{cell_at(first, share, fixed=False)}<0.6)",
            "format": page.formats.tint(font_color=AMBER, bold=True),
        },
    )  # fmt: skip


def _top_customers(page: Page, row: int) -> None:
    page.heading(row, RIGHT, LAST_COLUMN, TOP_CUSTOMERS.title)
    _block(page, TOP_CUSTOMERS, row + 1, RIGHT + 1)
    page.put(row + 1, RIGHT, "名次", "head")
    for line in range(TOP_CUSTOMERS.rows):
        page.put(row + 2 + line, RIGHT, line + 1, "label", align="center")
        for offset in (3, 4, 5, 6):
            page.put(row + 2 + line, RIGHT + 1 + offset, None, "cell", align="center")
    first, last = row + 2, row + 1 + TOP_CUSTOMERS.rows
    page.worksheet.conditional_format(
        first, RIGHT + 3, last, RIGHT + 3, {"type": "data_bar", "bar_color": "#9DB7D3", "bar_solid": True}
    )
    star = RIGHT + 1 + TOP_CUSTOMERS.headers.index("星级")
    for name, tint in STAR_TINTS.items():
        page.worksheet.conditional_format(
            first, star, last, star,
            {"type": "cell", "criteria": "==", "value": f'"{name}"', "format": page.formats.tint(bg_color=tint)},
        )  # fmt: skip


def _totals(page: Page, row: int) -> None:
    page.heading(row, LEFT, LEFT + 5, TOTALS.title)
    for line, (label, number_format) in enumerate(zip(TOTALS.labels, TOTALS.by_row, strict=True)):
        unit = "（m³/月）" if label == "月总气量" else ""
        page.put(row + 1 + line, LEFT, label + unit, "label", right=0)
        page.fill(row + 1 + line, LEFT + 1, LEFT + 1, "label", left=0, right=0)
        page.fill(row + 1 + line, LEFT + 2, LEFT + 2, "label", left=0)
        page.put(row + 1 + line, LEFT + 3, None, "cell", num_format=number_format, align="right")
    page.name(TOTALS.name, row + 1, LEFT + 3, row + TOTALS.rows, LEFT + 3)
    chart = charts.completeness(page, COMPLETENESS_ROW + 2, LEFT)
    page.heading(row + 4, RIGHT, LAST_COLUMN, "资料完整度（已知占比）")
    page.worksheet.insert_chart(row + 5, RIGHT, chart, {"x_offset": 0, "y_offset": 4, "object_position": 2})
