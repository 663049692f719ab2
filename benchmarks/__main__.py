"""Run every benchmark and print the table for the README."""

from __future__ import annotations

import os
import platform

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
from benchmarks.measure import table


def main() -> None:
    """Print the figures as Markdown, and on what machine they were taken."""
    figures = [
        starting.command_line(),
        starting.first_formula(),
        core.core(),
        closed_file.measure(),
        *libreoffice.measure(),
        *windows.measure(),
        *casework.measure(),
        *meters_accuracy.measure(),
        *meters_speed.measure(),
        meters_speed.scale(),
    ]
    print(table(figures))
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")


if __name__ == "__main__":
    main()
