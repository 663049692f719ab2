"""A list on a sheet: its table, dropdowns and formats, drawn from its declaration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addin.workbook.page import Page
from addin.workbook.style import INPUT_TINT
from ccgrade_xl.workbook.lists import ListColumn, SheetList

ROWS = 5000
"""How many rows below the header dropdowns and colours reach."""
_CENTRED = ("option", "date", "count", "share")


def draw_list(
    page: Page,
    declared: SheetList,
    row: int,
    column: int,
    *,
    widths: bool = True,
    wrapped: bool = False,
    rows: Sequence[Sequence[object]] = (),
) -> None:
    """Draw a list's header at `row` and `rows`, or one empty row, below it; what the user fills in is tinted.

    A row that is shorter than the list leaves its last columns empty. `wrapped` tells whether its rows are high enough for two
    lines of text; where they are not, texts too long for their cells become smaller.
    """
    filled = rows or [()]
    last = column + len(declared.columns) - 1
    columns = [{"header": each.header, "header_format": page.formats("head")} for each in declared.columns]
    page.worksheet.add_table(
        row, column, row + len(filled), last,
        {"name": declared.name, "columns": columns, "style": None, "banded_rows": False},
    )  # fmt: skip
    page.worksheet.set_row(row, 30)
    for at, each in enumerate(declared.columns, column):
        if widths:
            page.worksheet.set_column(at, at, each.width, page.formats())
        for line, values in enumerate(filled, row + 1):
            value = values[at - column] if at - column < len(values) else None
            page.put(
                line, at, None if value == "" else value, "cell", **_cell_properties(each, wrapped=wrapped)
            )
        page.worksheet.data_validation(
            row, at, row, at,
            {"validate": "any", "input_title": each.header[:32], "input_message": each.help[:255]},
        )  # fmt: skip
        if each.options:
            page.worksheet.data_validation(
                row + 1, at, row + ROWS, at,
                {
                    "validate": "list", "source": list(each.options), "ignore_blank": True, "error_type": "warning",
                    "error_title": each.header[:32], "error_message": "请从下拉列表中选择。",
                },
            )  # fmt: skip


def _cell_properties(column: ListColumn, *, wrapped: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {"num_format": column.shown_as}
    if column.kind in _CENTRED:
        properties["align"] = "center"
    if column.kind == "text":
        properties["text_wrap" if wrapped else "shrink"] = True
    if column.entered:
        properties |= {"bg_color": INPUT_TINT, "locked": False}
    return properties
