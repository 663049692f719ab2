"""帮助: what there is, whether it works, and what this is."""

from __future__ import annotations

from ccgrade_xl import __version__
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.errors import RuleFaults
from ccgrade_xl.pages.customers import rules_of
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.workbook.book import Book, Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.names import SELF_CHECK_RESULT


@command("functions", "函数说明", "帮助", "全部单元格函数的说明和参数。")
def show_functions(book: Book) -> Outcome:
    """Go to the function reference."""
    book.activate("使用说明")
    return Outcome("全部函数和按钮的说明在“使用说明”页。")


@command("selfcheck", "自检", "帮助", "核对每个函数的标准算例，全部通过即安装正常。")
def show_self_check(book: Book) -> Outcome:
    """Go to 自检 and read out its result."""
    book.activate("自检")
    return Outcome(f"自检结果：{book.read_name(SELF_CHECK_RESULT)}")


@command("diagnose", "诊断", "帮助", "显示程序、规则和工作簿的版本与位置，供排查问题。")
def diagnose(book: Book) -> Outcome:
    """Say what is in order and what is not: machine, spreadsheet program, workbook."""
    tables = set(book.table_names())
    missing = [name for name in (CUSTOMER_TABLE, *RULE_TABLES) if name not in tables]
    lines = [
        book.diagnosis(),
        f"√ 工作簿：{book.location}",
        _rules_line(book),
        f"× 表格：缺少{'、'.join(missing)}\n   → 请用“ccgrade new”新建工作簿。"
        if missing
        else "√ 表格：齐全",
    ]
    return Outcome("\n".join(lines))


def _rules_line(book: Book) -> str:
    try:
        rules = rules_of(book)
    except RuleFaults as faults:
        return f"× {faults}"
    return f"√ 规则版本：{rules.version}" + ("（默认规则）" if rules == RuleSet.default() else "")


@command("about", "关于", "帮助", "程序名称、版本和许可。")
def about(_book: Book) -> Outcome:
    """Say what this is."""
    return Outcome(
        f"工商客户分级 ccgrade {__version__}\n用气量 × 信用 → 星级，开源软件（Apache-2.0），数据不离开本机。"
    )
