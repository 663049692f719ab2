"""分级概览 for leaders: the change against the last frozen month, the trend, and the page that prints."""

import datetime as dt
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, beside, frozen_table
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.commands import close_month_in, grade_customers, print_overview, undo_last
from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.customers import read_customers
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import grade_table
from ccgrade_xl.workbook import overview_page
from ccgrade_xl.workbook.book import Table
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, CUSTOMER_TABLE
from ccgrade_xl.workbook.overview import CHANGE, MONEY, TREND, TREND_NOTE
from ccgrade_xl.workbook.template import new_book

AS_OF = dt.date(2026, 5, 31)
WRITTEN = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
RULES = RuleSet.default()
FACTS = {
    "客户状态": "在用", "在用月数": 12.0, "用气单位性质": "国有企业", "合同签订": "有效且信息一致", "用气单位所属": "自有物业",
    "逾期次数": 0.0, "最长逾期天数": 0.0, "当前欠费天数": 15.0, "缴费方式": "银行代扣", "预收气费余额": 30000.0,
    "月均气费": 20000.0,
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook with ten customers of growing usage."""
    path = tmp_path / "簿.xlsm"
    new_book(path)
    book = ClosedFileBook(path)
    names = [column.name for column in CUSTOMER_COLUMNS]
    customers = [{**FACTS, "客户编号": f"{at:04}", "月均用气量": 15000.0 * at} for at in range(1, 11)]
    book.replace_rows(CUSTOMER_TABLE, [[customer.get(name) for name in names] for customer in customers])
    book.commit()
    return path


def freeze(path: Path, *months: str) -> None:
    """Freeze months in which the first so many customers were there, one more each month."""
    table = read_customers(ClosedFileBook(path))
    ledger = Ledger.create(beside(path))
    for at, month in enumerate(months, 4):
        part = Table(table.name, table.headers, table.rows[:at])
        grades = grade_table(part, RULES, dt.date(int(month[:4]), int(month[5:]), 28))
        frame = frozen_table({"客户编号": [str(cell) for cell in part.column("客户编号")]}, grades)
        close_month(ledger, month, frame, RULES, "张三", at=WRITTEN)


def graded(path: Path) -> ClosedFileBook:
    book = ClosedFileBook(path)
    grade_customers(book, as_of=AS_OF)
    return book


def by_label(book: ClosedFileBook, name: str) -> dict[object, list[object]]:
    return {row[0]: list(row[1:]) for row in book.read_block(name)}


def test_without_a_ledger_change_and_trend_are_empty_and_say_why(path) -> None:
    book = graded(path)
    assert [row[1:] for row in book.read_block(TREND.name)] == [[None] * 5] * TREND.rows
    assert all(row[2] is None and row[3] is None for row in book.read_block(CHANGE.name))
    assert "还没有以前月份的月结" in book.read_name(TREND_NOTE)
    assert not beside(path).exists()


def test_the_change_is_against_the_last_month_frozen_before(path) -> None:
    freeze(path, "2026-03", "2026-04", "2026-05")
    book = graded(path)
    assert book.read_name(TREND_NOTE) == "上次月结：2026年4月。"
    assert by_label(book, CHANGE.name)["参评户数"] == [10.0, 5.0, 5.0]
    assert by_label(book, CHANGE.name)["月总气量（m³）"] == [825000.0, 225000.0, 600000.0]
    assert by_label(book, CHANGE.name)["估计欠费（万元）"] == [10.0, 5.0, 5.0]


@pytest.mark.parametrize(
    ("new", "old", "difference"),
    [(54.45, 60.54, -6.0), (88.04, 88.0, 0.0), (None, 60.0, None), (60.0, None, None)],
)
def test_a_change_is_the_difference_of_what_is_shown(new, old, difference) -> None:
    """54.5 and 60.5 differ by 6.0, though 54.45 and 60.54 differ by 6.09."""
    assert overview_page._difference(new, old, 1) == difference


def test_a_ledger_that_was_moved_away_is_missed(path) -> None:
    book = ClosedFileBook(path)
    close_month_in(book, "2026-04", AS_OF, reviewer="李四", at=WRITTEN)
    book.commit()
    beside(path).rename(path.parent / "移走.db")
    assert f"找不到评级台账“{beside(path)}”" in graded(path).read_name(TREND_NOTE)


def test_the_trend_shows_the_frozen_months_oldest_first(path) -> None:
    freeze(path, "2026-02", "2026-03", "2026-04")
    rows = [row for row in graded(path).read_block(TREND.name) if row[0]]
    assert [row[0] for row in rows] == ["2026-02", "2026-03", "2026-04"]
    assert [sum(row[1:]) for row in rows] == [4.0, 5.0, 6.0]


def test_a_close_brings_its_own_month_onto_the_trend(path) -> None:
    freeze(path, "2026-04")
    book = ClosedFileBook(path)
    close_month_in(book, "2026-05", AS_OF, reviewer="李四", at=WRITTEN)
    assert [row[0] for row in book.read_block(TREND.name) if row[0]] == ["2026-04", "2026-05"]
    assert by_label(book, CHANGE.name)["参评户数"] == [10.0, 4.0, 6.0]


def test_only_the_last_twelve_months_are_shown(path) -> None:
    freeze(path, *(f"2025-{at:02}" for at in range(3, 13)), *(f"2026-{at:02}" for at in range(1, 5)))
    rows = [row[0] for row in graded(path).read_block(TREND.name)]
    assert (rows[0], rows[-1]) == ("2025-05", "2026-04")


def test_money_at_risk_stands_by_star_with_its_total(path) -> None:
    rows = by_label(graded(path), MONEY.name)
    assert list(rows) == list(MONEY.labels)
    assert rows["合计"] == [10.0, 10.0, 1.0, 30.0, 1.5, 1.0]
    assert sum(row[0] for label, row in rows.items() if label != "合计") == pytest.approx(10.0)


def test_a_ledger_that_cannot_be_read_is_said_and_keeps_nobody_from_grading(path) -> None:
    beside(path).write_bytes(b"no ledger")
    book = graded(path)
    assert str(beside(path)) in book.read_name(TREND_NOTE)
    assert book.read_table(CUSTOMER_TABLE).column("星级")[0]


def test_undo_takes_change_and_trend_back(path) -> None:
    freeze(path, "2026-04")
    before = {name: ClosedFileBook(path).read_block(name) for name in (CHANGE.name, TREND.name, TREND_NOTE)}
    book = graded(path)
    undo_last(book)
    assert {name: book.read_block(name) for name in before} == before


def test_an_empty_overview_is_not_printed(path) -> None:
    with pytest.raises(BookFault, match="一键评级"):
        print_overview(ClosedFileBook(path))


def test_printing_brings_the_page_to_the_front_and_says_how_many_pages(path) -> None:
    outcome = print_overview(graded(path))
    assert outcome.data == {"pages": 3, "as_of": "2026-05-31"}
    assert "第 1 页是领导看的一页" in outcome.message
