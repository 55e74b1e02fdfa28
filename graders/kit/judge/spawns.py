"""Children started afresh, on any platform."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

from graders.kit.judge.child import LONGEST_LINE, PACKAGE, Child, environment, kill_group


class Spawns:
    """Starts each child afresh (any platform): slower, and the same record."""

    @contextlib.asynccontextmanager
    async def launch(self, job: dict[str, Any]) -> AsyncIterator[Child]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "graders.kit.child.spawned"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PACKAGE,
            env=environment(),
            start_new_session=True,
            limit=LONGEST_LINE,
        )
        assert process.stdin
        assert process.stdout
        assert process.stderr
        child = Child(process.stdout, process.stdin, lambda _: kill_group(process.pid))
        child.pid, child.status = process.pid, process.wait
        listening = asyncio.ensure_future(child.listen(process.stderr))
        await child.answer(job)
        try:
            yield child
        finally:
            if process.returncode is None:
                kill_group(process.pid)
            await process.wait()
            listening.cancel()
            child.hang_up()

    def last_words(self) -> str:
        return ""

    def alone(self) -> Spawns:
        return self

    def close(self) -> None:
        """Nothing is kept between jobs."""
