"""Calls both servers from a Windows program, as Excel does: Excel's objects live in the caller. Prints seconds as JSON.

    python -m benchmarks.windows_calls LIBRARY.tlb

Ours is handed values; xlwings' wrapper hands over Range objects, the workbook and the calling cell, which its
server then asks back for their values. Excel's objects are stand-ins written in Python, slower to answer than Excel's.
"""

from __future__ import annotations

import json
import sys
import time
import winreg
from typing import Any

import pythoncom
import win32com.client

from benchmarks.measure import in_turn
from ccgrade_xl.hosts.server_identity import PROG_ID
from ccgrade_xl.hosts.server_leaving import leave
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from tests.hosts.windows.fake_excel.com import use_library
from tests.hosts.windows.fake_excel.model import Sheet, Workbook
from tests.hosts.windows.fake_excel.objects import Application, BookObject, RangeObject, SheetObject

XLWINGS = "Benchmark.XLPython"
XLWINGS_CLASS = "{506e67c3-55b5-48c3-a035-eed5deea7d6d}"
UDF_MODULE = "ccgrade_xl.hosts.excel_functions"

QUIT = "import ctypes; ctypes.windll.user32.PostQuitMessage(0)"

CALLS = 50
ROWS = 10_000
USAGE = 30000.0


class Prepared(RangeObject):
    """A range whose values lie ready, as in Excel."""

    def __init__(self, sheet: SheetObject, values: Any) -> None:
        height, width = (len(values), len(values[0])) if isinstance(values, list) else (1, 1)
        super().__init__(sheet, 1, 1, height, width)
        self.values = values

    def get_Value(self, kind: Any = None) -> Any:  # noqa: N802 - Excel's name
        """Return the values."""
        return self.values


def register_xlwings() -> None:
    """Let COM start xlwings' server with the command its DLL would run."""
    command = f'"{sys.executable}" -B -c "import xlwings; xlwings.serve(\'{XLWINGS_CLASS}\')"'
    for key, value in {
        f"{XLWINGS}\\CLSID": XLWINGS_CLASS,
        f"CLSID\\{XLWINGS_CLASS}\\LocalServer32": command,
    }.items():
        with winreg.CreateKey(winreg.HKEY_LOCAL_MACHINE, f"Software\\Classes\\{key}") as opened:
            winreg.SetValueEx(opened, "", 0, winreg.REG_SZ, value)


def rows() -> list[list[object]]:
    """Return customers under their headers; what the grades are does not matter here."""
    known = {"客户状态": "在用", "月均用气量": USAGE, "在用月数": 12.0, "用气单位性质": "医院"}
    headers = [column.name for column in INPUT_COLUMNS]
    customers = [[known.get(name, f"{number:010d}") for name in headers] for number in range(ROWS - 1)]
    return [headers, *customers]


def start(prog_id: str, *arguments: object) -> Any:
    """Create a server's object and get one formula answered."""
    server = win32com.client.Dispatch(prog_id)
    assert server.CallUDF(*arguments) == 4.0
    return server


def main() -> None:
    """Take each figure of both, in turn: ours first."""
    use_library(sys.argv[1])
    register_xlwings()
    app, sheet = Application(), Sheet("Sheet1")
    book = Workbook("C:\\工作簿.xlsm", [sheet], {})
    app.books.append(book)
    place = SheetObject(app, book, sheet)
    workbook, caller = BookObject(app, book).com(), RangeObject(place, 1, 5, 1, 5).com()
    cell, block = Prepared(place, USAGE), Prepared(place, rows())

    def theirs(name: str, given: Prepared) -> tuple[object, ...]:
        return UDF_MODULE, name, [given.com()], workbook, caller

    def start_ours() -> None:
        start(PROG_ID, "CCG_X", [USAGE])

    def start_theirs() -> None:
        start(XLWINGS, *theirs("CCG_X", cell))

    starts = []
    for _ in range(3):
        starts.append(in_turn(start_ours, start_theirs, times=1))
        leave()
        win32com.client.Dispatch(XLWINGS).Exec(QUIT)
        time.sleep(1)
    ours, xlwings = start(PROG_ID, "CCG_X", [USAGE]), start(XLWINGS, *theirs("CCG_X", cell))
    scalar = in_turn(
        lambda: [ours.CallUDF("CCG_X", [USAGE]) for _ in range(CALLS)],
        lambda: [xlwings.CallUDF(*theirs("CCG_X", cell)) for _ in range(CALLS)],
        times=3,
    )
    graded = in_turn(
        lambda: ours.CallUDF("CCG_GRADE", [block.values]),
        lambda: xlwings.CallUDF(*theirs("CCG_GRADE", block)),
        times=3,
    )
    print(
        json.dumps(
            {
                "start": [min(taken) for taken in zip(*starts, strict=True)],
                "scalar": [taken / CALLS for taken in scalar],
                "block": graded,
            }
        )
    )


if __name__ == "__main__":
    pythoncom.CoInitialize()
    main()
