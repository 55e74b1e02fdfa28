"""The loop watch: finds what blocks an event loop, on which line and for how long.

Two signals. *Interception*: known blocking calls (`blocking_calls.TABLE`) made on
the thread of a running loop are noted with the watched line behind them, and run as
usual. *Accounting*: a step of the loop that burns more processor time than
`cpu_limit` is noted with the line it was burnt on (`Sampler`). A third signal would
be one more room that reads the `Steps` and adds to the `Notes`.

A call is seen because it is made, and processor time is the thread's own: no verdict
rests on wall time, but for a contended lock, queue or future, which gets a tenth of
a real second to come free. Durations come from `time.monotonic` as it is at the
moment of the call, so on a virtual clock a `time.sleep(1)` lasts exactly 1.0.

What is not blocking, and why:
- first imports inside a handler, and the reads of importlib, linecache, traceback
  and warnings: once in a process's life, and nobody's design;
- log lines and prints: every program writes them, none waits for them;
- `os.stat`, `Path.exists`, removing, renaming: one system call that the cache answers
  (opening, reading, writing and listing are reported, however small: the
  same line meets a slow disk one day);
- files that libraries open for themselves: certificates, templates, `~/.pgpass`;
- the null device, and other things that are no files on a disk;
- free locks, set events, filled queues, finished futures, and waits that end by
  themselves within a tenth of a second: contention is not blocking;
- `time.sleep(0)`, numeric addresses, datagrams: nothing is waited for;
- starting a thread, a pool or a process, and shutting down a pool whose work is done;
- what asyncio, anyio, Starlette, httpx and asyncpg do for themselves;
- processor time of imports, garbage collection, certificates, and building routes,
  models and clients: `steps.SET_UP`.

Enter the watch on the main thread, before the watched code is imported, or names bound by
`from time import sleep` and locks made at import stay unseen, and outside
the loop, or the step it is entered in is not accounted for.
"""

from __future__ import annotations

import asyncio
import inspect
from types import TracebackType
from typing import Any

from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Line, Source
from graders.kit.instruments.watch.blame import Blame, defined
from graders.kit.instruments.watch.interception import Interception
from graders.kit.instruments.watch.notes import Note, Notes
from graders.kit.instruments.watch.sampler import Sampler
from graders.kit.instruments.watch.stand_ins import StandIns
from graders.kit.instruments.watch.steps import Step, Steps
from graders.kit.record import Finding


class Watch:
    """A context manager that notes what blocks any event loop while it is entered.

    `cpu_limit` is in seconds of the thread's own processor time, for one step
    of the loop. Raises nothing of its own; every replaced name is put back on exit.
    """

    def __init__(self, source: Source, *, cpu_limit: float = 0.1) -> None:
        self._source = source
        self._limit = cpu_limit
        self._notes = Notes()
        self._replacements = Replacements()
        self._steps = Steps(cpu_limit, self._judge)
        self._sampler = Sampler(source, self._steps)
        self._interception = Interception(Blame(source), self._notes, self._steps)

    @property
    def findings(self) -> list[Finding]:
        """What was found so far, in order; `seconds` is None for a call still under way."""
        return self._notes.findings()

    def __enter__(self) -> Watch:
        with self._replacements.undone_on_error():
            self._steps.install(self._replacements)
            self._interception.install(self._replacements)
            StandIns(self._interception).install(self._replacements)
            self._sampler.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._sampler.stop()
        self._replacements.undo()

    def _judge(self, step: Step, seconds: float) -> None:
        line = self._busiest(step)
        if line is not None:
            self._notes.keep(Note("cpu", line.function, line, seconds))

    def _busiest(self, step: Step) -> Line | None:
        """The watched line that burnt most; None where others burnt it."""
        watched = {line: spent for line, spent in step.samples.items() if line is not None}
        if sum(watched.values()) > self._limit / 2 * 1e9:
            return max(watched, key=lambda line: watched[line])
        return None if step.samples else self._boundary(step)

    def _boundary(self, step: Step) -> Line | None:
        """Where the step's task stands, or what its callback is: for a step nobody sampled."""
        callback: Any = inspect.unwrap(step.handle._callback)  # type: ignore[attr-defined]
        task = getattr(callback, "__self__", None)
        if isinstance(task, asyncio.Task):
            waiting = self._source.task(task)
            if waiting is not None:
                return waiting
            callback = task.get_coro()
        code = getattr(callback, "cr_code", None) or getattr(callback, "__code__", None)
        if code is None or not self._source.owns(code.co_filename):
            return None
        return defined(self._source, code)
