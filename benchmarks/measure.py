"""How a figure is taken and what is said about it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

ROOT = Path(__file__).resolve().parent.parent
FORMULA_SECONDS = 0.5
"""How long a first formula may take, wherever it stands."""


@frozen
class Figure:
    """One line of the table: what was done, what came out, what it should be, and whether it is."""

    what: str
    measured: str
    aim: str
    met: bool

    def __str__(self) -> str:
        return f"{self.what}: {self.measured} (aim: {self.aim}; {'met' if self.met else 'MISSED'})"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [
        f"| {row.what} | {row.measured} | {row.aim} | {'yes' if row.met else '**no**'} |" for row in figures
    ]
    return "\n".join(["| what | measured | aim | met |", "| --- | --- | --- | --- |", *rows])


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(*actions: Callable[[], object], times: int = 5) -> list[float]:
    """Return the best time of each action, taken in turn so that a busy moment hits them alike."""
    rounds = [[seconds(action) for action in actions] for _ in range(times)]
    return [min(taken) for taken in zip(*rounds, strict=True)]


def peak_gigabytes() -> float:
    """Return the most memory this process ever held, in GB (10⁹ bytes). Linux.

    `getrusage` would give the peak of whoever started the process where that was larger: it survives `exec`.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(kilobytes) * 1024 / 1e9


def run(*command: str) -> str:
    """Run a command from the project's root and return what it prints; its own failure is an error."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT)
    return done.stdout


def fresh(code: str) -> Any:
    """Run Python code in a process of its own; it prints one JSON value, which is returned."""
    return json.loads(run(sys.executable, "-c", code))
