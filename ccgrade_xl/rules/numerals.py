"""Numbers as people type them: full-width digits, thousands separators, units, 千, 万, 亿."""

from __future__ import annotations

import re
import unicodedata

from ccgrade_xl.rules.wording import plain

_UNIT = re.compile(
    r"(?:(?:m3|立方米?|标方|方|元|吨)(?:/(?:个?月|天|日|年))?|[天日月次笔户倍分%]|个月|m3/月|元/月)$"
)
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""As nearly every number is written."""
_POWERS = {"千万": 7, "百万": 6, "千": 3, "万": 4, "亿": 8}
"""What a word behind a number multiplies it by, as a power of ten; a longer word comes before its end."""
_DIGITS = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:e[-+]?\d{1,3})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


def number_in(text: str) -> float | None:
    """Return the number a text means, None when it means none.

    `１２,０００ m³/月`, `1.2万`, `3千元`, `￥500元`, `30 天`, `1e5` and `85%` are numbers (85 % reads as 85).
    """
    if _PLAIN.fullmatch(text):
        return float(text)
    narrow = _UNIT.sub("", plain(text).replace("，", ",").lstrip("¥"), count=1)
    scale = next((word for word in _POWERS if narrow.endswith(word)), "")
    digits = narrow.removesuffix(scale)
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _DIGITS.fullmatch(digits):
        return None
    power = _POWERS.get(scale, 0)
    # A power of ten moves the decimal point, so that 1.2万 is 12000 to the last bit.
    return float(digits) * 10**power if "e" in digits else float(f"{digits}e{power}")


def is_percentage(text: str) -> bool:
    """Return whether a text ends in a percent sign."""
    return unicodedata.normalize("NFKC", text).rstrip().endswith("%")
