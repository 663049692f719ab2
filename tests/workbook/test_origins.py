"""Where a cell came from is kept in a short text a customer, and comes back from it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import CellError
from ccgrade_xl.workbook.layout import INPUT_COLUMNS
from ccgrade_xl.workbook.origins import Batch, Origins, mark_of
from ccgrade_xl.workbook.precedence import ColumnRule, Sourcing, months_between
from ccgrade_xl.workbook.verification import DEFAULT_PRECEDENCE, ON_SITE

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


@pytest.mark.parametrize("changed", ["甲乙", None, 5.1, CellError.NA])
def test_another_value_has_another_mark(changed: object) -> None:
    assert mark_of("甲") != mark_of(changed)


def test_batches_nothing_comes_from_any_more_are_dropped() -> None:
    origins = empty()
    old, new = batch(origins, "财务"), batch(origins, "财务", NOVEMBER)
    origins.note("1", "地址", "甲", old)
    origins.note("1", "地址", "乙", new)
    assert origins.used_batches() == [new]


RULES = {
    name: ColumnRule(tuple(s for s in sources.split(";") if s), months, asked)
    for name, sources, months, asked in DEFAULT_PRECEDENCE
}


@pytest.mark.parametrize(
    ("column", "first", "second", "day", "taken", "conflict"),
    [
        ("预收气费余额", "财务", "营业收费", OCTOBER, False, True),
        ("预收气费余额", "营业收费", "财务", OCTOBER, True, True),
        ("预收气费余额", "财务", "营业收费", NOVEMBER, True, False),  # a month later finance holds no more
        ("预收气费余额", "财务", "财务", OCTOBER, True, False),
        ("缴费方式", "财务", "营业收费", NOVEMBER, True, True),
        ("缴费方式", "营业收费", "财务", NOVEMBER, False, True),
        ("缴费方式", ON_SITE, "营业收费", NOVEMBER, False, True),
        ("缴费方式", "营业收费", ON_SITE, OCTOBER, True, True),
        (
            "客户经理",
            "甲表",
            "乙表",
            OCTOBER,
            True,
            True,
        ),  # nobody prevails: the newer, or the later of one day
    ],
)
def test_the_stronger_source_prevails_and_the_other_is_told(
    column: str, first: str, second: str, day: dt.date, taken: bool, conflict: bool
) -> None:
    sourcing = Sourcing(empty(), RULES)
    assert sourcing.take("1", column, None, "旧", batch(sourcing.origins, first), 3)
    assert sourcing.take("1", column, "旧", "新", batch(sourcing.origins, second, day), 4) is taken
    assert (("1", column) in sourcing.conflicts) is conflict
    found = sourcing.origins.of("1", column)
    assert found is not None
    assert found.batch.source == (second if taken else first)
    if conflict:
        told = sourcing.conflicts["1", column]
        assert {told.taken, told.other} == {"旧", "新"}
        assert {told.taken_from, told.other_from} == {first, second}


def test_an_older_list_of_the_same_source_does_not_overwrite_a_newer_one() -> None:
    sourcing = Sourcing(empty(), RULES)
    sourcing.take("1", "地址", None, "新址", batch(sourcing.origins, "合同", NOVEMBER), 3)
    assert not sourcing.take("1", "地址", "新址", "旧址", batch(sourcing.origins, "合同", OCTOBER), 3)
    assert sourcing.older == [("1", "地址")]


def test_a_conflict_ends_when_the_other_source_agrees() -> None:
    sourcing = Sourcing(empty(), RULES)
    sourcing.take("1", "缴费方式", None, "柜台", batch(sourcing.origins, "营业收费"), 3)
    sourcing.take("1", "缴费方式", "柜台", "现金", batch(sourcing.origins, "财务"), 3)
    assert sourcing.conflicts
    sourcing.take("1", "缴费方式", "柜台", "柜台", batch(sourcing.origins, "财务", NOVEMBER), 3)
    assert not sourcing.conflicts


def test_a_value_changed_by_hand_is_told_when_a_list_overwrites_it() -> None:
    sourcing = Sourcing(empty(), RULES)
    sourcing.take("1", "地址", None, "旧址", batch(sourcing.origins, "合同"), 3)
    assert sourcing.take("1", "地址", "手改的", "新址", batch(sourcing.origins, "合同", NOVEMBER), 3)
    assert sourcing.conflicts["1", "地址"].other_from == "手工修改"


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_months_between_two_days_count_the_same_both_ways(one: dt.date, other: dt.date) -> None:
    assert months_between(one, other) == -months_between(other, one)
