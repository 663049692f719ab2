"""A process that is under way for a customer: when its step is due, and how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from attrs import frozen

from ccgrade_xl.casework.processes import Manual


@frozen
class Case:
    """One step under way. `extended` once an extension was approved; `done` when it was finished, None while open."""

    process: str
    step: str
    start: dt.date
    extended: bool = False
    done: dt.date | None = None


@frozen
class CaseState:
    """How a case stands: who is in charge, its limit in words, its last day (None: no limit), and its state."""

    owner: str
    limit: str
    due: dt.date | None
    state: str

    @property
    def is_late(self) -> bool:
        """Whether it is open and past its day."""
        return self.state.startswith("逾期 ")


def case_state(case: Case, manual: Manual, as_of: dt.date) -> CaseState:
    """Return how a case stands on a day. Raises `NotUnderstood` for a process or step that is not in the manual."""
    step = manual.step(case.process, case.step)
    if step.limit is None:
        return CaseState(step.owner, "没有时限", None, "已办结" if case.done else "在办")
    due = manual.due(case.process, case.step, case.start, extended=case.extended).day
    return CaseState(step.owner, f"{step.limit}（{step.basis}）", due, _state(due, case.done, as_of))


def case_number(start: dt.date, taken: Container[str]) -> str:
    """Return the number of a new case: the day it starts and the first free place, e.g. 20260302-001."""
    place = 1
    while (number := f"{start:%Y%m%d}-{place:03}") in taken:
        place += 1
    return number


def _state(due: dt.date, done: dt.date | None, as_of: dt.date) -> str:
    if done is not None:
        return "已办结" if done <= due else "逾期办结"
    if as_of > due:
        return f"逾期 {(as_of - due).days} 天"
    return "今天到期" if as_of == due else "在办"
