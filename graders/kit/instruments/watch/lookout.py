"""The lookout: a thread that looks at running steps, and finds those that are asleep.

The third signal. It needs no table of calls: a driver nobody knows, a name bound before
the watch came, code in C, are seen because the thread of the loop sleeps inside a step.
What counts as sleep is told by `rest`, whatever else keeps the machine busy.
"""

from __future__ import annotations

import _thread
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from operator import attrgetter
from threading import get_ident
from typing import Any

from graders.kit.instruments.frames import current_frames
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import rest
from graders.kit.instruments.watch.blame import Blame
from graders.kit.instruments.watch.checkpoints import Checkpoints
from graders.kit.instruments.watch.rest import Sight
from graders.kit.instruments.watch.stand import Stand
from graders.kit.instruments.watch.standing import (
    Place,
    Standing,
    answering,
    burning,
    endpoint,
    is_over,
    stack_of,
    standing,
    turn,
)
from graders.kit.instruments.watch.step import Step, real_ns
from graders.kit.instruments.watch.steps import Steps
from graders.kit.shared.record import Line

INTERVAL = 0.005
"""Real seconds between two rounds."""

KEPT = 10_000_000
"""Nanoseconds between two instructions of a round: it had to wait for the interpreter."""

Found = Callable[[Step, Place, str, float, Any], None]
"""Called with a place, a family, the seconds a step has slept there, and the note of the grey call
that it slept in, if it was in one; again while it goes on."""

_under_way = attrgetter("under_way")


class Lookout:
    """Looks at the thread of every loop each `INTERVAL`. `portable`: without the kernel's help."""

    def __init__(
        self,
        source: Source,
        blame: Blame,
        checkpoints: Checkpoints,
        steps: Steps,
        found: Found,
        *,
        portable: bool,
    ) -> None:
        self._source = source
        self._blame = blame
        self._checkpoints = checkpoints
        self._steps = steps
        self._found = found
        self._portable = portable
        self._stands: dict[int, Stand] = {}
        self._first = rest.nothing()
        self._doubts: list[Stand] = []
        self._looking = _thread.allocate_lock()
        self._stop: tuple[Any, Any] | None = None

    # --- its thread ------------------------------------------------------------------

    def start(self) -> None:
        # Not one of `threading`'s: nobody shall count it, and no clock wait for it.
        stop, ended = _thread.allocate_lock(), _thread.allocate_lock()
        stop.acquire()
        ended.acquire()
        self._stop = stop, ended
        measure = rest.best(portable=self._portable)
        seen = measure.see(get_ident())  # by this thread, which will not be the one that looks
        self._first = replace(seen, process=seen.process + seen.looks, looks=0)
        begun = _thread.allocate_lock()
        begun.acquire()
        _thread.start_new_thread(self._watch, (measure, begun, stop, ended))
        begun.acquire(timeout=5)  # else the first step may be over before the first round

    def stop(self) -> None:
        if self._stop is not None:
            stop, ended = self._stop
            self._stop = None
            stop.release()
            ended.acquire(timeout=5)  # in a forked process there is no such thread

    def settle(self, thread: int) -> None:
        """Before a step of that thread is judged: what has been seen of it is put down."""
        if thread != self._steps.timed and self._looking.acquire(timeout=1):
            self._looking.release()

    def around_fork(self, fork: Callable[[], int]) -> Callable[[], int]:
        """A process that forks is to have no threads but its own: Python warns of others."""

        def forked() -> int:
            running = self._stop is not None
            self.stop()
            pid = fork()
            if running and pid:
                self.start()
            return pid

        return forked

    def _watch(self, measure: rest.Rest, begun: Any, stop: Any, ended: Any) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # A signal that the program blocks is to wait for it, and not to find our thread. But
            # what our own processor time sets off is to interrupt us, and not its system calls.
            ours = {signal.SIGPROF, signal.SIGVTALRM, signal.SIGXCPU}
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() - ours)
        with suppress(OSError):
            measure.refresh()
        begun.release()
        try:
            while not stop.acquire(timeout=INTERVAL):
                # Whatever it meets, the program under watch goes on.
                with suppress(Exception), self._looking:
                    self._round(measure)
            for thread in {stand.thread for stand in self._doubts}:
                self._settle(measure, thread, measure.see(thread).moved_on())
        finally:
            measure.close()
            self._stands.clear()
            ended.release()

    # --- what it does ------------------------------------------------------------------

    def _round(self, measure: rest.Rest, *, again: bool = True) -> None:
        # The frames first: to list threads that are new is to let the others run.
        steps = [*self._steps.current.items()]
        standings = self._standings(steps)
        measure.refresh()
        looked = real_ns()
        for thread, step in steps:
            sight = measure.see(thread)
            untimed = self._steps.current.keys() - {self._steps.timed}
            if again and untimed and real_ns() - looked > KEPT:
                # One of them kept the interpreter, and has just given it away: there it stands.
                self._round(measure, again=False)
                return
            over = self._steps.current.get(thread) is not step
            if over:  # it ended meanwhile: what its thread does now is another matter
                sight = sight.moved_on()
            self._settle(measure, thread, sight)
            where, call = standings.get(thread) or (None, None)
            self._look(measure, thread, step, sight, where, call, looked if over else 0)

    def _standings(self, steps: list[tuple[int, Step]]) -> dict[int, tuple[Standing, Any]]:
        """Where each thread stands, and the note of the grey call that it is in."""
        seen = {
            thread: stack_of(thread, self._checkpoints.reached, partial(_under_way, step))
            for thread, step in steps
        }
        stacks = {
            thread: (self._checkpoints.behind(turn(stack), reached), call)
            for thread, (stack, (reached, call)) in seen.items()
        }
        return {
            thread: (standing(self._blame, self._source, stack), call)
            for thread, (stack, call) in stacks.items()
            if stack
        }

    def _look(
        self,
        measure: rest.Rest,
        thread: int,
        step: Step,
        sight: Sight,
        where: Standing | None,
        call: Any,
        looked: int,
    ) -> None:
        before = self._stands.get(thread) or Stand.idle(thread, self._first)
        now = self._stands[thread] = self._stand(thread, step, sight, where, call)
        if now.step is None or where is None:
            return
        inside = before.last.now >= step.started
        earlier = before.last if inside else before.last.at_start(step)
        if thread != self._steps.timed and not is_over(where.stack):
            burnt = sight.burnt(before.last.at_start(step))
            step.charge(self._burning(thread, where), burnt - step.excused)
        if now.excuses == (before.excuses if inside else 0):
            self._follow(measure, before, earlier, now, sight.now - looked if looked else 0)

    def _burning(self, thread: int, where: Standing) -> Line | None:
        made = None
        if answering(self._source, where.stack):
            made = endpoint(self._source, current_frames().get(thread))
        return made or burning(self._source, where.stack)

    def _stand(
        self, thread: int, step: Step, sight: Sight, where: Standing | None, call: Any
    ) -> Stand:
        # Between two steps a loop may well wait, unless it is watched code that does.
        if where is None or (step.handle is None and (where.line is None or where.selects)):
            return Stand.idle(thread, sight)
        if self._steps.free.entered(thread):
            return Stand(thread, step, step.excuses, None, sight, sight)
        return Stand(thread, step, step.excuses, where, sight, sight, call)

    def _follow(
        self, measure: rest.Rest, before: Stand, earlier: Sight, now: Stand, surplus: int
    ) -> None:
        """Counts what the thread has slept since it was seen before."""
        step = now.step
        assert step is not None
        same = before.step is step and (before.at, before.call) == (now.at, now.call)
        ended = before.call.ended if before.call is not None and not same else None
        if not same and before.step is step and earlier.certain:
            # It slept on for a while after it was seen, and is elsewhere by now.
            past = replace(
                before,
                since=earlier,
                last=now.last,
                banked=before.slept,
                until=ended,
                owed=0,
            )
            self._count(measure, past)
        now.since = measure.since(before.since if same else None, earlier, now.last)
        if now.since is before.since and same:
            now.banked, now.owed = before.banked, before.owed
        else:
            now.banked = now.slept if measure.adds_up else 0
            if before.step is step and ended is not None:
                # Since that call came back it cannot have slept longer than it is ago.
                asleep = measure.asleep(now.since, now.last)
                now.owed = max(0, asleep - (now.last.now - ended))
        self._count(measure, now, surplus)

    def _count(self, measure: rest.Rest, stand: Stand, surplus: int = 0) -> None:
        asleep = measure.asleep(stand.since, stand.last) - surplus - stand.owed
        if stand.until is not None:
            asleep = min(asleep, stand.until - stand.since.now)
        if stand.step is None or stand.at is None or stand.at.watched is None or asleep <= 0:
            return
        if not (surplus or measure.settled(stand.last, stand.last)):
            self._doubts.append(stand)
            return
        total = stand.step.seen.asleep[stand.key] = stand.banked + asleep
        if total <= measure.limit:
            return
        place = stand.at.place
        if place is not None and place.call != "print":
            family = rest.family(stand.since, stand.last) or stand.at.guess
            self._found(stand.step, place, family, total / 1e9, stand.call)

    def _settle(self, measure: rest.Rest, thread: int, sight: Sight) -> None:
        """Counts what could not be told before: a thread that queued did not sleep."""
        doubts, self._doubts = self._doubts, []
        for stand in doubts:
            if stand.thread != thread or not measure.settled(stand.last, sight):
                self._doubts.append(stand)
            else:
                settled = replace(stand, last=sight.with_others_of(stand.last))
                self._count(measure, settled, sight.now - stand.last.now)
