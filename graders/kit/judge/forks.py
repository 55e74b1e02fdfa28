"""Children forked from a warm parent, which has imported all they need."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from typing import Any

from graders.kit.judge.child import LONGEST_LINE, PACKAGE, Child, Died, environment, kill_group


class Forks:
    """Forks (Linux). Make it early: the parent imports while the judge does."""

    def __init__(self, modules: list[str], graders: list[str]) -> None:
        self._boot: dict[str, Any] = {"modules": modules, "graders": graders}
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
        self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "graders.kit.child.forkserver"],
                stdin=theirs.fileno(),
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
            kill_group(child.pid)
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
