"""Puts ccgrade.oxt into LibreOffice for this user, tells it where this Python environment is, and takes both out again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

from platformdirs import user_config_path

import ccgrade_xl
from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.replacement import replacing

IDENTIFIER = "org.ccgrade.addin"
"""By which LibreOffice knows the extension."""

PATH_FILE = "libreoffice-python-path.txt"
"""First line the Python version, then a folder a line. The extension looks for it by the same rule."""

_INSTALLING_SECONDS = 180
_PROGRAM_FOLDERS = {
    "win32": (r"%ProgramFiles%\LibreOffice\program", r"%ProgramFiles(x86)%\LibreOffice\program"),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS",),
}
_ELSEWHERE = (
    "/usr/lib/libreoffice/program",
    "/opt/libreoffice/program",
    "/snap/libreoffice/current/lib/libreoffice/program",
)


def install(extension: Path) -> str:
    """Install an extension file and write the path file; return a sentence on what was done.

    Raises `CcgradeError` where LibreOffice is missing, runs, or refuses.
    """
    if not extension.is_file():
        raise CcgradeError(f"找不到扩展文件 {extension}，请重新安装 ccgrade。")
    stood = installed_extension() is not None
    done = _unopkg("add", "-f", *_for_whom(), str(extension))
    if done.returncode:
        if not stood and installed_extension() is not None:
            _unopkg("remove", *_for_whom(), IDENTIFIER)
        raise CcgradeError(
            f"LibreOffice 没有接受扩展：{_cause(done.stderr)}。请关闭所有 LibreOffice 窗口后再试。"
        )
    where = write_path_file()
    return f"已装入 LibreOffice，Python 环境的位置记在 {where}。请重新启动 LibreOffice。"


def uninstall() -> str:
    """Remove the extension and the path file; return a sentence on what was done.

    Raises `CcgradeError` where LibreOffice is missing, runs, or refuses.
    """
    if installed_extension() is not None:
        done = _unopkg("remove", *_for_whom(), IDENTIFIER)
        if done.returncode:
            raise CcgradeError(
                f"LibreOffice 没有移除扩展：{_cause(done.stderr)}。请关闭所有 LibreOffice 窗口后再试。"
            )
    path = path_file()
    path.unlink(missing_ok=True)
    with suppress(OSError):  # not empty: the user keeps something there
        path.parent.rmdir()
    return "已从 LibreOffice 中移除。您的工作簿和保存过的评分规则都保留着。"


def installed_extension() -> Path | None:
    """Return the folder in which LibreOffice keeps the unpacked extension, None where it is not installed."""
    shared = [path.parent.parent / "share" for path in _beside_soffice("soffice")]
    own = user_config_path("libreoffice", appauthor=False) / "4" / "user"
    caches = (root / "uno_packages" / "cache" for root in (own, *shared))
    return next((folder for cache in caches for folder in _unpacked(cache)), None)


def _unpacked(cache: Path) -> Iterator[Path]:
    """Yield the extension's folder if LibreOffice lists it; the files of a removed one stay for a while."""
    with suppress(OSError):
        listed = (cache / "uno_packages.pmap").read_bytes()
        for folder in (cache / "uno_packages").glob("*/ccgrade.oxt"):
            if folder.parent.name.rstrip("_").encode() in listed:
                yield folder


def is_intact(folder: Path, extension: Path) -> bool:
    """Return whether an unpacked extension holds every file of the one that ships, unchanged."""
    with ZipFile(extension) as archive:
        return all(
            (folder / name).is_file() and (folder / name).read_bytes() == archive.read(name)
            for name in archive.namelist()
        )


def _unopkg(*arguments: str) -> subprocess.CompletedProcess[str]:
    unopkg = find_unopkg()
    try:
        return subprocess.run(  # noqa: S603 - LibreOffice's own tool
            [str(unopkg), *arguments], capture_output=True, text=True, errors="replace", timeout=_INSTALLING_SECONDS, check=False, env=_without_environments()
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise CcgradeError("LibreOffice 没有在规定时间内完成。请关闭所有 LibreOffice 窗口后再试。") from None


def _without_environments() -> dict[str, str]:
    """Return the environment variables without any Python environment: LibreOffice's own Python must not find one."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name != "VIRTUAL_ENV"
    }
    folders = kept.get("PATH", "").split(os.pathsep)
    kept["PATH"] = os.pathsep.join(folder for folder in folders if not _is_in_environment(Path(folder)))
    return kept


def _is_in_environment(folder: Path) -> bool:
    """Return whether a folder holds the programs of a virtual environment; one that cannot be looked into is none of ours."""
    try:
        return (folder.parent / "pyvenv.cfg").is_file()
    except OSError:
        return False


def _cause(complaint: str) -> str:
    """Return the line of unopkg's output that names the error; warnings may stand before it."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    return next((line for line in lines if line.startswith("ERROR")), lines[-1] if lines else "没有说明原因")


def write_path_file() -> Path:
    """Write where this environment's packages are, all or nothing; return the file."""
    path = path_file()
    version = "{}.{}".format(*sys.version_info)
    with replacing(path) as half:
        half.write_text("\n".join([version, *map(str, package_folders())]) + "\n", encoding="utf-8")
    return path


def path_file() -> Path:
    """Return where the path file stands, or would."""
    return user_config_path("ccgrade", appauthor=False) / PATH_FILE


def leads_here() -> bool:
    """Return whether the path file leads to this Python's packages."""
    try:
        _version, *folders = path_file().read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False
    return folders == list(map(str, package_folders()))


def package_folders() -> list[Path]:
    """Return the folders a Python must search to import ccgrade and all it needs."""
    own = Path(ccgrade_xl.__file__).resolve().parents[1]
    folders = (own, Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib")))
    return list(dict.fromkeys(folders))


def find_unopkg() -> Path:
    """Return LibreOffice's extension tool. Raises `CcgradeError` where LibreOffice is not installed."""
    name = "unopkg.com" if sys.platform == "win32" else "unopkg"
    found = shutil.which(name) or next((str(path) for path in _beside_soffice(name) if path.is_file()), None)
    if found is None:
        raise CcgradeError(
            "没有找到 LibreOffice（unopkg）。请先安装 LibreOffice 7.4 以上版本，再运行 ccgrade addin install。"
        )
    return Path(found)


def _beside_soffice(name: str) -> Iterator[Path]:
    soffice = shutil.which("soffice")
    if soffice:
        yield Path(soffice).resolve().parent / name
    for folder in _PROGRAM_FOLDERS.get(sys.platform, _ELSEWHERE):
        yield Path(os.path.expandvars(folder)) / name


def _for_whom() -> list[str]:
    """LibreOffice refuses to install for the administrator alone: an administrator installs for everybody."""
    return ["--shared"] if sys.platform != "win32" and os.geteuid() == 0 else []
