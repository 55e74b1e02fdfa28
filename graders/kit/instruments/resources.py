"""Resources whose clean-up takes time, and is recorded: was it run, and to its end?

resources = Resources(lambda: clock.elapsed)
session = resources.context("session", exit=2.0, value="open")
rows = resources.generator("rows", [1, 2, 3], exit=0.5)

async with session() as value: ...       # exit takes 2 s, and may be cancelled meanwhile
async for row in rows(): ...
job = resources.job("load", seconds=5.0, exit=2.0)     # `await job()` holds one while it works
resources.records[0].outcome             # "closed"
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

from graders.kit.shared.record import moment
from graders.kit.shared.values import Use


class Resources:
    """Makes resources, and keeps the one record of their uses.

    `now` gives seconds since the scenario began.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._positions = itertools.count()
        self.records: list[Use] = []
        """Every use so far, in the order of opening."""

    def context(
        self,
        name: str,
        *,
        enter: float = 0.0,
        exit: float = 1.0,
        value: object = None,
        raises: BaseException | None = None,
    ) -> Callable[..., AbstractAsyncContextManager[Any]]:
        """A function that makes an async context manager, whatever it is called with.

        Entering takes `enter` seconds and gives `value`; leaving takes `exit` seconds, and
        raises `raises` at their end. An exception inside the block is never swallowed.
        """

        @asynccontextmanager
        async def resource(*_args: Any, **_kwargs: Any) -> AsyncIterator[Any]:
            await asyncio.sleep(enter)
            use = self._opened(name)
            try:
                yield value
            except BaseException as error:
                use.error = type(error).__name__
                raise
            finally:
                with self._closing(use):
                    await asyncio.sleep(exit)
                    if raises is not None:
                        raise raises.with_traceback(None)

        resource.__name__ = resource.__qualname__ = name
        return resource

    def generator(
        self, name: str, items: Iterable[Any], *, every: float = 0.0, exit: float = 1.0
    ) -> Callable[..., AsyncGenerator[Any, None]]:
        """An async generator function that gives `items`, whatever it is called with.

        The first comes at once, the others `every` so many seconds; its `finally` takes
        `exit` seconds. One that is neither exhausted nor closed stays `open` in the record.
        """

        async def resource(*_args: Any, **_kwargs: Any) -> AsyncGenerator[Any, None]:
            use = self._opened(name)
            try:
                for number, item in enumerate(items):
                    await asyncio.sleep(every if number else 0)
                    yield item
            except BaseException as error:
                use.error = type(error).__name__
                raise
            finally:
                with self._closing(use):
                    await asyncio.sleep(exit)

        resource.__name__ = resource.__qualname__ = name
        return resource

    def job(
        self,
        name: str,
        *,
        seconds: float = 0.0,
        exit: float = 1.0,
        returns: object = None,
        raises: BaseException | None = None,
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        """A coroutine function that holds a resource while it works, whatever it is called with.

        It works for `seconds`, then returns `returns` or raises `raises`. However it ends,
        cancelled as well, its clean-up takes `exit` seconds more.
        """
        held = self.context(name, exit=exit)

        async def job(*_args: Any, **_kwargs: Any) -> Any:
            async with held():
                await asyncio.sleep(seconds)
                if raises is not None:
                    raise raises.with_traceback(None)  # One instance may be raised many times.
                return returns

        job.__name__ = job.__qualname__ = name
        return job

    def _opened(self, name: str) -> Use:
        use = Use(name, moment(self._now()), _task(), (next(self._positions), None))
        self.records.append(use)
        return use

    @contextmanager
    def _closing(self, use: Use) -> Iterator[None]:
        use.closed_by = _task()
        use.exit_began_at, use.outcome = moment(self._now()), "closing"
        try:
            yield
        except GeneratorExit:
            raise  # Closed while it cleaned up: that has no end.
        except asyncio.CancelledError:
            self._ended(use, "cancelled")
            raise
        except BaseException:
            self._ended(use, "failed")
            raise
        self._ended(use, "closed")

    def _ended(self, use: Use, outcome: str) -> None:
        use.exit_ended_at, use.outcome = moment(self._now()), outcome
        use.order = (use.order[0], next(self._positions))


def _task() -> str:
    task = asyncio.current_task()
    return task.get_name() if task else ""
