"""A client of the COM server that runs in Windows and calls as VBA does: takes orders as lines of JSON, answers each with one.

Values are those of `vba_values`.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
import uuid
from ctypes import (
    POINTER,
    WINFUNCTYPE,
    byref,
    c_char_p,
    c_int,
    c_long,
    c_uint,
    c_ulong,
    c_ushort,
    c_void_p,
    c_wchar_p,
)
from functools import partial
from typing import Any

from ccgrade_xl.hosts.server_identity import PROG_ID
from tests.hosts.windows.vba_values import Variant, oleaut32, put, taken

IDISPATCH = uuid.UUID("{00020400-0000-0000-C000-000000000046}").bytes_le
LOCAL_SERVER, METHOD = 4, 1
RELEASE, GET_IDS_OF_NAMES, INVOKE = 2, 5, 6
METHODS = {
    RELEASE: WINFUNCTYPE(c_int, c_void_p),
    GET_IDS_OF_NAMES: WINFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p, c_uint, c_ulong, c_void_p),
    INVOKE: WINFUNCTYPE(
        *(c_int, c_void_p, c_long, c_char_p, c_ulong, c_ushort, c_void_p, c_void_p, c_void_p, c_void_p)
    ),
}
"""The methods of IDispatch by their places."""

ole32 = ctypes.OleDLL("ole32")


class Failed(Exception):
    """A call failed with COM's number."""


class _Parameters(ctypes.Structure):
    _fields_ = [
        ("values", POINTER(Variant)), ("names", c_void_p), ("count", c_uint), ("named", c_uint),
    ]  # fmt: skip


class Client:
    """One caller, with one object got as `CreateObject` gets it."""

    def __init__(self) -> None:
        ole32.CoInitialize(None)
        self._object = c_void_p()

    def connect(self, prog_id: str = PROG_ID) -> float:
        """Get the object anew; return how many seconds that took."""
        start = time.perf_counter()
        if self._object:
            self._method(RELEASE)()
            self._object = c_void_p()
        class_id = ctypes.create_string_buffer(16)
        _check(ole32.CLSIDFromProgID, c_wchar_p(prog_id), class_id)
        _check(ole32.CoCreateInstance, class_id, None, LOCAL_SERVER, IDISPATCH, byref(self._object))
        return time.perf_counter() - start

    def call(self, method: str, *arguments: Any) -> Any:
        """Call a method by name, late-bound."""
        return self.repeat(1, method, *arguments)[1][0]

    def repeat(self, times: int, method: str, *arguments: Any) -> list[Any]:
        """Call a method many times with the same values; return the seconds, and the answers that differ."""
        values = (Variant * max(1, len(arguments)))()
        for place, value in zip(reversed(range(len(arguments))), arguments, strict=True):
            put(values[place], value)
        answers: list[Any] = []
        number, parameters = self._number(method), _Parameters(values, None, len(arguments), 0)
        start = time.perf_counter()
        for _ in range(times):
            answer = self._invoke(number, parameters)
            if answer not in answers:
                answers.append(answer)
        seconds = time.perf_counter() - start
        for value in values:
            oleaut32.VariantClear(byref(value))
        return [seconds, answers]

    def _number(self, method: str) -> c_long:
        number, name = c_long(), c_wchar_p(method)
        _check(self._method(GET_IDS_OF_NAMES), bytes(16), byref(name), 1, 0, byref(number))
        return number

    def _invoke(self, number: c_long, parameters: _Parameters) -> Any:
        result = Variant()
        _check(
            self._method(INVOKE), number, bytes(16), 0, METHOD, byref(parameters), byref(result), None, None
        )
        answer = taken(result)
        oleaut32.VariantClear(byref(result))
        return answer

    def _method(self, place: int) -> Any:
        table = ctypes.cast(self._object, POINTER(POINTER(c_void_p))).contents
        return partial(METHODS[place](table[place]), self._object)


def _check(function: Any, *arguments: Any) -> None:
    try:
        number = function(*arguments)
    except OSError as problem:
        number = problem.winerror
    if number < 0:
        raise Failed(number)


def main() -> None:
    """Answer orders until the input ends: [method of Client, arguments…] → {"value": …} or {"fault": number}."""
    client = Client()
    for line in sys.stdin:
        order, *arguments = json.loads(line)
        try:
            answer = {"value": getattr(client, order)(*arguments)}
        except Failed as fault:
            answer = {"fault": fault.args[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
