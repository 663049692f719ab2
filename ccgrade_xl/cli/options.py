"""What the commands of the command line take: their shared arguments and options, and how these are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import datetime as dt

    from ccgrade_xl.hosts.closed_file import ClosedFileBook
    from ccgrade_xl.rules.ruleset import RuleSet

BookArgument = Annotated[Path, typer.Argument(metavar="BOOK", help="工作簿（.xlsm 或 .xlsx）。")]
RulesOption = Annotated[
    Path | None, typer.Option("--rules", help="评分规则文件（TOML）；省略时用工作簿里的规则。")
]
AS_OF = "--as-of"
AsOfOption = Annotated[
    str | None, typer.Option(AS_OF, metavar="DATE", help="评级日期，如 2026-06-30；省略时为今天。")
]
OutOption = Annotated[Path | None, typer.Option("-o", "--out", help="写到另一个文件；省略时写回原文件。")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="把结果这句话另存为文本文件（UTF-16），供安装程序读取。")
]
JsonOption = Annotated[bool, typer.Option("--json", help="用 JSON 输出，供程序读取。")]


def date_of(text: str | None, option: str) -> dt.date:
    """Return the date that the text of an option means; today where it is left out. Raises `NotUnderstood` naming the option."""
    import datetime as dt  # noqa: PLC0415

    from ccgrade_xl.boundary import read_date  # noqa: PLC0415
    from ccgrade_xl.errors import CellFault, NotUnderstood  # noqa: PLC0415

    try:
        date = read_date(text) if text is not None else dt.date.today()  # noqa: DTZ011 - the user's own day
    except CellFault as fault:
        raise fault.of(option) from None
    if date is None:
        raise NotUnderstood(f"{option} 是空的，请按 2026-06-30 的样子填写。")
    return date


def rules_in(path: Path | None) -> RuleSet | None:
    """Return the rule set of a TOML file; None where the option is left out."""
    if path is None:
        return None
    from ccgrade_xl.rules.toml_file import read_rules  # noqa: PLC0415

    return read_rules(path)


def open_book(path: Path, status: Any) -> ClosedFileBook:
    """Open a workbook as a closed file."""
    from ccgrade_xl.hosts.closed_file import ClosedFileBook  # noqa: PLC0415

    return ClosedFileBook(path, on_status=status)
