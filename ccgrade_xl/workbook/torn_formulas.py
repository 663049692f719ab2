"""Which formulas reach beyond the cell they stand in, so that writing over a part of them would tear them?"""

from __future__ import annotations

import re

from ccgrade_xl.errors import BookFault
from ccgrade_xl.spreadsheet.opening import damaged_workbook
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.sheet_edit import SheetEdit
from ccgrade_xl.workbook.sheet_xml import SheetXml


def refuse_torn_formulas(sheet: SheetXml, edit: SheetEdit) -> None:
    """Refuse to write over part of an array formula, or over the head of a shared one others still need."""
    if sheet.holds(b't="array"') or sheet.holds(b't="dataTable"'):
        pattern = rb'<%bf\b(?=[^>]*\st="(?:array|dataTable)")[^>]*?\sref="([^"]+)"' % sheet.prefix
        for match in re.compile(pattern).finditer(sheet.data, sheet.start, sheet.end):
            area = Area.parse(match[1].decode())
            if area is None:
                raise damaged_workbook(sheet.title)
            inside = _written_inside(edit, area)
            if 0 < inside < area.width * area.height:
                raise BookFault(
                    f"工作表“{edit.sheet}”的 {area} 是一个数组公式，不能只改写其中一部分。请先删除该公式，或把它移到别处。"
                )
    if sheet.holds(b't="shared"'):
        _refuse_headless_sharers(sheet, edit)


def _written_inside(edit: SheetEdit, area: Area) -> int:
    return sum(
        sum(area.top <= row <= area.bottom for row in cells)
        for column, cells in edit.columns.items()
        if area.left <= column <= area.right
    )


def _refuse_headless_sharers(sheet: SheetXml, edit: SheetEdit) -> None:
    pattern = re.compile(
        rb'<%bc\s(?=[^>]*\br="([A-Z]+)(\d+)")[^>]*>\s*<%bf\b(?=[^>]*\st="shared")(?=[^>]*\ssi="(\d+)")([^>]*)>'
        % (sheet.prefix, sheet.prefix)
    )
    heads: dict[bytes, str] = {}
    kept: dict[bytes, str] = {}
    for match in pattern.finditer(sheet.data, sheet.start, sheet.end):
        area = Area.parse((match[1] + match[2]).decode())
        if area is None:
            raise damaged_workbook(sheet.title)
        written = edit.holds(area.top, area.left)
        if written and b" ref=" in match[4]:
            heads[match[3]] = str(area)
        elif not written:
            kept[match[3]] = str(area)
    for group in heads.keys() & kept.keys():
        raise BookFault(
            f"工作表“{edit.sheet}”的单元格 {kept[group]} 与 {heads[group]} 共用一个公式，改写后者会丢掉前者的公式。"
            f"请在 Excel 中重新输入 {kept[group]} 的公式并保存后再试。"
        )
