"""Gathers the facts of this machine that do not depend on a spreadsheet program, and those of LibreOffice."""

from __future__ import annotations

import ctypes
import platform
import shutil
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

import ccgrade_xl
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.hosts import libreoffice_install
from ccgrade_xl.hosts.diagnosis import FileFact, FileState, LibreOfficeFacts, MachineFacts
from ccgrade_xl.hosts.extras import missing_extras
from ccgrade_xl.rules.store import rules_folder
from ccgrade_xl.workbook.template import EXTENSION, shipped_file


def machine_facts() -> MachineFacts:
    """Look at the program, Python and the disk."""
    folder = rules_folder()
    return MachineFacts(
        package=ccgrade_xl.__version__,
        installed=str(Path(ccgrade_xl.__file__).parent),
        python=platform.python_version(),
        python_bits=8 * struct.calcsize("P"),
        system=platform.platform(),
        code_page=_code_page(),
        rules_folder=str(folder),
        rules_writable=_writable(folder),
        free_bytes=shutil.disk_usage(existing(folder)).free,
        missing_extras=missing_extras(),
    )


def libreoffice_facts() -> LibreOfficeFacts:
    """Look for LibreOffice, the extension in it, and the file that leads it to this Python."""
    try:
        program = str(libreoffice_install.find_unopkg().with_name("soffice"))
    except CcgradeError:
        program = None
    folder = libreoffice_install.installed_extension()
    state: FileState = "missing"
    if folder is not None:
        state = "same" if libreoffice_install.is_intact(folder, shipped_file(EXTENSION)) else "changed"
    return LibreOfficeFacts(
        program,
        FileFact("LibreOffice 扩展", str(folder or EXTENSION), state),
        libreoffice_install.leads_here(),
    )


def file_state(path: Path, content: bytes) -> FileState:
    """Compare a file on disk with what it should hold."""
    try:
        return "same" if path.read_bytes() == content else "changed"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"


def existing(folder: Path) -> Path:
    """Return the nearest folder above (or the same) that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=existing(folder)):
            return True
    except OSError:
        return False


def _code_page() -> int | None:
    windows: Any = getattr(ctypes, "windll", None)  # on Windows only
    return int(windows.kernel32.GetACP()) if sys.platform == "win32" and windows else None
