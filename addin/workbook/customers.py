"""客户数据: the 客户 table, its bands, dropdowns, checks on entry, colours by star, and its printed page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from addin.workbook.page import Page, in_column
from addin.workbook.style import AMBER, AMBER_TINT, GROUP_COLORS, LINE, PALE, RED, RED_TINT, STAR_TINTS
from ccgrade_xl.rules.ruleset import ACTIVE
from ccgrade_xl.workbook.layout import (
    CUSTOMER_COLUMNS,
    CUSTOMER_TABLE,
    INPUT_COLUMNS,
    STATUS_SYNONYMS,
    Column,
)

BAND_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2
LAST_ROW = 20001
"""The last row, from 0, that checks and colours reach: 20,000 customers."""

COLUMNS = {column.name: at for at, column in enumerate(CUSTOMER_COLUMNS)}
LAST_COLUMN = len(CUSTOMER_COLUMNS) - 1


RULE: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
"""The line under a customer; each row format carries it, since LibreOffice applies only the first that fits."""

NUMBERS_NAME = "选项_客户编号"
"""The defined name of all customer numbers, for the dropdowns of other sheets."""


def draw(page: Page) -> None:
    """Draw the sheet; the table ships with one empty row, in which the first customer is typed."""
    page.on_screen(zoom=90)
    _columns(page)
    _bands(page)
    _table(page)
    for column in INPUT_COLUMNS:
        _validate(page, column)
    _colours(page)
    page.workbook.define_name(NUMBERS_NAME, f"={CUSTOMER_TABLE}[客户编号]")
    page.worksheet.freeze_panes(FIRST_ROW, COLUMNS["客户名称"] + 1)
    _print(page)


def option_name(column: Column) -> str:
    """Return the defined name of the range that feeds a column's dropdown."""
    return f"选项_{column.options}"


def _columns(page: Page) -> None:
    for at, column in enumerate(CUSTOMER_COLUMNS):
        page.worksheet.set_column(at, at, column.width + 1, page.formats("text", **_cell(column)))


def _cell(column: Column) -> dict[str, Any]:
    properties: dict[str, Any] = {"num_format": column.number_format}
    if column.kind in ("option", "date", "count") or (column.kind == "result" and column.name != "说明"):
        properties["align"] = "center"
    if column.kind == "result":
        properties |= {"bg_color": PALE, "font_color": "#404040"}
    else:
        properties["locked"] = False
    return properties


def _bands(page: Page) -> None:
    page.worksheet.set_row(BAND_ROW, 20)
    seen: set[str] = set()
    for at, column in enumerate(CUSTOMER_COLUMNS):
        band = {"bg_color": GROUP_COLORS[column.group]}
        if column.group not in seen:
            seen.add(column.group)
            title = f"{column.group} {column.unit}".strip()
            page.put(BAND_ROW, at, title, bold=True, font_color="#FFFFFF", font_size=11, **band)
        else:
            page.put(
                BAND_ROW, at, column.unit or None, font_color="#D9E2EC", font_size=8, align="right", **band
            )


def _table(page: Page) -> None:
    page.worksheet.set_row(HEADER_ROW, 34)
    columns = [
        {"header": column.name, "header_format": page.formats("head", bg_color=GROUP_COLORS[column.group])}
        for column in CUSTOMER_COLUMNS
    ]
    page.worksheet.add_table(
        HEADER_ROW, 0, FIRST_ROW, LAST_COLUMN,
        {"name": CUSTOMER_TABLE, "columns": columns, "style": None, "banded_rows": False},
    )  # fmt: skip
    for at, column in enumerate(CUSTOMER_COLUMNS):
        page.put(FIRST_ROW, at, None, **_cell(column))
        unit = f"（{column.unit}）" if column.unit else ""
        page.worksheet.data_validation(
            HEADER_ROW, at, HEADER_ROW, at,
            {"validate": "any", "input_title": column.name + unit, "input_message": column.help},
        )  # fmt: skip


def _validate(page: Page, column: Column) -> None:
    at = COLUMNS[column.name]
    check = entry_check(column)
    if check is not None:
        page.worksheet.data_validation(FIRST_ROW, at, LAST_ROW, at, {"ignore_blank": True, **check})


def entry_check(column: Column) -> dict[str, Any] | None:
    """Return what a column accepts on entry, and the sentence shown when it does not."""
    if column.options == "客户状态":
        return {"validate": "list", "source": list(STATUS_SYNONYMS), **_warn(column, "请从下拉列表中选择。")}
    if column.kind == "option":
        return {
            "validate": "list",
            "source": f"={option_name(column)}",
            **_warn(column, "不在“评分规则”的选项中，会按未知处理。"),
        }
    if column.kind in ("number", "count"):
        return {
            "validate": "decimal", "criteria": ">=", "value": 0,
            **_stop(column, f"请填写不小于 0 的数字{_unit(column)}，不知道就留空。"),
        }  # fmt: skip
    if column.kind == "money":
        return {
            "validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12,
            **_stop(column, f"请填写数字{_unit(column)}，不知道就留空。"),
        }  # fmt: skip
    if column.kind == "date":
        return {
            "validate": "date", "criteria": "between",
            "minimum": dt.date(1950, 1, 1), "maximum": dt.date(2100, 12, 31),
            **_stop(column, "请填写日期，例如 2026-01-05。"),
        }  # fmt: skip
    return None


def _unit(column: Column) -> str:
    return f"（{column.unit}）" if column.unit else ""


def _stop(column: Column, sentence: str) -> dict[str, Any]:
    return {
        "input_title": column.name, "input_message": sentence,
        "error_type": "stop", "error_title": f"{column.name}填写有误", "error_message": sentence,
    }  # fmt: skip


def _warn(column: Column, sentence: str) -> dict[str, Any]:
    return {
        "error_type": "warning", "error_title": f"请核对{column.name}", "error_message": sentence,
    }  # fmt: skip


def _colours(page: Page) -> None:
    """Colour whole rows by star, single results that need attention, and rule a line under each customer."""
    star, credit = _first("星级"), _first("信用等级")
    _paint(page, "信用等级", f'={credit}="1A"', bg_color=RED_TINT, font_color=RED, bold=True)
    for name in ("信用等级", "星级"):
        _paint(page, name, f'={_first(name)}="待定"', bg_color=AMBER_TINT, font_color=AMBER, bold=True)
    share = _first("完整度")
    _paint(page, "完整度", f"=AND(ISNUMBER({share}),{share}<0.6)", bg_color=AMBER_TINT, font_color=AMBER)
    state = _first("客户状态")
    active = ",".join(f'TRIM({state})="{word}"' for word in (ACTIVE, *STATUS_SYNONYMS[ACTIVE]))
    _paint_rows(page, f'=AND({state}<>"",NOT(OR({active})))', font_color="#8C8C8C", italic=True, **RULE)
    for name, tint in STAR_TINTS.items():
        _paint_rows(page, f'={star}="{name}"', bg_color=tint, **RULE)
    _paint_rows(page, f'={_first("客户编号")}<>""', **RULE)


def _first(name: str) -> str:
    """Return the reference `$C3` of a column in the first data row."""
    return in_column(FIRST_ROW, COLUMNS[name])


def _paint(page: Page, name: str, formula: str, **properties: Any) -> None:
    at = COLUMNS[name]
    page.worksheet.conditional_format(
        FIRST_ROW, at, LAST_ROW, at,
        {"type": "formula", "criteria": formula, "format": page.formats.tint(**properties)},
    )  # fmt: skip


def _paint_rows(page: Page, formula: str, **properties: Any) -> None:
    page.worksheet.conditional_format(
        FIRST_ROW, 0, LAST_ROW, LAST_COLUMN,
        {"type": "formula", "criteria": formula, "format": page.formats.tint(**properties)},
    )  # fmt: skip


def _print(page: Page) -> None:
    """Print number and name beside the results: what is read in a meeting, on one page's width."""
    page.print_on_a4(landscape=True, last_row=FIRST_ROW, last_column=LAST_COLUMN)
    page.worksheet.print_area(0, COLUMNS["用气量等级"], 1048575, COLUMNS["说明"])
    page.worksheet.repeat_rows(BAND_ROW, HEADER_ROW)
    page.worksheet.repeat_columns(COLUMNS["客户编号"], COLUMNS["客户名称"])
