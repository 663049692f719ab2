"""How is long data worked on? In stretches, side by side: calamine lets go of Python's lock meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

STRETCH = 4_000_000
"""Bytes that are worth a stretch of their own."""
_MOST = 4
"""Stretches at the same time: what is read holds the texts that cells share once more for each."""

_Stretch = TypeVar("_Stretch")
_Done = TypeVar("_Done")


def stretches_of(size: int) -> int:
    """Return how many stretches so many bytes are worth on this machine; 1 at least."""
    return max(1, min(_lanes(), size // STRETCH))


def side_by_side(work: Callable[[_Stretch], _Done], stretches: Sequence[_Stretch]) -> list[_Done]:
    """Return what becomes of each stretch, in their order."""
    if len(stretches) <= 1:
        return list(map(work, stretches))
    with ThreadPoolExecutor(_lanes(), "stretch") as pool:
        return list(pool.map(work, stretches))


def _lanes() -> int:
    return min(_MOST, os.cpu_count() or 1)
