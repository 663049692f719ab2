"""The command line of 培训自测: `ccgrade exam …`."""

from __future__ import annotations

from typing import Annotated

import typer

from ccgrade_xl.cli.options import AS_OF, AsOfOption, BookArgument, JsonOption, OutOption, date_of, open_book
from ccgrade_xl.cli.showing import finish, print_json, print_table, progress
from ccgrade_xl.cli.wording import COMMAND, OPTIONS, Command, Group

exam_app = typer.Typer(
    help="培训自测：出题、阅卷、看成绩。",
    cls=Group,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMAND,
    no_args_is_help=True,
)


@exam_app.command("new", cls=Command, options_metavar=OPTIONS)
def new_(
    book: BookArgument,
    form: Annotated[
        str | None, typer.Option("--form", help="考试、自查或互查；省略时用“培训自测”页上的卷别。")
    ] = None,
    count: Annotated[int | None, typer.Option("--count", metavar="N", help="题数，1–60。")] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="随机种子；同一种子、资料和规则出同一份卷。")
    ] = None,
    as_of: AsOfOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """出一份试卷，写到“培训自测”页。"""
    from ccgrade_xl.casework.training.paper import FORMS  # noqa: PLC0415
    from ccgrade_xl.commands import new_exam  # noqa: PLC0415
    from ccgrade_xl.errors import NotUnderstood, OutOfRange  # noqa: PLC0415

    if form is not None and form not in FORMS:
        raise NotUnderstood(f"--form “{form}”看不懂，请用{'、'.join(FORMS)}。")
    if seed is not None and not 0 <= seed <= 9999:
        raise OutOfRange(f"--seed 应在 0 到 9999 之间，现在是 {seed}。")
    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = new_exam(opened, form, count, seed, date_of(as_of, AS_OF))
        opened.commit(out)
    finish(outcome, as_json)


@exam_app.command(cls=Command, options_metavar=OPTIONS)
def mark(
    book: BookArgument,
    examinee: Annotated[
        str | None, typer.Option("--examinee", metavar="NAME", help="考试人；省略时用“培训自测”页上的。")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """批改“培训自测”页上的作答，成绩记入台账。"""
    from ccgrade_xl.commands import mark_exam  # noqa: PLC0415

    with progress(quiet=as_json) as status:
        opened = open_book(book, status)
        outcome = mark_exam(opened, examinee)
        opened.commit()
    finish(outcome, as_json)


@exam_app.command(cls=Command, options_metavar=OPTIONS)
def results(book: BookArgument, as_json: JsonOption = False) -> None:
    """列出台账里每个人的历次成绩。"""
    from ccgrade_xl.casework.ledger import ExamResult  # noqa: PLC0415
    from ccgrade_xl.casework.training.results import progress as lines_of  # noqa: PLC0415
    from ccgrade_xl.pages.ledger import reading  # noqa: PLC0415

    with reading(open_book(book, None)) as view:
        taken = [entry.record for entry in view.current(ExamResult)]
    if as_json:
        print_json([
            {
                "paper": each.number, "person": each.examinee, "day": each.taken_on.isoformat(),
                "points": each.points, "full": each.full_points,
            }
            for each in taken
        ])  # fmt: skip
        return
    if not taken:
        typer.echo("台账里还没有成绩：出题、作答、阅卷后就有了。")
        return
    rows = [
        (
            line.person,
            str(len(line.shares)),
            f"{line.mean:.0%}",
            line.last_day,
            "  ".join(f"{share:.0%}" for share in line.shares),
        )
        for line in lines_of(taken)
    ]
    print_table(("考试人", "次数", "平均", "最近一次", "历次（旧 → 新）"), rows)
