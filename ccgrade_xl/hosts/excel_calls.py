"""How is a call to a running Excel made? Patiently while it is busy, for a bounded time, and with a sentence at the end.

Excel answers nobody while a cell is being edited or a dialog is open. xlwings would ask again without end;
here every step waits a while between its tries and then says what is in the way.
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from ccgrade_xl.errors import BookFault

PATIENCE = 15.0
"""Seconds a step waits for a busy Excel."""

PAUSE = 0.2
"""Seconds between two tries."""

_REJECTED, _RETRY_LATER, _IGNORED = -2147418111, -2147417846, -2146777998
_BUSY = frozenset({_REJECTED, _RETRY_LATER, _IGNORED})
"""RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, and Excel's own VBA_E_IGNORE while a cell is edited."""

_GONE = frozenset({-2147417848, -2147417849, -2147417850, -2147023174, -2147023170, -2147220995, -2146827864})
"""RPC_E_DISCONNECTED, RPC_E_SERVER_DIED(_DNE), RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, CO_E_OBJNOTCONNECTED,
and VBA's 424 (object required): the workbook or Excel is no more."""

_EXCEPTION = -2147352567
"""DISP_E_EXCEPTION: the error proper stands in the exception's own code."""

Answer = TypeVar("Answer")


class ExcelBusy(BookFault):
    """Excel 一直忙：a cell is being edited, or a dialog is open."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Excel 正忙，等了 {seconds:.0f} 秒仍不能操作：可能有单元格正在编辑，或有对话框没有关闭。"
            "请按 Enter 或 Esc 结束编辑、关闭对话框，然后再试。"
        )


class ExcelGone(BookFault):
    """工作簿或 Excel 已关闭：what was begun cannot be finished, nor taken back."""

    def __init__(self) -> None:
        super().__init__(
            "工作簿在操作过程中被关闭，或 Excel 已退出，操作没有完成。"
            "请重新打开工作簿再试；如果结果只写了一部分，请先按“撤销本次评级”恢复。"
        )


def patiently(call: Callable[[], Answer], seconds: float | None = None) -> Answer:
    """Return what a call to Excel answers; a call may be made several times, so it must not matter how often.

    Raises `ExcelBusy` where Excel stays busy, `ExcelGone` where it is no more, `BookFault` with Excel's own words
    where it refuses.
    """
    seconds = PATIENCE if seconds is None else seconds
    until = time.monotonic() + seconds
    while True:
        try:
            return call()
        except com_errors() as problem:
            if not is_busy(problem):
                raise fault_of(problem) from problem
            if time.monotonic() >= until:
                raise ExcelBusy(seconds) from problem
        time.sleep(PAUSE)


def asked(thing: Any, name: str) -> Any:
    """Return a property of an Excel object."""
    return patiently(lambda: getattr(thing, name))


def put(thing: Any, name: str, value: object, seconds: float | None = None) -> None:
    """Set a property of an Excel object."""
    patiently(lambda: setattr(thing, name, value), seconds)


def import_xlwings() -> Any:
    """Import xlwings, without what it would do at the end of the process: kill Excels that have no window."""
    import xlwings  # noqa: PLC0415 - only used on Windows, and slow to import
    from xlwings import _xlwindows  # noqa: PLC0415 - only there on Windows

    atexit.unregister(_xlwindows.cleanup)
    return xlwings


@contextmanager
def single_tries() -> Iterator[None]:
    """Keep xlwings from trying a rejected call again and again without a pause."""
    xl = import_xlwings()._xlwindows
    before, xl.N_COM_ATTEMPTS = xl.N_COM_ATTEMPTS, 1
    try:
        yield
    finally:
        xl.N_COM_ATTEMPTS = before


@cache
def com_errors() -> tuple[type[BaseException], ...]:
    """Return the exceptions a COM call can end in; pywin32 takes a rejected name look-up for a missing attribute."""
    from pywintypes import com_error  # noqa: PLC0415 - only there on Windows
    from xlwings._xlwindows import ExcelBusyError  # noqa: PLC0415 - only there on Windows

    return com_error, ExcelBusyError, AttributeError


def is_busy(problem: BaseException) -> bool:
    """Return whether a call failed only because Excel would not listen just now."""
    codes = _codes(problem)
    return not codes or not _BUSY.isdisjoint(codes)


def fault_of(problem: BaseException) -> BookFault:
    """Return the sentence for a call that Excel refused."""
    if not _GONE.isdisjoint(_codes(problem)):
        return ExcelGone()
    details: Any = getattr(problem, "excepinfo", None)
    words = str((details[2] if details else None) or getattr(problem, "strerror", "") or problem).strip()
    return BookFault(
        f"Excel 没有接受这一步操作：{words.rstrip('。.')}。请检查工作簿是否受保护或被共享，然后再试。"
    )


def _codes(problem: BaseException) -> set[int]:
    """Return the error numbers of a COM error; none where only an attribute was missing."""
    code = getattr(problem, "hresult", None)
    if code is None:
        return set()
    details: Any = getattr(problem, "excepinfo", None)
    return {code, details[5]} if code == _EXCEPTION and details else {code}
