"""A child, as the judge sees it: a line to it, its output, and a way to end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from graders.kit.shared.record import Finding

LONGEST_LINE = 8 * 1024**2
"""Bytes of one message from a child: a record. A longer one is not read."""

MOST_OUTPUT = 1024**2
"""Bytes a submission may print in one scenario."""

PACKAGE = Path(__file__).parents[3]
"""Where `graders` is imported from: children are started there, and find it."""


class Died(Exception):
    """The warm parent is gone, and the child with it."""


class Broken(Exception):
    """No child can be started at all: nothing is known of the submission."""


class Child:
    """One scenario under way. `messages` ends when the child has ended or hung up."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        kill: Callable[[Child], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._kill = kill
        self.pid: int | None = None
        self.status: Callable[[], Awaitable[int]] | None = None
        """How it ended, where the judge itself is its parent; else its parent sends that."""
        self.started: float | None = None
        """When it told its process id."""
        self.output = bytearray()
        self.seen: Finding | None = None
        """What the witness holds against it."""
        self.flooded = False
        self.garbled = False
        """Something that is not a message came down the line."""

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """Each line the child or its parent sends, as JSON; a line that is not ends the talk."""
        while True:
            try:
                line = await self._reader.readline()
                message = json.loads(line.decode()) if line else None
            except ConnectionError:
                return
            except (ValueError, RecursionError):
                message = ""  # too long, not UTF-8, not JSON, nested without end
            if message is None:
                if self.status is not None:
                    yield {"exit": await self.status()}
                return
            if not isinstance(message, dict):
                self.garbled = True
                return
            yield message

    async def answer(self, message: dict[str, Any]) -> None:
        self._writer.write(json.dumps(message).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def listen(self, output: asyncio.StreamReader) -> None:
        """Keeps what the child prints, up to a limit."""
        while chunk := await output.read(65536):
            self.output += chunk
            if len(self.output) > MOST_OUTPUT:
                self.flooded = True
                self._kill(self)
                return

    def hang_up(self) -> None:
        self._writer.close()


class Launcher(Protocol):
    """A way to run jobs in children."""

    def launch(self, job: dict[str, Any]) -> contextlib.AbstractAsyncContextManager[Child]:
        """A child that does the job; it and all it started are gone when the context ends."""

    def last_words(self) -> str:
        """What the process that starts children said last: why it does not, perhaps."""

    def alone(self) -> Launcher:
        """Another such launcher, which shares nothing with this one."""

    def close(self) -> None: ...


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
