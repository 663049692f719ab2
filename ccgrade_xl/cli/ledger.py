"""The command line of the month close and of the ledger: `ccgrade close`, `ccgrade ledger …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccgrade_xl.cli.options import (
    AS_OF,
    AsOfOption,
    BookArgument,
    JsonOption,
    RulesOption,
    date_of,
    open_book,
    rules_in,
)
from ccgrade_xl.cli.showing import finish, print_json, print_table, progress
from ccgrade_xl.cli.wording import COMMAND, OPTIONS, Command, Group, missing_options

ledger_app = typer.Typer(
    help="评级台账：查看、核验、备份、恢复。",
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    no_args_is_help=True,
)
LedgerArgument = Annotated[
    str, typer.Argument(metavar="LEDGER", help="工作簿、台账文件，或 PostgreSQL 地址。")
]


def close(
    book: BookArgument,
    month: Annotated[
        str | None,
        typer.Option(
            "--month",
            metavar="MONTH",
            help="月份，如 2026-03；省略时为上次月结的下一个月，现有评级的日期更早时为评级日期所在的月份。",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="先按这一天评级再月结；省略时封存工作簿里现有的评级。"),
    ] = None,
    rules: RulesOption = None,
    reviewer: Annotated[str | None, typer.Option("--reviewer", metavar="NAME", help="复核人。")] = None,
    correct: Annotated[
        list[str] | None,
        typer.Option("--correct", metavar="CUSTOMER", help="更正这一户在已月结月份里的评级；可以写多次。"),
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="更正的原因。")] = None,
    approver: Annotated[str | None, typer.Option("--approver", metavar="NAME", help="更正的批准人。")] = None,
    as_json: JsonOption = False,
) -> None:
    """月结：封存一个月的评级；或用 --correct 更正已月结的评级，原记录保留。"""
    from ccgrade_xl.commands import close_month_in, correct_month_in  # noqa: PLC0415
    from ccgrade_xl.hosts.closing_files import committed, correction_lacks  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        if correct:
            given = {"--month": month, "--reason": reason, "--approver": approver}
            if lacking := correction_lacks(opened, given):
                raise missing_options(lacking)
            outcome = correct_month_in(opened, month, correct, reason=reason, approver=approver)
        else:
            date = None if as_of is None else date_of(as_of, AS_OF)
            outcome = close_month_in(opened, month, date, rules=rules_in(rules), reviewer=reviewer)
        outcome = committed(opened, outcome)
    finish(outcome, as_json)


@ledger_app.command(cls=Command, options_metavar=OPTIONS)
def show(
    ledger: LedgerArgument,
    month: Annotated[
        str | None, typer.Option("--month", metavar="MONTH", help="列出这个月的全部客户。")
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="CUSTOMER", help="列出这一户历次的评级。")
    ] = None,
    records: Annotated[
        str | None,
        typer.Option(
            "--records",
            metavar="KIND",
            help="列出谁何时做了什么：全部，或一类，如 在办流程、抄表异常、任务、人工调整、异议、核实结果、自测成绩；可以和 --month、--customer 合用。",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """显示台账：历次月结，一个月，一户的历次评级，或逐条记录。"""
    from ccgrade_xl.hosts.closing_files import shown_ledger, shown_records  # noqa: PLC0415

    if records is not None:
        headers, rows = shown_records(ledger, records, month, customer)
    else:
        headers, rows = shown_ledger(ledger, month, customer)
    if as_json:
        print_json([dict(zip(headers, row, strict=True)) for row in rows])
        return
    print_table(headers, rows)


@ledger_app.command(cls=Command, options_metavar=OPTIONS)
def verify(ledger: LedgerArgument, as_json: JsonOption = False) -> None:
    """核验台账：逐条核对每条记录和每户封存的评级有没有被改动。"""
    from ccgrade_xl.hosts.closing_files import verified  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        status("正在核验……")
        outcome = verified(ledger)
    finish(outcome, as_json)


@ledger_app.command(cls=Command, options_metavar=OPTIONS)
def backup(
    ledger: LedgerArgument,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="备份写到这个新文件。")],
) -> None:
    """备份台账到一个新文件；别人可以同时使用台账。"""
    from ccgrade_xl.hosts.closing_files import backed_up  # noqa: PLC0415

    typer.echo(backed_up(ledger, target))


@ledger_app.command(cls=Command, options_metavar=OPTIONS)
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件。")],
    ledger: LedgerArgument,
    replace: Annotated[
        bool, typer.Option("--replace", help="换下现有的台账文件；换下的另存在旁边。")
    ] = False,
) -> None:
    """从备份恢复台账；先逐条核验备份，不完好就不恢复。"""
    from ccgrade_xl.hosts.closing_files import restored  # noqa: PLC0415

    typer.echo(restored(source, ledger, replace=replace))


def adjust(
    book: BookArgument,
    approver: Annotated[
        str | None, typer.Option("--approver", metavar="NAME", help="批准人；写明后把批准记入台账。")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """样本调整：与上次月结相比，谁新增、销户、拆表、暂停、恢复或缺失。"""
    from ccgrade_xl.commands import adjust_sample  # noqa: PLC0415
    from ccgrade_xl.hosts.closing_files import committed  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = committed(opened, adjust_sample(opened, approver))
    finish(outcome, as_json)


def health(
    book: BookArgument,
    month: Annotated[
        str | None, typer.Option("--month", metavar="MONTH", help="看哪个月；省略时为最近一次月结。")
    ] = None,
    compared: Annotated[
        str | None, typer.Option("--against", metavar="MONTH", help="和哪个月比；省略时为再上一次月结。")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """评分健康检查：样本稳定性、等级变动、区分力、权重敏感性。"""
    from ccgrade_xl.hosts.health_files import health_of  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        status("正在检查……")
        found = health_of(book, month, compared)
    if as_json:
        print_json(
            {part.title: [dict(zip(part.headers, row, strict=True)) for row in part.rows] for part in found}
        )
        return
    for part in found:
        typer.echo(part.title)
        print_table(part.headers, part.rows)


def impact(
    book: BookArgument,
    draft: Annotated[
        Path | None,
        typer.Argument(
            metavar="DRAFT.toml",
            help="还没有启用的规则文件；省略时看工作簿里“评分规则”现在的规则，与已月结月份的规则相比。",
        ),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(
            "--month", metavar="MONTH", help="没有写规则文件时：与哪个月的规则比；省略时为最近一次月结。"
        ),
    ] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """规则启用前先看影响：换成这版规则，谁从哪级到哪级，涉及多少气量。"""
    from ccgrade_xl.hosts.health_files import impact_of  # noqa: PLC0415

    found = impact_of(book, draft, date_of(as_of, AS_OF), month)
    if as_json:
        print_json(found.data)
        return
    typer.echo(found.message)
    if found.rows:
        print_table(found.headers, found.rows)
