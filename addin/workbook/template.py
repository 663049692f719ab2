"""The workbook template: every sheet of the layout, drawn in order, as the bytes of an .xlsm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO

from xlsxwriter.workbook import Workbook

from addin.workbook import (
    customers,
    guide,
    home,
    later,
    ledger,
    meters,
    overview,
    processes,
    rule_sheet,
    self_check,
    strategies,
    team,
    training,
    trial,
    verification,
)
from addin.workbook.page import Page
from addin.workbook.style import FONT, Formats
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.layout import SHEETS, Sheet

BUILT = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - a fixed date, so that two builds are byte-identical
"""The creation date in the document's properties."""

DRAWINGS: dict[str, Callable[[Page], None]] = {
    "首页": home.draw,
    "客户数据": customers.draw,
    "评分规则": rule_sheet.draw,
    "分级概览": overview.draw,
    "试算": trial.draw,
    "远程抄表": meters.draw,
    "待核实": verification.draw,
    "评级台账": ledger.draw,
    "差异化策略": strategies.draw,
    "人员分工": team.draw,
    "培训自测": training.draw,
    "流程手册": processes.draw,
    "自检": self_check.draw,
    "使用说明": guide.draw,
}
"""What draws each sheet; the others say in one line what will be there."""


TEXTS = Sheet("texts", "wsTexts", "", "#595959")
"""The one sheet of the add-in: the texts its macros show."""
TEXTS_CODE_NAME = TEXTS.code_name


def draw_template(vba_project: bytes | None) -> bytes:
    """Return the template as XlsxWriter packs it, with the VBA project where one is given."""
    buffer = BytesIO()
    workbook = _workbook(buffer, vba_project)
    rules, formats = RuleSet.default(), Formats(workbook)
    pages = [Page(sheet, workbook, workbook.add_worksheet(sheet.name), formats, rules) for sheet in SHEETS]
    for page in pages:
        DRAWINGS.get(page.sheet.name, later.draw)(page)
    pages[0].worksheet.activate()
    workbook.close()
    return buffer.getvalue()


def draw_addin(vba_project: bytes) -> bytes:
    """Return the workbook behind ccgrade.xlam: the macros and the texts they show."""
    buffer = BytesIO()
    workbook = _workbook(buffer, vba_project)
    page = Page(TEXTS, workbook, workbook.add_worksheet(TEXTS.name), Formats(workbook), RuleSet.default())
    page.worksheet.set_vba_name(TEXTS.code_name)
    guide.draw_macro_texts(page, 0, 0)
    workbook.close()
    return buffer.getvalue()


def _workbook(buffer: BytesIO, vba_project: bytes | None) -> Workbook:
    workbook = Workbook(
        buffer,
        {
            "in_memory": True,
            "default_format_properties": {"font_name": FONT, "font_size": 10},
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    if vba_project is not None:
        workbook.add_vba_project(BytesIO(vba_project), is_stream=True)  # type: ignore[arg-type]
        workbook.set_vba_name("ThisWorkbook")
    _properties(workbook)
    return workbook


def _properties(workbook: Workbook) -> None:
    workbook.set_properties({
        "title": "工商客户分级评定",
        "subject": "城市燃气工商客户的用气量、信用和星级评定",
        "author": "ccgrade",
        "category": "客户分级",
        "keywords": "工商客户 分级 信用 星级",
        "created": BUILT,
    })  # fmt: skip
    workbook.set_size(2400, 1500)
