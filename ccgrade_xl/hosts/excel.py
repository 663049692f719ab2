"""A workbook that is open in Excel on Windows, as a `Book`: over xlwings, from another process."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from ccgrade_xl import boundary
from ccgrade_xl.commands import run_command
from ccgrade_xl.errors import BookFault, Cancelled, CcgradeError
from ccgrade_xl.functions import CATEGORY
from ccgrade_xl.hosts.excel_calls import ExcelBusy, asked, patiently, single_tries
from ccgrade_xl.hosts.excel_cells import Rows, area_of, read_cells
from ccgrade_xl.hosts.excel_escape import Escape
from ccgrade_xl.hosts.excel_names import NamedCells
from ccgrade_xl.hosts.excel_notes import read_notes
from ccgrade_xl.hosts.excel_search import find_workbook, location_of
from ccgrade_xl.hosts.excel_settings import Settings
from ccgrade_xl.hosts.excel_tables import ExcelTable
from ccgrade_xl.hosts.excel_writing import Writing
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.layout import COLUMN, CUSTOMER_TABLE
from ccgrade_xl.workbook.placing import (
    check_lengths,
    check_widths,
    check_writable,
    column_at,
    column_runs,
    data_rows,
    filled_block,
    no_sheet,
    no_table,
    table_rows,
)

CELLS_AT_ONCE = 40_000
"""How many cells are written in one call; between two calls the user sees progress and may press Esc."""

_FILTER = "Excel 与 CSV (*.xlsx;*.xlsm;*.xls;*.csv;*.txt),*.xlsx;*.xlsm;*.xls;*.csv;*.txt,所有文件 (*.*),*.*"
_NUMBER_HEADER = "客户编号"
_VISIBLE = -1
"""xlSheetVisible"""


class ExcelBook:
    """An open workbook as a `Book`, used as a context manager.

    Cells are written at once; what has not been made final by `commit` is taken back at the end. At the end
    Excel has its settings back and no object of it is held any longer.
    """

    def __init__(self, book: Any, *, attended: bool = True) -> None:
        """Take an xlwings Book. `attended` is False where nobody sits before the screen to answer."""
        self._book = book
        self._app = book.app
        self._attended = attended
        self._writing = Writing(book, Settings(self._app.api))
        self._escape = Escape(self._app.pid)
        self._names = NamedCells(book)
        self._listed: dict[str, tuple[Any, Any]] | None = None
        self._read_tables: dict[str, Table] = {}
        self._words = ""
        self.told: list[str] = []

    def __enter__(self) -> ExcelBook:
        """Begin; nothing of Excel is changed before the first write."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take back what was not committed, give Excel its settings back, let go of it."""
        faults = []
        for step in (self._writing.take_back, self._writing.end):
            try:
                step()
            except BookFault as fault:
                faults.append(str(fault))
        del self._book, self._app, self._writing, self._names, self._listed
        gc.collect()
        if faults:
            raise BookFault("\n".join(faults)) from problem

    @property
    def location(self) -> str:
        """Full path or web address, or the name while the workbook was never saved."""
        return location_of(str(asked(self._book.api, "FullName")))

    def table_names(self) -> Sequence[str]:
        """Return the names of the tables on the workbook's sheets."""
        return tuple(self._tables())

    def expect(self, *names: str) -> None:
        """Do nothing: an open workbook has its cells at hand."""

    def read_table(self, name: str) -> Table:
        """Read a table as one block, once until something is written; a table of one blank row has no rows."""
        if name not in self._read_tables:
            table = self._table(name)
            headers, rows = table.read()
            body, sheet = table.body, asked(table.sheet, "Name")
            self._read_tables[name] = Table(name, headers, data_rows(rows), sheet, body.top, body.left)
        return self._read_tables[name]

    def write_columns(self, name: str, columns: Mapping[str, Sequence[CellValue]]) -> None:
        """Write columns of a table, neighbours together."""
        table = self._table(name)
        check_lengths(name, table.height, columns)
        check_writable(list(columns.values()))
        runs = list(column_runs(name, table.headers, table.height, columns))
        self._begin(table.sheet)
        table.show_all_rows()
        for run in runs:
            area = table.columns(run.first, len(run.headers))
            self._write(table.sheet, area, run.rows, _text_places(run.headers))

    def replace_rows(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Replace all data rows of a table, resizing it; a table without rows keeps one empty row."""
        table = self._table(name)
        check_widths(name, table.area.width, rows)
        wanted = table_rows(rows, table.area.width)
        check_writable(wanted)
        table.check_room(len(wanted))
        self._begin(table.sheet)
        table.show_all_rows()
        self._writing.resize(table, len(wanted))
        self._names.forget()
        self._write(table.sheet, table.body, wanted, _text_places(table.headers), remember=False)

    def has_name(self, name: str) -> bool:
        """Return whether a defined name stands in the book and refers to cells."""
        return self._names.find(name) is not None

    def read_name(self, name: str) -> CellValue:
        """Read the first cell a defined name refers to."""
        cells = self._names.cells(name)
        return read_cells(patiently(lambda: cells.Cells(1, 1)))[0][0]

    def read_block(self, name: str) -> Sequence[Sequence[CellValue]]:
        """Read the range of a defined name as rows."""
        return read_cells(self._names.cells(name))

    def write_block(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Write a block into the range of a defined name; the rest of the range is emptied."""
        cells = self._names.cells(name)
        area = area_of(cells)
        filled = filled_block(name, area.height, area.width, rows)
        check_writable(rows)
        sheet = asked(cells, "Worksheet")
        self._begin(sheet)
        self._write(sheet, area, filled)

    def read_notes(self, name: str, row: int) -> Mapping[str, str]:
        """Read the notes on one row of a table."""
        table = self._table(name)
        places = table.places(row, table.headers)
        found = read_notes(table.sheet, places.values())
        return {header: found[place] for header, place in places.items() if place in found}

    def write_notes(self, name: str, row: int, notes: Mapping[str, str | None]) -> None:
        """Write notes on cells of one row of a table."""
        table = self._table(name)
        places = table.places(row, notes)
        self._begin(table.sheet)
        self._writing.write_notes(table.sheet, {places[header]: text for header, text in notes.items()})

    def selected_customer(self) -> str | None:
        """Return the 客户编号 of the row the user stands on."""
        cell = asked(self._app.api, "ActiveCell")
        if cell is None or CUSTOMER_TABLE not in self._tables():
            return None
        table = self._table(CUSTOMER_TABLE)
        where = patiently(lambda: (cell.Worksheet.Parent.FullName, cell.Worksheet.Name, cell.Row))
        row, headers = where[2] - table.body.top, table.headers
        here = patiently(lambda: (self._book.api.FullName, table.sheet.Name))
        if where[:2] != here or not 0 <= row < table.height or _NUMBER_HEADER not in headers:
            return None
        at = table.columns(column_at(CUSTOMER_TABLE, headers, _NUMBER_HEADER), 1)
        number = self._read(table.sheet, Area(where[2], at.left, where[2], at.right))[0][0]
        return boundary.read_text(number)

    def activate(self, sheet: str) -> None:
        """Bring a sheet to the front."""
        found = patiently(lambda: [one.api for one in self._book.sheets if one.name == sheet])
        if not found:
            raise no_sheet(sheet)
        if asked(found[0], "Visible") != _VISIBLE:
            raise BookFault(f"“{sheet}”工作表被隐藏了，请右键单击任一工作表标签，选择“取消隐藏”。")
        patiently(found[0].Activate)

    def status(self, text: str, share: float | None = None) -> None:
        """Show progress in the status bar; an empty text gives it back to Excel. A busy Excel goes without."""
        self._words = text
        shown = f"{text}（{share:.0%}）" if text and share is not None else text

        def show() -> None:
            self._app.status_bar = shown or False

        with contextlib.suppress(ExcelBusy):
            patiently(show, 0)

    def cancelled(self) -> bool:
        """Return whether Esc was pressed in Excel since the command began."""
        return self._attended and self._escape.heard()

    def tell(self, text: str) -> None:
        """Keep a message; the macro that asked for the command shows it once the writes are final."""
        self.told.append(text)

    def ask(self, question: str) -> bool:
        """Ask a yes/no question in a box over Excel's window."""
        if not self._attended:
            return True
        return bool(patiently(lambda: self._app.alert(question, CATEGORY, "yes_no")) == "yes")

    def choose_files(self, title: str) -> Sequence[Path]:
        """Let the user pick files in Excel's own dialog. Raises `BookFault` for one that is not on this machine."""
        if not self._attended:
            return ()
        picked = patiently(
            lambda: self._app.api.GetOpenFilename(FileFilter=_FILTER, Title=title, MultiSelect=True)
        )
        names = [str(name) for name in picked] if isinstance(picked, tuple) else []
        for name in names:
            if "://" in name:
                raise BookFault(f"“{location_of(name)}”在网上，不在本机。请先下载到本机，再选择它。")
        return [Path(name) for name in names]

    def diagnosis(self) -> str:
        """Return the doctor's screen."""
        from ccgrade_xl.hosts.doctor import report  # noqa: PLC0415 - asked for once in a while

        return report()

    def commit(self) -> None:
        """Keep the writes made so far; saving the workbook is left to the user."""
        self._writing.keep()

    # --- steps ------------------------------------------------------------------------------------------------

    def _tables(self) -> dict[str, tuple[Any, Any]]:
        """Return each table's sheet and ListObject by name, looked up once."""
        if self._listed is None:
            self._listed = patiently(
                lambda: {
                    str(table.name): (sheet.api, table.api)
                    for sheet in self._book.sheets
                    for table in sheet.tables
                }
            )
        return self._listed

    def _table(self, name: str) -> ExcelTable:
        if name not in self._tables():
            raise no_table(name)
        return ExcelTable.of(name, *self._tables()[name])

    def _begin(self, sheet: Any) -> None:
        """Begin to write to a sheet: what was read may be otherwise from now on."""
        self._writing.begin(sheet)
        self._read_tables.clear()

    def _read(self, sheet: Any, area: Area) -> list[list[CellValue]]:
        return read_cells(patiently(lambda: sheet.Range(str(area))))

    def _write(
        self, sheet: Any, area: Area, rows: Rows, texts: Sequence[int] = (), *, remember: bool = True
    ) -> None:
        """Write rows piece by piece."""
        words, step = self._words, max(1, CELLS_AT_ONCE // area.width)
        for start in range(0, len(rows), step):
            piece = rows[start : start + step]
            top = area.top + start
            place = Area(top, area.left, top + len(piece) - 1, area.right)
            self._writing.write(sheet, place, piece, texts, remember=remember)
            if len(rows) > step:
                self._after_a_piece(words, (start + len(piece)) / len(rows))

    def _after_a_piece(self, words: str, share: float) -> None:
        """Show how much is written. Raises `Cancelled` where the user has pressed Esc."""
        self.status(words, share)
        self._words = words
        if self.cancelled():
            raise Cancelled("已取消，写入的内容已恢复原样。")


def _text_places(headers: Sequence[str]) -> list[int]:
    """Return the places of the columns whose cells are text cells by declaration."""
    return [
        at for at, header in enumerate(headers) if header in COLUMN and COLUMN[header].number_format == "@"
    ]


@contextmanager
def open_book(full_name: str, *, attended: bool = True) -> Iterator[ExcelBook]:
    """Give the workbook of this full name in a running Excel. Raises `BookFault` where no Excel has it open."""
    with single_tries(), ExcelBook(find_workbook(full_name), attended=attended) as book:
        yield book


_RUNNING: set[str] = set()
"""The workbooks on which a command runs: while Excel is asked something, another call may come in."""


def run_on_workbook(name: str, full_name: str, *, attended: bool = True) -> str:
    """Run a button's command on an open workbook; return the message for the user."""
    key = full_name.casefold()
    if key in _RUNNING:
        return "上一个操作还没有完成，请等它结束。"
    _RUNNING.add(key)
    told: list[str] = []
    try:
        with open_book(full_name, attended=attended) as book:
            told = book.told
            run_command(name, book)
    except CcgradeError as fault:
        told.append(str(fault))
    finally:
        _RUNNING.discard(key)
    return "\n".join(told)
