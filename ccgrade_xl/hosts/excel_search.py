"""Which of the running Excels has this workbook open? There may be several; and some of them may be WPS."""

from __future__ import annotations

import contextlib
import ctypes
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from ccgrade_xl.errors import BookFault, CcgradeError
from ccgrade_xl.hosts import excel_calls
from ccgrade_xl.hosts.excel_calls import PAUSE, ExcelBusy, com_errors, import_xlwings, is_busy

_WPS = ("wps", "kingsoft", "金山")


def find_workbook(full_name: str) -> Any:
    """Return the open workbook with this full name as an xlwings Book; the topmost window's where there are two.

    Raises `ExcelBusy` where an Excel that may have it would not answer, `BookFault` where none has it.
    """
    until = time.monotonic() + excel_calls.PATIENCE
    while True:
        found, busy = _look_through(full_name)
        if found is not None:
            return found
        if not busy:
            raise BookFault(
                f"打开着的 Excel 里没有找到工作簿“{name_of(full_name)}”。"
                "请先启用编辑（离开“受保护的视图”），或重新打开它再试。"
            )
        if time.monotonic() >= until:
            raise ExcelBusy(excel_calls.PATIENCE)
        time.sleep(PAUSE)


def location_of(full_name: str) -> str:
    """Return a workbook's full name for reading: the web address of one in OneDrive without its %E5%AE%A2."""
    return unquote(full_name) if "://" in full_name else full_name


def name_of(full_name: str) -> str:
    """Return a workbook's own name, without its folder."""
    return location_of(full_name).replace("\\", "/").rsplit("/", 1)[-1]


def _look_through(full_name: str) -> tuple[Any, bool]:
    """Ask every running Excel once; return the workbook, and whether one was too busy to answer."""
    busy = False
    xlwings = import_xlwings()
    for window in xlwings._xlwindows.get_excel_hwnds():
        with contextlib.suppress(OSError):  # its last window is just being closed
            try:
                app = _app_of(xlwings, window)
                for book in _books_named(app, full_name):
                    _refuse_wps(app)
                    return book, False
            except com_errors() as problem:
                busy = busy or is_busy(problem)  # one that fails otherwise is on its way out
    return None, busy


def _app_of(xlwings: Any, window: int) -> Any:
    """Return the App of an Excel window. xlwings' own way keeps a reference for ever, and Excel could not end."""
    from win32com.client import Dispatch  # noqa: PLC0415 - only there on Windows
    from win32gui import FindWindowEx  # noqa: PLC0415 - only there on Windows

    xl = xlwings._xlwindows
    inner = FindWindowEx(FindWindowEx(window, 0, "XLDESK", None), 0, "EXCEL7", None)
    address = xl.accessible_object_from_window(inner)
    native = xl._PyCom_PyObjectFromIUnknown(address, ctypes.byref(xl._IDISPATCH_GUID), False)
    application = xl.COMRetryObjectWrapper(Dispatch(native)).Application
    return xlwings.App(impl=xl.App(xl=application))


def _books_named(app: Any, full_name: str) -> Iterator[Any]:
    wanted = location_of(full_name).casefold()
    for book in app.books:
        if location_of(str(book.api.FullName)).casefold() == wanted:
            yield book


def _refuse_wps(app: Any) -> None:
    """Raise `CcgradeError` where what answers is WPS, which presents itself as Excel to other programs."""
    said = f"{app.api.Name} {app.api.Path}".casefold()
    if any(word in said for word in _WPS):
        raise CcgradeError(
            "打开这个工作簿的是 WPS 表格，不是 Microsoft Excel，按钮在 WPS 里不能用（已有的评级结果可以照常查看）。"
            "请用 Microsoft Excel 打开；如果双击总是打开 WPS，请在“WPS 配置工具”里取消与 Office 的兼容和文件关联。"
        )
