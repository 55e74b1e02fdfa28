"""Children, as the judge sees them: a line to each, its output, and a way to end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol

LONGEST_LINE = 8 * 1024**2
"""Bytes of one message from a child: a record. A longer one is not read."""

PACKAGE = Path(__file__).parents[3]
"""Where `graders` is imported from: children are started there, and find it."""

MOST_OUTPUT = 1024**2
"""Bytes a submission may print in one scenario."""


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
        self.started: float | None = None
        """When it told its process id."""
        self.output = bytearray()
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


class Forks:
    """Forks children from a warm parent (Linux). Start it early: it imports while the judge does."""

    def __init__(self, modules: list[str], graders: list[str]) -> None:
        self._boot: dict[str, Any] = {"modules": modules, "graders": graders}
        self._said = tempfile.TemporaryFile()
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "graders.kit.stage.host"],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                cwd=PACKAGE,
                env=environment(),
                start_new_session=True,
            )
        self._control = ours
        ours.send(json.dumps(self._boot).encode())

    @contextlib.asynccontextmanager
    async def launch(self, job: dict[str, Any]) -> AsyncIterator[Child]:
        ours, theirs = socket.socketpair()
        output, printing = socket.socketpair()
        with theirs, printing:
            self._send(job, theirs, printing)
        reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST_LINE)
        output_reader, output_writer = await asyncio.open_connection(sock=output)
        child = Child(reader, writer, self._kill)
        listening = asyncio.ensure_future(child.listen(output_reader))
        try:
            yield child
        finally:
            await self._end(child, listening)
            output_writer.close()

    def _send(self, job: dict[str, Any], *ends: socket.socket) -> None:
        if self._process.poll() is not None:
            self._control.close()
            self._start()
        try:
            data = json.dumps(job).encode()
            socket.send_fds(self._control, [data], [end.fileno() for end in ends])
        except OSError:
            raise Died from None

    def _kill(self, child: Child) -> None:
        if child.pid is None:
            return
        if self._process.poll() is not None:
            _kill_group(child.pid)
            return
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"kill": child.pid}).encode())

    async def _end(self, child: Child, listening: asyncio.Future[None]) -> None:
        """Kills the child's whole group, and waits until its parent has seen it end."""
        self._kill(child)
        if child.pid is not None and self._process.poll() is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(5):
                    async for message in child.messages():
                        if "exit" in message:
                            break
        # What was printed before the end has arrived; a stray that escaped may hold the line.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await listening
        listening.cancel()
        child.hang_up()

    def last_words(self) -> str:
        self._said.seek(0)
        return self._said.read()[-2000:].decode(errors="replace").strip().rpartition("\n")[2]

    def alone(self) -> Forks:
        return Forks(**self._boot)

    def close(self) -> None:
        self._control.close()
        self._process.wait(10)
        self._said.close()


class Spawns:
    """Starts each child afresh (any platform): slower, and the same record."""

    @contextlib.asynccontextmanager
    async def launch(self, job: dict[str, Any]) -> AsyncIterator[Child]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "graders.kit.stage.once"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PACKAGE,
            env=environment(),
            start_new_session=True,
            limit=LONGEST_LINE,
        )
        assert process.stdin and process.stdout and process.stderr
        child = Child(process.stdout, process.stdin, lambda child: _kill_group(process.pid))
        child.pid = process.pid
        listening = asyncio.ensure_future(child.listen(process.stderr))
        await child.answer(job)
        try:
            yield child
        finally:
            if process.returncode is None:
                _kill_group(process.pid)
            await process.wait()
            listening.cancel()
            child.hang_up()

    def last_words(self) -> str:
        return ""

    def alone(self) -> Spawns:
        return self

    def close(self) -> None:
        """Nothing is kept between jobs."""


def _kill_group(pid: int) -> None:
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
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }


def launcher(modules: list[str], graders: list[str]) -> Launcher:
    """Forks where that is sound, else spawns; `KATA_START=spawn` chooses."""
    if sys.platform == "linux" and os.environ.get("KATA_START") != "spawn":
        return Forks(modules, graders)
    return Spawns()
