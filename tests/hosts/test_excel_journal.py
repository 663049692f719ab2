"""Which rows would change the cells that stand in an open Excel?"""

import datetime as dt

import pytest

from ccgrade_xl.errors import CellError
from ccgrade_xl.hosts.excel_journal import Replaced

DAY, MOMENT = dt.date(2026, 10, 31), dt.datetime(2026, 10, 31)
STOOD = [["五星级", 20.0, MOMENT], [None, CellError.NA, True], ["3", 0.0, None]]


@pytest.mark.parametrize(
    ("row", "column", "value", "changing"),
    [
        (0, 0, "五星级", None),
        (0, 0, "四星级", (0, 0)),
        (0, 1, 20, None),
        (0, 1, "20", (0, 0)),
        (0, 2, DAY, None),
        (0, 2, 46326.0, (0, 0)),
        (1, 0, "", None),
        (1, 0, " ", (1, 1)),
        (1, 1, CellError.NUM, (1, 1)),
        (1, 1, "#N/A", (1, 1)),
        (1, 2, 1.0, (1, 1)),
        (2, 0, 3.0, (2, 2)),
        (2, 1, False, (2, 2)),
        (2, 1, None, (2, 2)),
        (2, 2, 0.0, (2, 2)),
    ],
)
def test_a_row_changes_where_a_cell_would_hold_anything_else(row, column, value, changing):
    rows = [[*line] for line in STOOD]
    rows[row][column] = value
    assert Replaced(None, STOOD, {}).differing(rows) == changing


def test_the_rows_that_change_are_told_from_the_first_to_the_last():
    rows = [["甲", *STOOD[0][1:]], STOOD[1], ["乙", *STOOD[2][1:]]]
    assert Replaced(None, STOOD, {}).differing(rows) == (0, 2)


def test_where_a_formula_stands_every_row_is_written():
    assert Replaced(None, STOOD, {(2, 1): '=""'}).differing(STOOD) == (0, 2)
