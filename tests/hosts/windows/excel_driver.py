"""Runs commands on workbooks that are open in Excel, as the COM server does. Windows only.

    python -m tests.hosts.windows.excel_driver

Obeys one JSON object a line: {"command": "grade", "workbook": "C:\\…"} answers with the message for the user and what she
was asked; {"enter": …} types into the workbook, {"play": "C:\\…"} plays the half year with its files in that folder.
Every answer also says how many COM objects the process still holds. For one order `without` hides a module,
`home` is another user's CCGRADE_HOME.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pythoncom

from ccgrade_xl.hosts import excel, excel_calls, excel_settings
from tests.casework.half_year.play import play, spoken
from tests.hosts.windows.entering import enter
from tests.hosts.windows.excel_user import answering


def main() -> None:
    """Obey until standard input ends."""
    pythoncom.CoInitialize()
    for line in sys.stdin:
        order = json.loads(line)
        with _circumstances(order):
            answer = _obeyed(order)
        gc.collect()
        print("answer:", json.dumps({**answer, "held": pythoncom._GetInterfaceCount()}), flush=True)


def _obeyed(order: dict[str, Any]) -> dict[str, Any]:
    workbook = order["workbook"]
    if "enter" in order:
        with _open(workbook) as book:
            enter(book, order["enter"])
        return {}
    if "play" in order:
        return {"said": spoken(play(lambda: _open(workbook), Path(order["play"])))}
    with answering(order.get("answer", "yes")) as questions, _tables_read() as read:
        message = excel.run_on_workbook(order["command"], workbook)
    return {"message": message, "questions": questions, "read": read}


@contextmanager
def _tables_read() -> Iterator[list[str]]:
    """Note the name of each table whose cells Excel is asked for."""
    names: list[str] = []
    plain = excel.ExcelTable.read

    def noted(table: excel.ExcelTable) -> Any:
        names.append(table.name)
        return plain(table)

    excel.ExcelTable.read = noted  # type: ignore[method-assign]
    try:
        yield names
    finally:
        excel.ExcelTable.read = plain  # type: ignore[method-assign]


@contextmanager
def _open(workbook: str) -> Iterator[excel.ExcelBook]:
    """Give an open workbook to somebody who is asked nothing; what is written stands afterwards."""
    with excel.open_book(workbook, attended=False) as book:
        yield book
        book.commit()
        book.status("")


@contextmanager
def _circumstances(order: dict[str, Any]) -> Iterator[None]:
    """Let an order be obeyed as on a machine that is slow, lacks a module, or is another user's."""
    excel.CELLS_AT_ONCE = order.get("cells_at_once", 40_000)
    excel_calls.PATIENCE = order.get("patience", 15.0)
    excel_settings.PATIENCE_AT_THE_END = order.get("patience", 60.0)
    hidden, home = order.get("without"), os.environ["CCGRADE_HOME"]
    known = sys.modules.get(hidden)
    os.environ["CCGRADE_HOME"] = order.get("home", home)
    if hidden:
        sys.modules[hidden] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        os.environ["CCGRADE_HOME"] = home
        if hidden:
            del sys.modules[hidden]
            sys.modules.update({hidden: known} if known else {})


if __name__ == "__main__":
    main()
