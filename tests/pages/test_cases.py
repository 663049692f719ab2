"""在办流程 on a workbook: last days and states are filled in, what the manager entered stays."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.casework.ledger import RunningCase
from ccgrade_xl.commands import list_tasks, undo_last
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.ledger import has_ledger, ledger_of
from ccgrade_xl.workbook.names import LEDGER_PERSON, LEDGER_PLACE
from ccgrade_xl.workbook.processes import CASE_LIST, STEP_LIST
from tests.pages.books import AS_OF, enter, graded_book, rows_of

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
CASE = {"流程": "过户", "步骤": "办结并改签合同", "客户编号": "0001", "开始日期": AS_OF, "备注": "资料齐"}


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    return graded_book(tmp_path / "簿.xlsm")


def cases(book: Any, *rows: dict[str, Any], as_of: dt.date = AS_OF) -> tuple[list[dict[str, Any]], Any]:
    if rows:
        book.replace_rows(CASE_LIST.name, CASE_LIST.rows(rows))
    outcome = list_tasks(book, as_of=as_of)
    return rows_of(book, CASE_LIST.name), outcome


def test_a_case_gets_its_day_its_post_and_its_state(book: ClosedFileBook) -> None:
    [row], _ = cases(book, CASE)
    assert {header: row[header] for header in ("客户名称", "岗位", "时限", "到期日", "情况", "备注")} == {
        "客户名称": "一厂", "岗位": "客户经理", "时限": "3 个工作日（依据）", "到期日": dt.date(2026, 3, 5), "情况": "在办",
        "备注": "资料齐",
    }  # fmt: skip


def test_what_is_late_is_named_with_its_row(book: ClosedFileBook) -> None:
    [row], outcome = cases(book, CASE, as_of=dt.date(2026, 3, 9))
    assert row["情况"] == "逾期 4 天"
    assert "流程手册第 12 行 过户·办结并改签合同：逾期 4 天（2026-03-05 到期）。" in outcome.attention


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"步骤": "盖章"}, "没有叫“盖章”"),
        ({"开始日期": None}, "缺开始日期"),
        ({"办结日期": "昨天"}, "办结日期"),
        ({"客户编号": "9999"}, "“客户数据”里没有客户编号 9999，没有登记，请核对。"),
        ({"客户编号": "1"}, "“客户数据”里没有客户编号 1，没有登记，是不是 0001？"),
    ],
)
def test_a_case_nobody_understands_says_what_it_lacks(
    book: ClosedFileBook, changed: dict[str, Any], says: str
) -> None:
    [row], outcome = cases(book, {**CASE, **changed})
    assert says in row["情况"]
    assert any(says in sentence for sentence in outcome.attention)
    assert not has_ledger(book)


def test_a_limit_edited_on_the_sheet_moves_the_day(book: ClosedFileBook) -> None:
    at = book.read_table(STEP_LIST.name).column("步骤").index("办结并改签合同")
    enter(book, STEP_LIST.name, at, 时限=1.0, 依据="本公司规定")
    [row], _ = cases(book, CASE)
    assert (row["到期日"], row["时限"]) == (dt.date(2026, 3, 3), "1 个工作日（依据）")


def test_undo_empties_what_was_filled_in(book: ClosedFileBook) -> None:
    cases(book, CASE)
    undo_last(book)
    [row] = rows_of(book, CASE_LIST.name)
    assert (row["流程"], row["到期日"], row["情况"]) == ("过户", None, None)


# --- the ledger ----------------------------------------------------------------------------------------------


def recorded(book: Any) -> list[RunningCase]:
    with ledger_of(book).reading() as view:
        return [entry.record for entry in view.entries(RunningCase)]


def test_a_case_stands_in_the_ledger_with_its_number_its_writer_and_its_day(book: ClosedFileBook) -> None:
    book.write_block(LEDGER_PERSON, [["张三"]])
    book.replace_rows(CASE_LIST.name, CASE_LIST.rows([CASE]))
    outcome = list_tasks(book, as_of=AS_OF, at=AT)
    [row] = rows_of(book, CASE_LIST.name)
    assert (row["编号"], row["登记人"], row["登记日期"]) == ("20260302-001", "张三", AT.astimezone().date())
    assert "在办流程 1 条记入台账" in outcome.message
    assert recorded(book) == [
        RunningCase(
            number="20260302-001", customer="0001", process="过户", step="办结并改签合同", owner="客户经理",
            start=AS_OF, due=dt.date(2026, 3, 5), note="资料齐",
        )
    ]  # fmt: skip


def test_only_what_changed_is_recorded_again(book: ClosedFileBook) -> None:
    cases(book, CASE)
    cases(book)
    assert len(recorded(book)) == 1
    enter(book, CASE_LIST.name, 0, 办结日期=dt.date(2026, 3, 4))
    [row], _ = cases(book)
    assert row["情况"] == "已办结"
    assert [record.done for record in recorded(book)] == [None, dt.date(2026, 3, 4)]
    assert {record.number for record in recorded(book)} == {"20260302-001"}


def test_the_workbook_of_a_new_month_shows_what_is_still_open(book: ClosedFileBook, tmp_path: Path) -> None:
    finished = {**CASE, "步骤": "受理和核对证件", "办结日期": AS_OF}
    rows, _ = cases(book, CASE, {**CASE, "客户编号": "0002"}, finished)
    assert all(row["编号"] for row in rows)
    book.commit()
    other = graded_book(tmp_path / "四月.xlsm")
    rows, outcome = cases(other, as_of=dt.date(2026, 4, 1))
    assert [(row["客户编号"], row["客户名称"], row["备注"]) for row in rows] == [
        ("0001", "一厂", "资料齐"),
        ("0002", "二厂", "资料齐"),
    ]
    assert {row["情况"] for row in rows} == {"逾期 27 天"}
    assert len([said for said in outcome.attention if "流程手册第" in said]) == 2
    assert len(recorded(other)) == 3


def test_a_case_that_was_a_mistake_leaves_the_list_and_stays_in_the_ledger(book: ClosedFileBook) -> None:
    cases(book, CASE)
    enter(book, CASE_LIST.name, 0, 撤销="是")
    rows, _ = cases(book)
    assert rows == []
    assert [record.withdrawn for record in recorded(book)] == [False, True]
    rows, _ = cases(book)
    assert rows == []


def test_a_mistake_that_was_never_registered_leaves_no_trace(book: ClosedFileBook) -> None:
    rows, _ = cases(book, {**CASE, "撤销": "是"})
    assert rows == []
    assert not has_ledger(book)


def test_a_case_that_was_undone_is_not_registered_a_second_time(book: ClosedFileBook) -> None:
    cases(book, CASE)
    undo_last(book)
    [row], _ = cases(book)
    assert row["编号"] == "20260302-001"
    assert len(recorded(book)) == 1


def test_two_workbooks_that_enter_the_same_case_mean_one(book: ClosedFileBook, tmp_path: Path) -> None:
    cases(book, CASE)
    other = graded_book(tmp_path / "同事.xlsm")
    [row], _ = cases(other, {**CASE, "备注": "已收费"})
    assert (row["编号"], row["备注"]) == ("20260302-001", "已收费")
    assert [record.note for record in recorded(other)] == ["资料齐", "已收费"]


def test_a_case_that_comes_to_say_what_another_one_says_keeps_its_own_number(book: ClosedFileBook) -> None:
    rows, _ = cases(book, CASE, {**CASE, "客户编号": "0002"})
    rows, _ = cases(book, {**rows[0], "客户编号": "0002"})
    assert [(row["编号"], row["客户编号"]) for row in rows] == [
        ("20260302-001", "0002"),
        ("20260302-002", "0002"),
    ]
    said = [(record.number, record.customer) for record in recorded(book)]
    assert said == [("20260302-001", "0001"), ("20260302-002", "0002"), ("20260302-001", "0002")]


def test_numbers_are_given_where_nobody_else_can_take_them(book: ClosedFileBook, tmp_path: Path) -> None:
    rows, _ = cases(book, CASE, {**CASE, "客户编号": "0002"})
    other = graded_book(tmp_path / "同事.xlsm")
    more, _ = cases(other, {**CASE, "客户编号": "0004"})
    numbers = [row["编号"] for row in rows] + [row["编号"] for row in more if row["客户编号"] == "0004"]
    assert numbers == ["20260302-001", "20260302-002", "20260302-003"]


def test_a_row_nobody_understands_is_not_recorded_until_it_is_mended(book: ClosedFileBook) -> None:
    cases(book, {**CASE, "步骤": "盖章"})
    assert not has_ledger(book)
    enter(book, CASE_LIST.name, 0, 步骤="办结并改签合同")
    cases(book)
    assert len(recorded(book)) == 1


def test_a_ledger_that_cannot_be_written_is_told_and_the_days_stand_all_the_same(
    book: ClosedFileBook,
) -> None:
    book.write_block(LEDGER_PLACE, [["没有这里/台账.sqlite"]])
    [row], outcome = cases(book, CASE)
    assert (row["情况"], row["编号"]) == ("在办", None)
    assert any(said.startswith("在办流程没有记入台账：") for said in outcome.attention)
