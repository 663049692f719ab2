"""A program that other programs take for a running Excel. Windows only.

    python -m tests.hosts.windows.fake_excel LIBRARY.tlb

Obeys one JSON object a line on standard input, {"do": "open", …}, and answers each with one on standard output.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from pathlib import Path
from typing import Any

import pythoncom
import win32api
import win32com.client
import win32con
import win32event
import win32gui

from tests.hosts.windows.excel_user import answering
from tests.hosts.windows.fake_excel.busy import MessageFilter
from tests.hosts.windows.fake_excel.com import Editing, use_library
from tests.hosts.windows.fake_excel.model import Sheet, Table, Workbook, dumped, loaded
from tests.hosts.windows.fake_excel.objects import Application
from tests.hosts.windows.fake_excel.window import open_window

MILLISECONDS = 20
"""How long to wait for a window message before looking for an order."""


class Program:
    """The running Excel, and what a test may have it do."""

    def __init__(self, library: str) -> None:
        """Show the windows."""
        use_library(library)
        self.app = Application()
        self.filter = MessageFilter()
        self.running = True
        self._writes = 0
        self._at_write: dict[int, dict[str, Any]] = {}
        self.app.before_write = self._count_write
        open_window(self.app)

    def obey(self, order: dict[str, Any]) -> Any:
        """Do what a line asks for."""
        return getattr(self, f"do_{order.pop('do')}")(**order)

    def do_open(self, full_name: str, file: str) -> None:
        """Open a workbook: the model in a JSON file, under any full name."""
        self.app.books.append(loaded(full_name, json.loads(Path(file).read_text("utf-8"))))
        self.app.active = (self.app.books[-1], self.app.books[-1].sheets[0], 1, 1)

    def do_close(self, full_name: str) -> None:
        """Close a workbook without saving."""
        self.app.books.remove(self._book(full_name))
        self.app.active = None

    def do_reset(self) -> None:
        """Close everything, answer everybody, be Excel again."""
        self.app.books.clear()
        self.app.active, self.app.picked, self.app.said[:] = None, [], []
        self.app.become_excel()
        self.filter.left = Editing.calls = 0
        self._at_write.clear()

    def do_become(self, name: str, path: str, version: str = "16.0") -> None:
        """Be another Excel, or another program that takes itself for one."""
        self.app.name, self.app.path, self.app.version = name, path, version

    def do_set(self, **settings: Any) -> None:
        """Choose settings as the user would."""
        self.app.settings.update(settings)

    def do_type(self, full_name: str, sheet: str, row: int, column: int, text: str) -> None:
        """Type into a cell."""
        self._sheet(full_name, sheet).cell(row, column).enter(text)

    def do_format(self, full_name: str, sheet: str, column: int, number_format: str) -> None:
        """Give the cells of a column another number format."""
        for (_, at), cell in self._sheet(full_name, sheet).cells.items():
            if at == column:
                cell.number_format = number_format

    def do_call_server(self, command: str, full_name: str) -> dict[str, Any]:
        """Do what the ribbon's macro does, and wait for the answer; the user says yes to whatever is asked meanwhile."""
        with answering("yes") as questions:
            message = win32com.client.Dispatch("CCGrade.Server").RunCommand(command, full_name)
        return {"message": message, "questions": questions}

    def do_dump(self, full_name: str) -> dict[str, Any]:
        """Return a workbook."""
        return dumped(self._book(full_name))

    def do_state(self) -> dict[str, Any]:
        """Return the settings, what the status bar has said so far, the sheet in front, objects held by others."""
        pythoncom.PumpWaitingMessages()
        return {
            "settings": self.app.settings,
            "said": self.app.said,
            "sheet": self.app.active[1].name if self.app.active else None,
            "held": pythoncom._GetGatewayCount(),
        }

    def do_stand_on(self, full_name: str, sheet: str, row: int, column: int) -> None:
        """Put the cursor on a cell."""
        book = self._book(full_name)
        self.app.active = (book, book.sheet(sheet), row, column)

    def do_sheet(self, full_name: str, sheet: str, **wanted: bool) -> None:
        """Protect or hide a sheet."""
        vars(self._sheet(full_name, sheet)).update(wanted)

    def do_table(self, full_name: str, sheet: str, table: str, **wanted: bool) -> None:
        """Filter a table, give it totals, take its headers away."""
        vars(self._table(full_name, sheet, table)).update(wanted)

    def do_pick(self, files: list[str]) -> None:
        """Answer the next file dialogs."""
        self.app.picked = files

    def do_be_busy(self, calls: int, answer: int = 1) -> None:
        """Reject the next calls."""
        self.filter.left, self.filter.answer = calls, answer

    def do_edit_a_cell(self, calls: int) -> None:
        """Do nothing of what the next calls tell Excel to do."""
        Editing.calls = calls

    def do_press_escape(self) -> None:
        """Press Esc in Excel's window."""
        win32gui.SetForegroundWindow(self.app.window)
        win32api.keybd_event(win32con.VK_ESCAPE, 0, 0, 0)
        win32api.keybd_event(win32con.VK_ESCAPE, 0, win32con.KEYEVENTF_KEYUP, 0)

    def do_at_write(self, number: int, order: dict[str, Any]) -> None:
        """Do something just before the n-th write from now on."""
        self._at_write[self._writes + number] = order

    def do_quit(self) -> None:
        """End."""
        self.running = False

    def _count_write(self) -> None:
        self._writes += 1
        if order := self._at_write.pop(self._writes, None):
            self.obey(order)

    def _book(self, full_name: str) -> Workbook:
        return next(book for book in self.app.books if book.full_name == full_name)

    def _sheet(self, full_name: str, sheet: str) -> Sheet:
        return self._book(full_name).sheet(sheet)

    def _table(self, full_name: str, sheet: str, table: str) -> Table:
        return next(one for one in self._sheet(full_name, sheet).tables if one.name == table)


def main() -> None:
    """Serve until told to quit or until nobody gives orders any more."""
    pythoncom.CoInitialize()
    program = Program(sys.argv[1])
    orders: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    while program.running:
        win32event.MsgWaitForMultipleObjects([], False, MILLISECONDS, win32event.QS_ALLINPUT)
        pythoncom.PumpWaitingMessages()
        if not orders.empty():
            print("answer:", json.dumps(program.obey(json.loads(orders.get()))), flush=True)


def _listen(orders: queue.Queue[str]) -> None:
    for line in sys.stdin:
        orders.put(line)
    orders.put('{"do": "quit"}')


if __name__ == "__main__":
    main()
