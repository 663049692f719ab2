"""Where a cell came from is kept in a short text a customer, and comes back from it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.origins import Batch, Origins, mark_of

NAMES = [column.name for column in INPUT_COLUMNS]
OCTOBER, NOVEMBER = dt.date(2026, 10, 31), dt.date(2026, 11, 30)


def empty() -> Origins:
    return Origins({}, {})


def batch(origins: Origins, source: str, day: dt.date = OCTOBER) -> Batch:
    return origins.open_batch(source, f"{source}.csv", "", day, day)


@given(
    st.dictionaries(st.sampled_from(NAMES), st.tuples(st.integers(1, 99), st.integers(0, 10**6), st.text()))
)
def test_what_is_noted_is_read_back(noted: dict[str, tuple[int, int, str]]) -> None:
    origins = empty()
    for column, (number, row, value) in noted.items():
        made = Batch(number, "财务", "a.csv", "", OCTOBER, OCTOBER)
        origins.batches[number] = made
        origins.note("0001", column, value, made, row)
    read = Origins(origins.batches, origins.written())
    for column in NAMES:
        found = read.of("0001", column)
        if column in noted:
            number, row, value = noted[column]
            assert found is not None
            assert (found.batch.number, found.row, found.still(value)) == (number, row, True)
        else:
            assert found is None


@given(st.text())
def test_a_damaged_text_is_unknown_and_nothing_else(text: str) -> None:
    origins = Origins({}, {"0001": text})
    assert all(origins.of("0001", column) is None for column in NAMES)


def test_a_customers_text_stays_short() -> None:
    origins = empty()
    made = batch(origins, "营业收费")
    for column in NAMES:
        origins.note("0001", column, "一个值", made, 20_000)
    assert len(origins.written()["0001"]) < 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (5.0, "5"),
        (5, 5.0),
        (dt.date(2026, 1, 5), dt.datetime(2026, 1, 5)),
        ("甲", " 甲 "),
        (None, ""),
    ],
)
def test_a_value_read_again_has_the_same_mark(one: object, other: object) -> None:
    assert mark_of(one) == mark_of(other)


def test_an_error_is_marked_as_the_file_will_hold_it() -> None:
    assert mark_of(CellError.CALC) == mark_of(CellError.VALUE) != mark_of(CellError.NA)


@pytest.mark.parametrize("changed", ["甲乙", None, 5.1, CellError.NA])
def test_another_value_has_another_mark(changed: object) -> None:
    assert mark_of("甲") != mark_of(changed)


def test_batches_nothing_comes_from_any_more_are_dropped() -> None:
    origins = empty()
    old, new = batch(origins, "财务"), batch(origins, "财务", NOVEMBER)
    origins.note("1", "地址", "甲", old)
    origins.note("1", "地址", "乙", new)
    assert origins.used_batches() == [new]
