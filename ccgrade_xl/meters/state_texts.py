"""What does a text of the valve or of the status column say? Meters and platforms write it in many ways, and often to deny it."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

ValveState = Literal["open", "closed", "none"]
"""What a valve text says; `none`: the meter has no valve, or the cell no text."""

# --- the valve: a subject, why or how, what was done, and that it is done --------------------------------------

_SUBJECT = r"(?:(?:电磁|球|表|切断)?阀门?|valve)?(?:状态|位置|state|status)?(?:为|是|处于|is)?"
_HOW = (
    "(?:已经?|被|强制|强行|远程|本地|就地|手动|人工|自动|平台|后台|命令|主动|欠费|欠压|欠量|透支|余额不足|超流|过流|超限|"
    "泄漏|漏气|报警|告警|异常|故障|安全|保护|临时|永久|长期|停用|fully)*"
)
_DONE = r"(?:阀门?)?(?:到位|状态|完成|成功|完毕|了)?"
_VALVE: dict[ValveState, re.Pattern[str]] = {
    "open": re.compile(
        rf"{_SUBJECT}{_HOW}(?:(?:全部|完全|全|半|常|微)?(?:打开|开启|开通|开)|opened|open|on){_DONE}"
    ),
    "closed": re.compile(
        rf"{_SUBJECT}{_HOW}(?:(?:全部|完全|全|常)?(?:关闭|关断|关死|切断|关)|closed|close|shutoff|shut|off){_DONE}"
    ),
    "none": re.compile(r"|(?:无|没有|不带|未装|未配)(?:阀门|阀控|阀)|null|none|nan|na|novalve"),
}
_NUMBERS: dict[float, ValveState] = {0.0: "closed", 1.0: "open"}


def valve_state(text: str) -> ValveState | None:
    """Return what a valve text says; None where that is not understood, as for a failed or a half-heard command."""
    known = _folded(text)
    if re.fullmatch(r"\d+(?:\.\d+)?", known):
        return _NUMBERS.get(float(known))
    bare = re.sub(r"[\W_]+", "", known)
    bare = re.sub(r"^\d+|\d+$", "", bare) or bare
    return next((state for state, form in _VALVE.items() if form.fullmatch(bare)), None)


# --- the status: words, and what stands before and behind them to deny them -------------------------------------

STATUS_WORDS: dict[str, str] = {
    "换表": r"换表|表具更换|meter changed|exchange",
    "磁干扰": r"磁场?干扰|强磁|磁攻击|magnetic|magnet",
    "开盖": (
        r"开盖|拆盖|开箱|开壳|拆卸|防拆|撬(?:盖|表|动)|(?:外壳|盖|箱门)\W?(?:被|已)?(?:打开|开启)|"
        r"tamper(?:ed|ing)?|(?:cover|case) open(?:ed)?"
    ),
    "替代值": r"替代值|扰动|substitut(?:ed|e|ion)|disturbance",
}
"""What a status text tells: what its word looks like, lower case."""

_ANY = "|".join(STATUS_WORDS.values())
_NOUN = r"\s*(?:报警|告警|事件|标志|状态|信号|检测|量|值|累计|alarm|event|flag)*\s*"
_AND = r"(?:、|/|或|和|及|与|\bor\b|\band\b)\s*"
_DENIED_BEFORE = re.compile(
    r"(?:(?:无|未|没有|没|不存在|不是|解除|消除|排除)(?:任何|发现|见|检测到|检出|发生|出现|报)?|\b(?:no|not|without)\s+(?:any\s+)?|\bun)"
    rf"(?:(?:{_ANY}){_NOUN}{_AND})*$"
)
_DENIED_BEHIND = re.compile(
    rf"{_NOUN}(?:{_AND}(?:{_ANY}){_NOUN})*[\s:=(\-]*(?:已经?|is\s+|was\s+)?"
    r"(?:(?:无|否|没有)(?!\w)|(?:无|未)(?:异常|报警|告警|发生|发现|检测到|检出|触发|出现)|0+(?:\.0+)?(?![\d.])|"
    r"正常|解除|恢复|消除|消失|结束|撤销|关闭|关(?!\w)|(?:false|no|none|off|ok|normal|cleared|restored|closed)\b)"
)
_PARTS = re.compile(r"[;,|。\n]+")


def tells(text: str, what: str) -> bool:
    """Tell whether a status text says `what` of `STATUS_WORDS` happened, in any of its parts, and does not deny it or say it is over."""
    return any(
        not _DENIED_BEFORE.search(part[: word.start()]) and not _DENIED_BEHIND.match(part[word.end() :])
        for part in _PARTS.split(_folded(text))
        for word in re.finditer(STATUS_WORDS[what], part)
    )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
