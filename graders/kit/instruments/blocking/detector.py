"""The blocking detector: finds what blocks an event loop, on which line and for how long.

Three signals, each of which decides on its own:

- *calls*: known blocking calls (`calls.table`) on the thread of a running loop are intercepted,
  found with the watched line that made them, and run as usual;
- *cpu*: a step of the loop that burns more processor time than it may is found with the line on
  which it burned most of it;
- *sleep*: a step in which the thread sleeps is found with the line and the expression in which it
  sleeps. This finds what is in no table: unknown drivers, code in C, names bound earlier.

Nothing is decided by elapsed time. A known call is found because it is made. Processor time is that
of the thread, and its limit is an amount of work, measured in iterations of an empty loop. Sleep is
what the kernel says it was, or, where it says nothing, a standstill of the whole process. The
durations of known calls come from `time.monotonic` as it is at the time of the call, so that on a
virtual clock a `time.sleep(1)` takes exactly 1.0.

What is no finding but a minor one (`minor_findings`), because memory answers it at once; the same
line with more of it is blocking (`calls.cost`):
- reading, writing, copying or opening less than 64 KiB or fewer than sixteen files, listing or
  removing small folders, on one line in one step;
- looking up the names of this machine; sockets that have what is wanted, or room for it; rows of a
  query that is done; databases in memory; connecting to SQLite, and rolling back;
- steps that each compute less than the limit, but much of it together on one line.

What is neither, and why:
- first imports inside a handler, whatever they do, and the reads of importlib, linecache, traceback
  and warnings: they happen once in a process, and are nobody's design (a reload is none);
- log lines and prints to the standard output: every program writes them, and whoever is slow to
  read them is not its fault;
- `os.stat`, `Path.exists`, removing, renaming: one system call that the cache answers;
- files that libraries open for themselves: certificates, templates, `~/.pgpass`;
- the null device, and other things that are not files on a disk;
- free locks, set events, filled queues and pipes, finished futures, and waits that end by
  themselves after a very short time (`calls.contention`): contention is not blocking;
- `time.sleep(0)`, numeric addresses, datagrams: nothing is waited for;
- starting a thread, a pool or a process, and shutting down a pool whose work is done;
- what asyncio, anyio, Starlette, httpx and asyncpg do for themselves;
- processor time of imports, garbage collection, certificates, and building routes, models and
  clients (`cpu.accounting.SET_UP`). All of these are found by the third signal if the thread really
  sleeps in them.

What it misses: computing below the limit; sleep in unknown calls of less than 30 ms in one step (60
ms without the kernel's help, and then none beside a busy worker thread). Before Python 3.12, the
line of a long operator (`needle in haystack`, `{**a, **b}`) is that of the next call, perhaps in
its caller (`cpu.checkpoints`); without a timer of processor time (Windows, a loop off the main
thread) so may be the line of any operation in C that is not a call.

Enter the detector before the watched code is imported: names that were bound before (`from time
import sleep`), and locks, open files and SQLite connections that are older, are not intercepted,
and found only if the thread sleeps in them. And enter it outside the loop, or the step in which it
is entered is not counted.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from threading import get_ident
from types import TracebackType
from typing import Any

from graders.kit.instruments.blocking.attribution import Attribution
from graders.kit.instruments.blocking.calls.contention import Contention
from graders.kit.instruments.blocking.calls.interception import Interception
from graders.kit.instruments.blocking.calls.wrappers import Wrappers
from graders.kit.instruments.blocking.cpu import calibration
from graders.kit.instruments.blocking.cpu.accounting import Accounting
from graders.kit.instruments.blocking.cpu.checkpoints import Checkpoints
from graders.kit.instruments.blocking.cpu.sampler import Sampler
from graders.kit.instruments.blocking.findings import Findings
from graders.kit.instruments.blocking.sleep.watchdog import Watchdog
from graders.kit.instruments.blocking.steps import ActiveSteps, Step
from graders.kit.instruments.patching import Patches
from graders.kit.instruments.source import Source
from graders.kit.shared.record import Finding, Line

MAX_ITERATIONS = 3_000_000
"""Iterations of an empty loop that one step may compute: on an ordinary machine, 50 ms."""

BUSY_LIMITS = 4
"""So many times the limit of one step, burned on one line by steps within it, are worth a note."""


class BlockingDetector:
    """A context manager that finds what blocks any event loop while it is entered.

    `source` is the watched code, whose lines are reported. `max_iterations` limits the processor
    time of one step of the loop, in iterations of an empty loop. `portable` does without what only
    the kernel of Linux can tell. It raises no errors of its own, and every replaced name is put
    back when it is left.
    """

    def __init__(
        self, source: Source, *, max_iterations: int = MAX_ITERATIONS, portable: bool = False
    ) -> None:
        self.limit = calibration.seconds(max_iterations)
        """The limit of one step, in seconds of processor time on this machine."""
        self._source = source
        self._max_iterations = max_iterations
        self._findings = Findings()
        self._patches = Patches()
        self._installed = False
        self._displaced: list[str] = []
        steps = ActiveSteps()
        attribution = Attribution(source)
        self._interception = Interception(
            attribution, self._findings, steps, Contention(portable=portable)
        )
        self._accounting = Accounting(steps, self.limit, self._on_long_step, self._on_busy_step)
        self._checkpoints = Checkpoints(source, steps)
        self._sampler = Sampler(source, self._checkpoints, steps)
        self._watchdog = Watchdog(
            attribution, self._checkpoints, steps, self._findings.add_sleep, portable=portable
        )

    @property
    def findings(self) -> list[Finding]:
        """What has blocked so far, in order; `seconds` is None for a call that is under way."""
        return self._findings.of_kind("blocking")

    @property
    def minor_findings(self) -> list[Finding]:
        """What was too small to be called blocking: worth a look, and no more."""
        return self._findings.of_kind("note")

    @property
    def spent(self) -> float:
        """Seconds of processor time that all loops have burned, exempt or not."""
        return self._accounting.spent / 1e9

    @property
    def unmeasured(self) -> list[str]:
        """The reasons why nothing was measured, if there are any.

        In that case, that there are no findings does not mean that nothing blocked.
        """
        reasons = []
        if self._accounting.begun == 0:
            reasons.append("no step of an asyncio event loop was seen")
        displaced = self._displaced or self._patches.displaced()
        reasons += [
            f"`{name}` was replaced while the blocking detector was active" for name in displaced
        ]
        return reasons

    @property
    def outcome(self) -> str:
        """`blocking`, `clean`, or `not measured`."""
        if self.findings:
            return "blocking"
        return "not measured" if self.unmeasured else "clean"

    def install(self) -> None:
        """Patches what there is to patch, before the detector is entered; for good.

        For a process that forks others: that is half of what a short program costs. They enter
        it, and begin with timers, threads and checkpoints, which no fork hands down.
        """
        if not self._installed:
            self._install()
            self._patches.keep()
            self._installed = True

    def _install(self) -> None:
        with self._patches.undone_on_error():
            self._accounting.install(self._patches)
            self._interception.install(self._patches)
            Wrappers(self._interception).install(self._patches)
            self._patches.replace(os, "fork", self._watchdog.around_fork)

    def __enter__(self) -> BlockingDetector:
        if not self._installed:
            self._install()
        with self._patches.undone_on_error():
            self._sampler.start()
            self._checkpoints.install(self._patches)
            self._watchdog.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._watchdog.stop()
        self._sampler.stop()
        self._displaced = self._patches.displaced()
        self._patches.undo()

    def _on_long_step(self, step: Step, seconds: float) -> None:
        self._watchdog.wait_for_round(get_ident())
        line = self._line_of_most_cpu(step, self.limit / 2)
        if line is not None:
            work = calibration.describe(seconds, self._max_iterations)
            self._findings.add_cpu(step, line, seconds, work)

    def _on_busy_step(self, step: Step, seconds: float) -> None:
        line = self._line_of_most_cpu(step, seconds / 2)
        if line is not None:
            self._findings.add_busy_step(line, seconds, BUSY_LIMITS * self.limit)

    def _line_of_most_cpu(self, step: Step, least: float) -> Line | None:
        """The watched line that burned most, if all of them burned `least` seconds; else None."""
        cpu = step.observed.cpu
        watched = {line: burned for line, burned in cpu.items() if line is not None}
        if sum(watched.values()) > least * 1e9:
            return max(watched, key=lambda line: watched[line])
        return None if cpu else self._line_of_callback(step)

    def _line_of_callback(self, step: Step) -> Line | None:
        """Where the step's task waits now, or where its callback is defined; None if not watched.

        For a step of which there is no sample.
        """
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
