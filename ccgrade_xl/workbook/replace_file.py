"""How does a new workbook take the place of the old one, all or nothing?

A copy is written beside the target, brought to disk, read back and checked, and then renamed over it: whenever
the machine stops, the old file stands or the new one. A copy left behind by a kill is recognised by its name and
removed by the next write.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ccgrade_xl.errors import FileFault
from ccgrade_xl.replacement import sync_folder

COPY_SUFFIX = ".ccgrade-copy"
"""A half-written copy is named `.<workbook>.<random>` and this suffix."""

Check = Callable[[bytes], None]


def replace_file(path: Path, content: bytes, check: Check) -> None:
    """Replace (or create) a file by a checked copy; its permissions are kept.

    `check` is called with the bytes read back from disk and raises where they are not sound. Raises `FileFault`
    where the file is open elsewhere, read-only, or cannot be written; then the old file stands.
    """
    path = path.resolve()
    refuse_locked(path)
    remove_leftovers(path)
    try:
        _write_and_rename(path, content, check)
    except PermissionError as error:
        raise FileFault(
            f"不能写入“{path}”：没有写入权限，或文件正被打开。请关闭它，或换一个位置再试。"
        ) from error
    except OSError as error:
        raise FileFault(
            f"写入“{path}”失败（{error.strerror}），原文件没有改动。请检查磁盘空间和网络后再试。"
        ) from error


def write_text(path: Path, text: str) -> None:
    """Replace (or create) a text file in UTF-8, all or nothing."""
    replace_file(path, text.encode(), lambda _content: None)


def refuse_locked(path: Path) -> None:
    """Raise `FileFault` where a file is read-only, or where Excel or LibreOffice has it open."""
    for lock in (f"~${path.name}", f".~lock.{path.name}#"):
        if (path.parent / lock).exists():
            raise FileFault(
                f"文件“{path.name}”正在被打开，没有写入。请先关闭它；如果确实没有打开，请删除同一文件夹里的“{lock}”。"
            )
    if not path.parent.is_dir():
        raise FileFault(f"文件夹“{path.parent}”不存在。请检查路径。")
    if path.is_dir():
        raise FileFault(f"“{path}”是文件夹，不能作为输出文件。请给出文件名。")
    if path.exists() and not (path.stat().st_mode & stat.S_IWUSR and os.access(path, os.W_OK)):
        raise FileFault(f"文件“{path.name}”是只读的，没有写入。请取消“只读”属性，或换一个输出文件名。")


def remove_leftovers(path: Path) -> None:
    """Remove copies that a killed process left beside a file; one still being written is left alone."""
    for leftover in path.parent.iterdir():
        if leftover.name.startswith(f".{path.name}.") and leftover.name.endswith(COPY_SUFFIX):
            with suppress(OSError):  # on Windows a copy that is open elsewhere cannot be removed
                _remove_unless_in_use(leftover)


def _write_and_rename(path: Path, content: bytes, check: Check) -> None:
    kept = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    copy = path.with_name(f".{path.name}.{secrets.token_hex(4)}{COPY_SUFFIX}")
    try:
        copy.touch(mode=0o666 if kept is None else 0o600, exist_ok=False)
        with copy.open("rb+") as file:
            _claim(file.fileno())
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            check(copy.read_bytes())
            if kept is not None:
                copy.chmod(kept)
            if os.name == "posix":  # the claim lasts until the copy has its final name
                copy.replace(path)
        if os.name != "posix":
            copy.replace(path)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _claim(handle: int) -> None:
    """Mark a copy as being written. Raises BlockingIOError where another process writes it."""
    if os.name == "posix":
        import fcntl  # noqa: PLC0415 - not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_unless_in_use(leftover: Path) -> None:
    handle = os.open(leftover, os.O_RDWR)
    try:
        _claim(handle)
        if os.name == "posix":
            leftover.unlink(missing_ok=True)
    finally:
        os.close(handle)
    leftover.unlink(missing_ok=True)
