"""差异化策略: the list of tasks. What was done goes into the ledger, what comes next comes back as a dated list."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from ccgrade_xl import boundary
from ccgrade_xl.casework.measures import DEFAULT_MEASURES, Measures, measures_from
from ccgrade_xl.casework.task_store import keep_tasks
from ccgrade_xl.casework.tasks import ACTIONS, Action, Customer, Done, next_actions
from ccgrade_xl.errors import BookFault, CellFault, NotUnderstood
from ccgrade_xl.grading.sample import UNDECIDED
from ccgrade_xl.grading.scales import Scales, scales_of
from ccgrade_xl.pages.ledger import has_ledger, reading, writing
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.workbook.book import Book, CellValue, Table
from ccgrade_xl.workbook.identifiers import UnusableIdentifier, identifier
from ccgrade_xl.workbook.tasks import (
    DEFAULT_HORIZON,
    DONE,
    LARGEST_HORIZON,
    MEASURE_LIST,
    OPEN,
    SKIPPED,
    TASK_DAY,
    TASK_HORIZON,
    TASK_LIST,
    TASK_MONTH,
)

if TYPE_CHECKING:
    from ccgrade_xl.casework.ledger import Task

EXPIRY = "合同到期日"
"""A further column of 客户 that is used where it stands: the contract's last day."""

Row = Mapping[str, CellValue]
Key = tuple[str, str]
"""Customer number and kind of task."""

T = TypeVar("T")


@frozen
class TaskPlan:
    """The tasks as they are to stand, and what of the standing ones goes into the ledger."""

    as_of: dt.date
    actions: tuple[Action, ...]
    closed: Mapping[Key, _Closed]
    still_open: tuple[Row, ...]
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
    standing = TASK_LIST.records(book.read_table(TASK_LIST.name))
    closed, notes = _closed(standing, as_of)
    past = {**_past(book), **{key: Done(each.on, each.detail) for key, each in closed.items()}}
    customers, names, owners = read_task_customers(table, rules)
    still_open = tuple(row for row in standing if _key(row) not in closed)
    actions = next_actions(customers, read_measures(book), as_of, read_horizon(book), past, _days(still_open))
    stars = {customer.number: customer.star for customer in customers}
    return TaskPlan(as_of, tuple(actions), closed, still_open, stars, names, owners, tuple(notes))


def write_tasks(book: Book, plan: TaskPlan, at: dt.datetime | None = None) -> int:
    """Write what was done into the ledger and the tasks onto the sheet; return how many the ledger took."""
    recorded = _record(book, plan.closed, at)
    rows = TASK_LIST.rows([_row(action, plan) for action in plan.actions], plan.still_open)
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
        days = boundary.read_count(cell)
    except CellFault as fault:
        raise BookFault(f"工作表“{TASK_LIST.sheet}”的“提前列出天数”：{fault}") from None
    if math.isnan(days):
        return DEFAULT_HORIZON
    if days > LARGEST_HORIZON:
        raise BookFault(
            f"工作表“{TASK_LIST.sheet}”的“提前列出天数”是 {days:g}，请填 0 至 {LARGEST_HORIZON} 之间的天数。"
        )
    return int(days)


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
    every = zip(
        columns.numbers(),
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
    numbers = columns.numbers()
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

    def numbers(self) -> list[str]:
        return [_number(cell) for cell in self.cells("客户编号")]

    def amounts(
        self, header: str, read: Callable[[object], float] = boundary.read_number
    ) -> list[float | None]:
        return [_amount(_known(read, cell)) for cell in self.cells(header)]

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


def _number(cell: CellValue) -> str:
    try:
        return identifier(cell) or ""
    except UnusableIdentifier:
        return ""


# --- what was entered ----------------------------------------------------------------------------------------


@frozen
class _Closed:
    """A task that the manager has marked: when and how it ended."""

    row: Row
    on: dt.date
    state: str

    @property
    def detail(self) -> str:
        """What the task had said."""
        return boundary.text_of(self.row["内容"])


def _key(row: Row) -> Key:
    number, name = TASK_LIST.key_of(row)
    return number, name


def _closed(standing: Sequence[Row], as_of: dt.date) -> tuple[dict[Key, _Closed], list[str]]:
    closed, notes = {}, []
    for row in standing:
        state, key = boundary.text_of(row["状态"]), _key(row)
        if state in {DONE, SKIPPED}:
            closed[key] = _Closed(row, _day(row, "办结日期") or as_of, state)
        elif state not in {"", OPEN}:
            notes.append(f"客户 {key[0]} 的“{key[1]}”：状态“{state}”不认识，请选{OPEN}、{DONE}或{SKIPPED}。")
        elif boundary.text_of(row["办结日期"]):
            notes.append(f"客户 {key[0]} 的“{key[1]}”填了办结日期，状态还是{OPEN}；办完请选“{DONE}”。")
    return closed, notes


def _days(standing: Sequence[Row]) -> dict[Key, dt.date]:
    days = {_key(row): _day(row, "到期日") for row in standing}
    return {key: day for key, day in days.items() if day is not None}


def _day(row: Row, header: str) -> dt.date | None:
    try:
        return boundary.read_date(row[header])
    except CellFault as fault:
        number, name = _key(row)
        raise NotUnderstood(f"表格“{TASK_LIST.name}”里客户 {number} 的“{name}”：{header}{fault}") from None


# --- the ledger ----------------------------------------------------------------------------------------------


def _past(book: Book) -> dict[Key, Done]:
    """Return what was last done, from the ledger where there is one."""
    if not has_ledger(book):
        return {}
    from ccgrade_xl.casework.ledger import Task  # noqa: PLC0415 - a book without a ledger needs no database

    with reading(book) as view:
        records = [entry.record for entry in view.current(Task)]
    return {
        (record.customer, record.action): Done(record.done_on, record.detail)
        for record in records
        if record.done_on is not None
    }


def _record(book: Book, closed: Mapping[Key, _Closed], at: dt.datetime | None) -> int:
    """Write what was done or skipped into the ledger; what stands there already is not written twice."""
    if not closed:
        return 0
    from ccgrade_xl.casework.ledger import Task  # noqa: PLC0415

    with writing(book, at) as pen:
        standing = {entry.record.key: entry.record for entry in pen.current(Task)}
        records = [_task(key, each) for key, each in closed.items()]
        fresh = [record for record in records if standing.get(record.key) != record]
        pen.append_all(fresh)
    return len(fresh)


def _task(key: Key, closed: _Closed) -> Task:
    from ccgrade_xl.casework.ledger import Task  # noqa: PLC0415

    number, name = key
    row = closed.row
    return Task(
        customer=number,
        number=f"{number}|{name}",
        aspect=ACTIONS.get(name, ""),  # type: ignore[call-overload]
        action=name,
        owner=boundary.text_of(row["责任人"]),
        due=_day(row, "到期日") or closed.on,
        state=closed.state,
        amount=_amount(_known(boundary.read_money, row["金额"])),
        done_on=closed.on,
        result=boundary.text_of(row["结果"]),
        detail=closed.detail,
    )


def _row(action: Action, plan: TaskPlan) -> Row:
    number = action.customer
    return {
        "到期日": action.due, "客户编号": number, "星级": plan.stars[number], "事项": action.name,
        "金额": action.amount, "责任人": plan.owners[number] or None, "状态": OPEN,
        "客户名称": plan.names[number] or None, "内容": action.detail,
    }  # fmt: skip
