"""What CCG_TASKS reads: the tasks as 任务清单 last listed them, kept for this user on this machine.

One small file in the user's state folder, replaced whole; a reader sees the old one or the new one.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from attrs import frozen

from ccgrade_xl.casework.tasks import Action
from ccgrade_xl.errors import NothingToGrade
from ccgrade_xl.home import remembering, state_home
from ccgrade_xl.replacement import replacing


@frozen
class KeptTask:
    """One task as a cell function shows it; the day as 2026-01-05."""

    due: str
    name: str
    detail: str
    amount: float | None
    owner: str


@remembering()
def keep_tasks(
    as_of: dt.date, customers: Iterable[str], actions: Sequence[Action], owners: Mapping[str, str]
) -> None:
    """Keep the tasks of one run, with the numbers of all customers it looked at."""
    days = {day: day.isoformat() for day in {action.due for action in actions}}
    columns = {
        "customer": [action.customer for action in actions],
        "due": [days[action.due] for action in actions],
        "name": [action.name for action in actions],
        "detail": [action.detail for action in actions],
        "amount": [action.amount for action in actions],
        "owner": [owners.get(action.customer, "") for action in actions],
    }
    record = {"as_of": as_of.isoformat(), "customers": list(customers), "columns": columns}
    with replacing(_path(), private=True) as half:
        half.write_text(json.dumps(record, ensure_ascii=False), "utf-8")


def kept_tasks(customer: str) -> Sequence[KeptTask]:
    """Return a customer's tasks, the earliest first. Raises `NothingToGrade` where no run knew the customer."""
    path = _path()
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise NothingToGrade("本机还没有列过任务，请先在工作簿里按“任务清单”。") from None
    rows = _read(path, found.st_mtime_ns, found.st_size)
    if customer not in rows:
        raise NothingToGrade(f"上一次任务清单里没有客户 {customer}，请核对编号，或再按一次“任务清单”。")
    return rows[customer]


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int, _size: int) -> Mapping[str, Sequence[KeptTask]]:
    try:
        record = json.loads(path.read_text("utf-8"))
        tasks: dict[str, list[KeptTask]] = {number: [] for number in record["customers"]}
        columns = [record["columns"][name] for name in ("due", "name", "detail", "amount", "owner")]
        for customer, *told in zip(record["columns"]["customer"], *columns, strict=True):
            tasks.setdefault(customer, []).append(KeptTask(*told))
    except (OSError, ValueError, KeyError) as error:
        raise NothingToGrade("上一次任务清单的记录已损坏，请再按一次“任务清单”。") from error
    return tasks


def _path() -> Path:
    return state_home() / "tasks" / "last.json"
