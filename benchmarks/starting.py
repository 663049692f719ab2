"""What a user waits for before anything happens: the command line's help, and the first formula."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import FORMULA_SECONDS, Figure, in_turn, run

HELP_SECONDS = 0.25

FIRST_FORMULA = """
from ccgrade_xl.functions import call
assert call("CCG_CREDIT", ["医院", "自动顺延", "转租", 1.0, 5.0, 0.0, "柜台", 20000.0, 9000.0]) == 78.3
"""


def command_line() -> Figure:
    """Start `ccgrade --help`, beside a Python that does nothing."""
    ccgrade = str(Path(sys.executable).with_name("ccgrade"))
    taken, bare = in_turn(lambda: run(ccgrade, "--help"), lambda: run(sys.executable, "-c", "pass"), times=9)
    return _figure("`ccgrade --help`", taken, bare, HELP_SECONDS)


def first_formula() -> Figure:
    """Start Python and answer a first CCG_CREDIT, beside a Python that does nothing."""
    taken, bare = in_turn(
        lambda: run(sys.executable, "-c", FIRST_FORMULA), lambda: run(sys.executable, "-c", "pass"), times=9
    )
    return _figure("first formula after start", taken, bare, FORMULA_SECONDS)


def _figure(what: str, taken: float, bare: float, limit: float) -> Figure:
    measured = f"{taken:.2f} s ({taken / bare:.0f} × an empty Python start)"
    return Figure(what, measured, f"≤ {limit} s", taken <= limit)


if __name__ == "__main__":
    print(command_line())
    print(first_formula())
