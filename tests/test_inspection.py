"""检查数据 names what is wrong with a row, where it stands, and what to do."""

from __future__ import annotations

from attrs import evolve

from ccgrade_xl.inspection import findings
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import CellValue, Table

DEFAULT = RuleSet.default()


def table(headers: tuple[str, ...], *rows: tuple[CellValue, ...]) -> Table:
    return Table("客户", headers, rows, "客户数据", 4, 1)


def test_a_number_that_stands_twice_names_the_row_where_it_stands_first() -> None:
    assert findings(table(("客户编号",), ("0001",), ("0002",), ("0002",)), DEFAULT) == [
        "客户数据第 6 行（客户 0002）：客户编号与第 5 行重复，请删去或改正其中一行。"
    ]


def test_one_cell_that_cannot_be_read_is_a_finding() -> None:
    [found] = findings(table(("客户编号", "月均用气量"), ("0001", "很多"), ("0002", 5.0)), DEFAULT)
    assert found.startswith("客户数据第 4 行（客户 0001）：")
    assert "很多" in found


def test_an_option_counts_only_where_its_indicator_weighs_something() -> None:
    customers = table(("客户编号", "缴费方式"), ("0001", "贝壳"))
    [found] = findings(customers, DEFAULT)
    assert "贝壳" in found
    weightless = tuple(
        evolve(each, weight=0.0) if each.name == "缴费方式" else each for each in DEFAULT.indicators
    )
    assert findings(customers, evolve(DEFAULT, indicators=weightless)) == []
