"""A child, as the judge sees it: a line to it, its output, and a way to end it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

from graders.kit.shared import messages
from graders.kit.shared.codec import Malformed
from graders.kit.shared.messages import Exited, FromChild, Job, ToChild
from graders.kit.shared.progress import IdleTime

LONGEST_LINE = 2 * messages.LONGEST
"""Bytes of one line from a child; of a longer one nothing is read."""

MOST_OUTPUT = 1024**2
"""Bytes a submission may print in one scenario."""

LOOK = 1.0
"""Real seconds between two looks at whether a process that is waited for makes progress."""

PACKAGE = Path(__file__).parents[3]
"""Where `graders` is imported from: children are started there, and find it."""

T = TypeVar("T")


class ForkServerDied(Exception):
    """The fork server has ended, or does not answer, and the child is lost with it."""


class Line(asyncio.StreamReader):
    """Reads from a socket all that was said before the other end hung up, however it did.

    A plain reader forgets what has arrived and was not read yet, when the connection is reset: as
    it is where an answer finds nobody.
    """

    def set_exception(self, exc: Exception) -> None:
        if isinstance(exc, ConnectionError):
            self.feed_eof()
        else:
            super().set_exception(exc)


async def connected(ours: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line to a child, over our end of it."""
    loop = asyncio.get_running_loop()
    reader = Line(limit=LONGEST_LINE, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, sock=ours)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


class Child:
    """One scenario under way. `messages` ends when the child has ended or hung up."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        output: socket.socket,
        kill: Callable[[Child], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._output = output
        self._kill = kill
        self._listening = asyncio.ensure_future(self._listen())
        self.pid: int | None = None
        self.parent: int | None = None
        """The process that forks it, until it says `Hello`; None where the judge itself does."""
        self.status: Callable[[], Awaitable[int]] | None = None
        """How it ended, where the judge itself is its parent; else its parent sends that."""
        self.started: float | None = None
        """When it said `Hello`, in seconds of `time.perf_counter`."""
        self.output = bytearray()
        self.flooded = False
        """Did it print more than `MOST_OUTPUT`?"""

    async def messages(self) -> AsyncIterator[FromChild]:
        """Each message of the child or its parent; raises `Malformed` for what is none."""
        while True:
            try:
                line = await self._reader.readline()
            except ConnectionError:
                return
            except ValueError:
                raise Malformed("a message without end") from None
            if line:
                yield messages.from_child(line)
                continue
            if self.status is not None:
                yield Exited(await self.status())
            return

    async def answer(self, message: ToChild) -> None:
        self._writer.write(messages.encode(message))
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def _listen(self) -> None:
        """Keeps what the child prints, up to a limit."""
        loop = asyncio.get_running_loop()
        self._output.setblocking(False)
        with contextlib.suppress(OSError):
            while not self.flooded and (chunk := await loop.sock_recv(self._output, 65536)):
                self._keep(chunk)

    def _keep(self, chunk: bytes) -> None:
        self.output += chunk
        if len(self.output) > MOST_OUTPUT and not self.flooded:
            self.flooded = True
            self._kill(self)

    async def close(self) -> None:
        """Call it when the child has ended: takes what it printed last, and hangs up."""
        self._listening.cancel()
        await asyncio.wait([self._listening])
        # All of it has arrived. The end of it may not come: what a child started may hold the
        # other end, for as long as that lives.
        with contextlib.suppress(OSError):
            while not self.flooded and (chunk := self._output.recv(65536)):
                self._keep(chunk)
        self._output.close()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


class Launcher(Protocol):
    """A way to run jobs in children."""

    def launch(self, job: Job) -> contextlib.AbstractAsyncContextManager[Child]:
        """A child that does the job; it and all it started are gone when the context ends.

        Raises `ForkServerDied`, and `JudgeFault` where no child can be started at all.
        """

    def isolated(self) -> Launcher:
        """Another such launcher, which shares nothing with this one."""

    def close(self) -> None: ...


async def done_before_it_stalls(work: asyncio.Future[T], process: int, limit: float) -> bool:
    """Waits for `work`: is it done before `process` has slept for `limit` seconds in a row?

    This is no stopwatch: on a busy machine a process may need long for little work, and a judge
    that was stopped itself has not waited.
    """
    idle: IdleTime | None = None
    while not (await asyncio.wait([work], timeout=LOOK))[0]:
        if idle is None:  # not before there is something to wait for: a look takes a millisecond
            idle = IdleTime(process, LOOK)
        elif idle.look() >= limit:
            return False
    return True


async def to_its_end(work: Awaitable[T]) -> T:
    """Awaits `work`, however often it is cancelled meanwhile; is cancelled then, if it was.

    For the end of a child: whoever is cancelled a second time, while it clears up after the first,
    would leave descriptors and processes.
    """
    task, cancelled = asyncio.ensure_future(work), False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    return task.result()


def kill_group(pid: int) -> None:
    """Kills a child and all that is still in its process group (its own: it leads a session)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def environment() -> dict[str, str]:
    """What a child sees of the environment: no secrets, no settings of other tools."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "TZ")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }
