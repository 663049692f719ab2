"""Who verifies what, and by when? Customers are shared out evenly within each team; what is listed stays where it is."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from attrs import frozen

from ccgrade_xl.casework.assignment import Charge, Person, assign
from ccgrade_xl.casework.districts import district_of
from ccgrade_xl.list_cells import day_in, text_in, texts_in
from ccgrade_xl.pages.team import Member
from ccgrade_xl.pages.verification.asking import Case, Entry
from ccgrade_xl.workbook.book import CellValue, Table
from ccgrade_xl.workbook.verification import RIGHT, WRONG

Row = dict[str, CellValue]
BOXES = f"□{RIGHT}  □{WRONG}"
"""What is ticked on paper."""
_MOST_KINDS = 5


@frozen
class Shared:
    """The rows of the list, how many entries wait for the next time, and how many each person has."""

    rows: list[Row]
    waiting: int
    people: Mapping[str, int]


def verifiers(members: Sequence[Member], table: Table) -> list[Person]:
    """Return who verifies: who takes customers in 人员; where that table is empty, the customer managers there are."""
    people = [member.person for member in members if member.takes_customers]
    if people:
        return people
    teams: dict[str, Counter[str]] = defaultdict(Counter)
    for name, team in zip(texts_in(table, "客户经理"), texts_in(table, "班组"), strict=True):
        if name:
            teams[name][team] += 1
    return [
        Person(name, max(counts, key=lambda team: (counts[team], team))) for name, counts in teams.items()
    ]


def shared(
    case: Case,
    entries: Sequence[Entry],
    people: Sequence[Person],
    standing: Mapping[tuple[str, str], Row],
    due: dt.date,
    per_person: int,
) -> Shared:
    """Give every entry an owner and a day; of more than `per_person` new ones a head the gravest come first."""
    owners = _owners(case, entries, people, standing)
    volumes = case.grades.customers.usage
    chosen: list[Entry] = []
    counts: Counter[str] = Counter()
    for entry in sorted(
        entries,
        key=lambda each: (
            each.key not in standing,
            each.rank,
            -(float(volumes[each.row]) if volumes[each.row] > 0 else 0.0),
            each.key,
        ),
    ):
        owner = owners[entry.customer]
        if entry.key in standing or not per_person or counts[owner] < per_person:
            counts[owner] += 1
            chosen.append(entry)
    teams = {person.name: person.team for person in people}
    addresses = texts_in(case.table, "地址")
    chosen.sort(
        key=lambda each: (
            teams.get(owners[each.customer], ""), owners[each.customer], district_of(addresses[each.row]),
            each.customer, each.rank, each.column,
        )
    )  # fmt: skip
    rows = [_row(case, entry, owners[entry.customer], standing.get(entry.key), due) for entry in chosen]
    return Shared(rows, len(entries) - len(chosen), counts)


def _owners(
    case: Case, entries: Sequence[Entry], people: Sequence[Person], standing: Mapping[tuple[str, str], Row]
) -> dict[str, str]:
    """Return each customer's verifier: who has it on the list already, else evenly by team and number of entries."""
    names = {person.name for person in people}
    load = Counter(entry.customer for entry in entries)
    owners = {
        key[0]: text_in(row["负责人"]) for key, row in standing.items() if text_in(row["负责人"]) in names
    }
    if not people:
        return dict.fromkeys(load, "")
    columns = {name: texts_in(case.table, name) for name in ("班组", "地址", "客户经理")}
    row_of = {entry.customer: entry.row for entry in entries}
    charges = [
        Charge(
            customer, columns["班组"][row], district_of(columns["地址"][row]), columns["地址"][row],
            float(load[customer]), str(min(load[customer], _MOST_KINDS)), columns["客户经理"][row],
        )
        for customer, row in row_of.items()
        if customer not in owners
    ]  # fmt: skip
    return dict(assign(charges, people).manager) | owners


def _row(case: Case, entry: Entry, owner: str, before: Row | None, due: dt.date) -> Row:
    return {
        "负责人": owner or None, "客户编号": entry.customer, "客户名称": case.present(entry.row, "客户名称") or None,
        "地址": case.present(entry.row, "地址") or None, "核实项目": entry.column, "原因": entry.reason,
        "现有值": entry.present or None, "线索": entry.hint, "途径": entry.asked,
        "截止日期": (before and day_in(before["截止日期"])) or due, "勾选": BOXES,
        "列入日期": (before and day_in(before["列入日期"])) or case.as_of,
    }  # fmt: skip
