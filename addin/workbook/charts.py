"""The native charts of 分级概览 and 首页, in one plain style."""

from __future__ import annotations

from typing import Any

from xlsxwriter.chart import Chart

from addin.workbook.page import Page
from addin.workbook.style import BLUE, FONT, GREY, LINE, SERIES
from ccgrade_xl.workbook.overview import BY_CREDIT, BY_LEVEL, BY_STAR, COMPLETENESS, TREND, OverviewBlock

OVERVIEW = "分级概览"
FALLING = tuple(SERIES.values())
"""Colours from the best class to the lowest, then the undecided."""
BLUES = ("#1F4E79", "#3B73A8", "#6A9BC7", "#9DBEDC", "#C9DCEC", SERIES["待定"])
"""Usage levels are sizes, not merits: one hue, darker for larger."""

LINES = ("#1F4E79", "#E0A93B", "#2F6B41", "#C0504D", "#7A5C9E", "#4F9BA8", "#7F7F7F")
"""Colours that tell people apart."""

_TEXT = {"name": FONT, "size": 9, "color": GREY}


def columns(
    page: Page,
    block: OverviewBlock,
    row: int,
    left: int,
    title: str,
    *,
    column: int,
    size: tuple[int, int] = (335, 205),
) -> Chart:
    """Return a column chart of one column of a distribution, one colour a class."""
    chart = page.workbook.add_chart({"type": "column"})
    last = row + block.rows - 1
    chart.add_series(
        {
            "name": title,
            "categories": [OVERVIEW, row, left, last, left],
            "values": [OVERVIEW, row, left + column, last, left + column],
            "points": [{"fill": {"color": color}} for color in _colors(block)],
            "gap": 60,
            "data_labels": {"value": True, "font": {**_TEXT, "color": "#262626"}, "num_format": "#,##0;;"},
        }
    )
    chart.set_y_axis(
        {
            "visible": False,
            "major_gridlines": {"visible": False},
            "min": 0,
            "num_font": _TEXT,
        }
    )
    chart.set_x_axis({"num_font": _TEXT, "line": {"color": LINE}, "major_tick_mark": "none"})
    return _plain(chart, title, size)


def shares(
    page: Page, block: OverviewBlock, row: int, left: int, size: tuple[int, int] = (315, 205)
) -> Chart:
    """Return the usage share of each class: a ring for stars, bars for levels and credit grades."""
    chart = page.workbook.add_chart({"type": "doughnut" if block is BY_STAR else "bar"})
    last = row + block.rows - 1
    ring = block is BY_STAR
    chart.add_series({
        "name": "气量占比",
        "categories": [OVERVIEW, row, left, last, left],
        "values": [OVERVIEW, row, left + 4, last, left + 4],
        "points": [{"fill": {"color": color}, "border": {"color": "#FFFFFF"}} for color in _colors(block)],
        "gap": 40,
        "data_labels": {
            "value": True, "num_format": '[>=0.05]0%;""' if ring else "0.0%;;",
            "font": {**_TEXT, "color": "#FFFFFF" if ring else "#262626", "bold": ring},
        },
    })  # fmt: skip
    if ring:
        chart.set_hole_size(55)
        chart.set_legend({"position": "right", "font": _TEXT})
    else:
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        chart.set_y_axis(
            {"reverse": True, "num_font": _TEXT, "line": {"color": LINE}, "major_tick_mark": "none"}
        )
    return _plain(chart, "气量占比", size, legend=ring)


def completeness(page: Page, row: int, left: int) -> Chart:
    """Return the share of customers whose answer is known, one bar an indicator."""
    chart = page.workbook.add_chart({"type": "bar"})
    last = row + COMPLETENESS.rows - 1
    chart.add_series({
        "name": "已知占比",
        "categories": [OVERVIEW, row, left, last, left],
        "values": [OVERVIEW, row, left + 3, last, left + 3],
        "fill": {"color": BLUE},
        "gap": 45,
        "data_labels": {"value": True, "num_format": "0%;;", "font": {**_TEXT, "color": "#262626"}},
    })  # fmt: skip
    chart.set_x_axis({
        "visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": 1,
    })  # fmt: skip
    chart.set_y_axis({"reverse": True, "num_font": _TEXT, "line": {"color": LINE}, "major_tick_mark": "none"})
    return _plain(chart, "", (670, 215))


def trend(page: Page, header: int, left: int, size: tuple[int, int]) -> Chart:
    """Return customers by star over the frozen months, stacked; `header` is the row of the block's headers."""
    chart = page.workbook.add_chart({"type": "column", "subtype": "stacked"})
    first, last = header + 1, header + TREND.rows
    for offset, star in reversed(list(enumerate(TREND.headers[1:], 1))):
        chart.add_series({
            "name": [OVERVIEW, header, left + offset],
            "categories": [OVERVIEW, first, left, last, left],
            "values": [OVERVIEW, first, left + offset, last, left + offset],
            "fill": {"color": SERIES[star]},
            "gap": 55,
            "data_labels": {"value": True, "font": {**_TEXT, "size": 8, "color": "#FFFFFF"}, "num_format": "#,##0;;"},
        })  # fmt: skip
    chart.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_x_axis({"num_font": _TEXT, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_legend({"position": "right", "font": _TEXT})
    return _plain(chart, "", size, legend=True)


def lines(
    page: Page, names: list[tuple[int, int]], header: int, first: int, last: int, size: tuple[int, int]
) -> Chart:
    """Return a line chart of shares on the page's own sheet: a series a row, named by the cells `names`."""
    chart, sheet = page.workbook.add_chart({"type": "line"}), page.sheet.name
    for (row, column), color in zip(names, LINES, strict=True):
        chart.add_series({
            "name": [sheet, row, column],
            "categories": [sheet, header, first, header, last],
            "values": [sheet, row, first, row, last],
            "line": {"color": color, "width": 2},
            "marker": {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}},
        })  # fmt: skip
    chart.set_y_axis({
        "min": 0, "max": 1, "num_format": "0%", "num_font": _TEXT, "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#E3E8EF"}},
    })  # fmt: skip
    chart.set_x_axis({"num_font": _TEXT, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.show_blanks_as("gap")
    chart.set_legend({"position": "right", "font": _TEXT})
    return _plain(chart, "", size, legend=True)


def _colors(block: OverviewBlock) -> tuple[str, ...]:
    return BLUES if block is BY_LEVEL else FALLING if block in (BY_STAR, BY_CREDIT) else (BLUE,)


def _plain(chart: Chart, title: str, size: tuple[int, int], *, legend: bool = False) -> Chart:
    if title:
        chart.set_title(
            {"name": title, "name_font": {"name": FONT, "size": 10, "bold": False, "color": GREY}}
        )
    else:
        chart.set_title({"none": True})
    if not legend:
        chart.set_legend({"none": True})
    border: dict[str, Any] = {"border": {"none": True}, "fill": {"none": True}}
    chart.set_chartarea(border)
    chart.set_plotarea(border)
    chart.set_size({"width": size[0], "height": size[1]})
    return chart
