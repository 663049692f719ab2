"""Excel that answers nobody: COM asks its message filter before every call that comes in. Windows only."""

from __future__ import annotations

import ctypes
import uuid
from typing import Any

HANDLED, REJECTED, RETRY_LATER = 0, 1, 2
_POINTER, _NUMBER = ctypes.c_void_p, ctypes.c_ulong


RELEASING = uuid.UUID("{00000131-0000-0000-C000-000000000046}")
"""IRemUnknown: others letting go of objects, which Windows' COM never asks about."""


class MessageFilter:
    """Rejects the next `left` calls with `answer`."""

    def __init__(self) -> None:
        self.left, self.answer = 0, REJECTED
        kinds: list[tuple[Any, Any]] = [
            (ctypes.WINFUNCTYPE(ctypes.c_long, _POINTER, _POINTER, _POINTER), self._query),
            (ctypes.WINFUNCTYPE(_NUMBER, _POINTER), lambda this: 1),
            (ctypes.WINFUNCTYPE(_NUMBER, _POINTER), lambda this: 1),
            (ctypes.WINFUNCTYPE(_NUMBER, _POINTER, _NUMBER, _POINTER, _NUMBER, _POINTER), self._incoming),
            (ctypes.WINFUNCTYPE(_NUMBER, _POINTER, _POINTER, _NUMBER, _NUMBER), lambda *_: 0xFFFFFFFF),
            (ctypes.WINFUNCTYPE(_NUMBER, _POINTER, _POINTER, _NUMBER, _NUMBER), lambda *_: 2),
        ]
        self._functions = [kind(function) for kind, function in kinds]
        self._table = (_POINTER * len(kinds))(*(ctypes.cast(one, _POINTER) for one in self._functions))
        self._object = _POINTER(ctypes.addressof(self._table))
        before = _POINTER()
        ctypes.oledll.ole32.CoRegisterMessageFilter(ctypes.byref(self._object), ctypes.byref(before))

    def _query(self, this: int, _iid: int, found: int) -> int:
        ctypes.cast(found, ctypes.POINTER(_POINTER))[0] = this
        return 0

    def _incoming(self, _this: int, _kind: int, _caller: int, _ticks: int, called: int) -> int:
        if self.left <= 0 or _interface(called) == RELEASING:
            return HANDLED
        self.left -= 1
        return self.answer


def _interface(called: int) -> uuid.UUID | None:
    """Return the interface an INTERFACEINFO names: it stands behind a pointer."""
    return uuid.UUID(bytes_le=ctypes.string_at(called + ctypes.sizeof(_POINTER), 16)) if called else None
