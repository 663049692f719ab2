"""The command line of reports: `ccgrade report BOOK -o report.pdf`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccgrade_xl.cli.options import AS_OF, AsOfOption, BookArgument, RulesOption, date_of, open_book, rules_in
from ccgrade_xl.cli.showing import progress


def report(
    book: BookArgument,
    out: Annotated[Path, typer.Option("-o", "--out", help="写到哪里：.html（自带图表的网页）或 .pdf。")],
    rules: RulesOption = None,
    as_of: AsOfOption = None,
) -> None:
    """给没有工作簿的人一份报告：按现有资料评级，网页或 PDF，不改工作簿。"""
    from ccgrade_xl.errors import FileFault  # noqa: PLC0415 - each command waits for its own imports only
    from ccgrade_xl.pages.report import report_of  # noqa: PLC0415
    from ccgrade_xl.workbook.replace_file import replace_file  # noqa: PLC0415

    kind = out.suffix.lower()
    if kind not in (".html", ".pdf"):
        raise FileFault(f"报告可以写成 .html 或 .pdf，不能写成“{out.suffix}”；请改 -o 的文件名。")
    with progress(quiet=False) as status:
        made = report_of(open_book(book, status), rules_in(rules), date_of(as_of, AS_OF))
        if kind == ".html":
            from ccgrade_xl.reports.html import html_page  # noqa: PLC0415

            content = html_page(made).encode()
        else:
            from ccgrade_xl.reports.pdf import pdf_file  # noqa: PLC0415

            content = pdf_file(made)
        replace_file(out, content, lambda _: None)
    typer.echo(f"已写好报告 {out}。{made.note}")
