"""A sheet while it is being drawn: its worksheet, the formats, and the few strokes all sheets share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

from attrs import frozen
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from addin.workbook.style import Formats
from ccgrade_xl.errors import CellError
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.layout import Sheet

Range: TypeAlias = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

A4 = 9
ROW_HEIGHT = 18
LAST_COLUMN = 16383
LAST_ROW = 1048575


@frozen(eq=False)
class Page:
    """One sheet of the template. Rows and columns are counted from 0, as XlsxWriter does."""

    sheet: Sheet
    workbook: Workbook
    worksheet: Worksheet
    formats: Formats
    rules: RuleSet

    def put(self, row: int, column: int, value: object, style: str = "text", **properties: Any) -> None:
        """Write a constant: text (never a formula), number, date, or None for an empty formatted cell."""
        cell_format = self.formats(style, **properties)
        if value is None:
            self.worksheet.write_blank(row, column, None, cell_format)
        elif isinstance(value, bool):
            self.worksheet.write_boolean(row, column, value, cell_format)
        elif isinstance(value, (int, float)):
            self.worksheet.write_number(row, column, value, cell_format)
        elif isinstance(value, (dt.date, dt.datetime)):
            self.worksheet.write_datetime(row, column, value, cell_format)
        else:
            self.worksheet.write_string(row, column, str(value), cell_format)

    def formula(
        self, row: int, column: int, formula: str, value: object = "", style: str = "text", **properties: Any
    ) -> None:
        """Write a formula with the value it has before the host first calculates.

        An empty value makes hosts that trust stored values (LibreOffice) calculate it on loading; formulas
        over blocks that commands fill must have none, or they would show what stood there before.
        """
        self.worksheet.write_formula(row, column, formula, self.formats(style, **properties), cached(value))

    def array(
        self, place: Range, formula: str, style: str = "text", centred: range = range(0), **properties: Any
    ) -> None:
        """Write an array formula over a fixed range, empty until the host first calculates.

        `centred` are the columns, counted within the range, whose cells are centred.
        """
        first_row, first, last_row, last = place
        plain = self.formats(style, **properties)
        middle = self.formats(style, align="center", **properties)
        self.worksheet.write_array_formula(*place, formula, plain, "")
        for row in range(first_row, last_row + 1):
            for column in range(first, last + 1):
                if (row, column) != (first_row, first):
                    self.worksheet.write_blank(
                        row, column, None, middle if column - first in centred else plain
                    )

    def row(
        self, row: int, column: int, values: Sequence[object], style: str = "cell", **properties: Any
    ) -> None:
        """Write constants side by side in one style."""
        for offset, value in enumerate(values):
            self.put(row, column + offset, value, style, **properties)

    def fill(self, row: int, first: int, last: int, style: str, **properties: Any) -> None:
        """Give the empty cells of a row a format, both ends included."""
        for column in range(first, last + 1):
            self.put(row, column, None, style, **properties)

    def title(self, width: int, note: str = "") -> None:
        """Write the sheet's name and purpose into the first two rows, over `width` columns from B."""
        self.worksheet.set_row(0, 34)
        self.put(0, 1, self.sheet.name, "title")
        self.put(1, 1, note or self.sheet.purpose, "purpose")
        self.worksheet.set_row(2, 8)
        self.fill(2, 1, width, "text", top=2, top_color="#1F3864")

    def heading(self, row: int, first: int, last: int, text: str) -> None:
        """Write a section heading with a rule under it."""
        self.worksheet.set_row(row, 22)
        self.fill(row, first, last, "heading")
        self.put(row, first, text, "heading")

    def widths(self, *widths: float) -> None:
        """Set the widths of the columns from A on."""
        for column, width in enumerate(widths):
            self.worksheet.set_column(column, column, width, self.formats())

    def name(
        self, name: str, row: int, column: int, last_row: int | None = None, last: int | None = None
    ) -> None:
        """Give a cell or a block a defined name."""
        last_row, last = row if last_row is None else last_row, column if last is None else last
        place = xl_range_abs(row, column, last_row, last)
        self.workbook.define_name(name, f"='{self.sheet.name}'!{place}")

    def hide_columns(self, first: int) -> None:
        """Hide the columns from `first` on: what stands there serves formulas and macros."""
        self.worksheet.set_column(first, LAST_COLUMN, None, None, {"hidden": True})

    def print_on_a4(self, *, landscape: bool, last_row: int, last_column: int, pages_high: int = 0) -> None:
        """Set the printed page: A4, one page wide, sheet name above, page numbers below."""
        worksheet = self.worksheet
        worksheet.set_paper(A4)
        if landscape:
            worksheet.set_landscape()
        worksheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        worksheet.fit_to_pages(1, pages_high)
        worksheet.print_area(0, 0, last_row, last_column)
        worksheet.center_horizontally()
        worksheet.set_footer("&L&9&A&C&9第 &P 页，共 &N 页&R&9打印日期 &D")

    def print_areas(self, *areas: Range) -> None:
        """Print several areas, each from a page of its own, instead of one; to `LAST_ROW`: as far as it is filled."""
        self.worksheet.print_area_range = ",".join(
            f"'{self.sheet.name}'!{xl_range_abs(*area)}" for area in areas
        )

    def on_screen(self, zoom: int = 100) -> None:
        """Set what every sheet shares on screen: tab colour, row height, code name, no grid lines."""
        self.worksheet.set_tab_color(self.sheet.tab_color)
        self.worksheet.set_default_row(ROW_HEIGHT)
        self.worksheet.set_vba_name(self.sheet.code_name)
        self.worksheet.hide_gridlines(2)
        self.worksheet.set_zoom(zoom)


def cached(value: object) -> object:
    """Return a value as a formula's cached result: an empty text for None, Excel's text for an error."""
    if value is None:
        return ""
    return value.value if isinstance(value, CellError) else value


def in_column(row: int, column: int) -> str:
    """Return a reference whose column is fixed and whose row moves, `$B3`: for conditional formats."""
    return str(xl_rowcol_to_cell(row, column, col_abs=True))


def cell_at(row: int, column: int, *, fixed: bool = True) -> str:
    """Return an A1 reference, `$B$3` or, not `fixed`, `B3`."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))
