"""Build the installer for managers without Python: one file that needs no administrator and no network.

    python -m addin.windows.build [--fast] [FOLDER]

It goes to dist/ccgrade-setup-<version>.exe unless a folder is named. Needs Linux, CPython 3.11 and makensis (the
Debian package nsis). The same sources give the same bytes. `--fast` compresses little, for tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from addin.windows.payload import FILE_TIME, ROOT, make_payload
from ccgrade_xl import __version__
from ccgrade_xl.hosts.excel_places import TEMPLATE_NAME
from ccgrade_xl.hosts.server_identity import QUIT_EVENT
from ccgrade_xl.workbook.template import ADDIN

SCRIPT = Path(__file__).with_name("setup.nsi")
ICON = ROOT / "addin" / "ribbon" / "icons" / "grade_64.png"
BEST, FAST = "SetCompressor /SOLID lzma", "SetCompress off"


def build_setup(folder: Path, *, compressor: str = BEST, version: str = __version__) -> Path:
    """Write the installer into a folder and return it. Raises RuntimeError where makensis is not installed."""
    with tempfile.TemporaryDirectory() as work:
        payload = Path(work, "python")
        make_payload(payload)
        return write_setup(payload, folder, compressor=compressor, version=version)


def write_setup(payload: Path, folder: Path, *, compressor: str = BEST, version: str = __version__) -> Path:
    """Write the installer of a payload that is laid out already."""
    makensis = shutil.which("makensis")
    if makensis is None:
        raise RuntimeError("makensis is not installed (Debian package nsis)")
    folder.mkdir(parents=True, exist_ok=True)
    output = folder / f"ccgrade-setup-{version}.exe"
    with tempfile.TemporaryDirectory() as work:
        files, icon = Path(work, "files.nsh"), Path(work, "setup.ico")
        files.write_text("\n".join(unpacking(payload)) + "\n", encoding="utf-8")
        write_icon(icon)
        defined = {
            "VERSION": version,
            "OUTPUT": output.resolve(),
            "ICON": icon,
            "FILES": files,
            "KILOBYTES": sum(path.stat().st_size for path in payload.rglob("*") if path.is_file()) // 1024,
            "QUIT_EVENT": QUIT_EVENT,
            "ADDIN_NAME": ADDIN,
            "TEMPLATE_NAME": TEMPLATE_NAME,
        }
        definitions = [f"-D{name}={value}" for name, value in defined.items()]
        subprocess.run(  # noqa: S603 - makensis, our own script
            [makensis, "-V2", "-WX", "-INPUTCHARSET", "UTF8", f"-X{compressor}", *definitions, SCRIPT],
            check=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(FILE_TIME)},
        )
    return output


def unpacking(payload: Path) -> Iterator[str]:
    """Yield the script lines that unpack every file, in an order that does not depend on the disk."""
    for folder in sorted([payload, *(path for path in payload.rglob("*") if path.is_dir())]):
        files = sorted(path for path in folder.iterdir() if path.is_file())
        if files:
            inside = folder.relative_to(payload).as_posix().replace("/", "\\")
            yield (
                f'SetOutPath "$INSTDIR\\python\\{inside}"'
                if inside != "."
                else 'SetOutPath "$INSTDIR\\python"'
            )
            yield from (f'File "{path}"' for path in files)


def write_icon(path: Path) -> None:
    """Write the icon of the installer, drawn from that of 一键评级."""
    from PIL import Image  # noqa: PLC0415 - only to build

    Image.open(ICON).save(path, sizes=[(16, 16), (32, 32), (48, 48), (64, 64)])


def main(arguments: list[str]) -> None:
    """Build and say where, and how large it is."""
    folders = [argument for argument in arguments if argument != "--fast"]
    folder = Path(folders[0]) if folders else ROOT / "dist"
    setup = build_setup(folder, compressor=FAST if "--fast" in arguments else BEST)
    print(f"{setup}  {setup.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
