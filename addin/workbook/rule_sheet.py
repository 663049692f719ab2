"""评分规则: every rule table as an Excel table the user edits, with what it means; and the rule version."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from addin.workbook import meter_rules
from addin.workbook.page import Page, cell_at
from addin.workbook.style import GREEN, RED
from ccgrade_xl.rules.indicators import BY_NAME, INDICATORS
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import JOINING, YES_NO, RuleColumn, RuleTable
from ccgrade_xl.rules.tables import RULE_TABLES, rule_tables
from ccgrade_xl.workbook.layout import RULE_VERSION_NAME
from ccgrade_xl.workbook.number_formats import GROUPED, PLAIN

LANES: tuple[tuple[int, tuple[float, ...], tuple[str, ...]], ...] = (
    (1, (12, 12, 11, 12, 3), ("用气量分档", "信用等级分档", "星级分档")),
    (6, (17, 11, 11, 16, 11, 3), ("信用指标", "缴纳分档", "预收分档")),
    (12, (16, 20, 8, 44, 11, 3), ("指标选项",)),
    (18, (22, 12, 66, 3), ("评级开关", "否决规则")),
    (22, (10, 28, 24, 30, 26, 42, 24), ("策略",)),
)
"""First column, column widths, and the tables one below the other. The table that grows stands last."""

METERS = LANES[-1][0] + len(LANES[-1][1]) + 1
"""The first column of the tables of the remote meters: rules of their own, no part of the rule version."""
TOP = 6
GAP = 4
"""Empty rows under a table: room for new rows before Excel has to push the next table down."""
LAST_ROW = 50
NUMBER_FORMATS = {"number": GROUPED, "share": "0%", "any": PLAIN}


def draw(page: Page) -> None:
    """Draw every table with the default rules; the version cell follows each change in them."""
    page.on_screen(zoom=90)
    page.title(LANES[-1][0] + len(LANES[-1][1]) - 1, _PURPOSE)
    tables = rule_tables(page.rules)
    for left, widths, names in LANES:
        for offset, width in enumerate(widths):
            page.worksheet.set_column(left + offset, left + offset, width, page.formats())
        row = TOP
        for name in names:
            row = _table(page, RULE_TABLES[name], tables[name][1], row, left) + GAP
    page.worksheet.set_column(0, 0, 2, page.formats())
    _version(page)
    _option_names(page)
    page.worksheet.freeze_panes(TOP - 1, 0)
    _print(page, *meter_rules.draw(page, TOP, METERS))


_PURPOSE = "所有分档、权重、选项、否决和策略都在这里，数值均为默认值，可按本单位制度修改、增行、删行；改后按“一键评级”生效。"


def _version(page: Page) -> None:
    references = ",".join(f"{name}[#All]" for name in RULE_TABLES)
    page.put(3, 1, "规则版本", "label", bold=True)
    page.formula(3, 2, f"=CCG_RULES({references})", page.rules.version, "result", bold=True, align="center")
    page.fill(3, 3, 3, "result")
    page.name(RULE_VERSION_NAME, 3, 2)
    default = RuleSet.default().version
    page.formula(
        3, 6,
        f'=IF(ISERROR(CCG_X(1)),"函数没有连接，规则未检查。",IF(ISERROR({RULE_VERSION_NAME}),'
        f'CCG_CHECK("CCG_RULES",{references}),IF({RULE_VERSION_NAME}="{default}",'
        '"规则有效（默认规则）。","规则有效（已按本单位修改）。")))',
        "规则有效（默认规则）。", "text", bold=True, font_color=GREEN,
    )  # fmt: skip
    page.worksheet.conditional_format(
        3, 6, 3, 6,
        {
            "type": "formula", "criteria": f'=LEFT({cell_at(3, 6)},4)<>"规则有效"',
            "format": page.formats.tint(font_color=RED, bold=True),
        },
    )  # fmt: skip


def _table(page: Page, table: RuleTable, rows: list[tuple[object, ...]], row: int, left: int) -> int:
    """Draw one table under its title and note; return the row below it."""
    last = left + len(table.columns) - 1
    page.heading(row, left, last, table.name)
    page.put(row + 1, left, table.help, "note")
    header, first = row + 2, row + 3
    page.worksheet.add_table(
        header, left, row + 2 + len(rows), last,
        {
            "name": table.name, "style": None, "banded_rows": False, "autofilter": False,
            "columns": [
                {"header": column.header, "header_format": page.formats("head")} for column in table.columns
            ],
        },
    )  # fmt: skip
    for offset, column in enumerate(table.columns):
        _column(page, column, [line[offset] for line in rows], first, left + offset)
        _header_help(page, column, header, left + offset)
    if table.field == "switches":
        _switches(page, table, first, left)
    if table.field == "indicators":
        _effective_weights(page, [str(line[0]) for line in rows], header, left)
    return first + len(rows)


def _column(page: Page, column: RuleColumn, values: list[object], first: int, at: int) -> None:
    properties: dict[str, Any] = {"locked": False, "num_format": NUMBER_FORMATS.get(column.kind, "@")}
    if column.kind in ("number", "yes_no", "any") or column.choices or column.width <= 12:
        properties["align"] = "center"
    if column.width > 20:
        properties["text_wrap"] = True
    for offset, value in enumerate(values):
        page.put(first + offset, at, value, "cell", **properties)
    check = _check(column)
    if check is not None:
        page.worksheet.data_validation(first, at, first + len(values) - 1, at, check)


def _check(column: RuleColumn) -> dict[str, Any] | None:
    said = {"error_title": f"{column.header}填写有误", "error_message": column.help, "error_type": "stop"}
    if column.choices:
        return {"validate": "list", "source": list(column.choices), "ignore_blank": True, **said}
    if column.kind == "number":
        return {"validate": "decimal", "criteria": ">=", "value": 0, "ignore_blank": True, **said}
    return None


def _header_help(page: Page, column: RuleColumn, row: int, at: int) -> None:
    unit = f"（{column.unit}）" if column.unit else ""
    page.worksheet.data_validation(
        row, at, row, at,
        {"validate": "any", "input_title": column.header + unit, "input_message": column.help},
    )  # fmt: skip


def _switches(page: Page, table: RuleTable, first: int, left: int) -> None:
    """Give each switch's value its own format and choices."""
    values = {row[0]: row[1] for row in rule_tables(page.rules)[table.name][1]}
    for offset, switch in enumerate(table.entries):
        number_format = NUMBER_FORMATS.get(switch.kind, "@")
        page.put(
            first + offset, left + 1, values[switch.header], "cell",
            align="center", num_format=number_format, locked=False,
        )  # fmt: skip
        check = _check(switch)
        if check is not None:
            page.worksheet.data_validation(first + offset, left + 1, first + offset, left + 1, check)


def _effective_weights(page: Page, names: list[str], header: int, left: int) -> None:
    """Show beside 信用指标 what share each indicator really has; the table itself is not touched."""
    at = left + 4
    page.put(header, at, "实际占比", "head", bg_color="#8A97A6")
    total = sum(page.rules.weights.values())
    for offset, name in enumerate(names):
        row = header + 1 + offset
        weight, on, joining = (xl_rowcol_to_cell(row, left + column) for column in (1, 2, 3))
        share = page.rules.weights[BY_NAME[name].key] / total
        page.formula(
            row, at, _share_formula(weight, on, joining), share, "result", align="center", num_format="0.0%"
        )


def _share_formula(weight: str, on: str, joining: str) -> str:
    """Return what `RuleSet.weights` says, as a spreadsheet formula."""
    yes, shrinking = YES_NO[0], JOINING[0]
    base = f'SUMIFS(信用指标[权重],信用指标[启用],"{yes}",信用指标[加入方式],"<>{shrinking}")'
    taken = f'SUMIFS(信用指标[权重],信用指标[启用],"{yes}",信用指标[加入方式],"{shrinking}")'
    gives = f"AND({taken}>0,{taken}<{base})"
    own = f'{weight}*IF(AND({joining}<>"{shrinking}",{gives}),({base}-{taken})/{base},1)'
    return f'=IF({on}<>"{yes}",0,IFERROR({own}/IF({gives},{base},{base}+{taken}),0))'


def _option_names(page: Page) -> None:
    """Name the options of each indicator, so that the dropdowns of 客户数据 follow every edit here."""
    for indicator in INDICATORS:
        if indicator.scoring == "option":
            page.workbook.define_name(
                f"选项_{indicator.name}",
                f'=OFFSET(指标选项[[#Headers],[选项]],MATCH("{indicator.name}",指标选项[指标],0),0,'
                f'COUNTIF(指标选项[指标],"{indicator.name}"),1)',
            )
    page.workbook.define_name("选项_否决事项", "=否决规则[否决事项]")


def _print(page: Page, meters_row: int, meters_column: int) -> None:
    last = LANES[-1][0] + len(LANES[-1][1]) - 1
    page.print_on_a4(landscape=True, last_row=LAST_ROW, last_column=last)
    # The tables of the remote meters are longer: a print area of their own spares blank pages under the others.
    areas = (xl_range_abs(0, 0, LAST_ROW, last), xl_range_abs(0, METERS, meters_row, meters_column))
    page.worksheet.print_area_range = ",".join(f"'{page.sheet.name}'!{area}" for area in areas)
    page.worksheet.set_print_scale(58)
    second = METERS + len(meter_rules.WIDTHS["异常项"])
    page.worksheet.set_v_pagebreaks([*(lane[0] for lane in LANES[2:]), second])
    page.worksheet.repeat_rows(0, 3)
