"""`ccgrade tasks` and its neighbours: the work that follows from the grades, on closed workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ccgrade_xl.cli.options import AS_OF, AsOfOption, BookArgument, JsonOption, OutOption, date_of, open_book
from ccgrade_xl.cli.showing import finish, progress
from ccgrade_xl.cli.wording import OPTIONS, Command, missing_options

if TYPE_CHECKING:
    from ccgrade_xl.workbook.book import CellValue


def add_casework(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (tasks, override, objection):
        app.command(command.__name__, cls=Command, options_metavar=OPTIONS)(command)


def tasks(
    book: BookArgument, out: OutOption = None, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """按差异化策略排出每户下一步的任务和到期日；标为已办、跳过的任务记入台账。"""
    from ccgrade_xl.commands.tasks import list_tasks  # noqa: PLC0415 - `--help` must not wait for it

    day = date_of(as_of, AS_OF)
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = list_tasks(opened, as_of=day)
        opened.commit(out)
    finish(outcome, as_json)


CustomerArgument = Annotated[str, typer.Argument(metavar="CUSTOMER", help="客户编号。")]


def override(
    book: BookArgument,
    customer: CustomerArgument,
    to: Annotated[
        str | None, typer.Option("--to", metavar="GRADE", help="调整为哪一级，如 4A 或 四星级；登记时必填。")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="原因；登记时必填。")] = None,
    approver: Annotated[
        str | None, typer.Option("--approver", metavar="NAME", help="批准人；登记时必填。")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="有效期至，如 2026-12-31；登记时必填。")
    ] = None,
    withdraw: Annotated[
        bool,
        typer.Option(
            "--withdraw", help="撤销已登记的人工调整；信用等级和星级都调整过的，用 --to 写明哪一级。"
        ),
    ] = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """登记一户的人工调整：写在计算结果旁边，不改动它；记入台账。"""
    from ccgrade_xl.casework.decisions import subject_of  # noqa: PLC0415
    from ccgrade_xl.commands.decisions import register_override, withdraw_override  # noqa: PLC0415
    from ccgrade_xl.hosts.closing_files import committed  # noqa: PLC0415

    given = {"--to": to, "--reason": reason, "--approver": approver, "--until": until}
    lacking = [option for option, text in given.items() if not text]
    if lacking and not withdraw:
        raise missing_options(lacking)
    day, subject = date_of(as_of, AS_OF), subject_of(to) if to else ""
    last = date_of(until, "--until") if until else None
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        if withdraw:
            outcome = withdraw_override(opened, customer, subject, day)
        else:
            entered: dict[str, CellValue] = {
                "客户编号": customer, "项目": subject, "调整为": to, "原因": reason, "批准人": approver,
                "有效期至": last,
            }  # fmt: skip
            outcome = register_override(opened, entered, day)
        outcome = committed(opened, outcome)
    finish(outcome, as_json)


def objection(
    book: BookArgument,
    customer: CustomerArgument,
    text: Annotated[str | None, typer.Option("--text", help="新异议的内容。")] = None,
    received: Annotated[
        str | None, typer.Option("--received", metavar="DATE", help="收到日期；省略时为今天。")
    ] = None,
    number: Annotated[
        str | None,
        typer.Option(
            "--number",
            metavar="NUMBER",
            help="已登记的异议编号；省略时为这一户还没有答复的最后一件，都答复了就是最后一件。",
        ),
    ] = None,
    extend: Annotated[
        str | None, typer.Option("--extend", metavar="NAME", help="批准延期 3 个工作日的人。")
    ] = None,
    answer: Annotated[str | None, typer.Option("--answer", help="处理结果：维持、更正或撤回。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="答复说明，写进答复书。")] = None,
    letter: Annotated[bool, typer.Option("--letter", help="显示答复书。")] = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """登记、延期或答复一户的异议；--letter 显示带评级依据的答复书。"""
    from ccgrade_xl.commands.decisions import register_objection  # noqa: PLC0415
    from ccgrade_xl.hosts.closing_files import committed  # noqa: PLC0415

    day = date_of(as_of, AS_OF)
    answered = day if answer else None
    entered: dict[str, CellValue] = {
        "异议内容": text, "收到日期": (date_of(received, "--received") if received else day) if text else None,
        "延期批准人": extend, "处理结果": answer, "答复日期": answered, "答复说明": note,
    }  # fmt: skip
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = register_objection(opened, customer, entered, number or "", as_of=day)
        outcome = committed(opened, outcome)
    if letter and not as_json:
        typer.echo("\n".join([*outcome.data["letter"], ""]))  # type: ignore[misc]
    finish(outcome, as_json)
