"""`ccgrade doctor` and the button 诊断: is everything in order on this machine, and if not, what to do?"""

from __future__ import annotations

import sys

from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts import diagnosis
from ccgrade_xl.hosts.diagnosis import Line
from ccgrade_xl.hosts.probing import libreoffice_facts, machine_facts


def examine() -> list[Line]:
    """Look at this machine, its spreadsheet program and what stands between it and Python."""
    machine = machine_facts()
    try:
        return diagnosis.machine_lines(machine) + _host_lines(machine)
    except FileFault as missing:
        return [*diagnosis.machine_lines(machine), _incomplete(missing)]


def report() -> str:
    """Return the whole examination as one screen of text."""
    lines = examine()
    return f"{diagnosis.verdict(lines)}\n{diagnosis.screen(lines)}"


def installation_lines() -> list[Line]:
    """Look only at what `ccgrade addin install` puts in place; the server is not started."""
    try:
        if sys.platform == "win32":
            from ccgrade_xl.hosts.excel_probing import excel_facts  # noqa: PLC0415 - a host loads its own only

            return diagnosis.excel_installation_lines(excel_facts(ask_server=False))
        return diagnosis.libreoffice_lines(libreoffice_facts())
    except FileFault as missing:
        return [_incomplete(missing)]


def _host_lines(machine: diagnosis.MachineFacts) -> list[Line]:
    if sys.platform == "win32":
        from ccgrade_xl.hosts.excel_probing import excel_facts  # noqa: PLC0415

        return diagnosis.excel_lines(excel_facts(), machine.package, machine.python_bits)
    return diagnosis.libreoffice_lines(libreoffice_facts())


def _incomplete(missing: FileFault) -> Line:
    return Line("程序文件", False, str(missing), "请在杀毒软件里信任程序所在的文件夹，再重新安装。")
