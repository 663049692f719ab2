"""What a record says, as a sentence for managers; who wrote it and when stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccgrade_xl.casework.ledger.records import (
    AlarmState,
    ExamResult,
    GradesCorrected,
    MonthFrozen,
    Objection,
    Override,
    Record,
    RulesKept,
    RunningCase,
    SampleAdjusted,
    StepDone,
    Task,
    TasksCarried,
    Verified,
)


def said(record: Record) -> str:
    """Return what a record says."""
    return _SAYINGS[type(record)](record)


def _joined(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _named(name: str, value: object) -> str:
    return f"{name} {value}" if value not in (None, "") else ""


def _step(record: StepDone) -> str:
    return _joined(record.step, record.note)


def _frozen(record: MonthFrozen) -> str:
    return f"封存 {record.customers} 户，参评 {record.graded} 户，评级日期 {record.graded_on}"


def _corrected(record: GradesCorrected) -> str:
    return _joined(
        f"第 {record.revision} 次更正 {record.customers} 户", record.reason, _named("批准人", record.approver)
    )


def _adjusted(record: SampleAdjusted) -> str:
    counts = (
        ("新增", record.joined), ("缺失", record.missing), ("销户", record.closed), ("拆表", record.dismantled),
        ("暂停", record.suspended), ("恢复", record.resumed), ("其他", record.other),
    )  # fmt: skip
    listed = (f"{name} {count} 户" for name, count in counts if count)
    return _joined(
        f"与 {record.since} 相比", *listed, f"共 {record.total} 户", _named("批准人", record.approver)
    )


def _override(record: Override) -> str:
    decided = f"{record.subject}由 {record.computed or '—'} 调整为 {record.decided}"
    ended = "已撤销" if record.withdrawn else f"至 {record.expires}"
    return _joined(decided, ended, record.reason, _named("批准人", record.approver))


def _objection(record: Objection) -> str:
    answered = _named("答复", record.answered) if record.answered else _named("答复期限", record.due)
    return _joined(f"{record.number}“{record.subject}”", record.state, answered, record.answer)


def _verified(record: Verified) -> str:
    found = f"{record.column}：{record.before or '（空）'} → {record.found or '（空）'}"
    return _joined(found, f"{record.verifier} {record.verified_on} 核实", _named("依据", record.evidence))


def _task(record: Task) -> str:
    return _joined(
        f"{record.action}{record.state}",
        _named("办结", record.done_on),
        _named("责任人", record.owner),
        record.result,
    )


def _carried(record: TasksCarried) -> str:
    return f"月结时未办 {record.tasks} 项，其中逾期 {record.late} 项"


def _case(record: RunningCase) -> str:
    state = (
        "已撤销"
        if record.withdrawn
        else _named("办结", record.done) or _named("到期", record.due) or "没有时限"
    )
    what = f"{record.number} {record.process}·{record.step}"
    return _joined(
        what, f"{record.start} 开始", state, _named("延期批准人", record.extension_approver), record.note
    )


def _alarm(record: AlarmState) -> str:
    judged = "误报" if record.false_alarm else "属实" if record.confirmed else ""
    return _joined(
        f"表 {record.meter} {record.code}（{record.severity}）{record.first_seen}", record.state, record.result,
        judged, record.place, _named("责任人", record.owner), _named("期限", record.due), record.note,
    )  # fmt: skip


def _exam(record: ExamResult) -> str:
    return _joined(
        f"{record.number} {record.examinee}",
        f"{record.points:g} 分（满分 {record.full_points:g}）",
        _named("考试日期", record.taken_on),
    )


_SAYINGS: dict[type[Record], Callable[[Any], str]] = {
    RulesKept: lambda record: f"规则 {record.version}",
    StepDone: _step,
    MonthFrozen: _frozen,
    GradesCorrected: _corrected,
    SampleAdjusted: _adjusted,
    Override: _override,
    Objection: _objection,
    Verified: _verified,
    Task: _task,
    TasksCarried: _carried,
    RunningCase: _case,
    AlarmState: _alarm,
    ExamResult: _exam,
}
