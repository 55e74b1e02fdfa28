"""The ledger: everything the watched code started, and what of it was never ended.

It tracks tasks, threads and pools, processes, httpx clients, asyncpg connections and pools,
coroutines that were never awaited, and exceptions that nobody retrieved. It holds only weak
references: a forgotten task can still be collected, and asyncio's own message about it is
then what is reported.

Not reported: asyncio's default executor and anyio's worker threads, what a library keeps
running for a client or pool that has an entry of its own, an exception that the watched
code's own loop handler receives, and whatever ends by itself once the loop, threads and
processes get a little time to finish.
"""

from __future__ import annotations

import _thread
import asyncio
import gc
from types import TracebackType

from graders.kit.instruments.ledger.lost import track_coroutines, track_exceptions
from graders.kit.instruments.ledger.processes import track_processes
from graders.kit.instruments.ledger.tasks import track_tasks
from graders.kit.instruments.ledger.threads import track_threads
from graders.kit.instruments.libraries.asyncpg import track_connections
from graders.kit.instruments.libraries.httpx import track_clients
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.source import Source
from graders.kit.instruments.tracking import Entries, Tracker
from graders.kit.shared.record import Finding

ITERATIONS = 10
"""Loop iterations in which what has just been finished may settle."""

WAITS = 100
"""Real hundredths of a second for threads and processes to end: only a leak uses them up."""

TRACKERS: tuple[Tracker, ...] = (
    track_tasks,
    track_threads,
    track_processes,
    track_clients,
    track_connections,
    track_coroutines,
    track_exceptions,
)


class Ledger:
    """A context manager that tracks what watched code starts; `close` gives what is still open.

    Raises nothing of its own; every patched name is put back on exit.
    """

    def __init__(self, source: Source) -> None:
        self._entries = Entries(source)
        self._patches = Patches()

    @property
    def findings(self) -> list[Finding]:
        """What is open right now, then what was lost. Does not wait for anything to finish."""
        return self._entries.findings()

    def __enter__(self) -> Ledger:
        with self._patches.undone_on_error():
            for track in TRACKERS:
                track(self._entries, self._patches)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._patches.undo()

    async def close(self) -> list[Finding]:
        """What is still open. Call it in the loop, when the program should have ended everything.

        Gives the loop a few iterations, collects garbage once, and waits for at most a
        second of real time until threads and processes have ended.
        """
        # The task that calls this is not done, of course.
        self._entries.forget(asyncio.current_task())
        await _iterations()
        gc.collect()
        await _iterations()
        await self._wait_for_ends()
        return self.findings

    async def _wait_for_ends(self) -> None:
        pause = _thread.allocate_lock()
        pause.acquire()
        for _ in range(WAITS):
            if not any(entry.kind.may_end for entry in self._entries.open()):
                return
            await asyncio.sleep(0)
            pause.acquire(timeout=0.01)


async def _iterations() -> None:
    for _ in range(ITERATIONS):
        await asyncio.sleep(0)
