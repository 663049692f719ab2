"""人员分工: who there is, who has which customers now, and what a redistribution changes."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from attrs import frozen

from ccgrade_xl.casework.assignment import Charge, Person
from ccgrade_xl.casework.districts import district_of
from ccgrade_xl.errors import BookFault
from ccgrade_xl.list_cells import text_in, texts_in
from ccgrade_xl.pages.grading import grades_of
from ccgrade_xl.rules.ruleset import STARS, UNDECIDED, RuleSet
from ccgrade_xl.rules.separators import BETWEEN_NAMES
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.team import (
    CHART_COLUMNS,
    CHART_FIRST,
    CHART_LEADER,
    CHART_MEMBERS,
    CHART_ROWS,
    CHART_SPECIALIST,
    CHART_TEAM,
    CHART_TEAMS,
    CHART_TOP,
    LEADER,
    PEOPLE,
    SHEET,
    SPECIALIST,
    TOTAL,
)

LARGE = 3
"""Usage levels from this position (0 the smallest) on are large customers: 四级 and 五级."""
LOW = frozenset(STARS[-2:])
_NAMED = 12


@frozen
class Member:
    """A row of table 人员."""

    name: str
    post: str
    team: str
    takes_customers: bool
    districts: tuple[str, ...]

    @property
    def person(self) -> Person:
        """The member as somebody who takes customers."""
        return Person(self.name, self.team, self.districts)


@frozen
class Graded:
    """A customer in use with what a redistribution weighs: where it stands in the table, its star, whether large."""

    row: int
    charge: Charge
    star: str
    large: bool


def members_of(book: Book) -> list[Member]:
    """Return the rows of table 人员. Raises `BookFault` for a name that stands twice."""
    if PEOPLE.name not in book.table_names():
        raise BookFault(f"工作簿里没有“{SHEET}”页的“{PEOPLE.name}”表，请用新模板重建工作簿。")
    members = []
    for row in PEOPLE.records(book.read_table(PEOPLE.name)):
        name = text_in(row["姓名"])
        if not name:
            continue
        post, takes = text_in(row["岗位"]), text_in(row["承担客户"])
        counts = takes == "是" or (not takes and post not in (LEADER, SPECIALIST))
        districts = tuple(word for word in BETWEEN_NAMES.split(text_in(row["负责区域"])) if word)
        members.append(Member(name, post, text_in(row["班组"]), counts, districts))
    twice = [name for name, times in Counter(member.name for member in members).items() if times > 1]
    if twice:
        raise BookFault(f"“{SHEET}”的“人员”表里“{twice[0]}”出现了两次，请改正；同名的人请加以区别。")
    return members


def takers(members: Sequence[Member], table: Table) -> list[Person]:
    """Return who takes customers. Raises `BookFault` that says what to fill in where nobody does."""
    people = [member.person for member in members if member.takes_customers]
    if people:
        return people
    if members:
        raise BookFault(f"“{SHEET}”的“人员”表里没有人承担客户，请在“承担客户”列填“是”，再按“任务分派”。")
    known = Counter(name for name in texts_in(table, "客户经理") if name)
    hint = f"“客户数据”里现有的客户经理：{'、'.join(list(known)[:_NAMED])}。" if known else ""
    raise BookFault(
        f"“{SHEET}”的“人员”表还是空的。请在那里一人一行填写姓名、岗位和班组（班组与“客户数据”写法一致），"
        f"再按“任务分派”。{hint}"
    )


def charges_of(book: Book, table: Table, rules: RuleSet, as_of: dt.date) -> list[Graded]:
    """Return the customers in use that have a number of their own, graded by the rules as of a day."""
    grades = grades_of(book, table, rules, as_of)
    names = {name: texts_in(table, name) for name in ("客户编号", "班组", "地址", "客户经理")}
    numbers, stars, levels = Counter(names["客户编号"]), grades.star_names(), grades.level.tolist()
    volumes, graded = grades.customers.usage.tolist(), grades.graded.tolist()
    found = []
    for row, number in enumerate(names["客户编号"]):
        if not graded[row] or not number or numbers[number] > 1:
            continue
        volume, star, level = volumes[row], stars[row], levels[row]
        address = names["地址"][row]
        charge = Charge(
            number, names["班组"][row], district_of(address), address,
            0.0 if math.isnan(volume) else volume,
            f"{level}{'低星' if star in LOW else ''}",
            names["客户经理"][row],
        )  # fmt: skip
        found.append(Graded(row, charge, star or UNDECIDED, level >= LARGE))
    return found


def comparison_rows(
    customers: Sequence[Graded], after: Mapping[str, str], teams: Mapping[str, str]
) -> list[dict[str, CellValue]]:
    """Return the rows of 分工对比: who is in 人员 by team, then who had customers and is not, then the total."""
    mine: dict[str, list[Graded]] = defaultdict(list)
    theirs: dict[str, list[Graded]] = defaultdict(list)
    for customer in customers:
        theirs[customer.charge.manager].append(customer)
        mine[after[customer.charge.number]].append(customer)
    names = sorted(
        {*mine, *theirs, *teams} - {""}, key=lambda name: (name not in teams, teams.get(name, ""), name)
    )
    rows = [_compared(name, teams.get(name, ""), theirs[name], mine[name]) for name in names]
    if theirs[""]:
        rows.append(_compared("（未分派）", "", theirs[""], []))
    return [*rows, _compared(TOTAL, "", customers, customers, moved=rows)]


def _compared(
    name: str,
    team: str,
    before: Sequence[Graded],
    after: Sequence[Graded],
    moved: Sequence[Mapping[str, CellValue]] = (),
) -> dict[str, CellValue]:
    had, has = ({each.charge.number for each in held} for held in (before, after))
    stars = Counter(each.star for each in after)
    row: dict[str, CellValue] = {
        "姓名": name, "班组": team or None,
        "户数 前": float(len(before)), "户数 后": float(len(after)),
        "调入": float(len(has - had)), "调出": float(len(had - has)),
        "月气量 前": math.fsum(each.charge.volume for each in before),
        "月气量 后": math.fsum(each.charge.volume for each in after),
        "大客户 前": float(sum(each.large for each in before)), "大客户 后": float(sum(each.large for each in after)),
        "低星 前": float(sum(each.star in LOW for each in before)), "低星 后": float(sum(each.star in LOW for each in after)),
        **{star: float(stars[star]) for star in (*STARS, UNDECIDED)},
        "区域数 前": _districts(before), "区域数 后": _districts(after),
    }  # fmt: skip
    for header in ("调入", "调出") if moved else ():
        row[header] = math.fsum(float(str(each[header])) for each in moved)
    return row


def _districts(held: Sequence[Graded]) -> float:
    return float(len({each.charge.district for each in held} - {""}))


def chart_rows(members: Sequence[Member], counts: Mapping[str, int]) -> list[list[CellValue]]:
    """Return the organisation chart: the lead of all teams on top, then a column a team, the front line below."""
    rows: list[list[CellValue]] = [[None] * CHART_COLUMNS for _ in range(CHART_ROWS)]
    above = [member for member in members if not member.team and member.post in (LEADER, SPECIALIST)]
    teams = list(dict.fromkeys(member.team for member in members if member.team))
    shown = teams[:CHART_TEAMS]
    for place, member in zip(range(0, CHART_COLUMNS, 2), sorted(above, key=_rank), strict=False):
        rows[CHART_TOP][place] = f"{member.post} {member.name}"
    for place, team in zip(range(0, CHART_COLUMNS, 2), shown, strict=False):
        rows[CHART_TEAM][place] = team
        rows[CHART_TEAM + 3][place] = "│"
        for at, post in ((CHART_LEADER, LEADER), (CHART_SPECIALIST, SPECIALIST)):
            named = [each.name for each in members if each.team == team and each.post == post]
            rows[at][place] = f"{post} {'、'.join(named) if named else '（空缺）'}"
        line = [each for each in members if each.team == team and each.post not in (LEADER, SPECIALIST)]
        for at, cell in enumerate(_front_line(line, counts)):
            rows[CHART_FIRST + at][place] = cell
    if above and shown:
        rows[CHART_TOP + 1][0] = "│"
    return rows


def _front_line(members: Sequence[Member], counts: Mapping[str, int]) -> list[str]:
    cells = [
        f"{member.name} {counts[member.name]} 户" if counts.get(member.name) else member.name
        for member in members
    ]
    if len(cells) > CHART_MEMBERS:
        cells = [*cells[: CHART_MEMBERS - 1], f"……另有 {len(cells) - CHART_MEMBERS + 1} 人"]
    return cells


def _rank(member: Member) -> tuple[bool, str]:
    return member.post != LEADER, member.name
