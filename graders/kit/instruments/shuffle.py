"""Other orders that the event loop could have chosen, from a seed: to find races.

    shuffle = Shuffle(seed=7)
    with shuffle.tasks():
        await asyncio.gather(book(), book())
    fetch = calls.awaitable("fetch", latency=shuffle.latency(0.1, 0.5))

asyncio runs tasks that are ready in the order in which they became ready. Code that is right
only in that order has a race: with other latencies it would come out otherwise. While tasks
are shuffled, those that are ready in the same iteration of the loop run in another order;
the same seed gives the same order.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from graders.kit.instruments import private

T = TypeVar("T")


class Shuffle:
    """Everything it draws comes from `seed`, in the order in which it is asked for."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = random.Random(seed)

    @contextmanager
    def tasks(self, loop: asyncio.AbstractEventLoop | None = None) -> Iterator[None]:
        """Shuffle the tasks that are ready together on `loop`, or on the running loop.

        Raises RuntimeError if neither is there, or if they are shuffled already, and
        AttributeError for a loop that is not asyncio's own.
        """
        loop = loop or asyncio.get_running_loop()
        if isinstance(private.LOOP_READY.of(loop), _Ready):
            raise RuntimeError("the tasks of this loop are shuffled already")
        name, run_once = private.LOOP_RUN_ONCE.name, private.LOOP_RUN_ONCE.of(loop)
        ready = _Ready(private.LOOP_READY.of(loop), self._random)

        def iteration() -> None:
            ready.begins = True
            run_once()

        setattr(loop, private.LOOP_READY.name, ready)
        setattr(loop, name, iteration)
        try:
            yield
        finally:
            # We may be inside an iteration: what is left of it still has to run.
            setattr(loop, private.LOOP_READY.name, deque(ready))
            delattr(loop, name)

    def latency(self, least: float, most: float) -> Callable[..., float]:
        """A function of any arguments: each call draws whole milliseconds from this range.

        Raises ValueError if `most` is less than `least`.
        """
        if most < least:
            raise ValueError(f"there is no latency from {least:g} to {most:g} s")
        first, last = round(least * 1000), round(most * 1000)
        return lambda *_args, **_kwargs: self._random.randint(first, last) / 1000

    def order(self, items: Sequence[T]) -> list[T]:
        """The items in another order, or by chance in the same."""
        return self._random.sample(items, len(items))


class _Ready(deque[Any]):
    """A loop's queue of ready callbacks, in which the steps of tasks change places.

    An iteration of asyncio's loop takes exactly those callbacks that are in the queue when it
    begins to run them, the timers that are due included, one by one with `popleft`; what is
    added meanwhile waits for the next iteration. So the first `popleft` of an iteration is
    where the order is decided.

    Only tasks are shuffled. Other callbacks keep their places: "callbacks are called in the
    order in which they are registered" is promised, and transports rely on it. Nothing
    promises in which order two tasks go on that are ready at the same time.
    """

    def __init__(self, handles: deque[Any], draws: random.Random) -> None:
        super().__init__(handles)
        self._draws = draws
        self.begins = False
        """An iteration of the loop has begun, and nothing of it has run yet."""

    def popleft(self) -> Any:
        if self.begins:
            self.begins = False
            self._shuffle()
        return super().popleft()

    def _shuffle(self) -> None:
        places = [place for place, handle in enumerate(self) if _is_step(handle)]
        steps = [self[place] for place in places]
        self._draws.shuffle(steps)
        for place, step in zip(places, steps, strict=True):
            self[place] = step


def _is_step(handle: Any) -> bool:
    callback = private.HANDLE_CALLBACK.of(handle)
    return isinstance(getattr(callback, "__self__", None), asyncio.Task)
