"""Which words name a column's unit, in a header or behind a number, and what turns their numbers into it?"""

from __future__ import annotations

from functools import cache

from ccgrade_xl.rules.wording import plain

SCALES = {
    "百": 100.0,
    "千": 1_000.0,
    "万": 10_000.0,
    "百万": 1_000_000.0,
    "千万": 10_000_000.0,
    "亿": 100_000_000.0,
}
"""What a word before a unit, or alone behind a number, multiplies it by."""
_PER_MONTH = ("", "/月", "/个月", "每月", "/mon")
_VOLUMES = ("m3", "方", "立方", "立方米", "标方", "标立方", "标准立方米", "nm3", "sm3", "标m3")
_WORDS: dict[str, tuple[str, ...]] = {
    "m³/月": _VOLUMES,
    "m³/d": _VOLUMES,
    "m³": _VOLUMES,
    "元": ("元", "圆", "rmb", "人民币", "cny"),
    "月": ("月", "个月"),
    "次": ("次", "笔", "回"),
    "天": ("天", "日", "d"),
    "分": ("分", "%"),
}
_SCALED = frozenset({"m³/月", "m³", "元"})
_SUFFIXES = {"m³/月": _PER_MONTH, "元": _PER_MONTH, "m³/d": ("/d", "/天", "/日")}
FOREIGN = frozenset(
    (
        *("吨", "t", "kg", "公斤", "kwh", "度", "gj", "mj", "卡", "年", "周", "小时", "h", "美元", "usd"),
        *(f"{volume}/{time}" for volume in _VOLUMES for time in ("h", "小时", "日", "天", "d", "年", "a")),
    )
)
"""Units that are no multiple of a column's own: under such a header values are taken as they are, and the manager is told."""


@cache
def factors(unit: str) -> dict[str, float]:
    """Return the words for a column's unit (as `plain` compares them), each with its factor to that unit.

    A unit that no other words are known for is only itself; "" is none.
    """
    if not unit:
        return {}
    return {
        f"{scale}{word}{suffix}": factor
        for scale, factor in ({"": 1.0} | (SCALES if unit in _SCALED else {})).items()
        for word in _WORDS.get(unit, (plain(unit),))
        for suffix in _SUFFIXES.get(unit, ("",))
    }
