"""Let Wine 8 see what a user registers: on Windows HKEY_CLASSES_ROOT shows the user's classes, there only the machine's.

Registry links in the machine's classes lead to the user's keys of the same names, whether these exist or not.
"""

from __future__ import annotations

import ctypes
import winreg

import win32api
import win32security

from ccgrade_xl.hosts.server_identity import CLASS_ID, PROG_ID

CREATE_LINK, LINK, ALL_ACCESS = 2, 6, 0xF003F


def show(name: str) -> None:
    """Link a key of the machine's classes to the user's."""
    target = f"\\Registry\\User\\{user()}\\Software\\Classes\\{name}".encode("utf-16-le")
    classes = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, "Software\\Classes", 0, ALL_ACCESS)
    key = win32api.RegCreateKeyEx(int(classes), name, ALL_ACCESS, None, CREATE_LINK)[0]
    done = ctypes.windll.advapi32.RegSetValueExW(int(key), "SymbolicLinkValue", 0, LINK, target, len(target))
    assert done == 0, f"error {done}"


def user() -> str:
    """Return the user's security identifier, under which the registry keeps her keys."""
    token = win32security.OpenProcessToken(win32api.GetCurrentProcess(), 8)
    return win32security.ConvertSidToStringSid(win32security.GetTokenInformation(token, 1)[0])


if __name__ == "__main__":
    show(PROG_ID)
    show(f"CLSID\\{CLASS_ID}")
