"""The grading of one customer, written a second time: plain Python, one `if` after the other, numbers typed
from the published defaults. It shares nothing with the package, and is slow on purpose."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import chain, combinations

SCORES = {
    "用气单位性质": {
        "机关单位": 100,
        "事业单位": 100,
        "医院": 100,
        "学校": 100,
        "国有企业": 90,
        "上市公司": 90,
        "外资企业": 90,
        "民营企业": 70,
        "个体工商户": 50,
        "临时用户": 30,
    },
    "合同签订": {"有效且信息一致": 100, "自动顺延": 70, "九十日内到期": 70, "变更未改签": 30, "未签订": 0},
    "用气单位所属": {
        "自有物业": 100,
        "集团直属": 100,
        "租赁三年及以上": 70,
        "租赁一至三年": 50,
        "租赁不足一年": 20,
        "转租": 20,
        "承包": 20,
        "不明": 20,
    },
    "缴费方式": {
        "预付费表": 100,
        "银行代扣": 100,
        "对公转账": 80,
        "网上营业厅": 60,
        "柜台": 60,
        "现金": 40,
        "上门收取": 40,
    },
}
WEIGHTS = {
    "用气单位性质": 10,
    "合同签订": 15,
    "用气单位所属": 10,
    "气费缴纳": 35,
    "缴费方式": 10,
    "预收气费": 20,
}
VETO_MONTHS = {
    "窃气": 24,
    "违规用气": 12,
    "改变用途未改签": 12,
    "严重隐患未整改": 12,
    "陈欠无还款协议": 12,
    "连续三月欠费": 12,
}
CREDIT_GRADES = ((90, "5A", 5), (80, "4A", 4), (70, "3A", 3), (60, "2A", 2), (0, "1A", 1))
STARS = ((16, "五星级"), (10, "四星级"), (6, "三星级"), (3, "二星级"), (0, "一星级"))
USAGE = ((100000, "五级", 5), (30000, "四级", 4), (10000, "三级", 3), (3000, "二级", 2), (0, "一级", 1))


def payment(late: int, worst: int, debt: int) -> int:
    if debt > 60:
        return 0
    if debt > 0:
        late, worst = max(late, 1), max(worst, debt)
    if late == 0 and worst == 0:
        return 100
    if late <= 1 and worst <= 7:
        return 85
    if late <= 2 and worst <= 15:
        return 70
    if late <= 3 and worst <= 30:
        return 45
    return 20


def prepayment(balance: float, bill: float) -> int:
    months = Fraction(str(balance)) / Fraction(str(bill))
    for lower, score in ((Fraction(2), 100), (Fraction(3, 2), 85), (Fraction(1), 70), (Fraction(1, 2), 40)):
        if months >= lower:
            return score
    return 15 if months > 0 else 0


def known_and_best(customer: dict[str, object]) -> dict[str, tuple[int | None, int]]:
    """Score and best possible score by indicator; the score is None where the indicator is unknown."""
    scored: dict[str, tuple[int | None, int]] = {}
    for name, options in SCORES.items():
        score = options.get(customer[name])  # type: ignore[call-overload]
        scored[name] = (score, 100 if score is None else score)
    late, worst, debt = (customer[name] for name in ("逾期次数", "最长逾期天数", "当前欠费天数"))
    if debt is not None and debt > 60:  # type: ignore[operator]
        scored["气费缴纳"] = (0, 0)
    else:
        best = payment(late or 0, worst or 0, debt or 0)  # type: ignore[arg-type]
        scored["气费缴纳"] = (None if None in (late, worst, debt) else best, best)
    balance, bill = customer["预收气费余额"], customer["月均气费"]
    if balance is None or not bill:
        nothing_left = bill is None and balance is not None and balance <= 0  # type: ignore[operator]
        scored["预收气费"] = (None, 0 if nothing_left else 100)
    else:
        score = prepayment(balance, bill)  # type: ignore[arg-type]
        scored["预收气费"] = (score, score)
    return scored


def mean(cases: list[tuple[int, int]]) -> Fraction:
    return Fraction(sum(weight * score for weight, score in cases), sum(weight for weight, _ in cases))


def subsets(cases: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
    return chain.from_iterable(combinations(cases, size) for size in range(len(cases) + 1))


def grade_one(customer: dict[str, object], as_of: dt.date) -> dict[str, object]:
    result: dict[str, object] = dict.fromkeys(
        ("用气量等级", "X", "信用得分", "信用等级", "Y", "综合得分", "星级", "完整度")
    )
    if customer["客户状态"] not in ("在用", None):
        return result
    level = next(
        (
            (n, x)
            for lower, n, x in USAGE
            if customer["月均用气量"] is not None and customer["月均用气量"] >= lower
        ),
        None,
    )
    if level is not None:
        result["用气量等级"], result["X"] = level
    scored = known_and_best(customer)
    weight = sum(WEIGHTS[name] for name, (score, _) in scored.items() if score is not None)
    result["完整度"] = weight / 100
    grade = None
    if weight:
        known = [(WEIGHTS[name], score) for name, (score, _) in scored.items() if score is not None]
        open_cases = [(WEIGHTS[name], best) for name, (score, best) in scored.items() if score is None]
        exact = min(mean(known + list(counted)) for counted in subsets(open_cases))
        rounded = Decimal(exact.numerator) / Decimal(exact.denominator)
        result["信用得分"] = float(rounded.quantize(Decimal("0.1"), ROUND_HALF_UP))
        grade = next(
            place for place, (lower, _, _) in enumerate(CREDIT_GRADES) if result["信用得分"] >= lower
        )
        if customer["在用月数"] is not None and customer["在用月数"] < 3:  # type: ignore[operator]
            grade = max(grade, 2)
    if weight < 60:
        grade = None
    if veto_in_force(customer, as_of):
        grade = 4
    if grade is None:
        result["信用等级"] = result["星级"] = "待定"
        return result
    _, result["信用等级"], result["Y"] = CREDIT_GRADES[grade]
    if level is None:
        result["星级"] = "待定"
        return result
    result["综合得分"] = level[1] * CREDIT_GRADES[grade][2]
    result["星级"] = next(name for lower, name in STARS if result["综合得分"] >= lower)  # type: ignore[operator]
    return result


def veto_in_force(customer: dict[str, object], as_of: dt.date) -> bool:
    months = VETO_MONTHS.get(customer["否决事项"])  # type: ignore[call-overload]
    if months is None:
        return False
    date = customer["否决日期"]
    if date is None:
        return True
    assert isinstance(date, dt.date)
    if date > as_of:
        return False
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    end = dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))
    return end > as_of
