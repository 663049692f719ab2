"""Run the benchmarks, all or those named, and print the table for the README: `python -m benchmarks core casework`."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator, Sequence
from importlib import import_module

from benchmarks.measure import Figure, table

BENCHMARKS: dict[str, tuple[str, ...]] = {
    "starting": ("command_line", "first_formula"),
    "core": ("core",),
    "closed_file": ("measure",),
    "libreoffice": ("measure",),
    "windows": ("measure",),
    "casework": ("measure",),
    "libreoffice_casework": ("measure",),
    "meters_accuracy": ("measure",),
    "meters_speed": ("measure", "scale"),
}
"""What each benchmark measures, in the order of the README's table; its module is loaded only where it is run."""


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
    print(table([figure for name in names for figure in _figures(name)]))
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")


def _figures(name: str) -> Iterator[Figure]:
    module = import_module(f"benchmarks.{name}")
    for function in BENCHMARKS[name]:
        measured = getattr(module, function)()
        yield from [measured] if isinstance(measured, Figure) else measured


if __name__ == "__main__":
    main()
