"""A real uvicorn in the running loop, on a port of its own.

It is needed where a socket matters (streams, disconnects, draining); for everything else
`asgi.Asgi` is quicker and records more.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from graders.kit.instruments import handover
from graders.kit.instruments.http.lifespan import App, Lifespan, Message, Now, Receive, Send
from graders.kit.shared.http import Answer
from graders.kit.shared.record import moment

LOGS = ("uvicorn.error", "uvicorn.access", "uvicorn.asgi")


class Running:
    """A server that runs on `url`. Times are seconds since the scenario began."""

    def __init__(self, app: App, now: Now, grace: int) -> None:
        self._lifespan = Lifespan(app)
        self._app = app
        self._now = now
        self._accepting = asyncio.get_running_loop().create_future()
        config = uvicorn.Config(
            self._serve,
            http="h11",
            interface="asgi3",
            lifespan="off",  # `Lifespan` says why an app could not start; uvicorn only logs it.
            log_config=None,
            timeout_graceful_shutdown=grace,
        )
        self._uvicorn = _Uvicorn(config, self._accepting)
        self.url = ""
        self.started_at: float | None = None
        """It accepted connections."""
        self.stopping_at: float | None = None
        self.stopped_at: float | None = None
        """It had stopped: requests over, the app's shutdown included."""
        self.errors: list[Exception] = []
        """What escaped the app while it served: uvicorn would only have logged it."""

    async def start(self) -> None:
        """Return once it accepts connections. Raises `LifespanFailed` with the app's reason."""
        self._task = asyncio.create_task(self._run(), name="server")
        try:
            await asyncio.wait([self._task, self._accepting], return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            self._task.cancel()
            raise
        if self._task.done():
            await self._task
        self.started_at = moment(self._now())

    async def get(self, path: str) -> Answer:
        """One GET over a connection of its own."""
        host, port = self.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        # HTTP/1.0: the answer comes in one piece, and the end of the connection is its end.
        writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        head, _, body = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        return Answer(int(head.split()[1]), body)

    async def stop(self) -> None:
        """Ask it to stop, as SIGTERM would, and wait until it has."""
        if self.stopping_at is None:
            self.stopping_at = moment(self._now())
        self._uvicorn.should_exit = True
        await asyncio.shield(self._task)

    def hurry(self) -> None:
        """Let a stop cancel open requests at once."""
        self._uvicorn.config.timeout_graceful_shutdown = 0

    async def _run(self) -> None:
        with _silenced(), socket.create_server(("127.0.0.1", 0)) as listener:
            async with self._lifespan:
                self.url = "http://{}:{}".format(*listener.getsockname())
                await self._uvicorn.serve([listener])
        self.stopped_at = moment(self._now())

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        scope["state"] = self._lifespan.state.copy()
        try:
            await handover.serve(self._app, scope, receive, send)
        except Exception as error:
            self.errors.append(error)
            raise


class Server:
    """`async with server(app) as running`: a uvicorn on a loopback port of its own.

    `now` gives seconds since the scenario began. It stops at the end, or at
    `await running.stop()`: gracefully, which gives open requests `grace` seconds.
    Raises `LifespanFailed` with the app's reason.
    """

    def __init__(self, now: Now) -> None:
        self._now = now

    @asynccontextmanager
    async def __call__(self, app: App, *, grace: int = 10) -> AsyncIterator[Running]:
        running = Running(app, self._now, grace)
        await running.start()
        try:
            yield running
        except BaseException:
            running.hurry()
            raise
        finally:
            await running.stop()


class _Uvicorn(uvicorn.Server):
    """uvicorn that leaves the process's signals alone, and reports when it accepts connections."""

    def __init__(self, config: uvicorn.Config, accepting: asyncio.Future[None]) -> None:
        super().__init__(config)
        self._accepting = accepting

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._accepting.set_result(None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _silenced() -> Iterator[None]:
    """uvicorn's loggers are silent meanwhile."""
    loggers = [logging.getLogger(name) for name in LOGS]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
