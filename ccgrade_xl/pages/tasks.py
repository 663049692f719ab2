"""差异化策略: the list of tasks. What was done goes into the ledger, what comes next comes back as a dated list."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.measures import DEFAULT_MEASURES, Measures, measures_from
from ccgrade_xl.casework.task_store import keep_tasks
from ccgrade_xl.casework.tasks import Action, Customer, Done, next_actions
from ccgrade_xl.errors import BookFault, CellFault
from ccgrade_xl.grading.scales import Scales, scales_of
from ccgrade_xl.pages.customers import customer_numbers
from ccgrade_xl.pages.task_entries import Closed, Key, Row, closed_in, days_of
from ccgrade_xl.pages.task_records import record_tasks, remembered_tasks
from ccgrade_xl.rules.ruleset import UNDECIDED, RuleSet
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.layout import COLUMN
from ccgrade_xl.workbook.tasks import (
    DEFAULT_HORIZON,
    LARGEST_HORIZON,
    MEASURE_LIST,
    OPEN,
    TASK_DAY,
    TASK_HORIZON,
    TASK_LIST,
    TASK_MONTH,
)

EXPIRY = "合同到期日"
"""A further column of 客户 that is used where it stands: the contract's last day."""

T = TypeVar("T")


@frozen
class TaskPlan:
    """The tasks as they are to stand, what of the standing ones goes into the ledger, and what is `entered` in open ones."""

    as_of: dt.date
    actions: tuple[Action, ...]
    closed: Mapping[Key, Closed]
    entered: Sequence[Row]
    stars: Mapping[str, str]
    names: Mapping[str, str]
    owners: Mapping[str, str]
    notes: tuple[str, ...]

    @property
    def undecided(self) -> int:
        """How many customers have no tasks because their star is 待定."""
        return sum(star == UNDECIDED for star in self.stars.values())


def plan_tasks(book: Book, table: Table, rules: RuleSet, as_of: dt.date) -> TaskPlan:
    """Read what was done, and plan what is to be done next; nothing is written."""
    customers, names, owners = read_task_customers(table, rules)
    done, carried = remembered_tasks(book)
    standing = TASK_LIST.standing(book.read_table(TASK_LIST.name))
    closed, notes = closed_in(standing, as_of)
    past = {**done, **{key: Done(each.on, each.detail) for key, each in closed.items()}}
    entered = [
        standing.record(at) for at in standing.entered({"状态": OPEN}) if standing.keys[at] not in closed
    ]
    # The list of a new workbook goes on from the last month's.
    given = days_of(standing, closed) if standing else carried
    actions = next_actions(customers, read_measures(book), as_of, read_horizon(book), past, given)
    stars = {customer.number: customer.star for customer in customers}
    return TaskPlan(as_of, tuple(actions), closed, entered, stars, names, owners, tuple(notes))


def write_tasks(book: Book, plan: TaskPlan, at: dt.datetime | None = None) -> int:
    """Write what was done into the ledger and the tasks onto the sheet; return how many the ledger took."""
    recorded = record_tasks(book, plan.closed, at)
    rows = TASK_LIST.filled(_columns(plan), plan.entered)
    book.replace_rows(TASK_LIST.name, rows or [[None] * len(TASK_LIST.columns)])
    for name, day in ((TASK_MONTH, plan.as_of.replace(day=1)), (TASK_DAY, plan.as_of)):
        if book.has_name(name):
            book.write_block(name, [[day]])
    keep_tasks(plan.as_of, plan.stars, plan.actions, plan.owners)
    return recorded


def task_rows_before(book: Book) -> Sequence[Sequence[CellValue]]:
    """Return the task list's rows as they stand, for 撤销本次评级."""
    return book.read_table(TASK_LIST.name).rows


def task_blocks_before(book: Book) -> dict[str, Sequence[Sequence[CellValue]]]:
    """Return the cells beside the list as they stand, for 撤销本次评级."""
    return {name: book.read_block(name) for name in (TASK_MONTH, TASK_DAY) if book.has_name(name)}


def read_measures(book: Book) -> dict[str, Measures]:
    """Return the measures of table 策略参数; the default's where a book has no such table."""
    if MEASURE_LIST.name not in book.table_names():
        return dict(DEFAULT_MEASURES)
    rows = MEASURE_LIST.records(book.read_table(MEASURE_LIST.name))
    return measures_from({boundary.read_text(row["参数"]) or "": row for row in rows})


def read_horizon(book: Book) -> int:
    """Return how many days ahead tasks are listed. Raises `BookFault` for a number that makes no sense."""
    if not book.has_name(TASK_HORIZON):
        return DEFAULT_HORIZON
    cell = book.read_name(TASK_HORIZON)
    try:
        days = boundary.read_whole(cell, "天")
    except CellFault as fault:
        raise BookFault(f"工作表“{TASK_LIST.sheet}”的“提前列出天数”：{fault}") from None
    if days is None:
        return DEFAULT_HORIZON
    if days > LARGEST_HORIZON:
        raise BookFault(
            f"工作表“{TASK_LIST.sheet}”的“提前列出天数”是 {days}，请填 0 至 {LARGEST_HORIZON} 之间的天数。"
        )
    return days


def read_task_customers(
    table: Table, rules: RuleSet
) -> tuple[list[Customer], dict[str, str], dict[str, str]]:
    """Return the graded customers of table 客户, and by number their names and who is in charge of them.

    Raises `BookFault` where nobody has been graded yet.
    """
    if "星级" not in table.headers or not any(boundary.text_of(cell) for cell in table.column("星级")):
        raise BookFault("“客户数据”里还没有评级结果，请先按“一键评级”，再列任务。")
    columns = _Columns(table, scales_of(rules))
    strategies = {strategy.star: strategy.contract for strategy in rules.strategies}
    standings = [
        f"{credit}（{score:g} 分）" if credit and score is not None else credit
        for credit, score in zip(columns.texts("信用等级"), columns.amounts("信用得分"), strict=True)
    ]
    numbers = customer_numbers(table)
    every = zip(
        numbers,
        columns.texts("星级"),
        columns.options("contract", "合同签订"),
        columns.options("channel", "缴费方式"),
        columns.days("开户日期"),
        columns.days(EXPIRY),
        columns.amounts("预收气费余额", boundary.read_money),
        columns.amounts("月均气费"),
        standings,
        (strategies.get(star, "") for star in columns.texts("星级")),
        strict=True,
    )
    customers = [Customer(*each) for each in every if each[0] and each[1]]
    managers = zip(columns.texts("客户经理"), columns.texts("班组"), strict=True)
    names = dict(zip(numbers, columns.texts("客户名称"), strict=True))
    owners = dict(zip(numbers, (manager or team for manager, team in managers), strict=True))
    return customers, names, owners


@frozen
class _Columns:
    """The columns of table 客户 as tasks need them; one that is absent is blank throughout."""

    table: Table
    scales: Scales

    def cells(self, header: str) -> list[CellValue]:
        if header not in self.table.headers:
            return [None] * len(self.table.rows)
        return self.table.column(header)

    def texts(self, header: str) -> list[str]:
        return boundary.texts_of(self.cells(header))

    def amounts(self, header: str, read: boundary.NumberReader = boundary.read_number) -> list[float | None]:
        unit = COLUMN[header].unit
        return [_amount(_known(lambda cell: read(cell, unit), cell)) for cell in self.cells(header)]

    def days(self, header: str) -> list[dt.date | None]:
        return [_known(boundary.read_date, cell) for cell in self.cells(header)]

    def options(self, key: str, header: str) -> list[str]:
        """Return the options that texts mean, "" for what is none."""
        texts = self.texts(header)
        meant = {text: self.scales.option(key, text) for text in set(texts)}
        names = {text: "" if option is None else option.name for text, option in meant.items()}
        return [names[text] for text in texts]


def _known(read: Callable[[object], T], cell: CellValue) -> T | None:
    """Return what a cell says; None where it cannot be read, which 检查数据 tells."""
    try:
        return read(cell)
    except CellFault:
        return None


def _amount(number: float | None) -> float | None:
    return None if number is None or math.isnan(number) else number


def _columns(plan: TaskPlan) -> dict[str, list[CellValue]]:
    """Return the tasks as the list's columns show them, nothing entered yet."""
    actions = plan.actions
    numbers = [action.customer for action in actions]
    return {
        "到期日": [action.due for action in actions],
        "客户编号": [*numbers],
        "星级": list(map(plan.stars.__getitem__, numbers)),
        "事项": [action.name for action in actions],
        "金额": [action.amount for action in actions],
        "责任人": [plan.owners[number] or None for number in numbers],
        "状态": [OPEN] * len(actions),
        "客户名称": [plan.names[number] or None for number in numbers],
        "内容": [action.detail for action in actions],
    }
