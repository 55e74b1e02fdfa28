"""What the kernel says of the children's loops: a witness that no submission can talk to.

A child tells the judge what blocked its loop, and a submission that tampers with the
child has it tell what it likes. So the judge looks for itself (Linux): every few
milliseconds it asks where in the kernel the main thread of each child waits. The same
wait at two looks, without a turn on a processor in between, proves that the thread slept
from the one to the other. A busy machine makes the witness miss some, never invent any.

On a virtual clock an honest loop sleeps in its selector, and for a moment in a lock
when its threads are many. What counts, therefore:
- sleeping, sockets, pipes, processes and the like: from `ASLEEP` on, all of them together;
- a lock with a time-out: from `LOCKED` on, in one go, since the clock's own gates are such;
- a lock without one: never. Whoever holds it may wait for a processor as long as a
  busy machine likes, or import a module;
- waiting for a disk: never. Nobody sleeps that way on purpose, and a cold one is slow;
- writing to the judge or to the terminal: never. It is the judge who is slow to read.

Out of its sight: whatever happens at import; another selector than the loop's; computing,
but for its sum (`unaccounted`); a submission that makes up the whole record.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graders.kit.kernel import CALLS, SELECTORS, Moment, Thread
from graders.kit.record import Finding

PAUSE = 0.004
"""Real seconds between two looks."""

ASLEEP = 0.05
"""Real seconds of sleep in one scenario that are blocking. Honest children: none at all."""

LOCKED = 1.0
"""Real seconds in one lock with a time-out that are blocking. Honest children, four to a
processor: 0.005."""

COMPUTED = 0.5
"""Seconds of processor time beside the steps of the loop that are too many: making the loop,
the instruments and the record takes a tenth of a second."""

VOICES = frozenset([1, 2, 3])
"""Where a child prints, and where it talks to the judge."""

DETAIL = (
    "seen from outside: the thread of the loop slept in the kernel, and the record does not say so"
)

UNTOLD = "seen from outside: the thread of the loop computed, and the record does not say so"


@dataclass
class Slept:
    """One thread's waits in one system call, as far as they are proven. Real seconds."""

    family: str
    call: str
    total: float = 0.0
    longest: float = 0.0


class Account:
    """What the looks at one thread add up to. Their times are seconds of one clock."""

    def __init__(self) -> None:
        self.slept: dict[tuple[str, bool], Slept] = {}
        """By system call, and whether it had a time-out."""
        self._first: Moment | None = None
        self._last: Moment | None = None
        self._since = self._until = 0.0

    def repeats(self, moment: Moment) -> bool:
        """Has the thread slept since the last look?"""
        return moment.waits and moment == self._last

    def add(self, moment: Moment, began: float, ended: float, *, excused: bool = False) -> None:
        """One more look, with its times: the thread was there at some moment in between."""
        if self._first is None:
            self._first = moment
        if excused or not self.repeats(moment):
            self._last, self._since, self._until = moment, ended, ended
            return
        slept = self.slept.setdefault(
            (moment.call, moment.timed), Slept(moment.family, moment.call)
        )
        slept.total += began - self._until
        slept.longest = max(slept.longest, began - self._since)
        self._until = began

    @property
    def computed(self) -> float:
        """Seconds of processor time between the first look and the last."""
        if self._first is None or self._last is None:
            return 0.0
        return (self._last.ran - self._first.ran) / 1e9

    def finding(self) -> Finding | None:
        """What held the loop longest, if it is enough."""
        held = [(slept.total, slept) for slept in self.slept.values() if slept.call != "futex"]
        if sum(seconds for seconds, _ in held) < ASLEEP:
            locked = self.slept.get(("futex", True))
            if locked is None or locked.longest < LOCKED:
                return None
            held = [(locked.longest, locked)]
        seconds, slept = max(held, key=lambda one: one[0])
        return Finding(
            "blocking", slept.family, slept.call, seconds=round(seconds, 3), detail=DETAIL
        )

    def hidden(self, spent: object) -> Finding | None:
        """What it computed and does not tell of, if that is much; `spent` is the child's word."""
        told = spent if isinstance(spent, int | float) else 0.0
        seconds = unaccounted(self.computed, told)
        if seconds is None:
            return None
        return Finding("blocking", "cpu", "computing", seconds=seconds, detail=UNTOLD)


def counts(moment: Moment) -> bool:
    """Is this a wait that an honest loop does not make?"""
    if moment.call in ("write", "writev") and moment.argument in VOICES:
        return False
    # A call that goes on after the process was stopped: of what kind it is, nobody can tell.
    return moment.call not in SELECTORS and moment.call != "restart_syscall"


def unaccounted(computed: float, spent: float) -> float | None:
    """Seconds of processor time that a child does not tell of; None if there is nothing to them.

    `computed` is what the kernel counted on the loop's thread, `spent` what the
    child says that the steps of its loop took.
    """
    hidden = computed - spent
    return round(hidden, 3) if hidden > COMPUTED else None


class Sight:
    """One child's main thread under the eyes of the witness."""

    def __init__(self) -> None:
        self.account = Account()
        self.found = False
        """Did the kernel tell anything?"""
        self.refused = False
        """Did it not, for want of leave?"""
        self.hidden = False
        """Did the child itself see to that?"""
        self.begun = False
        """Has the child said that the submission is loaded?"""
        self._pid = self._parent = 0
        self._thread: Thread | None = None
        self._turn = threading.Lock()

    def find(self, pid: int) -> None:
        """Look at this process. Before it loads the submission, which could hide it."""
        try:
            self._pid, (_, self._parent) = pid, _status(pid)
            self._thread = Thread(pid, pid)
            # A kernel that keeps no such accounts says that nothing ever ran.
            self.found = bool(CALLS and self._thread.look().turns)
        except PermissionError:
            self.refused = True
        except OSError:
            pass  # there is no such file here, or the process has ended
        if not self.found:
            self.end()

    def begin(self) -> None:
        """The submission is loaded: from now on it counts."""
        self.begun = True
        self.look()

    def look(self) -> None:
        with self._turn:
            if self._thread is None or not self.begun:
                return
            try:
                began = time.monotonic()
                moment = self._thread.look()
                ended = time.monotonic()
                self.account.add(moment, began, ended, excused=self._excused(moment))
            except PermissionError:
                self._lose()
            except OSError:
                self._close()

    def _excused(self, moment: Moment) -> bool:
        return self.account.repeats(moment) and (
            not counts(moment) or (moment.call != "futex" and _status(self._pid)[0] == "D")
        )

    def _lose(self) -> None:
        # An orphan is lost sight of too, where one may look at one's own descendants only.
        try:
            self.hidden = _status(self._pid)[1] == self._parent
        except OSError:
            self.hidden = False
        self.refused = not self.hidden
        self._close()

    def end(self) -> None:
        """Stop looking."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._thread is not None:
            self._thread.close()
            self._thread = None


def _status(pid: int) -> tuple[str, int]:
    """A process's state, as ps shows it, and its parent."""
    state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return state, int(parent)


class Witness:
    """Looks at all children of a run, on a thread of its own while there are any."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._sights: dict[Sight, None] = {}
        self._thread: threading.Thread | None = None
        self._found = self._refused = False

    @property
    def source(self) -> str:
        """`kernel`, or `none` if it did not tell of every child."""
        return "kernel" if self._found and not self._refused else "none"

    @contextmanager
    def sight(self) -> Iterator[Sight]:
        """For one child; tell it when to `find` and when to `begin`."""
        sight = Sight()
        with self._turn:
            self._sights[sight] = None
            if self._thread is None and sys.platform == "linux":
                self._thread = threading.Thread(target=self._watch, name="witness", daemon=True)
                self._thread.start()
        try:
            yield sight
        finally:
            with self._turn:
                del self._sights[sight]
                self._found |= sight.found
                self._refused |= sight.refused
            sight.end()

    def _watch(self) -> None:
        while True:
            with self._turn:
                sights = list(self._sights)
                if not sights:
                    self._thread = None
                    return
            for sight in sights:
                sight.look()
            time.sleep(PAUSE)
