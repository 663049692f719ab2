"""Has the user pressed Esc? Excel cannot say while it waits for a command, Windows can."""

from __future__ import annotations

from typing import Any

_ESCAPE = 0x1B
"""VK_ESCAPE"""

_DOWN, _PRESSED_SINCE = 0x8000, 1
"""Bits of GetAsyncKeyState: the key is down; it was pressed since the last question."""


class Escape:
    """Listens for Esc in the windows of one process, from its making on; once heard, it stays so."""

    def __init__(self, process: int) -> None:
        """Take the id of the Excel process, and forget what was pressed before."""
        self._process = process
        self._heard = False
        self._pressed()

    def heard(self) -> bool:
        """Return whether Esc was pressed while Excel was in front."""
        pressed = self._pressed()
        self._heard = self._heard or (pressed and self._in_front())
        return self._heard

    def _pressed(self) -> bool:
        from win32api import GetAsyncKeyState  # noqa: PLC0415 - only there on Windows

        state: Any = GetAsyncKeyState(_ESCAPE)
        return bool(state & (_DOWN | _PRESSED_SINCE))

    def _in_front(self) -> bool:
        from win32gui import GetForegroundWindow  # noqa: PLC0415 - only there on Windows
        from win32process import GetWindowThreadProcessId  # noqa: PLC0415 - only there on Windows

        return bool(GetWindowThreadProcessId(GetForegroundWindow())[1] == self._process)
