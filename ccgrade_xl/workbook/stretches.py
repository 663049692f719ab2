"""How is long data worked on? In stretches, side by side: calamine lets go of Python's lock meanwhile."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

STRETCH = 5_000_000
"""Bytes of a stretch: what becomes of one still lies in the processor's own memory, which a whole sheet is too large for."""
_MOST = 4
"""Stretches at the same time: each takes memory of its own."""

_Stretch = TypeVar("_Stretch")
_Done = TypeVar("_Done")


def stretches_of(size: int, ahead: int = 0) -> int:
    """Return into how many stretches so many bytes are best cut on this machine; 1 at least.

    `ahead` are bytes that must be read before each stretch, however short it is: where they are many, there is a
    stretch for each core and no more.
    """
    return max(1, min(_lanes(), size // STRETCH), size // max(STRETCH, 4 * ahead))


def side_by_side(work: Callable[[_Stretch], _Done], stretches: Sequence[_Stretch]) -> Iterator[_Done]:
    """Yield what becomes of each stretch, in their order; as many are worked on, or wait to be taken, as there are cores."""
    if len(stretches) <= 1 or _lanes() == 1:
        yield from map(work, stretches)
        return
    with ThreadPoolExecutor(_lanes(), "stretch") as pool:
        begun: deque[Future[_Done]] = deque()
        for stretch in stretches:
            if len(begun) == _lanes():
                yield begun.popleft().result()
            begun.append(pool.submit(work, stretch))
        while begun:
            yield begun.popleft().result()


def _lanes() -> int:
    return min(_MOST, os.cpu_count() or 1)
