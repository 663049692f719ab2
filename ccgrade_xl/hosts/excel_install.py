"""Puts ccgrade into Excel for this user, and takes it out again: server, add-in, template, trusted folder.

Windows only. Everything lies in the user's own folders and under HKCU; nothing needs an administrator.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import platformdirs

from ccgrade_xl import __version__
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.hosts import excel_places, registry, traces
from ccgrade_xl.hosts.excel_places import ShippedCopy, shipped_copies, working_folder
from ccgrade_xl.hosts.excel_policy import obstacle, read_policies
from ccgrade_xl.hosts.registration import register, unregister
from ccgrade_xl.hosts.server_leaving import leave
from ccgrade_xl.workbook.replace_file import replace_file

_ASSUMED_VERSION = "16.0"
"""Prepared where no Excel is found: it may be installed later."""


def install() -> str:
    """Install, upgrade or repair; return a sentence on what stands.

    Raises `CcgradeError` where a policy, the registry or a folder does not allow it; then nothing was done.
    """
    versions = excel_places.excel_versions()
    copies = shipped_copies()
    _refuse_where_forbidden(versions or (_ASSUMED_VERSION,), copies)
    leave()
    first = not registry.exists(traces.NOTES)
    try:
        _install(copies, versions or (_ASSUMED_VERSION,))
    except (OSError, CcgradeError) as refused:
        if first:
            with suppress(OSError):  # what cannot be written cannot always be removed either
                _remove()
        if isinstance(refused, OSError):
            raise CcgradeError(f"没有安装：{_not_allowed(refused)}") from refused
        raise
    known = "" if versions else "这台电脑上没有找到 Excel，装好 Excel 后即可使用。"
    return f"已装入 Excel（ccgrade {__version__}）。{known}工作簿请放在“{working_folder()}”，重新启动 Excel 后生效。"


def uninstall() -> str:
    """Remove what `install` left; the user's workbooks and kept rule sets stay. Return a sentence on it.

    Raises `CcgradeError` where the server does not leave, or Excel holds the add-in open.
    """
    leave()
    try:
        _remove()
    except PermissionError as refused:
        raise CcgradeError(f"{_not_allowed(refused)}如果 Excel 开着，请先关闭它，再卸载一次。") from refused
    _remove_logs()
    return "已从 Excel 中移除。您的工作簿和保存过的评分规则都保留着。"


def _install(copies: tuple[ShippedCopy, ...], versions: tuple[str, ...]) -> None:
    for copy in copies:
        _place(copy)
    traces.make_folder(working_folder())
    register()
    for version in versions:
        _trust(version)
    registry.write(traces.NOTES, "Version", __version__)


def _remove() -> None:
    for path in excel_places.copy_paths():
        path.unlink(missing_ok=True)
    unregister()
    for version in (*excel_places.excel_versions(), _ASSUMED_VERSION):
        registry.delete_tree(excel_places.trusted_location_key(version))
    traces.erase()


def _place(copy: ShippedCopy) -> None:
    """Write a file anew: a fresh file has no mark of the web, whatever the one before it had."""
    traces.make_folder(copy.path.parent)
    replace_file(copy.path, copy.content, lambda _content: None)


def _trust(version: str) -> None:
    for name, value in excel_places.trusted_location().items():
        traces.write_value(excel_places.trusted_location_key(version), name, value)


def _remove_logs() -> None:
    """Remove the server's logs, and the folder they were in when no rules are kept there."""
    folder = platformdirs.user_log_path("ccgrade", appauthor=False)
    with suppress(OSError):
        for log in folder.glob("*.log*"):
            log.unlink()
        folder.rmdir()
        folder.parent.rmdir()


# --- asking first -----------------------------------------------------------------------------------------


def _refuse_where_forbidden(versions: tuple[str, ...], copies: tuple[ShippedCopy, ...]) -> None:
    """Raise `CcgradeError` before anything is done where the installation could not be completed or not run."""
    forbidden = [sentence for policies in read_policies(versions) if (sentence := obstacle(policies))]
    if len(forbidden) == len(versions):
        raise CcgradeError(f"没有安装：{forbidden[0]}")
    try:
        for key in ("HKCU\\Software\\Classes", excel_places.trusted_location_key(versions[0])):
            _try_writing_to(key)
        for copy in copies:
            _try_writing_beside(copy.path)
    except OSError as refused:
        raise CcgradeError(f"没有安装：{_not_allowed(refused)}") from refused


def _try_writing_to(key: str) -> None:
    """Write and remove a key below `key`, and one below that. Raises OSError where that is not allowed."""
    created = registry.missing_keys(key)
    probe = f"{key}\\ccgrade.probe"
    try:
        registry.write(f"{probe}\\below", "", "")
    finally:
        registry.delete_tree(probe)
        for path in reversed(created):
            registry.delete_if_empty(path)


def _try_writing_beside(path: Path) -> None:
    """Write a file where `path` will be, and take it away. Raises OSError where that is not allowed."""
    there = next(folder for folder in path.parents if folder.exists())
    with tempfile.TemporaryFile(dir=there):
        pass
    if path.exists():
        with path.open("r+b"):  # Excel keeps its add-ins open
            pass


def _not_allowed(refused: OSError) -> str:
    if refused.filename:
        return (
            f"不能写入“{refused.filename}”（{refused.strerror}）。请关闭 Excel 后再试；"
            "仍不行时，请联系 IT 部门检查该文件夹的权限和杀毒软件的拦截记录。"
        )
    return f"不能写入注册表（{refused.strerror}），可能是单位的策略不允许。请联系 IT 部门放行 HKCU\\Software\\Classes。"
