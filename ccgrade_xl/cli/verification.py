"""`ccgrade verify` and `ccgrade origin`: what is to be verified, and where a cell came from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ccgrade_xl.cli.options import AS_OF, AsOfOption, BookArgument, JsonOption, OutOption, date_of, open_book
from ccgrade_xl.cli.showing import finish, progress

ReturnedOption = Annotated[
    list[Path] | None,
    typer.Option("--returned", metavar="FILE", help="填好交回的清单（.xlsx 或 .csv），可以给多个。"),
]
PrintOption = Annotated[
    Path | None, typer.Option("--print", metavar="DIR", help="另存每人一份的 A4 清单（.xlsx）到这个文件夹。")
]


def verify(
    book: BookArgument,
    returned: ReturnedOption = None,
    print_to: PrintOption = None,
    out: OutOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """先收回填好的核实结果（写入客户数据、重新评级、记入台账），再列出还要核实的，按班组均分到人。"""
    from ccgrade_xl.commands import verify_customers  # noqa: PLC0415 - each command waits for its own imports only

    day = date_of(as_of, AS_OF)
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = verify_customers(opened, returned or [], day)
        opened.commit(out)
    if print_to is not None:
        from ccgrade_xl.pages.verification.printing import write_field_lists  # noqa: PLC0415

        written = write_field_lists(opened, print_to)
        if not as_json:
            typer.echo(
                f"每人一份的清单已写到 {print_to}：{'、'.join(path.name for path in written) or '没有要核实的'}。"
            )
    finish(outcome, as_json)


def origin(
    book: BookArgument,
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="客户编号。")],
    columns: Annotated[
        list[str] | None, typer.Argument(metavar="COLUMN…", help="列名，可以写几个；省略时列出全部。")
    ] = None,
    comment: Annotated[
        bool | None,
        typer.Option("--comment/--no-comment", help="把来源写成单元格批注，或取走这些批注。"),
    ] = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """查一户客户的值来自哪个部门的哪个文件、哪一行、哪一天，或由谁核实；也可以写成单元格批注。"""
    from ccgrade_xl.commands.origin import note_origins, origin_of, take_origins_away  # noqa: PLC0415
    from ccgrade_xl.errors import CcgradeError  # noqa: PLC0415 - `--help` must not wait for it

    opened = open_book(book, lambda _text, _share=None: None)
    if comment is None:
        if out is not None:
            raise CcgradeError("只是查来源，没有要写的：-o 请与 --comment 或 --no-comment 一起用。")
        finish(origin_of(opened, customer, columns or ()), as_json)
        return
    outcome = (note_origins if comment else take_origins_away)(opened, customer, columns or ())
    opened.commit(out)
    finish(outcome, as_json)
