"""Which value stands where sources disagree: by rank while it holds, then by day; and what is told of the other."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.workbook.book import CellValue
from ccgrade_xl.workbook.origins import Batch, Origins
from ccgrade_xl.workbook.precedence import ColumnRule, Conflict, Sourcing, months_between
from ccgrade_xl.workbook.verification import BY_HAND, DEFAULT_PRECEDENCE, ON_SITE

RULES = {
    name: ColumnRule(tuple(s for s in sources.split(";") if s), months, asked)
    for name, sources, months, asked in DEFAULT_PRECEDENCE
}
OCTOBER, NOVEMBER = dt.date(2026, 10, 31), dt.date(2026, 11, 30)
CELL = ("1", "缴费方式")
"""营业收费 before 财务, for twelve months."""


def sourcing(rules: dict[str, ColumnRule] = RULES) -> Sourcing:
    return Sourcing(Origins({}, {}), rules)


def batch(known: Sourcing, source: str, day: dt.date = OCTOBER) -> Batch:
    return known.origins.open_batch(source, f"{source}.csv", "", day, day)


def take(
    known: Sourcing,
    standing: CellValue,
    value: CellValue,
    source: str,
    day: dt.date = OCTOBER,
    *,
    cell: tuple[str, str] = CELL,
) -> bool:
    """Take one value of one list, its row the third."""
    (taken,) = known.take_row(cell[0], [(cell[1], standing, value)], batch(known, source, day), 3)
    return taken


def source_of(known: Sourcing, cell: tuple[str, str] = CELL) -> tuple[str, dt.date]:
    found = known.origins.of(*cell)
    assert found is not None
    return found.batch.source, found.batch.day


@pytest.mark.parametrize(
    ("sources", "source", "rank"),
    [
        (("财务", "合同"), "财务", 0),
        (("财务", "合同"), "合同", 1),
        (("财务", "合同"), "甲表", 2),
        (("财务", "合同"), ON_SITE, -1),
        (("财务", ON_SITE), ON_SITE, 1),
        ((), "甲表", 0),
    ],
)
def test_a_source_ranks_by_its_place_and_what_was_verified_before_all(
    sources: tuple[str, ...], source: str, rank: int
) -> None:
    assert ColumnRule(sources).rank(source) == rank


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
        # Nobody prevails: the newer does, or the later of one day.
        ("客户经理", "甲表", "乙表", OCTOBER, True, True),
    ],
)
def test_the_stronger_source_prevails_and_the_other_is_told(
    column: str, first: str, second: str, day: dt.date, taken: bool, conflict: bool
) -> None:
    known, cell = sourcing(), ("1", column)
    assert take(known, None, "旧", first, cell=cell)
    assert take(known, "旧", "新", second, day, cell=cell) is taken
    assert (cell in known.conflicts) is conflict
    assert source_of(known, cell)[0] == (second if taken else first)
    old, new = ("旧", first, OCTOBER), ("新", second, day)
    if conflict:
        told = (*new, *old) if taken else (*old, *new)
        assert known.conflicts[cell] == Conflict("1", column, *told)


DAYS = st.dates(dt.date(2025, 11, 1), dt.date(2026, 3, 31))
SOURCES = ("甲", "乙", "丙", ON_SITE)


@given(
    st.permutations(SOURCES),
    st.integers(0, 4),
    st.none() | st.integers(0, 5),
    *[st.tuples(st.sampled_from(SOURCES), DAYS)] * 2,
)
def test_the_greater_of_rank_and_day_stands_and_rank_counts_only_while_it_holds(
    order: list[str],
    placed: int,
    months: int | None,
    first: tuple[str, dt.date],
    second: tuple[str, dt.date],
) -> None:
    rule = ColumnRule(tuple(order[:placed]), months)
    known = sourcing({CELL[1]: rule})
    take(known, None, "旧", *first)
    taken = take(known, "旧", "新", *second)
    strongest = [*([] if ON_SITE in rule.sources else [ON_SITE]), *rule.sources]
    apart = abs(month(first[1]) - month(second[1]))
    ranked = first[0] != second[0] and (months is None or apart < months)

    def key(source: str, day: dt.date) -> tuple[int, dt.date]:
        place = strongest.index(source) if source in strongest else len(strongest)
        return -place if ranked else 0, day

    assert taken is (key(*second) >= key(*first))
    assert (CELL in known.conflicts) is ranked
    assert known.older == ([] if taken or ranked else [CELL])
    assert source_of(known) == (second if taken else first)


def month(day: dt.date) -> int:
    """Number the months as they are counted on the fingers."""
    return sum(
        1
        for year in range(2000, day.year + 1)
        for each in range(1, 13)
        if (year, each) < (day.year, day.month)
    )


@given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)), st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)))
def test_months_between_two_days_are_counted_one_by_one(one: dt.date, other: dt.date) -> None:
    assert months_between(one, other) == month(other) - month(one)


def test_an_older_list_of_the_same_source_does_not_overwrite_a_newer_one() -> None:
    known = sourcing()
    take(known, None, "新", "营业收费", NOVEMBER)
    assert not take(known, "新", "旧", "营业收费", OCTOBER)
    assert known.older == [CELL]
    assert source_of(known) == ("营业收费", NOVEMBER)


def test_a_source_that_holds_for_no_month_does_not_give_way_to_an_older_one() -> None:
    known = sourcing({CELL[1]: ColumnRule(("财务",), 0)})
    take(known, None, "新", "财务", dt.date(2026, 10, 31))
    assert not take(known, "新", "旧", "营业收费", dt.date(2026, 10, 1))
    assert (known.older, known.conflicts) == ([CELL], {})


def test_a_newer_list_of_the_same_source_is_no_news_to_be_told() -> None:
    known = sourcing()
    take(known, None, "旧", "营业收费")
    assert take(known, "旧", "新", "营业收费", NOVEMBER)
    assert (known.older, known.conflicts) == ([], {})


@pytest.mark.parametrize("blank", [None, ""])
def test_a_value_taken_out_by_hand_is_filled_again_without_a_word(blank: CellValue) -> None:
    known = sourcing()
    take(known, None, "柜台", "营业收费", NOVEMBER)
    assert take(known, blank, "现金", "财务", OCTOBER)
    assert known.conflicts == {}
    assert source_of(known) == ("财务", OCTOBER)


def test_a_value_nobody_knows_the_origin_of_gives_way_without_a_word() -> None:
    known = sourcing()
    assert take(known, "手填的", "柜台", "财务")
    assert known.conflicts == {}
    assert source_of(known) == ("财务", OCTOBER)


def test_an_origin_whose_list_is_not_on_record_is_no_origin() -> None:
    known = sourcing()
    take(known, None, "柜台", "营业收费")
    known.origins.batches.clear()
    assert take(known, "柜台", "现金", "财务")
    assert (known.conflicts, source_of(known)) == ({}, ("财务", OCTOBER))


def test_a_value_changed_by_hand_is_told_when_a_list_overwrites_it() -> None:
    known = sourcing()
    take(known, None, "柜台", "营业收费")
    assert take(known, "手改的", "现金", "财务", NOVEMBER)
    assert known.conflicts[CELL] == Conflict(*CELL, "现金", "财务", NOVEMBER, "手改的", BY_HAND, None)


def in_conflict() -> Sourcing:
    """Return what is known where 柜台 of 营业收费 stands and 财务 says 现金, of October both."""
    known = sourcing()
    take(known, None, "柜台", "营业收费")
    assert not take(known, "柜台", "现金", "财务")
    return known


def test_a_conflict_ends_when_the_other_source_agrees() -> None:
    known = in_conflict()
    assert take(known, "柜台", "柜台", "财务", NOVEMBER)
    assert known.conflicts == {}


def test_a_conflict_stays_while_it_is_not_the_other_source_that_agrees() -> None:
    known = in_conflict()
    assert take(known, "柜台", "柜台", "合同", NOVEMBER)
    assert known.conflicts[CELL].other_from == "财务"


def test_a_conflict_stays_when_the_other_source_agrees_about_another_cell() -> None:
    known = in_conflict()
    assert take(known, "高新区一路", "高新区一路", "财务", cell=("1", "地址"))
    assert list(known.conflicts) == [CELL]


def test_a_conflict_ends_with_a_newer_value_of_the_source_that_prevailed() -> None:
    known = in_conflict()
    assert take(known, "柜台", "扣款", "营业收费", NOVEMBER)
    assert known.conflicts == {}


@pytest.mark.parametrize(
    ("first", "second", "origin"),
    [
        (("营业收费", OCTOBER), ("财务", NOVEMBER), "second"),  # the newer of two that agree
        (("营业收费", NOVEMBER), ("财务", OCTOBER), "first"),
        (("财务", NOVEMBER), ("营业收费", OCTOBER), "first"),
        (("财务", OCTOBER), ("营业收费", OCTOBER), "second"),  # of one day the stronger
        (("营业收费", OCTOBER), ("财务", OCTOBER), "first"),
    ],
)
def test_of_two_that_agree_the_newer_is_the_origin_or_the_stronger_of_one_day(
    first: tuple[str, dt.date], second: tuple[str, dt.date], origin: str
) -> None:
    known = sourcing()
    take(known, None, "柜台", *first)
    assert take(known, "柜台", " 柜台 ", *second)
    assert source_of(known) == (first if origin == "first" else second)
    assert known.conflicts == {}


def test_of_two_lists_of_one_day_and_source_that_agree_the_later_is_the_origin() -> None:
    known = sourcing()
    for row in (3, 8):
        known.take_row("1", [("缴费方式", "柜台", "柜台")], batch(known, "财务"), row)
    found = known.origins.of(*CELL)
    assert found is not None
    assert found.row == 8


@pytest.mark.parametrize("came", [None, "现金"])
def test_what_stands_without_an_origin_has_that_of_the_list_that_agrees(came: str | None) -> None:
    known = sourcing()
    if came is not None:  # it came otherwise, was changed by hand since, and this list says the same
        take(known, None, came, "营业收费", NOVEMBER)
    assert take(known, "柜台", "柜台", "财务", OCTOBER)
    assert source_of(known) == ("财务", OCTOBER)


def test_values_of_one_row_are_decided_each_by_its_own_column() -> None:
    known = sourcing()
    standing = [("缴费方式", None, "柜台"), ("预收气费余额", None, 5.0)]
    assert known.take_row("1", standing, batch(known, "营业收费"), 3) == [True, True]
    given = [("缴费方式", "柜台", "现金"), ("预收气费余额", 5.0, 8.0)]
    assert known.take_row("1", given, batch(known, "财务"), 4) == [False, True]
