"""What stands on the sheets when a month is closed is in the ledger afterwards, and in the next month's workbook."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.carried import packed, unpacked
from ccgrade_xl.casework.ledger import AlarmState, Override, RunningCase, Task, TasksCarried, verify
from ccgrade_xl.commands import close_month_in, list_tasks
from ccgrade_xl.errors import LedgerFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.ledger import has_ledger, ledger_of
from ccgrade_xl.workbook.decisions import OVERRIDE_LIST
from ccgrade_xl.workbook.meter_lists import ALARMS
from ccgrade_xl.workbook.processes import CASE_LIST
from ccgrade_xl.workbook.tasks import TASK_LIST
from tests.pages.books import AS_OF, enter, graded_book, rows_of

END = dt.date(2026, 3, 31)
AT = dt.datetime(2026, 4, 3, 9, tzinfo=dt.UTC)
APRIL = dt.date(2026, 4, 20)


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    """A workbook with tasks listed, none of its buttons pressed since the rest was entered."""
    opened = graded_book(tmp_path / "三月.xlsm", as_of=END)
    list_tasks(opened, as_of=AS_OF)
    case = {"流程": "过户", "步骤": "办结并改签合同", "客户编号": "0001", "开始日期": AS_OF}
    opened.replace_rows(CASE_LIST.name, CASE_LIST.rows([case]))
    override = {
        "客户编号": "0002", "项目": "星级", "调整为": "四星级", "原因": "担保", "批准人": "王组长",
        "有效期至": dt.date(2026, 12, 31),
    }  # fmt: skip
    opened.replace_rows(OVERRIDE_LIST.name, OVERRIDE_LIST.rows([override]))
    alarm = {
        "级别": "高", "异常": "倒走", "表号": "M1", "现状": "仍在", "开始": "2026-03-01 00:00", "最后": "2026-03-02 00:00",
        "责任人": "张三", "期限": AS_OF, "状态": "处理中", "发现日期": AS_OF, "客户编号": "0001",
    }  # fmt: skip
    opened.replace_rows(ALARMS.name, ALARMS.rows([alarm]))
    return opened


def close(book: Any) -> Any:
    return close_month_in(book, "2026-03", reviewer="李四", at=AT)


def records(book: Any, kind: Any) -> list[Any]:
    with ledger_of(book).reading() as view:
        return [entry.record for entry in view.entries(kind)]


def test_the_close_takes_everything_into_the_ledger_that_must_outlive_the_month(book: ClosedFileBook) -> None:
    assert not has_ledger(book)
    assert close(book).attention == []
    [case], [override], [alarm] = (records(book, kind) for kind in (RunningCase, Override, AlarmState))
    [carried] = records(book, TasksCarried)
    assert (case.step, override.decided, alarm.state) == ("办结并改签合同", "四星级", "处理中")
    assert (carried.month, carried.tasks, carried.late) == ("2026-03", 2, 2)
    assert verify(ledger_of(book)).fault == ""
    assert rows_of(book, CASE_LIST.name)[0]["编号"] == case.number


def test_a_task_given_a_day_keeps_it_in_the_workbook_of_the_next_month(
    book: ClosedFileBook, tmp_path: Path
) -> None:
    before = {(row["客户编号"], row["事项"]): row["到期日"] for row in rows_of(book, TASK_LIST.name)}
    close(book)
    later = graded_book(tmp_path / "四月.xlsm", as_of=APRIL)
    outcome = list_tasks(later, as_of=APRIL)
    after = {(row["客户编号"], row["事项"]): row["到期日"] for row in rows_of(later, TASK_LIST.name)}
    assert {key: after[key] for key in before} == before
    assert outcome.data["late"] == len(before)


def test_a_task_done_at_the_close_is_recorded_and_not_carried(book: ClosedFileBook, tmp_path: Path) -> None:
    at = next(at for at, row in enumerate(rows_of(book, TASK_LIST.name)) if row["事项"] == "预收催收")
    enter(book, TASK_LIST.name, at, 状态="已办", 结果="已收")
    close(book)
    [done], [carried] = records(book, Task), records(book, TasksCarried)
    assert (done.action, done.done_on, done.result) == ("预收催收", AT.astimezone().date(), "已收")
    assert set(unpacked(carried.open)) == {("0002", "合同提醒")}
    assert rows_of(book, TASK_LIST.name)[at]["办结日期"] == done.done_on
    list_tasks(book, as_of=APRIL)
    assert len(records(book, Task)) == 1


def test_a_task_done_after_the_close_loses_the_day_it_was_carried_with(
    book: ClosedFileBook, tmp_path: Path
) -> None:
    close(book)
    enter(book, TASK_LIST.name, 0, 状态="已办", 办结日期=dt.date(2026, 4, 2))
    enter(book, TASK_LIST.name, 1, 状态="已办", 办结日期=dt.date(2026, 4, 2))
    list_tasks(book, as_of=dt.date(2026, 4, 2))
    later = graded_book(tmp_path / "七月.xlsm", as_of=dt.date(2026, 7, 20))
    list_tasks(later, as_of=dt.date(2026, 7, 20))
    assert all(row["到期日"] >= dt.date(2026, 7, 20) for row in rows_of(later, TASK_LIST.name))


def test_a_list_with_nothing_open_any_more_ends_what_was_carried(book: ClosedFileBook) -> None:
    close(book)
    book.replace_rows(TASK_LIST.name, [])
    close_month_in(
        book, "2026-04", dt.date(2026, 4, 30), reviewer="李四", at=dt.datetime(2026, 5, 6, tzinfo=dt.UTC)
    )
    assert [(each.month, each.tasks) for each in records(book, TasksCarried)] == [
        ("2026-03", 2),
        ("2026-04", 0),
    ]


def test_what_cannot_be_read_is_told_and_keeps_nothing_else_from_the_ledger(book: ClosedFileBook) -> None:
    enter(book, TASK_LIST.name, 0, 到期日="改天")
    [said] = close(book).attention
    assert said.startswith("任务没有记入台账：")
    assert len(records(book, RunningCase)) == len(records(book, AlarmState)) == 1


def test_a_close_with_nothing_to_keep_records_nothing_more(tmp_path: Path) -> None:
    book = graded_book(tmp_path / "三月.xlsm", as_of=END)
    assert close(book).attention == []
    assert [records(book, kind) for kind in (Task, TasksCarried, RunningCase, Override, AlarmState)] == [
        []
    ] * 5


@pytest.mark.parametrize(
    "days",
    [
        {},
        {("0001", "合同提醒"): AS_OF, ("客户2", "预收催收"): END},
        {("甲\u2028乙", "合同提醒"): AS_OF, ("甲\x85乙\x0c丙", "预收催收"): END},
    ],
)
def test_carried_days_are_unpacked_as_they_were_packed(days: dict[tuple[str, str], dt.date]) -> None:
    assert unpacked(packed(days)) == days


@pytest.mark.parametrize(
    "text", ["!", packed({("1", "2"): END})[:-8], "eJwDAAAAAAE="[:-4] + "AAAA", "5L2g5aW9"]
)
def test_a_text_that_was_never_packed_is_refused(text: str) -> None:
    with pytest.raises(LedgerFault, match="结转的任务读不懂"):
        unpacked(text)
