"""Excel's windows: other programs find a running Excel by them and ask them for its Application. Windows only."""

from __future__ import annotations

import ctypes
from typing import Any

import pythoncom
import win32con
import win32gui

from tests.hosts.windows.fake_excel.com import Served, pointer

WM_GETOBJECT = 0x003D
NATIVE_OBJECT_MODEL = -16


def open_window(application: Any) -> int:
    """Make the windows XLMAIN > XLDESK > EXCEL7 and return the first."""
    outer = 0
    for name in ("XLMAIN", "XLDESK", "EXCEL7"):
        kind = win32gui.WNDCLASS()
        kind.lpszClassName = name
        kind.lpfnWndProc = _answering(application) if name == "EXCEL7" else win32gui.DefWindowProc
        win32gui.RegisterClass(kind)
        style = win32con.WS_CHILD if outer else win32con.WS_OVERLAPPEDWINDOW
        made = win32gui.CreateWindow(
            name, name, style | win32con.WS_VISIBLE, 0, 0, 300, 200, outer, 0, 0, None
        )
        application.window = application.window or made
        outer = made
    return int(application.window)


def _answering(application: Served) -> Any:
    """Return a window procedure that hands out Excel's object model."""
    hand_out = ctypes.oledll.oleacc.LresultFromObject
    hand_out.restype = ctypes.c_ssize_t
    hand_out.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]

    def procedure(window: int, message: int, wide: int, long: int) -> int:
        if message == WM_GETOBJECT and ctypes.c_int(long & 0xFFFFFFFF).value == NATIVE_OBJECT_MODEL:
            served = pointer(application.com(), pythoncom.IID_IDispatch)
            try:
                raw = ctypes.create_string_buffer(bytes(pythoncom.IID_IDispatch))
                return int(hand_out(raw, wide & 0xFFFFFFFF, served))
            finally:
                _release(served)
        return int(win32gui.DefWindowProc(window, message, wide, long))

    return procedure


def _release(served: ctypes.c_void_p) -> None:
    table = ctypes.cast(served, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))
    ctypes.WINFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)(table[0][2])(served)
