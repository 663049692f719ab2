"""On Windows (under Wine): our COM server against xlwings' own, which its DLL starts; the same functions behind both."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.measure import Figure
from tests.hosts.windows.excel import compiled_library
from tests.hosts.windows.wine import Wine, running_wine, windows_path

CODE_PAGE = 936
START_SECONDS = 2.0
TIMES_FASTER = 5

BLOCK = "10,000 × 22"


def measure() -> list[Figure]:
    """Take the figures in one Windows."""
    with tempfile.TemporaryDirectory() as name, running_wine(Path(name) / "prefix", CODE_PAGE) as wine:
        return figures(wine, Path(name))


def figures(wine: Wine, folder: Path) -> list[Figure]:
    """Let a Windows program call both servers in turn."""
    wine.python("-c", "from ccgrade_xl.hosts import registration; registration.register()")
    library = windows_path(compiled_library(folder))
    printed = wine.python("-m", "benchmarks.windows_calls", library, timeout=600)
    taken = json.loads(printed.splitlines()[-1])
    return [_start(*taken["start"]), _scalar(*taken["scalar"]), _block(*taken["block"])]


def _start(ours: float, theirs: float) -> Figure:
    return Figure(
        "Windows: CreateObject to the first formula, no server running, against xlwings' own server",
        f"{ours / theirs:.2f} × ({ours:.2f} s : {theirs:.2f} s under Wine)",
        f"≤ {START_SECONDS:.0f} s",
        ours <= START_SECONDS,
    )


def _scalar(ours: float, theirs: float) -> Figure:
    faster = theirs / ours
    return Figure(
        "Windows: one CCG_X of a cell, values handed over, against xlwings' wrapper with its Range objects",
        f"{faster:.0f} × faster ({1000 * ours:.2f} ms : {1000 * theirs:.1f} ms under Wine)",
        f"≥ {TIMES_FASTER} × faster",
        faster >= TIMES_FASTER,
    )


def _block(ours: float, theirs: float) -> Figure:
    return Figure(
        f"Windows: one CCG_GRADE of {BLOCK} cells, against xlwings' wrapper",
        f"{ours / theirs:.2f} × ({ours:.2f} s : {theirs:.2f} s under Wine)",
        "≤ 1 ×",
        ours <= theirs,
    )


if __name__ == "__main__":
    for figure in measure():
        print(figure)
