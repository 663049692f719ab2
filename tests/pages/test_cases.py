"""在办流程 on a workbook: last days and states are filled in, what the manager entered stays."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.commands import list_tasks, undo_last
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.workbook.processes import CASE_LIST, STEP_LIST
from tests.pages.books import AS_OF, enter, graded_book, rows_of

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
    ],
)
def test_a_case_nobody_understands_says_what_it_lacks(
    book: ClosedFileBook, changed: dict[str, Any], says: str
) -> None:
    [row], outcome = cases(book, {**CASE, **changed})
    assert says in row["情况"]
    assert any(says in sentence for sentence in outcome.attention)


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
