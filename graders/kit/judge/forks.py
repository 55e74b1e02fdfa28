"""Children forked by a fork server, which has imported all they need (Linux)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator

from graders.kit.judge.child import (
    PACKAGE,
    Child,
    ForkServerDied,
    connected,
    done_before_it_stalls,
    environment,
    kill_group,
    to_its_end,
)
from graders.kit.shared import messages
from graders.kit.shared.codec import Malformed
from graders.kit.shared.faults import JudgeFault, fault
from graders.kit.shared.messages import Boot, Exited, Job, Kill, ToForkServer

MOST_BIRTHS = 3
"""How often a fork server is started before it is given up, when none has ever forked a child."""

PATIENCE = 5.0
"""Seconds that a fork server may sleep in a row, with a child of its own to be ended."""


class Forks:
    """Make it early: the fork server imports while the judge does. One that has died is replaced
    by a fresh one with the next job."""

    def __init__(self, boot: Boot) -> None:
        self._boot = boot
        self._births = 0
        self._process: subprocess.Popen[bytes] | None = None
        # A fault here is reported with the first job.
        with contextlib.suppress(OSError):
            self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed in `close`)
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "graders.kit.child.forkserver"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=self._said,
                    cwd=PACKAGE,
                    env=environment(),
                    start_new_session=True,
                )
            self._births += 1
            self._control = ours
        except OSError:
            ours.close()
            raise
        # One that has died already is found out with the next job.
        with contextlib.suppress(BrokenPipeError, ConnectionError):
            ours.send(messages.encode(self._boot))

    @contextlib.asynccontextmanager
    async def launch(self, job: Job) -> AsyncIterator[Child]:
        try:
            child = await self._launched(job)
        except OSError as error:
            raise fault("a process for the submission cannot be started", error) from error
        try:
            yield child
        except ForkServerDied:
            self._abandon(child.parent)
            raise
        finally:
            if child.started is not None:
                self._births = 0  # it is able to
            await to_its_end(self._end(child))

    async def _launched(self, job: Job) -> Child:
        if self._process is None or self._process.poll() is not None:
            if self._births >= MOST_BIRTHS:
                raise JudgeFault(
                    f"the process that runs submissions does not start: {self._stderr_tail()}"
                )
            self.close()
            self._start()
        assert self._process
        self._process.send_signal(signal.SIGCONT)
        with contextlib.ExitStack() as opened:
            ours, theirs = map(opened.enter_context, socket.socketpair())
            output, printing = map(opened.enter_context, socket.socketpair())
            self._send(job, theirs, printing)
            theirs.close()
            printing.close()
            reader, writer = await connected(ours)
            opened.pop_all()
        child = Child(reader, writer, output, self._kill)
        child.parent = self._process.pid
        return child

    def _send(self, message: ToForkServer, *ends: socket.socket) -> None:
        try:
            data = messages.encode(message)
            socket.send_fds(self._control, [data], [end.fileno() for end in ends])
        except (BrokenPipeError, ConnectionError):
            raise ForkServerDied from None

    def _kill(self, child: Child) -> None:
        if child.pid is None:
            return
        if self._process is None or self._process.poll() is not None:
            kill_group(child.pid)
            return
        with contextlib.suppress(OSError, ForkServerDied):
            self._send(Kill(child.pid))

    async def _end(self, child: Child) -> None:
        """Kills the child's whole group, and waits until the fork server has seen it end."""
        self._kill(child)
        process = self._process
        if child.pid is None:
            await child.close()
            return
        if process is not None and process.poll() is None:
            # A submission may have stopped it. Nobody else has a reason to.
            process.send_signal(signal.SIGCONT)
            ended = asyncio.ensure_future(_until_exit(child))
            if not await done_before_it_stalls(ended, process.pid, PATIENCE):
                ended.cancel()
                process.kill()
                kill_group(child.pid)
        await child.close()

    def _abandon(self, pid: int | None) -> None:
        """Ends a fork server that does not answer, unless there is another one by now."""
        if self._process is not None and self._process.pid == pid:
            self._process.kill()
            self._process.wait()

    def _stderr_tail(self) -> str:
        """The last line it wrote: why it does not start, perhaps."""
        size = os.fstat(self._said.fileno()).st_size
        tail = os.pread(self._said.fileno(), 2000, max(0, size - 2000))
        return tail.decode(errors="replace").strip().rpartition("\n")[2] or "it says nothing"

    def isolated(self) -> Forks:
        return Forks(self._boot)

    def close(self) -> None:
        if self._process is None:
            return
        self._control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._abandon(self._process.pid)
        self._said.close()
        self._process = None


async def _until_exit(child: Child) -> None:
    with contextlib.suppress(Malformed):
        async for message in child.messages():
            if isinstance(message, Exited):
                return
