"""Which words say that nothing is known, and which that there is nothing? As `wording.plain` compares them."""

from __future__ import annotations

UNKNOWN = frozenset({"", "-", "--", "/", "未知", "不详", "待补", "空", "n/a", "null", "none", "nan"})
"""Texts that stand for an empty cell."""

NO_VETO = UNKNOWN | {"无", "否", "没有"}
"""Texts that say: no veto."""
