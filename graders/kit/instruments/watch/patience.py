"""Patience: a wait that ends by itself in a moment is contention, not blocking."""

from __future__ import annotations

import _thread
from collections.abc import Callable
from threading import get_ident

from graders.kit.instruments.watch import rest
from graders.kit.instruments.watch.step import real_ns

MOMENT = 0.03
"""Seconds after which a wait is no longer called contention. The time is not counted in
which other threads would go on if only they were given a processor."""

MOST = 80_000_000
"""Nanoseconds of real time: the end of patience on a machine however busy, and where the
kernel does not tell who queues."""


class Patience:
    """Waits until somebody else is done with what we want, for a moment."""

    def __init__(self, *, portable: bool) -> None:
        self._portable = portable

    def settles(self, waits: Callable[[], bool]) -> bool:
        """Does `waits` turn false by itself? Real time goes by meanwhile, be the clock virtual."""
        if not waits():
            return True
        measure = rest.best(portable=self._portable)
        pause = _thread.allocate_lock()
        pause.acquire()
        began, before = real_ns(), measure.see(get_ident())
        try:
            while real_ns() - began < MOST:
                pause.acquire(timeout=0.001)
                if not waits():
                    return True
                measure.refresh()
                now = measure.see(get_ident())
                if now.moment is None or now.others_ready:
                    continue
                if now.now - began - rest.queued(before, now) > MOMENT * 1e9:
                    return False
        finally:
            measure.close()
        return False
