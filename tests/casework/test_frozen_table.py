"""Frozen grades by column: rows, columns and data frames say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.ledger import FrozenTable

NUMBERS = st.one_of(st.just(float("nan")), st.floats(-1e9, 1e9))
ROWS = st.lists(st.tuples(st.text(max_size=5), NUMBERS), max_size=20)


def table_of(rows: list[tuple[str, float]]) -> FrozenTable:
    return FrozenTable.of(
        {
            "客户编号": [text for text, _ in rows],
            "月均用气量": np.array([number for _, number in rows], dtype=float),
        }
    )


@given(ROWS)
def test_rows_columns_and_the_data_frame_hold_the_same(rows: list[tuple[str, float]]) -> None:
    table, frame = table_of(rows), pd.DataFrame(rows, columns=["客户编号", "月均用气量"])
    assert (len(table), table.columns) == (len(rows), ("客户编号", "月均用气量"))
    pd.testing.assert_frame_equal(table.to_pandas(), frame, check_dtype=False, check_exact=True)
    assert [row[0] for row in table.rows()] == [text for (text,) in table.rows("客户编号")]
    np.testing.assert_array_equal([number for (number,) in table.rows("月均用气量")], table["月均用气量"])


@given(ROWS, st.data())
def test_the_rows_chosen_are_those_of_a_data_frame(
    rows: list[tuple[str, float]], data: st.DataObject
) -> None:
    table = table_of(rows)
    which = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), dtype=bool)
    expected = table.to_pandas()[which].reset_index(drop=True)
    pd.testing.assert_frame_equal(table.where(which).to_pandas(), expected, check_dtype=False)


def test_texts_stay_texts_however_long_or_alike() -> None:
    table = FrozenTable.of({"客户编号": ("01", "1", "")})
    assert table["客户编号"].tolist() == ["01", "1", ""]
    assert table["客户编号"].dtype == object


def test_a_column_that_is_not_there_is_named() -> None:
    table = table_of([])
    assert "星级" not in table
    with pytest.raises(KeyError, match="星级"):
        table["星级"]
