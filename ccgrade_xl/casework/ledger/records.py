"""What the ledger records, one class a kind. A record is never changed: a newer one of the same key follows it.

Every field is text, a number, yes or no, or a day, so that a record is a line of JSON which any later ccgrade
reads: a field it adds has a default.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import Any, ClassVar, get_args

import attrs
from attrs import frozen

from ccgrade_xl.casework.ledger.frozen import is_storable
from ccgrade_xl.errors import LedgerFault


@frozen(kw_only=True)
class Record:
    """A record of the ledger. `kind` names its class in the ledger, `title` on the screen.

    `key` tells what the record is about: the latest of one kind and key holds. `customer` and `month` are empty
    where a record concerns none.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    key_fields: ClassVar[tuple[str, ...]]

    customer: str = ""
    month: str = ""

    @property
    def key(self) -> str:
        """What the record is about, e.g. the number of an objection."""
        return "|".join(str(getattr(self, name)) for name in self.key_fields)


@frozen(kw_only=True)
class RulesKept(Record):
    """A rule set that grades were frozen under: its version and its content as TOML."""

    kind = "rules"
    title = "评分规则"
    key_fields = ("version",)

    version: str
    toml: str


@frozen(kw_only=True)
class StepDone(Record):
    """A step of the month close is done: 导入, 检查, 评级, 复核."""

    kind = "step"
    title = "月结步骤"
    key_fields = ("month", "step")

    step: str
    note: str = ""


@frozen(kw_only=True)
class Sealed(Record):
    """Grades stand frozen beside the record: how many customers, under which revision, sealed with which hash.

    `spread` is how all customers of the month are spread over the stars from then on, packed; a record from before
    it was kept has none.
    """

    customers: int
    seal: str
    revision: int = 0
    spread: str = ""


@frozen(kw_only=True)
class MonthFrozen(Sealed):
    """The grades of a month are frozen: graded on which day, and how many of the customers took part."""

    kind = "month"
    title = "月结"
    key_fields = ("month",)

    graded_on: dt.date
    graded: int


@frozen(kw_only=True)
class GradesCorrected(Sealed):
    """Some grades of a frozen month were wrong: the right ones stand beside them under `revision`."""

    kind = "correction"
    title = "更正"
    key_fields = ("month", "revision")

    reason: str
    approver: str


@frozen(kw_only=True)
class SampleAdjusted(Record):
    """The customers that joined, left, stopped or came back since the last frozen month were approved."""

    kind = "adjustment"
    title = "样本调整"
    key_fields = ("month",)

    since: str
    approver: str
    joined: int
    missing: int
    closed: int
    dismantled: int
    suspended: int
    resumed: int
    total: int
    other: int = 0


@frozen(kw_only=True)
class Override(Record):
    """A grade decided by people, shown beside the computed one and never instead of it."""

    kind = "override"
    title = "人工调整"
    key_fields = ("customer", "subject")

    subject: str
    computed: str
    decided: str
    reason: str
    approver: str
    expires: dt.date
    withdrawn: bool = False


@frozen(kw_only=True)
class Objection(Record):
    """A customer's objection to a grade, annotated at once and answered in time."""

    kind = "objection"
    title = "异议"
    key_fields = ("number",)

    number: str
    received: dt.date
    due: dt.date
    subject: str
    state: str
    extension_approver: str = ""
    answer: str = ""
    answered: dt.date | None = None


@frozen(kw_only=True)
class Verified(Record):
    """What the field or another department found about one fact of a customer."""

    kind = "verification"
    title = "核实结果"
    key_fields = ("customer", "column")

    column: str
    before: str
    found: str
    verifier: str
    verified_on: dt.date
    evidence: str = ""


@frozen(kw_only=True)
class Task(Record):
    """Something to be done for a customer by a day; a later record tells its state."""

    kind = "task"
    title = "任务"
    key_fields = ("number",)

    number: str
    aspect: str
    action: str
    owner: str
    due: dt.date
    state: str
    amount: float | None = None
    done_on: dt.date | None = None
    result: str = ""
    detail: str = ""


@frozen(kw_only=True)
class TasksCarried(Record):
    """What was still to be done when a month was closed, so that a day once given outlives the month's workbook.

    `open` is a table of its own, packed: customer, kind of task and last day of each.
    """

    kind = "carried"
    title = "结转任务"
    key_fields = ("month",)

    tasks: int
    late: int
    open: str


@frozen(kw_only=True)
class RunningCase(Record):
    """A step of a process under way: since when, by when, and that it was finished or should not have been entered."""

    kind = "case"
    title = "在办流程"
    key_fields = ("number",)

    number: str
    process: str
    step: str
    owner: str
    start: dt.date
    due: dt.date | None = None
    extension_approver: str = ""
    done: dt.date | None = None
    note: str = ""
    withdrawn: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to finish it."""
        return self.done is None and not self.withdrawn


@frozen(kw_only=True)
class AlarmState(Record):
    """How far an alarm of a remote meter has been dealt with.

    `found` is the day it was listed first, `place` where it went (去向) once it left the list; `confirmed` says that
    somebody called it true. `evidence` and `stake` (m³) are those of the scan that was looked at.
    """

    kind = "alarm"
    title = "抄表异常"
    key_fields = ("meter", "code", "first_seen")

    meter: str
    code: str
    severity: str
    first_seen: str
    last_seen: str
    state: str
    owner: str = ""
    due: dt.date | None = None
    result: str = ""
    false_alarm: bool = False
    suppressed_until: dt.date | None = None  # never set; every kept record and its hash have it
    found: dt.date | None = None
    confirmed: bool = False
    place: str = ""
    note: str = ""
    evidence: str = ""
    stake: float | None = None


@frozen(kw_only=True)
class ExamResult(Record):
    """One person's result of a training paper or of a check."""

    kind = "exam"
    title = "自测成绩"
    key_fields = ("number", "examinee")

    number: str
    examinee: str
    taken_on: dt.date
    points: float
    full_points: float
    answers: str = ""


RECORDS: dict[str, type[Record]] = {
    record.kind: record
    for record in (
        RulesKept,
        StepDone,
        MonthFrozen,
        GradesCorrected,
        SampleAdjusted,
        Override,
        Objection,
        Verified,
        Task,
        TasksCarried,
        RunningCase,
        AlarmState,
        ExamResult,
    )
}
"""Every kind of record by its name in the ledger."""


def content_of(record: Record) -> str:
    """Return a record's fields as one line of JSON. Raises `LedgerFault` for a text no database keeps."""
    fields = attrs.asdict(record, value_serializer=lambda _, __, value: _plain(value))
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if not is_storable(text):
        raise LedgerFault(f"{record.title}里有残缺的字符，请重新输入。")
    return text


def record_of(kind: str, content: str) -> Record:
    """Return the record a line of JSON holds. Raises `LedgerFault` where it is none of `kind`."""
    try:
        declared = RECORDS[kind]
        fields = json.loads(content)
        for name in _days(kind) & fields.keys():
            fields[name] = None if fields[name] is None else dt.date.fromisoformat(fields[name])
        return declared(**fields)
    except (KeyError, ValueError, TypeError) as error:
        raise LedgerFault(
            f"台账里有一条“{kind}”记录读不懂，可能被改动过，或由更新版本的 ccgrade 写入；请运行台账核验。"
        ) from error


@cache
def _days(kind: str) -> frozenset[str]:
    """Return the fields of a kind that hold days."""
    fields = attrs.fields_dict(attrs.resolve_types(RECORDS[kind]))
    return frozenset(
        name for name, field in fields.items() if field.type is dt.date or dt.date in get_args(field.type)
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
