"""客户状态: the states a customer and its meters can be in, and the words other systems write for each."""

from __future__ import annotations

from ccgrade_xl.rules.wording import plain

ACTIVE = "在用"
"""The state in which a customer is graded and its meters may run; a blank 客户状态 means it."""

STATE_WORDS: dict[str, tuple[str, ...]] = {
    ACTIVE: ("正常", "正常用气", "使用中", "启用", "开户", "用气", "active"),
    "暂停": ("暂停用气", "停用", "报停", "停气", "停户", "suspended"),
    "销户": ("已销户", "注销", "已注销", "closed"),
    "拆表": ("已拆表", "拆除", "已拆除", "removed"),
}
"""Every state, each with the words that mean it, too."""

STATES = tuple(STATE_WORDS)

OUT_OF_USE = tuple(state for state in STATES if state != ACTIVE)
"""The states in which a meter must not run."""

_STATE_OF = {plain(word): state for state, words in STATE_WORDS.items() for word in (state, *words)}


def state_of(text: str) -> str | None:
    """Return the state a text means, by its name or another word for it; None where it means none."""
    return _STATE_OF.get(plain(text))
