"""Contention: a wait that ends by itself after a very short time is not called blocking.

A lock that two threads share is held by the other one now and then, for as long as it takes to
change a dictionary. On a busy machine "as long as it takes" may be long, because the holder has to
wait for a processor. So the time for which other threads are ready to go on does not count.
"""

from __future__ import annotations

import _thread
from collections.abc import Callable
from threading import get_ident

from graders.kit.instruments.blocking.sleep.meter import open_meter
from graders.kit.instruments.blocking.steps import real_ns

CONTENTION_LIMIT = 0.03
"""Seconds for which a wait may be contention, not counting those in which other threads would go on
if they were given a processor."""

CONTENTION_TIMEOUT = 80_000_000
"""Nanoseconds of real time after which a wait is not contention, however busy the machine is. Also
the limit where the kernel does not tell which threads are ready."""


class Contention:
    """Tells contention from blocking. `portable` does without what only Linux can tell."""

    def __init__(self, *, portable: bool) -> None:
        self._portable = portable

    def resolves(self, waits: Callable[[], bool]) -> bool:
        """Wait until `waits()` is false. Returns False if that takes too long for contention.

        `waits` is called about once a millisecond. Real time passes, even on a virtual clock.
        """
        if not waits():
            return True
        meter = open_meter(portable=self._portable)
        # `time.sleep` may be virtual, so the pause is a lock that nobody releases.
        pause = _thread.allocate_lock()
        pause.acquire()
        try:
            meter.refresh()  # a stop is found between two of these
            began, before = real_ns(), meter.sample(get_ident())
            latest = before
            while real_ns() - began < CONTENTION_TIMEOUT:
                pause.acquire(timeout=0.001)
                if not waits():
                    return True
                meter.refresh()
                now = meter.sample(get_ident())
                if now.stops > latest.stops:
                    began += now.now - latest.now
                latest = now
                # A thread that is ready may be the holder. For how long it has queued is counted
                # only when it has run, so until then this says nothing.
                if now.state is None or now.others_ready:
                    continue
                if now.now - began - now.others_queued_since(before) > CONTENTION_LIMIT * 1e9:
                    return False
        finally:
            meter.close()
        return False
