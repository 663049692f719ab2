"""Side by side: every core is a lane with an engine of its own, which takes the next batch when it is done with one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ccgrade_xl.meters.engine import Engine

_Batch = TypeVar("_Batch")
_Done = TypeVar("_Done")

_MOMENT = 0.05
"""Seconds after which a lane that goes on is interrupted once more: between two steps there is nothing to interrupt."""


def side_by_side(
    engine: Engine,
    batches: Sequence[_Batch],
    ready: Callable[[Engine], Callable[[_Batch], _Done]],
) -> Generator[_Done]:
    """Yield what becomes of each batch, in their order; `ready` makes an engine ready and returns what is done with a batch on it.

    To be closed (`contextlib.closing`) before the engine is: what still runs is then interrupted.
    """
    lanes = min(engine.lanes, len(batches))
    if lanes <= 1:
        yield from map(ready(engine), batches)
        return
    with ExitStack() as opened:
        opened.enter_context(engine.one_thread_a_lane())
        engines = [opened.enter_context(engine.beside()) for _ in range(lanes)]
        free: SimpleQueue[Callable[[_Batch], _Done]] = SimpleQueue()
        for each in engines:
            free.put(ready(each))

        def done(batch: _Batch) -> _Done:
            work = free.get()
            try:
                return work(batch)
            finally:
                free.put(work)

        pool = opened.enter_context(ThreadPoolExecutor(lanes, "batch"))
        futures = [pool.submit(done, batch) for batch in batches]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            # What was cancelled is done, but `wait` would wait for somebody to be told so.
            while running := [future for future in futures if not future.done()]:
                for each in engines:
                    each.interrupt()
                wait(running, _MOMENT)
