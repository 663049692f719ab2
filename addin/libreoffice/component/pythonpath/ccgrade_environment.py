"""Finds the Python environment in which ccgrade is installed, from inside LibreOffice's own Python.

Looked up in this order: what is importable already; the folders of CCGRADE_PYTHONPATH; the folders listed in
libreoffice-python-path.txt, which `ccgrade addin install` writes into the user's settings folder.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

PATH_FILE = "libreoffice-python-path.txt"
OWN_VERSION = "{}.{}".format(*sys.version_info)
INSTALL = "请在命令行运行 ccgrade addin install，然后重新启动 LibreOffice。"


class NotInstalled(Exception):
    """The package cannot be used here; `str()` is the sentence the user reads."""


def settings_folder() -> Path:
    """Return the folder of the user's ccgrade settings, where platformdirs has it."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Application Support"
    else:
        base = os.environ.get("XDG_CONFIG_HOME", "").strip() or "~/.config"
    return Path(base).expanduser() / "ccgrade"


def load(module: str) -> ModuleType:
    """Import a module of the package. Raises NotInstalled with one sentence on what to do."""
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        if not _is_missing_package(problem):
            raise NotInstalled(_unusable(problem)) from problem
    _add_folders()
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        raise NotInstalled(_absent() if _is_missing_package(problem) else _unusable(problem)) from problem


def _add_folders() -> None:
    """Make the known folders importable. Raises NotInstalled where they are for another Python."""
    folders, version = _known_folders()
    if version and version != OWN_VERSION:
        raise NotInstalled(
            f"ccgrade 装在 Python {version} 中，而 LibreOffice 使用 Python {OWN_VERSION}，二者不能共用："
            f"请用 Python {OWN_VERSION} 安装 ccgrade。{INSTALL}"
        )
    sys.path.extend(folder for folder in folders if folder not in sys.path)
    importlib.invalidate_caches()


def _known_folders() -> tuple[list[str], str]:
    """Return the folders to look in, and the Python version they are for where that is known."""
    given = os.environ.get("CCGRADE_PYTHONPATH", "")
    if given:
        # A separator at the end stands before nothing, which Python takes for the folder it is in.
        return [folder for folder in given.split(os.pathsep) if folder], ""
    path = settings_folder() / PATH_FILE
    if not path.exists():
        return [], ""
    version, *folders = path.read_text("utf-8").splitlines() or [""]
    return folders, version


def _is_missing_package(problem: ImportError) -> bool:
    return isinstance(problem, ModuleNotFoundError) and (problem.name or "").partition(".")[0] == "ccgrade_xl"


def _absent() -> str:
    return f"LibreOffice 找不到 ccgrade：请先安装 ccgrade（Python {OWN_VERSION}）。{INSTALL}"


def _unusable(problem: ImportError) -> str:
    cause = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
    return (
        f"LibreOffice 的 Python {OWN_VERSION} 不能使用已安装的 ccgrade（{cause}）："
        f"请用 Python {OWN_VERSION} 重新安装。{INSTALL}"
    )
