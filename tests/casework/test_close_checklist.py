"""The month close as a checklist: what is done, what is due, what is late."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from attrs import evolve

from ccgrade_xl.casework.calendar import Limit
from ccgrade_xl.casework.close_checklist import PROCESS, checklist, manual_with_days
from ccgrade_xl.casework.ledger import Ledger, StepDone
from ccgrade_xl.casework.month_close import close_month
from ccgrade_xl.casework.processes import Manual, default_manual
from tests.casework.samples import DEFAULT, month_frame


def states(ledger: Ledger, today: dt.date, manual: Manual | None = None) -> dict[str, tuple[str, int]]:
    with ledger.reading() as view:
        steps = checklist(view, "2026-03", today, manual)
    return {step.name: (step.state, step.due.day) for step in steps}


def noon(day: int) -> dt.datetime:
    return dt.datetime(2026, 4, day, 12, tzinfo=dt.UTC)


def test_a_month_goes_from_waiting_over_late_to_done(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "a.sqlite")
    assert states(ledger, dt.date(2026, 4, 5)) == {
        "导入": ("今天到期", 5), "检查": ("待办", 8), "评级": ("待办", 9), "复核": ("待办", 10), "月结": ("待办", 10),
    }  # fmt: skip
    for step, day in (("导入", 5), ("检查", 9), ("评级", 9)):
        with ledger.writing("张三", noon(day)) as pen:
            pen.append(StepDone(month="2026-03", step=step))
    with ledger.writing("张三", noon(9)) as pen:
        pen.append(StepDone(month="2026-02", step="复核"))
    close_month(ledger, "2026-03", month_frame(), DEFAULT, "李四", at=noon(10))
    assert states(ledger, dt.date(2026, 4, 11)) == {
        "导入": ("完成", 5), "检查": ("逾期完成", 8), "评级": ("完成", 9), "复核": ("逾期", 10), "月结": ("完成", 10),
    }  # fmt: skip
    with ledger.reading() as view:
        last = checklist(view, "2026-03", dt.date(2026, 4, 11))[-1]
    assert (last.done_by, last.done_on, last.owner) == ("李四", dt.date(2026, 4, 10), "组长")


def test_days_edited_for_some_steps_move_these_and_no_others() -> None:
    manual = manual_with_days({"检查": 12, "没有这一步": 3})
    days = {step.name: step.limit and step.limit.count for step in manual.process(PROCESS).steps}
    assert days == {"导入": 5, "检查": 12, "评级": 9, "复核": 10, "月结": 10}
    others = [each for each in default_manual().processes if each.name != PROCESS]
    assert [each for each in manual.processes if each.name != PROCESS] == others
    assert manual.cities == default_manual().cities


def test_edited_days_are_kept_to(tmp_path: Path) -> None:
    manual = default_manual()
    process = manual.process(PROCESS)
    edited = evolve(process, steps=tuple(evolve(step, limit=Limit(15, "次月")) for step in process.steps))
    found = states(Ledger.create(tmp_path / "a.sqlite"), dt.date(2026, 4, 12), Manual((edited,), ()))
    assert set(found.values()) == {("待办", 15)}
