"""How does Windows find the COM server? Under the user's own keys: no administrator, no other user is touched."""

from __future__ import annotations

import sys
from pathlib import PureWindowsPath

from ccgrade_xl.hosts import registry, traces
from ccgrade_xl.hosts.server_identity import CLASS_ID, DESCRIPTION, PROG_ID, command_line

_CLASSES = "HKCU\\Software\\Classes"
_NAME = f"{_CLASSES}\\{PROG_ID}"
_CLASS, _CLASS_FOR_32_BIT = f"{_CLASSES}\\CLSID\\{CLASS_ID}", f"{_CLASSES}\\Wow6432Node\\CLSID\\{CLASS_ID}"


def register() -> None:
    """Write the server's keys, or bring them up to date. Raises OSError where the registry cannot be written."""
    traces.write_value(_NAME, "", DESCRIPTION)
    traces.write_value(f"{_NAME}\\CLSID", "", CLASS_ID)
    for key in _class_keys():
        traces.write_value(key, "", DESCRIPTION)
        traces.write_value(f"{key}\\ProgID", "", PROG_ID)
        traces.write_value(f"{key}\\LocalServer32", "", expected_command())


def unregister() -> None:
    """Remove the server's keys; those of its ancestors that were created are left to `traces`."""
    for key in (_NAME, *_class_keys()):
        registry.delete_tree(key)


def registered_command() -> str | None:
    """Return what COM runs for the name the VBA bridge asks for, None where it finds nothing."""
    if registry.read(f"{_NAME}\\CLSID") != CLASS_ID:
        return None
    commands = {registry.read(f"{key}\\LocalServer32") for key in _class_keys()}
    return commands.pop() if len(commands) == 1 else None


def expected_command() -> str:
    """Return what COM must run: the windowless twin of the Python that runs now."""
    return command_line(PureWindowsPath(sys.executable).with_name("pythonw.exe"))


def _class_keys() -> tuple[str, ...]:
    """Return the class keys: a 32-bit Excel on a 64-bit Windows looks in its own."""
    return (_CLASS, _CLASS_FOR_32_BIT) if sys.maxsize > 2**32 else (_CLASS,)
