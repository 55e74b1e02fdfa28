"""The ledger: everything the watched code started, and what of it was never ended.

Tasks, threads and pools, processes, httpx clients, asyncpg connections and pools,
coroutines that were never awaited, exceptions that nobody retrieved. Only weak
references are held: a forgotten task can still be collected, and is then
known by what asyncio says about it.

Not held against anybody: asyncio's default executor and anyio's worker threads, what
a library keeps running for a client or a pool that has an entry of its own, an
exception that the watched code's own loop handler is told of, and whatever ends by
itself once the loop, threads and processes get a moment to finish.
"""

from __future__ import annotations

import _thread
import asyncio
import gc
from types import TracebackType

from graders.kit.instruments.ledger.books import enter_processes, enter_tasks, enter_threads
from graders.kit.instruments.ledger.entries import Entries
from graders.kit.instruments.ledger.services import enter_clients, enter_connections
from graders.kit.instruments.ledger.unseen import enter_coroutines, enter_exceptions
from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Source
from graders.kit.shared.record import Finding

TURNS = 10
"""Turns of the loop in which what was just finished may settle."""

PATIENCE = 100
"""Hundredths of a second, real ones, for threads and processes to end: only a leak uses them up."""

BOOKS = (
    enter_tasks,
    enter_threads,
    enter_processes,
    enter_clients,
    enter_connections,
    enter_coroutines,
    enter_exceptions,
)


class Ledger:
    """A context manager that enters what watched code starts; `close` tells what is still open.

    Raises nothing of its own; every replaced name is put back on exit.
    """

    def __init__(self, source: Source) -> None:
        self._entries = Entries(source)
        self._replacements = Replacements()

    @property
    def findings(self) -> list[Finding]:
        """What is open now, then what was lost; waits for nothing to settle."""
        return self._entries.findings()

    def __enter__(self) -> Ledger:
        with self._replacements.undone_on_error():
            for enter in BOOKS:
                enter(self._entries, self._replacements)
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._replacements.undo()

    async def close(self) -> list[Finding]:
        """What is still open. Call it in the loop, when the program should have ended everything.

        Gives the loop a few turns, collects garbage once, and waits up to a
        second of real time for threads and processes that are about to end.
        """
        # Whoever closes the books is at work, of course.
        self._entries.forget(asyncio.current_task())
        await _turns()
        gc.collect()
        await _turns()
        await self._patience()
        return self.findings

    async def _patience(self) -> None:
        pause = _thread.allocate_lock()
        pause.acquire()
        for _ in range(PATIENCE):
            if not any(entry.kind.may_end for entry in self._entries.open()):
                return
            await asyncio.sleep(0)
            pause.acquire(timeout=0.01)


async def _turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
