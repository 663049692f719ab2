"""Asking the COM server to leave, before its files are replaced or removed."""

from __future__ import annotations

import time
from importlib import import_module

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.hosts.server_identity import QUIT_EVENT

_MAY_SIGNAL = 0x0002
_NOT_THERE = 2
_PAUSE = 0.1


def leave(seconds: float = 15) -> bool:
    """Ask the server to leave and wait until it has; return whether one was running.

    Raises `CcgradeError` where it is still there after `seconds`.
    """
    running = _signal()
    end = time.monotonic() + seconds
    while running and _signal():
        if time.monotonic() > end:
            raise CcgradeError(
                f"后台服务在 {seconds:.0f} 秒内没有退出，什么都没有改变。请关闭所有 Excel 窗口后再试。"
            )
        time.sleep(_PAUSE)
    return running


def _signal() -> bool:
    """Set the event a running server holds; return whether there is one."""
    pywintypes, win32event = import_module("pywintypes"), import_module("win32event")
    try:
        event = win32event.OpenEvent(_MAY_SIGNAL, False, QUIT_EVENT)
    except pywintypes.error as missing:
        if missing.winerror == _NOT_THERE:
            return False
        raise
    win32event.SetEvent(event)
    event.Close()
    return True
