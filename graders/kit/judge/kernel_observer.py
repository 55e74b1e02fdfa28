"""What the kernel says of the children's loops: a witness that no submission can talk to.

A child tells the judge what blocked its loop, and a submission that tampers with the
child has it tell what it likes. So the judge looks for itself (Linux): every few
milliseconds it asks where in the kernel the main thread of each child waits. The same
wait at two looks, without a turn on a processor in between, proves that the thread slept
from the one to the other. A busy machine makes the witness miss some, never invent any.

What counts is told by `account`. Out of its sight: whatever happens at import; another
selector than the loop's; computing, but for its sum (`account.unaccounted`); a
submission that makes up the whole record.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.kit.judge.sleep_tally import Account, counts
from graders.kit.shared.kernel import SYSCALLS, Thread, ThreadState

PAUSE = 0.004
"""Real seconds between two looks."""


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

    def _excused(self, moment: ThreadState) -> bool:
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
