"""What the command line prints: outcomes, tables, progress, and the exit codes they end with."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ccgrade_xl.hosts.diagnosis import Line
    from ccgrade_xl.workbook.book import Outcome

DONE, ATTENTION, NOTHING_DONE, BROKEN = range(4)
EXITS = {
    DONE: "完成",
    ATTENTION: "完成，但列出的行需要看一看",
    NOTHING_DONE: "什么都没有做，并说明原因",
    BROKEN: "程序本身出错，可能没有做完",
}
"""What each exit code says."""


class progress:  # noqa: N801 - reads as the statement it is
    """A progress bar on standard error; call it with a sentence and the share done."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()
        self._bar: Any = None

    def __enter__(self) -> progress:
        if not self._quiet:
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import Progress  # noqa: PLC0415

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("", total=1.0)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, text: str, share: float | None = None) -> None:
        """Show a sentence and the share done."""
        if self._bar is not None and text:
            self._bar.update(self._task, description=text, completed=share)


def finish(outcome: Outcome, as_json: bool, *, mapping: bool = False) -> None:
    """Show an outcome and leave with its exit code."""
    if as_json:
        print_json({**outcome.data, "message": outcome.message, "attention": list(outcome.attention)})
    else:
        show_outcome(outcome, mapping=mapping)
        if "stars" in outcome.data:
            star_table(outcome.data["stars"])
    raise typer.Exit(ATTENTION if outcome.attention else DONE)


def report_sentence(act: Callable[[], str], report: Path | None, as_json: bool) -> None:
    """Do something that answers with a sentence, or refuses with one, and show it."""
    from ccgrade_xl.errors import CcgradeError  # noqa: PLC0415

    try:
        sentence = act()
    except CcgradeError as refused:
        _save_report(report, str(refused))
        raise
    _save_report(report, sentence)
    if as_json:
        print_json({"message": sentence})
    else:
        typer.echo(sentence)


def _save_report(report: Path | None, sentence: str) -> None:
    if report is not None:
        report.write_text(sentence, encoding="utf-16")


def finish_lines(lines: list[Line], as_json: bool) -> None:
    """Show the lines of a diagnosis and leave with its exit code."""
    from ccgrade_xl.hosts.diagnosis import screen, verdict  # noqa: PLC0415

    if as_json:
        named = ("subject", "ok", "found", "remedy")
        print_json([{name: getattr(line, name) for name in named} for line in lines])
    else:
        typer.echo(f"{verdict(lines)}\n{screen(lines)}")
    raise typer.Exit(DONE if all(line.ok for line in lines) else ATTENTION)


_LISTED = 20


def show_outcome(outcome: Outcome, *, mapping: bool = False) -> None:
    """Print an outcome: its sentence, and the rows that need attention."""
    if mapping:
        for found in outcome.data.get("mappings", ()):  # type: ignore[attr-defined]
            _mapping_table(found)
    typer.echo(outcome.message)
    _list_attention(outcome)


def _list_attention(outcome: Outcome) -> None:
    for sentence in outcome.attention[:_LISTED]:
        typer.echo(f"  · {sentence}")
    if len(outcome.attention) > _LISTED:
        typer.echo(f"  · ……另有 {len(outcome.attention) - _LISTED} 条，用 --json 查看全部。")


def _mapping_table(found: Any) -> None:
    rows = [
        (
            match["header"].replace("\n", " "),
            match["column"],
            f"×{match['factor']:g}" if match["factor"] != 1 else "",
        )
        for match in found["matched"]
    ]
    typer.echo(found["where"] + (f"（编码 {found['encoding']}）" if found["encoding"] else ""))
    print_table(("文件里的列", "对应到", "换算"), rows)
    if found["unmapped"]:
        typer.echo(f"没有用到的列：{'、'.join(found['unmapped'])}")
    if found["missing"]:
        typer.echo(f"文件里没有的列：{'、'.join(found['missing'])}")


def star_table(stars: Any) -> None:
    """Print how many customers have which star."""
    total = sum(stars.values()) or 1
    rows = [
        (name, str(count), f"{count / total:.1%}", "█" * round(40 * count / total))
        for name, count in stars.items()
    ]
    print_table(("星级", "户数", "占比", "分布"), rows)


def finish_explanation(outcome: Outcome, as_json: bool) -> None:
    """Show why a customer has its grade, and leave with the exit code."""
    if as_json:
        print_json({**outcome.data, "attention": list(outcome.attention)})
    else:
        _explanation(outcome)
        _list_attention(outcome)
    raise typer.Exit(ATTENTION if outcome.attention else DONE)


def _explanation(outcome: Outcome) -> None:
    block: Any = outcome.data["explanation"]
    typer.echo(f"客户 {outcome.data['customer']}")
    if outcome.data["decided"]:
        typer.echo(outcome.data["decided"])
    rows = [
        tuple("" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row)
        for row in block[1:]
        if row[0]
    ]
    print_table(block[0], rows)
    typer.echo(f"怎样升星：{outcome.data['next_star']}")


def print_table(headers: tuple[str, ...], rows: list[Any]) -> None:
    """Print a table."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table()
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console = Console()
    console.print(table)


def print_json(data: Any) -> None:
    """Print data for machines."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
