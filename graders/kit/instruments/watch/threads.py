"""All threads of this process, as the kernel knows them."""

from __future__ import annotations

import os
from contextlib import suppress

from graders.kit.shared.kernel import File, Moment, Thread


class Threads:
    """Looks at any thread by its number in the kernel. Close it after use.

    Raises `OSError` where the kernel does not tell.
    """

    def __init__(self) -> None:
        self._status = File("/proc/self/stat")
        self._counted = 0
        self._threads: dict[int, Thread] = {}
        try:
            self.refresh()
            self.look(os.getpid())
        except OSError:
            self.close()
            raise

    def refresh(self) -> None:
        """To be called before a round of looks: some may have come, others gone.

        To list them gives the interpreter away, to count them does not.
        """
        # The name of the program comes second, in brackets, and may hold anything.
        counted = int(self._status.read().rpartition(b")")[2].split()[17])
        if counted == self._counted:
            return
        there = {int(name) for name in os.listdir("/proc/self/task")}
        for gone in self._threads.keys() - there:
            self._threads.pop(gone).close()
        for new in there - self._threads.keys():
            with suppress(OSError):
                self._threads[new] = Thread(new)
        self._counted = counted

    def look(self, native: int) -> Moment:
        """Where it stands now; `OSError` when it has ended."""
        known = self._threads.get(native)
        if known is None:
            known = self._threads[native] = Thread(native)
        return known.look()

    def others(self, native: int) -> list[tuple[int, Moment]]:
        """All but this one, by their numbers."""
        found = []
        for other in self._threads.keys() - {native}:
            try:
                found.append((other, self.look(other)))
            except OSError:
                self._counted = 0  # another may have come in its place
        return found

    def close(self) -> None:
        self._status.close()
        for thread in self._threads.values():
            thread.close()
        self._threads.clear()
