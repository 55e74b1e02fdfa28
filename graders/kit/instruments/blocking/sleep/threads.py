"""All threads of this process, as the kernel knows them."""

from __future__ import annotations

import os
from contextlib import suppress

from graders.kit.shared.kernel import ProcFile, Thread, ThreadState


class Threads:
    """The state of any thread, by its number in the kernel. Close it after use.

    Making one raises `OSError` where the kernel does not tell, see `kernel.Thread`.
    """

    def __init__(self) -> None:
        self._status = ProcFile("/proc/self/stat")
        self._count = 0
        self._threads: dict[int, Thread] = {}
        try:
            self.refresh()
            self.state(os.getpid())
        except OSError:
            self.close()
            raise

    def refresh(self) -> None:
        """Find out which threads there are. Raises `OSError` if that cannot be read.

        Listing a folder releases the GIL, so the folder is listed only when the number of threads
        has changed, which can be read without releasing it.
        """
        # The second word is the name of the program, in brackets, and may contain anything.
        count = int(self._status.read().rpartition(b")")[2].split()[17])
        if count == self._count:
            return
        present = {int(name) for name in os.listdir("/proc/self/task")}
        for ended in self._threads.keys() - present:
            self._threads.pop(ended).close()
        for new in present - self._threads.keys():
            with suppress(OSError):
                self._threads[new] = Thread(new)
        self._count = count

    def state(self, native: int) -> ThreadState:
        """The state of the thread with this number now. Raises `OSError` if it has ended."""
        known = self._threads.get(native)
        if known is None:
            known = self._threads[native] = Thread(native)
        return known.look()

    def states(self) -> dict[int, ThreadState]:
        """The states of all threads that there were at the last `refresh`, by their numbers."""
        found = {}
        for native in list(self._threads):
            try:
                found[native] = self.state(native)
            except OSError:
                # It has ended. Another one may have taken its place, so that their number is the
                # same as before: have the next `refresh` list them again.
                self._count = 0
        return found

    def close(self) -> None:
        """Close all files; never raises."""
        self._status.close()
        for thread in self._threads.values():
            thread.close()
        self._threads.clear()
