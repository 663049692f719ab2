"""What the COM server answers: cell functions and commands by their declared names, its version, a sign of life.

Nothing a caller sends is imported, evaluated or looked up anywhere but in `FUNCTIONS` and `COMMANDS`, and no
exception leaves: a cell shows an error value, a command's message box a sentence, the log the kind of error.
"""

from __future__ import annotations

import atexit
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

import ccgrade_xl
from ccgrade_xl.errors import CellError
from ccgrade_xl.hosts.server_log import log, log_failure, log_file

UDF_MODULE = "ccgrade_xl.hosts.excel_functions"
WARM_UP = ("CCG_CREDIT", ("医院", "自动顺延", "转租", 1.0, 5.0, 0.0, "柜台", 20000.0, 9000.0))

_REPLACED = "ccgrade 已更新，计算程序正在换成新版本。请再按一次这个按钮。"


class Server:
    """The object behind `CCGrade.Server`: one for all workbooks and all Excel processes."""

    _public_methods_: ClassVar = ["CallUDF", "RunCommand", "Version", "Ping"]
    """All that COM lets a caller reach."""

    def __init__(self) -> None:
        self.calls = 0
        self.last_call = time.monotonic()
        self.leaving = False
        self._loading = Lock()
        self._call_udf: Callable[..., Any] | None = None
        self._program = _time_of_change()

    def CallUDF(self, name: object, arguments: object) -> object:  # noqa: N802 - the name VBA calls
        """Answer a cell function: a value, or a list of rows; errors as Excel's texts for them.

        `arguments` are plain values or blocks (tuples of rows) in the function's order.
        """
        with self._counted():
            try:
                return self._answer(name, arguments)
            except Exception as problem:  # noqa: BLE001 - whatever it is, the cell shows an error value
                log_failure(_function_name(name), problem)
                return _inside(problem) if name == "CCG_CHECK" else CellError.VALUE.value

    def RunCommand(self, name: object, workbook: object) -> str:  # noqa: N802 - the name VBA calls
        """Run a button's command on the open workbook of this full name; return what to tell the user."""
        with self._counted():
            if self.is_replaced():
                self.leaving = True
                return _REPLACED
            try:
                return self._run(name, workbook)
            except Exception as problem:  # noqa: BLE001 - whatever it is, the user is told
                log_failure("RunCommand", problem)
                return _inside(problem)

    def Version(self) -> str:  # noqa: N802 - the name VBA calls
        """Return the version of the package that answers."""
        return ccgrade_xl.__version__

    def Ping(self) -> str:  # noqa: N802 - the name VBA calls
        """Return a word, as a sign of life."""
        return "pong"

    def warm_up(self) -> None:
        """Load what the first formula needs, and answer one."""
        try:
            self._answer(*WARM_UP)
            log.info("warm")
        except Exception as problem:  # noqa: BLE001 - the first call will say it again
            log_failure("warming up", problem)

    def is_replaced(self) -> bool:
        """Return whether the package's files are no longer those this server was started from."""
        return _time_of_change() != self._program

    def _answer(self, name: object, arguments: object) -> object:
        call_udf = self._loaded()
        functions = importlib.import_module("ccgrade_xl.functions").FUNCTIONS
        if name not in functions:
            log.warning("a function was asked for that does not exist")
            return CellError.NAME.value
        if not isinstance(arguments, (tuple, list)):
            return CellError.VALUE.value
        rows = call_udf(UDF_MODULE, name, arguments)
        return rows[0][0] if len(rows) == 1 == len(rows[0]) else rows

    def _run(self, name: object, workbook: object) -> str:
        self._loaded()
        commands = importlib.import_module("ccgrade_xl.commands").COMMANDS
        begun = time.monotonic()
        from ccgrade_xl.hosts.excel import run_on_workbook  # noqa: PLC0415 - needs Windows

        told = run_on_workbook(str(name), str(workbook))
        log.info(
            "%s took %.1f s", name if name in commands else "an unknown command", time.monotonic() - begun
        )
        return told

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.calls += 1
        try:
            yield
        finally:
            self.last_call = time.monotonic()

    def _loaded(self) -> Callable[..., Any]:
        """Return xlwings' `call_udf`, with our functions loaded into it; the warm-up may still be at it."""
        with self._loading:
            if self._call_udf is None:
                self._call_udf = _load()
            return self._call_udf


def _load() -> Callable[..., Any]:
    with _without_pandas():
        udfs = importlib.import_module("xlwings.udfs")
    udfs.get_udf_module(UDF_MODULE, None)
    udfs.udf_modules[UDF_MODULE]["filetime"] = (
        None  # else xlwings loads a file anew when an upgrade replaces it
    )
    atexit.unregister(
        importlib.import_module("xlwings._xlwindows").cleanup
    )  # it ends Excels that have no window
    call_udf: Callable[..., Any] = udfs.call_udf
    return call_udf


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Let xlwings do without pandas, which no cell function needs: it doubles the wait for the first formula."""
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]


def _function_name(name: object) -> str:
    """Return a name that may stand in the log: a caller can send any text for one."""
    known = isinstance(name, str) and name.isascii() and name.isidentifier() and name.startswith("CCG_")
    return str(name) if known else "CallUDF"


def _inside(problem: Exception) -> str:
    return (
        f"程序内部出错（{type(problem).__name__}），没有完成。请关闭并重新打开 Excel 后再试；"
        f"仍不行时请把日志 {log_file()} 交给技术支持，其中没有客户资料。"
    )


def _time_of_change() -> int | None:
    """Return when the package's own file was last changed; None while it is not there."""
    try:
        return Path(str(ccgrade_xl.__file__)).stat().st_mtime_ns
    except OSError:
        return None
