"""`ccgrade assign`: customers divided evenly among the people of 人员分工."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ccgrade_xl.cli.options import (
    AS_OF,
    AsOfOption,
    BookArgument,
    JsonOption,
    OutOption,
    RulesOption,
    date_of,
    open_book,
    rules_in,
)
from ccgrade_xl.cli.showing import finish, print_table, progress

_SHOWN = ("姓名", "班组", "户数 前", "户数 后", "调入", "调出", "月气量 前", "月气量 后")
PreviewOption = Annotated[bool, typer.Option("--preview", help="只看分派前后对比，不写入工作簿。")]


def assign(
    book: BookArgument,
    preview: PreviewOption = False,
    out: OutOption = None,
    rules: RulesOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """把在用客户均匀分给人员表里承担客户的人，并显示前后对比。"""
    from ccgrade_xl.commands import assign_customers  # noqa: PLC0415 - each command waits for its own imports only

    day, chosen = date_of(as_of, AS_OF), rules_in(rules)
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = assign_customers(opened, chosen, day, preview=preview)
        if not preview:
            opened.commit(out)
    if not as_json:
        compared: Any = outcome.data["rows"]
        print_table(_SHOWN, [[_shown(row[header]) for header in _SHOWN] for row in compared])
    finish(outcome, as_json)


def _shown(cell: object) -> str:
    return f"{cell:,.0f}" if isinstance(cell, float) else str(cell or "")
