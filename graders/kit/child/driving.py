"""Scenario arguments that drive what the submission gives: `ending`, `ticking`, `visitors`.

They know nothing of a kata. What they give back is data of `shared.values`, which a check reads
as it is and prints in its message.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Self, cast

from graders.kit.instruments import handover
from graders.kit.shared.plain import ExceptionData
from graders.kit.shared.record import moment
from graders.kit.shared.values import Cancelled, Ending, Raised, Returned, Ticks

Now = Callable[[], float]


class Endings:
    """`await ending(kata.fetch(...))`: how it ended, as `Returned`, `Raised` or `Cancelled`."""

    def __init__(self, now: Now) -> None:
        self._now = now

    async def __call__(
        self,
        awaitable: Awaitable[Any],
        *,
        cancel_at: float | None = None,
        cancel_when: Awaitable[Any] | None = None,
        then: float | None = None,
    ) -> Ending:
        """Awaits it, and returns how it ended.

        It is cancelled `cancel_at` seconds from now, or when `cancel_when` is done (also if that
        fails), unless it has ended before. `then` seconds go by afterwards, in
        which a right answer does nothing any more. What is no ending passes through:
        NotImplementedError, with which a stub says that it is still to be written, and what is not
        even an Exception.
        """
        if cancel_at is not None or cancel_when is not None:
            awaitable = await self._cancelled(awaitable, cancel_at, cancel_when)
        end = await self._end(awaitable)
        if then is not None:
            await asyncio.sleep(then)
        return end

    async def _cancelled(
        self, awaitable: Awaitable[Any], at: float | None, when: Awaitable[Any] | None
    ) -> asyncio.Future[Any]:
        """The task that it runs in, which has ended."""
        task = asyncio.ensure_future(awaitable)
        signal = None if when is None else asyncio.ensure_future(when)
        waited = {task} if signal is None else {task, signal}
        await asyncio.wait(waited, timeout=at, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
        if signal is not None and not signal.cancel() and not signal.cancelled():
            signal.exception()  # looked at: asyncio reports one that nobody has seen
        return task

    async def _end(self, awaitable: Awaitable[Any]) -> Ending:
        # In the task of the scenario, unless it has one already: a task of its own would take more
        # iterations of the loop, and would be one more task for the submission to see.
        scenario = asyncio.current_task()
        before = scenario.cancelling() if scenario else 0
        try:
            value = await handover.awaited(awaitable)
        except NotImplementedError:
            raise
        except asyncio.CancelledError:
            # More requests than before: the scenario itself is to end. Their number alone says
            # little, since a TaskGroup of Python 3.11 leaves one behind when a task in it fails.
            if scenario and scenario.cancelling() > before:
                raise
            return Cancelled(moment(self._now()))
        except Exception as error:
            # The exception becomes data on its way to the judge.
            return Raised(cast("ExceptionData", error), moment(self._now()))
        return Returned(value, moment(self._now()))


class Ticking:
    """`async with ticking() as ticks:`: a neighbour on the loop that ticks meanwhile."""

    def __init__(self, now: Now) -> None:
        self._now = now

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[Ticks]:
        """Ticks at once and then once a second of the scenario's clock, until the block ends.

        `Ticks.count` is how often, and `Ticks.seconds` how long the block took.
        """
        ticks, began = Ticks(), self._now()

        async def tick() -> None:
            while True:
                ticks.count += 1
                await asyncio.sleep(1.0)

        ticker = asyncio.create_task(tick())
        try:
            yield ticks
        finally:
            ticks.seconds = moment(self._now() - began)
            ticker.cancel()


class Crowd:
    """Requests that are under way. `await crowd` gives their answers once all are there; as
    `async with`, it waits for them at the end of the block, or cancels them if the block raises."""

    def __init__(self, requests: Iterable[Awaitable[Any]]) -> None:
        self._tasks = [asyncio.ensure_future(request) for request in requests]
        self.answers: list[Any] = []
        """In the order of the paths, once all are there."""

    def __await__(self) -> Generator[Any, None, list[Any]]:
        self.answers = yield from asyncio.gather(*self._tasks).__await__()
        return self.answers

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self
            return
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def visitors(
    client: Any, paths: Iterable[str], *, method: str = "GET", every: float = 0.0, **options: Any
) -> Crowd:
    """`await visitors(client, paths)`: each path is asked for by a visitor of its own.

    They come one after the other, `every` seconds apart, or all at once. `options` are those of
    the client's requests: with `leave_at=5.0` each leaves 5 seconds after it came. For a visitor
    that is looked at, or leaves at a moment of its own, there is `visit`.
    """
    ask = getattr(client, method.lower())

    async def visit(place: int, path: str) -> Any:
        if every:
            await asyncio.sleep(place * every)
        return await ask(path, **options)

    return Crowd(visit(place, path) for place, path in enumerate(paths))
