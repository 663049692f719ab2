"""任务清单 on a workbook: what it lists, what it takes into the ledger, and what undo puts back."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.ledger import Task
from ccgrade_xl.casework.task_store import kept_tasks
from ccgrade_xl.commands import list_tasks, undo_last
from ccgrade_xl.errors import CcgradeError, CellError
from ccgrade_xl.functions import call
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.ledger import has_ledger, reading
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.tasks import TASK_DAY, TASK_HORIZON, TASK_LIST, TASK_MONTH
from ccgrade_xl.workbook.template import new_book
from tests.pages.books import AS_OF, enter, graded_book, rows_of

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    return graded_book(tmp_path / "簿.xlsm")


def listed(book: Any) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["客户编号"], row["事项"]): row for row in rows_of(book, TASK_LIST.name)}


def tasks(book: Any, as_of: dt.date = AS_OF) -> Any:
    return list_tasks(book, as_of=as_of, at=AT)


def look_ahead(book: Any, days: float) -> None:
    book.write_block(TASK_HORIZON, [[days]])


def test_the_list_says_what_is_due_when_and_by_whom(book: ClosedFileBook) -> None:
    outcome = tasks(book)
    assert set(listed(book)) == {("0002", "合同提醒"), ("0002", "预收催收")}
    payment = listed(book)["0002", "预收催收"]
    assert (payment["到期日"], payment["金额"], payment["责任人"], payment["状态"]) == (
        dt.date(2026, 3, 16), 110000.0, "李经理", "待办"
    )  # fmt: skip
    assert outcome.message.startswith(
        "已列出 2 项任务（逾期 0 项）：合同提醒 1，预收催收 1。应催收预收气费 110,000.00 元。"
    )
    assert outcome.attention == ["1 户星级待定，没有安排任务，请先核实资料。"]
    assert book.read_name(TASK_DAY) == AS_OF
    assert book.read_name(TASK_MONTH) == dt.date(2026, 3, 1)


def test_looking_further_ahead_lists_more(book: ClosedFileBook) -> None:
    look_ahead(book, 90.0)
    tasks(book)
    assert listed(book)["0001", "现场核对"]["到期日"] == dt.date(2026, 5, 11)


@pytest.mark.parametrize(
    ("days", "says"), [(400.0, "请填 0 至 366"), ("一个月", "看不懂"), (-1.0, "负数"), (30.5, "不是整数")]
)
def test_a_look_ahead_that_makes_no_sense_is_refused(book: ClosedFileBook, days: Any, says: str) -> None:
    look_ahead(book, days)
    with pytest.raises(CcgradeError, match=says):
        tasks(book)


def test_what_was_done_goes_into_the_ledger_and_leaves_the_list(book: ClosedFileBook) -> None:
    tasks(book)
    at = [row["事项"] for row in rows_of(book, TASK_LIST.name)].index("预收催收")
    enter(book, TASK_LIST.name, at, 状态="已办", 办结日期=dt.date(2026, 3, 4), 结果="客户已补存")
    assert not has_ledger(book)
    outcome = tasks(book, dt.date(2026, 3, 5))
    assert outcome.message.endswith("1 项办结已记入台账。")
    assert ("0002", "预收催收") not in listed(book)
    with reading(book) as view:
        [entry] = view.entries(Task)
    assert (entry.record.customer, entry.record.action, entry.record.due) == (
        "0002", "预收催收", dt.date(2026, 3, 16)
    )  # fmt: skip
    assert (entry.record.done_on, entry.record.amount, entry.record.result, entry.record.state) == (
        dt.date(2026, 3, 4), 110000.0, "客户已补存", "已办"
    )  # fmt: skip
    tasks(book, dt.date(2026, 4, 4))
    assert listed(book)["0002", "预收催收"]["到期日"] == dt.date(2026, 4, 20)  # 清明 is a holiday


def test_a_task_taken_back_by_undo_is_not_recorded_twice(book: ClosedFileBook) -> None:
    tasks(book)
    enter(book, TASK_LIST.name, 0, 状态="跳过")
    tasks(book)
    undo_last(book)
    assert rows_of(book, TASK_LIST.name)[0]["状态"] == "跳过"
    tasks(book)
    with reading(book) as view:
        assert [entry.record.state for entry in view.entries(Task)] == ["跳过"]


def test_what_is_entered_but_not_done_stays(book: ClosedFileBook) -> None:
    tasks(book)
    enter(book, TASK_LIST.name, 0, 结果="约了周五")
    tasks(book, dt.date(2026, 3, 20))
    first = rows_of(book, TASK_LIST.name)[0]
    assert (first["结果"], first["到期日"]) == ("约了周五", dt.date(2026, 3, 16))


def test_what_is_late_is_named(book: ClosedFileBook) -> None:
    tasks(book)
    outcome = tasks(book, dt.date(2026, 3, 20))
    assert "客户 0002：预收催收逾期 4 天（2026-03-16 到期）。" in outcome.attention


@pytest.mark.parametrize(
    ("entered", "says"),
    [({"状态": "做了"}, "状态“做了”不认识"), ({"办结日期": dt.date(2026, 3, 3)}, "状态还是待办")],
)
def test_a_mark_nobody_understands_is_named_and_kept(
    book: ClosedFileBook, entered: dict[str, Any], says: str
) -> None:
    tasks(book)
    enter(book, TASK_LIST.name, 0, **entered)
    outcome = tasks(book)
    assert says in outcome.attention[0]
    assert len(rows_of(book, TASK_LIST.name)) == 2


def test_a_last_day_of_the_contract_is_used_where_the_column_stands(book: ClosedFileBook) -> None:
    table = book.read_table(CUSTOMER_TABLE)
    from ccgrade_xl.pages.tasks import read_task_customers
    from ccgrade_xl.rules.ruleset import RuleSet
    from ccgrade_xl.workbook.book import Table

    wider = Table(
        table.name,
        (*table.headers, "合同到期日"),
        [[*row, "2026年8月31日"] for row in table.rows],
        table.sheet,
    )
    customers, _, _ = read_task_customers(wider, RuleSet.default())
    assert {customer.expires for customer in customers} == {dt.date(2026, 8, 31)}


def test_undo_puts_the_list_back(book: ClosedFileBook) -> None:
    before = rows_of(book, TASK_LIST.name)
    tasks(book)
    undo_last(book)
    assert rows_of(book, TASK_LIST.name) == before
    assert book.read_name(TASK_DAY) is None


def test_before_grading_there_are_no_tasks(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    headers = book.read_table(CUSTOMER_TABLE).headers
    book.replace_rows(CUSTOMER_TABLE, [["0001" if header == "客户编号" else None for header in headers]])
    with pytest.raises(CcgradeError, match="先按“一键评级”"):
        tasks(book)


def test_a_measure_changed_on_the_sheet_changes_the_tasks(book: ClosedFileBook) -> None:
    measures = book.read_table("策略参数")
    at = measures.column("参数").index("预收目标（月气费）")
    enter(book, "策略参数", at, 三星级=0.5)
    tasks(book)
    assert listed(book)["0002", "预收催收"]["金额"] == 10000.0


def test_the_tasks_are_kept_for_cells(book: ClosedFileBook) -> None:
    tasks(book)
    assert [(each.due, each.name) for each in kept_tasks("0002")] == [
        ("2026-03-16", "合同提醒"), ("2026-03-16", "预收催收")
    ]  # fmt: skip
    assert kept_tasks("0001") == []
    with pytest.raises(CcgradeError, match="没有客户 0009"):
        kept_tasks("0009")


def test_a_cell_shows_a_customers_tasks(book: ClosedFileBook) -> None:
    tasks(book)
    assert call("CCG_TASKS", ("0002",))[2] == (
        "2026-03-16", "预收催收", "预收目标 1.5 个月气费，还差 110,000.00 元", 110000.0, "李经理"
    )  # fmt: skip
    assert call("CCG_TASKS", ("0001",)) == (
        ("到期日", "事项", "内容", "金额", "责任人"), ("没有到期的任务", "", "", "", "")
    )  # fmt: skip
    assert call("CCG_TASKS", ("0009",)) is CellError.NA
    assert "没有客户 0009" in call("CCG_CHECK", ("CCG_TASKS", "0009"))
