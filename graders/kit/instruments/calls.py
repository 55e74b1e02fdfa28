"""Fakes that keep a record: who was called, when, with what, and how it ended.

An awaitable fake always suspends at least once, however quick it is: one that never
suspends would hide every race of the code that awaits it.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar

from graders.kit.shared.calls import Call
from graders.kit.shared.record import moment

F = TypeVar("F", bound=Callable[..., Any])

Seconds = float | Callable[..., float]
"""A number of seconds, or a function of the call's arguments that gives it."""

Raises = BaseException | type[BaseException] | Callable[..., BaseException | None] | None
"""An exception, its class, or a function of the arguments that gives one or None."""


class Barrier:
    """Where `parties` callers wait for each other; once they are all there, everyone passes.

    It opens once and stays open: a later retry would otherwise wait for parties that never
    come again. Callers may be tasks of any loop and threads, together.
    """

    def __init__(self, parties: int) -> None:
        self.parties = parties
        self._open: Future[None] = Future()
        self._waiting: list[object] = []

    async def wait(self) -> None:
        """Wait until all are there. A caller that is cancelled no longer counts."""
        with self._arrival():
            # Shielded: a caller that is cancelled must not cancel the wait of the others.
            await asyncio.shield(asyncio.wrap_future(self._open))

    def wait_in_thread(self, timeout: float | None = None) -> None:
        """Block this thread until all are there. Raises TimeoutError after `timeout` seconds."""
        with self._arrival():
            self._open.result(timeout)

    @contextmanager
    def _arrival(self) -> Iterator[None]:
        # No lock, on purpose: a loop that waits for one, however briefly, is blocked.
        caller = object()
        self._waiting.append(caller)
        if len(self._waiting) >= self.parties:
            with suppress(InvalidStateError):
                self._open.set_result(None)
        try:
            yield
        finally:
            self._waiting.remove(caller)


class Calls:
    """Makes fakes, and keeps the one record of all their calls.

    `now` gives seconds since the scenario began. The thread that makes the
    `Calls` counts as the event loop's own.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._loop_thread = threading.get_ident()
        self._positions = itertools.count()
        self._calls: dict[int, Call] = {}

    @property
    def records(self) -> list[Call]:
        """Every call so far, in the order they started."""
        return [call for _, call in sorted(self._calls.items())]

    def awaitable(
        self,
        name: str,
        *,
        latency: Seconds = 0.0,
        returns: object = None,
        raises: Raises = None,
        meet: int = 0,
    ) -> Callable[..., Coroutine[Any, Any, Any]]:
        """A coroutine function that answers after `latency` seconds.

        `returns` is its value, or a function of the arguments that gives it.
        With `meet` each call first waits until that many are in flight at once.
        """
        barrier = Barrier(meet)

        async def fake(*args: Any, **kwargs: Any) -> Any:
            with self._recorded(name, args, kwargs):
                if meet:
                    await barrier.wait()
                await asyncio.sleep(_of(latency, args, kwargs))
                return _outcome(returns, raises, args, kwargs)

        return _named(fake, name)

    def blocking(
        self, name: str, *, seconds: Seconds = 0.0, returns: object = None, raises: Raises = None
    ) -> Callable[..., Any]:
        """A plain function that holds its thread for `seconds`; `Call.thread` says which."""

        def fake(*args: Any, **kwargs: Any) -> Any:
            with self._recorded(name, args, kwargs):
                pause = _of(seconds, args, kwargs)
                if pause > 0:
                    # Looked up now, so that it is the patched one if `time.sleep` is patched.
                    time.sleep(pause)
                return _outcome(returns, raises, args, kwargs)

        return _named(fake, name)

    @contextmanager
    def _recorded(self, name: str, args: Any, kwargs: Any) -> Iterator[None]:
        start = next(self._positions)
        thread = "loop" if threading.get_ident() == self._loop_thread else "worker"
        began, given = moment(self._now()), (_as_is(args), _as_is(kwargs))
        call = Call(name, *given, began, None, "pending", thread, (start, None))
        self._calls[start] = call
        try:
            yield
        except GeneratorExit:
            raise  # Closed while it waited: it never ended.
        except asyncio.CancelledError:
            self._end(call, "cancelled")
            raise
        except BaseException:
            self._end(call, "raised")
            raise
        self._end(call, "returned")

    def _end(self, call: Call, outcome: str) -> None:
        start = call.order[0]
        ended, order = moment(self._now()), (start, next(self._positions))
        self._calls[start] = replace(call, ended=ended, outcome=outcome, order=order)


def _of(value: Any, args: Any, kwargs: Any) -> Any:
    return value(*args, **kwargs) if callable(value) else value


def _outcome(returns: object, raises: Raises, args: Any, kwargs: Any) -> Any:
    error = raises if isinstance(raises, type) else _of(raises, args, kwargs)
    if isinstance(error, BaseException):
        # One instance may be raised many times: each starts with a clean traceback.
        raise error.with_traceback(None)
    if error is not None:
        raise error
    return _of(returns, args, kwargs)


def _named(fake: F, name: str) -> F:
    fake.__name__ = fake.__qualname__ = name
    return fake


def _as_is(value: Any, depth: int = 5) -> Any:
    """Plain containers copied, so that what the caller does to them later does not show."""
    if depth and type(value) in (list, tuple, set):
        return type(value)(_as_is(item, depth - 1) for item in value)
    if depth and type(value) is dict:
        return {key: _as_is(item, depth - 1) for key, item in value.items()}
    return value
