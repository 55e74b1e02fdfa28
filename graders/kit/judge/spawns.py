"""Children started afresh, on any platform: slower, and the same record."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator

from graders.kit.judge.child import (
    LONGEST_LINE,
    PACKAGE,
    Child,
    environment,
    kill_group,
    to_its_end,
)
from graders.kit.shared import messages
from graders.kit.shared.faults import fault
from graders.kit.shared.messages import Job


class Spawns:
    """Starts a process for each job. Nothing is kept between jobs."""

    @contextlib.asynccontextmanager
    async def launch(self, job: Job) -> AsyncIterator[Child]:
        try:
            output, printing = socket.socketpair()
            try:
                with printing:
                    process = await _started(printing)
            except OSError:
                output.close()
                raise
        except OSError as error:
            raise fault("a process for the submission cannot be started", error) from error
        assert process.stdin
        assert process.stdout
        child = Child(process.stdout, process.stdin, output, lambda _: kill_group(process.pid))
        child.pid, child.status = process.pid, process.wait
        process.stdin.write(messages.encode(job))
        try:
            yield child
        finally:
            # Also if it has ended by itself: what it started may go on. Its number is not given to
            # another group while anything in this one lives, nor soon after.
            kill_group(process.pid)
            await to_its_end(process.wait())
            await to_its_end(child.close())

    def isolated(self) -> Spawns:
        return self

    def close(self) -> None:
        """Nothing is kept between jobs."""


async def _started(printing: socket.socket) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "graders.kit.child.spawned"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=printing.fileno(),
        cwd=PACKAGE,
        env=environment(),
        start_new_session=True,
        limit=LONGEST_LINE,
    )
