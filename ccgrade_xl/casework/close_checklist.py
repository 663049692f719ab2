"""The month close as a checklist: import, check, grade, review, freeze, each with its day and how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from attrs import evolve, frozen

from ccgrade_xl.casework.calendar import Limit, due
from ccgrade_xl.casework.ledger.records import MonthFrozen, StepDone
from ccgrade_xl.casework.ledger.views import View
from ccgrade_xl.casework.months import last_day
from ccgrade_xl.casework.processes import Manual, default_manual

PROCESS = "分级月结"
FREEZE = "月结"

State = Literal["完成", "逾期完成", "今天到期", "逾期", "待办"]


@frozen
class ChecklistStep:
    """One step of closing a month: who does it, by when, and when and by whom it was done."""

    name: str
    owner: str
    due: dt.date
    state: State
    done_by: str = ""
    done_on: dt.date | None = None


def checklist(
    view: View, month: str, today: dt.date, manual: Manual | None = None
) -> tuple[ChecklistStep, ...]:
    """Return the steps of closing a month as they stand; `manual` holds days that were edited.

    Importing, checking, grading and reviewing are done when a `StepDone` says so, freezing when the month is frozen.
    """
    done = {entry.record.step: entry for entry in view.current(StepDone) if entry.record.month == month}
    frozen_in = view.entries(MonthFrozen, month=month)
    steps = []
    for step in (manual or default_manual()).process(PROCESS).steps:
        entry = frozen_in[-1] if step.name == FREEZE and frozen_in else done.get(step.name)
        day = due(last_day(month), step.limit).day if step.limit else last_day(month)
        done_on = entry.at.astimezone().date() if entry else None
        state = _state(day, done_on, today)
        steps.append(ChecklistStep(step.name, step.owner, day, state, entry.person if entry else "", done_on))
    return tuple(steps)


def manual_with_days(days: Mapping[str, int]) -> Manual:
    """Return the shipped manual with other days of the next month for the steps of the close, by name of the step."""
    manual = default_manual()
    close = manual.process(PROCESS)
    steps = tuple(
        evolve(step, limit=Limit(days[step.name], "次月")) if step.name in days else step
        for step in close.steps
    )
    edited = evolve(close, steps=steps)
    return evolve(manual, processes=tuple(edited if each is close else each for each in manual.processes))


def _state(day: dt.date, done_on: dt.date | None, today: dt.date) -> State:
    if done_on is not None:
        return "完成" if done_on <= day else "逾期完成"
    if today > day:
        return "逾期"
    return "今天到期" if today == day else "待办"
