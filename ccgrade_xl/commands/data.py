"""数据: bring customers in, and look them over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import BookFault, Cancelled
from ccgrade_xl.inspection import findings
from ccgrade_xl.pages.closing import note_step
from ccgrade_xl.pages.customers import day_of, read_customers, rules_of
from ccgrade_xl.pages.verification.returning import fill_in, is_returned
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, Outcome


@command(
    "import",
    "导入",
    "数据",
    "从 Excel 或 CSV 导入客户资料：表头自动对应，已有客户更新，新客户追加。",
    large=True,
)
def import_customers(
    book: Book,
    sources: Sequence[Path] | None = None,
    *,
    source: str = "",
    day: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Outcome:
    """Bring the customers of one or more files into table 客户: known numbers are updated, new ones appended.

    `source` names the department they come from and `day` the day of their data; left out, the file's name tells.
    A verification list that came back is put into 待核实.
    """
    from ccgrade_xl.importing import Delivery, import_into  # noqa: PLC0415 - reading files is not needed to grade

    paths = list(sources) if sources is not None else list(book.choose_files("选择要导入的客户资料"))
    if not paths:
        raise Cancelled("没有选择文件，什么都没有改变。")
    lists = [path for path in paths if is_returned(path)]
    if lists and len(lists) == len(paths):
        return fill_in(book, lists)
    if lists:
        raise BookFault(f"“{lists[0].name}”是待核实清单的回表，请与客户资料分开导入。")
    outcome = import_into(book, paths, rules_of(book), Delivery(day_of(at), source, day))
    return _noted(book, "导入", "、".join(path.name for path in paths), outcome, at)


@command("check", "检查数据", "数据", "逐户检查资料：看不懂的数字、不在选项中的文字、重复或缺失的客户编号。")
def check_customers(
    book: Book,
    rules: RuleSet | None = None,
    as_of: dt.date | None = None,
    *,
    at: dt.datetime | None = None,
) -> Outcome:
    """List what is wrong with the customers' data; table 客户 is left as it is. `as_of` is the day they will be graded on."""
    table = read_customers(book)
    found = findings(table, rules or rules_of(book))
    said = f"发现 {len(found)} 处需要处理：" if found else "没有发现问题。"
    outcome = Outcome(f"已检查 {len(table.rows)} 户，{said}", found)
    return _noted(book, "检查", f"{len(table.rows)} 户，{len(found)} 处", outcome, at, as_of)


def _noted(
    book: Book, step: str, note: str, outcome: Outcome, at: dt.datetime | None, as_of: dt.date | None = None
) -> Outcome:
    """Record a step of the month close; what could not be recorded joins what needs attention."""
    return evolve(outcome, attention=[*outcome.attention, *note_step(book, step, note, at, as_of=as_of)])
