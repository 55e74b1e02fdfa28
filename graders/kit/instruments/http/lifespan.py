"""The lifespan part of ASGI: a server starts its app up first and shuts it down last.

https://asgi.readthedocs.io/en/latest/specs/lifespan.html
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Self

from graders.kit.instruments import handover

Now = Callable[[], float]
"""Seconds since the scenario began."""
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[Any]]


class LifespanFailed(Exception):
    """The app could not start up or shut down; its own exception, if any, is the cause."""


class NotAnApp(TypeError):
    """What was given as an ASGI app cannot be called."""


class Lifespan:
    """Starts an app up on entering and shuts it down on leaving, both in one task of its own.

    Strict, as `uvicorn --lifespan on` is: an app that raises has failed; one that
    just returns has nothing to start.
    """

    def __init__(self, app: App) -> None:
        if not callable(app):
            raise NotAnApp(f"an ASGI app can be called, but this is a {type(app).__name__}")
        self._app = app
        self._orders: asyncio.Queue[Message] = asyncio.Queue()
        self._answers: asyncio.Queue[Message] = asyncio.Queue()
        self._error: Exception | None = None
        self.state: dict[str, Any] = {}
        """What the app leaves for its requests: each gets a copy as `scope["state"]`."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="lifespan")
        try:
            await self._phase("startup")
        except BaseException:
            self._task.cancel()
            await asyncio.wait([self._task])
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._error or not self._task.done():
            await self._phase("shutdown")
            await self._task

    async def _run(self) -> None:
        about = {"version": "3.0", "spec_version": "2.0"}
        scope = {"type": "lifespan", "asgi": about, "state": self.state}
        try:
            await handover.serve(self._app, scope, self._orders.get, self._answers.put)
        except Exception as error:
            self._error = error
        finally:
            self._answers.put_nowait({"type": "returned"})

    async def _phase(self, phase: str) -> None:
        self._orders.put_nowait({"type": f"lifespan.{phase}"})
        answer = await self._answers.get()
        if self._error is not None:
            reason = f"{type(self._error).__name__}: {self._error}"
        elif answer["type"] in (f"lifespan.{phase}.complete", "returned"):
            return
        else:
            reason = answer.get("message") or f"the app answered {answer['type']!r}"
        raise LifespanFailed(f"the app's {phase} failed: {reason}") from self._error
