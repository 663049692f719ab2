"""From a table of cells to graded columns and back: what `ccgrade_xl.grade`, CCG_GRADE and 一键评级 share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ccgrade_xl.boundary import Cells, Distinct, cell_of, customers_from
from ccgrade_xl.errors import BookFault, NotUnderstood
from ccgrade_xl.grading.customers import Coded, Customers
from ccgrade_xl.grading.results import result_arrays
from ccgrade_xl.grading.sample import Grades, grade_sample
from ccgrade_xl.rules.indicators import INDICATORS
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.layout import INPUT_COLUMNS, RESULT_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

RESULT_HEADERS = tuple(column.name for column in RESULT_COLUMNS)
_INPUT_HEADERS = frozenset(column.name for column in INPUT_COLUMNS)
_READ = frozenset(
    column.name for column in INPUT_COLUMNS if column.group != "客户信息" or column.name == "客户状态"
)
"""Columns that can change a grade or its remark; who and where a customer is cannot."""

_NEEDED = ("月均用气量", *(name for indicator in INDICATORS for name in indicator.inputs))
"""Columns of which a sample must have at least one to be graded at all."""


def grade(
    customers: pd.DataFrame, rules: RuleSet | None = None, as_of: dt.date | None = None
) -> pd.DataFrame:
    """Grade a whole sample of customers.

    Args:
        customers: one row a customer, with the input columns of table 客户 by name (usage in m³/month, amounts in
            yuan). A column that is absent is unknown for every customer. Cells may hold whatever a spreadsheet
            does; what cannot be read is unknown and named in 说明.
        rules: the rule set; the shipped default when left out.
        as_of: the grading date, today when left out.

    Returns:
        The result columns of table 客户 in order, on the customers' index. Unknown numbers are NaN, texts "".

    Raises:
        BookFault: no column that grading needs is there.

    Source: paper 3.1; what it is silent on is `default`.
    """
    import pandas as pd  # noqa: PLC0415 - only DataFrame users wait for pandas

    grades = grade_columns(
        {str(name): _cells(customers[name]) for name in customers.columns if str(name) in _READ},
        len(customers),
        rules or RuleSet.default(),
        as_of or _today(),
    )
    return pd.DataFrame(result_arrays(grades), index=customers.index, copy=False)


def grade_columns(
    columns: Mapping[str, Cells],
    length: int,
    rules: RuleSet,
    as_of: dt.date,
    previous: Coded | None = None,
) -> Grades:
    """Grade columns of cells named as in table 客户; `previous` is as in `grade_sample`."""
    if not any(name in columns for name in _NEEDED):
        raise BookFault(f"没有可以评级的列：至少需要“{_NEEDED[0]}”或任一信用指标列，请检查表头。")
    return grade_sample(customers_from(columns, length), rules, as_of, previous)


def grade_table(table: Table, rules: RuleSet, as_of: dt.date, previous: Coded | None = None) -> Grades:
    """Grade a table of cells with headers; `previous` are the credit grades of the last frozen month."""
    return grade_columns(table_columns(table), len(table.rows), rules, as_of, previous)


def table_columns(table: Table) -> dict[str, list[CellValue]]:
    """Return a table's input columns by name. Raises `NotUnderstood` for a header that stands twice."""
    columns: dict[str, list[CellValue]] = {}
    for at, header in enumerate(table.headers):
        name = header.strip()
        if name in columns:
            raise NotUnderstood(f"表头“{name}”出现了两次，请删除多余的一列。")
        if name in _INPUT_HEADERS:
            columns[name] = [row[at] if at < len(row) else None for row in table.rows]
    return columns


def one_customer(headers: Sequence[object], row: Sequence[object]) -> Customers:
    """Read one customer from a row of cells and its headers; headers that are not in 客户 are passed over."""
    names = [str(header).strip() for header in headers]
    columns = {name: [cell] for name, cell in zip(names, row, strict=True) if name in _INPUT_HEADERS}
    if not any(name in columns for name in _NEEDED):
        raise NotUnderstood(
            f"表头里没有评级需要的列，例如“{_NEEDED[0]}”；第一个参数应为表头，第二个为同宽的一行客户。"
        )
    return customers_from(columns, 1)


def result_columns(grades: Grades) -> dict[str, list[CellValue]]:
    """Return the result columns as cells: empty where there is nothing to show."""
    columns: dict[str, list[CellValue]] = {}
    for name, array in result_arrays(grades).items():
        if name == "评级日期":
            columns[name] = [grades.as_of] * len(grades)
        else:
            columns[name] = [cell_of(value) for value in array.tolist()]
    return columns


def _cells(series: pd.Series[Any]) -> Cells:
    """Return a DataFrame column as cells: numbers stay an array, all else becomes its distinct values."""
    if series.dtype.kind in "iuf":
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    codes, values = series.factorize()
    return Distinct(codes.astype(np.int64, copy=False), tuple(values.tolist()))


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
