"""Runs commands on workbooks that are open in Excel, as the COM server does. Windows only.

    python -m tests.hosts.windows.excel_driver

Obeys one JSON object a line: {"command": "grade", "workbook": "C:\\…"}; answers with the message for the user.
Every answer also says how many COM objects the process still holds. A module that CCGRADE_WITHOUT names is not there.
"""

from __future__ import annotations

import gc
import json
import os
import sys

import pythoncom

from ccgrade_xl.hosts import excel, excel_calls, excel_settings


def main() -> None:
    """Obey until standard input ends."""
    pythoncom.CoInitialize()
    if hidden := os.environ.get("CCGRADE_WITHOUT"):
        sys.modules[hidden] = None  # type: ignore[assignment]
    for line in sys.stdin:
        order = json.loads(line)
        excel.CELLS_AT_ONCE = order.get("cells_at_once", 40_000)
        excel_calls.PATIENCE = order.get("patience", 15.0)
        excel_settings.PATIENCE_AT_THE_END = order.get("patience", 60.0)
        message = excel.run_on_workbook(order["command"], order["workbook"])
        gc.collect()
        print("answer:", json.dumps({"message": message, "held": pythoncom._GetInterfaceCount()}), flush=True)


if __name__ == "__main__":
    main()
