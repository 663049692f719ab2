"""`ccgrade tasks` and its neighbours: the work that follows from the grades, on closed workbooks."""

from __future__ import annotations

import typer

from ccgrade_xl.cli.options import AsOfOption, BookArgument, JsonOption, OutOption, date_of, open_book
from ccgrade_xl.cli.showing import finish, progress
from ccgrade_xl.cli.wording import OPTIONS, Command


def add_casework(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("tasks", cls=Command, options_metavar=OPTIONS)(tasks)


def tasks(
    book: BookArgument, out: OutOption = None, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """按差异化策略排出每户下一步的任务和到期日；标为已办、跳过的任务记入台账。"""
    from ccgrade_xl.commands.tasks import list_tasks  # noqa: PLC0415 - `--help` must not wait for it

    day = date_of(as_of)
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = list_tasks(opened, as_of=day)
        opened.commit(out)
    finish(outcome, as_json)
