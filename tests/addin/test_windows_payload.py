"""What the Windows installer is made of; the installer itself runs in the Windows lane."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from addin.windows.build import unpacking
from addin.windows.payload import leave_out

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "addin" / "windows" / "wheels.lock"


SHIPPED_EXTRAS = ("ledger", "meters", "report")
"""What the buttons of the installed program need besides the package's own dependencies."""


def locked_names() -> set[str]:
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0] for line in lines if line and not line.startswith("#")}


def test_every_package_ccgrade_needs_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for extra in SHIPPED_EXTRAS for each in extras[extra])]
    needed = {re.split(r"[^\w-]", requirement)[0] for requirement in wanted}
    assert needed <= locked_names()


def test_every_line_of_the_lock_pins_a_version_and_a_hash() -> None:
    pinned = re.compile(r"[\w-]+==[\w.]+ --hash=sha256:[0-9a-f]{64}")
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("pandas/tests/test_frame.py", False),
        ("pandas/core/frame.py", True),
        ("numpy/testing/__init__.py", True),
        ("xlwings/addin/xlwings.xlam", False),
        ("ccgrade_xl/files/ccgrade.xlam", True),
        ("pythonwin/win32ui.pyd", False),
        ("pyarrow/arrow_flight.dll", False),
        ("pyarrow/parquet.dll", True),
        ("win32/win32event.pyd", True),
    ],
)
def test_only_what_nobody_calls_is_left_out(tmp_path: Path, name: str, stays: bool) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("")
    leave_out(tmp_path)
    assert path.exists() == stays
    assert path.parent.exists() == stays


def test_files_are_unpacked_in_an_order_of_their_own(tmp_path: Path) -> None:
    for name in ("python.exe", "Lib/b/two.py", "Lib/a/one.py", "Lib/b/one.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    lines = [line.replace(str(tmp_path), "P") for line in unpacking(tmp_path)]
    assert lines == [
        'SetOutPath "$INSTDIR\\python"',
        'File "P/python.exe"',
        'SetOutPath "$INSTDIR\\python\\Lib\\a"',
        'File "P/Lib/a/one.py"',
        'SetOutPath "$INSTDIR\\python\\Lib\\b"',
        'File "P/Lib/b/one.py"',
        'File "P/Lib/b/two.py"',
    ]
