"""The months of work that the demonstration shows: people, three closed months, decisions, and the lists that follow from them.

Everything is invented, and the same for a day: what customers were like in earlier months, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from ccgrade_xl.casework.months import last_day, month_of, months_later
from ccgrade_xl.commands import close_month_in, list_tasks, refresh_overview, show_ledger
from ccgrade_xl.commands.decisions import register_objection, register_override
from ccgrade_xl.commands.team import assign_customers
from ccgrade_xl.commands.training import new_exam
from ccgrade_xl.commands.verification import verify_customers
from ccgrade_xl.errors import FileFault
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.pages.customers import read_customers
from ccgrade_xl.workbook.book import CellValue, Outcome, Table
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE
from ccgrade_xl.workbook.ledger_sheet import SHOWN_CUSTOMER
from ccgrade_xl.workbook.names import LEDGER_PERSON, LEDGER_PLACE
from ccgrade_xl.workbook.team import LEADER, PEOPLE, SPECIALIST

LEDGER = "演示台账.sqlite"
MONTHS = 3
LEAD, EXPERT = "沈立群", "顾明远"
"""Who leads all teams and who is their specialist."""
_TEAM_LEADS = (("宋以安", "方知夏"), ("梁思源", "程望舒"), ("许知衡", "罗景行"))
"""Leader and specialist of each team."""
_CLOSED_ON = 8
"""The day of the next month on which each month was closed."""

Values = dict[str, Sequence[CellValue]]
"""Columns of customers by header."""


def close_months(book: ClosedFileBook, as_of: dt.date) -> None:
    """Close the three months before the one of `as_of`, each with the customers as they were then.

    The ledger of a demonstration before is begun anew. Raises `FileFault` where somebody has it open.
    """
    _begin_ledger(book)
    book.write_block(LEDGER_PLACE, [[LEDGER]])
    book.write_block(LEDGER_PERSON, [[LEAD]])
    today = read_customers(book)
    now: Values = {header: today.column(header) for header in _CHANGING}
    for ago in range(MONTHS, 0, -1):
        month = months_later(month_of(as_of), -ago)
        book.write_columns(CUSTOMER_TABLE, _as_they_were(now, ago))
        closed = min(last_day(month) + dt.timedelta(days=_CLOSED_ON), as_of)
        close_month_in(book, month, last_day(month), reviewer=EXPERT, at=morning(closed))
    book.write_columns(CUSTOMER_TABLE, now)


def _begin_ledger(book: ClosedFileBook) -> None:
    for file in (LEDGER, f"{LEDGER}-wal", f"{LEDGER}-shm"):
        try:
            book.path.with_name(file).unlink(missing_ok=True)
        except OSError as error:
            raise FileFault(
                f"“{book.path.with_name(file)}”删不掉，可能正被别的程序打开。请关闭它，或换一个文件夹再试。"
            ) from error


def fill_lists(book: ClosedFileBook, as_of: dt.date, status: Callable[[str, float | None], None]) -> Outcome:
    """Enter people and decisions, and press every button that lists something of the graded customers."""
    at = morning(as_of)
    table = read_customers(book)
    book.replace_rows(PEOPLE.name, PEOPLE.rows(_people(table)))
    status("正在分派和列任务……", 0.9)
    _decide(book, table, as_of, at)
    verified = verify_customers(book, as_of=as_of, at=at)
    assigned = assign_customers(book, as_of=as_of)
    listed = list_tasks(book, as_of=as_of, at=at)
    new_exam(book, seed=as_of.toordinal() % 10_000, as_of=as_of)
    book.write_block(SHOWN_CUSTOMER, [[_first(table, "四星级")]])
    refresh_overview(book, as_of=as_of)
    show_ledger(book, at=at)
    said = [outcome.message.splitlines()[0] for outcome in (verified, assigned, listed)]
    return Outcome(
        "\n".join([f"{MONTHS} 个月已月结，台账是“{LEDGER}”。", *said]),
        data={"ledger": LEDGER, "months": MONTHS, "verify": verified.data, "tasks": listed.data["counts"]},
    )


_CHANGING = ("月均用气量", "逾期次数", "最长逾期天数", "当前欠费天数", "预收气费余额")


def _as_they_were(now: Values, ago: int) -> Values:
    """Return the columns as they were so many months ago: some used less, some had paid late, some not yet, some had less prepaid."""
    return {
        header: [
            round(_then(header, cell, row, ago), 2) if isinstance(cell, float) else cell
            for row, cell in enumerate(cells)
        ]
        for header, cells in now.items()
    }


def _then(header: str, value: float, row: int, ago: int) -> float:
    if header == "月均用气量":
        return value * (1 + 0.03 * ago * (row % 3 - 1))
    if header == "预收气费余额":
        return value * 0.4 if row % 5 == ago else value
    if row % 7 == ago:  # paid late then, in time since
        return value + (2 if header == "逾期次数" else 25)
    return 0.0 if row % 11 < MONTHS - ago else value  # late only since


def _people(table: Table) -> list[dict[str, CellValue]]:
    """Return the rows of 人员: the 1+1 above the customer managers that the list names."""
    teams = zip(table.column("班组"), table.column("客户经理"), strict=True)
    managers = sorted(
        {(str(team), str(name)) for team, name in teams if team and name},
        key=lambda each: (*map("一二三四五六七八九".find, each[0]), each[1]),
    )
    people: list[dict[str, CellValue]] = [
        {"姓名": LEAD, "岗位": LEADER},
        {"姓名": EXPERT, "岗位": SPECIALIST},
    ]
    for team, names in zip(dict(managers), _TEAM_LEADS, strict=False):
        posts = zip(names, (LEADER, SPECIALIST), strict=True)
        people += [{"姓名": name, "岗位": post, "班组": team} for name, post in posts]
    people += [{"姓名": name, "岗位": "客户经理", "班组": team} for team, name in managers]
    return people


def _decide(book: ClosedFileBook, table: Table, as_of: dt.date, at: dt.datetime) -> None:
    """Enter one override and one objection, and settle both."""
    register_override(
        book,
        {
            "客户编号": _first(table, "四星级"),
            "项目": "星级",
            "调整为": "五星级",
            "原因": "已签三年供气合同，列为重点客户",
            "批准人": LEAD,
            "有效期至": as_of + dt.timedelta(days=90),
        },
        as_of,
        at,
    )
    objection: dict[str, CellValue] = {"收到日期": as_of, "异议内容": "逾期一次是银行扣款失败，请复核。"}
    register_objection(book, _first(table, "二星级", late=1), objection, as_of=as_of, at=at)


def _first(table: Table, star: str, late: int | None = None) -> str:
    """Return the number of the first customer of a star, of one who paid late so many times."""
    customers = zip(*map(table.column, ("客户编号", "星级", "逾期次数")), strict=True)
    return str(next(number for number, each, times in customers if each == star and late in (None, times)))


def morning(day: dt.date) -> dt.datetime:
    """Return nine o'clock of a day, when everything in the demonstration is done."""
    return dt.datetime.combine(day, dt.time(9)).astimezone()
