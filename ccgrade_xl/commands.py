"""Every button, declared once: id, Chinese label, group, help, and the command it runs on a `Book`.

The ribbon XML, its callbacks, the LibreOffice toolbar, the buttons on 首页, the manual and the command line
follow from `COMMANDS`. A command is written once and runs on live Excel, live LibreOffice and a closed file.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from ccgrade_xl import __version__, boundary, undo
from ccgrade_xl.errors import BookFault, Cancelled, CcgradeError, RuleFaults
from ccgrade_xl.grading.explanation import explanation
from ccgrade_xl.grading.next_star import next_star
from ccgrade_xl.grading.sample import Grades
from ccgrade_xl.inspection import findings
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.rules.schema import RULE_TABLES
from ccgrade_xl.rules.store import keep
from ccgrade_xl.rules.tables import rules_from_tables
from ccgrade_xl.sample import grade_table, one_customer, result_columns
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import KEY
from ccgrade_xl.workbook.names import SELF_CHECK_RESULT, TRIAL_CUSTOMER
from ccgrade_xl.workbook.overview import BLOCKS
from ccgrade_xl.workbook.overview_page import overview_rows

RibbonGroup = Literal["数据", "评级", "报告", "帮助"]


@frozen
class Command:
    """A button. `name` is its ASCII id and icon file name; `help` its tooltip."""

    name: str
    label: str
    group: RibbonGroup
    help: str
    run: Callable[[Book], Outcome] = field(repr=False)
    large: bool = False


COMMANDS: dict[str, Command] = {}
"""Every button by name, in the order the ribbon shows them."""


def _command(
    name: str, label: str, group: RibbonGroup, text: str, *, large: bool = False
) -> Callable[..., Callable[..., Outcome]]:
    def declare(run: Callable[..., Outcome]) -> Callable[..., Outcome]:
        COMMANDS[name] = Command(name, label, group, text, run, large)
        return run

    return declare


def run_command(name: str, book: Book) -> Outcome:
    """Run a button's command; make its writes final and tell the user, or tell her why nothing was done."""
    if name not in COMMANDS:
        raise CcgradeError(f"没有名为“{name}”的命令，工作簿与本程序的版本可能不一致，请更新工作簿模板。")
    command = COMMANDS[name]
    book.status(f"{command.label}……")
    try:
        outcome = command.run(book)
        book.commit()
    except CcgradeError as fault:
        outcome = Outcome(str(fault), data={"failed": True})
    finally:
        book.status("")
    book.tell(told(outcome))
    return outcome


_TOLD = 12
"""How many rows that need attention a message box lists."""


def told(outcome: Outcome) -> str:
    """Return an outcome as a message: its sentence, then the first rows that need attention."""
    rows = outcome.attention
    if not rows:
        return outcome.message
    more = [f"……另有 {len(rows) - _TOLD} 条。"] if len(rows) > _TOLD else []
    return "\n".join([outcome.message, "", *rows[:_TOLD], *more])


# --- 数据 -------------------------------------------------------------------------------------------------


@_command(
    "import",
    "导入",
    "数据",
    "从 Excel 或 CSV 导入客户资料：表头自动对应，已有客户更新，新客户追加。",
    large=True,
)
def import_customers(book: Book, sources: Sequence[Path] | None = None) -> Outcome:
    """Bring the customers of one or more files into table 客户: known numbers are updated, new ones appended."""
    from ccgrade_xl.importing import import_into  # noqa: PLC0415 - reading files is not needed to grade

    paths = list(sources) if sources is not None else list(book.choose_files("选择要导入的客户资料"))
    if not paths:
        raise Cancelled("没有选择文件，什么都没有改变。")
    return import_into(book, paths, rules_of(book))


@_command("check", "检查数据", "数据", "逐户检查资料：看不懂的数字、不在选项中的文字、重复或缺失的客户编号。")
def check_customers(book: Book) -> Outcome:
    """List what is wrong with the customers' data; nothing is written."""
    table = read_customers(book)
    found = findings(table, rules_of(book))
    if not found:
        return Outcome(f"已检查 {len(table.rows)} 户，没有发现问题。")
    return Outcome(f"已检查 {len(table.rows)} 户，发现 {len(found)} 处需要处理：", found)


# --- 评级 -------------------------------------------------------------------------------------------------


@_command(
    "grade",
    "一键评级",
    "评级",
    "给全部客户评级：写入用气量等级、信用等级、星级和说明，并更新概览。",
    large=True,
)
def grade_customers(book: Book, rules: RuleSet | None = None, as_of: dt.date | None = None) -> Outcome:
    """Grade every customer of table 客户 in place, and bring 分级概览 up to date."""
    table = read_customers(book)
    chosen = rules or rules_of(book)
    book.status(f"正在评级 {len(table.rows)} 户……", 0.3)
    grades = grade_table(table, chosen, as_of or _today())
    keep(chosen)
    _stop_if_cancelled(book)
    undo.remember(book.location, _before(book, table))
    book.status("正在写入结果……", 0.6)
    book.write_columns(CUSTOMER_TABLE, result_columns(grades))
    _write_overview(book, table, grades)
    return graded_outcome(table, grades, findings(table, chosen, grades.customers))


@_command("undo", "撤销本次评级", "评级", "把上一次评级或导入写入的内容恢复原样。")
def undo_last(book: Book) -> Outcome:
    """Put back what the last command replaced."""
    record = undo.recollect(book.location)
    if record.rows is not None:
        book.replace_rows(record.table, record.rows)
    elif record.columns:
        here = len(read_customers(book, blank_rows=True).rows)
        before = len(next(iter(record.columns.values())))
        if here != before:
            raise BookFault(f"“{record.table}”表现在有 {here} 行，写入时有 {before} 行，行数变了，不能撤销。")
        book.write_columns(record.table, record.columns)
    for name, rows in record.blocks.items():
        book.write_block(name, rows)
    undo.forget(book.location)
    return Outcome(f"已撤销“{record.command}”，恢复到之前的内容。")


@_command("explain", "解释所选客户", "评级", "说明所选客户为什么是这个等级，以及怎样升一星。", large=True)
def explain_selected(book: Book) -> Outcome:
    """Explain the grade of the customer the user stands on."""
    number = book.selected_customer()
    if number is None:
        raise BookFault("请先在“客户数据”里点选一户客户（任意一格），再按“解释所选客户”。")
    return explain_customer(book, number)


def explain_customer(
    book: Book, number: str, rules: RuleSet | None = None, as_of: dt.date | None = None
) -> Outcome:
    """Explain one customer's grade by number."""
    return explained(read_customers(book), number, rules or rules_of(book), as_of or _today())


def explained(table: Table, number: str, rules: RuleSet, as_of: dt.date) -> Outcome:
    """Explain one customer of a table by number."""
    at = _row_of(table, number)
    row = Table(table.name, table.headers, [table.rows[at]])
    block = explanation(grade_table(row, rules, as_of))
    advice = next_star(one_customer(table.headers, table.rows[at]), rules, as_of).sentence
    name = table.column("客户名称")[at] if "客户名称" in table.headers else ""
    return Outcome(
        "\n".join([f"{number} {name or ''}".strip(), *_explained_lines(block), f"怎样升星：{advice}"]),
        data={"customer": number, "explanation": block, "next_star": advice},
    )


@_command("trial", "试算", "评级", "把所选客户带到“试算”页：改一项看结果怎样变化。")
def trial_selected(book: Book) -> Outcome:
    """Bring the selected customer to 试算."""
    number = book.selected_customer()
    if number is not None:
        book.write_block(TRIAL_CUSTOMER, [[number]])
    book.activate("试算")
    return Outcome(
        f"已把客户 {number} 带到“试算”页。" if number else "请在“试算”页输入客户编号或直接填写资料。"
    )


# --- 报告 -------------------------------------------------------------------------------------------------


@_command("overview", "更新概览", "报告", "按现有资料和规则重新统计“分级概览”的各张表和图。", large=True)
def refresh_overview(book: Book, rules: RuleSet | None = None, as_of: dt.date | None = None) -> Outcome:
    """Recount 分级概览 from the customers as they stand."""
    table = read_customers(book)
    grades = grade_table(table, rules or rules_of(book), as_of or _today())
    undo.remember(book.location, undo.Replaced("更新概览", CUSTOMER_TABLE, {}, None, _overview_before(book)))
    _write_overview(book, table, grades)
    book.activate("分级概览")
    return Outcome(f"概览已更新：参评 {int(grades.graded.sum())} 户。")


# --- 帮助 -------------------------------------------------------------------------------------------------


@_command("functions", "函数说明", "帮助", "全部单元格函数的说明和参数。")
def show_functions(book: Book) -> Outcome:
    """Go to the function reference."""
    book.activate("使用说明")
    return Outcome("全部函数和按钮的说明在“使用说明”页。")


@_command("selfcheck", "自检", "帮助", "核对每个函数的标准算例，全部通过即安装正常。")
def show_self_check(book: Book) -> Outcome:
    """Go to 自检 and read out its result."""
    book.activate("自检")
    return Outcome(f"自检结果：{book.read_name(SELF_CHECK_RESULT)}")


@_command("diagnose", "诊断", "帮助", "显示程序、规则和工作簿的版本与位置，供排查问题。")
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


@_command("about", "关于", "帮助", "程序名称、版本和许可。")
def about(_book: Book) -> Outcome:
    """Say what this is."""
    return Outcome(
        f"工商客户分级 ccgrade {__version__}\n用气量 × 信用 → 星级，开源软件（Apache-2.0），数据不离开本机。"
    )


# --- steps the commands share -----------------------------------------------------------------------------


def read_customers(book: Book, *, blank_rows: bool = False) -> Table:
    """Read table 客户. Rows at the end that hold nothing are left out unless asked for."""
    table = book.read_table(CUSTOMER_TABLE)
    if blank_rows:
        return table
    rows = list(table.rows)
    inputs = [at for at, header in enumerate(table.headers) if header.strip() in _INPUTS]
    while rows and all(boundary.is_blank(rows[-1][at]) for at in inputs):
        rows.pop()
    if not rows:
        raise BookFault("“客户数据”里还没有客户，请先导入或粘贴客户资料。")
    _refuse_untold_customers(table, rows)
    return Table(table.name, table.headers, rows, table.sheet, table.first_row, table.first_column)


def _refuse_untold_customers(table: Table, rows: Sequence[Sequence[CellValue]]) -> None:
    """Raise `BookFault` where no customer number of the table can be trusted: nobody could tell whose grade it is."""
    if KEY not in table.headers:
        return
    first: tuple[int, UnusableIdentifier] | None = None
    for row, cell in enumerate(cells[table.headers.index(KEY)] for cells in rows):
        try:
            if identifier(cell) is not None:
                return
        except UnusableIdentifier as reason:
            first = first or (row, reason)
    if first is not None:
        place = f"{table.sheet or table.name}第 {table.first_row + first[0]} 行"
        raise BookFault(f"{place}的客户{first[1]}；没有一个可靠的客户编号，没有评级。")


_INPUTS = frozenset(column.name for column in INPUT_COLUMNS)


def rules_of(book: Book) -> RuleSet:
    """Return the rule set of a book's 评分规则 tables; tables it lacks are the default's."""
    present = [name for name in book.table_names() if name in RULE_TABLES]
    tables = {name: book.read_table(name) for name in present}
    return rules_from_tables(
        {name: (table.headers, table.rows) for name, table in tables.items()},
        first_rows={name: table.first_row for name, table in tables.items()},
    )


def _before(book: Book, table: Table) -> undo.Replaced:
    whole = read_customers(book, blank_rows=True)
    results = [header for header in whole.headers if header not in _INPUTS]
    columns = {header: whole.column(header) for header in results}
    return undo.Replaced("一键评级", table.name, columns, None, _overview_before(book))


def _overview_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    return {block.name: book.read_block(block.name) for block in BLOCKS if book.has_name(block.name)}


def _write_overview(book: Book, table: Table, grades: Grades) -> None:
    for name, rows in overview_rows(table, grades).items():
        if book.has_name(name):
            book.write_block(name, rows)


def graded_outcome(table: Table, grades: Grades, found: Sequence[str]) -> Outcome:
    """Say how many customers have which star."""
    stars = Counter(grades.star_name(row) for row in range(len(grades)) if grades.graded[row])
    graded = sum(stars.values())
    names = [*reversed(grades.scales.star.names), "待定"]
    listed = "，".join(f"{name} {stars[name]} 户" for name in names if stars[name])
    message = f"已评级 {graded} 户，不参评 {len(table.rows) - graded} 户：{listed or '无'}。规则 {grades.scales.rules.version}。"
    data = {
        "graded": graded,
        "not_graded": len(table.rows) - graded,
        "stars": {name: stars[name] for name in names},
    }
    data["rules"] = grades.scales.rules.version
    data["as_of"] = grades.as_of.isoformat()
    return Outcome(message, found, data)


def _row_of(table: Table, number: str) -> int:
    if "客户编号" not in table.headers:
        raise BookFault("表里没有“客户编号”列，找不到客户。")
    numbers = [boundary.read_text(cell) for cell in table.column("客户编号")]
    if number.strip() not in numbers:
        raise BookFault(f"“客户数据”里没有客户编号 {number}，请核对。")
    return numbers.index(number.strip())


def _explained_lines(block: Sequence[Sequence[CellValue]]) -> list[str]:
    """Return an explanation block as lines of text."""
    lines = []
    for name, value, score, _weight, _won, lost, remark in block[1:]:
        if name is None:
            continue
        parts = [str(value) if value else "", f"{score:g} 分" if isinstance(score, float) else ""]
        parts += [f"失 {lost:g} 分" if isinstance(lost, float) and lost > 0 else "", str(remark or "")]
        lines.append(f"{name}：" + "，".join(part for part in parts if part))
    return lines


def _stop_if_cancelled(book: Book) -> None:
    if book.cancelled():
        raise Cancelled("已取消，什么都没有改变。")


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
