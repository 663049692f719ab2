"""One key of the Windows registry at a time. Keys are written as regedit shows them: HKCU\\Software\\…"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

_ROOTS = {"HKCU": "HKEY_CURRENT_USER", "HKLM": "HKEY_LOCAL_MACHINE", "HKCR": "HKEY_CLASSES_ROOT"}

RegistryValue = str | int | list[str]
"""REG_SZ, REG_DWORD, REG_MULTI_SZ."""


def read(key: str, name: str = "") -> Any:
    """Return a value ("" is the key's default value), None where it or the key is not there or not readable."""
    winreg = _winreg()
    with suppress(OSError), _opened(key, winreg.KEY_READ) as handle:
        return winreg.QueryValueEx(handle, name)[0]
    return None


def exists(key: str) -> bool:
    """Return whether a key is there."""
    with suppress(OSError), _opened(key, _winreg().KEY_READ):
        return True
    return False


def write(key: str, name: str, value: RegistryValue) -> None:
    """Set a value, creating the key. Raises OSError where that is not allowed."""
    winreg = _winreg()
    kind = {str: winreg.REG_SZ, int: winreg.REG_DWORD, list: winreg.REG_MULTI_SZ}[type(value)]
    root, path = _split(key)
    with winreg.CreateKeyEx(root, path, 0, winreg.KEY_WRITE) as handle:
        winreg.SetValueEx(handle, name, 0, kind, value)


def missing_keys(key: str) -> list[str]:
    """Return what of a key's path is not there yet, outermost first."""
    parts = key.split("\\")
    paths = ("\\".join(parts[: depth + 1]) for depth in range(1, len(parts)))
    return [path for path in paths if not exists(path)]


def delete_tree(key: str) -> None:
    """Delete a key with all below it; nothing happens where it is not there."""
    for child in list(_subkeys(key)):
        delete_tree(f"{key}\\{child}")
    _delete(key)


def delete_if_empty(key: str) -> None:
    """Delete a key that holds neither keys nor values."""
    winreg = _winreg()
    with suppress(OSError):
        with _opened(key, winreg.KEY_READ) as handle:
            keys, values, _changed = winreg.QueryInfoKey(handle)
        if not keys and not values:
            _delete(key)


def _subkeys(key: str) -> Iterator[str]:
    winreg = _winreg()
    with suppress(OSError), _opened(key, winreg.KEY_READ) as handle:
        for at in range(winreg.QueryInfoKey(handle)[0]):
            yield winreg.EnumKey(handle, at)


def _delete(key: str) -> None:
    root, path = _split(key)
    with suppress(FileNotFoundError):
        _winreg().DeleteKey(root, path)


def _opened(key: str, access: int) -> Any:
    root, path = _split(key)
    return _winreg().OpenKeyEx(root, path, 0, access)


def _split(key: str) -> tuple[Any, str]:
    root, _, path = key.partition("\\")
    return getattr(_winreg(), _ROOTS[root]), path


def _winreg() -> Any:
    return import_module("winreg")  # late: it exists on Windows only
