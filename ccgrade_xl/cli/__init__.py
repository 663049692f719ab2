"""The command line: the same commands on closed files, for schedulers and machines without a spreadsheet.

Exit codes: 0 done, 1 done but rows need attention (listed), 2 nothing done and why, 3 the program itself failed.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from ccgrade_xl import __version__
from ccgrade_xl.cli.casework import add_casework
from ccgrade_xl.cli.exam import exam_app
from ccgrade_xl.cli.ledger import adjust, close, health, impact, ledger_app
from ccgrade_xl.cli.meters import meters_app
from ccgrade_xl.cli.options import (
    AS_OF,
    AsOfOption,
    BookArgument,
    JsonOption,
    OutOption,
    ReportOption,
    RulesOption,
    date_of,
    open_book,
    rules_in,
)
from ccgrade_xl.cli.report import report
from ccgrade_xl.cli.showing import (
    ATTENTION,
    BROKEN,
    DONE,
    EXITS,
    NOTHING_DONE,
    finish,
    finish_explanation,
    finish_lines,
    print_json,
    print_table,
    progress,
    report_sentence,
    show_outcome,
    star_table,
)
from ccgrade_xl.cli.team import assign
from ccgrade_xl.cli.verification import origin, verify
from ccgrade_xl.cli.wording import COMMAND, OPTIONS, USAGE_FAULT, Command, Group, complaint
from ccgrade_xl.collector import collector_at_rest

__all__ = ["ATTENTION", "BROKEN", "DONE", "NOTHING_DONE", "app", "main"]

app = typer.Typer(
    name="ccgrade",
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    help="工商客户分级：用气量 × 信用 → 星级。",
    epilog=f"退出码：{'；'.join(f'{code} {said}' for code, said in EXITS.items())}。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules_app = typer.Typer(
    help="导出、检查评分规则。",
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    no_args_is_help=True,
)
app.add_typer(rules_app, name="rules")
addin_app = typer.Typer(
    help="把 ccgrade 装入 Excel（Windows）或 LibreOffice，或从中移除。",
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    no_args_is_help=True,
)
app.add_typer(addin_app, name="addin")
app.add_typer(meters_app, name="meters")
app.add_typer(ledger_app, name="ledger")
app.add_typer(exam_app, name="exam")


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 2, a fault of the program 3."""
    from ccgrade_xl.errors import CcgradeError  # noqa: PLC0415 - `--help` must not wait for it

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        with nullcontext() if "meters" in sys.argv[1:2] else collector_at_rest():
            raise SystemExit(app(prog_name="ccgrade", standalone_mode=False) or DONE)
    except CcgradeError as fault:
        typer.echo(str(fault), err=True)
        raise SystemExit(NOTHING_DONE) from None
    except USAGE_FAULT as fault:
        typer.echo(complaint(fault), err=True, nl=bool(str(fault)))
        raise SystemExit(NOTHING_DONE) from None
    except KeyboardInterrupt:
        typer.echo("已中断，没有写入任何文件。", err=True)
        raise SystemExit(NOTHING_DONE) from None
    except Exception as fault:  # noqa: BLE001 - what nobody foresaw is told, too
        if extra := _extra_that_lacks(fault):
            typer.echo(f'这个命令需要附加组件，请先运行：pip install "ccgrade[{extra}]"。', err=True)
            raise SystemExit(NOTHING_DONE) from None
        import traceback  # noqa: PLC0415 - hardly ever needed

        traceback.print_exception(fault)
        typer.echo(_UNFORESEEN, err=True)
        raise SystemExit(BROKEN) from None


_UNFORESEEN = (
    f"ccgrade {__version__} 本身出错，这个命令可能没有做完。请把上面的出错信息和所用的命令发给为您安装 ccgrade 的人"
    "（发之前看一眼，里面可能有客户资料）。"
)


def _extra_that_lacks(fault: Exception) -> str:
    """Return the extra to install where a fault is a module that is not there; "" for any other."""
    if not isinstance(fault, ModuleNotFoundError):
        return ""
    from ccgrade_xl.hosts.extras import extra_of  # noqa: PLC0415

    return extra_of(fault.name or "")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ccgrade {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    """工商客户分级：用气量 × 信用 → 星级。"""


@app.command(cls=Command, options_metavar=OPTIONS)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="放结果的文件夹。")] = Path("ccgrade-demo"),
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """用自带的一份杂乱客户表和远程读数演示整个过程：导入、评级、出图、查异常、月结、分派、列任务。"""
    from ccgrade_xl.hosts import demonstration  # noqa: PLC0415 - each command waits for its own imports only

    with progress(quiet=as_json) as status:
        shown = demonstration.run(folder, date_of(as_of, AS_OF), status)
    if as_json:
        print_json(shown.data)
        return
    show_outcome(shown.imported, mapping=True)
    show_outcome(shown.graded)
    star_table(shown.graded.data["stars"])
    show_outcome(shown.metered)
    show_outcome(shown.worked)
    *pages, last = (f"“{page}”" for page in shown.pages)
    typer.echo(f"\n已生成：{shown.book}\n用 Excel 或 LibreOffice 打开它，看{''.join(pages)}和{last}。")


@app.command(cls=Command, options_metavar=OPTIONS)
def new(
    book: BookArgument, force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件。")] = False
) -> None:
    """新建一个工作簿（带宏的模板）。"""
    from ccgrade_xl.workbook.template import new_book  # noqa: PLC0415

    new_book(book, overwrite=force)
    typer.echo(f"已新建 {book}。")


@app.command("import", cls=Command, options_metavar=OPTIONS)
def import_(
    book: BookArgument,
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE…", help="要导入的 Excel 或 CSV 文件。")],
    out: OutOption = None,
    source: Annotated[
        str, typer.Option("--source", help="资料来自哪个部门，如 财务；省略时按文件名认。")
    ] = "",
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="数据的日期；省略时按文件名里的年月，再按修改日期。"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """把客户资料导入工作簿：表头自动对应，已有客户更新，新客户追加。"""
    from ccgrade_xl.commands import import_customers  # noqa: PLC0415

    day = None if date is None else date_of(date, "--date")
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = import_customers(opened, sources, source=source, day=day)
        opened.commit(out)
    finish(outcome, as_json, mapping=True)


@app.command(cls=Command, options_metavar=OPTIONS)
def check(
    book: BookArgument, rules: RulesOption = None, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """逐户检查资料，列出要处理的：看不懂的数字、不在选项中的文字、重复或缺失的客户编号；不改动资料。"""
    from ccgrade_xl.commands import check_customers  # noqa: PLC0415
    from ccgrade_xl.hosts.closing_files import committed  # noqa: PLC0415

    day, chosen = date_of(as_of, AS_OF), rules_in(rules)
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = committed(opened, check_customers(opened, chosen, day))
    finish(outcome, as_json)


@app.command(cls=Command, options_metavar=OPTIONS)
def grade(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="工作簿，或任何带表头的 .xlsx / .csv 客户表。")
    ],
    out: OutOption = None,
    rules: RulesOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """给全部客户评级，结果写回同一个工作簿（或 -o 指定的文件）。"""
    from ccgrade_xl.hosts.grading_files import grade_file  # noqa: PLC0415

    date, chosen = date_of(as_of, AS_OF), rules_in(rules)
    with progress(quiet=as_json) as status:
        outcome = grade_file(file, out, chosen, date, status)
    finish(outcome, as_json)


app.command(cls=Command, options_metavar=OPTIONS)(close)
app.command(cls=Command, options_metavar=OPTIONS)(adjust)
app.command(cls=Command, options_metavar=OPTIONS)(health)
app.command(cls=Command, options_metavar=OPTIONS)(report)


@app.command(cls=Command, options_metavar=OPTIONS)
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="工作簿或客户表。")],
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="客户编号。")],
    rules: RulesOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """说明一户客户为什么是这个等级，以及怎样升一星。"""
    from ccgrade_xl.hosts.grading_files import explain_in_file  # noqa: PLC0415

    outcome = explain_in_file(
        file, customer, rules_in(rules), None if as_of is None else date_of(as_of, AS_OF)
    )
    finish_explanation(outcome, as_json)


@app.command(cls=Command, options_metavar=OPTIONS)
def functions(as_json: JsonOption = False) -> None:
    """列出全部单元格函数。"""
    from ccgrade_xl.functions import FUNCTIONS  # noqa: PLC0415

    if as_json:
        print_json(
            {
                function.name: {
                    "description": function.description,
                    "arguments": [
                        {"name": a.name, "label": a.label, "help": a.help, "optional": a.optional}
                        for a in function.arguments
                    ],
                }
                for function in FUNCTIONS.values()
            }
        )
        return
    rows = [
        (f.name, "、".join(f"[{a.label}]" if a.optional else a.label for a in f.arguments), f.description)
        for f in FUNCTIONS.values()
    ]
    print_table(("函数", "参数", "说明"), rows)


@rules_app.command("export", cls=Command, options_metavar=OPTIONS)
def export_rules(
    book: Annotated[
        Path | None, typer.Argument(metavar="BOOK", help="从这个工作簿导出；省略时导出默认规则。")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="写到这个文件；省略时显示在屏幕上。")
    ] = None,
    usage: Annotated[
        str | None, typer.Option(help="用气量分档：固定分档、英国AMR分档 或 样本五分位。")
    ] = None,
    sample: Annotated[Path | None, typer.Option(help="样本五分位所用的客户表或工作簿。")] = None,
) -> None:
    """把评分规则导出为 TOML 文件。"""
    from ccgrade_xl.hosts.rule_files import exported_rules  # noqa: PLC0415

    text = exported_rules(book, usage, sample)
    if out is None:
        typer.echo(text, nl=False)
        return
    from ccgrade_xl.workbook.replace_file import write_text  # noqa: PLC0415

    write_text(out, text)
    typer.echo(f"已导出到 {out}。")


@rules_app.command("check", cls=Command, options_metavar=OPTIONS)
def check_rules(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML 规则文件，或带评分规则表的工作簿。")],
    as_json: JsonOption = False,
) -> None:
    """检查评分规则，一次列出全部问题。"""
    from ccgrade_xl.errors import RuleFaults  # noqa: PLC0415
    from ccgrade_xl.hosts.rule_files import rules_in  # noqa: PLC0415

    try:
        rules = rules_in(file)
    except RuleFaults as found:
        if as_json:
            print_json({"version": None, "faults": list(found.faults)})
        else:
            typer.echo(str(found), err=True)
        raise typer.Exit(NOTHING_DONE) from None
    if as_json:
        print_json({"version": rules.version, "faults": []})
    else:
        typer.echo(f"规则没有问题，版本 {rules.version}。")


rules_app.command(cls=Command, options_metavar=OPTIONS)(impact)


@addin_app.command("install", cls=Command, options_metavar=OPTIONS)
def addin_install(report: ReportOption = None, as_json: JsonOption = False) -> None:
    """装入（或升级、修复）：登记后台服务，放好加载项和模板。不需要管理员权限。"""
    from ccgrade_xl.hosts.addin import install  # noqa: PLC0415

    report_sentence(install, report, as_json)


@addin_app.command("uninstall", cls=Command, options_metavar=OPTIONS)
def addin_uninstall(report: ReportOption = None, as_json: JsonOption = False) -> None:
    """移除，不留痕迹；工作簿和保存过的评分规则保留。"""
    from ccgrade_xl.hosts.addin import uninstall  # noqa: PLC0415

    report_sentence(uninstall, report, as_json)


@addin_app.command("status", cls=Command, options_metavar=OPTIONS)
def addin_status(as_json: JsonOption = False) -> None:
    """显示装入的情况。"""
    from ccgrade_xl.hosts.addin import status  # noqa: PLC0415

    finish_lines(status(), as_json)


@app.command(cls=Command, options_metavar=OPTIONS)
def doctor(as_json: JsonOption = False) -> None:
    """诊断：检查程序、登记、加载项和表格软件的设置，每一项说明是否正常、怎么处理。"""
    from ccgrade_xl.hosts.doctor import examine  # noqa: PLC0415

    finish_lines(examine(), as_json)


app.command(cls=Command, options_metavar=OPTIONS)(assign)
app.command(cls=Command, options_metavar=OPTIONS)(verify)
app.command(cls=Command, options_metavar=OPTIONS)(origin)
add_casework(app)
