"""A table of an open Excel workbook: a ListObject, which grows and shrinks with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import define, evolve

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.excel_calls import asked, patiently
from ccgrade_xl.hosts.excel_cells import area_of, read_cells, rows_of
from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.placing import check_sheet_room, column_at, no_room_below


@define
class ExcelTable:
    """A ListObject and its sheet, both as COM objects; `area` is where it stands, header row included."""

    name: str
    sheet: Any
    listed: Any
    area: Area

    @classmethod
    def of(cls, name: str, sheet: Any, listed: Any) -> ExcelTable:
        """Look at a ListObject as it stands now. Raises `BookFault` for one without headers or with totals."""
        headed, totalled = patiently(lambda: (listed.ShowHeaders, listed.ShowTotals))
        if not headed:
            raise BookFault(f"“{name}”表的标题行被隐藏了，请选中该表，在“表设计”里勾选“标题行”。")
        if totalled:
            raise BookFault(f"“{name}”表带有汇总行，请选中该表，在“表设计”里取消“汇总行”。")
        return cls(name, sheet, listed, area_of(asked(listed, "Range")))

    @property
    def height(self) -> int:
        """Number of data rows."""
        return self.area.height - 1

    @property
    def headers(self) -> tuple[str, ...]:
        """The header texts."""
        row = self.cells(evolve(self.area, bottom=self.area.top))
        return tuple(boundary.read_text(cell) or "" for cell in rows_of(asked(row, "Value2"))[0])

    def read(self) -> tuple[tuple[str, ...], list[list[CellValue]]]:
        """Return the header texts and the data rows, read as one block."""
        headers, *rows = read_cells(asked(self.listed, "Range"))
        return tuple(boundary.read_text(cell) or "" for cell in headers), rows

    @property
    def body(self) -> Area:
        """Where the data rows stand."""
        return evolve(self.area, top=self.area.top + 1)

    def columns(self, first: int, count: int) -> Area:
        """Return where the data of `count` columns from place `first` on stands."""
        left = self.area.left + first
        return evolve(self.body, left=left, right=left + count - 1)

    def places(self, row: int, headers: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return where the cells of a data row, from 0, stand: row and column of the sheet, by header."""
        known = self.headers
        return {
            header: (self.body.top + row, self.area.left + column_at(self.name, known, header))
            for header in headers
        }

    def cells(self, area: Area) -> Any:
        """Return an area of the table's sheet as a Range."""
        return patiently(lambda: self.sheet.Range(str(area)))

    def show_all_rows(self) -> None:
        """Take filters off: Excel writes a block over filtered rows wrongly."""

        def show() -> None:
            if self.listed.ShowAutoFilter and self.listed.AutoFilter.FilterMode:
                self.listed.AutoFilter.ShowAllData()

        patiently(show)

    def check_room(self, height: int) -> None:
        """Raise `BookFault` where the table cannot have that many rows without running over other cells."""
        check_sheet_room(self.name, self.area.top + 1, height)
        if height <= self.height:
            return
        below = evolve(self.area, top=self.area.bottom + 1, bottom=self.area.top + height)
        values = rows_of(asked(self.cells(below), "Value2"))
        if any(cell not in (None, "") for row in values for cell in row):
            raise no_room_below(self.name, asked(self.sheet, "Name"), height, self.area.bottom + 1)

    def resize(self, height: int) -> None:
        """Give the table that many data rows: new ones look like its last, rows it leaves are blank like any below it."""
        wanted = evolve(self.area, bottom=self.area.top + height)
        if wanted.bottom < self.area.bottom:
            left_over = self.cells(evolve(self.area, top=wanted.bottom + 1))
            patiently(left_over.ClearContents)
            patiently(left_over.ClearFormats)
        whole = self.cells(wanted)
        patiently(lambda: self.listed.Resize(whole))
        if wanted.bottom > self.area.bottom:
            new_rows = self.cells(evolve(wanted, top=self.area.bottom))
            patiently(new_rows.FillDown)
        self.area = wanted
