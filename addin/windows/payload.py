"""Lay out what the installer unpacks: the private Python without what nobody calls, ccgrade itself, all compiled.

No start on the user's machine compiles or writes anything, and the same sources give the same bytes.
"""

from __future__ import annotations

import compileall
import importlib.util
import os
import py_compile
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path
from zipfile import ZipFile

from addin.windows import private_python

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "windows" / "downloads"
"""Downloads, used again while they fit the locks."""

PACKAGES = Path("Lib", "site-packages")
FILE_TIME = 946_684_800
"""2000-01-01: the date every installed file carries."""

_BYTECODE_OF_311 = (3495).to_bytes(2, "little") + b"\r\n"

LEFT_OUT = (
    "*/tests/*",
    "*.pyi",
    "*.pyx",
    "*.pxd",
    "*.lib",
    "*.h",
    "PyWin32.chm",
    "adodbapi/*",
    "pythonwin/*",
    "win32/Demos/*",
    "win32/scripts/*",
    "win32com/demos/*",
    "win32com/HTML/*",
    "win32com/test/*",
    "win32comext/*",
    "isapi/*",
    "numpy/distutils/*",
    "numpy/f2py/*",
    "lxml/includes/*",
    "olefile/olefile2.py",
    "olefile/*.html",
    "olefile/doc/*",
    "pyarrow/include/*",
    "pyarrow/src/*",
    "pyarrow/*.pxi",
    "pyarrow/*flight*",
    "pyarrow/*substrait*",
    "sqlalchemy/testing/*",
    "lxml/isoschematron/*",
    "lxml/objectify*",
    "xlwings/addin/*",
    "xlwings/*.xlsm",
    "xlwings/*.xlam",
    "xlwings??-*.dll",
    "*.whl",
)
"""What is not installed; olefile2 is of Python 2. xlwings' own add-ins and DLLs have another reason too: virus scanners dislike them."""


def make_payload(folder: Path, cache: Path = CACHE) -> None:
    """Write python.exe, every package and ccgrade into a folder; one that is there is replaced.

    Raises RuntimeError when this Python cannot compile for the one that ships, CalledProcessError when a
    download fails or differs from its hash.
    """
    if importlib.util.MAGIC_NUMBER != _BYTECODE_OF_311:
        raise RuntimeError("Build with CPython 3.11: the installed Python runs what this one compiles")
    private_python.main(str(folder), str(cache))
    leave_out(folder / PACKAGES)
    add_ccgrade(folder / PACKAGES)
    compile_packages(folder / PACKAGES)
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (FILE_TIME, FILE_TIME))


def leave_out(packages: Path) -> None:
    """Remove what is not installed, and the folders that are empty then."""
    for path in sorted(packages.rglob("*"), reverse=True):
        name = path.relative_to(packages).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif any(fnmatchcase(name, pattern) for pattern in LEFT_OUT):
            path.unlink()


def add_ccgrade(packages: Path) -> None:
    """Put ccgrade beside its packages, as its wheel holds it: the add-in and the template are in there."""
    with tempfile.TemporaryDirectory() as folder:
        pip = (sys.executable, "-m", "pip", "wheel", "-qq", "--disable-pip-version-check", "--no-deps")
        subprocess.run([*pip, "--wheel-dir", folder, str(ROOT)], check=True)  # noqa: S603 - our own pip
        with ZipFile(next(Path(folder).glob("ccgrade-*.whl"))) as wheel:
            wheel.extractall(packages)


def compile_packages(packages: Path) -> None:
    """Compile every module; the result is trusted as it stands, whatever the dates of the files."""
    sound = compileall.compile_dir(
        packages,
        quiet=2,
        force=True,
        stripdir=str(packages),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not sound:
        raise RuntimeError("A module of the installation cannot be compiled")
