"""Every button on a closed workbook: what it writes, what undo puts back, and that Esc leaves all as it was."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl import __version__, undo
from ccgrade_xl.commands import (
    COMMANDS,
    explain_customer,
    grade_customers,
    import_customers,
    refresh_overview,
    run_command,
    told,
    undo_last,
)
from ccgrade_xl.errors import BookFault, Cancelled, CcgradeError, RuleFaults
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import RESULT_HEADERS
from ccgrade_xl.workbook.book import Outcome
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.names import TRIAL_CUSTOMER
from ccgrade_xl.workbook.overview import BLOCKS, BY_STAR, TOTALS
from ccgrade_xl.workbook.template import new_book

AS_OF = dt.date(2026, 10, 31)
FULL = {
    "客户状态": "在用", "在用月数": 12.0, "用气单位性质": "国有企业", "合同签订": "有效且信息一致",
    "用气单位所属": "自有物业", "逾期次数": 0.0, "最长逾期天数": 0.0, "当前欠费天数": 0.0, "缴费方式": "银行代扣",
    "预收气费余额": 200000.0, "月均气费": 100000.0,
}  # fmt: skip
CUSTOMERS = (
    {"客户编号": "0001", "客户名称": "一厂", "月均用气量": 120000.0, **FULL},
    {"客户编号": "0002", "客户名称": "二厂", "月均用气量": 12000.0, **FULL, "用气单位性质": "民营企也"},
    {"客户编号": "0003", "客户名称": "三厂", "月均用气量": 800.0, **FULL, "客户状态": "销户"},
)


class Desk(ClosedFileBook):
    """A closed workbook with a manager before it: she stands on a customer, chooses files, presses Esc."""

    def __init__(self, path: Path, **callbacks: Any) -> None:
        super().__init__(path, **callbacks)
        self.selected: str | None = None
        self.shown: list[str] = []

    def selected_customer(self) -> str | None:
        return self.selected

    def activate(self, sheet: str) -> None:
        super().activate(sheet)
        self.shown.append(sheet)


Opened = Callable[..., Desk]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook with three customers, ungraded."""
    path = tmp_path / "簿.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    names = [column.name for column in CUSTOMER_COLUMNS]
    book.replace_rows(CUSTOMER_TABLE, [[customer.get(name) for name in names] for customer in CUSTOMERS])
    book.commit()
    return path


@pytest.fixture
def book(path: Path) -> Desk:
    return Desk(path)


def column(book: ClosedFileBook, *names: str) -> list[Any]:
    table = book.read_table(CUSTOMER_TABLE)
    if len(names) == 1:
        return list(table.column(names[0]))
    return list(zip(*(table.column(name) for name in names), strict=True))


def everything(book: ClosedFileBook) -> Any:
    """All that the commands may write: the customers and the overview."""
    return book.read_table(CUSTOMER_TABLE).rows, [
        [list(row) for row in book.read_block(each.name)] for each in BLOCKS
    ]


def source(tmp_path: Path, *lines: str, name: str = "表.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


# --- 一键评级, 更新概览, 撤销本次评级 -----------------------------------------------------------------------


def test_grading_writes_results_and_overview(book: Desk) -> None:
    outcome = grade_customers(book, as_of=AS_OF)
    assert outcome.message.startswith("已评级 2 户，不参评 1 户：五星级 1 户，四星级 1 户")
    assert column(book, "用气量等级", "信用等级", "星级") == [
        ("五级", "5A", "五星级"), ("三级", "5A", "四星级"), (None, None, None)
    ]  # fmt: skip
    assert column(book, "说明")[2] == "不参评：销户"
    assert set(column(book, "规则版本")) == {RuleSet.default().version}
    assert [row[1] for row in book.read_block(BY_STAR.name)] == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    totals = dict(zip(TOTALS.labels, (row[0] for row in book.read_block(TOTALS.name)), strict=True))
    assert (totals["客户总数"], totals["参评户数"], totals["规则版本"]) == (
        3.0,
        2.0,
        RuleSet.default().version,
    )


def test_grading_names_what_needs_attention(book: Desk) -> None:
    outcome = grade_customers(book, as_of=AS_OF)
    (finding,) = outcome.attention
    assert finding.startswith("客户数据第 4 行（客户 0002）：用气单位性质“民营企也”不在选项中")
    assert "是不是“民营企业”" in finding


def test_grading_leaves_the_data_alone_and_keeps_its_results_on_disk(book: Desk, path: Path) -> None:
    inputs = [each.name for each in CUSTOMER_COLUMNS if each.name not in RESULT_HEADERS]
    before = column(book, *inputs)
    run_command("grade", book)
    again = ClosedFileBook(path)
    assert column(again, *inputs) == before
    assert column(again, "星级") == ["五星级", "四星级", None]


def test_grading_uses_the_rules_of_the_book(book: Desk) -> None:
    table = book.read_table("星级分档")
    book.replace_rows(
        "星级分档", [[name, {"四星级": 15.5}.get(str(name), lower)] for name, lower in table.rows]
    )
    outcome = grade_customers(book, as_of=AS_OF)
    assert column(book, "星级")[1] == "三星级"
    assert outcome.data["rules"] != RuleSet.default().version


def test_faults_in_the_rules_stop_the_grading_with_all_of_them(book: Desk) -> None:
    table = book.read_table("星级分档")
    book.replace_rows("星级分档", [[name, "很多"] for name, _ in table.rows])
    before = everything(book)
    with pytest.raises(RuleFaults, match="评分规则有 5 处问题"):
        grade_customers(book, as_of=AS_OF)
    assert everything(book) == before


def test_an_empty_book_has_nothing_to_grade(tmp_path: Path) -> None:
    new_book(tmp_path / "空.xlsm")
    with pytest.raises(BookFault, match="还没有客户"):
        grade_customers(ClosedFileBook(tmp_path / "空.xlsm"))


def test_undo_puts_back_what_grading_replaced(book: Desk) -> None:
    before = everything(book)
    grade_customers(book, as_of=AS_OF)
    assert everything(book) != before
    assert undo_last(book).message == "已撤销“一键评级”，恢复到之前的内容。"
    assert everything(book) == before


def test_undo_puts_back_the_grades_of_the_month_before(book: Desk, path: Path) -> None:
    run_command("grade", book)
    before = everything(Desk(path))
    grade_customers(book, as_of=dt.date(2020, 1, 1))
    book.commit()
    run_command("undo", Desk(path))
    assert everything(Desk(path)) == before


def test_undo_works_once(book: Desk) -> None:
    grade_customers(book, as_of=AS_OF)
    undo_last(book)
    with pytest.raises(CcgradeError, match="没有可以撤销的操作"):
        undo_last(book)


@pytest.mark.parametrize(
    "torn",
    [
        lambda kept: b"",
        lambda kept: kept[:-9],
        lambda kept: kept[:40] + bytes(40) + kept[80:],
        lambda kept: kept[1:],
        lambda kept: gzip.compress(b"{"),
        lambda kept: gzip.compress(b"\xff"),
    ],
    ids=["empty", "cut short", "torn inside", "no gzip", "no JSON", "no text"],
)
def test_a_damaged_record_of_what_was_replaced_is_said(book: Desk, torn: Callable[[bytes], bytes]) -> None:
    grade_customers(book, as_of=AS_OF)
    record = undo._path(book.location)
    record.write_bytes(torn(record.read_bytes()))
    with pytest.raises(CcgradeError, match="上一次写入的记录已损坏，无法撤销"):
        undo_last(book)


def test_undo_refuses_where_rows_came_or_went(book: Desk) -> None:
    grade_customers(book, as_of=AS_OF)
    rows = book.read_table(CUSTOMER_TABLE).rows
    book.replace_rows(CUSTOMER_TABLE, rows[:2])
    with pytest.raises(BookFault, match="现在有 2 行，写入时有 3 行，行数变了，不能撤销"):
        undo_last(book)


def test_the_overview_is_recounted_and_undone(book: Desk) -> None:
    before = everything(book)
    assert refresh_overview(book, as_of=AS_OF).message == "概览已更新：参评 2 户。"
    assert book.shown == ["分级概览"]
    assert column(book, "星级") == [None] * 3
    assert book.read_block(BY_STAR.name)[0][1] == 1.0
    undo_last(book)
    assert everything(book) == before


# --- 导入, 检查数据 ------------------------------------------------------------------------------------------


def test_import_updates_known_customers_and_appends_new_ones(book: Desk, tmp_path: Path) -> None:
    file = source(tmp_path, "户号,月均气量(万m3/月),单位性质", "0002,3,民企", "0009,0.1,学校")
    outcome = import_customers(book, [file])
    assert "新增 1 户，更新 1 户" in outcome.message
    assert column(book, "客户编号", "月均用气量", "用气单位性质") == [
        ("0001", 120000.0, "国有企业"), ("0002", 30000.0, "民企"), ("0003", 800.0, "国有企业"), ("0009", 1000.0, "学校")
    ]  # fmt: skip
    assert column(book, "客户名称") == ["一厂", "二厂", "三厂", None]


def test_import_says_each_thing_once(book: Desk, tmp_path: Path) -> None:
    file = source(tmp_path, "户号,月均气量(m3/日),单位性质,用气量", "0002,3,民企,4", "0009,5吨,学校,6")
    said = import_customers(book, [file]).attention
    assert any("不能换算" in line for line in said)
    assert any("没有用" in line for line in said)
    assert any("“5吨”的单位看不懂" in line for line in said)
    assert len(said) == len(set(said))


def test_import_leaves_grades_and_is_undone_with_its_rows(book: Desk, tmp_path: Path) -> None:
    grade_customers(book, as_of=AS_OF)
    before = everything(book)
    import_customers(book, [source(tmp_path, "客户编号,月均用气量", "0001,5", "0010,7")])
    assert column(book, "星级") == ["五星级", "四星级", None, None]
    undo_last(book)
    assert everything(book) == before


def test_import_asks_for_files_where_none_are_given(path: Path, tmp_path: Path) -> None:
    file = source(tmp_path, "客户编号,月均用气量", "0011,5")
    book = Desk(path, on_choose_files=lambda _title: [file])
    run_command("import", book)
    assert column(Desk(path), "客户编号")[-1] == "0011"


def test_import_without_a_chosen_file_changes_nothing(path: Path) -> None:
    said: list[str] = []
    run_command("import", Desk(path, on_tell=said.append))
    assert said == ["没有选择文件，什么都没有改变。"]


def test_import_of_a_workbook_of_ours_takes_its_customers(book: Desk, path: Path, tmp_path: Path) -> None:
    new_book(tmp_path / "新.xlsm")
    fresh = ClosedFileBook(tmp_path / "新.xlsm")
    assert "新增 3 户" in import_customers(fresh, [path]).message
    assert column(fresh, "客户编号") == ["0001", "0002", "0003"]


def test_checking_lists_findings_and_writes_nothing(path: Path) -> None:
    before, said = path.read_bytes(), []
    run_command("check", Desk(path, on_tell=said.append))
    assert said[0].startswith("已检查 3 户，发现 1 处需要处理：")
    assert path.read_bytes() == before


def test_checking_names_customer_numbers_that_cannot_be_told_apart(book: Desk) -> None:
    book.write_columns(CUSTOMER_TABLE, {"客户编号": ["0001", "0001", 1.2345678901234567e18]})
    found = COMMANDS["check"].run(book).attention
    assert any("第 4 行（客户 0001）：客户编号与第 3 行重复" in sentence for sentence in found)
    assert any("末尾的数位已丢失" in sentence for sentence in found)


def test_checking_names_customers_who_differ_by_leading_zeros_alone(book: Desk) -> None:
    rows = [list(row) for row in book.read_table(CUSTOMER_TABLE).rows]
    rows.append(["00001", *rows[0][1:]])
    book.replace_rows(CUSTOMER_TABLE, rows)
    found = COMMANDS["check"].run(book).attention
    place = 3 + len(CUSTOMERS)
    assert any(
        f"第 {place} 行（客户 00001）：客户编号与第 3 行的 0001 只差开头的 0" in sentence
        for sentence in found
    )


def test_import_names_new_customers_who_differ_by_leading_zeros_alone(book: Desk, tmp_path: Path) -> None:
    others = [None] * (len(book.read_table(CUSTOMER_TABLE).headers) - 1)
    book.replace_rows(CUSTOMER_TABLE, [["12345", *others], ["777", *others]])
    first = import_customers(book, [source(tmp_path, "客户编号,月均用气量", "0012345,5", "0000888,7")])
    assert "12345 和 0012345" in first.attention[0]
    assert column(book, "客户编号") == ["12345", "777", "0012345", "0000888"]
    again = import_customers(book, [source(tmp_path, "客户编号,月均用气量", "0012345,6")])
    assert not any("只差开头的 0" in sentence for sentence in again.attention)


def test_customers_of_whom_no_number_can_be_trusted_are_not_graded(book: Desk) -> None:
    book.write_columns(CUSTOMER_TABLE, {"客户编号": ["1" * 30] * 3})
    with pytest.raises(BookFault, match=r"客户数据第 3 行的客户编号“1+…”有 30 位.*没有评级"):
        grade_customers(book, as_of=AS_OF)


# --- 解释所选客户, 试算 --------------------------------------------------------------------------------------


def test_the_selected_customer_is_explained(book: Desk) -> None:
    book.selected = "0001"
    message = COMMANDS["explain"].run(book).message
    assert message.startswith("0001 一厂\n用气单位性质：国有企业，90 分，失 1 分")
    assert "怎样升星：已经是五星级，没有更高的星级。" in message


def test_an_explanation_is_also_data(book: Desk) -> None:
    outcome = explain_customer(book, "0002", as_of=AS_OF)
    assert outcome.data["customer"] == "0002"
    assert "四星级" in outcome.message
    with pytest.raises(BookFault, match="没有客户编号 9999"):
        explain_customer(book, "9999")


def test_explaining_needs_a_selected_customer(book: Desk) -> None:
    with pytest.raises(BookFault, match="点选一户客户"):
        COMMANDS["explain"].run(book)


def test_the_selected_customer_is_brought_to_the_trial_page(book: Desk) -> None:
    book.selected = "0002"
    assert COMMANDS["trial"].run(book).message == "已把客户 0002 带到“试算”页。"
    assert (book.read_name(TRIAL_CUSTOMER), book.shown) == ("0002", ["试算"])


def test_the_trial_page_opens_without_a_customer_too(book: Desk) -> None:
    assert "输入客户编号或直接填写" in COMMANDS["trial"].run(book).message
    assert (book.read_name(TRIAL_CUSTOMER), book.shown) == (None, ["试算"])


# --- 帮助 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sheet", "says"),
    [
        ("functions", ["使用说明"], "“使用说明”页"),
        ("selfcheck", ["自检"], "自检结果："),
        ("diagnose", [], __version__),
        ("about", [], f"ccgrade {__version__}"),
    ],
)
def test_help_shows_its_page_and_writes_nothing(path: Path, name: str, sheet: list[str], says: str) -> None:
    before, said = path.read_bytes(), []
    book = Desk(path, on_tell=said.append)
    run_command(name, book)
    assert book.shown == sheet
    assert says in said[0]
    assert path.read_bytes() == before


# --- every command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_button_says_something_and_clears_the_status_bar(path: Path, tmp_path: Path, name: str) -> None:
    said: list[str] = []
    status: list[str] = []
    book = Desk(
        path,
        on_tell=said.append,
        on_status=lambda text, _share: status.append(text),
        on_choose_files=lambda _title: [source(tmp_path, "客户编号,月均用气量", "0001,5")],
    )
    book.selected = "0001"
    run_command(name, book)
    assert len(said) == 1
    assert said[0]
    assert (status[0], status[-1]) == (f"{COMMANDS[name].label}……", "")


@pytest.mark.parametrize("name", ["grade", "import"])
def test_esc_leaves_everything_as_it_was(path: Path, tmp_path: Path, name: str) -> None:
    before, said = path.read_bytes(), []
    book = Desk(
        path,
        on_tell=said.append,
        is_cancelled=lambda: True,
        on_choose_files=lambda _title: [source(tmp_path, "客户编号,月均用气量", "0012,5")],
    )
    outcome = run_command(name, book)
    assert outcome.data["failed"]
    assert said[0].startswith("已取消")
    assert path.read_bytes() == before
    with pytest.raises(CcgradeError, match="没有可以撤销的操作"):
        undo_last(Desk(path))


def test_esc_raises_cancelled_for_callers_of_their_own(path: Path) -> None:
    with pytest.raises(Cancelled):
        grade_customers(Desk(path, is_cancelled=lambda: True))


def test_a_button_the_program_does_not_know_is_refused(book: Desk) -> None:
    with pytest.raises(CcgradeError, match="没有名为“fly”的命令"):
        run_command("fly", book)


@pytest.mark.parametrize(("rows", "lines"), [(0, 1), (1, 3), (12, 14), (13, 15)])
def test_a_message_lists_the_first_rows_and_counts_the_rest(rows: int, lines: int) -> None:
    attention: Sequence[str] = [f"第 {at} 行" for at in range(rows)]
    message = told(Outcome("完成。", attention))
    assert len(message.splitlines()) == lines
    assert ("……另有 1 条。" in message) is (rows == 13)
