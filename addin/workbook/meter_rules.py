"""异常项 and 异常阈值 on 评分规则: every check with its switch, every threshold with unit and source. No part of the rule version."""

from __future__ import annotations

from typing import Any

from addin.workbook.page import Page
from ccgrade_xl.meters.settings import settings_tables

WIDTHS = {"异常项": (16, 7, 9, 62, 12, 40, 3), "异常阈值": (16, 18, 10, 10, 12, 56, 3)}
HELP = {
    "异常项": "远程抄表检查哪些异常；“启用”改成否就不检查。不影响评级和规则版本，下次“读取异常”时生效。",
    "异常阈值": "每项检查所用的数值，只改“取值”；来源为默认值的没有公布的标准，可按本单位情况修改。",
}
EDITED = {"启用": ["是", "否"], "取值": None}
"""What the user may change, and its choices."""


def draw(page: Page, row: int, left: int) -> tuple[int, int]:
    """Draw both tables side by side; return the last row and the last column."""
    bottom = row
    for name, (headers, rows) in settings_tables().items():
        page.worksheet.add_table(
            row + 2, left, row + 2 + len(rows), left + len(headers) - 1,
            {
                "name": name, "style": None, "banded_rows": False, "autofilter": False,
                "columns": [{"header": header, "header_format": page.formats("head")} for header in headers],
            },
        )  # fmt: skip
        for offset, width in enumerate(WIDTHS[name]):
            page.worksheet.set_column(left + offset, left + offset, width, page.formats())
        page.heading(row, left, left + len(headers) - 1, name)
        page.put(row + 1, left, HELP[name], "note")
        for line, cells in enumerate(rows, row + 3):
            _row(page, line, left, headers, cells)
        _checks(page, row + 3, row + 2 + len(rows), left, headers)
        bottom, left = max(bottom, row + 2 + len(rows)), left + len(WIDTHS[name])
    return bottom, left - 2


def _row(page: Page, row: int, left: int, headers: tuple[str, ...], cells: tuple[Any, ...]) -> None:
    for offset, (header, value) in enumerate(zip(headers, cells, strict=True)):
        properties: dict[str, Any] = {"num_format": "General" if header == "取值" else "@"}
        if header in EDITED:
            properties |= {"locked": False, "align": "center"}
        page.put(row, left + offset, value, "input" if header in EDITED else "cell", **properties)


def _checks(page: Page, first: int, last: int, left: int, headers: tuple[str, ...]) -> None:
    for header, choices in EDITED.items():
        if header in headers:
            at = left + headers.index(header)
            check: dict[str, Any] = (
                {"validate": "list", "source": choices}
                if choices
                else {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_message": "请填不小于 0 的数字。",
                }
            )
            page.worksheet.data_validation(first, at, last, at, check)
