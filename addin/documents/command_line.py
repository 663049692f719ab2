"""The commands of the command line: how each is written, and what it really prints, run on the demonstration's data."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import typer
from attrs import frozen

from addin.documents.tables import table
from ccgrade_xl.cli import app
from ccgrade_xl.cli.showing import EXITS

LIST, BOOK, AS_OF = "客户表.csv", "2026年10月.xlsm", "2026-10-31"
FLEET = "模拟"


@frozen
class Example:
    """A call, and how much of what it prints the manual shows: the first and the last lines."""

    arguments: str
    head: int = 40
    tail: int = 0


EXAMPLES: dict[str, Example] = {
    "demo": Example(f"demo --as-of {AS_OF}", 8, 14),
    "new": Example(f"new {BOOK}"),
    "import": Example(f"import {BOOK} {LIST}", 6, 8),
    "check": Example(f"check {BOOK} --as-of {AS_OF}", 8),
    "grade": Example(f"grade {BOOK} --as-of {AS_OF}", 4, 12),
    "explain": Example(f"explain {BOOK} 0010200022 --as-of {AS_OF}"),
    "tasks": Example(f"tasks {BOOK} --as-of {AS_OF}", 10),
    "override": Example(
        f"override {BOOK} 0010200022 --to 四星级 --reason 提供担保 --approver 王组长 --until 2026-12-31 --as-of {AS_OF}"
    ),
    "objection": Example(f"objection {BOOK} 0010200022 --text 逾期次数不对 --letter --as-of {AS_OF}"),
    "functions": Example("functions", 10),
    "rules export": Example("rules export -o 规则.toml"),
    "rules check": Example("rules check 规则.toml"),
    "meters simulate": Example(f"meters simulate {FLEET} --meters 12 --start 2026-08-01 --days 40"),
    "meters scan": Example(
        f"meters scan {FLEET}/readings --meters {FLEET}/registry.parquet -o 异常.xlsx", 8, 6
    ),
    "meters settings": Example("meters settings -o 异常规则.toml"),
    "meters usage": Example("meters usage", 8, 2),
    "meters forecast": Example("meters forecast --days 30", 8, 2),
    "meters plot": Example("meters plot 02024000003 --days 14"),
}
"""An example a command, run in this order in one folder."""


def commands() -> str:
    """Return every command with its arguments, options and an example of what it prints."""
    printed = _run_all()
    return "\n\n".join(_command(path, command, printed.get(path)) for path, command in every_command())


def every_command() -> Iterator[tuple[str, Any]]:
    """Yield every command of the command line with its path, e.g. `rules export`."""
    yield from _below("", typer.main.get_command(app))


def _below(path: str, group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        inner = f"{path} {name}".strip()
        if hasattr(command, "commands"):
            yield from _below(inner, command)
        else:
            yield inner, command


def _command(path: str, command: Any, printed: str | None) -> str:
    parts = [f"#### ccgrade {path}", command.help]
    rows = [(_written(parameter), parameter.help) for parameter in command.params]
    parts.append(table(("参数 / 选项", "说明"), rows))
    if printed is not None:
        parts.append(f"```text\n{printed}\n```")
    return "\n\n".join(parts)


def _written(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`"
    value = "" if parameter.is_flag else f" {parameter.metavar or '…'}"
    return "、".join(f"`{option}{value}`" for option in parameter.opts)


def _run_all() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        content = files("ccgrade_xl.demo").joinpath("messy_customers_gbk.csv").read_bytes()
        Path(folder, LIST).write_bytes(content)
        return {path: _run(example, folder) for path, example in EXAMPLES.items()}


def _run(example: Example, folder: str) -> str:
    """Run a command in a folder; return the call, what it printed, and its exit code in words."""
    environment = {**os.environ, "COLUMNS": "90", "PYTHONUTF8": "1", "CCGRADE_HOME": folder}
    root = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(  # noqa: S603 - this very Python, with the arguments above
        [sys.executable, "-m", "ccgrade_xl", *example.arguments.split()],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    lines = [line.rstrip() for line in (done.stdout + done.stderr).strip("\n").split("\n")]
    if len(lines) > example.head + example.tail:
        lines = [*lines[: example.head], "……", *lines[len(lines) - example.tail :]]
    return "\n".join(
        [f"> ccgrade {example.arguments}", *lines, f"（退出码 {done.returncode}：{EXITS[done.returncode]}）"]
    )
