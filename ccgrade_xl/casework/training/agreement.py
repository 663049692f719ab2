"""Do two people grade alike? Share of agreement, and Cohen's κ, which leaves out what chance alone would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from attrs import frozen

_WORDS = (
    (0.81, "几乎完全一致"),
    (0.61, "高度一致"),
    (0.41, "中等一致"),
    (0.21, "一致性一般"),
    (0.0, "一致性低"),
)
"""What a κ of at least so much is called (Landis and Koch 1977)."""


@frozen
class Agreement:
    """How far two people agree: items both answered, those alike, Cohen's κ (None where chance leaves no room)."""

    items: int
    alike: int
    kappa: float | None

    @property
    def share(self) -> float:
        """The share they agree on, 0-1."""
        return self.alike / self.items if self.items else 0.0

    @property
    def sentence(self) -> str:
        """The agreement in words."""
        if not self.items:
            return "没有两人都作答的题。"
        counted = f"{self.items} 户中 {self.alike} 户一致（{self.share:.0%}）"
        if self.kappa is None:
            return f"{counted}；全部集中在一个等级，κ 无法计算。"
        word = next((word for least, word in _WORDS if self.kappa >= least), "不如随机")
        return f"{counted}，κ = {self.kappa:.2f}（{word}）。"


def agreement(first: Sequence[str], second: Sequence[str]) -> Agreement:
    """Return how far two people's answers to the same questions agree; "" is no answer and leaves the item out.

    κ = (observed − expected) ÷ (1 − expected), expected from each one's own frequencies (Cohen 1960). Raises
    ValueError for two lists of different lengths.
    """
    pairs = [(one, other) for one, other in zip(first, second, strict=True) if one and other]
    count = len(pairs)
    alike = sum(one == other for one, other in pairs)
    if not count:
        return Agreement(0, 0, None)
    here, there = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(here[word] * there[word] for word in here)
    room = count * count - by_chance
    return Agreement(count, alike, (alike * count - by_chance) / room if room else None)
