"""A header is found and understood as people write it, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from ccgrade_xl.errors import BookFault
from ccgrade_xl.workbook.headers import read_header, saved_reader
from ccgrade_xl.workbook.layout import CUSTOMER_COLUMNS, INPUT_COLUMNS
from ccgrade_xl.workbook.mapping import Mapping, find_mapping

WHERE = "文件“清单.xlsx”的工作表“客户”"


def found(*rows: list[Any]) -> Mapping:
    mapping = find_mapping(rows, WHERE)
    assert mapping is not None
    return mapping


def columns(mapping: Mapping) -> list[str]:
    return [match.column for match in mapping.matches]


@pytest.mark.parametrize("column", CUSTOMER_COLUMNS, ids=lambda column: column.name)
def test_every_name_and_synonym_means_its_column(column: Any) -> None:
    for text in (column.name, *column.synonyms):
        reading = read_header(text)
        assert reading is not None
        assert reading.column == column.name


@pytest.mark.parametrize(
    ("text", "column", "factor"),
    [
        ("客 户\n编 号", "客户编号", 1),
        ("*客户编号", "客户编号", 1),
        ("客户编号：", "客户编号", 1),
        ("客户ＩＤ", "客户编号", 1),
        ("月均用气量(m³/月)", "月均用气量", 1),
        ("月均用气量（Nm3）", "月均用气量", 1),
        ("月均用气量（万m³/月）", "月均用气量", 10_000),
        ("月均用气量【单位：万立方米】", "月均用气量", 10_000),
        ("月均用气量千方", "月均用气量", 1000),
        ("预收余额/元", "预收气费余额", 1),
        ("预收气费余额(万元)", "预收气费余额", 10_000),
        ("最长逾期天数(天)", "最长逾期天数", 1),
        ("近12个月逾期次数", "逾期次数", 1),
        ("逾期次数（近12月）", "逾期次数", 1),
    ],
)
def test_a_header_is_read_with_its_unit(text: str, column: str, factor: float) -> None:
    reading = read_header(text)
    assert reading is not None
    assert (reading.column, reading.factor) == (column, factor)


@pytest.mark.parametrize("text", ["备注", "序号", "", "12", "客户经理电话", "合计"])
def test_a_header_that_means_nothing_to_us_is_left_unmapped(text: str) -> None:
    assert read_header(text) is None


def test_title_rows_are_passed_over() -> None:
    mapping = found(
        ["某某燃气公司客户台账", None, None], [None] * 3, ["户号", "户名", "备注"], ["1", "甲", ""]
    )
    assert mapping.header_rows == (3, 3)
    assert columns(mapping) == ["客户编号", "客户名称"]
    assert mapping.unmapped == ("备注",)
    assert mapping.missing == tuple(row.name for row in INPUT_COLUMNS[2:])


def test_a_header_is_looked_for_in_the_first_thirty_rows() -> None:
    header: list[Any] = ["户号", "户名"]
    assert found(*[[None]] * 29, header).header_rows == (30, 30)
    assert find_mapping([*[[None]] * 30, header], WHERE) is None


def test_columns_without_a_header_are_no_columns() -> None:
    mapping = found(["户号", None, 3.0, "户名"])
    assert (mapping.headers, mapping.unmapped) == (("户号", "", "", "户名"), ())
    assert [(match.position, match.header) for match in mapping.matches] == [(0, "户号"), (3, "户名")]


def test_a_blank_is_no_header_whatever_was_saved_for_it() -> None:
    read = saved_reader({"": ("客户名称", 1.0)})
    assert find_mapping([["户号", None]], WHERE, read) is None
    mapping = find_mapping([["户号", None, "地址"]], WHERE, read)
    assert mapping is not None
    assert columns(mapping) == ["客户编号", "地址"]


def test_of_rows_that_say_as_much_the_first_is_the_header() -> None:
    assert found(["户号", "户名"], ["1", "甲"], ["户号", "户名"]).header_rows == (1, 1)


def test_a_header_in_two_rows_is_joined() -> None:
    mapping = found(
        ["客户编号", "客户名称", "缴费情况", None, None, "预收"],
        [None, None, "逾期次数", "最长逾期天数", "备注", "余额"],
        ["1", "甲", "2", "10", None, "5"],
    )
    assert mapping.header_rows == (1, 2)
    assert columns(mapping) == ["客户编号", "客户名称", "逾期次数", "最长逾期天数", "预收气费余额"]


def test_units_in_a_second_row_are_part_of_the_header() -> None:
    mapping = found(["户号", "月均用气量", "预收余额"], [None, "万m³", "元"], ["1", "2", "3"])
    assert mapping.header_rows == (1, 2)
    assert [match.factor for match in mapping.matches] == [1, 10_000, 1]


def test_a_first_customer_in_texts_is_not_taken_for_a_second_header_row() -> None:
    assert found(["户号", "户名"], ["A1", "客户"], ["A2", "乙"]).header_rows == (1, 1)


def test_a_row_with_a_number_is_no_second_header_row() -> None:
    mapping = found(["户号", "户名", "缴费"], [1001.0, None, "方式"])
    assert (mapping.header_rows, mapping.unmapped) == ((1, 1), ("缴费",))
    below = found(["户号", "户名", "缴费"], [None, None, "方式"])
    assert (below.header_rows, columns(below)) == ((1, 2), ["客户编号", "客户名称", "缴费方式"])


@pytest.mark.parametrize("second", ["客户编号", "客户 编号", "客户编号（必填）"])
def test_a_header_that_occurs_twice_is_refused_with_both_places(second: str) -> None:
    with pytest.raises(BookFault, match=r"“客户编号”出现了两次（A 列.*C 列"):
        find_mapping([["客户编号", "客户名称", second]], WHERE)


def test_the_more_exact_of_two_headers_is_taken_and_said() -> None:
    mapping = found(["客户编号", "用气量", "月均用气量"])
    assert mapping.position("月均用气量") == 2
    assert mapping.unmapped == ("用气量",)
    assert mapping.notes == (f"{WHERE}：“月均用气量”取自 C 列“月均用气量”，没有用 B 列“用气量”。",)


@pytest.mark.parametrize(
    "headers",
    [["用气量", "客户编号", "月均用气量"], ["月均用气量", "客户编号", "用气量"]],
    ids=["exact last", "exact first"],
)
def test_matches_stand_in_the_order_of_the_list_whichever_header_is_taken(headers: list[Any]) -> None:
    mapping = found(headers)
    assert [match.header for match in mapping.matches] == [text for text in headers if text != "用气量"]
    assert mapping.unmapped == ("用气量",)


def test_an_unmapped_header_may_occur_twice() -> None:
    assert found(["客户编号", "客户名称", "备注", "备注"]).unmapped == ("备注", "备注")


def test_a_list_without_customer_numbers_is_refused() -> None:
    with pytest.raises(BookFault, match="没有“客户编号”列"):
        find_mapping([["客户名称", "地址", "月均用气量"]], WHERE)


@pytest.mark.parametrize("rows", [[], [["甲", "乙"]], [["客户编号"]], [[1.0, 2.0]], [[None]]])
def test_what_has_no_header_has_no_mapping(rows: list[list[Any]]) -> None:
    assert find_mapping(rows, WHERE) is None


def test_a_unit_that_cannot_be_converted_is_said() -> None:
    (note,) = found(["客户编号", "月均用气量（吨）"]).notes
    assert "单位“吨”不能换算成m³/月" in note
