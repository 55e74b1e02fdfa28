"""The loop watch: finds what blocks an event loop, on which line and for how long.

Three signals, and a verdict from each alone:

- *interception*: known blocking calls (`blocking_calls.TABLE`) made on the thread of a
  running loop are noted with the watched line behind them, and run as usual;
- *accounting*: a step of the loop that burns more processor time than `work` is noted
  with the line it was burnt on (`Sampler`);
- *the lookout*: a step in which the thread sleeps is noted with the line and the
  expression it sleeps in (`Lookout`): unknown drivers, code in C, names bound earlier.

No verdict rests on wall time. A known call is seen because it is made; processor time is
the thread's own, and its limit is work, measured in turns of an empty loop; sleep is
what the kernel says, or where it does not, a standstill of the whole process.
Durations of known calls come from `time.monotonic` as it is at the moment of the call,
so on a virtual clock a `time.sleep(1)` lasts exactly 1.0.

What is no finding but a note, and why (`grey`): little work that memory answers, while the
same line with more of it is blocking.
- reading, writing, copying, opening less than 64 KiB, or fewer than sixteen files, listing or
  removing small folders, in one step by one line;
- looking up this machine's own names; sockets that have what is wanted, or room for it;
  rows of a query that is done; databases in memory.

What is neither, and why:
- first imports inside a handler, whatever they do, and the reads of importlib, linecache, traceback
  and warnings: once in a process's life, and nobody's design;
- log lines and prints: every program writes them, none waits for them;
- `os.stat`, `Path.exists`, removing, renaming: one system call that the cache answers;
- files that libraries open for themselves: certificates, templates, `~/.pgpass`;
- the null device, and other things that are no files on a disk;
- free locks, set events, filled queues and pipes, finished futures, and waits that end by
  themselves in a moment (`Patience`): contention is not blocking;
- `time.sleep(0)`, numeric addresses, datagrams: nothing is waited for;
- starting a thread, a pool or a process, and shutting down a pool whose work is done;
- what asyncio, anyio, Starlette, httpx and asyncpg do for themselves;
- processor time of imports, garbage collection, certificates, and building routes,
  models and clients: `steps.SET_UP`.
Whatever it is, it is found by the lookout if the thread does sleep in it.

What it misses: computing below the limit (`work`); sleep of unknown calls that is shorter than
30 ms in one step (60 ms without the kernel's word, and none beside a busy worker thread).
Before Python 3.12, the line of a long operator (`needle in haystack`, `{**a, **b}`) is that of
the next call, and may be its caller's (`checkpoints`); without timers of processor time
(Windows, a loop off the main thread) so may be that of any operation in C that is no call.

Enter the watch before the watched code is imported, or the table cannot stand in for names
bound by `from time import sleep` and locks made at import; and outside the
loop, or the step it is entered in is not accounted for.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from threading import get_ident
from types import TracebackType
from typing import Any

from graders.kit.instruments.replacements import Replacements
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import yardstick
from graders.kit.instruments.watch.blame import Blame
from graders.kit.instruments.watch.checkpoints import Checkpoints
from graders.kit.instruments.watch.interception import Interception
from graders.kit.instruments.watch.lookout import Lookout
from graders.kit.instruments.watch.notes import Notes
from graders.kit.instruments.watch.patience import Patience
from graders.kit.instruments.watch.sampler import Sampler
from graders.kit.instruments.watch.stand_ins import StandIns
from graders.kit.instruments.watch.step import Step
from graders.kit.instruments.watch.steps import Steps
from graders.kit.shared.record import Finding, Line

WORK = 3_000_000
"""Turns of an empty loop (`yardstick`) that one step may compute: on a common machine, 50 ms."""


class Watch:
    """A context manager that notes what blocks any event loop while it is entered.

    `work` limits the processor time of one step of the loop, in turns of an empty
    loop. `portable` leaves out what only Linux can tell: the kernel's word on threads.
    Raises nothing of its own; every replaced name is put back on exit.
    """

    def __init__(self, source: Source, *, work: int = WORK, portable: bool = False) -> None:
        self.limit = yardstick.seconds(work)
        """The limit, as seconds of processor time on this machine."""
        self._source = source
        self._work = work
        self._notes = Notes()
        self._replacements = Replacements()
        self._steps = Steps(self.limit, self._judge)
        blame = Blame(source)
        self._checkpoints = Checkpoints(source, self._steps)
        self._sampler = Sampler(source, self._checkpoints, self._steps)
        self._interception = Interception(
            blame, self._notes, self._steps, Patience(portable=portable)
        )
        self._lookout = Lookout(
            source,
            blame,
            self._checkpoints,
            self._steps,
            self._notes.asleep,
            portable=portable,
        )
        self._displaced: list[str] = []

    @property
    def findings(self) -> list[Finding]:
        """What blocked so far, in order; `seconds` is None for a call still under way."""
        return self._notes.findings("blocking")

    @property
    def notes(self) -> list[Finding]:
        """What was too small to be called blocking: worth a look, and no more."""
        return self._notes.findings("note")

    @property
    def spent(self) -> float:
        """Seconds of processor time that all loops burnt, whatever was excused."""
        return self._steps.spent / 1e9

    @property
    def unmeasured(self) -> list[str]:
        """Why nothing can be said, if nothing can: no findings do not mean "clean" then."""
        reasons = []
        if self._steps.begun == 0:
            reasons.append("no step of an asyncio event loop was seen")
        displaced = self._displaced or self._replacements.displaced()
        reasons += [f"`{name}` was replaced under the watch" for name in displaced]
        return reasons

    @property
    def outcome(self) -> str:
        """`blocking`, `clean`, or `not measured`."""
        if self.findings:
            return "blocking"
        return "not measured" if self.unmeasured else "clean"

    def __enter__(self) -> Watch:
        with self._replacements.undone_on_error():
            self._steps.install(self._replacements)
            self._interception.install(self._replacements)
            StandIns(self._interception).install(self._replacements)
            self._replacements.replace(os, "fork", self._lookout.around_fork)
            self._sampler.start()
            self._checkpoints.install(self._replacements)
            self._lookout.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._lookout.stop()
        self._sampler.stop()
        self._displaced = self._replacements.displaced()
        self._replacements.undo()

    def _judge(self, step: Step, seconds: float) -> None:
        self._lookout.settle(get_ident())
        line = self._busiest(step)
        if line is not None:
            self._notes.burnt(step, line, seconds, yardstick.work(seconds, self._work))

    def _busiest(self, step: Step) -> Line | None:
        """The watched line that burnt most; None where others burnt it."""
        watched = {line: spent for line, spent in step.seen.samples.items() if line is not None}
        if sum(watched.values()) > self.limit / 2 * 1e9:
            return max(watched, key=lambda line: watched[line])
        return None if step.seen.samples else self._boundary(step)

    def _boundary(self, step: Step) -> Line | None:
        """Where the step's task stands, or what its callback is: for a step nobody sampled."""
        if step.handle is None:
            return None
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
        return self._source.defined(code)
