"""The native charts of 远程抄表: a meter's last 35 days, and its next 28 with their interval."""

from __future__ import annotations

from typing import Any

from xlsxwriter.chart import Chart

from addin.workbook.page import Page
from addin.workbook.style import BLUE, FONT, GREY, LINE
from ccgrade_xl.workbook.meter_page import CHOSEN_AHEAD, CHOSEN_DAYS

SIZE = (650, 310)
_TEXT = {"name": FONT, "size": 9, "color": GREY}


def insert(page: Page, row: int, column: int, *, data_row: int, data_column: int) -> None:
    """Insert both charts side by side; they draw the blocks that stand from `data_row` and `data_column` on."""
    past, ahead = _past(page, data_row, data_column), _ahead(page, data_row, data_column + 3)
    page.worksheet.insert_chart(row, column, past, {"x_offset": 0, "y_offset": 6, "object_position": 2})
    page.worksheet.insert_chart(
        row, column, ahead, {"x_offset": SIZE[0] + 20, "y_offset": 6, "object_position": 2}
    )


def _past(page: Page, row: int, column: int) -> Chart:
    chart = page.workbook.add_chart({"type": "column", "subtype": "stacked"})
    last = row + CHOSEN_DAYS.rows - 1
    for offset, name, color in ((1, "实测", BLUE), (2, "估算", "#E0A93B")):
        chart.add_series({
            "name": name,
            "categories": [page.sheet.name, row, column, last, column],
            "values": [page.sheet.name, row, column + offset, last, column + offset],
            "fill": {"color": color}, "gap": 30,
        })  # fmt: skip
    return _plain(chart, "最近 35 天用气量（m³/天）")


def _ahead(page: Page, row: int, column: int) -> Chart:
    chart = page.workbook.add_chart({"type": "line"})
    last = row + CHOSEN_AHEAD.rows - 1
    styles: tuple[tuple[str, dict[str, Any]], ...] = (
        ("预测", {"color": BLUE, "width": 2}),
        ("下限", {"color": "#9DB7D3", "width": 1, "dash_type": "dash"}),
        ("上限", {"color": "#9DB7D3", "width": 1, "dash_type": "dash"}),
    )
    for offset, (name, line) in enumerate(styles, 1):
        chart.add_series({
            "name": name,
            "categories": [page.sheet.name, row, column, last, column],
            "values": [page.sheet.name, row, column + offset, last, column + offset],
            "line": line,
        })  # fmt: skip
    return _plain(chart, "今后 28 天预测（m³/天）")


def _plain(chart: Chart, title: str) -> Chart:
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 10, "bold": False, "color": GREY}})
    chart.set_legend({"position": "top", "font": _TEXT})
    chart.set_x_axis({
        "date_axis": True, "num_format": "m-d", "num_font": _TEXT, "line": {"color": LINE}, "major_unit": 7, "major_unit_type": "days",
    })  # fmt: skip
    chart.set_y_axis(
        {
            "num_format": "#,##0",
            "num_font": _TEXT,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": "#E3E7EC"}},
            "min": 0,
        }
    )
    border: dict[str, Any] = {"border": {"none": True}, "fill": {"none": True}}
    chart.set_chartarea(border)
    chart.set_plotarea(border)
    chart.set_size({"width": SIZE[0], "height": SIZE[1]})
    return chart
