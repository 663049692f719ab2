"""Colours, fonts and cell formats of the template: declared once, used by every sheet."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

FONT = "微软雅黑"
"""On every Chinese Windows since Vista; hosts without it fall back to their own Chinese sans."""

INK = "#262626"
NAVY = "#1F3864"
BLUE = "#2E5C8A"
MIST = "#E9EFF6"
LINE = "#BFC9D6"
GREY = "#7F7F7F"
PALE = "#F3F4F6"
WHITE = "#FFFFFF"
GREEN = "#3B7D4F"
GREEN_TINT = "#E3F1E5"
AMBER = "#9C6500"
AMBER_TINT = "#FFF2CC"
RED = "#B3261E"
RED_TINT = "#FBE3E1"
INPUT_TINT = "#FFFBEA"

STAR_TINTS = {
    "五星级": "#DDEFE0",
    "四星级": "#E4EFF8",
    "三星级": "#F4F6F8",
    "二星级": "#FFF4DC",
    "一星级": "#FBE6E3",
}
"""The tint of a customer's row, by star; text on each keeps a contrast above 7:1."""

SERIES = {
    "五星级": "#2F6B41",
    "四星级": "#4F81B0",
    "三星级": "#8FA3B8",
    "二星级": "#E0A93B",
    "一星级": "#C0504D",
    "待定": "#BFBFBF",
}
"""The colour of a star in the charts."""

GROUP_COLORS = {"客户信息": NAVY, "用气量": "#2F6B62", "信用指标": BLUE, "评级结果": "#595959"}
"""The colour of the band over each group of 客户 columns."""

STYLES: dict[str, dict[str, Any]] = {
    "text": {},
    "title": {"font_size": 18, "bold": True, "font_color": NAVY},
    "purpose": {"font_size": 10, "font_color": GREY},
    "heading": {"font_size": 12, "bold": True, "font_color": NAVY, "bottom": 2, "bottom_color": NAVY},
    "note": {"font_size": 9, "font_color": GREY},
    "head": {
        "bold": True, "font_color": WHITE, "bg_color": BLUE, "align": "center", "border": 1,
        "border_color": LINE, "text_wrap": True,
    },
    "cell": {"border": 1, "border_color": LINE},
    "wrap": {"border": 1, "border_color": LINE, "text_wrap": True},
    "label": {"border": 1, "border_color": LINE, "bg_color": MIST, "font_color": NAVY, "indent": 1},
    "result": {"border": 1, "border_color": LINE, "bg_color": PALE},
    "input": {"border": 1, "border_color": "#D8B54A", "bg_color": INPUT_TINT, "locked": False},
    "figure": {"font_size": 20, "bold": True, "font_color": NAVY, "align": "center", "bg_color": MIST},
    "figure_label": {"font_size": 9, "font_color": GREY, "align": "center", "bg_color": MIST},
    "link": {"font_color": "#1F5FA8", "underline": 1},
    "code": {"font_name": "Consolas", "font_size": 9, "font_color": GREY},
}  # fmt: skip
"""The named styles. All are centred vertically in 10 pt."""


class Formats:
    """The formats of one workbook, each made once: `formats("cell", align="center")`."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __call__(self, style: str = "text", **properties: Any) -> Format:
        """Return the format of a named style with single properties changed."""
        wanted = {
            "font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter",
            **STYLES[style], **properties,
        }  # fmt: skip
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(wanted)
        return self._made[key]

    def tint(self, **properties: Any) -> Format:
        """Return a conditional format: only the properties given."""
        key = (("conditional", True), *sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def fitting(number_format: str) -> dict[str, Any]:
    """Return how a cell of a block shows its value: a number too wide for it becomes smaller, where Excel would show ####."""
    return (
        {"num_format": number_format}
        if number_format == "@"
        else {"num_format": number_format, "shrink": True}
    )
