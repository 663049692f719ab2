"""What people decide about grades: overrides beside the computed grade, and objections answered in time.

An override never replaces what was computed: it has a reason, an approver and a last day. An objection is marked
on the grade at once and answered within two working days, five with an approval (`processes.toml`, 异议/申诉).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from ccgrade_xl.casework.processes import default_manual
from ccgrade_xl.errors import NotUnderstood
from ccgrade_xl.rules.ruleset import CREDIT_GRADES, STARS
from ccgrade_xl.rules.wording import shown

SUBJECTS: dict[str, tuple[str, ...]] = {"信用等级": CREDIT_GRADES, "星级": STARS}
"""What may be decided otherwise, and the grades each may have."""


def subject_of(grade: str) -> str:
    """Return which subject has a grade, e.g. 星级 for 四星级. Raises `NotUnderstood` where neither has."""
    for subject, grades in SUBJECTS.items():
        if grade in grades:
            return subject
    there = "，".join(f"{subject}有 {'、'.join(grades)}" for subject, grades in SUBJECTS.items())
    raise NotUnderstood(f"没有 {shown(grade)} 这一级：{there}。")


OPEN, KEPT, CORRECTED, WITHDRAWN = "待处理", "维持", "更正", "撤回"
ANSWERS = (KEPT, CORRECTED, WITHDRAWN)
"""How an objection may end."""

WARNED_SHARE = 0.05
"""Overrides in force above this share of the graded sample undermine the rules (`default`)."""

PROCESS, STEP = "异议/申诉", "处理并答复"


@frozen
class Overridden:
    """A grade decided by people: for whom, what, until which day, approved by whom."""

    customer: str
    subject: str
    decided: str
    reason: str
    approver: str
    expires: dt.date
    withdrawn: bool = False

    def state(self, as_of: dt.date) -> str:
        """Return how it stands on a day: in force up to and with its last day."""
        if self.withdrawn:
            return "已撤销"
        return "有效" if as_of <= self.expires else "已到期"

    @property
    def remark(self) -> str:
        """What stands beside the computed grade while it is in force."""
        said = f"{self.subject} {self.decided}（至 {self.expires}，批准人 {self.approver}）"
        return f"【人工调整：{_plain(said)}】"


@frozen
class Objected:
    """A customer's objection: when it came, what it says, and how it was answered ("" while it is open)."""

    number: str
    customer: str
    received: dt.date
    subject: str
    extension_approver: str = ""
    answer: str = ""
    answered: dt.date | None = None
    explanation: str = ""

    def due(self) -> dt.date:
        """Return the last working day for the answer."""
        extended = bool(self.extension_approver)
        return default_manual().due(PROCESS, STEP, self.received, extended=extended).day

    def state(self, as_of: dt.date, due: dt.date) -> str:
        """Return how it stands on a day."""
        if self.answer:
            late = self.answered is not None and self.answered > due
            return f"已答复（{self.answer}{'，逾期' if late else ''}）"
        if as_of > due:
            return f"逾期 {(as_of - due).days} 天"
        return "今天到期" if as_of == due else OPEN

    def remark(self, due: dt.date) -> str:
        """Return what is marked on the grade while the objection is open."""
        return f"【异议处理中：{self.received} 收到，{due} 前答复】"


def too_many(in_force: int, graded: int) -> str:
    """Return the warning where overrides in force exceed 5 % of the graded customers; "" where they do not."""
    if in_force <= WARNED_SHARE * graded:
        return ""
    share = f"{in_force / graded:.1%}" if graded else "100%"
    return f"人工调整有效 {in_force} 户，占参评客户 {share}，超过 {WARNED_SHARE:.0%}：请检查评分规则是否合适，或清理人工调整。"


def remarks_by_customer(
    overridden: Iterable[Overridden], objected: Iterable[Objected], as_of: dt.date
) -> dict[str, str]:
    """Return what stands before each customer's computed 说明: overrides in force, then objections that are open."""
    found: dict[str, str] = {}
    for override in overridden:
        if override.state(as_of) == "有效":
            found[override.customer] = found.get(override.customer, "") + override.remark
    for objection in objected:
        if not objection.answer:
            found[objection.customer] = found.get(objection.customer, "") + objection.remark(objection.due())
    return found


_REMARK = re.compile(r"【(?:人工调整|异议处理中)：[^】]*】")


def annotated(remark: str, added: str) -> str:
    """Return a customer's 说明 with what people decided before it, in place of what stood there: the end of a long text is cut first."""
    computed = _REMARK.sub("", remark).strip()
    return f"{added} {computed}".strip()


def next_number(customer: str, received: dt.date, taken: Iterable[str]) -> str:
    """Return the number of a new objection, e.g. 20260302-0001; the second of a day ends in -2."""
    first, known = f"{received:%Y%m%d}-{customer}", set(taken)
    number, count = first, 1
    while number in known:
        count += 1
        number = f"{first}-{count}"
    return number


def answer_letter(
    objection: Objected,
    name: str,
    grade: Mapping[str, str],
    reasons: Sequence[str],
    advice: str,
    as_of: dt.date,
    overrides: Sequence[Overridden] = (),
) -> list[str]:
    """Return the letter that answers an objection, a paragraph a line.

    `grade` are the results by header (信用得分, 信用等级, 星级, 规则版本, 评级日期), `reasons` the lines of the explanation,
    `advice` what would lift the customer one star, `overrides` the customer's own.
    """
    results = "，".join(f"{header} {value}" for header, value in grade.items() if value) or "尚未评级"
    decided = "".join(
        f"经人工调整，{each.subject}按 {each.decided} 执行，至 {each.expires}。"
        for each in overrides
        if each.state(as_of) == "有效"
    )
    outcome = {
        KEPT: "经复核，维持原评级。",
        CORRECTED: "经复核，对评级予以更正。",
        WITHDRAWN: "贵单位已撤回异议，不再处理。",
    }.get(objection.answer, _pending(objection.due(), as_of))
    return [
        "关于客户分级评定异议的答复",
        f"{name or '贵单位'}（客户编号 {objection.customer}）：",
        f"贵单位 {objection.received} 提出的异议（编号 {objection.number}）“{objection.subject}”收悉，现答复如下。",
        f"一、评级结果：{results}。{decided}",
        "二、评级依据：",
        *(f"  {reason}" for reason in reasons),
        f"三、怎样提高：{advice}",
        f"四、处理结果：{outcome}{objection.explanation}",
        "五、评级规则对客户公开，可以向客户经理查阅；对本答复仍有异议的，可以再次提出。",
        f"答复日期：{objection.answered or as_of}",
    ]


def _pending(due: dt.date, as_of: dt.date) -> str:
    """Say when the answer comes; that it is late, where its day is over."""
    if as_of > due:
        return f"正在复核。答复期限 {due} 已过，谨此致歉，我们将尽快答复。"
    return f"正在复核，将于 {due} 前答复。"


def _plain(text: str) -> str:
    """Return a text that cannot end the bracket around it."""
    return text.replace("【", "〔").replace("】", "〕")
