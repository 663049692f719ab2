"""Run the demonstration from a clone, on a machine that has nothing but Python 3.11 or newer.

    python3 examples/demo.py [FOLDER] Linux
    py examples/demo.py [FOLDER]      Windows

Installs the package into .venv at the root of the clone, then runs `ccgrade demo`.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
EXTRAS = "ledger,meters,report"
"""What the remote meters, the month close and the reports need beside grading."""
DEBIAN_VENV = ["apt-get", "install", "-q", "-y", "--no-install-recommends", "python3-venv"]


def main(arguments: list[str]) -> int:
    """Install what is missing; return the exit code of the demonstration."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a newcomer may well have an older one
        print(f"ccgrade needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 2
    if not PYTHON.exists():
        print(f"Making a private Python environment in {HOME} ...", flush=True)
        _make_environment()
    print("Installing ccgrade into it ...", flush=True)
    _run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", f"{ROOT}[{EXTRAS}]")
    return _run(PYTHON, "-m", "ccgrade_xl", "demo", *arguments, check=False)


def _make_environment() -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415 - Debian keeps it in a package of its own
    except ImportError:
        if not shutil.which("apt-get"):
            raise SystemExit(
                "This Python cannot make environments: its module ensurepip is missing."
            ) from None
        print("Debian keeps environments in its package python3-venv; installing that first ...", flush=True)
        asked = [] if os.geteuid() == 0 else ["sudo"]
        _run(*asked, "apt-get", "update", "-q")
        _run(*asked, *DEBIAN_VENV)
        _run(shutil.which("python3") or sys.executable, "-m", "venv", HOME)
    else:
        venv.create(HOME, with_pip=True)


def _run(*command: object, check: bool = True) -> int:
    """Run a program, wait for it, return its exit code; `check` ends this one where it fails."""
    code = subprocess.run([str(part) for part in command], check=False).returncode  # noqa: S603 - all ours
    if code and check:
        raise SystemExit(f"This step failed: {' '.join(map(str, command))}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
