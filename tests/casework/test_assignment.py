"""Every customer has exactly one person, evenly, and a second time changes nothing."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.casework.assignment import (
    LARGEST_DIFFERENCE,
    VOLUME_TOLERANCE,
    Charge,
    Person,
    assign,
)
from ccgrade_xl.casework.districts import district_of
from ccgrade_xl.errors import BookFault

TEAMS = ("一组", "二组")
DISTRICTS = ("高新区", "河西区", "北岭区", "")

people = st.lists(
    st.builds(
        Person,
        st.sampled_from("甲乙丙丁戊己庚辛"),
        st.sampled_from(TEAMS),
        st.sampled_from([(), ("高新区",), ("河西区", "北岭区")]),
    ),
    min_size=1,
    unique_by=lambda person: person.name,
)


@st.composite
def charges(draw: st.DrawFn) -> list[Charge]:
    count = draw(st.integers(0, 60))
    rows = []
    for at in range(count):
        district = draw(st.sampled_from(DISTRICTS))
        rows.append(
            Charge(
                f"{at:04}",
                draw(st.sampled_from([*TEAMS, "三组", ""])),
                district,
                f"澄安市{district}新柳街{at}号",
                draw(st.sampled_from([0.0, 300.0, 8_000.0, 40_000.0, 250_000.0])),
                draw(st.sampled_from("0123")),
                draw(st.sampled_from(["", "甲", "乙", "丙", "某"])),
            )
        )
    return rows


def _after(rows: list[Charge], manager: object) -> list[Charge]:
    return [
        Charge(c.number, c.team, c.district, c.address, c.volume, c.kind, manager[c.number]) for c in rows
    ]


@given(charges(), people)
def test_every_customer_has_exactly_one_of_the_people(rows: list[Charge], staff: list[Person]) -> None:
    found = assign(rows, staff)
    assert set(found.manager) == {charge.number for charge in rows}
    assert set(found.manager.values()) <= {person.name for person in staff}


@given(charges(), people)
def test_within_a_team_counts_differ_by_no_more_than_the_bound(
    rows: list[Charge], staff: list[Person]
) -> None:
    found = assign(rows, staff)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for charge in rows:
        kinds[charge.kind][found.manager[charge.number]] += 1
    for team in {person.team for person in staff}:
        names = [person.name for person in staff if person.team == team]
        for counts in (Counter(found.manager.values()), *kinds.values()):
            held = [counts[name] for name in names]
            assert max(held) - min(held) <= LARGEST_DIFFERENCE


@given(charges(), people)
def test_a_second_time_changes_nothing(rows: list[Charge], staff: list[Person]) -> None:
    once = assign(rows, staff).manager
    assert assign(_after(rows, once), staff).manager == once


@given(charges(), people, st.randoms(use_true_random=False))
def test_the_order_of_customers_and_people_does_not_matter(
    rows: list[Charge], staff: list[Person], random: object
) -> None:
    shuffled, others = [*rows], [*staff]
    random.shuffle(shuffled)
    random.shuffle(others)
    one = [Person(person.name, "一组") for person in staff]
    two = [Person(person.name, "一组") for person in others]
    assert assign(shuffled, two).manager == assign(rows, one).manager


@given(charges(), people)
def test_customers_of_a_team_that_has_people_stay_in_it(rows: list[Charge], staff: list[Person]) -> None:
    teams = {person.name: person.team for person in staff}
    found = assign(rows, staff).manager
    for charge in rows:
        if charge.team in teams.values():
            assert teams[found[charge.number]] == charge.team


def _even(count: int, managers: str, volume: float = 100.0) -> list[Charge]:
    return [
        Charge(f"{at:03}", "一组", "", "", volume, "1", managers[at % len(managers)]) for at in range(count)
    ]


def test_an_even_team_moves_nobody() -> None:
    rows = _even(30, "甲乙丙")
    assert assign(rows, [Person(name, "一组") for name in "甲乙丙"]).manager == {
        row.number: row.manager for row in rows
    }


def test_a_newcomer_gets_a_fair_share_and_nobody_else_moves() -> None:
    rows = _even(30, "甲乙")
    found = assign(rows, [Person(name, "一组") for name in "甲乙丙"]).manager
    moved = [row for row in rows if found[row.number] != row.manager]
    assert len(moved) == 10
    assert {found[row.number] for row in moved} == {"丙"}


def test_customers_of_a_district_go_to_whom_it_belongs() -> None:
    rows = [Charge(f"{at:02}", "一组", "高新区", "高新区一路", 1.0, "1") for at in range(5)]
    rows += [Charge(f"{at:02}", "一组", "河西区", "河西区二路", 1.0, "1") for at in range(5, 10)]
    found = assign(rows, [Person("甲", "一组", ("河西区",)), Person("乙", "一组", ("高新区",))]).manager
    assert {found[row.number] for row in rows[:5]} == {"乙"}
    assert {found[row.number] for row in rows[5:]} == {"甲"}


def test_volumes_are_evened_out_by_exchanging_customers() -> None:
    rows = [Charge(f"{at:02}", "一组", "", "", 1_000.0 + at, "1", "甲") for at in range(10)]
    rows += [Charge(f"{at:02}", "一组", "", "", 10.0 + at, "1", "乙") for at in range(10, 20)]
    found = assign(rows, [Person("甲", "一组"), Person("乙", "一组")]).manager
    volume = Counter[str]()
    for row in rows:
        volume[found[row.number]] += row.volume
    assert abs(volume["甲"] - volume["乙"]) <= 0.1 * sum(volume.values()) / 2


@st.composite
def desks(draw: st.DrawFn) -> list[Charge]:
    """Draw customers whose counts are even in each class already, no two of one volume: only exchanges are left."""
    names = "甲乙丙"[: draw(st.integers(2, 3))]
    rows = [(kind, name) for kind in "01" for _ in range(draw(st.integers(0, 5))) for name in names]
    volumes = draw(
        st.lists(st.integers(0, 400), min_size=len(rows), max_size=len(rows), unique=True)
        | st.permutations([at**3 for at in range(len(rows))])
    )
    return [
        Charge(f"{at:02}", "一组", draw(st.sampled_from("东西")), "", float(volume), kind, name)
        for at, ((kind, name), volume) in enumerate(zip(rows, volumes, strict=True))
    ]


def exchanged(rows: list[Charge]) -> dict[str, str]:
    """Exchange by trying every pair: the slow way to what `assign` does where counts are even."""
    manager = {row.number: row.manager for row in rows}
    while rows:
        volume = Counter[str]()
        for row in rows:
            volume[manager[row.number]] += int(row.volume)
        order = sorted(volume, key=lambda name: (volume[name], name))
        gap = volume[order[-1]] - volume[order[0]]
        pairs = sorted(
            (
                given.district != taken.district,
                abs(gap / 2 - given.volume + taken.volume),
                given.number,
                taken.number,
            )
            for given in rows
            for taken in rows
            if (manager[given.number], manager[taken.number]) == (order[-1], order[0])
            and given.kind == taken.kind
        )
        helping = [pair for pair in pairs if gap / 2 - pair[1] > gap / 20]
        if gap <= VOLUME_TOLERANCE * volume.total() / len(volume) or not helping:
            break
        within = [pair[1:] for pair in helping if not pair[0]]
        _, given, taken = min(within or [pair[1:] for pair in helping])
        manager |= {given: order[0], taken: order[-1]}
    return manager


@given(desks())
def test_the_exchange_taken_is_the_best_of_all_there_are(rows: list[Charge]) -> None:
    staff = [Person(name, "一组") for name in {row.manager for row in rows}]
    if staff:
        assert assign(rows, staff).manager == exchanged(rows)


def swapped(*rows: tuple[float, str, str], kinds: str = "") -> set[str]:
    """Return who changes hands among customers given by volume, district and manager."""
    charges = [
        Charge(f"{at}", "一组", district, "", volume, (kinds or "1" * len(rows))[at], name)
        for at, (volume, district, name) in enumerate(rows)
    ]
    found = assign(charges, [Person("甲", "一组"), Person("乙", "一组")]).manager
    return {row.number for row in charges if found[row.number] != row.manager}


def test_a_pair_of_one_district_goes_before_a_better_one_of_two() -> None:
    hers = (130.0, "东", "甲"), (150.0, "西", "甲"), (100.0, "北", "甲")
    his = (110.0, "东", "乙"), (120.0, "南", "乙"), (90.0, "中", "乙")
    assert swapped(*hers, *his) == {"0", "3"}


def test_volumes_that_differ_by_a_tenth_of_their_mean_are_left_as_they_are() -> None:
    rest = (50.0, "东", "甲"), (50.0, "东", "乙"), (45.0, "东", "乙")
    assert swapped((55.0, "东", "甲"), *rest) == set()
    assert swapped((56.0, "东", "甲"), *rest) == {"0", "2"}


def test_an_exchange_that_closes_no_more_than_a_tenth_of_the_gap_is_not_made() -> None:
    hers, rest = ((100.0, "东", "甲"), (100.0, "东", "甲")), (5.0, "西", "乙")
    assert swapped(*hers, (95.0, "东", "乙"), rest, kinds="1213") == set()
    assert swapped(*hers, (94.0, "东", "乙"), rest, kinds="1213") == {"0", "2"}


def test_customers_of_a_team_without_people_are_counted() -> None:
    rows = [Charge("1", "九组", "", "", 1.0, "1"), Charge("2", "", "", "", 1.0, "1")]
    assert assign(rows, [Person("甲", "一组")]).homeless == {"九组": 1, "": 1}


@pytest.mark.parametrize(("staff", "said"), [([], "没有承担客户"), ([Person("甲", "")] * 2, "出现了两次")])
def test_no_people_and_two_of_one_name_are_refused(staff: list[Person], said: str) -> None:
    with pytest.raises(BookFault, match=said):
        assign([], staff)


@pytest.mark.parametrize(
    ("address", "district"),
    [
        ("澄安市高新区新柳街137号", "高新区"),
        ("澄安市河西区颐合火锅店", "河西区"),
        ("北岭县城关镇1号", "北岭县"),
        ("澄安市滨河东路390号", ""),
        ("澄安市阳光小区3栋", ""),
        ("", ""),
    ],
)
def test_the_district_is_read_from_the_address(address: str, district: str) -> None:
    assert district_of(address) == district
