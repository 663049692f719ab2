"""The installer and what it leaves on a private Windows, for the tests."""

from __future__ import annotations

import os
import py_compile
import shutil
import subprocess
import time
from pathlib import Path

from attrs import frozen

from addin.windows.build import FAST, write_setup
from addin.windows.payload import PACKAGES, make_payload
from ccgrade_xl import __version__
from tests.hosts.windows.wine import Wine, windows_path

OLD_VERSION = "0.0.1"
LEAVING_SECONDS = 60
UNINSTALL_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\ccgrade"


@frozen
class Setups:
    """What is installed, its installer, and that of an older version that had a module more."""

    payload: Path
    new: Path
    old: Path


def make_setups(folder: Path) -> Setups:
    """Build both installers, barely compressed."""
    payload, older = folder / "payload", folder / "older"
    make_payload(payload)
    shutil.copytree(payload, older, copy_function=os.link)
    package = older / PACKAGES / "ccgrade_xl"
    text = (package / "__init__.py").read_text(encoding="utf-8").replace(__version__, OLD_VERSION)
    (package / "__init__.py").unlink()  # it is the same file as the new version's
    (package / "__init__.py").write_text(text, encoding="utf-8")
    py_compile.compile(
        str(package / "__init__.py"),
        str(package / "__pycache__" / "__init__.cpython-311.pyc"),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    (package / "dropped.py").write_text("", encoding="utf-8")
    return Setups(
        payload,
        write_setup(payload, folder, compressor=FAST),
        write_setup(older, folder, compressor=FAST, version=OLD_VERSION),
    )


@frozen
class Installed:
    """An installation on a private Windows."""

    wine: Wine

    @property
    def folder(self) -> str:
        """Where it is, as Windows says."""
        return self.wine.python(
            "-c",
            "import winreg; print(winreg.QueryValueEx(winreg.OpenKey(winreg.HKEY_CURRENT_USER, "
            + repr(UNINSTALL_KEY.removeprefix("HKCU\\"))
            + "), 'InstallLocation')[0])",
        ).strip()

    def ccgrade(self, *arguments: str) -> tuple[int, str]:
        """Run the installed command line; return its exit code and what it prints.

        Every command prints something and may be run twice; Wine on a busy machine now and then loses all of it.
        """
        done = self._run(*arguments)
        if not done.stdout:
            done = self._run(*arguments)
        return done.returncode, done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = f"{self.folder}\\python\\python.exe"
        return self.wine.run(program, "-P", "-m", "ccgrade_xl", *arguments, PYTHONIOENCODING="utf-8")

    def uninstall(self) -> None:
        """Uninstall silently; it is done when its folder is gone."""
        folder = self.folder
        self.wine.run(f"{folder}\\uninstall.exe", "/S")
        end = time.monotonic() + LEAVING_SECONDS
        while self.wine.path(folder).exists() or self.wine.processes("un_a.exe"):
            assert time.monotonic() < end, sorted(self.wine.path(folder).rglob("*"))[:5]
            time.sleep(0.1)


def run_setup(wine: Wine, setup: Path, *options: str) -> int:
    """Run an installer silently; return its exit code."""
    return wine.run(windows_path(setup), "/S", *options).returncode


def user_registry(wine: Wine) -> list[str]:
    """Return everything the user's registry holds, as regedit exports it, but for Wine's own notes."""
    wine.run("reg.exe", "export", "HKCU", r"C:\users\Public\user.reg", "/y")
    exported = wine.path(r"C:\users\Public\user.reg")
    text = exported.read_text(encoding="utf-16")
    exported.unlink()
    keys = text.split("\n\n")
    return [line for key in keys if r"\Software\Wine" not in key for line in key.splitlines()]


def files(wine: Wine) -> list[str]:
    """Return every file and folder outside Windows itself and the folders for temporary files."""
    paths = (path.relative_to(wine.drive_c) for path in wine.drive_c.rglob("*"))
    return sorted(
        str(path) for path in paths if path.parts[0] != "windows" and "temp" not in str(path).lower()
    )
