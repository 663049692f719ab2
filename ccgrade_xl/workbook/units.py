"""Which unit does a header name, and what turns its values into the column's own unit?"""

from __future__ import annotations

from functools import cache

_SCALES = {"": 1.0, "百": 100.0, "千": 1_000.0, "万": 10_000.0, "亿": 100_000_000.0}
_PER_MONTH = ("", "/月", "每月", "/mon")
_WORDS: dict[str, tuple[str, ...]] = {
    "m³/月": ("m3", "方", "立方", "立方米", "标方", "标立方", "标准立方米", "nm3", "sm3", "标m3"),
    "元": ("元", "圆", "rmb", "人民币", "cny"),
    "月": ("月", "个月"),
    "次": ("次", "笔", "回"),
    "天": ("天", "日", "d"),
}
FOREIGN = frozenset(
    (
        *("吨", "t", "kg", "公斤", "kwh", "度", "gj", "mj", "卡", "年", "周", "小时", "h", "美元", "usd"),
        *(
            f"{volume}/{time}"
            for volume in _WORDS["m³/月"]
            for time in ("h", "小时", "日", "天", "d", "年", "a")
        ),
    )
)
"""Units that are no multiple of a column's own: values are taken as they are, and the manager is told."""


@cache
def factors(unit: str) -> dict[str, float]:
    """Return the words for a column's unit (as `plain` compares them), each with its factor to that unit."""
    scales = _SCALES if unit in ("m³/月", "元") else {"": 1.0}
    suffixes = _PER_MONTH if unit in ("m³/月", "元") else ("",)
    return {
        f"{scale}{word}{suffix}": factor
        for scale, factor in scales.items()
        for word in _WORDS.get(unit, ())
        for suffix in suffixes
    }
