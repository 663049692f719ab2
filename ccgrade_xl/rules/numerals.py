"""Numbers as people type them: full-width digits, thousands separators, units, 万."""

from __future__ import annotations

import re
import unicodedata

from ccgrade_xl.rules.wording import plain

_UNIT = re.compile(
    r"(?:(?:m3|立方米?|标方|方|元|吨)(?:/(?:个?月|天|日|年))?|[天日月次笔户倍分%]|个月|m3/月|元/月)$"
)
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""As nearly every number is written."""
_DIGITS = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[-+]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


def number_in(text: str) -> float | None:
    """Return the number a text means, None when it means none.

    `１２,０００ m³/月`, `1.2万`, `￥500元`, `30 天`, `1e5` and `85%` are numbers (85 % reads as 85).
    """
    if _PLAIN.fullmatch(text):
        return float(text)
    narrow = _UNIT.sub("", plain(text).replace("，", ",").lstrip("¥"), count=1)
    myriad = narrow.endswith("万")
    digits = narrow.removesuffix("万")
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _DIGITS.fullmatch(digits):
        return None
    # 万 moves the decimal point, so that 1.2万 is 12000 to the last bit.
    return float(f"{digits}e4") if myriad and "e" not in digits else float(digits) * (10_000 if myriad else 1)


def is_percentage(text: str) -> bool:
    """Return whether a text ends in a percent sign."""
    return unicodedata.normalize("NFKC", text).rstrip().endswith("%")
