"""工作: who looks after which customers."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from ccgrade_xl import undo
from ccgrade_xl.casework.assignment import LARGEST_DIFFERENCE, Assignment, assign
from ccgrade_xl.commands.declaring import command
from ccgrade_xl.list_cells import texts_in
from ccgrade_xl.pages.customers import read_customers, rules_of, stop_if_cancelled, today
from ccgrade_xl.pages.team import (
    Graded,
    charges_of,
    chart_rows,
    comparison_rows,
    members_of,
    takers,
)
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, CellValue, Outcome, Table
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.team import CHART_NAME, CHART_TEAMS, COMPARISON, SHEET


@command(
    "assign",
    "任务分派",
    "工作",
    "按“人员分工”里的人员表，把在用客户均匀分给各班组的客户经理：少调动，同区域尽量在一起，大客户和低星客户分散。",
)
def assign_customers(
    book: Book, rules: RuleSet | None = None, as_of: dt.date | None = None, *, preview: bool = False
) -> Outcome:
    """Redistribute the customers in use among the people of 人员分工; `preview` only says what would change."""
    table = read_customers(book)
    members = members_of(book)
    people = takers(members, table)
    book.status(f"正在分派 {len(table.rows)} 户……", 0.2)
    customers = charges_of(book, table, rules or rules_of(book), as_of or today())
    found = assign([customer.charge for customer in customers], people)
    stop_if_cancelled(book)
    rows = comparison_rows(customers, found.manager, {person.name: person.team for person in people})
    outcome = _told(table, customers, found, rows, preview=preview)
    if preview:
        return outcome
    undo.remember(book.location, _before(book))
    book.status("正在写入分工……", 0.7)
    managers: list[CellValue] = [*table.column("客户经理")]
    for customer in customers:
        managers[customer.row] = found.manager[customer.charge.number]
    book.write_columns(CUSTOMER_TABLE, {"客户经理": managers})
    book.replace_rows(COMPARISON.name, COMPARISON.rows(rows))
    book.write_block(CHART_NAME, chart_rows(members, Counter(found.manager.values())))
    book.activate(SHEET)
    return outcome


def _before(book: Book) -> undo.Replaced:
    whole = read_customers(book, blank_rows=True)
    return undo.Replaced(
        "任务分派",
        CUSTOMER_TABLE,
        {"客户经理": whole.column("客户经理")},
        None,
        {CHART_NAME: book.read_block(CHART_NAME)},
        {COMPARISON.name: book.read_table(COMPARISON.name).rows},
    )


def _told(
    table: Table,
    customers: list[Graded],
    found: Assignment,
    rows: list[dict[str, CellValue]],
    *,
    preview: bool,
) -> Outcome:
    moved = sum(customer.charge.manager != found.manager[customer.charge.number] for customer in customers)
    fresh = sum(not customer.charge.manager for customer in customers)
    people = len(set(found.manager.values()))
    said = "将分给" if preview else "已分给"
    message = (
        f"{len(customers)} 户在用客户{said} {people} 人，变动 {moved} 户（其中原来没有客户经理 {fresh} 户）；"
        f"同一班组内户数相差不超过 {LARGEST_DIFFERENCE} 户。"
        + ("没有写入工作簿。" if preview else f"前后对比在“{SHEET}”页。")
    )
    data = {"customers": len(customers), "people": people, "moved": moved, "rows": rows}
    return Outcome(message, _attention(table, customers, found), data)


def _attention(table: Table, customers: list[Graded], found: Assignment) -> list[str]:
    attention = []
    teams = Counter(customer.charge.team for customer in customers)
    for team, astray in sorted(found.homeless.items()):
        where = f"的班组“{team}”在人员表里没有承担客户的人" if team else "没有填写班组"
        by_district = teams[team] - astray
        at_home = f"{by_district} 户按负责区域分派，" if by_district else ""
        attention.append(
            f"{teams[team]} 户{where}：{at_home}{astray} 户的地址不在负责区域里，"
            "按现有客户经理分派，没有的分给户数最少的班组，请核对。"
        )
    numbers = texts_in(table, "客户编号")
    times = Counter(numbers)
    doubtful = [row for row, number in enumerate(numbers) if not number or times[number] > 1]
    if doubtful:
        first = "、".join(str(table.first_row + row) for row in doubtful[:5])
        attention.append(
            f"“客户数据”第 {first} 行等 {len(doubtful)} 行没有客户编号或编号重复，没有分派，请先改正。"
        )
    if len(teams) > CHART_TEAMS:
        attention.append(f"架构图最多画 {CHART_TEAMS} 个班组，其余班组只在对比表里。")
    return attention
