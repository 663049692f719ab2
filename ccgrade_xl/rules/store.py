"""Every rule set that was ever given a version, kept on disk by that version: a version always resolves.

A file is named by its version and checked against it on reading, so that a damaged one is never graded with.
Files are only ever replaced whole; two processes that keep the same rules at once write the same content.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path

from ccgrade_xl.errors import FileFault, RuleFaults, UnknownRules
from ccgrade_xl.home import data_home
from ccgrade_xl.replacement import replacing
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.toml_file import read_rules, rules_text
from ccgrade_xl.rules.validation import check
from ccgrade_xl.rules.wording import plain, shown

_VERSION = re.compile(r"r-[0-9a-f]{8}")

Signature = tuple[int, int]

_log = logging.getLogger(__name__)
_kept: dict[str, RuleSet] = {}
"""The rule sets this process has kept or recalled, by version."""

_sound: dict[Path, Signature] = {}
"""Files that were found sound: time of change and size as they were then."""


def rules_folder() -> Path:
    """Return the folder rule sets are kept in."""
    return data_home() / "rules"


def keep(rules: RuleSet) -> str:
    """Keep a rule set and return its version. Raises `RuleFaults` for one that cannot grade.

    A missing or damaged file is written anew. Where the disk cannot be written the set is kept for as long as
    this process runs, and a warning is logged.
    """
    version = rules.version
    if version not in _kept:
        _kept[version] = check(rules)
    if version == _default_version():
        return version
    try:
        path = _path(version)
        if not _is_sound(path, version):
            with replacing(path) as half:
                half.write_bytes(rules_text(rules).encode("utf-8"))
                written = _signature(half)
            if written:
                _sound[path] = written
    except OSError as error:
        _log.warning("rules %s are kept in memory only: %s", version, type(error).__name__)
    return version


def recall(version: str) -> RuleSet:
    """Return the rule set a version text stands for. Raises `UnknownRules` when none is kept, or it is damaged."""
    text = plain(version)
    if not _VERSION.fullmatch(text):
        raise UnknownRules(
            f"{shown(version)} 不是规则版本，请引用 CCG_RULES 的结果或名称“规则版本”，例如 R-3fa9c1d2。"
        )
    exact = "R-" + text[2:]
    if exact == _default_version():
        return RuleSet.default()
    if exact not in _kept:
        _kept[exact] = _read(exact)
    return _kept[exact]


@cache
def _default_version() -> str:
    return RuleSet.default().version


def _path(version: str) -> Path:
    return rules_folder() / f"{version}.toml"


def _read(version: str) -> RuleSet:
    path = _path(version)
    signature = _signature(path)  # before reading: a file that changes meanwhile is read again next time
    try:
        rules = read_rules(path)
    except (FileFault, RuleFaults) as fault:
        if isinstance(fault.__cause__, FileNotFoundError | NotADirectoryError):
            raise _missing(version) from fault
        if isinstance(fault.__cause__, OSError):
            raise UnknownRules(f"规则版本 {version}：{fault}") from fault
        raise _damaged(version, path) from fault
    if rules.version != version:
        raise _damaged(version, path)
    if signature:
        _sound[path] = signature
    return rules


def _missing(version: str) -> UnknownRules:
    return UnknownRules(
        f"这台电脑上没有规则版本 {version}，请打开带有这套评分规则的工作簿，"
        "重新计算（Ctrl+Alt+F9）它的 CCG_RULES 公式，再试一次。"
    )


def _damaged(version: str, path: Path) -> UnknownRules:
    return UnknownRules(
        f"规则版本 {version} 保存的文件“{path}”已损坏，请打开带有这套评分规则的工作簿，"
        "重新计算（Ctrl+Alt+F9）它的 CCG_RULES 公式，文件会自动修复。"
    )


def _is_sound(path: Path, version: str) -> bool:
    """Return whether the file holds the version; it is read again only if it changed since last time."""
    signature = _signature(path)
    if signature and _sound.get(path) == signature:
        return True
    try:
        _read(version)
    except UnknownRules:
        return False
    return True


def _signature(path: Path) -> Signature | None:
    """Return a file's time of change and size, None where there is no file to ask."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
