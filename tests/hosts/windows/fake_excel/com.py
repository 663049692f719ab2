"""Serves Python objects under the names and DISPIDs of the type library. Windows only."""

from __future__ import annotations

import ctypes
from typing import Any, ClassVar

import pythoncom
import pywintypes
import win32com.server.exception
import win32com.server.policy
import win32com.server.util

from tests.hosts.windows.fake_excel.model import Refused

LIBRARY = pywintypes.IID("{00020813-0000-0000-C000-000000000046}")
NOT_FOUND, UNKNOWN_NAME = -2147352573, -2147352570
ERROR_1004, IGNORED, OBJECT_REQUIRED = -2146827284, -2146777998, -2146827864
PUT = pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF
NEW_ENUMERATOR = -4

_types: dict[str, Any] = {}


class Editing:
    """Whether a cell is being edited: Excel then answers questions but does nothing it is told."""

    calls = 0

    @classmethod
    def refuses(cls) -> bool:
        """Use up one refusal, where any is left."""
        cls.calls -= cls.calls > 0
        return cls.calls > 0


def use_library(path: str) -> None:
    """Register the type library for this user and take its interfaces from it."""
    library = pythoncom.LoadTypeLib(path)
    pythoncom.RegisterTypeLib(library, path)
    for index in range(library.GetTypeInfoCount()):
        _types[library.GetDocumentation(index)[0]] = library.GetTypeInfo(index)


class Served:
    """An object of the object model: its methods and properties are its `get_X`, `put_X` and `do_X`."""

    interface: ClassVar[str]

    def com(self) -> Any:
        """Return the object as COM hands it out."""
        return win32com.server.util.wrap(self, usePolicy=LibraryPolicy)


class LibraryPolicy(win32com.server.policy.BasicWrapPolicy):
    """Answers IDispatch for a `Served` object."""

    def _wrap_(self, served: Served) -> None:
        self._obj_ = served
        self._type = _types[served.interface]
        super()._wrap_(served)

    def _GetTypeInfoCount_(self) -> int:
        return 1

    def _GetTypeInfo_(self, index: int, locale: int) -> tuple[int, Any]:
        return 0, self._type

    def _getidsofnames_(self, names: tuple[str, ...], locale: int) -> tuple[int, ...]:
        try:
            found = self._type.GetIDsOfNames(*names)
        except pythoncom.com_error:
            raise _error(UNKNOWN_NAME, str(names)) from None
        return found if isinstance(found, tuple) else (found,)

    def _invokeex_(
        self, number: int, locale: int, flags: int, arguments: Any, named: Any, caller: Any
    ) -> Any:
        if number == NEW_ENUMERATOR:
            items = [item.com() for item in self._obj_.items()]
            return win32com.server.util.wrap(
                win32com.server.util.ListEnumerator(items), pythoncom.IID_IEnumVARIANT
            )
        name = self._type.GetDocumentation(number)[0]
        put = bool(flags & PUT)
        does = getattr(self._obj_, f"do_{name}", None)
        if (put or does) and Editing.refuses():
            raise _error(IGNORED, "")
        member = (
            getattr(self._obj_, f"put_{name}", None)
            if put
            else does or getattr(self._obj_, f"get_{name}", None)
        )
        if member is None:
            raise _error(NOT_FOUND, name)
        try:
            answer = member(*[None if _is_missing(argument) else argument for argument in arguments])
        except Refused as refusal:
            raise _error(ERROR_1004, str(refusal)) from None
        except Closed:
            raise _error(OBJECT_REQUIRED, "Object required") from None
        return answer.com() if isinstance(answer, Served) else answer


class Closed(Exception):
    """The workbook an object belongs to was closed."""


def _is_missing(argument: Any) -> bool:
    """Return whether an optional argument was left out: DISP_E_PARAMNOTFOUND."""
    return argument is pythoncom.Missing or (type(argument) is int and argument == -2147352572)


def _error(code: int, words: str) -> Exception:
    return win32com.server.exception.COMException(scode=code, desc=words, source="Microsoft Excel")


def pointer(wrapped: Any, iid: Any) -> ctypes.c_void_p:
    """Return a new reference to an interface of a COM object, as C knows it."""
    function = ctypes.PyDLL(pythoncom.__file__).PyCom_InterfaceFromPyObject
    function.argtypes = [ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]
    found = ctypes.c_void_p()
    raw = ctypes.create_string_buffer(bytes(iid))
    if not function(wrapped, raw, ctypes.byref(found), 0):
        raise OSError("no such interface")
    return found
