"""The seven credit indicators: six of the paper (2.1), and 燃气安全状况 of its next stage (2.1 (4))."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Scoring = Literal["option", "payment", "prepayment"]


@frozen
class CreditIndicator:
    """What an indicator is called in code, in the 客户 table and in a 说明 sentence.

    `inputs` are the 客户 columns it is scored from; `result` the column its score is written to.
    """

    key: str
    name: str
    short: str
    scoring: Scoring
    inputs: tuple[str, ...]
    result: str


INDICATORS: tuple[CreditIndicator, ...] = (
    CreditIndicator("nature", "用气单位性质", "性质", "option", ("用气单位性质",), "性质分"),
    CreditIndicator("contract", "合同签订", "合同", "option", ("合同签订",), "合同分"),
    CreditIndicator("ownership", "用气单位所属", "所属", "option", ("用气单位所属",), "所属分"),
    CreditIndicator(
        "payment", "气费缴纳", "缴纳", "payment", ("逾期次数", "最长逾期天数", "当前欠费天数"), "缴纳分"
    ),
    CreditIndicator("channel", "缴费方式", "方式", "option", ("缴费方式",), "方式分"),
    CreditIndicator("prepayment", "预收气费", "预收", "prepayment", ("预收气费余额", "月均气费"), "预收分"),
    CreditIndicator("safety", "燃气安全状况", "安全", "option", ("燃气安全状况",), "安全分"),
)

BY_KEY = {indicator.key: indicator for indicator in INDICATORS}
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}
