"""Writing to an open Excel workbook: quietly, and so that everything can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.excel_calls import ExcelGone, asked, patiently
from ccgrade_xl.hosts.excel_cells import Rows, write_cells
from ccgrade_xl.hosts.excel_formats import strip
from ccgrade_xl.hosts.excel_journal import Replaced
from ccgrade_xl.hosts.excel_notes import ReplacedNotes, write_notes
from ccgrade_xl.hosts.excel_settings import Settings
from ccgrade_xl.hosts.excel_tables import ExcelTable
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.differing import part_of


class Writing:
    """What a command has written to a workbook (an xlwings Book), and what stood there before."""

    def __init__(self, book: Any, settings: Settings) -> None:
        """Take the workbook and the settings of its Excel; nothing is changed yet."""
        self._book, self._settings = book, settings
        self._replaced: list[Replaced | ReplacedNotes] = []
        self._resized: list[tuple[ExcelTable, int, int]] = []

    def begin(self, sheet: Any) -> None:
        """Make Excel quiet. Raises `BookFault` for a protected sheet."""
        name, protected = patiently(lambda: (sheet.Name, sheet.ProtectContents and not sheet.ProtectionMode))
        if protected:
            raise BookFault(f"工作表“{name}”受保护，不能写入。请先取消保护（审阅 → 撤消工作表保护）。")
        self._settings.set_aside()

    def write(self, sheet: Any, area: Area, rows: Rows, texts: Sequence[int], *, remember: bool) -> None:
        """Write rows to an area; `texts` are the places of its text columns.

        With `remember` it can be taken back, and what stands as it is to be is left alone, but for what stands between
        cells of a column that change: each call costs.
        """
        cells = patiently(lambda: sheet.Range(str(area)))
        if not remember:
            write_cells(cells, rows, texts, from_1904=self._from_1904())
            return
        before = Replaced.of(cells)
        parts = before.changed_parts(rows)
        if parts:
            self._replaced.append(before)
        for part in parts:
            inside = strip(cells, part.left - 1, part.right - 1, part.top - 1, part.bottom - 1)
            texts_inside = [at + 1 - part.left for at in texts if part.left <= at + 1 <= part.right]
            write_cells(inside, part_of(rows, part), texts_inside, from_1904=self._from_1904())

    def write_notes(self, sheet: Any, notes: Mapping[tuple[int, int], str | None]) -> None:
        """Write notes on cells, by row and column; None takes one away."""
        self._replaced.append(ReplacedNotes.of(sheet, notes))
        write_notes(sheet, notes)

    def resize(self, table: ExcelTable, height: int) -> None:
        """Give a table another number of rows; all its rows are remembered."""
        self._replaced.append(Replaced.of(table.cells(table.body)))
        self._resized.append((table, len(self._replaced), table.height))
        table.resize(height)

    def keep(self) -> None:
        """Forget what stood there before."""
        self._replaced, self._resized = [], []

    def take_back(self) -> None:
        """Put back what was replaced, the last write first. Raises `BookFault` where Excel would not let it."""
        try:
            while self._replaced:
                while self._resized and self._resized[-1][1] == len(self._replaced):
                    table, _, height = self._resized.pop()
                    table.resize(height)
                self._replaced.pop().put_back(from_1904=self._from_1904())
        except ExcelGone:
            return
        except BookFault as fault:
            raise BookFault("结果可能只写了一部分，请按“撤销本次评级”恢复。") from fault

    def end(self) -> None:
        """Give Excel its settings back. Raises `BookFault` where it would not take them."""
        self._replaced, self._resized = [], []
        self._settings.put_back()

    def _from_1904(self) -> bool:
        return bool(asked(self._book.api, "Date1904"))
