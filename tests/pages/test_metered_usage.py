"""月均用气量 from the meters: who changes, who does not, what is listed, and what undo puts back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ccgrade_xl.commands import undo_last
from ccgrade_xl.errors import BookFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.meters.results import Results
from ccgrade_xl.meters.results_writing import write_results
from ccgrade_xl.pages.metered_usage import fill_metered_usage, metered_changes
from ccgrade_xl.workbook.book import Table
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from tests.meters.kept import found
from tests.pages.books import graded_book, rows_of


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Metered: 0001 150,000 m³, 0002 12,500, 0004 2 months, 9999 in no book, 0003 not one whole month."""
    made = found()
    mean, months = [150000.04, 12500.0, float("nan"), 900.0, 77.0], [12, 12, 0, 2, 5]
    use = pd.DataFrame(
        {"月均用气量": mean, "在用月数": months}, index=["0001", "0002", "0003", "0004", "9999"]
    )
    numbers = list(use.index)
    meters = [f"M{number}" for number in numbers]
    made.series.of_meter.clear()
    made.series.of_customer.clear()
    made.series.of_meter.update(zip(meters, range(5), strict=True))
    made.series.of_customer.update(zip(numbers, range(5), strict=True))
    path = tmp_path_factory.mktemp("kept") / "results.sqlite"
    registry = pd.DataFrame({"meter_id": meters, "customer_id": numbers})
    write_results(path, type(made)(made.scanned, made.settings, registry, made.series, made.months, use))
    return Results(path)


@pytest.fixture
def book(tmp_path: Path) -> ClosedFileBook:
    return graded_book(tmp_path / "簿.xlsm")


def usage(book: ClosedFileBook) -> list[tuple[object, object]]:
    return [(row["月均用气量"], row["在用月数"]) for row in rows_of(book, CUSTOMER_TABLE)]


def test_only_customers_with_metered_months_change(book, kept):
    before = rows_of(book, CUSTOMER_TABLE)
    outcome = fill_metered_usage(book, kept)
    assert usage(book) == [(150000.0, 12.0), (12500.0, 12.0), (800.0, 12.0), (900.0, 2.0)]
    assert outcome.data == {"changed": 3, "customers": ["0001", "0002", "0004"]}
    assert "3 户" in outcome.message
    for stood, stands in zip(before, rows_of(book, CUSTOMER_TABLE), strict=True):
        assert {k: v for k, v in stood.items() if k not in ("月均用气量", "在用月数")} == {
            k: v for k, v in stands.items() if k not in ("月均用气量", "在用月数")
        }


def test_what_differs_by_more_than_a_fifth_is_listed_with_both_values(book, kept):
    attention = fill_metered_usage(book, kept).attention
    assert len(attention) == 1
    for words in ("客户数据第 ", "客户 0001", "原来 120,000.0", "读数 150,000.0", "相差 25%"):
        assert words in attention[0]


def test_undo_puts_both_columns_back(book, kept):
    before = usage(book)
    fill_metered_usage(book, kept)
    undo_last(book)
    assert usage(book) == before


def test_a_second_time_nothing_changes(book, kept):
    fill_metered_usage(book, kept)
    assert fill_metered_usage(book, kept).data["changed"] == 0


def test_numbers_that_lost_their_zeros_and_cells_nobody_can_read(kept):
    rows = [
        (1.0, "很多", None),
        ("0002", 12500.0, 12.0),
        (1.5, 1.0, 1.0),
        (None, None, None),
        ("7", 5.0, 1.0),
    ]
    changes = metered_changes(Table("客户", ("客户编号", "月均用气量", "在用月数"), rows), kept)
    assert [(change.row, change.number) for change in changes] == [(0, "0001")]


def test_a_missing_column_is_named(kept):
    with pytest.raises(BookFault, match="缺少“在用月数”列"):
        metered_changes(Table("客户", ("客户编号", "月均用气量"), []), kept)
