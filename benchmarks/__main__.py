"""Run the benchmarks, all or those named, and print the table for the README: `python -m benchmarks core casework`."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence

from benchmarks import (
    casework,
    closed_file,
    core,
    libreoffice,
    meters_accuracy,
    meters_speed,
    starting,
    windows,
)
from benchmarks.measure import Figure, table

BENCHMARKS: dict[str, Callable[[], Sequence[Figure]]] = {
    "starting": lambda: [starting.command_line(), starting.first_formula()],
    "core": lambda: [core.core()],
    "closed_file": lambda: [closed_file.measure()],
    "libreoffice": libreoffice.measure,
    "windows": windows.measure,
    "casework": casework.measure,
    "meters_accuracy": meters_accuracy.measure,
    "meters_speed": lambda: [*meters_speed.measure(), meters_speed.scale()],
}
"""Every benchmark by name, in the order of the README's table."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures as Markdown, and on what machine they were taken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all when left out: {', '.join(BENCHMARKS)}"
    )
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark is named {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    print(table([figure for name in names for figure in BENCHMARKS[name]()]))
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")


if __name__ == "__main__":
    main()
