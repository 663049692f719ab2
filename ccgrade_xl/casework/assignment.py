"""Which customer manager looks after which customer? Evenly, within districts, with few moves.

Customers are divided team by team. Within a team, customers of one class (how large, how well graded) are spread
evenly, so that nobody has all the large or all the low-star ones; whoever has more than a fair share gives
customers away, the others keep theirs.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field, frozen

from ccgrade_xl.errors import BookFault

LARGEST_DIFFERENCE = 1
"""Within a team, two people differ by at most so many customers: in all, and in every class."""

VOLUME_TOLERANCE = 0.1
"""Customers of one class are exchanged while a team's volumes differ by more than this share of their mean."""


@frozen
class Person:
    """Somebody who takes customers: name, team, and the words of an address that are hers."""

    name: str
    team: str
    districts: tuple[str, ...] = ()


@frozen
class Charge:
    """A customer to be looked after: its volume in m³/month, its class, and who has it so far ("" for nobody)."""

    number: str
    team: str
    district: str
    address: str
    volume: float
    kind: str
    manager: str = ""


@frozen
class Assignment:
    """Who has whom: `manager` by customer number; `homeless` counts the customers of teams that have nobody."""

    manager: Mapping[str, str]
    homeless: Mapping[str, int]


def assign(charges: Sequence[Charge], people: Sequence[Person]) -> Assignment:
    """Give every customer exactly one of the people.

    In each team, counts differ by at most `LARGEST_DIFFERENCE`, in all and within each class. Doing it again
    changes nothing. Raises `BookFault` where there is nobody, or a name stands twice.
    """
    _check(people)
    placed, homeless = _by_team(sorted(charges, key=lambda charge: charge.number), people)
    manager: dict[str, str] = {}
    for team, members in placed.items():
        manager |= _within(members, [person for person in people if person.team == team])
    return Assignment(manager, homeless)


def _check(people: Sequence[Person]) -> None:
    if not people:
        raise BookFault("没有承担客户的人员，不能分派。")
    twice = [name for name, times in Counter(person.name for person in people).items() if times > 1]
    if twice:
        raise BookFault(f"人员“{twice[0]}”出现了两次，请改正；同名的人请加上区别，如“{twice[0]}（二组）”。")


def _by_team(
    charges: Iterable[Charge], people: Sequence[Person]
) -> tuple[dict[str, list[Charge]], dict[str, int]]:
    """Put customers into teams: their own, else that of their district, of who has them, or the least busy."""
    sizes = Counter(person.team for person in people)
    team_of = {person.name: person.team for person in people}
    wards = [(word, person.team) for person in people for word in person.districts]
    placed: dict[str, list[Charge]] = {team: [] for team in sizes}
    homeless: Counter[str] = Counter()
    waiting = []
    for charge in charges:
        team = (
            charge.team if charge.team in sizes else next((t for w, t in wards if w in charge.address), None)
        )
        if team is None:
            homeless[charge.team] += 1
            team = team_of.get(charge.manager)
        if team is None:
            waiting.append(charge)
        else:
            placed[team].append(charge)
    for charge in waiting:
        team = min(placed, key=lambda each: (len(placed[each]) / sizes[each], each))
        placed[team].append(charge)
    return placed, dict(homeless)


@define
class _Desk:
    """A person's customers while they are divided, by class."""

    person: Person
    held: dict[str, list[Charge]] = field(factory=lambda: defaultdict(list))
    extras: int = 0

    @property
    def volume(self) -> float:
        """The volume of her customers, whatever order they stand in."""
        return math.fsum(charge.volume for charges in self.held.values() for charge in charges)

    def districts(self) -> Counter[str]:
        """Count the districts of her customers."""
        return Counter(charge.district for charges in self.held.values() for charge in charges)


def _within(charges: Sequence[Charge], people: Sequence[Person]) -> dict[str, str]:
    desks = {person.name: _Desk(person) for person in sorted(people, key=lambda person: person.name)}
    free: dict[str, list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.manager in desks:
            desks[charge.manager].held[charge.kind].append(charge)
        else:
            free[charge.kind].append(charge)
    for kind in sorted({charge.kind for charge in charges}):
        _even_out(list(desks.values()), kind, free[kind])
    _exchange(list(desks.values()))
    return {
        charge.number: name for name, desk in desks.items() for held in desk.held.values() for charge in held
    }


def _even_out(desks: list[_Desk], kind: str, free: list[Charge]) -> None:
    """Bring every desk to its quota of a class; those that have more keep the odd ones where they may."""
    total = len(free) + sum(len(desk.held[kind]) for desk in desks)
    share, odd = divmod(total, len(desks))
    # Whoever has had the fewest odd ones comes first: so the counts in all differ by no more than one.
    order = sorted(
        desks, key=lambda desk: (desk.extras, -min(len(desk.held[kind]), share + 1), desk.person.name)
    )
    quota = {desk.person.name: share for desk in desks}
    for desk in order[:odd]:
        desk.extras += 1
        quota[desk.person.name] += 1
    for desk in desks:
        surplus = len(desk.held[kind]) - quota[desk.person.name]
        if surplus > 0:
            free += _given_away(desk, kind, surplus)
    short = [desk for desk in desks if len(desk.held[kind]) < quota[desk.person.name]]
    _hand_out(free, kind, {desk.person.name: (desk, quota[desk.person.name]) for desk in short})


def _given_away(desk: _Desk, kind: str, count: int) -> list[Charge]:
    """Take customers from a desk, those first whose district is least at home there."""
    at_home = desk.districts()

    def stays(charge: Charge) -> tuple[bool, int, float, str]:
        return _is_hers(desk.person, charge), at_home[charge.district], charge.volume, charge.number

    leaving = sorted(desk.held[kind], key=stays)[:count]
    gone = {charge.number for charge in leaving}
    desk.held[kind] = [charge for charge in desk.held[kind] if charge.number not in gone]
    return leaving


def _hand_out(free: list[Charge], kind: str, short: dict[str, tuple[_Desk, int]]) -> None:
    """Give customers to those who are short of them: where the district is at home, else where volume is least."""
    volumes = {name: desk.volume for name, (desk, _) in short.items()}
    at_home = {name: dict(desk.districts()) for name, (desk, _) in short.items()}
    lacking = {name: quota - len(desk.held[kind]) for name, (desk, quota) in short.items()}
    for charge in sorted(free, key=lambda each: (-each.volume, each.number)):
        district = charge.district
        wishes = [
            (
                not _is_hers(short[name][0].person, charge),
                -at_home[name].get(district, 0),
                volumes[name],
                name,
            )
            for name in lacking
        ]
        chosen = min(wishes)[-1]
        short[chosen][0].held[kind].append(charge)
        volumes[chosen] += charge.volume
        at_home[chosen][district] = at_home[chosen].get(district, 0) + 1
        lacking[chosen] -= 1
        if not lacking[chosen]:
            del lacking[chosen]


def _is_hers(person: Person, charge: Charge) -> bool:
    return bool(person.districts) and any(word in charge.address for word in person.districts)


def _exchange(desks: list[_Desk]) -> None:
    """Exchange two customers of one class between the most and the least laden desk while that evens them out."""
    volumes = {desk.person.name: desk.volume for desk in desks}
    by_name = {desk.person.name: desk for desk in desks}
    mean = math.fsum(volumes.values()) / len(desks)
    while True:
        most = max(volumes, key=lambda name: (volumes[name], name))
        least = min(volumes, key=lambda name: (volumes[name], name))
        gap = volumes[most] - volumes[least]
        swap = _best_swap(by_name[most], by_name[least], gap) if gap > VOLUME_TOLERANCE * mean else None
        if swap is None:
            return
        given, taken = swap
        for desk, out, into in ((by_name[most], given, taken), (by_name[least], taken, given)):
            desk.held[out.kind].remove(out)
            desk.held[into.kind].append(into)
        volumes |= {most: by_name[most].volume, least: by_name[least].volume}


def _best_swap(most: _Desk, least: _Desk, gap: float) -> tuple[Charge, Charge] | None:
    """Return the pair of one class and district whose exchange brings two desks nearest to each other.

    A pair of two districts is taken only where no pair of one district helps by at least a tenth of the gap.
    """
    within = _nearest_pair(most, least, gap, same_district=True)
    return within if within is not None else _nearest_pair(most, least, gap, same_district=False)


def _nearest_pair(
    most: _Desk, least: _Desk, gap: float, *, same_district: bool
) -> tuple[Charge, Charge] | None:
    best: tuple[float, str, str, Charge, Charge] | None = None
    for kind, held in most.held.items():
        pools: dict[str, list[Charge]] = defaultdict(list)
        for charge in sorted(least.held[kind], key=lambda each: (each.volume, each.number)):
            pools[charge.district if same_district else ""].append(charge)
        for given in held:
            pool = pools.get(given.district if same_district else "", [])
            for taken in _around(pool, given.volume - gap / 2):
                left = abs(gap / 2 - (given.volume - taken.volume))
                found = (left, given.number, taken.number, given, taken)
                if gap / 2 - left > gap / 20 and (best is None or found[:3] < best[:3]):
                    best = found
    return None if best is None else (best[3], best[4])


def _around(pool: list[Charge], volume: float) -> list[Charge]:
    """Return the customers of a pool, sorted by volume, that are next to a volume."""
    low = bisect_left(pool, volume, key=lambda charge: charge.volume)
    return pool[max(0, low - 1) : low + 1]
