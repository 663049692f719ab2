"""Enough of pywin32 for xlwings' Windows code to run, unmodified, where there is no Windows.

Only what `xlwings.udfs`, `xlwings._xlwindows` and `xlwings.com_server` touch on the way of a cell function is
here; whatever else they reach for at import is answered by a stand-in that does nothing. `windows_xlwings`
puts it in place for as long as it is needed and leaves no trace in the process.
"""

import asyncio
import atexit
import concurrent.futures
import ctypes
import datetime as dt
import importlib
import locale
import logging
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy
import pandas
from PIL import ImageGrab

IMPORTED_BEFORE_THE_DISGUISE = (asyncio, concurrent.futures, locale, logging, numpy, pandas, ImageGrab)
"""What xlwings imports and what looks at the platform when imported: it must see the true one."""

MISSING = -2147352572
"""DISP_E_PARAMNOTFOUND: how an optional argument that was left out reaches a COM server."""

COM_ERRORS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
"""VT_ERROR as pywin32 hands it over: CVErr's number with 0x800A0000 before it, as a signed integer."""

DISGUISED = ("xlwings", "pythoncom", "pywintypes", "win32", "ccgrade_xl.hosts.excel_functions")


class ComError(Exception):
    """pywintypes.com_error."""


class ComTime(dt.datetime):
    """pywintypes.TimeType: what VT_DATE becomes, always with a time zone."""


class StandIn:
    """Answers every attribute and every call with itself."""

    def __getattr__(self, name: str) -> "StandIn":
        return self

    def __call__(self, *arguments: object, **named: object) -> "StandIn":
        return self


def _module(name: str, **members: object) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__path__ = []
    module.__dict__.update(members)
    return module


def _pywin32() -> dict[str, types.ModuleType]:
    iid = type("IID", (str,), {})
    modules = [
        _module("pywintypes", com_error=ComError, error=ComError, IID=iid, TimeType=ComTime),
        _module(
            "pythoncom",
            __file__=None,
            com_error=ComError,
            ole_error=ComError,
            CoInitialize=lambda: None,
            IID_IDispatch="IDispatch",
            TypeIIDs={"IDispatch": type("PyIDispatch", (), {})},
        ),
        _module("win32timezone", TimeZoneInfo=types.SimpleNamespace(utc=lambda: dt.UTC)),
        _module(
            "win32com.client",
            Dispatch=lambda what, **options: what,
            DispatchEx=StandIn(),
            CDispatch=type("CDispatch", (), {}),
            CoClassBaseClass=type("CoClassBaseClass", (), {}),
            DispatchBaseClass=type("DispatchBaseClass", (), {}),
        ),
        *(_module(name) for name in ("win32api", "win32con", "win32event", "win32gui", "win32process")),
        *(_module(f"win32com.{name}") for name in ("client.gencache", "server", "server.dispatcher")),
        *(_module(f"win32com.server.{name}") for name in ("policy", "util")),
        _module("win32com"),
    ]
    by_name = {module.__name__: module for module in modules}
    for name, module in by_name.items():
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(by_name[parent], child, module)
    return by_name


def _disguised(name: str) -> bool:
    return name.startswith(DISGUISED)


@contextmanager
def windows_xlwings() -> Iterator[types.ModuleType]:
    """Import xlwings as on Windows, and yield it; afterwards every module is what it was."""
    before = {name: module for name, module in sys.modules.items() if _disguised(name)}
    for name in before:
        del sys.modules[name]
    sys.modules.update(_pywin32())
    disguise = (
        mock.patch.object(sys, "platform", "win32"),
        mock.patch.object(ctypes, "windll", StandIn(), create=True),
        mock.patch.object(ctypes, "oledll", StandIn(), create=True),
        mock.patch.object(ctypes, "PyDLL", StandIn()),
        mock.patch.object(subprocess, "CREATE_NO_WINDOW", 0, create=True),
    )
    try:
        for patch in disguise:
            patch.start()
        try:
            xlwings = importlib.import_module("xlwings")
            importlib.import_module("xlwings.com_server")
        finally:
            for patch in reversed(disguise):
                patch.stop()
        atexit.unregister(xlwings._xlwindows.cleanup)  # asks Windows for a list of processes
        yield xlwings
        xlwings.com_server.loop.close()
    finally:
        for name in [name for name in sys.modules if _disguised(name)]:
            del sys.modules[name]
        sys.modules.update(before)
