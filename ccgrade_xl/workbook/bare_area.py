"""Where are the customers on a sheet without an Excel table? Told by a header row with our columns."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.footers import footer_in, is_total
from ccgrade_xl.workbook.grid import Grid
from ccgrade_xl.workbook.mapping import KEY, SEARCHED_ROWS, Mapping, find_mapping
from ccgrade_xl.workbook.sources import SourceTable, filled


@frozen
class BareArea:
    """The customers of a sheet: the data rows, one header text a column (ours where known), the whole sheet, the mapping."""

    body: Area
    headers: tuple[str, ...]
    source: SourceTable
    mapping: Mapping

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.source.sheet


def find_bare_area(grids: Sequence[Grid], title: str) -> BareArea:
    """Find the one sheet with customers. Raises `BookFault` where there is none, or more than one."""
    found = []
    for grid in grids:
        source = SourceTable(title, grid.sheet, filled(grid))
        mapping = find_mapping(source.rows, source.where)
        if mapping is not None:
            found.append(_area(source, mapping))
    if not found:
        raise BookFault(
            f"文件“{title}”里没有表格“客户”，也没有找到客户表的表头。请确认前 {SEARCHED_ROWS} 行内有一行写着客户编号、客户名称等列名。"
        )
    if len(found) > 1:
        sheets = "、".join(f"“{area.sheet}”" for area in found)
        raise BookFault(f"文件“{title}”的工作表{sheets}都像客户表，不知道评哪一张。请只保留一张。")
    return found[0]


def _area(source: SourceTable, mapping: Mapping) -> BareArea:
    top = mapping.header_rows[1] + 1
    ours = {match.position: match.column for match in mapping.matches}
    headers = tuple(ours.get(at, text or f"第{at + 1}列") for at, text in enumerate(mapping.headers))
    while headers and len(headers) - 1 not in ours and not mapping.headers[len(headers) - 1]:
        headers = headers[:-1]
    bottom = len(source.rows)
    while bottom > top and not _is_customer(source.rows[bottom - 1], mapping):
        bottom -= 1
    return BareArea(Area(top, 1, max(top, bottom), len(headers)), headers, source, mapping)


def _is_customer(row: Sequence[CellValue], mapping: Mapping) -> bool:
    """Return False for what may follow the last customer: blank rows, totals, notes."""
    place = mapping.position(KEY)
    value = row[place] if place is not None and place < len(row) else None
    return value is not None and not is_total(row) and footer_in(value) is None
