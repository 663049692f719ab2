"""What CCG_TASKS reads: the tasks as 任务清单 last listed them, kept for this user on this machine.

One small file in the user's state folder, replaced whole; a reader sees the old one or the new one.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrs import frozen
from platformdirs import user_state_path

from ccgrade_xl.casework.tasks import Action
from ccgrade_xl.errors import NothingToGrade


@frozen
class KeptTask:
    """One task as a cell function shows it; the day as 2026-01-05."""

    due: str
    name: str
    detail: str
    amount: float | None
    owner: str


def keep_tasks(
    as_of: dt.date, customers: Iterable[str], actions: Sequence[Action], owners: Mapping[str, str]
) -> None:
    """Keep the tasks of one run, with the numbers of all customers it looked at."""
    rows: dict[str, list[list[str | float | None]]] = {number: [] for number in customers}
    days = {day: day.isoformat() for day in {action.due for action in actions}}
    for action in actions:
        owner = owners.get(action.customer, "")
        rows.setdefault(action.customer, []).append(
            [days[action.due], action.name, action.detail, action.amount, owner]
        )
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({"as_of": as_of.isoformat(), "tasks": rows}, ensure_ascii=False), "utf-8")
    fresh.replace(path)


def kept_tasks(customer: str) -> list[KeptTask]:
    """Return a customer's tasks, the earliest first. Raises `NothingToGrade` where no run knew the customer."""
    path = _path()
    try:
        found = path.stat()
    except FileNotFoundError:
        raise NothingToGrade("本机还没有列过任务，请先在工作簿里按“任务清单”。") from None
    rows = _read(path, found.st_mtime_ns, found.st_size)
    if customer not in rows:
        raise NothingToGrade(f"上一次任务清单里没有客户 {customer}，请核对编号，或再按一次“任务清单”。")
    return [KeptTask(*row) for row in rows[customer]]


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int, _size: int) -> dict[str, list[list[Any]]]:
    try:
        tasks = json.loads(path.read_text("utf-8"))["tasks"]
    except (OSError, ValueError, KeyError) as error:
        raise NothingToGrade("上一次任务清单的记录已损坏，请再按一次“任务清单”。") from error
    return tasks  # type: ignore[no-any-return]


def _path() -> Path:
    base = os.environ.get("CCGRADE_HOME")
    folder = Path(base) if base else user_state_path("ccgrade", appauthor=False)
    return folder / "tasks" / "last.json"
