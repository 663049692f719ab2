"""Where are the files ccgrade gives its users, and how does a new workbook begin?"""

from __future__ import annotations

from pathlib import Path

from ccgrade_xl.errors import FileFault
from ccgrade_xl.workbook.package import package_of
from ccgrade_xl.workbook.replace_file import replace_file

TEMPLATE, ADDIN, EXTENSION = "workbook_template.xlsm", "ccgrade.xlam", "ccgrade.oxt"
"""The workbook, the Excel add-in with the same functions for any workbook, the LibreOffice extension."""

_PACKAGE = Path(__file__).resolve().parent.parent
HOMES = {TEMPLATE: ".", ADDIN: "addin", EXTENSION: "addin"}
"""Where each stands in a checkout; an installed package carries all of them in `files`."""


def shipped_file(name: str) -> Path:
    """Return the path of a file that ships with ccgrade. Raises `FileFault` when the installation lacks it."""
    for path in (_PACKAGE / "files" / name, _PACKAGE.parent / HOMES[name] / name):
        if path.is_file():
            return path
    raise FileFault(f"程序文件“{name}”不见了，可能被安全软件移走，请重新安装 ccgrade。")


def new_book(path: Path, *, overwrite: bool = False) -> None:
    """Write a fresh workbook. Raises `FileFault` for a wrong ending, or a file that is there already."""
    if path.suffix.lower() != ".xlsm":
        raise FileFault(f"新工作簿“{path.name}”应以 .xlsm 结尾，因为它带有宏。")
    if path.exists() and not overwrite:
        raise FileFault(f"文件“{path}”已经存在，没有覆盖；请换一个文件名，或加 --force。")
    replace_file(path, shipped_file(TEMPLATE).read_bytes(), _sound)


def _sound(content: bytes) -> None:
    """Raise `FileFault` where the written copy is not a workbook."""
    package_of(content, TEMPLATE)
