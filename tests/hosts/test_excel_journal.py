"""Which part of the cells that stand in an open Excel must be written?"""

import datetime as dt

import pytest

from ccgrade_xl.errors import CellError
from ccgrade_xl.hosts.excel_journal import Replaced

DAY, MOMENT = dt.date(2026, 10, 31), dt.datetime(2026, 10, 31)
STOOD = [["五星级", 20.0, MOMENT], [None, CellError.NA, True], ["3", 0.0, None]]


def parts(rows, formulas=None):
    return [str(part) for part in Replaced(None, STOOD, formulas or {}).changed_parts(rows)]


@pytest.mark.parametrize(
    ("row", "column", "value", "changing"),
    [
        (0, 0, "五星级", None),
        (0, 0, "四星级", "A1"),
        (0, 1, 20, None),
        (0, 1, "20", "B1"),
        (0, 2, DAY, None),
        (0, 2, 46326.0, "C1"),
        (1, 0, "", None),
        (1, 0, " ", "A2"),
        (1, 1, CellError.NUM, "B2"),
        (1, 1, "#N/A", "B2"),
        (1, 2, 1.0, "C2"),
        (2, 0, 3.0, "A3"),
        (2, 1, False, "B3"),
        (2, 1, None, "B3"),
        (2, 2, 0.0, "C3"),
    ],
)
def test_a_cell_is_written_where_it_would_hold_anything_else(row, column, value, changing):
    rows = [[*line] for line in STOOD]
    rows[row][column] = value
    assert parts(rows) == ([changing] if changing else [])


def test_a_column_is_written_from_its_first_change_to_its_last():
    rows = [["甲", *STOOD[0][1:]], STOOD[1], ["乙", *STOOD[2][1:]]]
    assert parts(rows) == ["A1:A3"]


def test_where_a_formula_stands_everything_is_written():
    assert parts(STOOD, {(2, 1): '=""'}) == ["A1:C3"]
