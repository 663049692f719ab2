"""A workbook that is open in LibreOffice Calc, as a `Book`: over UNO, in process or from outside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ccgrade_xl import boundary
from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.libreoffice_cells import read_typed, read_values, write_values
from ccgrade_xl.hosts.libreoffice_notes import read_notes, write_notes
from ccgrade_xl.hosts.libreoffice_tables import CalcTable
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.placing import (
    check_lengths,
    check_widths,
    check_writable,
    column_runs,
    data_rows,
    filled_block,
    no_name,
    no_sheet,
    table_rows,
)

_QUESTION_BOX, _YES_AND_NO, _YES = 4, 3, 2
"""com.sun.star.awt: MessageBoxType.QUERYBOX, MessageBoxButtons.BUTTONS_YES_NO, MessageBoxResults.YES."""

_PICKED = 1
"""com.sun.star.ui.dialogs.ExecutableDialogResults.OK."""

_NUMBER_HEADER = "客户编号"


class LibreOfficeBook:
    """A spreadsheet document as a `Book`; its tables are the document's database ranges.

    Used as a context manager, its writes are one step of LibreOffice's own undo, and what has not been made
    final by `commit` is taken back at the end.
    """

    def __init__(self, document: Any, context: Any, *, title: str = "ccgrade", attended: bool = True) -> None:
        """Take an open document. `attended` is False where nobody sits before the screen to answer."""
        self._document = document
        self._context = context
        self._title = title
        self._attended = attended
        self._indicator: Any = None
        self._watch: Any = None
        self._wrote = self._committed = False
        self._read_tables: dict[str, Table] = {}
        self.told: list[str] = []

    def __enter__(self) -> LibreOfficeBook:
        """Begin a step of LibreOffice's undo."""
        self._document.getUndoManager().enterUndoContext(self._title)
        if self._attended and self._document.getCurrentController() is not None:
            from ccgrade_xl.hosts.libreoffice_watch import Watch  # noqa: PLC0415 - only there beside LibreOffice

            self._watch = Watch(self._document, self._context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the step; take it back where nothing was committed."""
        self.status("")
        if self._watch is not None:
            self._watch.end()
        steps = self._document.getUndoManager()
        steps.leaveUndoContext()
        if self._wrote and not self._committed:
            steps.undo()

    @property
    def location(self) -> str:
        """Full path, or the window's title while the document was never saved."""
        return system_path(self._document.getURL()) or str(self._document.getTitle())

    def table_names(self) -> Sequence[str]:
        """Return the names of the document's database ranges."""
        return tuple(self._document.DatabaseRanges.getElementNames())

    def expect(self, *names: str) -> None:
        """Do nothing: an open workbook has its cells at hand."""

    def read_table(self, name: str) -> Table:
        """Read a table as one block, once until something is written; a table of one blank row has no rows."""
        if name not in self._read_tables:
            table = CalcTable.find(self._document, name)
            rows = data_rows(read_typed(table.body, self._document)) if table.height else []
            self._read_tables[name] = Table(
                name,
                table.headers,
                rows,
                table.sheet.getName(),
                table.area.StartRow + 2,
                table.area.StartColumn + 1,
            )
        return self._read_tables[name]

    def write_columns(self, name: str, columns: Mapping[str, Sequence[CellValue]]) -> None:
        """Write columns of a table, neighbours together."""
        table = CalcTable.find(self._document, name)
        check_lengths(name, table.height, columns)
        check_writable(list(columns.values()))
        runs = list(column_runs(name, table.headers, table.height, columns))
        with self._writing(table.sheet) as begin:
            for run in runs:
                place = table.columns(run.first, len(run.headers))
                write_values(place, run.rows, self._document, begin)

    def replace_rows(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Replace all data rows of a table, resizing it; a table without rows keeps one empty row."""
        table = CalcTable.find(self._document, name)
        check_widths(name, table.width, rows)
        wanted = table_rows(rows, table.width)
        table.check_room(len(wanted))
        check_writable(wanted)
        with self._writing(table.sheet) as begin:
            begin()
            table.resize(len(wanted))
            write_values(table.body, wanted, self._document, begin)

    def has_name(self, name: str) -> bool:
        """Return whether a defined name stands in the book and refers to cells."""
        names = self._document.NamedRanges
        return bool(names.hasByName(name)) and names.getByName(name).getReferredCells() is not None

    def read_name(self, name: str) -> CellValue:
        """Read the first cell a defined name refers to."""
        return read_typed(self._named(name).getCellRangeByPosition(0, 0, 0, 0), self._document)[0][0]

    def read_block(self, name: str) -> Sequence[Sequence[CellValue]]:
        """Read the range of a defined name as rows."""
        return read_typed(self._named(name), self._document)

    def write_block(self, name: str, rows: Sequence[Sequence[CellValue]]) -> None:
        """Write a block into the range of a defined name; the rest of the range is emptied."""
        cells = self._named(name)
        height, width = cells.getRows().getCount(), cells.getColumns().getCount()
        filled = filled_block(name, height, width, rows)
        check_writable(rows)
        with self._writing(cells.getSpreadsheet()) as begin:
            write_values(cells, filled, self._document, begin)

    def read_notes(self, name: str, row: int) -> Mapping[str, str]:
        """Read the notes on one row of a table."""
        table = CalcTable.find(self._document, name)
        places = table.places(row, table.headers)
        found = read_notes(table.sheet, places.values())
        return {header: found[place] for header, place in places.items() if place in found}

    def write_notes(self, name: str, row: int, notes: Mapping[str, str | None]) -> None:
        """Write notes on cells of one row of a table."""
        table = CalcTable.find(self._document, name)
        places = table.places(row, notes)
        with self._writing(table.sheet) as begin:
            begin()
            write_notes(table.sheet, {places[header]: text for header, text in notes.items()})

    def selected_customer(self) -> str | None:
        """Return the 客户编号 of the row the cursor stands in."""
        selection = self._document.getCurrentSelection()
        if selection is None or not hasattr(selection, "getRangeAddress"):
            return None
        at = selection.getRangeAddress()
        table = CalcTable.find(self._document, CUSTOMER_TABLE)
        row = at.StartRow - table.area.StartRow - 1
        if at.Sheet != table.area.Sheet or not 0 <= row < table.height or _NUMBER_HEADER not in table.headers:
            return None
        numbers = table.columns(table.column_at(_NUMBER_HEADER), 1)
        return boundary.read_text(read_values(numbers.getCellRangeByPosition(0, row, 0, row))[0][0])

    def activate(self, sheet: str) -> None:
        """Bring a sheet to the front."""
        sheets, controller = self._document.getSheets(), self._document.getCurrentController()
        if not sheets.hasByName(sheet):
            raise no_sheet(sheet)
        if controller is not None:
            controller.setActiveSheet(sheets.getByName(sheet))

    def status(self, text: str, share: float | None = None) -> None:
        """Show progress in the status bar; an empty text ends it."""
        controller = self._document.getCurrentController()
        if controller is None:
            return
        if self._indicator is not None and not text:
            self._indicator.end()
            self._indicator = None
        elif text:
            if self._indicator is None:
                self._indicator = controller.getFrame().createStatusIndicator()
                self._indicator.start(text, 100)
            self._indicator.setText(text)
            if share is not None:
                self._indicator.setValue(round(share * 100))

    def cancelled(self) -> bool:
        """Return whether Esc was pressed since the step began."""
        return self._watch is not None and bool(self._watch.listen())

    def tell(self, text: str) -> None:
        """Keep a message; whoever runs the command shows it once the writes are final."""
        self.told.append(text)

    def ask(self, question: str) -> bool:
        """Ask a yes/no question in a box over the document's window."""
        controller = self._document.getCurrentController()
        if not self._attended or controller is None:
            return True
        window = controller.getFrame().getContainerWindow()
        box = window.getToolkit().createMessageBox(window, _QUESTION_BOX, _YES_AND_NO, self._title, question)
        return bool(box.execute() == _YES)

    def choose_files(self, title: str) -> Sequence[Path]:
        """Let the user pick files in LibreOffice's own dialog."""
        if not self._attended:
            return ()
        picker = self._context.ServiceManager.createInstanceWithContext(
            "com.sun.star.ui.dialogs.FilePicker", self._context
        )
        picker.setTitle(title)
        picker.setMultiSelectionMode(True)
        picked = picker.getSelectedFiles() if picker.execute() == _PICKED else ()
        return [Path(system_path(url)) for url in picked]

    def diagnosis(self) -> str:
        """Return the doctor's screen."""
        from ccgrade_xl.hosts.doctor import report  # noqa: PLC0415 - asked for once in a while

        return report()

    def commit(self) -> None:
        """Keep the writes made so far."""
        self._committed = True

    @contextmanager
    def _writing(self, sheet: Any) -> Iterator[Callable[[], None]]:
        """Give what is called before cells change: from then on the screen stands still, and there is something to take back.

        Where nothing changes nothing is called: holding the screen still is a step of LibreOffice's undo by itself.
        Raises `BookFault` where cells may not change.
        """
        if self._document.isReadonly():
            raise BookFault("工作簿以只读方式打开，不能写入。请另存一份再试。")
        if sheet.isProtected():
            raise BookFault(f"工作表“{sheet.getName()}”受保护，不能写入。请先取消保护（工具 → 保护工作表）。")
        held = False

        def begin() -> None:
            nonlocal held
            if not held:
                self._document.lockControllers()
                held = True
            self._wrote, self._committed = True, False
            self._read_tables.clear()

        try:
            yield begin
        finally:
            if held:
                self._document.unlockControllers()

    def _named(self, name: str) -> Any:
        if not self.has_name(name):
            raise no_name(name)
        return self._document.NamedRanges.getByName(name).getReferredCells()


def system_path(url: str) -> str:
    """Return the path a file URL names, on another computer's share with that computer; "" for no URL."""
    parts = urlsplit(url)
    share = "" if parts.netloc in {"", "localhost"} else os.sep * 2 + unquote(parts.netloc)
    return share + url2pathname(parts.path)
