"""Whoever grades the customers of a book on a day finds what 一键评级 wrote there."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from ccgrade_xl.commands import (
    explain_customer,
    grade_customers,
    refresh_overview,
    settle_decisions,
)
from ccgrade_xl.commands.closing import close_month_in
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.customers import read_customers, rules_of
from ccgrade_xl.pages.report import report_of
from ccgrade_xl.pages.team import charges_of
from ccgrade_xl.workbook.decisions import LETTER, OBJECTION_LIST
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.overview import BY_CREDIT
from tests.pages.books import enter, graded_book

MARCH, APRIL = dt.date(2026, 3, 31), dt.date(2026, 4, 30)


@pytest.fixture
def held(tmp_path: Path) -> ClosedFileBook:
    """A book in which 0001 was 1A in March and, by 一期只升一级, is 2A in April though its data says 5A."""
    book = graded_book(tmp_path / "簿.xlsm")
    switches = [list(row) for row in book.read_table("评级开关").rows]
    assert switches[-1][:2] == ["一期只升一级", "否"]
    switches[-1][1] = "是"
    book.replace_rows("评级开关", switches)
    enter(book, CUSTOMER_TABLE, 0, 逾期次数=9.0, 最长逾期天数=90.0, 预收气费余额=0.0)
    grade_customers(book, as_of=MARCH)
    close_month_in(book, "2026-03", MARCH, reviewer="李四", at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    enter(book, CUSTOMER_TABLE, 0, 逾期次数=0.0, 最长逾期天数=0.0, 预收气费余额=200_000.0)
    grade_customers(book, as_of=APRIL)
    assert (cell(book, "信用等级"), cell(book, "星级")) == ("2A", "四星级")
    return book


def cell(book: ClosedFileBook, header: str) -> object:
    return book.read_table(CUSTOMER_TABLE).column(header)[0]


def counts(rows) -> dict[object, object]:
    return {row[0]: row[1] for row in rows}


def test_the_overview_counts_the_grades_that_stand_in_the_book(held: ClosedFileBook) -> None:
    standing = Counter(filter(None, held.read_table(CUSTOMER_TABLE).column("信用等级")))
    refresh_overview(held, as_of=APRIL)
    for rows in (held.read_block(BY_CREDIT.name), report_of(held, None, APRIL).blocks[BY_CREDIT.name]):
        assert {grade: count for grade, count in counts(rows).items() if count} == standing


def test_the_explanation_is_of_the_grade_that_stands_in_the_book(held: ClosedFileBook) -> None:
    explained = explain_customer(held, "0001")
    assert "一期只升一级：上期1A" in explained.message
    assert not explained.attention
    assert explained.message.endswith("怎样升星：一期只升一级：上期1A，下期才可能再升。")


def test_the_letter_tells_one_grade(held: ClosedFileBook) -> None:
    rows = OBJECTION_LIST.rows([{"客户编号": "0001", "收到日期": APRIL, "异议内容": "等级太低"}])
    held.replace_rows(OBJECTION_LIST.name, rows)
    settle_decisions(held, as_of=APRIL)
    letter = "\n".join(str(row[0] or "") for row in held.read_block(LETTER))
    assert "信用等级 2A，星级 四星级" in letter
    assert "5A" not in letter
    assert "已经是五星级" not in letter


def test_customers_are_shared_out_by_the_stars_that_stand_in_the_book(held: ClosedFileBook) -> None:
    charges = charges_of(held, read_customers(held), rules_of(held), APRIL)
    assert {each.charge.number: each.star for each in charges}["0001"] == "四星级"


def test_a_customer_is_explained_as_of_the_day_it_was_graded(tmp_path: Path) -> None:
    """A veto until 5 March holds on the 2nd, when the row was graded, and no more today."""
    book = graded_book(tmp_path / "簿.xlsm")
    enter(book, CUSTOMER_TABLE, 0, 否决事项="窃气", 否决日期=dt.date(2025, 3, 5))
    grade_customers(book, as_of=dt.date(2026, 3, 2))
    assert cell(book, "信用等级") == "1A"
    assert "窃气" in explain_customer(book, "0001").message
    assert not explain_customer(book, "0001").attention
    later = explain_customer(book, "0001", as_of=dt.date(2030, 1, 1))
    assert "5A" in later.message


def test_who_changed_the_data_since_is_told_that_the_row_is_older(tmp_path: Path) -> None:
    book = graded_book(tmp_path / "簿.xlsm")
    enter(book, CUSTOMER_TABLE, 0, 逾期次数=9.0, 最长逾期天数=90.0)
    (told,) = explain_customer(book, "0001").attention
    assert told == "这一行现在写的是 5A 五星级：评级之后资料或规则改动过，请重新一键评级。"


def test_a_number_is_found_however_it_is_written_and_whatever_stands_beside_it(tmp_path: Path) -> None:
    book = graded_book(tmp_path / "簿.xlsm")
    enter(book, CUSTOMER_TABLE, 0, 客户编号="00 01")
    enter(book, CUSTOMER_TABLE, 2, 客户编号="#N/A")
    assert explain_customer(book, "0001").message.startswith("0001 一厂")
