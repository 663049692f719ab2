"""A cell of a list says something, or nothing: it never stops the list from being read."""

from __future__ import annotations

import datetime as dt

import pytest

from ccgrade_xl.errors import CellError, NotUnderstood
from ccgrade_xl.list_cells import day_entered, day_in, text_in, texts_in
from ccgrade_xl.workbook.book import CellValue, Table

CELLS: list[tuple[CellValue, str]] = [
    (" 张三 ", "张三"),
    ("00012", "00012"),
    (12.0, "12"),
    (1.5, "1.5"),
    (True, "是"),
    ("无", "无"),
    (None, ""),
    ("", ""),
    ("-", ""),
    ("未知", ""),
    (CellError.NA, ""),
    ("#N/A", ""),
    (-2146826246, ""),
]


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_a_text_is_trimmed_and_a_blank_or_an_error_says_nothing(cell: CellValue, text: str) -> None:
    assert text_in(cell) == text


def test_a_column_says_what_its_cells_say_and_a_missing_one_nothing() -> None:
    table = Table("表", ("甲",), [(cell,) for cell, _ in CELLS], "页", 2, 1)
    assert texts_in(table, "甲") == [text for _, text in CELLS]
    assert texts_in(table, "乙") == [""] * len(CELLS)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (dt.datetime(2026, 3, 2, 8, 30), dt.date(2026, 3, 2)),
        (dt.date(2026, 3, 2), dt.date(2026, 3, 2)),
        ("2026年3月2日", dt.date(2026, 3, 2)),
        ("2026/3/2", dt.date(2026, 3, 2)),
        (46083.0, dt.date(2026, 3, 2)),
        (None, None),
        ("未知", None),
    ],
)
def test_a_day_is_read_however_it_is_written(cell: CellValue, day: dt.date | None) -> None:
    assert day_in(cell) == day_entered({"到期日": cell}, "到期日") == day


@pytest.mark.parametrize("cell", ["下周", CellError.VALUE, True])
def test_what_is_no_day_says_nothing_or_is_refused_by_its_header(cell: CellValue) -> None:
    assert day_in(cell) is None
    with pytest.raises(NotUnderstood, match=r"^到期日："):
        day_entered({"到期日": cell}, "到期日")
