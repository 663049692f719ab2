"""Whose a meter is: every way 表号 is written, every word for a state, and cells that cannot be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from ccgrade_xl.errors import BookFault, CellError
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.meters.registry_reading import joined, read_registry
from ccgrade_xl.pages.meter_owners import meters_of_customers, registry_of_customers
from ccgrade_xl.pages.meters import owners
from ccgrade_xl.rules.customer_states import STATE_WORDS
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.template import new_book
from tests.hosts.customers import customer


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "评级.xlsm"
    new_book(path)
    return path


def book_of(path: Path, *rows: dict[str, Any]) -> ClosedFileBook:
    book = ClosedFileBook(path)
    given = [{"客户编号": f"{at:04}", "客户状态": "在用", **row} for at, row in enumerate(rows, 1)]
    book.replace_rows(CUSTOMER_TABLE, [customer(row.pop("客户编号"), **row) for row in given])
    return book


@pytest.mark.parametrize("between", [";", "；", "、", "，", ",", "/", "\n", " 、 "])
def test_meters_in_one_cell_are_meters_of_their_own_however_they_are_divided(
    empty: Path, between: str
) -> None:
    book = book_of(empty, {"表号": f"A1{between}A2", "客户名称": "一厂", "客户状态": "停气"})
    registry = registry_of_customers(book).meters
    assert registry.values.tolist() == [["A1", "0001", "暂停"], ["A2", "0001", "暂停"]]
    owner = owners(book, meters_of_customers(book))
    assert [owner("", meter).name for meter in ("A1", "A2", "A3")] == ["一厂", "一厂", ""]


def test_the_first_customer_has_a_meter_that_several_claim(empty: Path) -> None:
    found = meters_of_customers(book_of(empty, {"表号": "A1"}, {"表号": "A2;A1"})).by_meter
    assert {meter: claim.customer for meter, claim in found.items()} == {"A1": "0001", "A2": "0002"}


@pytest.mark.parametrize(
    ("state", "word"), [(state, word) for state, words in STATE_WORDS.items() for word in (state, *words)]
)
def test_a_meter_runs_out_of_use_whatever_word_its_customers_state_has(
    empty: Path, state: str, word: str
) -> None:
    found = registry_of_customers(book_of(empty, {"表号": "A1", "客户状态": f" {word}"}))
    registry = read_registry(found.meters)
    assert (registry.faults, found.faults) == ((), ())
    assert joined(registry, ["A1"], 0).out_of_use.tolist() == [state != "在用"]


def test_numbers_that_cannot_be_read_are_named_with_their_rows(empty: Path) -> None:
    found = meters_of_customers(
        book_of(
            empty,
            {"表号": "A1、1.5E+11"},
            {"表号": CellError.NA},
            {"表号": dt.datetime(2024, 1, 5)},
            {"表号": "A5", "客户编号": CellError.REF},
            {"表号": CellError.NA},
        )
    )
    assert list(found.by_meter) == ["A1", "1.5E+11"]
    said = "\n".join(found.faults)
    for fault in (
        "“客户数据”第 3 行：表号“1.5E+11”不可靠（编号“1.5E+11”是科学计数法，数位已丢失，请按文本重新导出），按原样与读数核对。",
        "“客户数据”第 4、7 行：表号“#N/A”不可靠（编号是错误值 #N/A），没有采用。",
        "“客户数据”第 5 行：表号“2024-01-05”不可靠（编号被存成了日期 2024-01-05",
        "“客户数据”第 6 行：客户编号是错误值 #REF!，这一行的表号没有客户",
    ):
        assert fault in said


def test_a_state_that_cannot_be_read_is_named_and_its_meter_checked_as_in_use(empty: Path) -> None:
    found = registry_of_customers(book_of(empty, {"表号": "A1", "客户状态": "待拆迁"}))
    assert found.meters["客户状态"].tolist() == [None]
    assert found.faults == (
        "“客户数据”第 3 行：客户状态“待拆迁”不是 在用、暂停、销户、拆表 之一，它的表按在用检查，请改正。",
    )


def test_without_any_meter_a_registry_is_asked_for_and_what_cannot_be_read_is_said(empty: Path) -> None:
    with pytest.raises(BookFault, match=r"没有表具档案.*\n.*第 3 行：表号“#N/A”不可靠"):
        registry_of_customers(book_of(empty, {"表号": CellError.NA}))
