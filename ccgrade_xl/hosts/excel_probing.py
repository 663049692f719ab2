"""Gathers the facts of Excel, its settings and the COM server on this Windows."""

from __future__ import annotations

import os
import struct
import sys
import time
from importlib import import_module
from pathlib import Path

from ccgrade_xl.hosts import excel_places, registry
from ccgrade_xl.hosts.diagnosis import ExcelFacts, FileFact, ServerFacts
from ccgrade_xl.hosts.excel_policy import read_policies
from ccgrade_xl.hosts.probing import file_state
from ccgrade_xl.hosts.registration import expected_command, registered_command
from ccgrade_xl.hosts.server_identity import MODULE, PROG_ID

_CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
"""Defender's attack surface reduction rule: block all Office applications from creating child processes."""

_RULES = "Windows Defender\\Windows Defender Exploit Guard\\ASR\\Rules"
_RULE_KEYS = (f"HKLM\\SOFTWARE\\Policies\\Microsoft\\{_RULES}", f"HKLM\\SOFTWARE\\Microsoft\\{_RULES}")
_BITS = {0x014C: 32, 0x8664: 64, 0xAA64: 64}


def excel_facts(*, ask_server: bool = True) -> ExcelFacts:
    """Look at everything between Excel and Python; starting the server can be left out."""
    versions = excel_places.excel_versions()
    program = excel_places.excel_program()
    return ExcelFacts(
        program=str(program) if program else None,
        bits=program_bits(program) if program else None,
        versions=versions,
        automation=_automation(),
        command=registered_command(),
        expected=expected_command(),
        files=tuple(
            FileFact(copy.label, str(copy.path), file_state(copy.path, copy.content))
            for copy in excel_places.shipped_copies()
        ),
        untrusted=tuple(version for version in versions if not _trusts(version)),
        policies=read_policies(versions),
        child_process_rule=_child_process_rule(),
        working_folder=str(excel_places.working_folder()),
        synchronised_folders=tuple(
            os.environ[name] for name in ("OneDrive", "OneDriveCommercial") if name in os.environ
        ),
        server=_server() if ask_server else ServerFacts(),
    )


def program_bits(program: Path) -> int | None:
    """Return 32 or 64 for a Windows program, from its header; None where that cannot be read."""
    try:
        with program.open("rb") as file:
            start = file.read(0x40)
            file.seek(struct.unpack_from("<I", start, 0x3C)[0])
            signature, machine = struct.unpack("<4sH", file.read(6))
    except (OSError, struct.error):
        return None
    return _BITS.get(machine) if signature == b"PE\0\0" else None


def _automation() -> str | None:
    """Return what starts when a program asks for Excel; WPS takes this over on some machines."""
    identity = registry.read("HKCR\\Excel.Application\\CLSID")
    command = registry.read(f"HKCR\\CLSID\\{identity}\\LocalServer32") if identity else None
    command = command or (
        registry.read(f"HKCR\\Wow6432Node\\CLSID\\{identity}\\LocalServer32") if identity else None
    )
    return command if isinstance(command, str) else None


def _trusts(version: str) -> bool:
    key = excel_places.trusted_location_key(version)
    return all(registry.read(key, name) == value for name, value in excel_places.trusted_location().items())


def _child_process_rule() -> int | None:
    for key in _RULE_KEYS:
        mode = registry.read(key, _CHILD_PROCESSES)
        if mode is not None:
            return int(mode)
    return None


def _server() -> ServerFacts:
    """Call the server as the VBA bridge does, and measure how long it takes."""
    if getattr(getattr(sys.modules.get("__main__"), "__spec__", None), "name", "") == MODULE:
        return ServerFacts(here=True)
    client, pywintypes = import_module("win32com.client"), import_module("pywintypes")
    before = time.perf_counter()
    try:
        server = client.Dispatch(PROG_ID)
        server.Ping()
        return ServerFacts(str(server.Version()), time.perf_counter() - before)
    except pywintypes.com_error as failed:
        return ServerFacts(error=str(failed.strerror or failed.hresult))
