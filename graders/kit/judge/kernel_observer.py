"""What the kernel says of the children's loops: an observer that no submission can influence.

A child tells the judge what blocked its loop, and a submission that tampers with the
child has it tell what it likes. So the judge looks for itself (Linux): every few
milliseconds it asks where in the kernel the main thread of each child waits. The same
wait at two looks, without having run in between, proves that the thread slept
from the one to the other. A busy machine makes the observer miss some, never invent any.

What counts is decided by `sleep_tally`. The observer does not see what happens at import;
another selector than the loop's; computing, but for its sum (`SleepTally.hidden`); nor
that a submission makes up the whole record.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.kit.judge.sleep_tally import SleepTally, counts
from graders.kit.shared.kernel import SYSCALLS, Thread, ThreadState

PAUSE = 0.004
"""Real seconds between two looks."""


class ThreadProbe:
    """Samples the main thread of one child."""

    def __init__(self) -> None:
        self.tally = SleepTally()
        self.found = False
        """Did the kernel tell anything?"""
        self.refused = False
        """Did it not, because permission was denied?"""
        self.hidden = False
        """Did the child itself see to that?"""
        self.begun = False
        """Has the child said that the submission is loaded?"""
        self._pid = self._parent = 0
        self._thread: Thread | None = None
        self._lock = threading.Lock()

    def find(self, pid: int) -> None:
        """Look at this process. Before it loads the submission, which could hide it."""
        try:
            self._pid, (_, self._parent) = pid, _status(pid)
            self._thread = Thread(pid, pid)
            self.found = bool(SYSCALLS)
        except PermissionError:
            self.refused = True
        except OSError:
            pass  # the kernel does not tell, or the process has ended
        if not self.found:
            self.end()

    def begin(self) -> None:
        """The submission is loaded: from now on it counts."""
        self.begun = True
        self.look()

    def look(self) -> None:
        """Takes one sample, if the submission is loaded; never raises."""
        with self._lock:
            if self._thread is None or not self.begun:
                return
            try:
                began = time.monotonic()
                moment = self._thread.look()
                ended = time.monotonic()
                self.tally.add(moment, began, ended, exempt=self._exempt(moment))
            except PermissionError:
                self._lose()
            except OSError:
                self._close()

    def _exempt(self, moment: ThreadState) -> bool:
        """Is it a wait that never counts, for a disk, or in a process that is stopped?"""
        if not self.tally.repeats(moment):
            return False
        state = _status(self._pid)[0]
        return not counts(moment) or state in "Tt" or (moment.call != "futex" and state == "D")

    def _lose(self) -> None:
        # An orphan cannot be seen any more either, where one may look at one's descendants only.
        try:
            self.hidden = _status(self._pid)[1] == self._parent
        except OSError:
            self.hidden = False
        self.refused = not self.hidden
        self._close()

    def end(self) -> None:
        """Stop looking."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._thread is not None:
            self._thread.close()
            self._thread = None


def _status(pid: int) -> tuple[str, int]:
    """A process's state, as ps shows it, and its parent."""
    state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return state, int(parent)


class KernelObserver:
    """Looks at all children of a run, on a thread of its own while there are any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._probes: dict[ThreadProbe, None] = {}
        self._thread: threading.Thread | None = None
        self._found = self._refused = False

    @property
    def source(self) -> str:
        """`kernel`, or `none` if it did not tell of every child."""
        return "kernel" if self._found and not self._refused else "none"

    @contextmanager
    def probe(self) -> Iterator[ThreadProbe]:
        """For one child; tell it when to `find` and when to `begin`."""
        probe = ThreadProbe()
        with self._lock:
            self._probes[probe] = None
            if self._thread is None and sys.platform == "linux":
                self._thread = threading.Thread(
                    target=self._watch, name="kernel observer", daemon=True
                )
                self._thread.start()
        try:
            yield probe
        finally:
            with self._lock:
                del self._probes[probe]
                self._found |= probe.found
                self._refused |= probe.refused
            probe.end()

    def _watch(self) -> None:
        while True:
            with self._lock:
                probes = list(self._probes)
                if not probes:
                    self._thread = None
                    return
            for probe in probes:
                probe.look()
            time.sleep(PAUSE)
