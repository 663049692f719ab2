"""What does Excel leave off while a command writes? Set aside once, and put back whatever happens."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.excel_calls import ExcelGone, asked, put

_MANUAL = -4135
"""xlCalculationManual."""

WHILE_WRITING: dict[str, object] = {
    "ScreenUpdating": False,
    "EnableEvents": False,
    "DisplayAlerts": False,  # else Excel asks the user to wait for us
    "EnableCancelKey": 0,  # xlDisabled: Esc is for the command, not for the macro that called it
    "Calculation": _MANUAL,
}
"""Properties of Excel's Application and what they are while a command writes, in the order they are set."""

PATIENCE_AT_THE_END = 60.0
"""Seconds to wait for a busy Excel when it must have all its settings back."""


class Settings:
    """The settings of a running Excel that a command has changed; `application` is its Application object."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._before: dict[str, object] = {}

    def set_aside(self) -> None:
        """Make Excel quiet, if it is not yet so."""
        for name, wanted in WHILE_WRITING.items():
            if name not in self._before:
                self._before[name] = asked(self._application, name)
                put(self._application, name, wanted)

    def put_back(self) -> None:
        """Give Excel its settings back, the last one first. Raises `BookFault` where it would not take one."""
        failed: list[str] = []
        until = time.monotonic() + PATIENCE_AT_THE_END
        while self._before:
            name, value = self._before.popitem()
            try:
                with contextlib.suppress(ExcelGone):
                    put(self._application, name, value, until - time.monotonic())
            except BookFault:
                failed.append(name)
        if failed:
            raise BookFault("Excel 的设置没有全部恢复：请在“公式 → 计算选项”里选回“自动”，或重新启动 Excel。")
